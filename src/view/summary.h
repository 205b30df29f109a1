/* SPDX-License-Identifier: BSD-2-Clause */
/* -s: the kernel's counters, and counts of sockets. */
#ifndef VIEW_SUMMARY_H
#define VIEW_SUMMARY_H

#include "sheet.h"

/* Parts besides the kernel's counters. */
enum {
    SUMMARY_STATES = 1 << 0, /* sockets by state; use of ephemeral ports */
    SUMMARY_PROCESSES = 1 << 1,
    SUMMARY_SPACES = 1 << 2, /* the kernel's counts by network namespace */
};

/*
 * Prints a sheet for each part, in a format that can print several. Returns 0 or -ENOMEM; errors of
 * writing are in out.
 */
int summary_print(const struct view *view, uint32_t parts, const struct format *format,
                  struct out *out);

#endif
