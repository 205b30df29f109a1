/* SPDX-License-Identifier: BSD-2-Clause */
/* SYNs and SYN-ACKs that this machine dropped, until the attempt they are of is passed on. */
#ifndef PL_ATTEMPT_DROPS_H
#define PL_ATTEMPT_DROPS_H

#include "api/attempt.h"

#define DROP_SETS 8192U /* a power of two */
#define DROP_WAYS 4U    /* entries of a set */

/* Each is there twice: with its responder, and without. */
struct drop {
    uint64_t hash;      /* of the family, the initiator, its number, and the responder */
    uint64_t responder; /* the hash with the responder */
    const char *reason; /* equal reasons are one pointer */
    uint32_t order;     /* of the last one: the oldest is replaced; 0: free */
    uint32_t netns;
    uint32_t count; /* of drops for that reason, one after the other */
    bool answer;
    bool exact;   /* hash is with the responder */
    bool several; /* without it: of more than one responder */
    bool found;   /* by its attempt */
};

struct drops {
    uint32_t order;
    uint64_t forgotten; /* drops that were replaced before their attempt was passed on */
    struct drop sets[DROP_SETS][DROP_WAYS];
};

/* Remembers the drop that an attempt with PL_ATTEMPT_DROPPED has. */
void drops_add(struct drops *drops, const uint64_t *keys, const struct pl_attempt *dropped);
/* Adds to the attempt what is remembered of it. */
void drops_find(struct drops *drops, const uint64_t *keys, struct pl_attempt *attempt);

#endif
