/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is asked for names: CMake chooses resolve_cares.c or resolve_libc.c. */
#ifndef CLI_RESOLVE_ASK_H
#define CLI_RESOLVE_ASK_H

#include "resolve.h"

struct resolve_entry {
    uint8_t addr[16];
    uint8_t family; /* PL_FAMILY_INET or PL_FAMILY_INET6 */
    char *name;     /* owned; NULL: no answer, or none in time */
};

/* Fills in names until all have answered or the limit is reached. */
void resolve_ask(struct resolve_entry *entries, size_t count, unsigned int limit_ms);

#endif
