/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes a snapshot: which feeds are read, in which order, and what happens when one fails. */
#include "collect.h"
#include "filter/filter.h"
#include "model/protocol.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Attempts to read a table that changes meanwhile. */
#define TRIES 5

#define PL_NEED_ALWAYS (UINT32_MAX & ~(uint32_t)PL_NEED_PEERS)

/* Details that only sock_diag(7) reports. */
#define PL_NEED_DETAILS (PL_NEED_INTERNALS | PL_NEED_MEMORY | PL_NEED_MORE)

#define RANKS 4

/*
 * From this number of sockets on, a second thread is faster: it costs 1 ms of the 20 ms they take.
 */
#define LARGE 20000

static uint64_t now(void)
{
    struct timespec t;

    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static int take_chunk(void *arg, const void *bytes, size_t len)
{
    struct pl_collect *c = arg;
    struct pl_input in = {
        .feed = c->snap->feed,
        .bytes = {.data = bytes, .len = len, .big_endian = c->reader->abi.big_endian},
        .abi = c->reader->abi,
        .whole = c->reader->replay,
    };
    int err;

    c->bytes += len;
    err = in.feed->decode(&in, &c->snap->sink);
    if (err == -EBADMSG) {
        c->damaged = true; /* keep the units before that; the next chunk may be undamaged */
        return 0;
    }
    if (err == -EAGAIN) {
        c->changed = true;
        return c->last_try ? 0 : -EAGAIN;
    }
    return err;
}

static void trace(struct pl_collect *c, const struct pl_reading *reading, int err, uint64_t since)
{
    const struct pl_trace trace = {
        .feed = c->snap->feed->name,
        .title = c->snap->feed->title,
        .path = reading->path,
        .error = -err,
        .nanoseconds = now() - since,
        .bytes = c->bytes,
    };

    if (c->beside) {
        c->traced = trace;
        c->has_trace = true;
    } else if (c->hooks->trace) {
        c->hooks->trace(c->hooks->trace_arg, &trace);
    }
}

static struct pl_note note_on(const struct pl_collect *c, const struct pl_feed *feed,
                              enum pl_note_kind kind, int error)
{
    return (struct pl_note){
        .kind = kind,
        .error = -error,
        .lacks = error != 0 ? c->reader->lacks : 0,
        .feed = {feed->name, (uint32_t)strlen(feed->name)},
        .title = feed->title,
    };
}

static int note_missed(struct pl_collect *c, const struct pl_feed *feed, int error,
                       bool only_details)
{
    bool missing = error == -ENOENT && c->reader->replay;
    struct pl_note note =
        note_on(c, feed, missing ? PL_NOTE_FEED_MISSING : PL_NOTE_FEED_FAILED, missing ? 0 : error);

    note.only_details = only_details;
    return pl_snapshot_note(c->snap, &note);
}

/* Reads one feed into the snapshot. On failure, the snapshot is unchanged. */
static int read_feed(struct pl_collect *c, struct pl_request *request)
{
    struct pl_mark mark = pl_snapshot_mark(c->snap);
    int lacks = 0;
    int err = 0;

    c->snap->feed = request->feed;
    for (int i = 1; i <= TRIES; i++) {
        struct pl_reading reading = {.path = "-"};
        uint64_t since = c->hooks->trace ? now() : 0;

        c->last_try = i == TRIES;
        c->changed = c->damaged = false;
        c->bytes = 0;
        err = c->reader->ops->read(c->reader, request, take_chunk, c, &reading);
        trace(c, &reading, err, since);
        lacks = reading.lacks;
        c->snap->detail_lacks |= reading.rights;
        if (err != -EAGAIN)
            break;
        pl_snapshot_rollback(c->snap, &mark);
    }
    if (err == -EBADMSG) {
        c->damaged = true;
        err = 0;
    }
    if (err < 0) {
        pl_snapshot_rollback(c->snap, &mark);
    } else if (c->damaged) {
        /* A process in a missing part may hold the socket. */
        c->snap->ownerless |= request->feed->slot == PL_SLOT_OWNERS;
        err = c->snap->sink.note(&c->snap->sink, PL_NOTE_FEED_DAMAGED, 0);
    } else if (c->changed) {
        err = c->snap->sink.note(&c->snap->sink, PL_NOTE_INCONSISTENT, 0);
    }
    if (err == 0 && lacks != 0) {
        c->snap->ownerless |= request->feed->slot == PL_SLOT_OWNERS;
        const struct pl_note note = note_on(c, request->feed, PL_NOTE_FEED_PARTIAL, -lacks);

        err = pl_snapshot_note(c->snap, &note);
    }
    c->snap->feed = NULL;
    return err;
}

static enum pl_way way_of(const struct pl_collect *c, unsigned int slot)
{
    bool unix_diag =
        c->query->need & PL_NEED_UNIX_DIAG && slot == PL_SLOT_SOCKS + (unsigned int)PL_PROTO_UNIX;

    return unix_diag ? PL_WAY_AUTO : c->query->way;
}

static bool is_wanted(const struct pl_collect *c, const struct pl_feed *feed, unsigned int slot,
                      unsigned int rank)
{
    if (feed->system != c->reader->abi.system || feed->slot != slot || feed->rank != rank)
        return false;
    if (feed->way != PL_WAY_AUTO && way_of(c, slot) != PL_WAY_AUTO && feed->way != way_of(c, slot))
        return false;
    return c->reader->whole || (c->need & PL_NEED_PEERS) != 0 || feed->family == PL_FAMILY_UNSPEC ||
           c->query->families == 0 || (c->query->families & PL_BIT(feed->family)) != 0;
}

/* Returns 1 if a feed of this rank worked, else 0. */
static int fill_rank(struct pl_collect *c, unsigned int slot, unsigned int rank,
                     struct pl_request *request, const struct pl_feed **failed, int *error)
{
    struct pl_mark mark = pl_snapshot_mark(c->snap);
    const size_t from = c->snap->socks.count;
    bool repeats = false;
    int filled = 0;
    int err = 0;

    for (size_t i = 0; i < pl_feed_count; i++) {
        const struct pl_feed *feed = &pl_feeds[i];

        if (!is_wanted(c, feed, slot, rank))
            continue;
        request->feed = feed;
        err = read_feed(c, request);
        if (err == -ENOMEM)
            return err;
        filled |= err == 0;
        repeats |= err == 0 && pl_feed_repeats(feed);
        if (err == 0 ||
            (feed->optional && (err == -ENOENT || (pl_lacks_ipv6(feed, err) && filled))))
            continue;
        /* Prefer the absence of IPv6, then the failure of a feed that is not optional. */
        if (!*failed || pl_lacks_ipv6(feed, err) || ((*failed)->optional && !feed->optional)) {
            *failed = feed;
            *error = err;
        }
        err = note_missed(c, feed, err, false);
        if (err < 0)
            return err;
    }
    /* Another rank may still fill the slot: drop the notes. */
    if (!filled)
        pl_snapshot_rollback(c->snap, &mark);
    err = repeats ? pl_merge_socks(c->snap, from) : 0;
    return err < 0 ? err : filled;
}

/* Whether the kernel cannot list the family, which is no failure. Every system has TCP and UDP. */
static bool is_absent(const struct pl_collect *c, const struct pl_feed *feed, int error)
{
    return !c->reader->replay && feed->slot > PL_SLOT_ANY &&
           (!pl_protocols[feed->slot - PL_SLOT_SOCKS].usual || pl_lacks_ipv6(feed, error)) &&
           (error == -ENOENT || error == -EOPNOTSUPP || error == -EPROTONOSUPPORT ||
            error == -EAFNOSUPPORT);
}

/*
 * No feed lists these sockets, or only one that this kernel or recording does not have: an empty
 * listing without a note would be wrong.
 */
static int note_unlisted(struct pl_collect *c, unsigned int slot)
{
    enum pl_system system = c->reader->abi.system;
    const struct pl_feed *feed = pl_feed_first(system, slot);
    struct pl_note note = {.kind = PL_NOTE_FAMILY_ABSENT};

    if (!(pl_feed_protos(system) & PL_BIT(slot - PL_SLOT_SOCKS)))
        feed = pl_feed_first(PL_SYSTEM_UNKNOWN, slot); /* only for its title */
    else if (!feed || !feed->optional)
        return 0; /* its rows are in the table of all protocols, or were not wanted */
    else if (c->reader->replay)
        return note_missed(c, feed, -ENOENT, false);
    c->any_socks = true;
    note.title = feed ? feed->title : NULL;
    if (note.title && strncmp(note.title, "IPv4 ", 5) == 0)
        note.title += 5; /* of the first of two tables */
    return pl_snapshot_note(c->snap, &note);
}

int pl_collect_slot(struct pl_collect *c, unsigned int slot, struct pl_request *request)
{
    const struct pl_feed *failed = NULL;
    int error = 0;

    for (unsigned int rank = 0; rank < RANKS; rank++) {
        int filled = fill_rank(c, slot, rank, request, &failed, &error);

        if (filled < 0)
            return filled;
        /* The lower rank lacks requested details, or sockets that no process holds. */
        if (filled && failed && !failed->optional && slot >= PL_SLOT_SOCKS &&
            !is_absent(c, failed, error)) {
            bool fewer = rank > 0 && pl_feed_repeats(request->feed);
            int err =
                fewer || c->need & PL_NEED_DETAILS ? note_missed(c, failed, error, !fewer) : 0;

            if (err < 0)
                return err;
        }
        if (filled) {
            c->any_socks |= slot >= PL_SLOT_SOCKS;
            if (slot >= PL_SLOT_SOCKS)
                c->filled |= pl_slot_protos(slot);
            c->any_proc |= slot >= PL_SLOT_SOCKS && request->feed->way == PL_WAY_PROC;
            return 0;
        }
    }
    if (failed && is_absent(c, failed, error)) {
        const struct pl_note note = note_on(c, failed, PL_NOTE_FAMILY_ABSENT, 0);

        c->any_socks = true;
        return pl_snapshot_note(c->snap, &note);
    }
    if (slot == PL_SLOT_OWNERS)
        c->snap->ownerless = true;
    if (!failed && slot > PL_SLOT_ANY)
        return note_unlisted(c, slot);
    /* Each of these feeds is optional, but without /proc all are missing. */
    if (!failed && slot == PL_SLOT_COUNTERS && c->query->need & PL_NEED_COUNTERS &&
        !c->reader->replay)
        failed = pl_feed_first(c->snap->system, slot);
    return failed ? note_missed(c, failed, error ? error : -ENOENT, false) : 0;
}

static int read_socks(struct pl_collect *c)
{
    struct pl_list push = {0};
    /* One feed for all protocols: the snapshot ignores those that were not requested. */
    int err = pl_collect_slot(c, PL_SLOT_ANY, &(struct pl_request){.whole = c->reader->whole});

    for (unsigned int proto = PL_PROTO_UNKNOWN + 1; proto < PL_PROTO_MAX && err >= 0; proto++) {
        struct pl_request request = {.states = c->query->states,
                                     .families = c->query->families,
                                     .large = c->large,
                                     .need = c->need};

        /* Any socket may be a peer, except one that is only bound. */
        if (c->need & PL_NEED_PEERS) {
            request.states = c->query->states & PL_BIT(PL_STATE_BOUND) ? UINT32_MAX : 0;
            request.families = 0;
        }
        if (c->reader->whole)
            request = (struct pl_request){.states = UINT32_MAX, .whole = true, .need = UINT32_MAX};
        if (!(c->query->protos & PL_BIT(proto)))
            continue;
        if (c->query->filter && !c->reader->whole && !(c->need & PL_NEED_PEERS))
            err = pl_filter_push(c->query->filter, proto, &push);
        request.push = push.items;
        request.push_count = push.count;
        if (err == 0)
            err = pl_collect_slot(c, PL_SLOT_SOCKS + proto, &request);
    }
    free(push.items);
    return err;
}

/* Thread: reads all owners into a separate snapshot. */
static void *read_owners_beside(void *arg)
{
    struct pl_collect *c = arg;
    struct pl_request request = {.owner_way = c->query->owner_way};

    c->error = pl_collect_slot(c, PL_SLOT_OWNERS, &request);
    return NULL;
}

/* Moves the results of the thread into the snapshot of the sockets. */
static int take_owners(struct pl_collect *c, struct pl_collect *beside)
{
    struct pl_snapshot *from = beside->snap;
    int err = beside->error;

    if (beside->has_trace && c->hooks->trace)
        c->hooks->trace(c->hooks->trace_arg, &beside->traced);
    err = err ? err : pl_collect_take_notes(c->snap, from);
    c->snap->owners = from->owners;
    from->owners = (struct pl_list){0};
    c->snap->found += from->found;
    c->snap->closed += from->closed;
    c->snap->denied += from->denied;
    c->snap->lacks = from->lacks;
    c->snap->hidden |= from->hidden;
    c->snap->ownerless |= from->ownerless;
    c->snap->early = true;
    pl_snapshot_free(from);
    return err;
}

static int read_socks_and_owners(struct pl_collect *c)
{
    struct pl_collect beside = {
        .reader = c->reader, .query = c->query, .hooks = c->hooks, .need = c->need, .beside = true};
    pthread_t thread;
    int err;

    if (!c->large || !(c->need & PL_NEED_OWNERS))
        return read_socks(c);
    err = pl_snapshot_new(c->reader->abi.system, c->query, &beside.snap);
    if (err < 0)
        return err;
    if (pthread_create(&thread, NULL, read_owners_beside, &beside) != 0) {
        pl_snapshot_free(beside.snap);
        return read_socks(c);
    }
    err = read_socks(c);
    (void)pthread_join(thread, NULL);
    c->owners_read = true;
    if (err == 0)
        return take_owners(c, &beside);
    pl_snapshot_free(beside.snap);
    return err;
}

static int read_owners(struct pl_collect *c)
{
    struct pl_request request = {.owner_way = c->query->owner_way};
    int err;

    if (!(c->need & PL_NEED_OWNERS) && !c->any_proc)
        return 0;
    err = pl_join_prepare(c->snap);
    if (!(c->need & PL_NEED_OWNERS))
        return err;
    if (err == 0 && c->need & PL_NEED_PEERS)
        err = pl_peer_join(c->snap);
    if (err == 0 && !c->owners_read &&
        (c->snap->socks.count > 0 || c->reader->whole || c->need & PL_NEED_SIGHT))
        err = pl_collect_slot(c, PL_SLOT_OWNERS, &request);
    return err < 0 ? err : pl_join_owners(c->snap);
}

/* A second thread is faster only for many connections without a filter. */
static bool is_large(const struct pl_collect *c)
{
    const uint32_t many = PL_BIT(PL_STATE_ESTABLISHED) | PL_BIT(PL_STATE_TIME_WAIT);
    uint32_t states = c->query->states;

    return c->query->any_order && !(c->need & PL_NEED_PEERS) && !c->query->filter &&
           !c->reader->whole && c->reader->ops->expects && (states == 0 || (states & many) != 0) &&
           c->query->way != PL_WAY_PROC && (c->query->protos & PL_BIT(PL_PROTO_TCP)) != 0 &&
           c->reader->ops->expects(c->reader, LARGE);
}

/* References are stored by row: read them when the rows are final. */
static int read_references(struct pl_collect *c)
{
    if (!(c->need & PL_NEED_REFERENCES) || !(c->query->protos & PL_BIT(PL_PROTO_UNIX)))
        return 0;
    return pl_collect_slot(c, PL_SLOT_REFERENCES, &(struct pl_request){.need = c->need});
}

static int read_limits(struct pl_collect *c)
{
    return pl_collect_slot(c, PL_SLOT_LIMITS, &(struct pl_request){.whole = c->reader->whole});
}

static int keep_note(void *arg, const struct pl_note *note)
{
    return pl_snapshot_note(arg, note);
}

static int collect(struct pl_collect *c)
{
    struct pl_snapshot *snap = c->snap;
    int err = 0;

    snap->sink.need = c->need;
    /* A recording contains the data of every possible listing, except peers, which are computed. */
    if (c->reader->whole)
        c->need |= PL_NEED_ALWAYS;
    if (c->reader->ops->notes)
        err = c->reader->ops->notes(c->reader, keep_note, snap);
    c->large = is_large(c);
    err = err ? err : read_socks_and_owners(c);
    err = err ? err : pl_collect_doubtful(c);
    if (err == 0 && !c->any_socks && c->query->protos != 0)
        return -EIO;
    if (c->hooks->phase)
        c->hooks->phase(c->hooks->phase_arg, PL_PHASE_SOCKS);
    err = err ? err : read_limits(c);
    err = err ? err : pl_join_peers(snap);
    err = err ? err : read_owners(c);
    if (c->need & PL_NEED_OWNERS) {
        err = err ? err : pl_collect_fixed(c);
        err = err ? err : pl_collect_served(c);
    }
    err = err ? err : read_references(c);
    err = err ? err : pl_collect_names(c);
    if (c->need & PL_NEED_COUNTERS && !pl_feed_first(snap->system, PL_SLOT_COUNTERS))
        pl_counters_derive(snap, c->filled);
    if (err == 0 && c->query->protos == 0 && snap->counted == 0)
        return -EIO;
    pl_join_settle(snap);
    err = err ? err : pl_verify(snap);
    err = err ? err : pl_hidden_note_details(snap, c->query);
    if (err == 0 && c->query->filter) {
        err = pl_collect_note_untold(snap, c->query->filter, c->any_proc);
        pl_collect_filter(snap, c->query->filter);
    }
    err = err ? err : pl_hidden_note(snap);
    err = err ? err : pl_collect_note_bound(c);
    free(snap->keys);
    snap->keys = NULL;
    snap->query = NULL;
    return err;
}

int pl_snapshot_take(struct pl_reader *reader, const struct pl_query *query,
                     struct pl_snapshot **out)
{
    static const struct pl_query_hooks none;
    struct pl_collect c = {.reader = reader,
                           .query = query,
                           .hooks = query->hooks ? query->hooks : &none,
                           .need =
                               query->need | (query->filter ? pl_filter_need(query->filter) : 0)};
    struct pl_query all = *query;
    int err;

    if (query->protos == 0 && !(query->need & PL_NEED_COUNTERS))
        return -EINVAL;
    /* A system without counters: count its sockets. */
    if (query->protos == 0 && !pl_feed_first(reader->abi.system, PL_SLOT_COUNTERS)) {
        all.protos = PL_COUNTED_PROTOS;
        all.states = UINT32_MAX;
        c.query = &all;
    }
    err = pl_snapshot_new(reader->abi.system, c.query, &c.snap);
    if (err < 0)
        return err;
    err = collect(&c);
    if (err < 0) {
        pl_snapshot_free(c.snap);
        return err;
    }
    *out = c.snap;
    return 0;
}
