/* SPDX-License-Identifier: BSD-2-Clause */
/* A sink that keeps rules, for the tests of their decoders. */
#ifndef TEST_DECODE_LINUX_NAT_KEPT_H
#define TEST_DECODE_LINUX_NAT_KEPT_H

#include "harness.h"

#include "decode/linux/nat.h"

struct nat_kept {
    struct pl_sink sink;
    struct pl_nat_rule rules[256];
    size_t count;
    uint64_t malformed;
    int fail; /* returned for each rule */
};

static inline int nat_keep(struct pl_sink *sink, const struct pl_nat_rule *rule)
{
    struct nat_kept *kept = (struct nat_kept *)(void *)sink;

    assert_true(kept->count < COUNT_OF(kept->rules));
    kept->rules[kept->count++] = *rule;
    return kept->fail;
}

static inline int nat_note(struct pl_sink *sink, enum pl_note_kind kind, uint64_t count)
{
    assert_int_equal(kind, PL_NOTE_MALFORMED);
    ((struct nat_kept *)(void *)sink)->malformed += count;
    return 0;
}

static inline void nat_reset(struct nat_kept *kept)
{
    *kept = (struct nat_kept){.sink = {.nat = nat_keep, .note = nat_note}};
}

#endif
