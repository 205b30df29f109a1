/* SPDX-License-Identifier: BSD-2-Clause */
/* What sock_diag and /proc/net share: Linux' numbers, and how a raw row becomes a record. */
#ifndef PL_DECODE_LINUX_INET_H
#define PL_DECODE_LINUX_INET_H

#include "decode/decode.h"

/* A table of /proc/net begins with a line of titles: a whole one is never empty. */
static inline bool pl_linux_table_absent(const struct pl_input *in)
{
    return in->whole && in->bytes.len == 0;
}

/* enum pl_family of an AF_ number of Linux. */
uint8_t pl_linux_family(unsigned int number);
/* enum pl_state of a number of include/net/tcp_states.h. */
uint16_t pl_linux_state(unsigned int number);
/* The same of a family without a state BOUND: CLOSE means no peer. unix.c */
uint16_t pl_linux_unconn(unsigned int number);
/* enum pl_type of a SOCK_ number. unix.c */
uint8_t pl_linux_type(unsigned int number);

/*
 * Completes a row whose addresses, ports, inode (key), uid, queues and have bits are as the kernel
 * wrote them: sets type and state, and drops what the kernel filled with 0 because it had nothing
 * to say (uid and queues of TIME_WAIT and half-open rows).
 */
void pl_linux_inet_finish(struct pl_sock *sock, unsigned int proto, unsigned int state);

#endif
