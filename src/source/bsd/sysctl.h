/* SPDX-License-Identifier: BSD-2-Clause */
/* sysctl(3), used by the readers of the BSDs and macOS. */
#ifndef PL_SOURCE_BSD_SYSCTL_H
#define PL_SOURCE_BSD_SYSCTL_H

#include "source/source.h"

/* find.c: looks up the numbers of a table. -ENOENT: there is no such table. */
int pl_sysctl_find(const char *name, int *mib, size_t *len);
/*
 * Appends a table to out, with a larger buffer if the table grows in between. If the last number of
 * mib is a number of records, it must be INT_MAX: NetBSD counts no records beyond it. probe: NULL,
 * or receives the size that the kernel first reported. -EAGAIN: the table grew in each attempt.
 * -ENOBUFS: the kernel refuses a buffer of the size that it reports, or no memory is left for it.
 */
int pl_sysctl_read(int *mib, unsigned int len, struct pl_buffer *out, size_t *probe);

/* How to read a feed. */
struct pl_sysctl_way {
    const char *feed;
    const char *path; /* for --debug */
    /* Returns 0, a negative errno, or a positive errno if a part could not be read. */
    int (*read)(const struct pl_request *request, struct pl_buffer *out);
};

/* Returns the parent of a process; 0: none, or unknown. */
typedef uint32_t pl_sysctl_parent_fn(uint32_t pid);

/* Opens a reader of these feeds, which passes on each in one chunk. */
int pl_sysctl_reader(enum pl_system system, const struct pl_sysctl_way *ways, size_t count,
                     pl_sysctl_parent_fn *parent, struct pl_reader **out);

/* Reads a record of that size. Returns whether it has it. */
bool pl_sysctl_record(int *mib, unsigned int len, void *record, size_t size);

/* Feeds of decode/frames.h: names of users and interfaces, addresses of interfaces. */
int pl_sysctl_users(const struct pl_request *request, struct pl_buffer *out);
int pl_sysctl_links(const struct pl_request *request, struct pl_buffer *out);
int pl_sysctl_addrs(const struct pl_request *request, struct pl_buffer *out);

/*
 * Appends what a table has about a process as a frame of decode/frames.h, without the NUL at its
 * end; nothing if it is refused, or the process has ended.
 */
int pl_sysctl_text(int *mib, unsigned int len, uint32_t pid, uint32_t frame, struct pl_buffer *out);

#endif
