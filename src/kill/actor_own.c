/* SPDX-License-Identifier: BSD-2-Clause */
/* The connection over which the user is logged in: ssh(1), SSH_CONNECTION. */
#include "actor.h"
#include "model/array.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff}; /* ::ffff:a.b.c.d */

/* The address may end with a zone: "fe80::1%eth0". */
static bool read_end(char *address, const char *port, uint8_t *addr, uint16_t *out)
{
    const char *problem = NULL;

    address[strcspn(address, "%")] = '\0';
    *out = (uint16_t)strtonum(port, 1, UINT16_MAX, &problem);
    if (strchr(address, ':'))
        return !problem && inet_pton(AF_INET6, address, addr) == 1;
    memcpy(addr, mapped, sizeof(mapped));
    return !problem && inet_pton(AF_INET, address, addr + sizeof(mapped)) == 1;
}

bool actor_read_own(const char *text, struct actor_own *out)
{
    char copy[160];
    char *words[4] = {0};
    char *rest = copy;

    *out = (struct actor_own){0};
    if (strlcpy(copy, text, sizeof(copy)) >= sizeof(copy))
        return false;
    for (size_t i = 0; i < COUNT_OF(words) && rest; i++)
        words[i] = strsep(&rest, " ");
    if (words[3] && !rest && read_end(words[0], words[1], out->peer_addr, &out->peer_port) &&
        read_end(words[2], words[3], out->local_addr, &out->local_port))
        return true;
    *out = (struct actor_own){0};
    return false;
}

static bool is_address(const struct pl_sock *sock, const uint8_t *addr, const uint8_t *wanted)
{
    if (sock->family == PL_FAMILY_INET)
        return memcmp(wanted, mapped, sizeof(mapped)) == 0 &&
               memcmp(wanted + sizeof(mapped), addr, 4) == 0;
    return sock->family == PL_FAMILY_INET6 && memcmp(wanted, addr, 16) == 0;
}

static bool is_end(const struct pl_sock *sock, const uint8_t *local, uint16_t local_port,
                   const uint8_t *peer, uint16_t peer_port)
{
    return sock->local_port == local_port && sock->peer_port == peer_port &&
           is_address(sock, sock->local_addr, local) && is_address(sock, sock->peer_addr, peer);
}

bool actor_is_own(const struct actor_own *own, const struct pl_sock *sock)
{
    /* Its other end is on this machine if the user is logged in from there. */
    return own->local_port != 0 &&
           (is_end(sock, own->local_addr, own->local_port, own->peer_addr, own->peer_port) ||
            is_end(sock, own->peer_addr, own->peer_port, own->local_addr, own->local_port));
}
