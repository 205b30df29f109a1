/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses and numbers as text: RFC 5952. */
#include "harness.h"

#include <arpa/inet.h>

static const char *print(unsigned int family, const uint8_t *addr)
{
    static char buf[PL_ADDR_TEXT + 1];
    size_t len;

    memset(buf, '#', sizeof(buf));
    len = pl_addr_print(family, addr, buf);
    assert_true(len < PL_ADDR_TEXT);
    assert_int_equal(buf[PL_ADDR_TEXT], '#'); /* nothing after the buffer */
    buf[len] = '\0';
    return buf;
}

static const char *print_v6(const char *text)
{
    uint8_t addr[16];

    assert_int_equal(inet_pton(AF_INET6, text, addr), 1);
    return print(PL_FAMILY_INET6, addr);
}

static void v4(void **state)
{
    static const struct {
        uint8_t addr[4];
        const char *text;
    } cases[] = {
        {{0, 0, 0, 0}, "0.0.0.0"},
        {{127, 0, 0, 1}, "127.0.0.1"},
        {{255, 255, 255, 255}, "255.255.255.255"},
        {{1, 10, 100, 199}, "1.10.100.199"},
        {{9, 99, 101, 110}, "9.99.101.110"},
        {{200, 209, 20, 5}, "200.209.20.5"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(print(PL_FAMILY_INET, cases[i].addr), cases[i].text);
}

/* Every octet, against the C library. */
static void v4_octets(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < 256; i++) {
        const uint8_t addr[4] = {(uint8_t)i, (uint8_t)(255 - i), 0, (uint8_t)i};
        char want[INET_ADDRSTRLEN];

        assert_non_null(inet_ntop(AF_INET, addr, want, sizeof(want)));
        assert_string_equal(print(PL_FAMILY_INET, addr), want);
    }
}

static void v6_rfc5952(void **state)
{
    /* input, and the form of section 4 */
    static const char *const cases[][2] = {
        {"2001:0db8::0001", "2001:db8::1"},               /* 4.1 leading zeros */
        {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},        /* 4.2.1 as short as possible */
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, /* 4.2.2 never one group */
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},          /* 4.2.3 the longest run */
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},    /* 4.2.3 the first of equals */
        {"2001:DB8::AbCd", "2001:db8::abcd"},             /* 4.3 lower case */
        {"2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(print_v6(cases[i][0]), cases[i][1]);
}

static void v6_ends(void **state)
{
    static const char *const cases[] = {
        "::",
        "::1",
        "1::",
        "1::1",
        "::2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "0:1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:0",
        "fe80::",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "1:0:2:0:3:0:4:0",
        "::1:0:0:0",
        "0:0:1::",
        "64:ff9b::102:304",
        "::ffff:0:0:0",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *text = print_v6(cases[i]);
        uint8_t back[16];
        uint8_t addr[16];

        assert_int_equal(inet_pton(AF_INET6, cases[i], addr), 1);
        assert_int_equal(inet_pton(AF_INET6, text, back), 1);
        assert_memory_equal(addr, back, 16);
    }
    assert_string_equal(print_v6("::"), "::");
    assert_string_equal(print_v6("::1"), "::1");
    assert_string_equal(print_v6("1::"), "1::");
    assert_string_equal(print_v6("::1:0:0:0"), "::1:0:0:0");
    assert_string_equal(print_v6("0:0:1::"), "0:0:1::");
    assert_string_equal(print_v6("::2:3:4:5:6:7:8"), "0:2:3:4:5:6:7:8");
    assert_string_equal(print_v6("1:0:2:0:3:0:4:0"), "1:0:2:0:3:0:4:0");
}

/*
 * All 256 patterns of zero and non-zero groups: the text is parsed to the same address, and has at
 * most one "::".
 */
static void v6_patterns(void **state)
{
    (void)state;
    for (unsigned int pattern = 0; pattern < 256; pattern++) {
        uint8_t addr[16] = {0};
        uint8_t back[16];
        const char *text;
        const char *pair;

        for (unsigned int group = 0; group < 8; group++)
            addr[2 * group + 1] = pattern & (1U << group) ? (uint8_t)(group + 1) : 0;
        text = print(PL_FAMILY_INET6, addr);
        assert_int_equal(inet_pton(AF_INET6, text, back), 1);
        assert_memory_equal(addr, back, 16);
        pair = strstr(text, "::");
        assert_true(!pair || !strstr(pair + 1, "::"));
    }
}

static void v6_mapped(void **state)
{
    (void)state;
    assert_string_equal(print_v6("::ffff:192.0.2.1"), "::ffff:192.0.2.1");
    assert_string_equal(print_v6("::ffff:255.255.255.255"), "::ffff:255.255.255.255");
    assert_string_equal(print_v6("::ffff:0.0.0.0"), "::ffff:0.0.0.0");
    /* IPv4-compatible addresses are deprecated: RFC 4291 section 2.5.5.1 */
    assert_string_equal(print_v6("::192.0.2.1"), "::c000:201");
}

static void other_families(void **state)
{
    const uint8_t addr[16] = {1, 2, 3, 4};
    char buf[PL_ADDR_TEXT];

    (void)state;
    assert_int_equal(pl_addr_print(PL_FAMILY_UNIX, addr, buf), 0);
    assert_int_equal(pl_addr_print(PL_FAMILY_OTHER | 99, addr, buf), 0);
}

static void numbers(void **state)
{
    static const uint64_t cases[] = {
        0,
        1,
        9,
        10,
        99,
        100,
        65535,
        UINT32_MAX,
        (uint64_t)UINT32_MAX + 1,
        UINT64_MAX,
        10000000000000000000U,
        9999999999999999999U,
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char buf[21];
        char want[32];
        size_t len;

        memset(buf, '#', sizeof(buf));
        len = pl_number_print(cases[i], buf);
        (void)snprintf(want, sizeof(want), "%llu", (unsigned long long)cases[i]);
        assert_int_equal(len, strlen(want));
        assert_memory_equal(buf, want, len);
        assert_int_equal(buf[len], '#');
    }
}

TEST_MAIN(TEST(v4), TEST(v4_octets), TEST(v6_rfc5952), TEST(v6_ends), TEST(v6_patterns),
          TEST(v6_mapped), TEST(other_families), TEST(numbers))
