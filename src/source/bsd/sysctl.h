/* SPDX-License-Identifier: BSD-2-Clause */
/* sysctl(3), used by the readers of the BSDs and macOS. */
#ifndef PL_SOURCE_BSD_SYSCTL_H
#define PL_SOURCE_BSD_SYSCTL_H

#include "source/source.h"

/*
 * Appends a table to out, with a larger buffer if the table grows in between. record: the size of a
 * record if the last number of mib is how many records the buffer holds, else 0. probe: NULL, or
 * receives the size that the kernel first reported. -ENOENT: there is no such table.
 */
int pl_sysctl_read(int *mib, unsigned int len, size_t record, struct pl_buffer *out, size_t *probe);

/* How to read a feed. */
struct pl_sysctl_way {
    const char *feed;
    const char *path; /* for --debug */
    int (*read)(const struct pl_request *request, struct pl_buffer *out);
};

/* Opens a reader of these feeds, which passes on each in one chunk. */
int pl_sysctl_reader(enum pl_system system, const struct pl_sysctl_way *ways, size_t count,
                     struct pl_reader **out);

/* Lines "uid:name" of the users, and "index:name" of the interfaces. */
int pl_sysctl_users(const struct pl_request *request, struct pl_buffer *out);
int pl_sysctl_links(const struct pl_request *request, struct pl_buffer *out);

#endif
