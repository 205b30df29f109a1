/* SPDX-License-Identifier: BSD-2-Clause */
/* What the programs that write messages of decode/linux/bound.h share. */
#ifndef PL_SOURCE_LINUX_BPF_MESSAGE_H
#define PL_SOURCE_LINUX_BPF_MESSAGE_H

#include "flags.h"

#include "decode/linux/bound.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

enum { FAMILY_INET = 2, FAMILY_INET6 = 10 };
enum { TYPE_STREAM = 1, TYPE_DATAGRAM = 2 };
enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };
/* include/net/tcp_states.h */
enum { STATE_CLOSE = 7, STATE_LISTEN = 10, STATE_BOUND = 13 };

/* skc_ipv6only in the byte of COMMON_BITS: after skc_reuse, 4 bits, and skc_reuseport. */
#define V6ONLY_LITTLE 0x20
#define V6ONLY_BIG    0x04

/* Registers that calls preserve. */
enum { CTX = R6, SK = R7, FILE_SEEN = R8, INODE = R9 };

/* Offsets on the stack: the message, and before it what else a program passes on. */
enum { MORE_SIZE = 24 };
enum { RECORD = -PL_BOUND_SIZE, MORE = RECORD - MORE_SIZE, COMMON = MORE - 24, WORD = COMMON - 8 };

enum { DONE, FAMILY_OK, IPV6, ADDED, NO_BIT, QUEUED, PROGRAM_LABELS };

static inline void put_number(struct writer *w, unsigned int size, int to, int number)
{
    put(w, BPF_ST | BPF_MEM | size, FP, 0, RECORD + to, number);
}

static inline void copy(struct writer *w, unsigned int size, int to, int from)
{
    load(w, size, R1, FP, from);
    store(w, size, FP, RECORD + to, R1);
}

static inline void put_head(struct writer *w)
{
    for (int i = 0; i < PL_BOUND_SIZE; i += 8)
        put_number(w, BPF_DW, i, 0);
    put_number(w, BPF_W, PL_BOUND_LENGTH, PL_BOUND_SIZE);
    put_number(w, BPF_H, PL_BOUND_KIND, SOCK_DIAG_BY_FAMILY);
    put_number(w, BPF_H, PL_BOUND_FLAGS, NLM_F_MULTI);
    put_number(w, BPF_H, PL_BOUND_ATTR, 5);
}

static inline void put_addresses(struct writer *w, const struct pl_btf_want *wants)
{
    bool big_endian = pl_abi_here(PL_SYSTEM_LINUX).big_endian;

    load(w, BPF_H, R1, FP, COMMON + COMMON_NUM);
    put(w, BPF_ALU | BPF_END | BPF_TO_BE, R1, 0, 0, 16);
    store(w, BPF_H, FP, RECORD + PL_BOUND_MSG_SPORT, R1);
    copy(w, BPF_H, PL_BOUND_MSG_DPORT, COMMON + COMMON_DPORT);
    copy(w, BPF_W, PL_BOUND_MSG_IF, COMMON + COMMON_DEVICE);
    load(w, BPF_H, R1, FP, COMMON + COMMON_FAMILY);
    store(w, BPF_B, FP, RECORD + PL_BOUND_MSG_FAMILY, R1);
    jump(w, BPF_JNE, R1, FAMILY_INET, IPV6);
    copy(w, BPF_W, PL_BOUND_MSG_SRC, COMMON + COMMON_LOCAL);
    copy(w, BPF_W, PL_BOUND_MSG_DST, COMMON + COMMON_PEER);
    go(w, ADDED);
    place(w, IPV6);
    if (wants[PL_BOUND_LOCAL6].found && wants[PL_BOUND_PEER6].found) {
        fetch(w, RECORD + PL_BOUND_MSG_SRC, 16, SK, wants[PL_BOUND_LOCAL6].value);
        fetch(w, RECORD + PL_BOUND_MSG_DST, 16, SK, wants[PL_BOUND_PEER6].value);
    }
    put_number(w, BPF_H, PL_BOUND_ATTR_TYPE, INET_DIAG_SKV6ONLY);
    load(w, BPF_B, R1, FP, COMMON + COMMON_BITS);
    alu(w, BPF_AND, R1, big_endian ? V6ONLY_BIG : V6ONLY_LITTLE);
    jump(w, BPF_JEQ, R1, 0, NO_BIT);
    put_number(w, BPF_B, PL_BOUND_ATTR_VALUE, 1);
    place(w, NO_BIT);
    place(w, ADDED);
}

/* The difference of two sequence numbers, as in tcp_diag_get_info(). */
static inline void put_queue(struct writer *w, int to, const struct pl_btf_want *from,
                             const struct pl_btf_want *until)
{
    fetch(w, WORD, 4, SK, from->value);
    fetch(w, WORD + 4, 4, SK, until->value);
    load(w, BPF_W, R1, FP, WORD + 4);
    load(w, BPF_W, R2, FP, WORD);
    put(w, BPF_ALU | BPF_SUB | BPF_X, R1, R2, 0, 0);
    store(w, BPF_W, FP, RECORD + to, R1);
}

/* Of TCP, but not of listeners. */
static inline void put_queues(struct writer *w, const struct pl_btf_want *wants)
{
    put_queue(w, PL_BOUND_MSG_WQUEUE, &wants[PL_BOUND_ACKED], &wants[PL_BOUND_WRITTEN]);
    put_queue(w, PL_BOUND_MSG_RQUEUE, &wants[PL_BOUND_COPIED], &wants[PL_BOUND_RECEIVED]);
    jump(w, BPF_JLE, R1, INT32_MAX, QUEUED); /* after the end of the stream: -1 */
    put_number(w, BPF_W, PL_BOUND_MSG_RQUEUE, 0);
    place(w, QUEUED);
}

static inline void put_identity(struct writer *w, const struct pl_btf_want *wants)
{
    fetch(w, RECORD + PL_BOUND_MSG_UID, 4, SK, wants[PL_BOUND_UID].value);
    load(w, BPF_DW, R1, INODE, wants[PL_BOUND_INODE_NUMBER].value);
    store(w, BPF_W, FP, RECORD + PL_BOUND_MSG_INODE, R1);
}

/* Low word first. */
static inline void store_cookie(struct writer *w, int cookie)
{
    store(w, BPF_W, FP, RECORD + PL_BOUND_MSG_COOKIE, cookie);
    alu(w, BPF_RSH, cookie, 32);
    store(w, BPF_W, FP, RECORD + PL_BOUND_MSG_COOKIE + 4, cookie);
}

static inline void put_cookie(struct writer *w, const struct pl_btf_want *wants)
{
    fetch(w, WORD, 8, SK, wants[PL_BOUND_COOKIE].value);
    load(w, BPF_DW, R1, FP, WORD);
    store_cookie(w, R1);
}

#endif
