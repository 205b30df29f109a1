/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A stream of events: reports first, so that none is missed, then the first table. Where the kernel
 * reports nothing, tables are compared. After a loss, the table is read again, and when a socket stays
 * in one of its last states: Linux 6.18 does not call the tracepoint for the last change of about one
 * connection in 100,000, which was seen by other programs as well.
 */
#include "track.h"

#include "source/source.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define MILLISECOND UINT64_C(1000000)
#define SECOND      (1000 * MILLISECOND)

/* Reading tables takes at most 2 % of the time; two of them are 0.1 to 10 s apart. */
#define POLL_SHARE 50
#define POLL_MIN   (100 * MILLISECOND)
#define POLL_MAX   (10 * SECOND)

/* Reports of changes that follow soon are waited for that long. */
#define PATIENCE (60 * SECOND)

struct pl_stream {
    struct pl_reader *reader;
    struct pl_stream_want want;
    struct pl_query query;
    struct pl_query_hooks hooks;
    struct pl_reports *reports;
    struct pl_tracker tracker;
    uint32_t polled; /* protocols whose tables are compared */
    uint64_t due;    /* CLOCK_MONOTONIC of the next table */
    uint64_t verify; /* CLOCK_MONOTONIC of the next search for sockets that do not end; 0: none */
    uint64_t lost;
    bool resync;   /* reports were lost since the last table */
    bool reported; /* there was a report since the last search */
};

static uint64_t now(clockid_t clock)
{
    struct timespec t;

    if (clock_gettime(clock, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

/* The time by the two clocks of reports. */
static struct pl_moment moment(void)
{
#ifdef CLOCK_BOOTTIME
    return (struct pl_moment){now(CLOCK_REALTIME), now(CLOCK_BOOTTIME)};
#else
    return (struct pl_moment){now(CLOCK_REALTIME), now(CLOCK_MONOTONIC)};
#endif
}

static int on_report(void *arg, const struct pl_report *report)
{
    struct pl_stream *stream = arg;

    stream->reported = true;
    return pl_tracker_report(&stream->tracker, report);
}

/* Processes the waiting reports, and passes on how many were lost. */
static int read_reports(struct pl_stream *stream)
{
    uint64_t lost = 0;
    int err = pl_reports_read(stream->reports, on_report, stream, &lost);

    if (lost == 0)
        return err;
    stream->lost += lost;
    stream->resync = true;
    return err ? err : pl_tracker_mark(&stream->tracker, PL_EVENT_LOST, lost, now(CLOCK_REALTIME));
}

static int take_table(struct pl_stream *stream, uint32_t protos, bool owners,
                      struct pl_snapshot **snap)
{
    stream->query.protos = protos;
    stream->query.need = owners ? (uint32_t)(PL_NEED_OWNERS | PL_NEED_NAMES) : 0;
    return pl_snapshot_take(stream->reader, &stream->query, snap);
}

/* Sets when the next table is due: the longer the last one took, the later. */
static void schedule(struct pl_stream *stream, uint64_t since)
{
    uint64_t end = now(CLOCK_MONOTONIC);
    uint64_t least = stream->want.interval ? stream->want.interval : POLL_MIN;
    uint64_t wait = (end - since) * POLL_SHARE;

    wait = wait > POLL_MAX ? POLL_MAX : wait;
    stream->due = end + (wait < least ? least : wait);
}

/*
 * Reads a table of these protocols and passes on the difference. Owners take longer than sockets,
 * so they are read only if there is a new socket.
 */
static int compare_table(struct pl_stream *stream, uint32_t protos, bool resync)
{
    uint64_t since = now(CLOCK_MONOTONIC);
    struct pl_later table = {.protos = protos, .resync = resync, .at = moment()};
    struct pl_snapshot *snap = NULL;
    int err;

    pl_tracker_expect(&stream->tracker);
    err = take_table(stream, protos, false, &snap);
    if (err == 0 && stream->want.owners && pl_tracker_is_new(&stream->tracker, snap)) {
        pl_snapshot_free(snap);
        snap = NULL;
        err = read_reports(stream); /* a table takes long: the buffer is emptied between two */
        err = err ? err : take_table(stream, protos, true, &snap);
    }
    err = err ? err : read_reports(stream);
    if (err == 0 && resync)
        err = pl_tracker_mark(&stream->tracker, PL_EVENT_RESYNC, 0, table.at.time);
    table.snap = snap;
    err = err ? err : pl_tracker_compare(&stream->tracker, &table);
    pl_snapshot_free(snap);
    schedule(stream, since);
    return err;
}

int pl_stream_open(struct pl_reader *reader, const struct pl_stream_want *want, pl_event_fn *take,
                   void *arg, struct pl_stream **out)
{
    const uint32_t udp = PL_BIT(PL_PROTO_UDP);
    struct pl_stream *stream = calloc(1, sizeof(*stream));
    uint32_t protos = want->query->protos;
    enum pl_report_way way;
    int err;

    if (!stream)
        return -ENOMEM;
    err = pl_reports_open(reader, &want->reports, &stream->reports);
    if (err < 0) {
        free(stream);
        return err;
    }
    way = pl_reports_way(stream->reports);
    stream->reader = reader;
    stream->want = *want;
    stream->query = *want->query;
    stream->query.filter = NULL;
    stream->query.states = pl_tracker_states(way != PL_REPORT_BPF);
    stream->query.any_order = true;
    if (want->query->hooks)
        stream->hooks = *want->query->hooks;
    stream->hooks.phase = NULL; /* a later table needs the privileges, too */
    stream->query.hooks = &stream->hooks;
    stream->polled = way != PL_REPORT_BPF              ? protos
                     : pl_reports_udp(stream->reports) ? 0
                                                       : protos & udp;
    stream->tracker = (struct pl_tracker){
        .want = {.protos = protos,
                 .netns = pl_reader_netns(reader),
                 .all_netns = want->all_netns,
                 .states = want->states,
                 .polls = way == PL_REPORT_POLL,
                 .destroys = way == PL_REPORT_DESTROY},
        .take = take,
        .arg = arg,
    };
    *out = stream;
    return 0;
}

const struct pl_reports *pl_stream_reports(const struct pl_stream *stream)
{
    return stream->reports;
}

int pl_stream_start(struct pl_stream *stream, struct pl_snapshot **snap)
{
    struct pl_snapshot *first = NULL;
    int err = stream->want.first
                  ? pl_snapshot_take(stream->reader, stream->want.first, &first)
                  : take_table(stream, stream->tracker.want.protos, stream->want.owners, &first);

    err = err ? err : pl_tracker_load(&stream->tracker, first);
    schedule(stream, now(CLOCK_MONOTONIC)); /* the first table may have more than later ones */
    if (err == 0 && snap)
        *snap = first;
    else
        pl_snapshot_free(first);
    return err;
}

size_t pl_stream_fds(const struct pl_stream *stream, int fds[4])
{
    return pl_reports_fds(stream->reports, fds);
}

/* Returns the milliseconds until a time that is not 0. */
static int until(uint64_t due)
{
    uint64_t at = now(CLOCK_MONOTONIC);

    return at >= due ? 0 : (int)((due - at) / MILLISECOND) + 1;
}

int pl_stream_timeout(const struct pl_stream *stream)
{
    uint64_t due = stream->polled != 0 || stream->resync ? stream->due : 0;

    if (stream->verify != 0 && (due == 0 || stream->verify < due))
        due = stream->verify;
    return due == 0 ? -1 : until(due);
}

/*
 * Returns whether a socket was in one of its last states for so long that the table is needed to know
 * whether it still exists. Searches only while there are reports, or were such sockets.
 */
static bool is_overdue(struct pl_stream *stream)
{
    const uint64_t patience = stream->want.patience ? stream->want.patience : PATIENCE;
    enum pl_ending ending = PL_ENDING_NONE;

    if (pl_reports_way(stream->reports) != PL_REPORT_BPF)
        return false;
    if (stream->verify != 0 && until(stream->verify) == 0) {
        ending = pl_tracker_ending(&stream->tracker);
        stream->verify = 0;
    }
    if (stream->verify == 0 && (stream->reported || ending != PL_ENDING_NONE)) {
        stream->verify = now(CLOCK_MONOTONIC) + patience;
        stream->reported = false;
    }
    return ending == PL_ENDING_LONG;
}

int pl_stream_step(struct pl_stream *stream)
{
    int err = read_reports(stream);
    bool all = is_overdue(stream);
    bool due = until(stream->due) == 0;
    bool resync = stream->resync && due;

    all |= resync;
    if (err != 0 || !(all || (stream->polled != 0 && due)))
        return err;
    stream->resync &= !resync;
    return compare_table(stream, all ? stream->tracker.want.protos : stream->polled, resync);
}

uint64_t pl_stream_lost(const struct pl_stream *stream)
{
    return stream->lost;
}

void pl_stream_close(struct pl_stream *stream)
{
    if (!stream)
        return;
    pl_reports_close(stream->reports);
    pl_tracker_free(&stream->tracker);
    free(stream);
}
