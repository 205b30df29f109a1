/* SPDX-License-Identifier: BSD-2-Clause */
/* The selected line. It follows what it selects, never an index. */
#include "state.h"

struct identity {
    uint64_t high, low;
};

size_t cursor_count(const struct screen *screen)
{
    if (screen->view == VIEW_LOG)
        return screen_log(screen)->count;
    return screen->view == VIEW_CONNECTIONS ? screen->order.count : screen->tree.lines.count;
}

struct line cursor_line(const struct screen *screen, size_t index)
{
    if (screen->view == VIEW_LOG)
        return views_event(log_get(screen_log(screen), index));
    if (screen->view == VIEW_CONNECTIONS)
        return views_row(screen->order.rows[index]);
    return views_tree(tree_line(&screen->tree, index));
}

/* In place of the second half of a group's identity: no group has it. */
#define INNER UINT64_MAX

static struct identity identity_of(const struct screen *screen, size_t index)
{
    const struct tree_line *line;

    if (screen->view == VIEW_LOG) /* the number of the event */
        return (struct identity){screen_log(screen)->total - index, 0};
    if (screen->view == VIEW_CONNECTIONS)
        return (struct identity){row_identity(screen->order.rows[index]), 0};
    line = tree_line(&screen->tree, index);
    if (line->row)
        return (struct identity){row_identity(line->row), INNER};
    return (struct identity){line->group->high, line->group->low};
}

/* Returns the index of what is selected; SIZE_MAX: it is not in the view. */
static size_t find(struct screen *screen)
{
    const struct cursor *cursor = &screen->cursor;
    size_t count = cursor_count(screen);
    const struct row *row;

    if (screen->view == VIEW_LOG) {
        size_t index = (size_t)(screen_log(screen)->total - cursor->high);

        return index < count ? index : SIZE_MAX;
    }
    if (screen->view == VIEW_CONNECTIONS) {
        row = rows_find(screen_rows(screen), cursor->high);
        return row && row->place != 0 ? row->place - 1 : SIZE_MAX;
    }
    for (size_t i = 0; i < count; i++) {
        struct identity identity = identity_of(screen, i);

        if (identity.high == cursor->high && identity.low == cursor->low)
            return i;
    }
    return SIZE_MAX;
}

static void select_index(struct screen *screen, size_t index)
{
    struct identity identity = identity_of(screen, index);

    screen->cursor.high = identity.high;
    screen->cursor.low = identity.low;
    screen->cursor.index = index;
    screen->cursor.set = true;
    screen->cursor.gone = false;
}

void cursor_follow(struct screen *screen)
{
    struct cursor *cursor = &screen->cursor;
    size_t count = cursor_count(screen);
    size_t index = cursor->set && !cursor->gone ? find(screen) : SIZE_MAX;

    if (index != SIZE_MAX) {
        /* It stays on its line of the screen. */
        size_t line = cursor->index > cursor->top ? cursor->index - cursor->top : 0;

        cursor->index = index;
        if (cursor->moved != 0)
            cursor->top = index > line ? index - line : 0;
        return;
    }
    if (cursor->set && cursor->moved != 0)
        cursor->gone = true;
    if (cursor->index >= count)
        cursor->index = count > 0 ? count - 1 : 0;
    /* Until a key moves the cursor, the first line is selected. */
    if (count > 0 && (!cursor->set || cursor->moved == 0))
        select_index(screen, 0);
}

void cursor_to(struct screen *screen, size_t index)
{
    size_t count = cursor_count(screen);

    screen->cursor.moved = screen->now;
    if (count > 0)
        select_index(screen, index < count ? index : count - 1);
}

void cursor_move(struct screen *screen, long by)
{
    size_t index = screen->cursor.index;
    size_t back = (size_t)(by < 0 ? -by : 0);

    /* The line that has moved to the place of the one that is gone counts as the next one. */
    if (screen->cursor.gone && by > 0)
        by--;
    if (by < 0)
        cursor_to(screen, index > back ? index - back : 0);
    else
        cursor_to(screen, index + (size_t)by);
}

void cursor_show(struct screen *screen, size_t rows)
{
    struct cursor *cursor = &screen->cursor;
    size_t count = cursor_count(screen);

    if (cursor->top > cursor->index)
        cursor->top = cursor->index;
    if (rows > 0 && cursor->index - cursor->top >= rows)
        cursor->top = cursor->index - rows + 1;
    if (cursor->top + rows > count)
        cursor->top = count > rows ? count - rows : 0;
}

const void *cursor_item(const struct screen *screen)
{
    const struct cursor *cursor = &screen->cursor;

    if (!cursor->set || cursor->gone || cursor->index >= cursor_count(screen))
        return NULL;
    return cursor_line(screen, cursor->index).item;
}

const struct row *cursor_row(const struct screen *screen)
{
    const void *item = cursor_item(screen);

    if (!item || screen->view == VIEW_LOG)
        return NULL;
    return screen->view == VIEW_CONNECTIONS || cursor_line(screen, screen->cursor.index).inner
               ? item
               : NULL;
}

void cursor_open(struct screen *screen, bool open)
{
    int kind = views_groups(screen->view);
    size_t index = screen->cursor.index;
    const struct tree_line *line;
    int err;

    if (kind < 0 || !cursor_item(screen)) {
        screen_say(screen, "only a group has sockets below it: Tab shows the groups");
        return;
    }
    line = tree_line(&screen->tree, index);
    err = tree_set(&screen->tree, (enum group_kind)kind, line->group, open);
    if (err < 0)
        screen->error = err;
    while (!open && index > 0 && tree_line(&screen->tree, index)->row)
        index--;
    cursor_to(screen, index);
}
