/* SPDX-License-Identifier: BSD-2-Clause */
/* Expressions that overwrite registers, and those that not all packets pass. */
#include "nft_made.h"

static struct nat_kept kept;
static struct bytes made;

static const struct pl_nat_rule *decoded(struct made_rule *rule)
{
    rule_end(rule);
    assert_int_equal(nft_decode(&made, made.len, &kept), 0);
    made.len = 0;
    return kept.count == 1 ? &kept.rules[0] : NULL;
}

/* The port is in register 1, which each of them overwrites: the comparison is not of the port. */
static void overwrites(void **state)
{
    static const struct {
        const char *name;
        uint16_t dreg; /* number of the attribute, in include/uapi/linux/netfilter/nf_tables.h */
    } cases[] = {
        {"numgen", 1}, {"hash", 2}, {"fib", 1},       {"ct", 1},     {"rt", 1},     {"socket", 2},
        {"osf", 1},    {"xfrm", 1}, {"byteorder", 2}, {"exthdr", 1}, {"tunnel", 2},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (uint32_t dreg = 1; dreg <= 2; dreg++) {
            struct made_rule rule = rule_begin(&made, 2);
            const struct pl_nat_rule *got;

            load(&rule, 2, 2, 2, 1);
            begin(&rule, cases[i].name);
            number(&made, cases[i].dreg, dreg);
            number(&made, cases[i].dreg == 1 ? 2 : 1, 3 - dreg);
            end(&rule);
            compare(&rule, 1, 0, (const uint8_t[]){0, 80}, 2);
            to_10_0_0_2_80(&rule);
            got = decoded(&rule);
            assert_non_null(got);
            if (got->match.ports != (dreg == 2) || got->exact != (dreg == 2))
                fail_msg("%s to register %u", cases[i].name, dreg);
        }
    }
}

/* Named objects; 0: from a map. */
static void objects(void **state)
{
    static const bool passes[] = {false, true, false, true, false, false,
                                  true,  true, true,  true, false, false};

    (void)state;
    for (uint32_t type = 0; type < COUNT_OF(passes); type++) {
        struct made_rule rule = rule_begin(&made, 2);
        const struct pl_nat_rule *got;

        load(&rule, 2, 2, 2, 1);
        begin(&rule, "objref");
        if (type != 0)
            number(&made, 1, type);
        word(&made, 2, "k");
        end(&rule);
        compare(&rule, 1, 0, (const uint8_t[]){0, 80}, 2);
        put_verdict(&rule, 1);
        got = decoded(&rule);
        assert_int_equal(got != NULL, passes[type]);
        assert_true(!got || (got->exact && got->match.first == 80));
    }
}

TEST_MAIN(TEST(overwrites), TEST(objects))
