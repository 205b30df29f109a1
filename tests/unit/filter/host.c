/* SPDX-License-Identifier: BSD-2-Clause */
#include "filters.h"

static struct pl_sock mapped(void)
{
    struct pl_sock sock = some_sock();

    sock.family = PL_FAMILY_INET6;
    memcpy(sock.local_addr, (uint8_t[16]){[10] = 0xff, 0xff, 10, 0, 0, 1}, 16);
    return sock;
}

static void v4(void **state)
{
    (void)state;
    YES("src 10.0.0.1");
    YES("src = 10.0.0.0/8");
    NO("src 10.0.0.2/32");
    YES("src 10.0.0.2/30");
    YES("dst != 10.0.0.0/8");
    YES("src 0.0.0.0/0");
    YES("src *:1433");
    YES("src 10.0.0.1:1433");
    YES("src :1433");
    YES("src twin");
    NO("dst twin");
    YES("host 192.168.1.2");
    YES("local_address 10.0.0.1 peer_address 192.168.0.0/16");
}

static void mapped_v4(void **state)
{
    (void)state;
    assert_int_equal(ask_of("src 10.0.0.1", mapped()), PL_TRUE);
    assert_int_equal(ask_of("src inet:10.0.0.1", mapped()), PL_FALSE);
    assert_int_equal(ask_of("src [::ffff:10.0.0.1]", mapped()), PL_TRUE);
    assert_int_equal(ask_of("src [::ffff:0.0.0.0/96]:1433", mapped()), PL_TRUE);
    assert_int_equal(ask_of("src ::/0", mapped()), PL_TRUE);
    assert_int_equal(ask_of("src inet6:*", mapped()), PL_TRUE);
    NO("src ::/0");
    NO("src inet6:*");
}

/* Both addresses, although the resolver does not return it. */
static void localhost(void **state)
{
    struct pl_sock v4 = some_sock();
    struct pl_sock v6 = some_sock();

    (void)state;
    memcpy(v4.local_addr, (uint8_t[16]){127, 0, 0, 1}, 16);
    v6.family = PL_FAMILY_INET6;
    memcpy(v6.local_addr, (uint8_t[16]){[15] = 1}, 16);
    assert_int_equal(ask_of("localhost", v4), PL_TRUE);
    assert_int_equal(ask_of("localhost", v6), PL_TRUE);
    assert_int_equal(ask_of("localhost:1433", v4), PL_TRUE);
    assert_int_equal(ask_of("localhost:1433", v6), PL_TRUE);
    assert_int_equal(ask_of("localhost:1434", v6), PL_FALSE);
    assert_int_equal(ask_of("host localhost", v6), PL_TRUE);
    assert_int_equal(ask_of("src localhost", v4), PL_TRUE);
    assert_int_equal(ask_of("dst localhost", v4), PL_FALSE);
    assert_int_equal(ask_of("src inet:localhost", v4), PL_TRUE);
    assert_int_equal(ask_of("src inet:localhost", v6), PL_FALSE);
    assert_int_equal(ask_of("src inet6:localhost:1433", v6), PL_TRUE);
    assert_int_equal(ask_of("src inet6:localhost", v4), PL_FALSE);
    assert_int_equal(ask_of("local_address localhost", v6), PL_TRUE);
    NO("localhost");
    v4.local_addr[3] = 2;
    assert_int_equal(ask_of("localhost", v4), PL_FALSE);
}

static void any(void **state)
{
    (void)state;
    YES("src any");
    YES("src all:1433");
    NO("src default:1434");
    NO("not dst any");
    YES("src inet:any");
    NO("src inet6:any");
    wrong("local_address any", 14, 3);
    wrong("src any/8", 4, 5);
    wrong("src ANY", 4, 3);
    wrong("src [any]", 4, 5);
}

static void masks(void **state)
{
    (void)state;
    YES("src 10.0.0.0/255.255.0.0");
    NO("src 10.1.0.0/255.255.0.0");
    YES("src 10.1.0.0/255.0.0.0");
    YES("src 1.2.3.4/0.0.0.0");
    NO("src 10.0.0.2/255.255.255.255");
    YES("src 10.0.0.2/255.255.255.252");
    wrong("src 10.0.0.0/255.0.255.0", 4, 20);
    wrong("src 10.0.0.0/255.0", 4, 14);
}

static void errors(void **state)
{
    (void)state;
    wrong("src 127.1", 4, 5);
    wrong("src 127", 4, 3);
    wrong("src 0x7f.0.0.1", 4, 10);
    wrong("src 10.0.0.256", 4, 10);
    wrong("src 10.0.0.0/33", 4, 11);
    wrong("src [::1/129]", 4, 9);
    wrong("src nosuch", 4, 6);
    wrong("src inet6:10.0.0.1", 4, 14);
    wrong("src :", 4, 1);
    wrong("local_address x", 14, 1);
}

TEST_MAIN(TEST(v4), TEST(mapped_v4), TEST(localhost), TEST(any), TEST(masks), TEST(errors))
