/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers for people. */
#include "harness.h"

#include "screen/paint.h"

static struct out out = {.fd = -1};

static const char *text(void)
{
    out_char(&out, '\0');
    out.len = 0;
    return out.data;
}

static void bytes(void **state)
{
    static const struct {
        double bytes;
        const char *text;
    } cases[] = {
        {0, "0"},         {999, "999"},   {999.4, "999"},   {999.6, "1.0k"},  {1000, "1.0k"},
        {9949, "9.9k"},   {9960, "10k"},  {999400, "999k"}, {999600, "1.0M"}, {1e9, "1.0G"},
        {2.5e12, "2.5T"}, {1e18, "1.0E"}, {1.8e19, "18E"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        units_bytes(&out, cases[i].bytes);
        assert_string_equal(text(), cases[i].text);
    }
}

static void durations(void **state)
{
    static const struct {
        uint64_t seconds;
        const char *text;
    } cases[] = {
        {0, "0s"},       {59, "59s"},       {60, "1m00s"},    {3599, "59m59s"},
        {3600, "1h00m"}, {86399, "23h59m"}, {86400, "1d00h"}, {90000, "1d01h"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        units_duration(&out, cases[i].seconds * UINT64_C(1000000000));
        assert_string_equal(text(), cases[i].text);
    }
}

static void shorts(void **state)
{
    static const struct {
        uint64_t us;
        const char *text;
    } cases[] = {
        {0, "0us"},        {999, "999us"},   {1000, "1.0ms"},   {9960, "10ms"},
        {999400, "999ms"}, {999600, "1.0s"}, {12000000, "12s"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        units_short(&out, cases[i].us);
        assert_string_equal(text(), cases[i].text);
    }
    out_free(&out);
}

TEST_MAIN(TEST(bytes), TEST(durations), TEST(shorts))
