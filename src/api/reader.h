/* SPDX-License-Identifier: BSD-2-Clause */
/* What the programs ask of a reader besides <portls.h>. */
#ifndef PL_API_READER_H
#define PL_API_READER_H

#include "query.h"

/* The folder that a recorder writes to until then; NULL: it is no recorder. */
const char *pl_reader_folder(const struct pl_reader *reader);

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
