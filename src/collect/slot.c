/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the feeds of a slot, and notes what happened when one failed. */
#include "collect.h"
#include "model/protocol.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* Attempts to read a table that changes meanwhile. */
#define TRIES 5

/* Details that only sock_diag(7) reports. */
#define PL_NEED_DETAILS (PL_NEED_INTERNALS | PL_NEED_MEMORY | PL_NEED_MORE)

#define RANKS 4

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

int pl_collect_note_missed(const struct pl_collect *c, const struct pl_feed *feed, int error,
                           bool only_details)
{
    bool missing = error == -ENOENT && c->reader->replay;
    struct pl_note note =
        note_on(c, feed, missing ? PL_NOTE_FEED_MISSING : PL_NOTE_FEED_FAILED, missing ? 0 : error);

    note.only_details = only_details;
    return pl_snapshot_note(c->snap, &note);
}

int pl_collect_note_rules_cut(const struct pl_collect *c)
{
    const struct pl_feed *feed = pl_feed_first(c->snap->system, PL_SLOT_NAT);
    struct pl_note note;
    size_t count = c->snap->notes.count;

    if (!c->snap->rules_cut || !feed)
        return 0;
    note = note_on(c, feed, PL_NOTE_FEED_PARTIAL, -E2BIG);
    for (size_t i = 0; i < count; i++) {
        const struct pl_note *other = (const struct pl_note *)c->snap->notes.items + i;

        if (other->kind == note.kind && other->title == note.title)
            return 0; /* the kernel's answer was cut, too */
    }
    note.lacks = 0;
    return pl_snapshot_note(c->snap, &note);
}

int pl_collect_feed(struct pl_collect *c, struct pl_request *request)
{
    struct pl_mark mark = pl_snapshot_mark(c->snap);
    int lacks = 0;
    int err = 0;

    c->snap->feed = request->feed;
    request->space = c->space;
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

int pl_collect_again(struct pl_collect *c, enum pl_proto proto, const struct pl_sock *socks,
                     size_t count)
{
    const struct pl_feed *feed =
        pl_feed_first(c->reader->abi.system, PL_SLOT_SOCKS + (unsigned int)proto);
    const struct pl_request request = {.feed = feed, .need = c->need};
    int err;

    if (!feed || !c->reader->ops->look_up)
        return -ENOTSUP;
    c->snap->feed = feed;
    err = c->reader->ops->look_up(c->reader, &request, socks, count, take_chunk, c);
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
    return c->reader->whole || (c->need & (PL_NEED_PEERS | PL_NEED_PUBLISHED)) != 0 ||
           feed->family == PL_FAMILY_UNSPEC || c->query->families == 0 ||
           (c->query->families & PL_BIT(feed->family)) != 0;
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
        err = pl_collect_feed(c, request);
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
        err = pl_collect_note_missed(c, feed, err, false);
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
        return pl_collect_note_missed(c, feed, -ENOENT, false);
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
            int err = fewer || c->need & PL_NEED_DETAILS
                          ? pl_collect_note_missed(c, failed, error, !fewer)
                          : 0;

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
    return failed ? pl_collect_note_missed(c, failed, error ? error : -ENOENT, false) : 0;
}
