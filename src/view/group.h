/* SPDX-License-Identifier: BSD-2-Clause */
/* --group-by: how many sockets there are of each kind. */
#ifndef VIEW_GROUP_H
#define VIEW_GROUP_H

#include "view.h"

#define GROUP_KEYS 4 /* columns at most */

/* The view's columns are the keys; the largest groups come first, at most top of them (0: all).
 * 0 or -ENOMEM. */
int group_print(const struct view *view, const char *format, size_t top, struct out *out);

#endif
