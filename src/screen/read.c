/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads tables and events. Both together take at most 5 % of a processor: the longer a table takes,
 * the later the next one.
 */
#include "state.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

/* A table takes at most this part of the time. */
#define READ_SHARE 30
/* Owners can change without a new socket: they are read again after so many tables. */
#define OWNERS_AGAIN 10

static uint64_t clock_of(clockid_t clock)
{
    struct timespec t;

    if (clock_gettime(clock, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

/* ---- events ---- */

int read_event(void *arg, const struct pl_event *event)
{
    struct screen *screen = arg;

    if (event->have & PL_EVENT_FOREIGN)
        return 0;
    (void)rows_event(&screen->rows, event, screen_at(screen));
    if (event->kind != PL_EVENT_STATE && event->kind != PL_EVENT_RESYNC)
        log_add(&screen->log, event);
    if (screen->record.journal)
        record_event(screen, event);
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
    screen->now = clock_of(CLOCK_MONOTONIC);
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
    if (event.kind == PL_EVENT_LISTEN && !pl_sock_is_listener(&row->sock))
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
        .change = screen->rows.round > 0 ? on_change : NULL,
        .arg = screen,
    };

    return rows_merge(&screen->rows, &table);
}

static bool want_owners(const struct screen *screen)
{
    return screen->rows.round == 0 || screen->rows.unowned > 0 ||
           (screen->filter_need & PL_NEED_OWNERS) != 0 || screen->rows.round % OWNERS_AGAIN == 0;
}

int read_take(struct screen *screen, struct pl_snapshot *snap, bool owners, uint64_t at)
{
    int err;

    screen->now = clock_of(CLOCK_MONOTONIC);
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
    bool owners = want_owners(screen);

    screen->query.need = PL_NEED_INTERNALS | screen->filter_need |
                         (owners ? (uint32_t)(PL_NEED_OWNERS | PL_NEED_NAMES) : 0);
    return owners;
}

static int take_table(struct screen *screen)
{
    struct pl_snapshot *snap = NULL;
    bool owners = set_need(screen);
    uint64_t at = clock_of(CLOCK_MONOTONIC);
    int err = pl_snapshot_take(screen->session.reader, &screen->query, &snap);

    return err < 0 ? err : read_take(screen, snap, owners, at);
}

/* Sets when the next table is due, from the time that the last one took. */
static void schedule(struct screen *screen, uint64_t before)
{
    uint64_t wait;

    screen->read_cost = clock_of(CLOCK_PROCESS_CPUTIME_ID) - before;
    wait = screen->read_cost * READ_SHARE;
    if (wait < screen->options->interval)
        wait = screen->options->interval;
    screen->now = clock_of(CLOCK_MONOTONIC);
    screen->read_due = screen->now + wait;
}

/*
 * Reports before the table are processed before it, and those meanwhile afterwards, so that the rows
 * are as the kernel has them.
 */
void read_table(struct screen *screen, bool at_once)
{
    uint64_t before;

    screen->now = clock_of(CLOCK_MONOTONIC);
    if (!at_once && screen->now < screen->read_due)
        return;
    before = clock_of(CLOCK_PROCESS_CPUTIME_ID);
    read_events(screen);
    screen->error = take_table(screen);
    read_events(screen);
    schedule(screen, before);
}

/* Takes the first table of the stream. Returns whether there is one. */
static bool start_stream(struct screen *screen)
{
    uint64_t before = clock_of(CLOCK_PROCESS_CPUTIME_ID);
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
    screen->now = screen->started = clock_of(CLOCK_MONOTONIC);
    if (!screen->stream || !start_stream(screen))
        read_table(screen, true);
    return screen->error;
}

void read_close(struct screen *screen)
{
    pl_stream_close(screen->stream);
    screen->stream = NULL;
}
