/* SPDX-License-Identifier: BSD-2-Clause */
/* Readers: where the bytes come from, the running kernel or a recording of one. */
#ifndef PORTLS_READER_H
#define PORTLS_READER_H

#include <portls.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pl_reader;

/* The running kernel. -ENOTSUP in a build without a reader for its system. */
int pl_reader_open(struct pl_reader **out);

/*
 * A recording: a folder of feeds written by pl_reader_record() on any system.
 * -ENOENT: no such folder. -ENOTDIR. -EINVAL: no recording (no or unreadable "abi", no feed).
 * -ENOTSUP: of an unknown system.
 */
int pl_reader_replay(const char *dir, struct pl_reader **out);

/*
 * Reads through inner and keeps what was read, whole feeds, for pl_reader_commit() to store in
 * dir. That must be absent (-EEXIST otherwise) or an empty folder (-ENOTEMPTY), not "" (-EINVAL),
 * not "." or a link (-EEXIST). Takes inner over on success: closing the recorder closes it.
 */
int pl_reader_record(struct pl_reader *inner, const char *dir, struct pl_reader **out);
int pl_reader_commit(struct pl_reader *recorder);

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

void pl_reader_close(struct pl_reader *reader);
enum pl_system pl_reader_system(const struct pl_reader *reader);

#ifdef __cplusplus
}
#endif

#endif
