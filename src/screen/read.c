/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads tables and events. Both together take at most 5 % of a processor: the longer a table takes,
 * the later the next one. While the kernel reports what opens and closes, tables are needed less, and the
 * counters of the lines that are visible are read one by one.
 */
#include "state.h"

#include <errno.h>
#include <stdio.h>

/* A table takes at most this part of the time: without reports; else if the order depends on tables, or not. */
enum { SHARE_POLLED = 30, SHARE_SORTED = 60, SHARE_REPORTED = 1000 };
/* With reports, the sums of the rates are not older than that, unless the table takes too long. */
#define OLDEST (30 * SECOND)
/* As many lines are looked up at once. */
#define AGAIN_MAX 256
/* The first table has no counters, and a rate needs two that have them. */
#define FIRST_RATES 3
/* Owners can change without a new socket: they are read again after so many tables. */
#define OWNERS_AGAIN 10

/* ---- events ---- */

int read_event(void *arg, const struct pl_event *event)
{
    struct screen *screen = arg;
    struct pl_event own = *event; /* with the processes of its row */
    const struct row *row;

    if (event->have & PL_EVENT_FOREIGN)
        return 0;
    row = rows_event(&screen->rows, event, screen_at(screen));
    if (!own.holders && row && row->holders) {
        own.holders = row->holders;
        own.held_by = PL_HELD_TABLE;
        own.sock.owner_unknown = PL_OWNER_KNOWN;
    }
    if (event->kind != PL_EVENT_STATE && event->kind != PL_EVENT_RESYNC)
        log_add(&screen->log, &own);
    if (screen->record.journal)
        record_event(screen, &own);
    screen->changed = true;
    return 0;
}

int read_open(void *arg, struct pl_reader *reader)
{
    struct screen *screen = arg;
    const struct pl_stream_want want = {
        .reports = {.way = PL_REPORT_BPF, .forced = true, .udp = true},
        .query = &screen->query,
        .first = &screen->query,
        .states = true,
        .owners = true,
        .interval = screen->options->interval,
    };
    int err = -ENOTSUP;

    if (!screen->options->forced || screen->options->way == PL_REPORT_BPF)
        err = pl_stream_open(reader, &want, read_event, screen, &screen->stream);
    screen->no_stream = -err;
    return EXIT_DONE;
}

void read_events(struct screen *screen)
{
    int err;

    if (!screen->stream)
        return;
    screen->now = screen_clock(CLOCK_MONOTONIC);
    err = pl_stream_step(screen->stream);
    if (err < 0)
        screen->error = err;
}

/* ---- tables ---- */

/* A rows_change_fn: without reports, events follow from tables. */
static void on_change(void *arg, const struct row *row, enum row_mark mark)
{
    struct screen *screen = arg;
    struct pl_event event;

    if (screen->stream || screen->play.journal)
        return;
    event = log_event(row, mark, screen_time());
    log_add(&screen->log, &event);
    /* In a recording, which end made a connection is unknown. */
    if (event.kind == PL_EVENT_LISTEN && !row_is_listener(row))
        event.kind = PL_EVENT_STATE;
    if (screen->record.journal)
        record_event(screen, &event);
}

/* Keeps the first note about what could not be seen. */
static void take_notes(struct screen *screen, const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);
    struct out line = {.fd = -1};

    screen->hidden[0] = '\0';
    if (count > 0)
        view_note(&line, &notes[0]);
    if (line.len > 0)
        (void)snprintf(screen->hidden, sizeof(screen->hidden), "%.*s",
                       (int)(line.len - (line.data[line.len - 1] == '\n')), line.data);
    out_free(&line);
}

/* Rows that the table brought are judged by it, since it has what the filter needs. */
static int merge(struct screen *screen, const struct pl_snapshot *snap, bool owners, uint64_t at)
{
    const struct rows_table table = {
        .snap = snap,
        .at = at,
        .protos = screen->query.protos,
        .owners = owners,
        .filter = screen->frozen ? NULL : screen->filter,
        .known = choose_known(screen),
        .change = screen->rows.round > 0 ? on_change : NULL,
        .arg = screen,
    };

    return rows_merge(&screen->rows, &table);
}

static bool want_owners(const struct screen *screen)
{
    return screen->rows.unowned > 0 || (screen->filter_need & PL_NEED_OWNERS) != 0 ||
           screen->rows.round % OWNERS_AGAIN == 0;
}

int read_take(struct screen *screen, struct pl_snapshot *snap, bool owners, uint64_t at)
{
    int err;

    screen->now = screen_clock(CLOCK_MONOTONIC);
    screen->system = pl_snapshot_system(snap);
    err = merge(screen, snap, owners, at);
    if (owners || screen->hidden[0] == '\0')
        take_notes(screen, snap);
    pl_snapshot_free(snap);
    screen->changed = true;
    return err;
}

/* Sets what the next table must have. Returns whether owners are part of it. */
static bool set_need(struct screen *screen)
{
    bool first = screen->rows.round == 0;
    bool owners = !first && want_owners(screen);

    /* Processes and counters take several times as long: they follow after the first screen. */
    screen->query.need = (first ? 0 : PL_NEED_INTERNALS) | screen->filter_need |
                         (owners ? (uint32_t)(PL_NEED_OWNERS | PL_NEED_NAMES) : 0);
    return owners;
}

static int take_table(struct screen *screen)
{
    struct pl_snapshot *snap = NULL;
    bool owners = set_need(screen);
    uint64_t at = screen_clock(CLOCK_MONOTONIC);
    int err = pl_snapshot_take(screen->session.reader, &screen->query, &snap);

    return err < 0 ? err : read_take(screen, snap, owners, at);
}

uint64_t read_wait(const struct screen *screen)
{
    bool sorted = views_get(screen->view)->columns[screen->by[screen->view].column].right;
    bool needed = sorted || screen->rows.unowned > 0 || screen->rows.round < FIRST_RATES;
    uint64_t share = !screen->stream ? SHARE_POLLED : needed ? SHARE_SORTED : SHARE_REPORTED;
    uint64_t wait = screen->read_cost * share;

    if (share == SHARE_REPORTED && wait > OLDEST) {
        uint64_t least = screen->read_cost * SHARE_SORTED;

        wait = least > OLDEST ? least : OLDEST;
    }
    return wait < screen->options->interval ? screen->options->interval : wait;
}

void read_sooner(struct screen *screen)
{
    uint64_t due = screen->read_at + read_wait(screen);

    if (!screen->play.journal && due < screen->read_due)
        screen->read_due = due;
}

/* Sets when the next table is due, from the time that the last one took. */
static void schedule(struct screen *screen, uint64_t before)
{
    screen->read_cost = screen_clock(CLOCK_PROCESS_CPUTIME_ID) - before;
    screen->now = screen->read_at = screen_clock(CLOCK_MONOTONIC);
    screen->read_due = screen->read_at + read_wait(screen);
    screen->again_due = screen->now + screen->options->interval;
}

/*
 * Reports before the table are processed before it, and those meanwhile afterwards, so that the rows
 * are as the kernel has them.
 */
void read_table(struct screen *screen, bool at_once)
{
    uint64_t before;

    screen->now = screen_clock(CLOCK_MONOTONIC);
    if (!at_once && screen->now < screen->read_due)
        return;
    before = screen_clock(CLOCK_PROCESS_CPUTIME_ID);
    read_events(screen);
    screen->error = take_table(screen);
    read_events(screen);
    schedule(screen, before);
}

/* ---- what is visible ---- */

/* Stores the visible connections with counters. Returns their number. */
static size_t take_visible(const struct screen *screen, struct pl_sock *socks)
{
    size_t count = cursor_count(screen);
    size_t end = screen->cursor.top + screen_page(screen);
    size_t kept = 0;

    for (size_t i = screen->cursor.top; i < count && i < end && kept < AGAIN_MAX; i++) {
        const struct line line = cursor_line(screen, i);
        const struct row *row = line.item;

        if ((screen->view != VIEW_CONNECTIONS && !line.inner) || row->mark == ROW_CLOSED ||
            row->sock.proto != PL_PROTO_TCP || !(row->have & ROW_HAVE_BYTES) ||
            !(row->sock.have & PL_HAVE_COOKIE) || row->sock.state == PL_STATE_TIME_WAIT)
            continue;
        socks[kept++] = row_sock(row);
    }
    return kept;
}

/* A socket that is not found keeps its row: a report or a table ends it. */
void read_again(struct screen *screen)
{
    static const struct pl_query query = {.protos = PL_BIT(PL_PROTO_TCP),
                                          .need = PL_NEED_INTERNALS};
    struct pl_sock socks[AGAIN_MAX];
    struct rows_table table = {.at = screen_clock(CLOCK_MONOTONIC)};
    struct pl_snapshot *snap = NULL;
    size_t count;

    if (!screen->stream || screen->frozen || screen->view == VIEW_LOG ||
        table.at < screen->again_due)
        return;
    screen->again_due = table.at + screen->options->interval;
    count = take_visible(screen, socks);
    if (count == 0 ||
        pl_snapshot_again(screen->session.reader, &query, PL_PROTO_TCP, socks, count, &snap) < 0)
        return;
    table.snap = snap;
    rows_again(&screen->rows, &table);
    pl_snapshot_free(snap);
}

/* ---- the start ---- */

/* Takes the first table of the stream. Returns whether there is one. */
static bool start_stream(struct screen *screen)
{
    uint64_t before = screen_clock(CLOCK_PROCESS_CPUTIME_ID);
    struct pl_snapshot *first = NULL;
    bool owners = set_need(screen);
    int err = pl_stream_start(screen->stream, &first);

    if (err < 0) {
        /* The tables will fail for the same reason, or work without reports. */
        read_close(screen);
        screen->no_stream = -err;
        return false;
    }
    screen->error = read_take(screen, first, owners, screen->started);
    read_events(screen);
    schedule(screen, before);
    return true;
}

int read_start(struct screen *screen)
{
    screen->now = screen->started = screen_clock(CLOCK_MONOTONIC);
    if (!screen->stream || !start_stream(screen))
        read_table(screen, true);
    screen->read_due = 0;
    return screen->error;
}

void read_close(struct screen *screen)
{
    pl_stream_close(screen->stream);
    screen->stream = NULL;
}
