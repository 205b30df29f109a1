/* SPDX-License-Identifier: BSD-2-Clause */
/* --group-by: how many sockets there are of each kind. */
#ifndef VIEW_GROUP_H
#define VIEW_GROUP_H

#include "column.h"

#define GROUP_KEYS 4 /* columns at most */

/* One group, or before they are counted, what one socket has of the keys. */
struct group_entry {
    struct cell cells[GROUP_KEYS];
    const struct pl_sock *sock; /* one of those that are counted */
    uint64_t count;             /* of different sockets */
};

struct group_entries {
    const struct view *view; /* its columns are the keys */
    struct group_entry *items;
    size_t count, size;
};

/*
 * Counts the rows of the view by its columns and prints the groups, in the order of the keys; without
 * keys the largest first. At most top of them (0: all). 0 or -ENOMEM.
 */
int group_print(const struct view *view, const char *format, const struct sort_key *keys,
                size_t key_count, size_t top, struct out *out);

/* group_print.c: in one format, by its name. */
void group_put(const struct group_entries *groups, const char *format, struct out *out);

#endif
