/* SPDX-License-Identifier: BSD-2-Clause */
/* The reach of a listener, from its local address and the addresses of the interfaces. */
#include "model/array.h"
#include "routes.h"

#include <string.h>

struct range {
    uint8_t prefix[16];
    uint8_t bits;
    uint8_t reach;
};

/* The first range that contains an address applies. Other addresses are public. */
static const struct range v4_ranges[] = {
    {{127}, 8, PL_REACH_LOOPBACK},     {{10}, 8, PL_REACH_PRIVATE},
    {{172, 16}, 12, PL_REACH_PRIVATE}, {{192, 168}, 16, PL_REACH_PRIVATE},
    {{100, 64}, 10, PL_REACH_PRIVATE}, {{169, 254}, 16, PL_REACH_LINK_LOCAL},
    {{224}, 4, PL_REACH_MULTICAST},
};

static const struct range v6_ranges[] = {
    {{[15] = 1}, 128, PL_REACH_LOOPBACK},
    {{0xfe, 0x80}, 10, PL_REACH_LINK_LOCAL},
    {{0xfc}, 7, PL_REACH_PRIVATE},
    {{0xff}, 8, PL_REACH_MULTICAST},
};

static bool in_range(const struct range *range, const uint8_t *addr)
{
    size_t whole = range->bits / 8;
    unsigned int rest = range->bits % 8;

    if (memcmp(addr, range->prefix, whole) != 0)
        return false;
    return rest == 0 || (addr[whole] ^ range->prefix[whole]) >> (8 - rest) == 0;
}

static enum pl_reach classify(unsigned int family, const uint8_t *addr)
{
    const struct range *ranges = v6_ranges;
    size_t count = COUNT_OF(v6_ranges);

    if (family == PL_FAMILY_INET) {
        ranges = v4_ranges;
        count = COUNT_OF(v4_ranges);
    }
    for (size_t i = 0; i < count; i++) {
        if (in_range(&ranges[i], addr))
            return (enum pl_reach)ranges[i].reach;
    }
    return PL_REACH_PUBLIC;
}

/* Whether the addresses of a network namespace were read. */
static bool has_addrs(const struct pl_snapshot *snap, uint32_t netns)
{
    const struct pl_addr *addrs = snap->addrs.items;

    for (size_t i = 0; i < snap->addrs.count; i++) {
        if (addrs[i].netns == netns)
            return true;
    }
    return false;
}

static bool is_ours(const struct pl_snapshot *snap, uint32_t netns, unsigned int family,
                    const uint8_t *addr)
{
    const struct pl_addr *addrs = snap->addrs.items;
    size_t size = family == PL_FAMILY_INET ? 4 : 16;

    for (size_t i = 0; i < snap->addrs.count; i++) {
        if (addrs[i].netns == netns && addrs[i].family == family &&
            memcmp(addrs[i].bytes, addr, size) == 0)
            return true;
    }
    return false;
}

/* Returns the widest reach of the interface addresses of the families that the socket serves. */
static enum pl_reach of_interface(const struct pl_snapshot *snap, const struct pl_sock *sock,
                                  bool v4, bool v6)
{
    const struct pl_addr *addrs = snap->addrs.items;
    enum pl_reach widest = PL_REACH_NONE;

    for (size_t i = 0; i < snap->addrs.count; i++) {
        enum pl_reach reach = classify(addrs[i].family, addrs[i].bytes);

        if (addrs[i].netns != sock->netns || addrs[i].ifindex != sock->ifindex ||
            !(addrs[i].family == PL_FAMILY_INET ? v4 : v6))
            continue;
        if (widest == PL_REACH_NONE || reach > widest)
            widest = reach;
    }
    return widest;
}

static enum pl_reach of_wildcard(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    bool v6 = sock->family == PL_FAMILY_INET6;
    bool v4 = !v6 || !(sock->flags & PL_FLAG_V6ONLY);

    if (v6 && !(sock->have & PL_HAVE_V6ONLY))
        return PL_REACH_UNKNOWN; /* unknown whether it serves IPv4 too */
    if (sock->have & PL_HAVE_INTERFACE)
        return of_interface(snap, sock, v4, v6);
    if (v4 && v6)
        return PL_REACH_ANY;
    return v6 ? PL_REACH_ANY_V6 : PL_REACH_ANY_V4;
}

enum pl_reach pl_snapshot_reach(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    unsigned int family = sock->family;
    const uint8_t *addr = sock->local_addr;
    enum pl_reach reach;

    if ((family != PL_FAMILY_INET && family != PL_FAMILY_INET6) || !pl_sock_serves(sock) ||
        !has_addrs(snap, sock->netns))
        return PL_REACH_UNKNOWN;
    if (sock->state == PL_STATE_PUBLISHED && pl_published_is_sent(snap, sock))
        return PL_REACH_LOOPBACK;
    if (pl_addr_is_any(family, addr))
        return of_wildcard(snap, sock);
    if (pl_addr_is_mapped(family, addr)) {
        family = PL_FAMILY_INET;
        addr += 12;
        if (pl_addr_is_any(family, addr))
            return PL_REACH_ANY_V4;
    }
    reach = classify(family, addr);
    /* 127/8 is local, even if no interface has the address. */
    if (reach != PL_REACH_LOOPBACK && reach != PL_REACH_MULTICAST &&
        !is_ours(snap, sock->netns, family, addr))
        return PL_REACH_NONE;
    return reach;
}
