/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The request of tcpdrop(8) of FreeBSD, NetBSD and OpenBSD: a write to the sysctl net.inet.tcp.drop.
 * The bytes are two struct sockaddr_storage, of the peer and of the local end. Those of OpenBSD are
 * the first members of struct tcp_ident_mapping, whose other members are two user ids and the routing
 * domain.
 */
#ifndef PL_DECODE_BSD_DROP_H
#define PL_DECODE_BSD_DROP_H

#include "decode/decode.h"
#include "drop_layout.h"

struct pl_bsd_drop {
    int mib[4];
    size_t len; /* of bytes */
    uint8_t bytes[PL_DROP_SIZE_MAX];
};

/*
 * Makes the request for a connection, with the number of an interface in the byte order of this
 * machine. Returns false if the system has no such sysctl, or the socket is no connection of TCP.
 */
bool pl_bsd_drop(enum pl_system system, const struct pl_sock *sock, struct pl_bsd_drop *out);

#endif
