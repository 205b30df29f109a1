/* SPDX-License-Identifier: BSD-2-Clause */
/* Pairs sockets whose local port is not known with the packets of the same attempt. */
#ifndef PL_ATTEMPT_PAIR_H
#define PL_ATTEMPT_PAIR_H

#include "api/states.h"

/* An attempt of packets, or of a socket whose local port is not known. */
struct loose {
    const struct pl_attempt *attempt;
    uint32_t at;     /* for the caller */
    uint32_t pair;   /* of a socket: index of its packets + 1; 0: none */
    bool is_certain; /* of a socket: no other one can have sent these packets */
    bool is_taken;
};

/* Sorts the items, and pairs them. */
void attempt_pair(struct loose *items, size_t count);

#endif
