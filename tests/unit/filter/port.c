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

static void any_numbers(void **state)
{
    static const struct {
        const char *text;
        bool is;
        uint32_t number;
    } rows[] = {{"0", true, 0},           {"017", true, 15},
                {"0xFf", true, 255},      {"4294967295", true, UINT32_MAX},
                {"4294967296", false, 0}, {"", false, 0},
                {"0x", false, 0},         {"08", false, 0},
                {"1a", false, 0},         {"-1", false, 0},
                {"0x100000000", false, 0}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t number = 0;

        assert_int_equal(
            pl_parse_any_number(rows[i].text, strlen(rows[i].text), UINT32_MAX, &number),
            rows[i].is);
        if (rows[i].is)
            assert_int_equal(number, rows[i].number);
    }
}

/* Whether a port is compared with a number. */
static void by_number(void **state)
{
    static const struct {
        const char *expression;
        bool is;
    } rows[] = {{":443", true},
                {"dst :443", true},
                {"port 80,443", true},
                {"not port 22", true},
                {"state listen and (sport ge 8000 or user root)", true},
                {"port ms-sql-s", false},
                {"ms-sql-s", false},
                {"state listen", false},
                {"recv_q gt 443", false}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct pl_filter *filter = parse(rows[i].expression);

        if (pl_filter_numbers_port(filter) != rows[i].is)
            fail_msg("%s", rows[i].expression);
        pl_filter_free(filter);
    }
}

TEST_MAIN(TEST(orders), TEST(bases), TEST(errors), TEST(numbers), TEST(any_numbers),
          TEST(by_number))
