/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts instead of rows: what the kernel counts, and what is counted over a listing. */
#ifndef VIEW_SUMMARY_H
#define VIEW_SUMMARY_H

#include "sheet.h"

/* Which parts besides the kernel's counters. */
enum {
    SUMMARY_STATES = 1 << 0, /* by state, and ephemeral ports */
    SUMMARY_PROCESSES = 1 << 1,
};

/*
 * A sheet for each part of the view's snapshot, in a format that several follow each other in. 0 or
 * -ENOMEM; what is written wrong is in out.
 */
int summary_print(const struct view *view, uint32_t parts, const struct format *format,
                  struct out *out);

#endif
