/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of interfaces. */
#include "harness.h"

#define FEED    "linux/rtnl/link"
#define NEWLINK 16
#define IFNAME  3

/* struct ifinfomsg of include/uapi/linux/rtnetlink.h */
static size_t begin_link(struct bytes *b, uint16_t type, uint16_t flags, uint32_t ifindex)
{
    size_t at = nl_begin(b, type, flags);

    put_u16(b, 0);
    put_u16(b, 1);
    put_u32(b, ifindex);
    put_u32(b, 0);
    put_u32(b, 0);
    return at;
}

static void links_of(bool big_endian)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {.big_endian = big_endian};
    size_t at = begin_link(&b, NEWLINK, 2, 1);

    nl_attr(&b, 1, "\0\0\0\0\0\0", 6);
    nl_attr(&b, IFNAME, "lo", 3);
    nl_end(&b, at);
    at = begin_link(&b, NEWLINK, 2, UINT32_MAX);
    nl_attr(&b, IFNAME, "a\x1b]%b\xff", 6); /* without a NUL, and hostile */
    nl_end(&b, at);
    assert_int_equal(decode_feed_abi(FEED, b.data, b.len, big_endian, 8, &got->sink), 0);
    assert_int_equal(got->name_count, 2);
    assert_int_equal(got->names[0].kind, PL_NAME_LINK);
    assert_int_equal(got->names[0].id, 1);
    assert_string_equal(got->names[0].text.data, "lo");
    assert_int_equal(got->names[1].id, UINT32_MAX);
    assert_string_equal(got->names[1].text.data, "a\x1b]%b\xff");
    recorder_free(got);
}

static void links(void **state)
{
    (void)state;
    links_of(false);
    links_of(true);
}

static void odd_messages(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = begin_link(&b, 17, 0, 1); /* RTM_DELLINK */

    (void)state;
    nl_attr(&b, IFNAME, "gone", 5);
    nl_end(&b, at);
    at = begin_link(&b, NEWLINK, 0, 2);
    nl_attr(&b, IFNAME, "", 1); /* an empty name is ignored */
    nl_end(&b, at);
    at = begin_link(&b, NEWLINK, 0, 3);
    nl_end(&b, at);
    at = nl_begin(&b, NEWLINK, 0); /* shorter than its struct */
    put_u32(&b, 0);
    nl_end(&b, at);
    at = begin_link(&b, NEWLINK, 0, 4);
    nl_attr(&b, IFNAME, "eth0", 5);
    nl_end(&b, at);
    at = begin_link(&b, NEWLINK, 0, 5);
    nl_attr(&b, IFNAME, "a", 2);
    nl_end(&b, at);
    assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->name_count, 2);
    assert_int_equal(got->names[0].id, 4);
    assert_int_equal(got->names[1].id, 5);
    recorder_free(got);
}

static void changed_and_cut(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = begin_link(&b, NEWLINK, 0x10, 1);

    (void)state;
    nl_attr(&b, IFNAME, "lo", 3);
    nl_end(&b, at);
    assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), -EAGAIN);
    assert_int_equal(got->name_count, 1);
    for (size_t len = 1; len < b.len; len++)
        assert_int_equal(decode_feed(FEED, b.data, len, &got->sink), -EBADMSG);
    assert_int_equal(got->name_count, 1);
    recorder_free(got);
}

static void sink_error(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = begin_link(&b, NEWLINK, 0, 1);

    (void)state;
    nl_attr(&b, IFNAME, "lo", 3);
    nl_end(&b, at);
    got->fail_after = 0;
    assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), -ENOMEM);
    recorder_free(got);
}

#define ADDR "linux/rtnl/addr"

static void put_address(struct bytes *b, uint8_t family, const void *ours, const void *other,
                        size_t len)
{
    size_t at = nl_begin(b, 20, 0);

    put_u8(b, family);
    put_zeros(b, 3);
    put_u32(b, 7);
    if (other)
        nl_attr(b, 1, other, len);
    if (ours)
        nl_attr(b, 2, ours, len);
    nl_end(b, at);
}

/* On a point-to-point link, IFA_ADDRESS is the other end; IPv6 has only IFA_ADDRESS. */
static void addresses(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};

    (void)state;
    put_address(&b, 2, "\12\0\0\1", "\12\0\0\2", 4);
    put_address(&b, 10, NULL, "0123456789abcdef", 16);
    put_address(&b, 2, NULL, "0123456789abcdef", 16); /* the wrong length */
    put_address(&b, 17, "0123", NULL, 4);
    put_address(&b, 2, NULL, NULL, 0);
    assert_int_equal(decode_feed(ADDR, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->addr_count, 2);
    assert_int_equal(got->addrs[0].family, PL_FAMILY_INET);
    assert_int_equal(got->addrs[0].ifindex, 7);
    assert_memory_equal(got->addrs[0].bytes, "\12\0\0\1", 4);
    assert_int_equal(got->addrs[1].family, PL_FAMILY_INET6);
    assert_memory_equal(got->addrs[1].bytes, "0123456789abcdef", 16);
    assert_int_equal(decode_feed(ADDR, b.data, b.len - 1, &got->sink), -EBADMSG);
    recorder_free(got);
}

TEST_MAIN(TEST(addresses), TEST(links), TEST(odd_messages), TEST(changed_and_cut), TEST(sink_error))
