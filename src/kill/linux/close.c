/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Destroys a socket: SOCK_DESTROY of sock_diag(7), since Linux 4.5 for TCP and 4.9 for UDP. The kernel
 * looks the socket up by its endpoints and compares the cookie, so another socket is never hit.
 */
#include "serving.h"

#include "model/protocol.h"
#include "source/linux/linux.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <unistd.h>

/*
 * Sockets without a peer may share their port by SO_REUSEPORT. The kernel then chooses one by a hash
 * of both endpoints. Each other peer of the lookup lets it choose again.
 */
#define LOOKUPS 256

/*
 * Returns 0, or a negative errno: -ENOENT if none of the lookups found the socket, although it is
 * listed.
 */
static int destroy_any(const struct pl_sock *sock)
{
    struct pl_sock other = *sock;
    int fd = pl_netlink_open(NETLINK_SOCK_DIAG);
    int err = fd;

    if (fd < 0)
        return err;
    err = pl_linux_order(fd, PL_LINUX_DESTROY, sock, 0, NULL, NULL);
    for (other.peer_port = 1;
         err == -ENOENT && !pl_sock_has_peer(sock) && other.peer_port <= LOOKUPS; other.peer_port++)
        err = pl_linux_order(fd, PL_LINUX_DESTROY, &other, 0, NULL, NULL);
    close(fd);
    return err;
}

/*
 * UDP, and TCP that was bound to a port by its number: aborted, but the port is only free when the
 * owner closes the socket. Before Linux 6.8, such TCP sockets are not listed.
 */
static bool keeps_port(const struct pl_sock *now)
{
    return pl_protocols[now->proto].states == PL_STATES_DATAGRAM || now->state == PL_STATE_BOUND;
}

/*
 * Sets the reply if the kernel refused to close any such socket: without the privilege, or for this
 * protocol. Returns false for other errors.
 */
static bool refuse(const struct pl_sock *sock, int error, struct actor_reply *reply)
{
    bool common = sock->proto == PL_PROTO_TCP || sock->proto == PL_PROTO_UDP;

    if (error != -EPERM && error != -EOPNOTSUPP)
        return false;
    if (error == -EPERM)
        reply->lacks = ACTOR_LACKS_NET_ADMIN;
    (void)actor_fail(reply, ACTOR_FAILED,
                     error == -EPERM ? ACTOR_NOT_ALLOWED
                     : common        ? ACTOR_UNSUPPORTED
                                     : ACTOR_KIND,
                     error);
    return true;
}

static void explain(struct serving *serving, const struct pl_sock *sock, int error,
                    struct actor_reply *reply)
{
    struct pl_sock now;
    int listed;

    if (refuse(sock, error, reply))
        return;
    listed = actor_find(serving, sock, &now);
    if (listed == 0 && error == -ENOENT)
        (void)actor_fail(reply, ACTOR_CHANGED, ACTOR_SOCKET_GONE, 0);
    else if (listed == 0) /* also if the acknowledgement was lost */
        (void)actor_fail(reply, ACTOR_DONE, ACTOR_NO_DETAIL, 0);
    else if (listed < 0)
        (void)actor_fail(reply, ACTOR_FAILED, error == 0 ? ACTOR_UNVERIFIED : ACTOR_UNREADABLE,
                         listed);
    else if (error == -ENOENT)
        (void)actor_fail(reply, ACTOR_FAILED, ACTOR_GROUP, error);
    else if (error == 0 ? keeps_port(&now) : now.state == PL_STATE_BOUND)
        (void)actor_fail(reply, ACTOR_DONE, ACTOR_KEEPS_PORT, 0);
    else
        (void)actor_fail(reply, ACTOR_FAILED, error == 0 ? ACTOR_STILL_LISTED : ACTOR_NO_DETAIL,
                         error);
}

/*
 * Returns whether the kernel can destroy sockets of that kind. It returns EINVAL for a listener of MPTCP;
 * some older ones try it, and break.
 */
static bool is_closable(struct serving *serving, const struct pl_sock *sock,
                        struct actor_reply *reply)
{
    if (actor_is_own(&serving->plan->own, sock) && !serving->plan->really)
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_SESSION, 0);
    if (sock->state == PL_STATE_BOUND)
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_BOUND, 0);
    /* The kernel compares no cookie of a raw socket: it would close another one. */
    if (pl_protocols[sock->proto].number == 0 || sock->proto == PL_PROTO_RAW)
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_KIND, 0);
    if (sock->proto == PL_PROTO_TCP && sock->state == PL_STATE_LISTEN &&
        actor_is_mptcp(serving, sock))
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_MPTCP, 0);
    return true;
}

/*
 * Whether the kernel would do it. With another cookie it finds no socket, after it looked whether it can
 * destroy sockets of that kind; it looks for the capability only when it has found one.
 */
static void ask_whether(const struct pl_sock *sock, struct actor_reply *reply)
{
    struct pl_sock none = *sock;
    int fd = pl_netlink_open(NETLINK_SOCK_DIAG);
    int err = fd;

    none.cookie ^= UINT64_C(1) << 62; /* no socket has it: they are counted */
    if (fd >= 0) {
        err = pl_linux_order(fd, PL_LINUX_DESTROY, &none, 0, NULL, NULL);
        close(fd);
    }
    if (err == -ENOENT && pl_linux_detail_lacks() & PL_LACK_NET_ADMIN)
        err = -EPERM;
    if (err == -ENOENT)
        reply->outcome = ACTOR_READY;
    else if (!refuse(sock, err, reply))
        (void)actor_fail(reply, ACTOR_FAILED, ACTOR_UNREADABLE, err);
}

void actor_close(struct serving *serving, const struct actor_request *request,
                 struct actor_reply *reply)
{
    struct pl_sock sock;

    if (!actor_verify(serving, request, 0, &sock, reply) || !is_closable(serving, &sock, reply))
        return;
    if (request->step == ACTOR_CHECK)
        ask_whether(&sock, reply);
    else
        explain(serving, &sock, destroy_any(&sock), reply);
}
