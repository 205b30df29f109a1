/* SPDX-License-Identifier: BSD-2-Clause */
/* SYNs and SYN-ACKs that this machine dropped, until the attempt they are of is passed on. */
#ifndef PL_ATTEMPT_DROPS_H
#define PL_ATTEMPT_DROPS_H

#include "api/attempt.h"

#define DROP_SETS 4096U /* a power of two */
#define DROP_WAYS 4U    /* entries of a set */

/* The initiator and its number are enough: a translation may change the responder on the way. */
struct drop {
    uint64_t hash;      /* of the family, the initiator and its number */
    const char *reason; /* equal reasons are one pointer */
    uint32_t order;     /* of the last one: the oldest is replaced; 0: free */
    uint32_t netns;
    uint16_t count; /* of drops for that reason, one after the other */
    bool answer;
};

struct drops {
    uint32_t order;
    struct drop sets[DROP_SETS][DROP_WAYS];
};

/* Remembers the drop that an attempt with PL_ATTEMPT_DROPPED has. */
void drops_add(struct drops *drops, const uint64_t *keys, const struct pl_attempt *dropped);
/* Adds to the attempt what is remembered of it. */
void drops_find(const struct drops *drops, const uint64_t *keys, struct pl_attempt *attempt);

#endif
