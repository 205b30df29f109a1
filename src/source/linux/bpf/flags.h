/* SPDX-License-Identifier: BSD-2-Clause */
/* What the programs that read struct sock share. */
#ifndef PL_SOURCE_LINUX_BPF_FLAGS_H
#define PL_SOURCE_LINUX_BPF_FLAGS_H

#include "asm.h"

#include "decode/linux/reuse.h"

/* Where a program keeps what write_flags() needs. */
struct flags_of {
    const struct pl_btf_want *wants;
    const struct pl_bpf_ports *ports;
    int ctx, sock; /* registers */
    int inode;     /* register of its inode; 0: none */
    int common;    /* on the stack: the start of struct sock_common; below -PL_REUSE_SIZE */
    size_t done;   /* the label at the end */
};

/* Passes on a record of decode/linux/reuse.h if the socket has one of the ports. */
static inline void write_flags(struct writer *w, const struct flags_of *of)
{
    const int record = -PL_REUSE_SIZE;

    load(w, BPF_H, R1, FP, of->common + COMMON_NUM);
    jump(w, BPF_JLT, R1, of->ports->first, of->done);
    jump(w, BPF_JGT, R1, of->ports->last, of->done);
    for (int i = 0; i < PL_REUSE_SIZE; i += 8)
        put(w, BPF_ST | BPF_MEM | BPF_DW, FP, 0, record + i, 0);
    load(w, BPF_B, R1, FP, of->common + COMMON_BITS);
    store(w, BPF_B, FP, record + PL_REUSE_AT_BITS, R1);
    if (of->inode != 0) {
        load(w, BPF_DW, R1, of->inode, of->wants[PL_BOUND_INODE_NUMBER].value);
        store(w, BPF_W, FP, record + PL_REUSE_AT_INODE, R1);
    }
    fetch(w, record + PL_REUSE_AT_COOKIE, 8, of->sock, of->wants[PL_BOUND_COOKIE].value);
    write_record(w, of->ctx, record, PL_REUSE_SIZE);
}

#endif
