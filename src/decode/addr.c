/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of addresses: RFC 4291, RFC 3927. */
#include "api/library.h"

#include <string.h>

static size_t addr_len(unsigned int family)
{
    switch (family) {
    case PL_FAMILY_INET:
    case PL_FAMILY_TIPC:
        return 4;
    case PL_FAMILY_INET6:
        return 16;
    default:
        return 0;
    }
}

bool pl_addr_is_any(unsigned int family, const uint8_t *addr)
{
    static const uint8_t zero[16];

    static const uint8_t ones[4] = {0xff, 0xff, 0xff, 0xff};

    if (family == PL_FAMILY_VSOCK)
        return memcmp(addr, ones, sizeof(ones)) == 0; /* VMADDR_CID_ANY */
    return memcmp(addr, zero, addr_len(family)) == 0;
}

bool pl_addr_is_mapped(unsigned int family, const uint8_t *addr)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

    return family == PL_FAMILY_INET6 && memcmp(addr, prefix, sizeof(prefix)) == 0;
}

bool pl_addr_is_link_local(unsigned int family, const uint8_t *addr)
{
    if (family != PL_FAMILY_INET6)
        return false; /* IPv4 addresses of 169.254/16 need no zone */
    /* fe80::/10, and multicast with interface or link scope */
    return (addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80) ||
           (addr[0] == 0xff && ((addr[1] & 0x0f) == 1 || (addr[1] & 0x0f) == 2));
}

bool pl_sock_is_listener(const struct pl_sock *sock)
{
    if (sock->local_port == 0 || !(sock->have & PL_HAVE_STATE))
        return false;
    return sock->state == PL_STATE_LISTEN ||
           (sock->state == PL_STATE_UNCONN && !pl_sock_has_peer(sock));
}

bool pl_sock_has_peer(const struct pl_sock *sock)
{
    return sock->peer_port != 0 || !pl_addr_is_any(sock->family, sock->peer_addr);
}
