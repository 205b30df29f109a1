/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of the join: a joiner whose attempts are kept, and parts of an attempt. */
#ifndef TEST_ATTEMPT_JOIN_H
#define TEST_ATTEMPT_JOIN_H

#include "script.h"

#include "api/states.h"

#define PATIENCE 300

struct joined {
    struct pl_joiner *joiner;
    struct pl_attempt items[8];
    uint32_t pids[8][2];
    size_t count;
    const struct pl_attempt *answer; /* what ask() adds; NULL: nothing */
    size_t asked;
    bool only_count;
};

static inline int take(void *arg, const struct pl_attempt *attempt)
{
    struct joined *joined = arg;

    if (!joined->only_count) {
        assert_true(joined->count < COUNT_OF(joined->items));
        joined->items[joined->count] = *attempt;
        for (size_t end = 0; end < 2; end++)
            joined->pids[joined->count][end] =
                attempt->owners[end] ? attempt->owners[end]->items[0].pid : 0;
    }
    joined->count++;
    return 0;
}

static inline int ask(void *arg, const struct pl_attempt *attempt)
{
    struct joined *joined = arg;

    assert_false(attempt->have & PL_ATTEMPT_PACKETS);
    joined->asked++;
    return joined->answer ? pl_joiner_add(joined->joiner, joined->answer, 0) : 0;
}

static inline void begin(struct joined *joined, bool packets, bool states)
{
    struct pl_joiner_want want = {
        .patience = PATIENCE,
        .packets = packets,
        .states = states,
        .unknown = PL_OWNER_NOT_FOUND,
        .take = take,
        .ask = ask,
        .arg = joined,
    };

    memcpy(want.keys, script_keys, sizeof(want.keys));
    *joined = (struct joined){0};
    assert_int_equal(pl_joiner_new(&want, &joined->joiner), 0);
}

static inline void add(struct joined *joined, const struct pl_attempt *attempt, uint64_t now)
{
    assert_int_equal(pl_joiner_add(joined->joiner, attempt, now), 0);
}

/* 10.0.0.1:1000 to 10.0.0.2:80 */
static inline struct pl_attempt attempt_of(uint32_t have, unsigned int verdict)
{
    struct pl_attempt attempt = {
        .time = SCRIPT_START,
        .ports = {1000, 80},
        .isn = 100,
        .peer_isn = 500,
        .family = 4,
        .verdict = (uint8_t)verdict,
        .have = have | PL_ATTEMPT_ISN,
    };

    if (verdict == PL_VERDICT_COMPLETED || verdict == PL_VERDICT_SIMULTANEOUS)
        attempt.have |= PL_ATTEMPT_PEER_ISN;
    memcpy(attempt.addrs[0], "\12\0\0\1", 4);
    memcpy(attempt.addrs[1], "\12\0\0\2", 4);
    return attempt;
}

/* Adds the part of a socket that a process owns. */
static inline void add_owned(struct joined *joined, struct pl_attempt attempt, uint32_t pid,
                             uint64_t now)
{
    struct pl_holders *holders = pl_holders_new(1);

    assert_non_null(holders);
    holders->items[0] = (struct pl_holder){.pid = pid, .name = "p"};
    attempt.owners[attempt.have & PL_ATTEMPT_STATES ? 0 : 1] = holders;
    add(joined, &attempt, now);
    pl_holders_drop(holders); /* the joiner keeps it */
}

static inline struct pl_attempt packets_of(unsigned int verdict)
{
    struct pl_attempt attempt = attempt_of(PL_ATTEMPT_PACKETS | PL_ATTEMPT_SYN |
                                               PL_ATTEMPT_SYN_COUNT | PL_ATTEMPT_SYNACK_COUNT,
                                           verdict);

    attempt.syn_count = 2;
    attempt.synack_count = 1;
    attempt.syn.mss = 1460;
    return attempt;
}

#endif
