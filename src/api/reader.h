/* SPDX-License-Identifier: BSD-2-Clause */
/* Private functions of a reader. */
#ifndef PL_API_READER_H
#define PL_API_READER_H

#include "query.h"

/*
 * Returns two descriptors of a recorder: of its directory, and of the parent directory, in which it
 * is renamed. NULL: the reader is not a recorder.
 */
const int *pl_reader_dirs(const struct pl_reader *reader);

/* Returned by the reader of a recording for a feed that is a directory, a link, a device ... */
#define PL_ENOTREG ESPIPE

/* Why BPF cannot be used, where an error of the kernel would mislead. */
#define PL_ENOTYPES   EDOM    /* the kernel has no BTF */
#define PL_ENAMESPACE ENOTBLK /* in a pid namespace */
#define PL_EWORDS     EMLINK  /* a 32-bit system */
#define PL_EJIT       ENOTTY  /* the kernel cannot compile the program */
#define PL_EPROGRAM   ENOEXEC /* the kernel does not accept the program */

/* Returns strerror(3) of a reader's error, a positive errno, or the text of one of the above. */
const char *pl_error_text(int error);

/*
 * Opens in advance whatever needs more privileges than reading (Linux: the BPF iterator), if the
 * query uses it, so that the caller can drop them. Optional. Failures are reported by the read.
 */
void pl_reader_prepare(struct pl_reader *reader, const struct pl_query *query);

/*
 * FreeBSD, NetBSD and OpenBSD: ends a connection of TCP as tcpdrop(8) does. The kernel finds it by its
 * addresses and ports alone. NULL: only finds out whether the user may. Returns 0 or a negative errno.
 * -ESRCH: there is no such connection. -ENOTSUP: the system or a recording cannot do this.
 */
int pl_reader_drop(struct pl_reader *reader, const struct pl_sock *sock);
/* The BSDs and macOS: returns the parent of a process; 0: none, or unknown. */
uint32_t pl_reader_parent(struct pl_reader *reader, uint32_t pid);

/*
 * Uses getpwuid_r(3) and getpwent(3), and ignores users_arg. -ENOTSUP in a build without a reader.
 */
int pl_users_read(void *users_arg, const uint32_t *uids, size_t count, bool all,
                  pl_users_take_fn *take, void *arg, int *partial);

/* From now on, the memory of a freed table returns to the system, where the C library supports that. */
void pl_memory_return(void);

#endif
