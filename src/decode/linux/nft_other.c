/* SPDX-License-Identifier: BSD-2-Clause */
/* The expressions of nftables that neither compare a destination nor translate it. */
#include "nft.h"

#include "model/array.h"

#include <string.h>

#define OBJECT_TYPE 1 /* 0: a map has the object */

/* Expressions that load what does not matter here, by the attribute that names their register. */
static const struct {
    const char *name;
    uint8_t dreg; /* 0: it loads nothing */
} others[] = {
    {"numgen", 1}, {"hash", 2},  {"fib", 1},       {"ct", 1},     {"rt", 1},        {"socket", 2},
    {"osf", 1},    {"xfrm", 1},  {"byteorder", 2}, {"exthdr", 1}, {"tunnel", 2},    {"counter", 0},
    {"log", 0},    {"limit", 0}, {"quota", 0},     {"last", 0},   {"connlimit", 0},
};

/* Those of them that only some packets pass; named ones are objects. */
static const char *const conditions[] = {"limit", "quota", "connlimit"};

/* Packets pass all objects but quotas, limits of rates and of connections. */
static void do_object(struct pl_nft_state *state, struct pl_slice data)
{
    static const uint32_t passed[] = {1, 3, 6, 7, 8, 9}; /* NFT_OBJECT_COUNTER ... CT_EXPECT */
    const uint32_t type = pl_nft_number(data, OBJECT_TYPE);
    bool passes = false;

    for (size_t i = 0; i < COUNT_OF(passed); i++)
        passes |= type == passed[i];
    state->rule->exact &= passes;
}

void pl_nft_other(struct pl_nft_state *state, const struct pl_slice *name, struct pl_slice data)
{
    for (size_t i = 0; i < COUNT_OF(conditions); i++)
        state->rule->exact &= !pl_slice_is(name, conditions[i]);
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        if (!pl_slice_is(name, others[i].name))
            continue;
        if (others[i].dreg != 0)
            pl_nft_set_parts(state, pl_nft_number(data, others[i].dreg), PL_NAT_OTHER, 16);
        return;
    }
    if (pl_slice_is(name, "objref")) {
        do_object(state, data);
        return;
    }
    /* An expression that is not known may load any register. */
    memset(state->words, 0, sizeof(state->words));
    state->rule->exact = false;
}
