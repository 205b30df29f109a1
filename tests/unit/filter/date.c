/* SPDX-License-Identifier: BSD-2-Clause */
/* Times that a field is compared with. */
#include "filters.h"

static void good(void **state)
{
    static const struct {
        const char *text;
        uint64_t first;
        uint64_t last;
    } cases[] = {
        {"00000", 0, 0},
        {"10000", 10000, 10000},
        {"1970", 0, 31535999},
        {"2000", 946684800, 978307199},
        {"9999", 253370764800, 253402300799},
        {"2000-02", 949363200, 951868799},
        {"2000-12", 975628800, 978307199},
        {"951782400", 951782400, 951782400},
        {"253402300799", 253402300799, 253402300799},
        {"2000-02-29", 951782400, 951868799},
        {"2000-02-29T01", 951786000, 951789599},
        {"2000-02-29T01:02", 951786120, 951786179},
        {"2000-02-29T01:02:03", 951786123, 951786123},
        {"2000-02-29T01:02:03Z", 951786123, 951786123},
        {"1970-01-01T00Z", 0, 3599},
        {"2016-12-31T23:59:60Z", 1483228800, 1483228800},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t first;
        uint64_t last;

        assert_true(pl_parse_time(cases[i].text, strlen(cases[i].text), &first, &last));
        assert_true(first == cases[i].first && last == cases[i].last);
    }
}

static void bad(void **state)
{
    static const char *const cases[] = {
        "",
        "x",
        "253402300800",
        "2001-02-29",
        "2000-13-01",
        "2000-00-01",
        "2000-02-00",
        "1969-12-31",
        "2000-02-29T24",
        "2000-02-29T01:60",
        "2000-2-29",
        "2000-02-29Z",
        "2000-02-29T",
        "2000-02-29T01:02:03ZZ",
        "2000-02-29T01:",
        "0",
        "999",
        "1969",
        "1969-12",
        "2000-",
        "2000-00",
        "2000-13",
        "2000-2",
        "2000Z",
        "2000-02Z",
        "2000T01",
        "20000229",
        "-5",
        "2000-02-29T01:02:61",
        "2000-02-29 ",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t first;
        uint64_t last;
        bool number = strcmp(cases[i], "20000229") == 0; /* seconds since the Epoch */

        assert_int_equal(pl_parse_time(cases[i], strlen(cases[i]), &first, &last), number);
    }
    wrong("started = noon", 10, 4);
    wrong("started ge 2001-02-29", 11, 10);
}

TEST_MAIN(TEST(good), TEST(bad))
