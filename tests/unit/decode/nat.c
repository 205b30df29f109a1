/* SPDX-License-Identifier: BSD-2-Clause */
/* Which ranges are networks, and which networks are those of the loopback interface. */
#include "harness.h"

#include "decode/nat.h"

static void networks(void **state)
{
    static const struct {
        uint8_t first[4], last[4];
        bool known;
        unsigned int bits;
    } cases[] = {
        {{10, 0, 0, 1}, {10, 0, 0, 1}, true, 32},      {{10, 0, 0, 0}, {10, 0, 0, 255}, true, 24},
        {{0, 0, 0, 0}, {255, 255, 255, 255}, true, 0}, {{10, 0, 0, 4}, {10, 0, 0, 7}, true, 30},
        {{10, 0, 0, 1}, {10, 0, 0, 6}, false, 0},      {{10, 0, 0, 5}, {10, 0, 0, 7}, false, 0},
        {{10, 0, 0, 7}, {10, 0, 0, 4}, false, 0},      {{10, 0, 0, 0}, {10, 0, 1, 254}, false, 0},
    };
    unsigned int bits;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(pl_nat_network(cases[i].first, cases[i].last, 4, &bits), cases[i].known);
        if (cases[i].known)
            assert_int_equal(bits, cases[i].bits);
    }
    assert_true(pl_nat_network(cases[0].first, cases[4].last, 0, &bits));
    assert_int_equal(bits, 0);
}

static void loopback(void **state)
{
    static const uint8_t one[16] = {[15] = 1};
    static const uint8_t two[16] = {[15] = 2};
    static const uint8_t v4[16] = {127};
    static const uint8_t other[16] = {126};

    (void)state;
    assert_true(pl_nat_is_loopback(PL_FAMILY_INET, v4, 8));
    assert_true(pl_nat_is_loopback(PL_FAMILY_INET, v4, 32));
    assert_false(pl_nat_is_loopback(PL_FAMILY_INET, v4, 7));
    assert_false(pl_nat_is_loopback(PL_FAMILY_INET, other, 8));
    assert_true(pl_nat_is_loopback(PL_FAMILY_INET6, one, 128));
    assert_false(pl_nat_is_loopback(PL_FAMILY_INET6, one, 127));
    assert_false(pl_nat_is_loopback(PL_FAMILY_INET6, two, 128));
}

TEST_MAIN(TEST(networks), TEST(loopback))
