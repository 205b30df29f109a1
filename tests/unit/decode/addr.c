/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of addresses. */
#include "harness.h"

#include <arpa/inet.h>

static const uint8_t *v6(const char *text)
{
    static uint8_t addr[16];

    assert_int_equal(inet_pton(AF_INET6, text, addr), 1);
    return addr;
}

static void any(void **state)
{
    static const uint8_t v4_any[4] = {0};
    static const uint8_t v4_last[4] = {0, 0, 0, 1};

    (void)state;
    assert_true(pl_addr_is_any(PL_FAMILY_INET, v4_any));
    assert_false(pl_addr_is_any(PL_FAMILY_INET, v4_last));
    assert_true(pl_addr_is_any(PL_FAMILY_INET6, v6("::")));
    assert_false(pl_addr_is_any(PL_FAMILY_INET6, v6("::1")));
    assert_false(pl_addr_is_any(PL_FAMILY_INET6, v6("8000::")));
    assert_false(pl_addr_is_any(PL_FAMILY_INET6, v6("::ffff:0.0.0.0")));
}

static void mapped(void **state)
{
    (void)state;
    assert_true(pl_addr_is_mapped(PL_FAMILY_INET6, v6("::ffff:1.2.3.4")));
    assert_true(pl_addr_is_mapped(PL_FAMILY_INET6, v6("::ffff:0.0.0.0")));
    assert_false(pl_addr_is_mapped(PL_FAMILY_INET6, v6("::1.2.3.4")));
    assert_false(pl_addr_is_mapped(PL_FAMILY_INET6, v6("1::ffff:1.2.3.4")));
    assert_false(pl_addr_is_mapped(PL_FAMILY_INET, v6("::ffff:1.2.3.4")));
}

static void link_local(void **state)
{
    static const struct {
        const char *text;
        bool is;
    } cases[] = {
        {"fe80::1", true},
        {"fe80::", true},
        {"febf::1", true},
        {"fec0::1", false},
        {"fe7f::1", false},
        {"ff02::1", true},
        {"ff01::1", true},
        {"ff12::1", true},
        {"ff05::1", false},
        {"ff0e::1", false},
        {"fd00::1", false},
        {"::1", false},
        {"::ffff:169.254.1.1", false},
    };
    static const uint8_t v4[16] = {169, 254, 1, 1};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(pl_addr_is_link_local(PL_FAMILY_INET6, v6(cases[i].text)), cases[i].is);
    assert_false(pl_addr_is_link_local(PL_FAMILY_INET, v4));
    assert_false(pl_addr_is_link_local(PL_FAMILY_INET, v6("fe80::1")));
}

static void peer(void **state)
{
    struct pl_sock sock = {.family = PL_FAMILY_INET};

    (void)state;
    assert_false(pl_sock_has_peer(&sock));
    sock.peer_port = 1;
    assert_true(pl_sock_has_peer(&sock));
    sock.peer_port = 0;
    sock.peer_addr[3] = 1;
    assert_true(pl_sock_has_peer(&sock));
    /* an IPv4 address is followed by zero bytes */
    sock = (struct pl_sock){.family = PL_FAMILY_INET, .peer_addr = {[4] = 1}};
    assert_false(pl_sock_has_peer(&sock));
    sock.family = PL_FAMILY_INET6;
    assert_true(pl_sock_has_peer(&sock));
}

TEST_MAIN(TEST(any), TEST(mapped), TEST(link_local), TEST(peer))
