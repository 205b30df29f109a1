/* SPDX-License-Identifier: BSD-2-Clause */
/* One socket: its history in sentences, then all details from a table that is read for it. */
#include "state.h"

#include "api/explain.h"
#include "model/array.h"
#include "view/text.h"

#include <stdio.h>
#include <string.h>

/* Everything that the options -e -i -m -o -p and --peers show. */
#define NEED                                                                                      \
    ((uint32_t)(PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_COMMANDS | PL_NEED_EXES | PL_NEED_UIDS | \
                PL_NEED_USERS | PL_NEED_SERVICES | PL_NEED_LINKS | PL_NEED_ADDRS |                \
                PL_NEED_INTERNALS | PL_NEED_MEMORY | PL_NEED_TIMERS | PL_NEED_MORE |              \
                PL_NEED_CGROUPS | PL_NEED_PEERS | PL_NEED_STARTED))

#define NAME_WIDTH 24

static void put_label(struct out *out, const char *name)
{
    size_t len = strlen(name);

    out_word(out, "  ");
    out_word(out, name);
    out_pad(out, len < NAME_WIDTH ? NAME_WIDTH - len : 1);
}

/* ---- what the screen saw ---- */

static void put_state(struct out *out, uint16_t state)
{
    const char *name = pl_state_name(state);

    if (name) {
        out_word(out, name);
    } else {
        out_word(out, "state ");
        out_number(out, state & (PL_STATE_OTHER - 1U));
    }
}

static void put_ago(struct out *out, const struct screen *screen, uint64_t at)
{
    units_duration(out, screen_at(screen) > at ? screen_at(screen) - at : 0);
    out_word(out, " ago");
}

/* "It was first seen 5s ago: SYN_SENT for 1s, then ESTABLISHED since 4s." */
static void put_history(struct out *out, const struct screen *screen, const struct row *row)
{
    uint32_t count = row->past ? row->past->count : 0;

    out_word(out, !(row->have & ROW_BEFORE) ? "It was first seen "
                  : screen->play.journal    ? "It was open already when the recording was started, "
                                            : "It was open already when portwatch was started, ");
    put_ago(out, screen, row->first);
    out_word(out, ".\nStates: ");
    for (uint32_t i = 0; i < count; i++) {
        uint64_t end = i + 1 < count ? row->past->items[i + 1].since : row_since(row);

        put_state(out, row->past->items[i].state);
        out_word(out, " for ");
        units_short(out, (end - row->past->items[i].since) / 1000);
        out_word(out, ", then ");
    }
    put_state(out, row->sock.state);
    out_word(out, " since ");
    units_duration(out,
                   screen_at(screen) > row_since(row) ? screen_at(screen) - row_since(row) : 0);
    if (row->mark == ROW_CLOSED) {
        out_word(out, ". It was closed ");
        put_ago(out, screen, row->marked);
    }
    out_word(out, ".\n");
}

static void put_meaning(struct out *out, const struct row *row)
{
    const char *name = pl_state_name(row->sock.state);
    const struct pl_explanation *why = name ? pl_explanation_get("state", text_of(name)) : NULL;

    if (!why)
        return;
    out_word(out, name);
    out_word(out, ": ");
    out_word(out, why->text);
    out_char(out, '\n');
    if (why->advice[0] != '\0') {
        out_word(out, why->advice);
        out_char(out, '\n');
    }
}

static void put_transfer(struct out *out, const struct row *row)
{
    const struct {
        const char *before;
        uint64_t bytes;
        double rate;
    } ways[] = {
        {"Received ", row->bytes_in, (double)row->rate_in},
        {"Sent and acknowledged ", row->bytes_out, (double)row->rate_out},
    };

    if (!(row->have & ROW_HAVE_BYTES)) {
        out_word(out, "How much it transferred is not known.\n");
        return;
    }
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        out_word(out, ways[i].before);
        out_number(out, ways[i].bytes);
        out_word(out, ways[i].bytes == 1 ? " byte" : " bytes");
        if (row->have & ROW_HAVE_RATE) {
            out_word(out, ", now ");
            units_bytes(out, ways[i].rate);
            out_word(out, " per second");
        }
        out_word(out, ".\n");
    }
}

/* "tcp 10.0.0.1:22 10.0.0.2:4000 812/sshd" */
static void put_title(const struct screen *screen, struct out *out, const struct row *row)
{
    static const struct grid_column columns[] = {
        {.title = "", .weight = 0, .field = PL_FIELD_PROTO},
        {.title = "", .weight = 1, .field = PL_FIELD_LOCAL},
        {.title = "", .weight = 2, .field = PL_FIELD_PEER},
        {.title = "", .weight = 3, .field = PL_FIELD_OWNERS},
    };
    struct grid grid = {.batch = screen->grid.batch, .view = screen->grid.view};
    const struct line line = views_row(row);

    grid_begin(&grid, columns, COUNT_OF(columns));
    if (grid_fill(&grid, &line, 1) == 0)
        grid_join(&grid, out);
    out_char(out, '\n');
    grid.batch = NULL; /* that of the screen */
    grid_free(&grid);
}

/* ---- what a table has ---- */

static void put_fields(struct out *out, const struct view *view, const struct pl_sock *sock)
{
    out_word(out, "\nNow:\n");
    for (size_t i = 0; i < PL_FIELD_COLUMNS; i++) {
        const struct pl_field *field = &pl_fields[i];
        struct cell cell;

        cell_clear(&cell);
        column_get(field, view, sock, &cell);
        if (cell.kind == CELL_ABSENT || cell.kind == CELL_PAIRS ||
            (cell.kind == CELL_OWNERS && cell.count == 0) ||
            pl_field_is_quiet(field, view->snap, sock, &cell.value))
            continue;
        put_label(out, field->name);
        cell_plain(out, view, &cell, ',', "");
        if (cell.kind == CELL_NUMBER && field->unit) {
            out_char(out, ' ');
            out_word(out, field->unit);
        }
        out_word(out, "   (");
        out_word(out, field->help);
        out_word(out, ")\n");
    }
}

/* Reads the socket again, selected by its cookie. Appends nothing about a socket without a cookie. */
static void put_now(struct screen *screen, struct out *out, const struct row *row)
{
    char words[48];
    struct pl_filter_error error;
    struct pl_filter *filter = NULL;
    struct pl_query query = screen->query;
    struct view view = {.user_names = true, .protocol_names = true};
    struct pl_snapshot *snap = NULL;
    const struct pl_sock *socks;
    size_t count = 0;

    /* The sockets of a recording are not those of this system. */
    if (!(row->sock.have & PL_HAVE_COOKIE) || row->mark == ROW_CLOSED || screen->play.journal)
        return;
    (void)snprintf(words, sizeof(words), "cookie %llu", (unsigned long long)row->sock.cookie);
    if (pl_filter_parse(words, NULL, &filter, &error) < 0)
        return;
    query.filter = filter;
    query.need = NEED;
    query.protos = PL_BIT(row->sock.proto);
    if (pl_snapshot_take(screen->session.reader, &query, &snap) == 0) {
        view.snap = snap;
        socks = pl_snapshot_socks(snap, &count);
        if (count > 0)
            put_fields(out, &view, &socks[0]);
        else
            out_word(out, "\nIt does not exist any more.\n");
    }
    pl_snapshot_free(snap);
    pl_filter_free(filter);
}

void details_make(struct screen *screen)
{
    struct out *out = &screen->popup_text;
    const struct row *row = NULL;

    out->fd = -1;
    out->len = 0;
    if (screen->view != VIEW_LOG) {
        row = cursor_row(screen);
    } else {
        const struct pl_event *event = cursor_item(screen);

        if (event && event->have & PL_EVENT_HAVE_SOCK)
            row = rows_find(screen_rows(screen), rows_identity(&event->sock));
    }
    if (!row) {
        out_word(out, "The socket is closed, and no longer on the screen.\n");
        return;
    }
    put_title(screen, out, row);
    put_meaning(out, row);
    put_history(out, screen, row);
    put_transfer(out, row);
    put_now(screen, out, row);
}
