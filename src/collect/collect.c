/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes a snapshot: which slots are read, in which order. */
#include "collect.h"
#include "filter/filter.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#define PL_NEED_ALWAYS (UINT32_MAX & ~(uint32_t)PL_NEED_PEERS)

/*
 * From this number of sockets on, a second thread is faster: it costs 1 ms of the 20 ms they take.
 */
#define LARGE 20000

/* The port of a rule for an address is held by listeners at any address, too. */
static bool pushes_address(const struct pl_list *push)
{
    const struct pl_push *items = push->items;

    for (size_t i = 0; i < push->count; i++) {
        if (items[i].kind == PL_PUSH_LOCAL_ADDR)
            return true;
    }
    return false;
}

static int read_tables(struct pl_collect *c, void *arg)
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
        /* Listeners decide which ports no socket has. */
        if (c->need & PL_NEED_RULES && request.states != 0)
            request.states |= PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_UNCONN);
        /* The listener at the other side of a published port is not part of the filter. */
        if (c->need & (PL_NEED_PUBLISHED | PL_NEED_RULES))
            request.families = 0;
        if (c->query->filter && !c->reader->whole &&
            !(c->need & (PL_NEED_PEERS | PL_NEED_PUBLISHED)))
            err = pl_filter_push(c->query->filter, proto, &push);
        if (c->need & PL_NEED_RULES && pushes_address(&push))
            push.count = 0;
        request.push = push.items;
        request.push_count = push.count;
        if (err == 0)
            err = pl_collect_slot(c, PL_SLOT_SOCKS + proto, &request);
    }
    (void)arg;
    free(push.items);
    return err;
}

static int read_socks(struct pl_collect *c)
{
    int err = pl_collect_everywhere(c, read_tables, NULL);

    err = err ? err : pl_collect_bound(c);
    err = err ? err : pl_collect_reuse(c);
    return err ? err : pl_collect_sequence(c);
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
    if (err == 0 && c->need & PL_NEED_PUBLISHED)
        err = pl_published_prepare(c->snap);
    if (err == 0 && c->need & PL_NEED_PEERS)
        err = pl_peer_join(c->snap);
    if (err == 0 && !c->owners_read &&
        (c->snap->socks.count > 0 || c->snap->nat.count > 0 || c->reader->whole ||
         c->need & PL_NEED_SIGHT))
        err = pl_collect_slot(c, PL_SLOT_OWNERS, &request);
    return err < 0 ? err : pl_join_owners(c->snap);
}

/* A second thread is faster only for many connections without a filter. */
static bool is_large(const struct pl_collect *c)
{
    const uint32_t many = PL_BIT(PL_STATE_ESTABLISHED) | PL_BIT(PL_STATE_TIME_WAIT);
    uint32_t states = c->query->states;

    return c->query->any_order && c->reader->spaces.list.count == 0 && !(c->need & PL_NEED_PEERS) &&
           !c->query->filter && !c->reader->whole && c->reader->ops->expects &&
           (states == 0 || (states & many) != 0) && c->query->way != PL_WAY_PROC &&
           (c->query->protos & PL_BIT(PL_PROTO_TCP)) != 0 &&
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
    err = err ? err : pl_collect_nat(c);
    err = err ? err : pl_collect_flows(c);
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
    if (c->need & (PL_NEED_PUBLISHED | PL_NEED_RULES)) {
        err = err ? err : pl_published_join(snap);
        err = err ? err : pl_collect_note_rules_cut(c);
    }
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

int pl_snapshot_again(struct pl_reader *reader, const struct pl_query *query, enum pl_proto proto,
                      const struct pl_sock *socks, size_t count, struct pl_snapshot **out)
{
    static const struct pl_query_hooks none;
    struct pl_collect c = {.reader = reader, .query = query, .hooks = &none, .need = query->need};
    int err = pl_snapshot_new(reader->abi.system, query, &c.snap);

    if (err < 0)
        return err;
    c.snap->sink.need = c.need;
    err = pl_collect_again(&c, proto, socks, count);
    if (err < 0) {
        pl_snapshot_free(c.snap);
        return err;
    }
    pl_join_settle(c.snap);
    free(c.snap->keys);
    c.snap->keys = NULL;
    c.snap->query = NULL;
    *out = c.snap;
    return 0;
}
