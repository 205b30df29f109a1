/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CLOCK_H
#define CLI_CLOCK_H

#include <stdint.h>
#include <time.h>

#define CLOCK_MS UINT64_C(1000000) /* nanoseconds */

/* Returns the nanoseconds of a clock that is never set. */
static inline uint64_t clock_now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 * CLOCK_MS + (uint64_t)t.tv_nsec;
}

#endif
