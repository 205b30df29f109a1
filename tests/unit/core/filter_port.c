/* SPDX-License-Identifier: BSD-2-Clause */
#include "../filters.h"

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

TEST_MAIN(TEST(orders), TEST(errors), TEST(numbers))
