/* SPDX-License-Identifier: BSD-2-Clause */
/* Dates in UTC. */
#include "harness.h"

#include "model/date.h"

static void print(void **state)
{
    static const struct {
        uint64_t seconds;
        const char *want;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},           {86399, "1970-01-01T23:59:59Z"},
        {68169599, "1972-02-28T23:59:59Z"},    {68169600, "1972-02-29T00:00:00Z"},
        {951782400, "2000-02-29T00:00:00Z"},   {951868800, "2000-03-01T00:00:00Z"},
        {1796774399, "2026-12-08T23:59:59Z"},  {1798761599, "2026-12-31T23:59:59Z"},
        {4107542400, "2100-03-01T00:00:00Z"},  {4107542399, "2100-02-28T23:59:59Z"},
        {PL_TIME_MAX, "9999-12-31T23:59:59Z"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[PL_TIME_TEXT + 1] = "";

        pl_time_print(cases[i].seconds, text);
        assert_string_equal(text, cases[i].want);
    }
}

/* Every day of 400 years, in order, is the day after the one before. */
static void days(void **state)
{
    uint64_t want = 0;

    (void)state;
    for (unsigned int year = 1970; year < 2370; year++) {
        for (unsigned int month = 1; month <= 12; month++) {
            unsigned int count = pl_month_days(year, month);

            assert_true(count >= 28 && count <= 31);
            for (unsigned int day = 1; day <= count; day++)
                assert_true(pl_time_days(year, month, day) == want++);
        }
    }
    assert_true(want == 146097);
}

TEST_MAIN(TEST(print), TEST(days))
