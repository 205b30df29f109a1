/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Verifies a request: takes a snapshot of only that socket and its owners from the kernel, and
 * evaluates the selector. Dumps are filtered by port. An exact lookup would find any member of a group
 * of sockets that share a port.
 */
#include "serving.h"

#include "filter/filter.h"
#include "model/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A reader that shows less than the system: one socket, or one owner of it. */
struct view {
    struct pl_reader base;
    struct serving *serving;
    const struct pl_sock *sock;
    const struct pl_owner *owner; /* the only one of the socket; NULL: all are shown */
    bool alone;                   /* the owners of other sockets are not needed */
    struct pl_push push[3];
    pl_chunk_fn *chunk;
    void *arg;
};

/* Passes on all owners but the other ones of the socket. */
static int pass_owners(void *arg, const void *bytes, size_t len)
{
    struct view *view = arg;
    const struct pl_owner *owners = bytes;
    int err = 0;

    for (size_t i = 0; i < len / sizeof(*owners) && err == 0; i++) {
        if (owners[i].key != view->owner->key || owners[i].pid == view->owner->pid)
            err = view->chunk(view->arg, &owners[i], sizeof(owners[i]));
    }
    return err;
}

static int read_owners(struct view *view, const struct pl_request *request, pl_chunk_fn *chunk,
                       void *arg, struct pl_reading *reading)
{
    struct pl_reader *system = view->serving->system;

    reading->path = "scan";
    if (view->owner && view->alone)
        return chunk(arg, view->owner, sizeof(*view->owner));
    if (!view->owner)
        return system->ops->read(system, request, chunk, arg, reading);
    view->chunk = chunk;
    view->arg = arg;
    return system->ops->read(system, request, pass_owners, view, reading);
}

static int view_read(struct pl_reader *reader, const struct pl_request *request, pl_chunk_fn *chunk,
                     void *arg, struct pl_reading *reading)
{
    struct view *view = (struct view *)(void *)reader;
    struct pl_reader *system = view->serving->system;
    struct pl_request narrowed = *request;

    if (request->feed->slot == PL_SLOT_OWNERS)
        return read_owners(view, request, chunk, arg, reading);
    if (request->feed->slot == PL_SLOT_FIXED && view->alone)
        return 0;
    if (request->feed->slot >= PL_SLOT_SOCKS && view->push[0].count > 0) {
        narrowed.push = view->push;
        narrowed.push_count = 1 + view->push[0].count;
    }
    return system->ops->read(system, &narrowed, chunk, arg, reading);
}

/* These have ports, and a dump that the kernel can filter by port. */
#define PORTED                                                                \
    (PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) | PL_BIT(PL_PROTO_UDPLITE) | \
     PL_BIT(PL_PROTO_MPTCP))

/* has_peer: with the same peer. */
static void narrow(struct view *view, const struct pl_sock *sock, bool has_peer)
{
    uint16_t local = (uint16_t)sock->local_port;
    uint16_t peer = (uint16_t)sock->peer_port;

    if (!(PL_BIT(sock->proto) & PORTED) || local == 0)
        return;
    view->push[0] = (struct pl_push){.kind = PL_PUSH_ALL, .count = has_peer ? 2 : 1};
    view->push[1] = (struct pl_push){.kind = PL_PUSH_LOCAL_PORT, .low = local, .high = local};
    view->push[2] = (struct pl_push){.kind = PL_PUSH_PEER_PORT, .low = peer, .high = peer};
}

/* Its state may have changed, except that from LISTEN it only changes to none. */
static uint32_t states_of(const struct pl_sock *sock)
{
    if (sock->state == PL_STATE_LISTEN)
        return PL_BIT(PL_STATE_LISTEN);
    return sock->state == PL_STATE_BOUND ? UINT32_MAX : 0;
}

static int take(struct serving *serving, const struct pl_sock *sock, const struct pl_owner *owner,
                uint32_t states, uint32_t need, struct pl_snapshot **out)
{
    static const struct pl_reader_ops ops = {.read = view_read};
    const struct pl_query_hooks hooks = {.users = names_users(&serving->names),
                                         .users_arg = &serving->names};
    const struct pl_query query = {
        .protos = PL_BIT(sock->proto),
        .families = PL_BIT(sock->family),
        .states = states,
        .need = need,
        .owner_way = PL_OWNER_WAY_SCAN,
        .hooks = &hooks,
    };
    struct view view = {
        .serving = serving, .sock = sock, .owner = owner, .alone = !(need & PL_NEED_PEERS)};

    view.base = *serving->system;
    view.base.ops = &ops;
    /* The other end is another row. */
    if (view.alone)
        narrow(&view, sock, states != UINT32_MAX);
    return pl_snapshot_take(&view.base, &query, out);
}

/*
 * A cookie is unique among all sockets since the start of the system; a key, among those of the
 * moment. wanted->key 0: any key, as it changes when a connection is accepted or its owner ends.
 */
static bool is_same(const struct pl_sock *sock, const struct pl_sock *wanted)
{
    bool cookies = (sock->have & wanted->have & PL_HAVE_COOKIE) != 0;

    return sock->proto == wanted->proto && sock->family == wanted->family &&
           (wanted->key == 0 || sock->key == wanted->key) &&
           (cookies ? sock->cookie == wanted->cookie : wanted->key != 0);
}

/* Returns 0, or the negative errno of a feed of sockets that could not be read. */
static int missing(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < pl_feed_count; j++) {
            if (pl_feeds[j].slot >= PL_SLOT_SOCKS && notes[i].feed.data &&
                strlen(pl_feeds[j].name) == notes[i].feed.len &&
                memcmp(pl_feeds[j].name, notes[i].feed.data, notes[i].feed.len) == 0)
                return notes[i].error != 0 ? -notes[i].error : -EIO;
        }
    }
    return 0;
}

/* A row of /proc/net, which replaces sock_diag(7) if that fails, has no cookie to compare. */
static bool may_be(const struct pl_sock *sock, const struct pl_sock *wanted)
{
    return (wanted->have & PL_HAVE_COOKIE) != 0 && !(sock->have & PL_HAVE_COOKIE) &&
           sock->local_port == wanted->local_port && sock->peer_port == wanted->peer_port;
}

/* Returns 1 with the row, 0 if the socket is not listed, or a negative errno if it may be missing. */
static int search(const struct pl_snapshot *snap, const struct pl_sock *wanted,
                  const struct pl_sock **out)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    int err = missing(snap);

    for (size_t i = 0; i < count; i++) {
        if (is_same(&socks[i], wanted)) {
            *out = &socks[i];
            return 1;
        }
        if (err == 0 && may_be(&socks[i], wanted))
            err = -ENODATA;
    }
    return err;
}

int actor_find(struct serving *serving, const struct pl_sock *sock, struct pl_sock *out)
{
    struct pl_sock wanted = *sock;
    struct pl_snapshot *snap;
    const struct pl_sock *found;
    int err = take(serving, sock, NULL, UINT32_MAX, 0, &snap);

    if (err < 0)
        return err;
    wanted.key = 0;
    err = search(snap, &wanted, &found);
    if (err > 0)
        *out = *found;
    pl_snapshot_free(snap);
    return err;
}

/* Compares the process with the listing. Clocks of the listing are rounded to seconds. */
static bool is_listed(const struct actor_request *request, const struct pl_snapshot *snap,
                      struct actor_reply *reply)
{
    const struct pl_process *process = pl_snapshot_process(snap, request->pid);
    uint64_t exe = process ? actor_exe_hash(process->exe) : 0;
    uint64_t started = process ? process->started : 0;

    if (!process)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_PROCESS_GONE, 0);
    if (request->listed_started != 0 && started + 1 != request->listed_started &&
        started != request->listed_started && started != request->listed_started + 1)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_OTHER_PROCESS, 0);
    if (request->listed_exe != 0 && exe != request->listed_exe)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_OTHER_PROGRAM, 0);
    return true;
}

static bool evaluate(struct serving *serving, const struct actor_request *request,
                     const struct pl_owner *owner, struct pl_sock *out, struct actor_reply *reply)
{
    const struct pl_filter *selector = serving->plan->selector;
    uint32_t need = pl_filter_need(selector);
    const struct pl_sock *sock;
    struct pl_snapshot *snap;
    enum pl_truth truth = PL_FALSE;
    bool good = true;
    int found;
    int err;

    if (owner)
        need |= PL_NEED_OWNERS | PL_NEED_STARTED | PL_NEED_EXES;
    err = take(serving, &request->sock, owner, states_of(&request->sock), need, &snap);
    if (err < 0)
        return actor_fail(reply, ACTOR_FAILED, ACTOR_UNREADABLE, err);
    found = search(snap, &request->sock, &sock);
    if (found > 0)
        truth = pl_filter_doubt(selector, snap, sock);
    if (found < 0)
        good = actor_fail(reply, ACTOR_FAILED, ACTOR_UNREADABLE, found);
    else if (found == 0)
        good = actor_fail(reply, ACTOR_CHANGED, ACTOR_SOCKET_GONE, 0);
    else if (truth == PL_TRUE)
        *out = *sock;
    else if (truth == PL_MAYBE &&
             (sock->owner_unknown == PL_OWNER_ORPHAN || sock->owner_unknown == PL_OWNER_NOT_FOUND))
        good = actor_fail(reply, ACTOR_CHANGED, ACTOR_NOT_HELD, 0);
    else
        good = actor_fail(reply, ACTOR_REFUSED, truth == PL_MAYBE ? ACTOR_UNSURE : ACTOR_UNSELECTED,
                          0);
    if (good && owner && request->check)
        good = is_listed(request, snap, reply);
    pl_snapshot_free(snap);
    return good;
}

/*
 * A selector such as "process nginx" must not hit another process that shares the socket, and one
 * such as "not process nginx" must not overlook nginx: the selector has to match with all owners, and
 * with the process as the only owner.
 */
bool actor_verify(struct serving *serving, const struct actor_request *request, uint32_t fd,
                  struct pl_sock *out, struct actor_reply *reply)
{
    const struct pl_owner owner = {.pid = request->pid, .fd = fd, .key = request->sock.key};
    bool process = request->what == ACTOR_SIGNAL;

    if (process && !evaluate(serving, request, &owner, out, reply))
        return false;
    return (process && !(pl_filter_need(serving->plan->selector) & PL_NEED_OWNERS)) ||
           evaluate(serving, request, NULL, out, reply);
}
