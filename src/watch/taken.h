/* SPDX-License-Identifier: BSD-2-Clause */
/* What still holds a port. */
#ifndef WATCH_TAKEN_H
#define WATCH_TAKEN_H

#include "api/library.h"
#include "ports.h"

/* The last message, so that it is printed only if it changes. Zeroed at first. */
struct taken {
    char told[512];
};

/* Reports on stderr a socket that holds a port of the target. */
void taken_tell(struct taken *taken, const struct target *target, const struct pl_snapshot *snap);
/* Returns the milliseconds until the first socket ends, if all are in TIME_WAIT; else 0. */
uint64_t taken_left(const struct pl_snapshot *snap);

#endif
