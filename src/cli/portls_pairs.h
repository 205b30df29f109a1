/* SPDX-License-Identifier: BSD-2-Clause */
/* Which options of portls do not go together: none is ever ignored. */
#ifndef CLI_PORTLS_PAIRS_H
#define CLI_PORTLS_PAIRS_H

#include "opts.h"
#include "portls_ids.h"

#include <stdint.h>

struct pairs {
    const struct opt *table; /* has an option for each of these bits, whose name is said */
    uint64_t given;          /* bits of enum id */
    const char *word;        /* the first that is no option; NULL: none */
};

/* Each 0, or the exit status: what does not go together has been said. */
int pairs_check(const struct pairs *given);
/* Nothing stands beside the option id, but --no-sandbox, which is always right. */
int pairs_check_alone(const struct pairs *given, enum id id);

#endif
