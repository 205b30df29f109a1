/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts instead of rows: what the kernel counts, and what is counted over a listing. */
#ifndef VIEW_SUMMARY_H
#define VIEW_SUMMARY_H

#include "out.h"

/* Which parts besides the kernel's counters. */
enum {
    SUMMARY_STATES = 1 << 0, /* by state, and ephemeral ports */
    SUMMARY_PROCESSES = 1 << 1,
};

/* 0 or -ENOMEM; what is written wrong is in out. */
int summary_table(const struct pl_snapshot *snap, uint32_t parts, bool header, struct out *out);
int summary_json(const struct pl_snapshot *snap, uint32_t parts, struct out *out);

#endif
