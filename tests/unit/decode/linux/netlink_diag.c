/* SPDX-License-Identifier: BSD-2-Clause */
/* Netlink sockets of sock_diag(7) and of /proc/net/netlink. */
#include "harness.h"

#define FEED "linux/diag/netlink"
#define PROC "linux/proc/net/netlink"
#define HEAD \
    "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n"

#define ALWAYS (PL_HAVE_INODE | PL_HAVE_STATE | PL_HAVE_COOKIE)

static size_t begin(struct bytes *b, uint8_t type, uint8_t protocol, uint8_t state, uint32_t inode)
{
    size_t at = nl_begin(b, 20, 0);

    put_u8(b, 16);
    put_u8(b, type);
    put_u8(b, protocol);
    put_u8(b, state);
    put_u32(b, 4242);
    put_u32(b, 77);
    put_u32(b, 0);
    put_u32(b, inode);
    put_u32(b, 0x55667788); /* cookie: low word first, in either byte order */
    put_u32(b, 0x11223344);
    return at;
}

static void whole(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {.big_endian = i == 1};
        struct bytes mem = {.big_endian = i == 1};
        size_t at = begin(&b, 3, 15, 1, 82);

        for (uint32_t n = 1; n <= 9; n++)
            put_u32(&mem, n * 10);
        nl_attr(&b, 0, mem.data, mem.len);
        nl_end(&b, at);
        got->sink.need = PL_NEED_MEMORY;
        assert_int_equal(decode_feed_abi(FEED, b.data, b.len, i == 1, 8, &got->sink), 0);
        assert_int_equal(got->sock_count, 1);
        assert_int_equal(got->socks[0].family, PL_FAMILY_NETLINK);
        assert_int_equal(got->socks[0].proto, PL_PROTO_NETLINK);
        assert_int_equal(got->socks[0].type, PL_TYPE_RAW);
        assert_int_equal(got->socks[0].state, PL_STATE_ESTABLISHED);
        assert_int_equal(got->socks[0].local_port, 4242);
        assert_int_equal(got->socks[0].peer_port, 77);
        assert_int_equal(got->socks[0].key, 82);
        assert_true(got->socks[0].cookie == 0x1122334455667788);
        assert_int_equal(got->socks[0].recv_q, 10);
        assert_int_equal(got->socks[0].send_q, 30);
        assert_int_equal(got->socks[0].have, ALWAYS | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q);
        assert_int_equal(got->attr_count, 11);
        assert_int_equal(got->attrs[0].id, PL_ATTR_PROTOCOL);
        assert_int_equal(got->attrs[0].u.num, 15);
        assert_int_equal(got->attrs[1].id, PL_ATTR_PEER_GROUP);
        assert_int_equal(got->attrs[10].id, PL_ATTR_DROPS);
        assert_int_equal(got->attrs[10].u.num, 90);
        recorder_free(got);
    }
}

/* NETLINK_UNCONNECTED, or TCP_CLOSE as in a new socket; an unknown state stays unknown. */
static void states(void **state)
{
    static const struct {
        uint8_t number;
        uint16_t want;
    } cases[] = {
        {0, PL_STATE_UNCONN},    {7, PL_STATE_UNCONN},      {1, PL_STATE_ESTABLISHED},
        {2, PL_STATE_OTHER | 2}, {10, PL_STATE_OTHER | 10}, {255, PL_STATE_OTHER | 255},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {0};
        size_t at = begin(&b, 3, 0, cases[i].number, 82);

        nl_end(&b, at);
        assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), 0);
        assert_int_equal(got->socks[0].state, cases[i].want);
        recorder_free(got);
    }
}

/* The kernel's end of a protocol: no inode, and no queues. */
static void kernel_end(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = begin(&b, 99, 255, 0, 0);

    (void)state;
    nl_end(&b, at);
    got->sink.need = UINT32_MAX;
    assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->socks[0].type, PL_TYPE_UNKNOWN);
    assert_int_equal(got->socks[0].have, PL_HAVE_STATE | PL_HAVE_COOKIE);
    assert_int_equal(got->attr_count, 1);
    assert_int_equal(got->attrs[0].u.num, 255);
    recorder_free(got);
}

/* The set has a bit for each group of the protocol; the first 64 are decoded. */
static void groups(void **state)
{
    static const uint8_t set[] = {1, 2, 3, 4, 5, 6, 7, 0x88, 9, 10, 11, 12};
    static const struct {
        size_t len;
        size_t count;
        uint64_t want;
    } cases[] = {
        {0, 1, 0},
        {3, 1, 0},
        {4, 2, 0x04030201},
        {7, 2, 0x04030201},
        {8, 2, 0x8807060504030201},
        {12, 2, 0x8807060504030201},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {0};
        size_t at = begin(&b, 3, 0, 0, 82);

        nl_attr(&b, 1, set, cases[i].len);
        nl_end(&b, at);
        assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), 0);
        assert_int_equal(got->attr_count, cases[i].count);
        if (got->attr_count == 2) {
            assert_int_equal(got->attrs[1].id, PL_ATTR_GROUPS);
            assert_true(got->attrs[1].u.num == cases[i].want);
        }
        recorder_free(got);
    }
}

/* Attributes that are too short, too long or unknown change nothing else of the row. */
static void odd_attributes(void **state)
{
    static const struct {
        uint16_t type, len, claimed;
        uint32_t have;
    } cases[] = {
        {0, 0, 4, 0},
        {0, 11, 15, 0},
        {0, 12, 16, PL_HAVE_RECV_Q | PL_HAVE_SEND_Q},
        {0, 200, 204, PL_HAVE_RECV_Q | PL_HAVE_SEND_Q},
        {0, 12, 17, 0},
        {0, 12, 0xffff, 0},
        {0, 12, 3, 0},
        {0, 12, 0, 0},
        {2, 16, 20, 0},
        {4, 4, 8, 0},
        {0x3fff, 4, 8, 0},
    };
    uint8_t ones[200];

    (void)state;
    memset(ones, 1, sizeof(ones));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {0};
        size_t at = begin(&b, 3, 0, 0, 82);
        size_t attr = b.len;

        nl_attr(&b, cases[i].type, ones, cases[i].len);
        set_u16(&b, attr, cases[i].claimed);
        nl_end(&b, at);
        assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), 0);
        assert_int_equal(got->sock_count, 1);
        assert_int_equal(got->socks[0].have, ALWAYS | cases[i].have);
        assert_int_equal(got->attr_count, 1);
        recorder_free(got);
    }
}

/* A repeated attribute does not exceed the space of the row. */
static void repeated(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = begin(&b, 3, 0, 0, 82);

    (void)state;
    for (int i = 0; i < 1000; i++)
        nl_attr(&b, 1, "\5\0\0\0", 4);
    nl_end(&b, at);
    assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 1);
    recorder_free(got);
}

static void proc(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    got->sink.need = PL_NEED_MEMORY;
    assert_int_equal(decode_text(PROC,
                                 HEAD "0000000013d9c3f0 16  4294967295 ffffffff 7 8 0 2 9 83\n"
                                      "0000000000000000 0   0          00000000 0 0 0 2 0 0\n",
                                 &got->sink),
                     0);
    assert_int_equal(got->sock_count, 2);
    assert_int_equal(got->note_count, 0);
    assert_true(got->socks[0].local_port == UINT32_MAX);
    assert_int_equal(got->socks[0].recv_q, 7);
    assert_int_equal(got->socks[0].send_q, 8);
    assert_int_equal(got->socks[0].key, 83);
    assert_int_equal(got->socks[0].have,
                     PL_HAVE_INODE | PL_HAVE_STATE | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q);
    assert_int_equal(got->attrs[0].u.num, 16);
    assert_true(got->attrs[1].u.num == UINT32_MAX);
    assert_int_equal(got->attrs[2].id, PL_ATTR_DROPS);
    assert_int_equal(got->attrs[2].u.num, 9);
    assert_int_equal(got->socks[1].have, PL_HAVE_STATE | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q);
    recorder_free(got);
}

static void hostile_proc(void **state)
{
    static const char *const lines[] = {
        "",
        "0000000013d9c3f0",
        "0000000013d9c3f0 0 1234 00000440 0 0 0 2 0",
        "zz 0 1234 00000440 0 0 0 2 0 83",
        "00000000013d9c3f00 0 4294967296 00000440 0 0 0 2 0 83",
        "0000000013d9c3f0 0 -1 00000440 0 0 0 2 0 83",
        "0000000013d9c3f0 0 1234 100000000 0 0 0 2 0 83",
        "0000000013d9c3f0 0 1234 00000440 x 0 0 2 0 83",
        "0000000013d9c3f0 0 1234 00000440 0 0 0 2 0 8\x1b",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct recorder_sink *got = recorder_new();
        char text[512];

        (void)snprintf(text, sizeof(text), "%s%s\n%s", HEAD, lines[i],
                       "0000000013d9c3f0 0 1234 00000440 0 0 0 2 5 84");
        assert_int_equal(decode_text(PROC, text, &got->sink), 0);
        assert_int_equal(got->sock_count, 1);
        assert_int_equal(got->socks[0].key, 84);
        assert_int_equal(got->attr_count, 2); /* no drops: memory was not requested */
        assert_int_equal(got->note_count, 1);
        assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
        assert_int_equal(got->notes[0].count, 1);
        recorder_free(got);
    }
}

static void sink_fails(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = begin(&b, 3, 0, 0, 82);

    (void)state;
    nl_end(&b, at);
    got->fail_after = 0;
    assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), -ENOMEM);
    got->fail_after = 0;
    assert_int_equal(
        decode_text(PROC, "0000000013d9c3f0 0 1 0 0 0 0 2 5 84\nrubbish\n", &got->sink), -ENOMEM);
    assert_int_equal(got->sock_count, 0);
    assert_int_equal(got->note_count, 0);
    recorder_free(got);
}

TEST_MAIN(TEST(whole), TEST(states), TEST(kernel_end), TEST(groups), TEST(odd_attributes),
          TEST(repeated), TEST(proc), TEST(hostile_proc), TEST(sink_fails))
