/* SPDX-License-Identifier: BSD-2-Clause */
#include "../filters.h"

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

static void errors(void **state)
{
    (void)state;
    wrong("src 10.0.0.256", 4, 10);
    wrong("src 10.0.0.0/33", 4, 11);
    wrong("src [::1/129]", 4, 9);
    wrong("src nosuch", 4, 6);
    wrong("src inet6:10.0.0.1", 4, 14);
    wrong("src :", 4, 1);
    wrong("local_address x", 14, 1);
}

TEST_MAIN(TEST(v4), TEST(mapped_v4), TEST(errors))
