/* SPDX-License-Identifier: BSD-2-Clause */
/* The sockets of the snapshot of member.c. No two members have the same value. */
#ifndef FIELD_MEMBER_H
#define FIELD_MEMBER_H

#include "snapshot/snapshot.h"

#define ENDS (PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q)
#define ALL  (ENDS | PL_HAVE_UID | PL_HAVE_INODE | PL_HAVE_COOKIE)

enum { CLIENT, SERVER, LISTENER, DUAL, BOUND, LOCAL_SIDE, NETLINK, ALONE, STATELESS, RAW, NOTHING };
#define SOCKS (NOTHING + 1)

static const struct pl_sock socks[SOCKS] = {
    /* One connection of this machine, from both ends. */
    [CLIENT] = {.have = ALL,
                .family = PL_FAMILY_INET,
                .proto = PL_PROTO_TCP,
                .type = PL_TYPE_STREAM,
                .state = PL_STATE_ESTABLISHED,
                .local_addr = {10, 0, 0, 1},
                .peer_addr = {10, 0, 0, 2},
                .local_port = 6379,
                .peer_port = 443,
                .recv_q = 3,
                .send_q = 4,
                .uid = 1000,
                .key = 1001,
                .cookie = 77},
    [SERVER] = {.have = ALL,
                .family = PL_FAMILY_INET,
                .proto = PL_PROTO_TCP,
                .type = PL_TYPE_STREAM,
                .state = PL_STATE_CLOSE_WAIT,
                .local_addr = {10, 0, 0, 2},
                .peer_addr = {10, 0, 0, 1},
                .local_port = 443,
                .peer_port = 6379,
                .uid = 4242,
                .key = 1002,
                .cookie = 78},
    /* A moved daemon, whose queue is more than full. */
    [LISTENER] = {.have = ENDS,
                  .family = PL_FAMILY_INET,
                  .proto = PL_PROTO_TCP,
                  .type = PL_TYPE_STREAM,
                  .state = PL_STATE_LISTEN,
                  .local_addr = {127, 0, 0, 1},
                  .local_port = 8821,
                  .recv_q = 11,
                  .send_q = 10,
                  .key = 1003},
    [DUAL] = {.have = ENDS | PL_HAVE_V6ONLY,
              .flags = PL_FLAG_V6ONLY,
              .family = PL_FAMILY_INET6,
              .proto = PL_PROTO_TCP,
              .state = PL_STATE_LISTEN,
              .local_port = 79},
    [BOUND] = {.have = PL_HAVE_LOCAL | PL_HAVE_INTERFACE,
               .family = PL_FAMILY_INET,
               .proto = PL_PROTO_UDP,
               .type = PL_TYPE_DGRAM,
               .ifindex = 7},
    [LOCAL_SIDE] = {.have = PL_HAVE_STATE | PL_HAVE_INODE,
                    .family = PL_FAMILY_UNIX,
                    .proto = PL_PROTO_UNIX,
                    .state = PL_STATE_ESTABLISHED,
                    .key = 1004},
    [NETLINK] = {.have = PL_HAVE_STATE,
                 .family = PL_FAMILY_NETLINK,
                 .proto = PL_PROTO_NETLINK,
                 .state = PL_STATE_ESTABLISHED,
                 .local_port = 51,
                 .peer_port = 52},
    [ALONE] = {.have = PL_HAVE_STATE,
               .family = PL_FAMILY_NETLINK,
               .proto = PL_PROTO_NETLINK,
               .state = PL_STATE_UNCONN,
               .local_port = 53,
               .peer_port = 54},
    [STATELESS] = {.family = PL_FAMILY_NETLINK,
                   .proto = PL_PROTO_NETLINK,
                   .state = PL_STATE_ESTABLISHED,
                   .local_port = 55,
                   .peer_port = 56},
    [RAW] = {.have = ENDS | PL_HAVE_SCOPE,
             .family = PL_FAMILY_INET6,
             .proto = PL_PROTO_RAW,
             .ifindex = 8,
             .local_port = 58,
             .peer_port = 59},
    [NOTHING] = {.have = PL_HAVE_STATE,
                 .family = PL_FAMILY_OTHER | 28,
                 .proto = PL_PROTO_UNKNOWN,
                 .state = PL_STATE_OTHER | 29},
};

#endif
