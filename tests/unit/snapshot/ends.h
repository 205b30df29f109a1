/* SPDX-License-Identifier: BSD-2-Clause */
/* A socket by its ends. */
#ifndef TEST_ENDS_H
#define TEST_ENDS_H

#include "harness.h"

#include <arpa/inet.h>

/* The family depends on the address; peer NULL: not connected. */
static struct pl_sock make(enum pl_proto proto, uint64_t key, const char *local,
                           uint32_t local_port, const char *peer, uint32_t peer_port)
{
    bool v6 = strchr(local, ':') != NULL;
    struct pl_sock sock = {
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_COOKIE,
        .family = v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET,
        .proto = (uint8_t)proto,
        .state = peer ? PL_STATE_ESTABLISHED : PL_STATE_UNCONN,
        .local_port = local_port,
        .peer_port = peer_port,
        .key = key,
        .cookie = 1000 + local_port * 65536ULL + key,
    };

    assert_int_equal(inet_pton(v6 ? AF_INET6 : AF_INET, local, sock.local_addr), 1);
    if (peer)
        assert_int_equal(inet_pton(v6 ? AF_INET6 : AF_INET, peer, sock.peer_addr), 1);
    return sock;
}

#endif
