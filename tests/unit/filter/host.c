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

static void test_ss(const char *host, const uint8_t *addr, unsigned int bits)
{
    static const struct pl_filter_names ss = {.ss = true};
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;
    char text[64];

    (void)snprintf(text, sizeof(text), "src %s", host);
    if (!addr) {
        assert_int_equal(pl_filter_parse(text, &ss, &filter, &error), -EINVAL);
        return;
    }
    if (pl_filter_parse(text, &ss, &filter, &error) != 0)
        fail_msg("%s: %s", text, error.text);
    if (bits == 0) {
        assert_int_equal(filter->root->kind, PL_NODE_ALL);
    } else {
        assert_memory_equal(filter->root->test.addr, addr, 4);
        assert_int_equal(filter->root->test.bits, bits);
    }
    pl_filter_free(filter);
}

/* As strtoul(3) reads numbers; what is missing is 0. */
static void with_ss(void **state)
{
    static const uint8_t missing[4] = {127, 1};
    static const uint8_t home[4] = {127, 0, 0, 1};

    (void)state;
    test_ss("127.1", missing, 32);
    test_ss("[127.1]", missing, 32);
    test_ss("127.1/8", missing, 8);
    test_ss("0x7f.0.0.1", home, 32);
    test_ss("0177.0.+0.01", home, 32);
    test_ss("127.0.0.1/010", home, 8);
    test_ss("127.0.0.1/0x10", home, 16);
    test_ss("127.0.0.1/+8", home, 8);
    test_ss("127.0.0.1/255.128", home, 9);
    test_ss("any", home, 0);
    test_ss("all", home, 0);
    test_ss("default", home, 0);
    test_ss("[any]", home, 0);
    test_ss("127.", NULL, 0);
    test_ss("127.0.0.08", NULL, 0);
    test_ss("127.0.0.0.1", NULL, 0);
    test_ss("127/255", NULL, 0);
    test_ss("127.0.0.1/255.0.255.0", NULL, 0);
    test_ss("any/8", NULL, 0);
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

TEST_MAIN(TEST(v4), TEST(mapped_v4), TEST(any), TEST(masks), TEST(with_ss), TEST(errors))
