/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the Linux reader. Each answers 0 or a negative errno. */
#ifndef PL_SOURCE_LINUX_H
#define PL_SOURCE_LINUX_H

#include "source.h"

/* linux_netlink.c: one dump; request is its first message, whole. -EOPNOTSUPP where refused. */
int pl_netlink_dump(int protocol, const void *request, size_t len, pl_chunk_fn *chunk, void *arg);

/* linux_diag.c */
int pl_linux_read_diag(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                       struct pl_reading *reading);
/* linux_diag_other.c: the families that are not internet ones; called by the above. */
int pl_linux_read_diag_other(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                             struct pl_reading *reading);
int pl_linux_read_links(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading);
int pl_linux_read_addrs(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading);

/* linux_owners.c: struct pl_owner of every socket of every process, by /proc/PID/fd. */
int pl_linux_read_owners(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                         struct pl_reading *reading);

/* linux_process.c: files of /proc/PID. */
int pl_linux_read_processes(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                            struct pl_reading *reading);

#endif
