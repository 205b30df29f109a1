/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of macOS, encoded by its kernel code, and what they lack. */
#include "tables.h"

#include "decode/bsd/darwin_layout.h"

#define RECORDING    "macos-15-encoded"
#define SOCKS(proto) ((int)PL_SLOT_SOCKS + (int)PL_PROTO_##proto)

static const struct {
    const char *feed;
    unsigned int slot;
    size_t records;
} tables[] = {
    {"darwin/net.inet.tcp.pcblist_n", SOCKS(TCP), 18},
    {"darwin/net.inet.udp.pcblist_n", SOCKS(UDP), 5},
    {"darwin/net.inet.raw.pcblist_n", SOCKS(RAW), 0},
    {"darwin/net.local.stream.pcblist_n", SOCKS(UNIX), 5},
    {"darwin/net.local.dgram.pcblist_n", SOCKS(UNIX), 2},
};

static void records(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        struct table table = table_load(RECORDING, tables[i].feed, tables[i].slot);
        struct recorder_sink *got = recorder_new();

        assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
        assert_int_equal(got->note_count, 0);
        assert_int_equal(table_compare(&table, got, NULL), tables[i].records);
        recorder_free(got);
        table_free(&table);
    }
}

static void damage(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        struct table table = table_load(RECORDING, tables[i].feed, tables[i].slot);

        table_damage(&table, PL_XGEN_SIZE, 4);
        table_free(&table);
    }
}

/* ---- by hand ---- */

enum { RUN = 616 }; /* bytes of the items of a TCP socket */

static void put_head(struct bytes *b, uint32_t count, uint64_t generation)
{
    put_u32(b, PL_XGEN_SIZE);
    put_u32(b, count);
    put_u64(b, generation);
    put_u64(b, 0);
}

static void put_item(struct bytes *b, uint32_t len, uint32_t kind)
{
    put_u32(b, len);
    put_u32(b, kind);
    put_zeros(b, ((len + 7) & ~7U) - 8);
}

/* A socket of the user-space stack: only version, addresses and last process. */
static size_t put_skywalk(struct bytes *b, uint32_t socket_size)
{
    size_t at = b->len;

    put_item(b, PL_XINPCB_SIZE, 0x10);
    put_item(b, socket_size, 1);
    put_item(b, PL_XSOCKBUF_SIZE, 2);
    put_item(b, PL_XSOCKBUF_SIZE, 4);
    put_item(b, PL_XSOCKSTAT_SIZE, 8);
    put_item(b, PL_XTCPCB_SIZE, 0x20);
    b->data[at + PL_XINPCB_VFLAG] = 1;
    b->data[at + PL_XINPCB_LPORT] = 0x1f;
    b->data[at + PL_XINPCB_LPORT + 1] = 0x90;
    set_u32(b, at + PL_XINPCB_SIZE + PL_XSOCKET_LAST_PID, 77);
    return at;
}

static int decode_tcp(const struct bytes *b, struct recorder_sink *got)
{
    return decode_feed("darwin/net.inet.tcp.pcblist_n", b->data, b->len, &got->sink);
}

static void skywalk(void **state)
{
    struct bytes b = {0};
    struct recorder_sink *got = recorder_new();

    (void)state;
    put_head(&b, 1, 5);
    assert_int_equal(put_skywalk(&b, PL_XSOCKET_SIZE), PL_XGEN_SIZE);
    assert_int_equal(b.len, PL_XGEN_SIZE + RUN);
    put_head(&b, 1, 5);
    assert_int_equal(decode_tcp(&b, got), 0);
    assert_int_equal(got->sock_count, 1);
    assert_int_equal(got->socks[0].family, PL_FAMILY_INET);
    assert_int_equal(got->socks[0].local_port, 8080);
    assert_true(got->socks[0].key == 0);
    assert_int_equal(got->socks[0].have & (PL_HAVE_UID | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q), 0);
    assert_int_equal(got->attrs[0].id, PL_ATTR_LAST_PID);
    assert_true(got->attrs[0].u.num == 77);
    recorder_free(got);
}

static void no_tail(void **state)
{
    struct bytes b = {0};
    struct recorder_sink *got = recorder_new();

    (void)state;
    put_head(&b, 1, 5);
    (void)put_skywalk(&b, PL_XSOCKET_SIZE);
    assert_int_equal(decode_tcp(&b, got), -EBADMSG);
    assert_int_equal(got->sock_count, 1);
    recorder_free(got);
}

/* xsocket_n of 76 bytes, up to macOS 12; and an unknown one. */
static void socket_sizes(void **state)
{
    static const uint32_t sizes[] = {PL_XSOCKET_SIZE_12, 112};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct bytes b = {0};
        struct recorder_sink *got = recorder_new();

        put_head(&b, 2, 5);
        (void)put_skywalk(&b, sizes[i]);
        (void)put_skywalk(&b, sizes[i]);
        put_head(&b, 2, 5);
        assert_int_equal(decode_tcp(&b, got), 0);
        assert_int_equal(got->sock_count, i == 0 ? 2 : 0);
        assert_int_equal(got->note_count, i);
        if (i == 1) {
            assert_int_equal(got->notes[0].kind, PL_NOTE_LAYOUT);
            assert_int_equal(got->notes[0].count, 112);
        }
        recorder_free(got);
    }
}

/* A repeated kind before its socket is complete, and other kinds. */
static void resync(void **state)
{
    struct bytes b = {0};
    struct recorder_sink *got = recorder_new();

    (void)state;
    put_head(&b, 2, 5);
    put_item(&b, PL_XINPCB_SIZE, 0x10);
    put_item(&b, PL_XSOCKET_SIZE, 1);
    (void)put_skywalk(&b, PL_XSOCKET_SIZE);
    put_item(&b, 48, 0x400);
    (void)put_skywalk(&b, PL_XSOCKET_SIZE);
    put_head(&b, 2, 5);
    assert_int_equal(decode_tcp(&b, got), 0);
    assert_int_equal(got->sock_count, 2);
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    assert_int_equal(got->notes[0].count, 1);
    recorder_free(got);
}

static void generations(void **state)
{
    struct bytes b = {0};
    struct recorder_sink *got = recorder_new();

    (void)state;
    put_head(&b, 1, 5);
    (void)put_skywalk(&b, PL_XSOCKET_SIZE);
    put_head(&b, 1, 6);
    assert_int_equal(decode_tcp(&b, got), -EAGAIN);
    assert_int_equal(got->sock_count, 1);
    recorder_free(got);
}

/* The windows of the first socket: its last item, struct xtcpcb_n. */
static void internals(void **state)
{
    static const struct {
        uint16_t at;
        uint32_t value;
        enum pl_attr_id id;
        uint64_t want;
    } fields[] = {{PL_XTCPCB_MAXSEG, 1460, PL_ATTR_SND_MSS, 1460},
                  {PL_XTCPCB_CWND, 29200, PL_ATTR_CWND, 20},
                  {PL_XTCPCB_RCV_WND, 65535, PL_ATTR_RCV_WND, 65535},
                  {PL_XTCPCB_SND_WND, 32768, PL_ATTR_SND_WND, 32768}};
    const size_t item =
        24 + PL_XINPCB_SIZE + PL_XSOCKET_SIZE + 2 * PL_XSOCKBUF_SIZE + PL_XSOCKSTAT_SIZE;
    struct table table = table_load(RECORDING, "darwin/net.inet.tcp.pcblist_n", SOCKS(TCP));
    struct recorder_sink *got = recorder_new();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        table_set32(&table, item + fields[i].at, fields[i].value);
    got->sink.need = PL_NEED_INTERNALS;
    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        assert_int_equal(got->attr_sock[i + 1], 0); /* the first is LAST_PID */
        assert_int_equal(got->attrs[i + 1].id, fields[i].id);
        assert_int_equal(got->attrs[i + 1].u.num, fields[i].want);
    }
    recorder_free(got);
    table_free(&table);
}

TEST_MAIN(TEST(internals), TEST(records), TEST(damage), TEST(skywalk), TEST(no_tail),
          TEST(socket_sizes), TEST(resync), TEST(generations))
