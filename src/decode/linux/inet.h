/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by sock_diag(7) and /proc/net: numbers of Linux, and records of raw rows. */
#ifndef PL_DECODE_LINUX_INET_H
#define PL_DECODE_LINUX_INET_H

#include "decode/decode.h"

/* Whether a table of /proc/net is empty, without even its header. */
static inline bool pl_linux_table_absent(const struct pl_input *in)
{
    return in->whole && in->bytes.len == 0;
}

/* Returns the enum pl_family of an AF_ number. */
uint8_t pl_linux_family(unsigned int number);
/* Returns the enum pl_state of a number of include/net/tcp_states.h. */
uint16_t pl_linux_state(unsigned int number);
/* The same for families in which CLOSE means unconnected. unix.c */
uint16_t pl_linux_unconn(unsigned int number);
/* Returns the enum pl_type of a SOCK_ number. unix.c */
uint8_t pl_linux_type(unsigned int number);

/*
 * Completes a row with the kernel's addresses, ports, inode (key), uid, queues and bits of have:
 * sets type and state, and clears the bits of fields that the kernel does not know and prints as 0
 * (uid and queues of TIME_WAIT and half-open connections).
 */
void pl_linux_inet_finish(struct pl_sock *sock, unsigned int proto, unsigned int state);

#endif
