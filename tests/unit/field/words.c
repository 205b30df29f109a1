/* SPDX-License-Identifier: BSD-2-Clause */
#include "filters.h"

#define STATE(word) pl_words_state(word, strlen(word))

static void states(void **state)
{
    (void)state;
    assert_true(STATE("FIN_WAIT1") == STATE("fin-wait-1"));
    assert_true(STATE("estab") == STATE("ESTABLISHED"));
    assert_true(STATE("all") == (STATE("big") | STATE("bucket")));
    assert_true((STATE("all") & STATE("bound")) == 0);
    assert_true(STATE("nosuch") == 0 && STATE("") == 0 && STATE("fin") == 0);
    for (size_t i = 0; pl_filter_state(i); i++)
        assert_true(STATE(pl_filter_state(i)) != 0);
}

static void others(void **state)
{
    (void)state;
    assert_true(pl_words_proto("TCP", 3) == 1ULL << PL_PROTO_TCP);
    assert_true(pl_words_proto("unknown", 7) == 0);
    assert_true(pl_words_family("ipv6", 4) == 1ULL << PL_FAMILY_INET6);
    assert_true(pl_field_words(pl_field_row(PL_FIELD_TYPE), "dgram", 5) == 1ULL << PL_TYPE_DGRAM);
    assert_true(pl_field_words(pl_field_row(PL_FIELD_OWNER_UNKNOWN), "time-wait", 9) ==
                1ULL << PL_OWNER_TIME_WAIT);
    assert_true(pl_field_words(pl_field_row(PL_FIELD_REACH), "loopback", 8) ==
                1ULL << PL_REACH_LOOPBACK);
    assert_true(pl_field_words(pl_field_row(PL_FIELD_PLACE), "moved", 5) == 1ULL << PL_PLACE_MOVED);
    assert_true(pl_field_words(pl_field_row(PL_FIELD_PLACE), "", 0) == 0);
    assert_int_equal(pl_field_words(pl_field_row(PL_FIELD_REACH), "any", 3),
                     PL_BIT(PL_REACH_ANY) | PL_BIT(PL_REACH_ANY_V4) | PL_BIT(PL_REACH_ANY_V6));
    assert_int_equal(pl_field_words(pl_field_row(PL_FIELD_REACH), "any_v4", 6),
                     PL_BIT(PL_REACH_ANY_V4));
}

TEST_MAIN(TEST(states), TEST(others))
