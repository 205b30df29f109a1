/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UDP sockets that the kernel serves for tunnel interfaces. No process holds them, so interfaces are
 * read only if such a socket has no owner.
 */
#include "collect.h"

/* Bits of ports, of IPv4 and of IPv6. */
struct ports {
    uint8_t bits[2][65536 / 8];
};

static uint8_t *byte_of(struct ports *ports, const struct pl_sock *sock)
{
    return &ports->bits[sock->family == PL_FAMILY_INET6][sock->local_port / 8];
}

static uint8_t bit_of(const struct pl_sock *sock)
{
    return (uint8_t)(1U << sock->local_port % 8);
}

static bool may_be_served(const struct pl_sock *sock)
{
    return sock->proto == PL_PROTO_UDP && sock->peer_port == 0 && pl_collect_is_unowned(sock);
}

static void mark_served(struct pl_snapshot *snap, const struct pl_snapshot *from)
{
    const struct pl_sock *served = from->socks.items;
    struct pl_sock *socks = snap->socks.items;
    struct ports ports = {0};

    for (size_t i = 0; i < from->socks.count; i++)
        *byte_of(&ports, &served[i]) |= bit_of(&served[i]);
    for (size_t i = 0; i < snap->socks.count; i++) {
        if (may_be_served(&socks[i]) && *byte_of(&ports, &socks[i]) & bit_of(&socks[i]))
            socks[i].owner_unknown = PL_OWNER_KERNEL;
    }
}

int pl_collect_served(struct pl_collect *c)
{
    const struct pl_sock *socks = c->snap->socks.items;
    struct pl_request request = {.whole = c->reader->whole};
    struct pl_snapshot *from;
    size_t i = 0;
    int err;

    while (i < c->snap->socks.count && !may_be_served(&socks[i]))
        i++;
    if (i == c->snap->socks.count)
        return 0;
    err = pl_collect_beside(c, PL_SLOT_TUNNELS, &request, &from);
    if (err < 0)
        return err;
    if (from->socks.count > 0)
        mark_served(c->snap, from);
    pl_snapshot_free(from);
    return 0;
}
