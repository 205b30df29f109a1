/* SPDX-License-Identifier: BSD-2-Clause */
/* sysctl(3), from which the readers of the BSDs and of macOS have their tables. */
#ifndef PL_SOURCE_BSD_SYSCTL_H
#define PL_SOURCE_BSD_SYSCTL_H

#include "source/source.h"

/*
 * Appends the table of that name to out. The size is asked for first, and again when the table has
 * grown in between. record: bytes of a record where the last number of the name is how many of them
 * there is room for, else 0. probe: where to put the size that was first told, or NULL.
 * -ENOENT: there is no such name.
 */
int pl_sysctl_read(int *mib, unsigned int len, size_t record, struct pl_buffer *out, size_t *probe);

/* One feed of a system: how it is read. */
struct pl_sysctl_way {
    const char *feed;
    const char *path; /* for --debug */
    int (*read)(const struct pl_request *request, struct pl_buffer *out);
};

/* Opens a reader that reads the feeds of that list, each into one chunk. */
int pl_sysctl_reader(enum pl_system system, const struct pl_sysctl_way *ways, size_t count,
                     struct pl_reader **out);

/* Ways that every one of them has: "uid:name" of the users, "index:name" of the interfaces. */
int pl_sysctl_users(const struct pl_request *request, struct pl_buffer *out);
int pl_sysctl_links(const struct pl_request *request, struct pl_buffer *out);

#endif
