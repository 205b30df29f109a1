/* SPDX-License-Identifier: BSD-2-Clause */
#include "grid.h"

#include "model/list.h"
#include "view/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MARK_WIDTH 2

struct grid_cell {
    size_t from, len, width;
};

void grid_begin(struct grid *grid, const struct grid_column *columns, size_t count)
{
    grid->columns = columns;
    grid->column_count = count;
    memset(grid->widths, 0, sizeof(grid->widths));
}

bool line_has_sock(const struct line *line)
{
    return line->row || (line->event && line->event->have & PL_EVENT_HAVE_SOCK);
}

struct pl_event line_event(const struct line *line)
{
    struct pl_event event = {.kind = PL_EVENT_STATE, .holders = line->holders};

    if (!line_has_sock(line))
        return event;
    event.sock = line->row ? row_sock(line->row) : line->event->sock;
    event.have = PL_EVENT_HAVE_SOCK;
    return event;
}

/* ---- text ---- */

/* Appends a value that the column gets from the line. */
static void put_value(struct grid *grid, const struct grid_column *column, const struct line *line)
{
    const char *word = column->word ? column->word(line) : NULL;
    uint64_t number;

    if (column->number && column->number(line, grid->now, &number))
        column->unit(&grid->text, number);
    else
        out_word(&grid->text, word ? word : "-");
}

static void put_cell(struct grid *grid, const struct grid_column *column, const struct line *line,
                     const struct pl_sock *sock)
{
    struct cell cell;

    if (column->put) {
        column->put(&grid->text, &grid->view, line, sock, grid->now);
        return;
    }
    if (column->number || column->word) {
        put_value(grid, column, line);
        return;
    }
    if (!sock) {
        out_char(&grid->text, '-');
        return;
    }
    cell_clear(&cell);
    column_get(pl_field_row(column->field), &grid->view, sock, &cell);
    cell_plain(&grid->text, &grid->view, &cell, ',', " ");
}

static int put_line(struct grid *grid, const struct line *line, const struct pl_sock *sock)
{
    for (size_t i = 0; i < grid->column_count; i++) {
        struct grid_cell *cell = pl_list_add(&grid->cells, sizeof(*cell));

        if (!cell)
            return -ENOMEM;
        cell->from = grid->text.len;
        put_cell(grid, &grid->columns[i], line, sock);
        cell->len = grid->text.len - cell->from;
        cell->width = cell->len > 0 ? text_width(grid->text.data + cell->from, cell->len) : 0;
        if (cell->width > grid->widths[i])
            grid->widths[i] = cell->width;
    }
    return -grid->text.error;
}

/* Sets the text of lines whose sockets are in the batch. */
static int flush(struct grid *grid, const struct line *lines, size_t count)
{
    const struct pl_snapshot *snap;
    const struct pl_sock *sock;
    size_t sock_count;
    int err;

    if (count == 0)
        return 0;
    err = pl_batch_settle(grid->batch, &snap);
    if (err < 0)
        return err;
    grid->view.snap = snap;
    sock = pl_snapshot_socks(snap, &sock_count);
    for (size_t i = 0; i < count && err == 0; i++)
        err = put_line(grid, &lines[i], line_has_sock(&lines[i]) ? sock++ : NULL);
    pl_batch_clear(grid->batch);
    grid->view.snap = NULL;
    return err;
}

/* A process id that was used again is in another batch: a snapshot has one process of each id. */
int grid_fill(struct grid *grid, const struct line *lines, size_t count)
{
    size_t from = 0;
    int err = 0;

    grid->text.fd = -1;
    grid->text.len = 0;
    grid->cells.count = 0;
    pl_batch_clear(grid->batch);
    for (size_t i = 0; i < count && err == 0; i++) {
        const struct pl_event event = line_event(&lines[i]);

        err = pl_batch_add(grid->batch, &event);
        if (err == -EEXIST) {
            err = flush(grid, lines + from, i - from);
            from = i;
            err = err ? err : pl_batch_add(grid->batch, &event);
        }
    }
    return err ? err : flush(grid, lines + from, count - from);
}

void grid_join(const struct grid *grid, struct out *out)
{
    const struct grid_cell *cells = grid->cells.items;

    for (size_t i = 0; i < grid->column_count && i < grid->cells.count; i++) {
        if (i > 0)
            out_char(out, ' ');
        out_bytes(out, grid->text.data + cells[i].from, cells[i].len);
    }
}

/* ---- layout ---- */

static size_t width_of(const struct grid *grid, size_t column)
{
    const struct grid_column *c = &grid->columns[column];
    size_t title = strlen(c->title) + (grid->sorted == (int)column);

    return grid->widths[column] > title ? grid->widths[column] : title;
}

/* Shows columns by their weight until the width is used up. The first two are cut, not hidden. */
static void lay_out(struct grid *grid, size_t room)
{
    size_t used = 0;

    memset(grid->hidden, true, sizeof(grid->hidden));
    for (unsigned int weight = 0; weight < GRID_COLUMNS; weight++) {
        for (size_t i = 0; i < grid->column_count; i++) {
            size_t width = width_of(grid, i) + (used > 0);

            if (grid->columns[i].weight != weight || (weight > 1 && used + width > room))
                continue;
            grid->hidden[i] = false;
            used += width;
        }
    }
}

/* Columns of the terminal that are left to a column that is cut. */
#define ROOM_LEAST 8

/* Returns the columns of the terminal for a column at x. The two that are never hidden are cut. */
static int room_of(const struct grid *grid, size_t column, int x, int width)
{
    int room = (int)width_of(grid, column);
    int rest = 0;

    for (size_t i = column + 1; i < grid->column_count; i++) {
        int wide = (int)width_of(grid, i);

        if (!grid->hidden[i])
            rest += 1 + (grid->columns[i].weight <= 1 && wide > ROOM_LEAST ? ROOM_LEAST : wide);
    }
    if (grid->columns[column].weight <= 1 && x + room + rest > width)
        room = width - rest - x > ROOM_LEAST ? width - rest - x : ROOM_LEAST;
    return room;
}

static void paint_line(const struct grid *grid, const struct paint *paint, int y, size_t line,
                       const struct line *lines, unsigned int style)
{
    const struct grid_cell *cells = grid->cells.items;
    int x = MARK_WIDTH;

    if (style != STYLE_NORMAL) /* the line is empty */
        paint_fill(paint, y, 0, style);
    (void)paint_text(paint, y, 0, 1, style, &lines[line].mark, 1);
    for (size_t i = 0; i < grid->column_count; i++) {
        const struct grid_cell *cell = &cells[line * grid->column_count + i];
        int room;
        int from;

        if (grid->hidden[i])
            continue;
        room = room_of(grid, i, x, paint->width);
        from = grid->columns[i].right && (int)cell->width < room ? room - (int)cell->width : 0;
        (void)paint_text(paint, y, x + from, room - from, style, grid->text.data + cell->from,
                         cell->len);
        x += room + 1;
    }
}

static void paint_titles(const struct grid *grid, const struct paint *paint, int y)
{
    int x = MARK_WIDTH;

    paint_fill(paint, y, 0, STYLE_HEADER);
    for (size_t i = 0; i < grid->column_count; i++) {
        const struct grid_column *column = &grid->columns[i];
        bool sorted = grid->sorted == (int)i;
        int title = (int)strlen(column->title) + sorted;
        int room;
        int at;

        if (grid->hidden[i])
            continue;
        room = room_of(grid, i, x, paint->width);
        at = x + (column->right && title < room ? room - title : 0);
        at += paint_text(paint, y, at, room, STYLE_HEADER, column->title, strlen(column->title));
        if (sorted && at < x + room)
            (void)paint_text(paint, y, at, 1, STYLE_HEADER, grid->descending ? "v" : "^", 1);
        x += room + 1;
    }
}

void grid_paint(struct grid *grid, const struct paint *paint, int y, const struct line *lines,
                size_t count, int selected)
{
    lay_out(grid, paint->width > MARK_WIDTH ? (size_t)(paint->width - MARK_WIDTH) : 0);
    grid->width = paint->width;
    paint_titles(grid, paint, y);
    for (size_t i = 0; i < count; i++)
        paint_line(grid, paint, y + 1 + (int)i, i, lines,
                   lines[i].style | ((int)i == selected ? STYLE_SELECTED : 0U));
}

int grid_column_at(const struct grid *grid, int x)
{
    int left = MARK_WIDTH;

    for (size_t i = 0; i < grid->column_count; i++) {
        if (grid->hidden[i])
            continue;
        left += room_of(grid, i, left, grid->width) + 1;
        if (x < left)
            return (int)i;
    }
    return -1;
}

void grid_hidden(const struct grid *grid, struct out *out)
{
    const char *before = "hidden (window too narrow): ";

    for (size_t i = 0; i < grid->column_count; i++) {
        if (!grid->hidden[i])
            continue;
        out_word(out, before);
        out_word(out, grid->columns[i].title);
        before = ", ";
    }
}

void grid_free(struct grid *grid)
{
    pl_batch_free(grid->batch);
    out_free(&grid->text);
    free(grid->cells.items);
}
