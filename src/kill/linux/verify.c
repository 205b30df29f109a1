/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Verifies a request: takes a snapshot of only that socket and its owners from the kernel, and
 * evaluates the selector. The socket is looked up by its endpoints and its cookie, which takes
 * microseconds. Where the kernel may look up another one that has the same endpoints, a dump follows,
 * which is filtered by port, but takes time for each socket of the system.
 */
#include "serving.h"

#include "filter/filter.h"
#include "model/array.h"
#include "model/protocol.h"
#include "source/linux/linux.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* These have ports, and a dump that the kernel can filter by port. */
#define PORTED                                                                \
    (PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) | PL_BIT(PL_PROTO_UDPLITE) | \
     PL_BIT(PL_PROTO_MPTCP))

/* These are looked up by their endpoints. The others with a port are looked up by other numbers. */
#define LOOKED_UP (PORTED & ~PL_BIT(PL_PROTO_MPTCP))

static bool is_looked_up(const struct pl_sock *sock)
{
    return PL_BIT(sock->proto) & LOOKED_UP && sock->local_port != 0 &&
           (sock->family == PL_FAMILY_INET || sock->family == PL_FAMILY_INET6) &&
           sock->have & PL_HAVE_COOKIE;
}

/*
 * Whether no other socket can be found in its place. With an interface, one without could be; one in
 * SYN_RECV may just become a connection; one that is only bound, with the peer that it had, is not
 * looked up.
 */
static bool is_unique(const struct pl_sock *sock)
{
    return sock->proto == PL_PROTO_TCP && sock->peer_port != 0 && pl_sock_has_peer(sock) &&
           !(sock->have & PL_HAVE_INTERFACE) && sock->state != PL_STATE_SYN_RECV &&
           sock->state != PL_STATE_BOUND;
}

/* Returns 0, also if it is passed on, or a negative errno. */
static int look_up(const struct pl_sock *sock, uint32_t need, pl_chunk_fn *chunk, void *arg)
{
    int fd = pl_netlink_open(NETLINK_SOCK_DIAG);
    int err = fd;

    if (fd < 0)
        return err;
    err = pl_linux_order(fd, PL_LINUX_LOOK_UP, sock, need, chunk, arg);
    close(fd);
    return err;
}

bool actor_is_gone(const struct pl_sock *sock)
{
    return is_looked_up(sock) && is_unique(sock) && look_up(sock, 0, NULL, NULL) == -ENOENT;
}

static int read_sock(struct view *view, struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                     struct pl_reading *reading)
{
    struct pl_reader *system = view->serving->system;
    bool diag = view->alone && request->feed->way == PL_WAY_DIAG && is_looked_up(view->sock);
    int err = diag ? look_up(view->sock, request->need, chunk, arg) : -ENOENT;

    reading->path = "netlink";
    if (err == 0 || (diag && err == -ENOENT && is_unique(view->sock)))
        return 0;
    if (view->push[0].count > 0) {
        request->push = view->push;
        request->push_count = 1 + view->push[0].count;
    }
    return system->ops->read(system, request, chunk, arg, reading);
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
    if (request->feed->slot >= PL_SLOT_SOCKS)
        return read_sock(view, &narrowed, chunk, arg, reading);
    return system->ops->read(system, &narrowed, chunk, arg, reading);
}

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
    /* The other end is another row. connect(2) changes the peer of a datagram socket. */
    if (view.alone)
        narrow(&view, sock,
               states != UINT32_MAX && pl_protocols[sock->proto].states != PL_STATES_DATAGRAM);
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

/* A row of /proc/net, which replaces sock_diag(7) if that fails, has no cookie to compare. */
static bool may_be(const struct pl_sock *sock, const struct pl_sock *wanted)
{
    return (wanted->have & PL_HAVE_COOKIE) != 0 && !(sock->have & PL_HAVE_COOKIE) &&
           sock->local_port == wanted->local_port && sock->peer_port == wanted->peer_port;
}

/* Returns the row, or NULL; then err is 0 if the socket is not listed, or a negative errno if it may be. */
static const struct pl_sock *search(const struct pl_snapshot *snap, const struct pl_sock *wanted,
                                    int *err)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);

    *err = actor_missing(snap);
    for (size_t i = 0; i < count; i++) {
        if (is_same(&socks[i], wanted))
            return &socks[i];
        if (*err == 0 && may_be(&socks[i], wanted))
            *err = -ENODATA;
    }
    return NULL;
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
    found = search(snap, &wanted, &err);
    if (found)
        *out = *found;
    pl_snapshot_free(snap);
    return found ? 1 : err;
}

bool actor_is_mptcp(struct serving *serving, const struct pl_sock *sock)
{
    struct pl_sock wanted = *sock;
    struct pl_snapshot *snap;
    bool found;
    int err;

    wanted.proto = PL_PROTO_MPTCP;
    wanted.have &= (uint16_t)~PL_HAVE_COOKIE; /* it has another one, but the same inode */
    if (take(serving, &wanted, NULL, states_of(sock), 0, &snap) < 0)
        return false;
    found = search(snap, &wanted, &err) != NULL;
    pl_snapshot_free(snap);
    return found;
}

/*
 * Before the user agrees, all targets share one listing of what the selector matches. Returns NULL if
 * it could not be read.
 */
static const struct pl_snapshot *share(struct serving *serving, enum pl_proto proto)
{
    const struct pl_filter *selector = serving->plan->selector;
    const struct pl_query_hooks hooks = {.users = names_users(&serving->names),
                                         .users_arg = &serving->names};
    const struct pl_query query = {
        .protos = PL_BIT(proto),
        .states = UINT32_MAX,
        .need = pl_filter_need(selector),
        .filter = selector,
        .owner_way = PL_OWNER_WAY_SCAN,
        .hooks = &hooks,
    };
    struct pl_snapshot **shared = &serving->shared[proto];

    if (!*shared && pl_snapshot_take(serving->system, &query, shared) < 0)
        *shared = NULL;
    return *shared;
}

void actor_forget(struct serving *serving)
{
    for (size_t i = 0; i < COUNT_OF(serving->shared); i++) {
        pl_snapshot_free(serving->shared[i]);
        serving->shared[i] = NULL;
    }
}

/* owner: the only one of the socket; NULL: with all its owners. */
static bool evaluate(struct serving *serving, const struct actor_request *request,
                     const struct pl_owner *owner, struct pl_sock *out, struct actor_reply *reply)
{
    const struct pl_filter *selector = serving->plan->selector;
    bool signal = request->what == ACTOR_SIGNAL;
    uint32_t need = pl_filter_need(selector);
    const struct pl_sock *sock;
    struct pl_snapshot *snap;
    bool good;
    int err;

    if (owner)
        need |= PL_NEED_OWNERS | PL_NEED_STARTED | PL_NEED_EXES;
    err = take(serving, &request->sock, owner, states_of(&request->sock), need, &snap);
    if (err < 0)
        return actor_fail(reply, ACTOR_FAILED, ACTOR_UNREADABLE, err);
    sock = search(snap, &request->sock, &err);
    good = actor_judge(selector, snap, sock, err, reply) && sock;
    if (good)
        *out = *sock;
    if (good && owner && signal && request->step == ACTOR_CHECK)
        good = actor_is_listed(request, snap, reply);
    pl_snapshot_free(snap);
    return good;
}

/* The same for a check, with all owners. Returns false if this does not decide. */
static bool is_shared(struct serving *serving, const struct actor_request *request,
                      struct pl_sock *out)
{
    const struct pl_filter *selector = serving->plan->selector;
    const struct pl_snapshot *snap =
        request->step == ACTOR_CHECK ? share(serving, (enum pl_proto)request->sock.proto) : NULL;
    const struct pl_sock *sock;
    struct actor_reply ignored = {0};
    int err;

    sock = snap ? search(snap, &request->sock, &err) : NULL;
    if (!sock || !actor_judge(selector, snap, sock, 0, &ignored))
        return false;
    *out = *sock;
    return true;
}

/*
 * For a close, tries the owner that the request names: to find all owners, all processes would have to
 * be read.
 */
static bool is_owned(struct serving *serving, const struct actor_request *request,
                     struct pl_sock *out)
{
    struct pl_owner owner = {.pid = request->pid, .fd = request->fd};
    struct actor_reply ignored = {0};
    struct pl_sock sock = {0};

    if (owner.pid == 0 || actor_find(serving, &request->sock, &sock) <= 0)
        return false;
    owner.key = sock.key;
    return owner.key != 0 && actor_holds_at(serving, &owner) &&
           evaluate(serving, request, &owner, out, &ignored);
}

/*
 * A selector such as "process nginx" must not hit another process that shares the socket, and one
 * such as "not process nginx" must not overlook nginx: the selector has to match with all owners, and
 * with the process as the only owner. The second implies the first unless the selector excludes.
 */
bool actor_verify(struct serving *serving, const struct actor_request *request, uint32_t fd,
                  struct pl_sock *out, struct actor_reply *reply)
{
    const struct pl_filter *selector = serving->plan->selector;
    const struct pl_owner owner = {.pid = request->pid, .fd = fd, .key = request->sock.key};
    uint32_t need = pl_filter_need(selector);
    bool one = pl_filter_one_owner(selector);

    if (request->what == ACTOR_SIGNAL) {
        if (!evaluate(serving, request, &owner, out, reply))
            return false;
        if (one)
            return true;
    } else if (one && need & PL_NEED_OWNERS && is_owned(serving, request, out)) {
        return true;
    }
    return (need & (PL_NEED_OWNERS | PL_NEED_PEERS) && is_shared(serving, request, out)) ||
           evaluate(serving, request, NULL, out, reply);
}
