/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP sockets of tunnel interfaces. */
#include "harness.h"

#define FEED     "linux/rtnl/tunnels"
#define UP       1
#define NETNSID  37
#define VXLAN    15, 17, 25 /* IFLA_VXLAN_PORT, LOCAL6, COLLECT_METADATA */
#define GENEVE   5, 7, 6
#define NESTED   0x8000
#define LOOPBACK "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"

/* struct ifinfomsg of include/uapi/linux/rtnetlink.h */
static size_t begin_link(struct bytes *b, uint16_t type, uint32_t flags)
{
    size_t at = nl_begin(b, type, 2);

    put_u32(b, 0);
    put_u32(b, 7);
    put_u32(b, flags);
    put_u32(b, 0);
    nl_attr(b, 3, "vx0", 4);
    return at;
}

static void put_kind(struct bytes *b, const char *kind, const struct bytes *data)
{
    struct bytes info = {.big_endian = b->big_endian};

    nl_attr(&info, 1, kind, strlen(kind) + 1);
    nl_attr(&info, 2 | NESTED, data->data, data->len);
    nl_attr(b, 18 | NESTED, info.data, info.len);
}

struct device {
    const char *kind;
    uint16_t number, local6, metadata; /* of its attributes */
    const char *port;                  /* two bytes */
    bool v6, both;
    uint32_t flags;
};

static void put_device(struct bytes *b, const struct device *d)
{
    struct bytes data = {.big_endian = b->big_endian};
    size_t at = begin_link(b, 16, d->flags);

    nl_attr(&data, 1, "\1\0\0", 4);
    if (d->v6)
        nl_attr(&data, d->local6, LOOPBACK, 16);
    nl_attr(&data, d->number, d->port, 2);
    if (d->metadata == 25)
        nl_attr(&data, 25, d->both ? "\1" : "\0", 1);
    else if (d->both)
        nl_attr(&data, d->metadata, "", 0);
    put_kind(b, d->kind, &data);
    nl_end(b, at);
}

static void assert_sock(const struct pl_sock *sock, uint8_t family, uint16_t port)
{
    assert_int_equal(sock->proto, PL_PROTO_UDP);
    assert_int_equal(sock->state, PL_STATE_UNCONN);
    assert_int_equal(sock->family, family);
    assert_int_equal(sock->local_port, port);
    assert_int_equal(sock->peer_port, 0);
    assert_int_equal(sock->key, 0);
}

static void sockets_of(bool big_endian)
{
    static const struct device devices[] = {
        {"vxlan", VXLAN, "\x12\xb5", false, false, UP},
        {"vxlan", VXLAN, "\x12\xb6", true, false, 0x10000 | UP},
        {"vxlan", VXLAN, "\x12\xb7", false, true, UP},
        {"geneve", GENEVE, "\x17\xc1", false, false, UP},
        {"geneve", GENEVE, "\x17\xc2", true, false, UP},
        {"geneve", GENEVE, "\x17\xc3", false, true, UP},
        /* down, without a port, or of another kind */
        {"vxlan", VXLAN, "\x12\xb8", false, false, 0x1002},
        {"vxlan", VXLAN, "\0\0", false, false, UP},
        {"vxlan2", VXLAN, "\x12\xb9", false, false, UP},
        {"", VXLAN, "\x12\xb9", false, false, UP},
    };
    struct recorder_sink *got = recorder_new();
    struct bytes b = {.big_endian = big_endian};

    for (size_t i = 0; i < COUNT_OF(devices); i++)
        put_device(&b, &devices[i]);
    assert_int_equal(decode_feed_abi(FEED, b.data, b.len, big_endian, 8, &got->sink), 0);
    assert_int_equal(got->sock_count, 8);
    assert_sock(&got->socks[0], PL_FAMILY_INET, 4789);
    assert_sock(&got->socks[1], PL_FAMILY_INET6, 4790);
    assert_sock(&got->socks[2], PL_FAMILY_INET, 4791);
    assert_sock(&got->socks[3], PL_FAMILY_INET6, 4791);
    assert_sock(&got->socks[4], PL_FAMILY_INET, 6081);
    assert_sock(&got->socks[5], PL_FAMILY_INET6, 6082);
    assert_sock(&got->socks[6], PL_FAMILY_INET, 6083);
    assert_sock(&got->socks[7], PL_FAMILY_INET6, 6083);
    recorder_free(got);
}

static void sockets(void **state)
{
    (void)state;
    sockets_of(false);
    sockets_of(true);
}

/* The socket of an interface that was moved here is in the other network namespace. */
static void none(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    struct bytes data = {0};
    size_t at = begin_link(&b, 16, UP);

    (void)state;
    nl_attr(&data, 15, "\x12\xb5", 2);
    put_kind(&b, "vxlan", &data);
    nl_attr(&b, NETNSID, "\0\0\0", 4);
    nl_end(&b, at);
    at = begin_link(&b, 17, UP); /* RTM_DELLINK */
    put_kind(&b, "vxlan", &data);
    nl_end(&b, at);
    at = begin_link(&b, 16, UP);
    nl_end(&b, at);
    at = begin_link(&b, 16, UP); /* a port of one byte */
    data = (struct bytes){0};
    nl_attr(&data, 15, "\x12", 1);
    put_kind(&b, "vxlan", &data);
    nl_end(&b, at);
    at = nl_begin(&b, 16, 0); /* shorter than its struct */
    put_u32(&b, 0);
    nl_end(&b, at);
    assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 0);
    recorder_free(got);
}

static void changed_cut_and_refused(void **state)
{
    const struct device device = {"vxlan", VXLAN, "\x12\xb5", false, true, UP};
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};

    (void)state;
    put_device(&b, &device);
    for (size_t len = 1; len < b.len; len++)
        assert_int_equal(decode_feed(FEED, b.data, len, &got->sink), -EBADMSG);
    assert_int_equal(got->sock_count, 0);
    b.data[6] |= 0x10; /* NLM_F_DUMP_INTR */
    assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), -EAGAIN);
    assert_int_equal(got->sock_count, 2);
    for (int works = 0; works < 2; works++) {
        got->fail_after = works;
        assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), -ENOMEM);
    }
    recorder_free(got);
}

TEST_MAIN(TEST(sockets), TEST(none), TEST(changed_cut_and_refused))
