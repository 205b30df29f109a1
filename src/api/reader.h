/* SPDX-License-Identifier: BSD-2-Clause */
/* What the programs ask of a reader besides <portls.h>. */
#ifndef PL_API_READER_H
#define PL_API_READER_H

#include "query.h"

/*
 * Returns two descriptors that a recorder uses: of the directory that it writes to, and of the one
 * around it, in which that directory is renamed. NULL: the reader is not a recorder.
 */
const int *pl_reader_dirs(const struct pl_reader *reader);

/* What a recording's reader returns for a feed that is a directory, a link, a device ... */
#define PL_ENOTREG ESPIPE

/* Returns strerror(3) of an error of a reader, a positive errno, or "not a regular file". */
const char *pl_error_text(int error);

/*
 * Opens what takes more rights than reading does, if the query will use it (Linux: the BPF
 * iterator), so that the caller may drop them before it takes snapshots of this query. Optional;
 * what cannot be opened is told when it is read.
 */
void pl_reader_prepare(struct pl_reader *reader, const struct pl_query *query);

/* By getpwuid_r(3) and getpwent(3); users_arg means nothing. -ENOTSUP in a build without a reader. */
int pl_users_read(void *users_arg, const uint32_t *uids, size_t count, bool all,
                  pl_users_take_fn *take, void *arg, int *partial);

#endif
