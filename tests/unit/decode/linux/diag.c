/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of sock_diag(7). */
#include "harness.h"

#define TCP         "linux/diag/tcp"
#define UDP         "linux/diag/udp"
#define BY_FAMILY   20
#define GETSOCK     18
#define DUMP_INTR   0x10
#define ESTABLISHED 1
#define LISTEN      10
#define SKV6ONLY    11

struct row {
    uint8_t family, state;
    uint16_t sport, dport;
    uint8_t src[16], dst[16];
    uint32_t ifindex;
    uint64_t cookie;
    uint32_t rqueue, wqueue, uid, inode;
};

/* struct inet_diag_msg of include/uapi/linux/inet_diag.h */
static void put_row(struct bytes *b, const struct row *row)
{
    put_u8(b, row->family);
    put_u8(b, row->state);
    put_u16(b, 0); /* timer, retrans */
    put_be16(b, row->sport);
    put_be16(b, row->dport);
    put_bytes(b, row->src, 16);
    put_bytes(b, row->dst, 16);
    put_u32(b, row->ifindex);
    put_u32(b, (uint32_t)row->cookie);
    put_u32(b, (uint32_t)(row->cookie >> 32));
    put_u32(b, 0); /* expires */
    put_u32(b, row->rqueue);
    put_u32(b, row->wqueue);
    put_u32(b, row->uid);
    put_u32(b, row->inode);
}

static void put_msg(struct bytes *b, uint16_t type, uint16_t flags, const struct row *row)
{
    size_t at = nl_begin(b, type, flags);

    put_row(b, row);
    nl_end(b, at);
}

static const struct row plain = {
    .family = 2,
    .state = ESTABLISHED,
    .sport = 65535,
    .dport = 1,
    .src = {10, 0, 0, 1},
    .dst = {10, 0, 0, 2},
    .ifindex = 2,
    .cookie = 0x123456789abcdef0U,
    .rqueue = UINT32_MAX,
    .wqueue = 7,
    .uid = UINT32_MAX - 1,
    .inode = UINT32_MAX,
};

static void fields_of(bool big_endian)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {.big_endian = big_endian};
    const struct pl_sock *sock = &got->socks[0];

    put_msg(&b, BY_FAMILY, 0, &plain);
    assert_int_equal(decode_feed_abi(TCP, b.data, b.len, big_endian, 8, &got->sink), 0);
    assert_int_equal(got->sock_count, 1);
    assert_int_equal(sock->have, PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_RECV_Q |
                                     PL_HAVE_SEND_Q | PL_HAVE_UID | PL_HAVE_INODE | PL_HAVE_COOKIE |
                                     PL_HAVE_INTERFACE);
    assert_int_equal(sock->family, PL_FAMILY_INET);
    assert_int_equal(sock->proto, PL_PROTO_TCP);
    assert_int_equal(sock->type, PL_TYPE_STREAM);
    assert_int_equal(sock->state, PL_STATE_ESTABLISHED);
    assert_int_equal(sock->local_port, 65535);
    assert_int_equal(sock->peer_port, 1);
    assert_memory_equal(sock->local_addr, "\12\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    assert_memory_equal(sock->peer_addr, "\12\0\0\2\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    assert_int_equal(sock->ifindex, 2);
    assert_true(sock->cookie == 0x123456789abcdef0U);
    assert_int_equal(sock->recv_q, UINT32_MAX);
    assert_int_equal(sock->send_q, 7);
    assert_int_equal(sock->uid, UINT32_MAX - 1);
    assert_true(sock->key == UINT32_MAX);
    assert_int_equal(sock->flags, 0);
    recorder_free(got);
}

static void fields(void **state)
{
    (void)state;
    fields_of(false);
    fields_of(true);
}

/* The kernel does not set the bytes after the 4 of an IPv4 address. */
static void v4_rest(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    struct row row = plain;

    (void)state;
    memset(row.src + 4, 0xaa, 12);
    memset(row.dst + 4, 0xaa, 12);
    put_msg(&b, BY_FAMILY, 0, &row);
    assert_int_equal(decode_feed(TCP, b.data, b.len, &got->sink), 0);
    assert_memory_equal(got->socks[0].local_addr, "\12\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    assert_memory_equal(got->socks[0].peer_addr, "\12\0\0\2\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    recorder_free(got);
}

static struct recorder_sink *decode_v6only(uint8_t value, bool there)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    struct row row = plain;
    size_t at = nl_begin(&b, BY_FAMILY, 0);

    row.family = 10;
    row.state = LISTEN;
    memset(row.src, 0x20, 16);
    put_row(&b, &row);
    nl_attr(&b, 2, "whatever", 8);
    if (there)
        nl_attr(&b, SKV6ONLY, &value, 1);
    nl_end(&b, at);
    assert_int_equal(decode_feed(TCP, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 1);
    assert_int_equal(got->socks[0].family, PL_FAMILY_INET6);
    assert_int_equal(got->socks[0].state, PL_STATE_LISTEN);
    assert_int_equal(got->socks[0].local_addr[15], 0x20);
    return got;
}

static void v6only(void **state)
{
    struct recorder_sink *got = decode_v6only(1, true);

    (void)state;
    assert_true(got->socks[0].have & PL_HAVE_V6ONLY);
    assert_int_equal(got->socks[0].flags, PL_FLAG_V6ONLY);
    recorder_free(got);
    got = decode_v6only(0, true);
    assert_true(got->socks[0].have & PL_HAVE_V6ONLY);
    assert_int_equal(got->socks[0].flags, 0);
    recorder_free(got);
    got = decode_v6only(0, false);
    assert_false(got->socks[0].have & PL_HAVE_V6ONLY);
    recorder_free(got);
}

/* An attribute with a wrong length ends the attributes, not the socket. */
static void bad_attribute(void **state)
{
    static const uint16_t lengths[] = {0, 3, 6, UINT16_MAX};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {0};
        size_t at = nl_begin(&b, BY_FAMILY, 0);
        size_t attr;

        put_row(&b, &plain);
        attr = b.len;
        put_u16(&b, lengths[i]);
        put_u16(&b, SKV6ONLY);
        set_u32(&b, at, (uint32_t)(b.len - at));
        assert_int_equal(attr + 4, b.len);
        assert_int_equal(decode_feed(TCP, b.data, b.len, &got->sink), 0);
        assert_int_equal(got->sock_count, 1);
        assert_false(got->socks[0].have & PL_HAVE_V6ONLY);
        recorder_free(got);
    }
}

static void udp(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    struct row row = plain;

    (void)state;
    row.state = 7;
    put_msg(&b, BY_FAMILY, 0, &row);
    put_msg(&b, GETSOCK, 0, &plain);
    assert_int_equal(decode_feed(UDP, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 2);
    assert_int_equal(got->socks[0].proto, PL_PROTO_UDP);
    assert_int_equal(got->socks[0].type, PL_TYPE_DGRAM);
    assert_int_equal(got->socks[0].state, PL_STATE_UNCONN);
    assert_int_equal(got->socks[1].state, PL_STATE_ESTABLISHED);
    recorder_free(got);
}

/* Other messages are ignored; a row too short for its struct is counted and skipped. */
static void odd_messages(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = nl_begin(&b, 3, 0);

    (void)state;
    put_u32(&b, 0);
    nl_end(&b, at);
    put_msg(&b, 19, 0, &plain);
    at = nl_begin(&b, BY_FAMILY, 0);
    put_zeros(&b, 71);
    nl_end(&b, at);
    at = nl_begin(&b, BY_FAMILY, 0);
    nl_end(&b, at);
    put_msg(&b, BY_FAMILY, 0, &plain);
    assert_int_equal(decode_feed(TCP, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 1);
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    assert_int_equal(got->notes[0].count, 2);
    recorder_free(got);
}

static void unknown_family(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    struct row row = plain;

    (void)state;
    row.family = 28;
    row.state = 200;
    put_msg(&b, BY_FAMILY, 0, &row);
    assert_int_equal(decode_feed(TCP, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->socks[0].family, PL_FAMILY_OTHER | 28);
    assert_int_equal(got->socks[0].state, PL_STATE_OTHER | 200);
    recorder_free(got);
}

static void changed(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};

    (void)state;
    put_msg(&b, BY_FAMILY, DUMP_INTR, &plain);
    put_msg(&b, BY_FAMILY, 2, &plain);
    assert_int_equal(decode_feed(TCP, b.data, b.len, &got->sink), -EAGAIN);
    assert_int_equal(got->sock_count, 2); /* all of it is in */
    /* damage takes precedence over change */
    assert_int_equal(decode_feed(TCP, b.data, b.len - 1, &got->sink), -EBADMSG);
    assert_int_equal(got->sock_count, 3);
    recorder_free(got);
}

static void cut(void **state)
{
    struct bytes b = {0};
    size_t one;

    (void)state;
    put_msg(&b, BY_FAMILY, 0, &plain);
    one = b.len;
    put_msg(&b, BY_FAMILY, 0, &plain);
    for (size_t len = 0; len <= b.len; len++) {
        struct recorder_sink *got = recorder_new();

        assert_int_equal(decode_feed(TCP, b.data, len, &got->sink), len % one ? -EBADMSG : 0);
        assert_int_equal(got->sock_count, len / one);
        recorder_free(got);
    }
}

static void sink_errors(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = nl_begin(&b, BY_FAMILY, 0);

    (void)state;
    nl_end(&b, at);
    put_msg(&b, BY_FAMILY, 0, &plain);
    for (int i = 0; i < 2; i++) { /* the socket, then the note */
        got->fail_after = i;
        assert_int_equal(decode_feed(TCP, b.data, b.len, &got->sink), -ENOMEM);
    }
    recorder_free(got);
}

TEST_MAIN(TEST(fields), TEST(v4_rest), TEST(v6only), TEST(bad_attribute), TEST(udp),
          TEST(odd_messages), TEST(unknown_family), TEST(changed), TEST(cut), TEST(sink_errors))
