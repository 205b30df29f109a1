/* SPDX-License-Identifier: BSD-2-Clause */
/* Packet sockets of sock_diag(7) and of /proc/net/packet. */
#include "harness.h"

#define FEED "linux/diag/packet"
#define PROC "linux/proc/net/packet"
#define HEAD "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"

static size_t begin(struct bytes *b, uint8_t type, uint16_t protocol, uint32_t inode)
{
    size_t at = nl_begin(b, 20, 0);

    put_u8(b, 17);
    put_u8(b, type);
    put_u16(b, protocol);
    put_u32(b, inode);
    put_u32(b, 0x55667788); /* cookie: low word first, in either byte order */
    put_u32(b, 0x11223344);
    return at;
}

static void put_info(struct bytes *b, uint32_t ifindex)
{
    struct bytes info = {.big_endian = b->big_endian};

    put_u32(&info, ifindex);
    put_zeros(&info, 16);
    nl_attr(b, 0, info.data, info.len);
}

static void whole(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {.big_endian = i == 1};
        struct bytes mem = {.big_endian = i == 1};
        struct bytes uid = {.big_endian = i == 1};
        size_t at = begin(&b, 2, 0x0806, 80);

        for (uint32_t n = 1; n <= 9; n++)
            put_u32(&mem, n * 10);
        put_u32(&uid, 1000);
        put_info(&b, 3);
        nl_attr(&b, 5, uid.data, uid.len);
        nl_attr(&b, 6, mem.data, mem.len);
        nl_end(&b, at);
        got->sink.need = PL_NEED_MEMORY;
        assert_int_equal(decode_feed_abi(FEED, b.data, b.len, i == 1, 8, &got->sink), 0);
        assert_int_equal(got->sock_count, 1);
        assert_int_equal(got->socks[0].family, PL_FAMILY_PACKET);
        assert_int_equal(got->socks[0].proto, PL_PROTO_PACKET);
        assert_int_equal(got->socks[0].type, PL_TYPE_DGRAM);
        assert_int_equal(got->socks[0].state, PL_STATE_UNCONN);
        assert_int_equal(got->socks[0].local_port, 0x0806);
        assert_int_equal(got->socks[0].key, 80);
        assert_true(got->socks[0].cookie == 0x1122334455667788);
        assert_int_equal(got->socks[0].ifindex, 3);
        assert_int_equal(got->socks[0].uid, 1000);
        assert_int_equal(got->socks[0].recv_q, 10);
        assert_int_equal(got->socks[0].send_q, 30);
        assert_int_equal(got->socks[0].have, PL_HAVE_INODE | PL_HAVE_STATE | PL_HAVE_COOKIE |
                                                 PL_HAVE_INTERFACE | PL_HAVE_UID | PL_HAVE_RECV_Q |
                                                 PL_HAVE_SEND_Q);
        assert_int_equal(got->attr_count, 10);
        assert_int_equal(got->attrs[0].id, PL_ATTR_PROTOCOL);
        assert_int_equal(got->attrs[0].u.num, 0x0806);
        assert_int_equal(got->attrs[9].id, PL_ATTR_DROPS);
        assert_int_equal(got->attrs[9].u.num, 90);
        recorder_free(got);
    }
}

/* Without its attributes a row has no uid, queues or interface; they are not 0. */
static void bare(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = begin(&b, 200, 0xffff, 0);

    (void)state;
    put_info(&b, 0); /* bound to no interface */
    nl_end(&b, at);
    assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 1);
    assert_int_equal(got->socks[0].type, PL_TYPE_UNKNOWN);
    assert_int_equal(got->socks[0].local_port, 0xffff);
    assert_int_equal(got->socks[0].have, PL_HAVE_STATE | PL_HAVE_COOKIE);
    assert_int_equal(got->attr_count, 1);
    recorder_free(got);
}

/* Attributes shorter than their struct are ignored; longer and unknown ones are accepted. */
static void odd_attributes(void **state)
{
    static const struct {
        uint16_t type, len;
        uint32_t have;
    } cases[] = {
        {0, 0, 0},
        {0, 3, 0},
        {0, 4, PL_HAVE_INTERFACE},
        {0, 400, PL_HAVE_INTERFACE},
        {5, 0, 0},
        {5, 3, 0},
        {5, 8, PL_HAVE_UID},
        {6, 0, 0},
        {6, 11, 0},
        {6, 12, PL_HAVE_RECV_Q | PL_HAVE_SEND_Q},
        {6, 100, PL_HAVE_RECV_Q | PL_HAVE_SEND_Q},
        {1, 4, 0},
        {7, 4, 0},
        {0x3fff, 40, 0},
        {0x8005, 4, PL_HAVE_UID}, /* NLA_F_NESTED is not part of the type */
    };
    uint8_t ones[400];

    (void)state;
    memset(ones, 1, sizeof(ones));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {0};
        size_t at = begin(&b, 3, 3, 80);

        nl_attr(&b, cases[i].type, ones, cases[i].len);
        nl_end(&b, at);
        assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), 0);
        assert_int_equal(got->sock_count, 1);
        assert_int_equal(got->socks[0].have,
                         PL_HAVE_INODE | PL_HAVE_STATE | PL_HAVE_COOKIE | cases[i].have);
        recorder_free(got);
    }
}

/* An attribute longer than the message, or shorter than its header, ends the details of the row. */
static void lying_lengths(void **state)
{
    static const uint16_t lengths[] = {0, 1, 3, 9, 0x7fff, 0xffff};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {0};
        size_t at = begin(&b, 3, 3, 80);
        size_t attr = b.len;

        nl_attr(&b, 5, "\1\0\0\0", 4);
        set_u16(&b, attr, lengths[i]);
        nl_end(&b, at);
        assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), 0);
        assert_int_equal(got->sock_count, 1);
        assert_int_equal(got->socks[0].have & PL_HAVE_UID, 0);
        recorder_free(got);
    }
}

/* A repeated attribute does not exceed the space of the row. */
static void repeated(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = begin(&b, 3, 3, 80);
    uint8_t mem[36] = {9};

    (void)state;
    for (int i = 0; i < 200; i++)
        nl_attr(&b, 6, mem, sizeof(mem));
    nl_end(&b, at);
    got->sink.need = UINT32_MAX;
    assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 1);
    assert_int_equal(got->socks[0].recv_q, 9);
    recorder_free(got);
}

static void proc(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(decode_text(PROC,
                                 HEAD
                                 "00000000d6aa4dd7 3      3    0003   2     1 64     1000   81\n"
                                 "0000000000000000 3      10   88cc   0     0 0      0      0\n",
                                 &got->sink),
                     0);
    assert_int_equal(got->sock_count, 2);
    assert_int_equal(got->note_count, 0);
    assert_int_equal(got->socks[0].type, PL_TYPE_RAW);
    assert_int_equal(got->socks[0].local_port, 3);
    assert_int_equal(got->socks[0].ifindex, 2);
    assert_int_equal(got->socks[0].uid, 1000);
    assert_int_equal(got->socks[0].key, 81);
    assert_int_equal(got->socks[0].recv_q, 64);
    assert_int_equal(got->socks[0].have, PL_HAVE_INODE | PL_HAVE_STATE | PL_HAVE_INTERFACE |
                                             PL_HAVE_UID | PL_HAVE_RECV_Q);
    assert_int_equal(got->socks[1].type, PL_TYPE_PACKET);
    assert_int_equal(got->socks[1].local_port, 0x88cc);
    assert_int_equal(got->socks[1].have, PL_HAVE_STATE | PL_HAVE_UID | PL_HAVE_RECV_Q);
    assert_int_equal(got->attrs[1].id, PL_ATTR_PROTOCOL);
    assert_int_equal(got->attrs[1].u.num, 0x88cc);
    recorder_free(got);
}

static void hostile_proc(void **state)
{
    static const char *const lines[] = {
        "",
        "00000000d6aa4dd7",
        "00000000d6aa4dd7 3 3 0003 2 1 64 1000",
        "xyz 3 3 0003 2 1 64 1000 81",
        "00000000d6aa4dd7 3 256 0003 2 1 64 1000 81",
        "00000000d6aa4dd7 3 3 10000 2 1 64 1000 81",
        "00000000d6aa4dd7 3 3 0003 4294967296 1 64 1000 81",
        "00000000d6aa4dd7 3 3 0003 -1 1 64 1000 81",
        "00000000d6aa4dd7 3 3 0003 2 1 4294967296 1000 81",
        "00000000d6aa4dd7 3 3 0003 2 1 64 1000 18446744073709551616",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct recorder_sink *got = recorder_new();
        char text[256];

        (void)snprintf(text, sizeof(text), "%s%s\n%s", HEAD, lines[i],
                       "00000000d6aa4dd7 3 3 0003 2 1 64 1000 82");
        assert_int_equal(decode_text(PROC, text, &got->sink), 0);
        assert_int_equal(got->sock_count, 1);
        assert_int_equal(got->socks[0].key, 82);
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
    size_t at = begin(&b, 3, 3, 80);

    (void)state;
    nl_end(&b, at);
    got->fail_after = 0;
    assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), -ENOMEM);
    got->fail_after = 0;
    assert_int_equal(
        decode_text(PROC, "00000000d6aa4dd7 3 3 0003 2 1 64 1000 82\nrubbish\n", &got->sink),
        -ENOMEM);
    assert_int_equal(got->sock_count, 0);
    assert_int_equal(got->note_count, 0);
    recorder_free(got);
}

/* Rings and other details, in either byte order; short structs give their complete fields. */
static void more(void **state)
{
    static const uint16_t ids[] = {
        PL_ATTR_PROTOCOL,
        PL_ATTR_PACKET_VERSION,
        PL_ATTR_PACKET_COPY_THRESHOLD,
        PL_ATTR_PACKET_FLAGS,
        PL_ATTR_PACKET_RX_BLOCK_SIZE,
        PL_ATTR_PACKET_RX_BLOCKS,
        PL_ATTR_PACKET_RX_FRAME_SIZE,
        PL_ATTR_PACKET_RX_FRAMES,
        PL_ATTR_PACKET_RX_TIMEOUT,
        PL_ATTR_PACKET_RX_FEATURES,
        PL_ATTR_PACKET_TX_BLOCK_SIZE,
        PL_ATTR_PACKET_FANOUT,
    };
    static const uint64_t values[] = {3, 12, 14, 16, 1, 2, 3, 4, 5, 7, 1, 1};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {.big_endian = i == 1};
        struct bytes info = {.big_endian = i == 1};
        struct bytes ring = {.big_endian = i == 1};
        size_t at = begin(&b, 3, 3, 80);

        for (uint32_t n = 11; n <= 16; n++)
            put_u32(&info, n);
        for (uint32_t n = 1; n <= 7; n++)
            put_u32(&ring, n);
        nl_attr(&b, 0, info.data, info.len);
        nl_attr(&b, 2, ring.data, ring.len);
        nl_attr(&b, 3, ring.data, 6);
        nl_attr(&b, 4, ring.data, 4);
        nl_end(&b, at);
        got->sink.need = PL_NEED_MORE;
        assert_int_equal(decode_feed_abi(FEED, b.data, b.len, i == 1, 8, &got->sink), 0);
        assert_int_equal(got->attr_count, COUNT_OF(ids));
        for (size_t n = 0; n < got->attr_count; n++) {
            assert_int_equal(got->attrs[n].id, ids[n]);
            assert_int_equal(got->attrs[n].u.num, values[n]);
        }
        recorder_free(got);
    }
}

TEST_MAIN(TEST(more), TEST(whole), TEST(bare), TEST(odd_attributes), TEST(lying_lengths),
          TEST(repeated), TEST(proc), TEST(hostile_proc), TEST(sink_fails))
