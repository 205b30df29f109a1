/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages and attributes of netlink(7). */
#include "harness.h"

#include "decode/linux/netlink.h"

static struct pl_slice slice(const struct bytes *b)
{
    return (struct pl_slice){.data = b->data, .len = b->len, .big_endian = b->big_endian};
}

static void messages_of(bool big_endian)
{
    struct bytes b = {.big_endian = big_endian};
    struct pl_slice rest;
    struct pl_nlmsg msg = {0};
    size_t at = nl_begin(&b, 20, PL_NLM_F_DUMP_INTR);

    put_bytes(&b, "abcde", 5); /* its padding is 3 bytes */
    nl_end(&b, at);
    at = nl_begin(&b, 3, 2);
    nl_end(&b, at);
    rest = slice(&b);
    assert_true(pl_nlmsg_next(&rest, &msg));
    assert_int_equal(msg.type, 20);
    assert_int_equal(msg.flags, PL_NLM_F_DUMP_INTR);
    assert_int_equal(msg.payload.len, 5);
    assert_memory_equal(msg.payload.data, "abcde", 5);
    assert_int_equal(msg.payload.big_endian, big_endian);
    assert_true(pl_nlmsg_next(&rest, &msg));
    assert_int_equal(msg.type, 3);
    assert_int_equal(msg.payload.len, 0);
    assert_int_equal(rest.len, 0);
    assert_false(pl_nlmsg_next(&rest, &msg));
}

static void messages(void **state)
{
    (void)state;
    messages_of(false);
    messages_of(true);
}

/* The last one needs no padding. */
static void unpadded(void **state)
{
    struct bytes b = {0};
    struct pl_slice rest;
    struct pl_nlmsg msg = {0};
    size_t at = nl_begin(&b, 20, 0);

    (void)state;
    put_bytes(&b, "abcde", 5);
    nl_end(&b, at);
    b.len = 21;
    rest = slice(&b);
    assert_true(pl_nlmsg_next(&rest, &msg));
    assert_int_equal(msg.payload.len, 5);
    assert_int_equal(rest.len, 0);
}

static void bad_lengths(void **state)
{
    static const uint32_t lengths[] = {0, 1, 15, 21, 0x7fffffff, UINT32_MAX};
    struct bytes b = {0};
    size_t at = nl_begin(&b, 20, 0);

    (void)state;
    put_u32(&b, 0);
    nl_end(&b, at);
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct pl_slice rest = slice(&b);
        struct pl_nlmsg msg;

        set_u32(&b, 0, lengths[i]);
        assert_false(pl_nlmsg_next(&rest, &msg));
        assert_int_equal(rest.len, 20); /* the damaged part remains */
    }
    for (size_t len = 1; len < 20; len++) {
        struct pl_slice rest = {.data = b.data, .len = len};
        struct pl_nlmsg msg;

        set_u32(&b, 0, 20);
        assert_false(pl_nlmsg_next(&rest, &msg));
        assert_int_equal(rest.len, len);
    }
}

static void attributes(void **state)
{
    struct bytes b = {0};
    struct pl_slice rest;
    struct pl_nlattr attr;

    (void)state;
    nl_attr(&b, 0x8000 | 11, "x", 1); /* NLA_F_NESTED */
    nl_attr(&b, 0x4000 | 12, "", 0);  /* NLA_F_NET_BYTEORDER */
    nl_attr(&b, 13, "abcd", 4);
    rest = slice(&b);
    assert_true(pl_nlattr_next(&rest, &attr));
    assert_int_equal(attr.type, 11);
    assert_int_equal(attr.value.len, 1);
    assert_true(pl_nlattr_next(&rest, &attr));
    assert_int_equal(attr.type, 12);
    assert_int_equal(attr.value.len, 0);
    assert_true(pl_nlattr_next(&rest, &attr));
    assert_int_equal(attr.type, 13);
    assert_memory_equal(attr.value.data, "abcd", 4);
    assert_false(pl_nlattr_next(&rest, &attr));
}

static void bad_attributes(void **state)
{
    static const uint16_t lengths[] = {0, 1, 3, 9, UINT16_MAX};
    struct bytes b = {0};

    (void)state;
    nl_attr(&b, 1, "abcd", 4);
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct pl_slice rest = slice(&b);
        struct pl_nlattr attr;

        set_u16(&b, 0, lengths[i]);
        assert_false(pl_nlattr_next(&rest, &attr));
    }
    for (size_t len = 0; len < 4; len++) {
        struct pl_slice rest = {.data = b.data, .len = len};
        struct pl_nlattr attr;

        assert_false(pl_nlattr_next(&rest, &attr));
    }
}

TEST_MAIN(TEST(messages), TEST(unpadded), TEST(bad_lengths), TEST(attributes), TEST(bad_attributes))
