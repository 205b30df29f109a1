/* SPDX-License-Identifier: BSD-2-Clause */
/* Network interfaces that disappear, or go up and down. */
#ifndef SOURCE_LINKS_H
#define SOURCE_LINKS_H

#include <stdbool.h>

struct pl_link_change {
    unsigned int number; /* of the interface */
    bool exists, up;
};

/* Takes a change. */
typedef void pl_link_fn(void *arg, const struct pl_link_change *change);

/* Returns a descriptor that becomes readable with changes, or a negative errno; -ENOTSUP: not on this system. */
int pl_links_open(void);
/* Passes on the changes that wait. Does not block. Returns 0 or a negative errno. */
int pl_links_read(int fd, pl_link_fn *take, void *arg);

#endif
