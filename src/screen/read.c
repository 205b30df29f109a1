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

/* A pl_event_fn. */
static int take_event(void *arg, const struct pl_event *event)
{
    struct screen *screen = arg;

    if (event->have & PL_EVENT_FOREIGN)
        return 0;
    (void)rows_event(&screen->rows, event, screen->now);
    if (event->kind != PL_EVENT_STATE && event->kind != PL_EVENT_RESYNC)
        log_add(&screen->log, event);
    screen->changed = true;
    return 0;
}

int read_open(void *arg, struct pl_reader *reader)
{
    struct screen *screen = arg;
    const struct pl_stream_want want = {
        .reports = {.way = PL_REPORT_BPF, .forced = true, .udp = true},
        .query = &screen->query,
        .states = true,
        .owners = true,
    };
    int err = -ENOTSUP;

    if (!screen->options->forced || screen->options->way == PL_REPORT_BPF)
        err = pl_stream_open(reader, &want, take_event, screen, &screen->stream);
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

    if (!screen->stream)
        log_row(&screen->log, row, mark, clock_of(CLOCK_REALTIME));
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

/*
 * Reports before the table are processed before it, and those meanwhile afterwards, so that the rows
 * are as the kernel has them.
 */
static int take_table(struct screen *screen)
{
    struct pl_snapshot *snap = NULL;
    bool owners = want_owners(screen);
    uint64_t at = clock_of(CLOCK_MONOTONIC);
    int err;

    screen->query.need = PL_NEED_INTERNALS | screen->filter_need |
                         (owners ? (uint32_t)(PL_NEED_OWNERS | PL_NEED_NAMES) : 0);
    err = pl_snapshot_take(screen->session.reader, &screen->query, &snap);
    if (err < 0)
        return err;
    screen->now = clock_of(CLOCK_MONOTONIC);
    err = merge(screen, snap, owners, at);
    if (owners || screen->hidden[0] == '\0')
        take_notes(screen, snap);
    pl_snapshot_free(snap);
    return err;
}

void read_table(struct screen *screen, bool at_once)
{
    uint64_t before;
    uint64_t wait;

    screen->now = clock_of(CLOCK_MONOTONIC);
    if (!at_once && screen->now < screen->read_due)
        return;
    before = clock_of(CLOCK_PROCESS_CPUTIME_ID);
    read_events(screen);
    screen->error = take_table(screen);
    read_events(screen);
    screen->changed = true;
    screen->read_cost = clock_of(CLOCK_PROCESS_CPUTIME_ID) - before;
    wait = screen->read_cost * READ_SHARE;
    if (wait < screen->options->interval)
        wait = screen->options->interval;
    screen->now = clock_of(CLOCK_MONOTONIC);
    screen->read_due = screen->now + wait;
}

int read_start(struct screen *screen)
{
    int err = 0;

    screen->now = screen->started = clock_of(CLOCK_MONOTONIC);
    if (screen->stream)
        err = pl_stream_start(screen->stream, NULL);
    if (err < 0) {
        /* The tables will fail for the same reason, or work without reports. */
        pl_stream_close(screen->stream);
        screen->stream = NULL;
        screen->no_stream = -err;
    }
    read_table(screen, true);
    return screen->error;
}

void read_close(struct screen *screen)
{
    pl_stream_close(screen->stream);
    screen->stream = NULL;
}
