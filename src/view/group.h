/* SPDX-License-Identifier: BSD-2-Clause */
/* --group-by: counts sockets by the values of columns. */
#ifndef VIEW_GROUP_H
#define VIEW_GROUP_H

#include "sheet.h"

#define GROUP_KEYS  4          /* maximum number of columns */
#define GROUP_COUNT GROUP_KEYS /* id of the column of counts; other ids are indices of keys */

/* Fills the columns of a sheet of groups: the count, then the columns of the view. Returns their number. */
size_t group_columns(const struct view *view, struct sheet_column out[GROUP_KEYS + 1]);

/*
 * Counts the rows of the view by its columns and prints at most top groups (0: all), sorted by the
 * keys, or without keys by descending count. Returns 0 or -ENOMEM.
 */
int group_print(const struct view *view, const struct format *format, const struct sort_key *keys,
                size_t key_count, size_t top, struct out *out);

#endif
