/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The filter: tried at each key, while the old one stays until the new one is a filter. Rows are judged
 * without reading the kernel, unless the filter needs details that only a table has.
 */
#include "state.h"

#include "view/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The properties of a row that need no table. */
#define KNOWN                                                                       \
    ((uint32_t)(PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_USERS | PL_NEED_SERVICES | \
                PL_NEED_LINKS | PL_NEED_ADDRS))

#define JUDGED_TOGETHER 1024

/* A recording has only what its events have. */
bool choose_known(const struct screen *screen)
{
    return (screen->filter_need & ~KNOWN) == 0 || screen->play.journal;
}

/* ---- judging rows ---- */

static void set_shown(struct row *row, bool shown)
{
    row->shown = shown;
    row->have |= ROW_JUDGED;
}

/* Judges the rows that are in the batch, and empties it. */
static int judge_batch(struct screen *screen, struct row **rows, size_t count)
{
    const struct pl_snapshot *snap;
    const struct pl_sock *socks;
    size_t sock_count;
    int err = count > 0 ? pl_batch_settle(screen->grid.batch, &snap) : 0;

    if (err == 0 && count > 0) {
        socks = pl_snapshot_socks(snap, &sock_count);
        for (size_t i = 0; i < count; i++)
            set_shown(rows[i], pl_filter_match(screen->filter, snap, &socks[i]));
    }
    pl_batch_clear(screen->grid.batch);
    return err;
}

/* all: also rows that were judged, by another filter. */
static int judge_rows(struct screen *screen, bool all)
{
    struct row *kept[JUDGED_TOGETHER];
    struct rows *rows = screen_rows(screen);
    struct row *row;
    size_t at = 0;
    size_t count = 0;
    int err = 0;

    pl_batch_clear(screen->grid.batch);
    while (err == 0 && (row = rows_next(rows, &at))) {
        struct pl_event event = {.sock = row_sock(row),
                                 .kind = PL_EVENT_STATE,
                                 .have = PL_EVENT_HAVE_SOCK,
                                 .holders = row->holders};

        if (!all && row->have & ROW_JUDGED)
            continue;
        err = count < JUDGED_TOGETHER ? pl_batch_add(screen->grid.batch, &event) : -EEXIST;
        if (err == -EEXIST) {
            /* The batch is full, or its processes are others with the same ids. */
            err = judge_batch(screen, kept, count);
            count = 0;
            err = err ? err : pl_batch_add(screen->grid.batch, &event);
        }
        kept[count++] = row;
    }
    return err ? err : judge_batch(screen, kept, count);
}

/* Judges the rows by a new table. Those that it lacks are not shown. */
static int judge_by_table(struct screen *screen)
{
    struct rows *rows = screen_rows(screen);
    struct pl_query query = screen->query;
    struct pl_snapshot *snap = NULL;
    const struct pl_sock *socks;
    struct row *row;
    size_t count;
    size_t at = 0;
    int err;

    query.need = screen->filter_need;
    err = pl_snapshot_take(screen->session.reader, &query, &snap);
    if (err < 0)
        return err;
    while ((row = rows_next(rows, &at)))
        set_shown(row, false);
    socks = pl_snapshot_socks(snap, &count);
    for (size_t i = 0; i < count; i++) {
        row = rows_find(rows, rows_identity(&socks[i]));
        if (row)
            set_shown(row, pl_filter_match(screen->filter, snap, &socks[i]));
    }
    pl_snapshot_free(snap);
    return 0;
}

void choose_all(struct screen *screen)
{
    struct row *row;
    size_t at = 0;
    int err = 0;

    if (!screen->filter) {
        while ((row = rows_next(screen_rows(screen), &at)))
            set_shown(row, true);
        return;
    }
    err = choose_known(screen) ? judge_rows(screen, true) : judge_by_table(screen);
    if (err < 0)
        screen->error = err;
}

void choose_new(struct screen *screen)
{
    struct row *row;
    size_t at = 0;
    int err = 0;

    if (screen->filter && choose_known(screen)) {
        err = judge_rows(screen, false);
        if (err < 0)
            screen->error = err;
        return;
    }
    /* The next table judges those that the filter cannot judge now. */
    while ((row = rows_next(screen_rows(screen), &at))) {
        if (!(row->have & ROW_JUDGED))
            row->shown = !screen->filter;
    }
}

/* ---- the text ---- */

void choose_set(struct screen *screen, const char *text, size_t len)
{
    struct editor *editor = &screen->editor;

    editor->len = len < FILTER_ROOM - 1 ? len : FILTER_ROOM - 1;
    memcpy(editor->text, text, editor->len);
    editor->text[editor->len] = '\0';
    for (size_t i = 0; i < editor->len; i++) {
        if (editor->text[i] == PL_FILTER_BOUNDARY)
            editor->text[i] = ' ';
    }
    editor->at = editor->len;
}

static void set_error(struct screen *screen, const char *text, const char *advice, size_t from,
                      size_t len)
{
    struct editor *editor = &screen->editor;

    (void)snprintf(editor->error, sizeof(editor->error), "%s%s", text, advice);
    editor->error_from = from;
    editor->error_len = len;
}

/* Returns whether a process of that name holds a socket. */
static bool is_program(struct screen *screen, const char *word)
{
    const struct row *row;
    size_t at = 0;

    while ((row = rows_next(screen_rows(screen), &at))) {
        for (uint32_t i = 0; row->holders && i < row->holders->count; i++) {
            if (strcmp(row->holders->items[i].name, word) == 0)
                return true;
        }
    }
    return false;
}

/* Returns whether the filter can be used, or sets what is wrong with it. */
static bool is_sensible(struct screen *screen, const struct pl_filter *filter)
{
    const char *advice = "";
    const char *word = pl_filter_unknown(filter, NULL, &advice);
    const char *at = word ? strstr(screen->editor.text, word) : NULL;

    if ((pl_filter_protos(filter) & screen->query.protos) == 0) {
        set_error(screen, "the screen has only TCP and UDP sockets", "", 0, 0);
        return false;
    }
    if (!word || is_program(screen, word))
        return true;
    set_error(screen, "no service, and no program with a socket, is called that", advice,
              at ? (size_t)(at - screen->editor.text) : 0, at ? strlen(word) : 0);
    return false;
}

static void take_filter(struct screen *screen, struct pl_filter *filter)
{
    pl_filter_free(screen->filter);
    screen->filter = filter;
    screen->filter_need = filter ? pl_filter_need(filter) : 0;
    (void)strlcpy(screen->applied, screen->editor.text, sizeof(screen->applied));
    screen->cursor.moved = 0; /* if the selected line is not shown any more, the first one is */
    choose_all(screen);
}

void choose_try(struct screen *screen, bool hosts)
{
    struct editor *editor = &screen->editor;
    struct pl_filter *filter = NULL;
    struct pl_filter_error error = {0};
    int err = 0;

    editor->error[0] = '\0';
    editor->error_len = 0;
    if (strspn(editor->text, " ") < editor->len)
        err = ask_try(&screen->settings->ask, editor->text, hosts, &filter, &error);
    if (err == -EINVAL)
        set_error(screen, error.text, error.advice, error.from, error.len);
    else if (err < 0)
        set_error(screen, pl_error_text(-err), "", 0, 0);
    else if (filter && !is_sensible(screen, filter))
        pl_filter_free(filter);
    else
        take_filter(screen, filter);
}
