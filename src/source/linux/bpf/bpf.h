/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the BPF way to owners: what is looked up, the programs, and who runs them. */
#ifndef PL_SOURCE_LINUX_BPF_BPF_H
#define PL_SOURCE_LINUX_BPF_BPF_H

#include "decode/linux/btf.h"
#include "source/source.h"

#include <linux/bpf.h>

/* What the programs need to know of this kernel's types, by its place in the list of wants. */
enum pl_bpf_want {
    PL_BPF_TASK_FILE, /* the iterator of descriptors */
    PL_BPF_TASK_TGID,
    PL_BPF_FILE_INODE,
    PL_BPF_INODE_SUPER,
    PL_BPF_INODE_NUMBER,
    PL_BPF_SUPER_MAGIC,
    PL_BPF_FILE_WANTS, /* those above are all that the program of each descriptor needs */

    PL_BPF_TASK = PL_BPF_FILE_WANTS, /* the iterator of tasks */
    PL_BPF_CAST,                     /* bpf_rdonly_cast(), since Linux 6.2 */
    PL_BPF_TASK_PID,
    PL_BPF_TASK_FILES,
    PL_BPF_TASK_LEADER,
    PL_BPF_FILES_TABLE,
    PL_BPF_TABLE_SIZE,
    PL_BPF_TABLE_SLOTS,
    PL_BPF_TABLE_OPEN,
    PL_BPF_WANTS
};

/* btf.c: 0 if at least PL_BPF_FILE_WANTS are found, or a negative errno. */
int pl_linux_btf(bool forced, struct pl_btf_want wants[PL_BPF_WANTS]);

/* What the program of each table writes into, shared with the kernel: 4096 owners, 64 KiB. */
#define PL_BPF_ROOM 4096

struct pl_bpf_shared {
    uint32_t count; /* owners that stand there */
    uint32_t fd;    /* where to go on in the table that was broken off for want of room */
    uint32_t task;  /* whose table that is: by the next reading it may be gone; 0: none is */
    /* 0: where the others begin. A constant the verifier would count up, round by round. */
    uint32_t first;
    struct pl_owner owners[PL_BPF_ROOM];
};

#define PL_BPF_CODE_MAX 96

struct pl_bpf_code {
    struct bpf_insn insns[PL_BPF_CODE_MAX];
    uint32_t count;
};

/* code.c: map is the descriptor of an array whose only value is struct pl_bpf_shared. */
void pl_bpf_code_tables(const struct pl_btf_want wants[PL_BPF_WANTS], int map,
                        struct pl_bpf_code *out);
void pl_bpf_code_files(const struct pl_btf_want wants[PL_BPF_WANTS], struct pl_bpf_code *out);

#endif
