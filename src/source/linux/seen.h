/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by seen.c and seen_rows.c. */
#ifndef PL_SOURCE_LINUX_SEEN_H
#define PL_SOURCE_LINUX_SEEN_H

#include "linux.h"

/* Returns the row of an index. */
struct pl_linux_seen_row *pl_seen_row(const struct pl_linux_seen *seen, uint32_t row);
bool pl_seen_is_bound(const struct pl_linux_seen_row *row);
/* Reads the rows. Returns 0 or a negative errno. */
int pl_seen_rows_read(struct pl_linux_seen *seen);
/* Marks the rows that a second pass finds, too. Returns 0 or a negative errno. */
int pl_seen_rows_again(struct pl_linux_seen *seen);
/*
 * Passes on the sockets of the network namespace of this process that are only bound and have no row: the
 * kernel does not count those without a descriptor. Returns 0 or a negative errno.
 */
int pl_seen_add_bound(struct pl_linux_seen *seen, const struct pl_request *request,
                      pl_chunk_fn *chunk, void *arg, struct pl_reading *reading);

#endif
