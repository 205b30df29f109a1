/* SPDX-License-Identifier: BSD-2-Clause */
/* BPF: what all programs share, and the search for owners. */
#ifndef PL_SOURCE_LINUX_BPF_BPF_H
#define PL_SOURCE_LINUX_BPF_BPF_H

#include "decode/linux/btf.h"
#include "source/source.h"

#include <linux/bpf.h>

#define PL_BPF_CODE_MAX 160

struct pl_bpf_code {
    struct bpf_insn insns[PL_BPF_CODE_MAX];
    uint32_t count;
};

/* Types and members of this kernel that the programs use. */
enum pl_bpf_want {
    PL_BPF_TASK_FILE, /* the iterator of descriptors */
    PL_BPF_TASK_TGID,
    PL_BPF_FILE_INODE,
    PL_BPF_INODE_SUPER,
    PL_BPF_INODE_NUMBER,
    PL_BPF_SUPER_MAGIC,
    PL_BPF_FILE_WANTS, /* the program of files needs only those above */

    PL_BPF_TASK = PL_BPF_FILE_WANTS, /* the iterator of tasks */
    PL_BPF_CAST,                     /* bpf_rdonly_cast(), since Linux 6.2 */
    PL_BPF_TASK_PID,
    PL_BPF_TASK_FILES,
    PL_BPF_TASK_LEADER,
    PL_BPF_FILES_TABLE,
    PL_BPF_TABLE_SIZE,
    PL_BPF_TABLE_SLOTS,
    PL_BPF_TABLE_OPEN,
    PL_BPF_FILE_CALLS,
    PL_BPF_CALLS_MAP,
    PL_BPF_WANTS
};

/*
 * btf.c: looks up types and members of the running kernel. Returns 0 if at least the first needed
 * ones are found; -EAGAIN unless forced, if a scan for owners is likely to be faster.
 */
int pl_linux_btf(bool forced, struct pl_btf_want *wants, size_t count, size_t needed);

/* call.c: bpf(2), repeated after a signal. Returns a descriptor or a negative errno. */
int pl_bpf(int command, union bpf_attr *attr);
/* Sets the code of attr and loads the program. */
int pl_bpf_load(const struct pl_bpf_code *code, union bpf_attr *attr);
/* Opens an array of one value, which can be mapped since Linux 5.5. */
int pl_bpf_array(uint32_t size);
/* Returns 0 if programs run here have the process ids that this process sees. */
int pl_bpf_check_pids(void);

/* Memory shared with the program of tables: 4096 owners, 64 KiB. */
#define PL_BPF_ROOM 4096

struct pl_bpf_shared {
    uint32_t count; /* of owners */
    uint32_t fd;    /* where to continue in the table that did not fit */
    uint32_t task;  /* the task of that table, which may have ended since; 0: none */
    /* always 0, the start of a table; for a constant, the verifier would unroll the loop */
    uint32_t first;
    uint32_t init; /* 1: the table of process 1 was read */
    uint32_t ring; /* 1: some owners have key 0: files that may be rings of io_uring */
    struct pl_owner owners[PL_BPF_ROOM];
};

/* code.c: map is the descriptor of an array of one struct pl_bpf_shared. */
void pl_bpf_code_tables(const struct pl_btf_want wants[PL_BPF_WANTS], int map,
                        struct pl_bpf_code *out);
void pl_bpf_code_files(const struct pl_btf_want wants[PL_BPF_WANTS], struct pl_bpf_code *out);

#endif
