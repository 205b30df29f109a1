/* SPDX-License-Identifier: BSD-2-Clause */
#include "drop.h"

#include "model/array.h"

#include <string.h>

/* The same on all of them: sys/sysctl.h, sys/socket.h, netinet/in.h. */
#define CTL_NET_NUMBER     4
#define AF_INET_NUMBER     2
#define IPPROTO_TCP_NUMBER 6

struct layout {
    enum pl_system system;
    uint16_t drop, inet6; /* TCPCTL_DROP, AF_INET6 */
    uint16_t slot, size;
    bool by_family; /* IPv6 has its own sysctl, net.inet6.tcp6.drop */
};

static const struct layout layouts[] = {
    {PL_SYSTEM_FREEBSD, PL_DROP_FREEBSD, PL_DROP_FREEBSD_INET6, PL_DROP_FREEBSD_SLOT,
     PL_DROP_FREEBSD_SIZE, false},
    {PL_SYSTEM_NETBSD, PL_DROP_NETBSD, PL_DROP_NETBSD_INET6, PL_DROP_NETBSD_SLOT,
     PL_DROP_NETBSD_SIZE, true},
    {PL_SYSTEM_OPENBSD, PL_DROP_OPENBSD, PL_DROP_OPENBSD_INET6, PL_DROP_OPENBSD_SLOT,
     PL_DROP_OPENBSD_SIZE, false},
};

/* A sockaddr_in, or a sockaddr_in6 whose scope is the interface of a link-local address. */
static void put_end(const struct layout *layout, const struct pl_sock *sock, const uint8_t *addr,
                    uint32_t port, uint8_t *out)
{
    bool v6 = sock->family == PL_FAMILY_INET6;

    out[0] = v6 ? PL_DROP_INET6_SIZE : PL_DROP_INET_SIZE;
    out[1] = (uint8_t)(v6 ? layout->inet6 : AF_INET_NUMBER);
    out[2] = (uint8_t)(port >> 8);
    out[3] = (uint8_t)port;
    memcpy(out + (v6 ? 8 : 4), addr, v6 ? 16 : 4);
    if (v6 && sock->have & PL_HAVE_SCOPE && pl_addr_is_link_local(sock->family, addr))
        memcpy(out + PL_DROP_INET6_SCOPE, &sock->ifindex, sizeof(sock->ifindex));
}

bool pl_bsd_drop(enum pl_system system, const struct pl_sock *sock, struct pl_bsd_drop *out)
{
    const struct layout *layout = NULL;
    bool v6 = sock->family == PL_FAMILY_INET6;

    for (size_t i = 0; i < COUNT_OF(layouts); i++) {
        if (layouts[i].system == system)
            layout = &layouts[i];
    }
    *out = (struct pl_bsd_drop){0};
    if (!layout || sock->proto != PL_PROTO_TCP || (!v6 && sock->family != PL_FAMILY_INET) ||
        sock->local_port == 0 || sock->peer_port == 0)
        return false;
    out->mib[0] = CTL_NET_NUMBER;
    out->mib[1] = v6 && layout->by_family ? layout->inet6 : AF_INET_NUMBER;
    out->mib[2] = IPPROTO_TCP_NUMBER;
    out->mib[3] = layout->drop;
    out->len = layout->size;
    put_end(layout, sock, sock->peer_addr, sock->peer_port, out->bytes);
    put_end(layout, sock, sock->local_addr, sock->local_port, out->bytes + layout->slot);
    return true;
}
