/* SPDX-License-Identifier: BSD-2-Clause */
/* What the programs of iterators of tasks and their files share. */
#ifndef PL_SOURCE_LINUX_BPF_FILES_H
#define PL_SOURCE_LINUX_BPF_FILES_H

#include "asm.h"

/*
 * include/uapi/linux/magic.h: the file system of sockets. The file type S_IFSOCK does not suffice:
 * any user can make such files on a tmpfs, with inode numbers like those of other users' sockets.
 */
#define SOCKFS_MAGIC 0x534F434B

/* Fields of the contexts: struct bpf_iter__task and bpf_iter__task_file, kernel/bpf/task_iter.c. */
enum { CTX_TASK = 8, CTX_FD = 16, CTX_FILE = 24 };

/* What is looked up in BTF. */
struct socket_wants {
    const struct pl_btf_want *file_inode, *inode_super, *super_magic;
};

/* inode = that of the file. Jumps unless it is a socket. */
static inline void load_socket_inode(struct writer *w, const struct socket_wants *wants, int inode,
                                     int file, size_t no_socket)
{
    load(w, BPF_DW, inode, file, wants->file_inode->value);
    load(w, BPF_DW, R2, inode, wants->inode_super->value);
    load(w, BPF_DW, R2, R2, wants->super_magic->value); /* unsigned long */
    jump(w, BPF_JNE, R2, SOCKFS_MAGIC, no_socket);
}

/* The start of a program of task_file: sets the registers task and file. Jumps after the last file. */
static inline void load_file(struct writer *w, int ctx, int task, int file, size_t done)
{
    move(w, ctx, R1);
    load(w, BPF_DW, task, ctx, CTX_TASK);
    jump(w, BPF_JEQ, task, 0, done); /* both are NULL at the end */
    load(w, BPF_DW, file, ctx, CTX_FILE);
    jump(w, BPF_JEQ, file, 0, done);
}

#endif
