/* SPDX-License-Identifier: BSD-2-Clause */
/* --group-by: how many sockets there are of each kind. */
#ifndef VIEW_GROUP_H
#define VIEW_GROUP_H

#include "sheet.h"

#define GROUP_KEYS 4 /* columns at most */

/*
 * Counts the rows of the view by its columns and prints the groups, in the order of the keys; without
 * keys the largest first. At most top of them (0: all). 0 or -ENOMEM.
 */
int group_print(const struct view *view, const struct format *format, const struct sort_key *keys,
                size_t key_count, size_t top, struct out *out);

#endif
