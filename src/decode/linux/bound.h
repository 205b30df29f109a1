/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP sockets that are only bound, which sock_diag(7) lists since Linux 6.8. The program of
 * source/linux/bpf/bound.c writes them as that kernel would: struct nlmsghdr, struct inet_diag_msg
 * and the attribute INET_DIAG_SKV6ONLY. It repeats a socket for each of its descriptors.
 */
#ifndef PL_DECODE_LINUX_BOUND_H
#define PL_DECODE_LINUX_BOUND_H

/* Offsets in a message. Numbers are in the byte order of this machine, ports in network byte order. */
enum {
    PL_BOUND_LENGTH = 0,
    PL_BOUND_KIND = 4, /* u16: SOCK_DIAG_BY_FAMILY */
    PL_BOUND_FLAGS = 6,
    PL_BOUND_MSG = 16,
    PL_BOUND_MSG_FAMILY = PL_BOUND_MSG,
    PL_BOUND_MSG_STATE = PL_BOUND_MSG + 1,
    PL_BOUND_MSG_SPORT = PL_BOUND_MSG + 4,
    PL_BOUND_MSG_DPORT = PL_BOUND_MSG + 6,
    PL_BOUND_MSG_SRC = PL_BOUND_MSG + 8,
    PL_BOUND_MSG_DST = PL_BOUND_MSG + 24,
    PL_BOUND_MSG_IF = PL_BOUND_MSG + 40,
    PL_BOUND_MSG_COOKIE = PL_BOUND_MSG + 44, /* two u32, low word first; 0: none yet */
    PL_BOUND_MSG_RQUEUE = PL_BOUND_MSG + 56,
    PL_BOUND_MSG_WQUEUE = PL_BOUND_MSG + 60,
    PL_BOUND_MSG_UID = PL_BOUND_MSG + 64,
    PL_BOUND_MSG_INODE = PL_BOUND_MSG + 68,
    PL_BOUND_ATTR = PL_BOUND_MSG + 72, /* u16: length, then type; 0: an IPv4 socket */
    PL_BOUND_ATTR_TYPE = PL_BOUND_ATTR + 2,
    PL_BOUND_ATTR_VALUE = PL_BOUND_ATTR + 4,
    PL_BOUND_SIZE = PL_BOUND_ATTR + 8,
};

#endif
