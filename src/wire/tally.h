/* SPDX-License-Identifier: BSD-2-Clause */
/* --group-by: counts attempts by the values of columns. */
#ifndef WIRE_TALLY_H
#define WIRE_TALLY_H

#include "attempts.h"

struct tally;

/* view: its columns are the keys; borrowed. Returns NULL: out of memory. */
struct tally *tally_new(const struct view *view);
/* NULL is allowed. */
void tally_free(struct tally *tally);
/* Counts an attempt; keeps a copy of the first one of each group. Returns 0 or -ENOMEM. */
int tally_add(struct tally *tally, const struct attempt_row *row);
/*
 * Prints the groups, largest first; of equal ones, the one first seen is first. Returns 0 or
 * -ENOMEM.
 */
int tally_print(struct tally *tally, const struct format *format, struct out *out);

#endif
