/* SPDX-License-Identifier: BSD-2-Clause */
#include "filters.h"

static void orders(void **state)
{
    (void)state;
    YES("sport = 1433");
    NO("sport != 1433");
    YES("sport < 1434");
    NO("sport < 1433");
    YES("sport <= 1433");
    YES("sport >= 1433");
    NO("sport > 1433");
    NO("sport < 0");
    YES("port 45000");
    YES("port 1433");
    YES("port != 1");
    NO("port != 1433");
    YES("sport = :*");
    YES("dport = :44999-45001");
    YES("sport ms-sql-s");
    YES("local_port ms-sql-s");
}

/* 1433 is 0x599, and 02631. */
static void bases(void **state)
{
    static const struct pl_filter_names ss = {.ss = true};
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;

    (void)state;
    YES("sport = :0x599");
    YES("sport = 0X599");
    NO("sport != :0x599");
    NO("sport = 0x59a");
    YES("sport ge 0x599");
    NO("sport > 0x599");
    YES("port 0x599");
    YES("dport = :0xAFC0-0xafc9");
    YES("local_port 0x599");
    YES("src 10.0.0.1:0x599");
    NO("sport = 02631");
    YES("sport = 01433");
    wrong("sport = :0x10000", 8, 8);
    wrong("sport = 0x", 8, 2);
    wrong("sport = 0xfg", 8, 4);
    assert_int_equal(pl_filter_parse("sport = 02631", &ss, &filter, &error), 0);
    assert_int_equal(filter->root->test.low, 1433);
    pl_filter_free(filter);
    filter = NULL;
    assert_int_equal(pl_filter_parse("sport = 0x599", &ss, &filter, &error), 0);
    assert_int_equal(filter->root->test.low, 1433);
    pl_filter_free(filter);
    filter = NULL;
    assert_int_equal(pl_filter_parse("sport = 09", &ss, &filter, &error), -EINVAL);
}

static void errors(void **state)
{
    (void)state;
    wrong("sport = 65536", 8, 5);
    wrong("sport = 10-5", 8, 4);
    wrong("sport = nosuch", 8, 6);
    wrong("sport = :", 8, 1);
    wrong("sport = 99999999999999999999999", 8, 23);
}

static void numbers(void **state)
{
    uint64_t n = 7;

    (void)state;
    assert_true(pl_parse_number("18446744073709551615", 20, UINT64_MAX, &n));
    assert_true(n == UINT64_MAX);
    assert_false(pl_parse_number("18446744073709551616", 20, UINT64_MAX, &n));
    assert_false(pl_parse_number("", 0, UINT64_MAX, &n));
    assert_false(pl_parse_number("1a", 2, UINT64_MAX, &n));
    assert_false(pl_parse_number("256", 3, 255, &n));
}

TEST_MAIN(TEST(orders), TEST(bases), TEST(errors), TEST(numbers))
