/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of FreeBSD: recorded ones, and what they lack. */
#include "tables.h"

#include "decode/bsd/freebsd_layout.h"

#define RECORDING    "freebsd-14-amd64"
#define SOCKS(proto) ((int)PL_SLOT_SOCKS + (int)PL_PROTO_##proto)

static const struct {
    const char *feed;
    unsigned int slot;
    size_t head; /* 0: no generation */
    size_t width;
    size_t records;
} tables[] = {
    {"freebsd/net.inet.tcp.pcblist", SOCKS(TCP), 64, 8, 34},
    {"freebsd/net.inet.udp.pcblist", SOCKS(UDP), 64, 8, 10},
    {"freebsd/net.inet.raw.pcblist", SOCKS(RAW), 64, 8, 2},
    {"freebsd/net.local.stream.pcblist", SOCKS(UNIX), 32, 8, 5},
    {"freebsd/net.local.dgram.pcblist", SOCKS(UNIX), 32, 8, 2},
    {"freebsd/net.local.seqpacket.pcblist", SOCKS(UNIX), 32, 8, 3},
    {"freebsd/kern.file", PL_SLOT_OWNERS, 0, 8, 0},
    {"freebsd/kern.proc.proc", PL_SLOT_PROCESSES, 0, 4, 0},
};

static struct recorder_sink *decode_whole(const char *feed, unsigned int slot)
{
    struct table table = table_load(RECORDING, feed, slot);
    struct recorder_sink *got = recorder_new();

    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    assert_int_equal(got->note_count, 0);
    table_free(&table);
    return got;
}

static void records(void **state)
{
    struct table_owners owners;
    struct recorder_sink *files = decode_whole("freebsd/kern.file", PL_SLOT_OWNERS);
    struct recorder_sink *processes = decode_whole("freebsd/kern.proc.proc", PL_SLOT_PROCESSES);

    (void)state;
    owners = (struct table_owners){files, processes};
    assert_int_equal(files->owner_count, 54);
    assert_int_equal(processes->process_count, 16);
    assert_true(processes->processes[15].started == 1795326265); /* 2026-11-22T05:44:25Z */
    for (size_t i = 0; i < COUNT_OF(tables) - 2; i++) {
        struct table table = table_load(RECORDING, tables[i].feed, tables[i].slot);
        struct recorder_sink *got = decode_whole(tables[i].feed, tables[i].slot);

        assert_int_equal(table_compare(&table, got, &owners), tables[i].records);
        recorder_free(got);
        table_free(&table);
    }
    recorder_free(files);
    recorder_free(processes);
}

static void damage(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        struct table table = table_load(RECORDING, tables[i].feed, tables[i].slot);

        table_damage(&table, tables[i].head, tables[i].width);
        table_free(&table);
    }
}

/* Records that end before their length, and the first bytes of another one. */
static void cut(void **state)
{
    (void)state;
    for (size_t i = COUNT_OF(tables) - 2; i < COUNT_OF(tables); i++) {
        struct table table = table_load(RECORDING, tables[i].feed, tables[i].slot);
        struct recorder_sink *got = recorder_new();

        assert_int_equal(table_decode(&table, table.len - 1, &got->sink), -EBADMSG);
        assert_int_equal(decode_feed(tables[i].feed, table.bytes, tables[i].width - 1, &got->sink),
                         -EBADMSG);
        recorder_free(got);
        table_free(&table);
    }
}

static void flags(void **state)
{
    struct recorder_sink *got = decode_whole("freebsd/net.inet.tcp.pcblist", SOCKS(TCP));
    size_t waiting = 0;

    (void)state;
    for (size_t i = 0; i < got->sock_count; i++)
        waiting += (got->socks[i].flags & PL_FLAG_ACCEPT_QUEUE) != 0;
    assert_int_equal(waiting, 2);
    assert_true(got->socks[0].key == 0); /* of the syncache */
    recorder_free(got);
}

/* ---- by hand ---- */

static int decode_changed(const char *feed, unsigned int slot, size_t at, uint8_t byte,
                          struct recorder_sink **out)
{
    struct table table = table_load(RECORDING, feed, slot);
    int err;

    *out = recorder_new();
    table.bytes[at] = byte;
    err = table_decode(&table, table.len, &(*out)->sink);
    table_free(&table);
    return err;
}

/* A bit of the queue's state is set if a UNIX socket waits to be accepted. */
static void unix_waits(void **state)
{
    size_t row = 32 + PL_XUNPCB_SOCKET + PL_XSOCKET_STATE; /* struct xunpgen, then the first row */
    struct table table = table_load(RECORDING, "freebsd/net.local.stream.pcblist", SOCKS(UNIX));
    struct recorder_sink *got = recorder_new();
    struct recorder_sink *changed = recorder_new();

    (void)state;
    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    table.bytes[row + 1] ^= 0x10; /* SQ_COMP */
    assert_int_equal(table_decode(&table, table.len, &changed->sink), 0);
    assert_int_equal(got->socks[0].flags ^ changed->socks[0].flags, PL_FLAG_ACCEPT_QUEUE);
    table_free(&table);
    recorder_free(got);
    recorder_free(changed);
}

/* The generation of the tail, then of a row. */
static void generations(void **state)
{
    struct table table = table_load(RECORDING, "freebsd/net.inet.raw.pcblist", SOCKS(RAW));
    struct recorder_sink *got;
    size_t tail = table.len - PL_XINPGEN_SIZE + PL_XGEN_GEN;

    (void)state;
    table_free(&table);
    assert_int_equal(
        decode_changed("freebsd/net.inet.raw.pcblist", SOCKS(RAW), tail + 7, 0x10, &got), -EAGAIN);
    assert_int_equal(got->sock_count, 2); /* all that was readable */
    recorder_free(got);
    assert_int_equal(decode_changed("freebsd/net.inet.raw.pcblist", SOCKS(RAW),
                                    PL_XINPGEN_SIZE + PL_XINPCB_GENCNT + 7, 0x10, &got),
                     0);
    assert_int_equal(got->sock_count, 1); /* newer than the head */
    recorder_free(got);
}

/* A record of unknown length is skipped, with one note. */
static void unknown_layout(void **state)
{
    struct bytes b = {0};
    struct recorder_sink *got = recorder_new();

    (void)state;
    put_u64(&b, PL_XINPGEN_SIZE);
    put_zeros(&b, PL_XINPGEN_SIZE - 8);
    for (int i = 0; i < 3; i++) {
        put_u64(&b, 752);
        put_zeros(&b, 752 - 8);
    }
    put_u64(&b, PL_XINPGEN_SIZE);
    put_zeros(&b, PL_XINPGEN_SIZE - 8);
    assert_int_equal(decode_feed("freebsd/net.inet.tcp.pcblist", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 0);
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_LAYOUT);
    assert_int_equal(got->notes[0].count, 752);
    recorder_free(got);
}

/* A head of another size, as a 32-bit FreeBSD has. */
static void unknown_head(void **state)
{
    struct bytes b = {0};
    struct recorder_sink *got = recorder_new();

    (void)state;
    put_u64(&b, 56);
    put_zeros(&b, 200);
    assert_int_equal(decode_feed("freebsd/net.inet.udp.pcblist", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->notes[0].kind, PL_NOTE_LAYOUT);
    assert_int_equal(got->notes[0].count, 56);
    recorder_free(got);
}

/* Big-endian records (powerpc64): all bytes are swapped except those of ports and addresses. */
static void big_endian(void **state)
{
    struct bytes b = {.big_endian = true};
    struct recorder_sink *got = recorder_new();

    (void)state;
    put_u64(&b, PL_XFILE_SIZE);
    put_u32(&b, 4711);
    put_zeros(&b, 4);
    put_u32(&b, 5);
    put_zeros(&b, PL_XFILE_TYPE - 20);
    put_u16(&b, 2);
    put_zeros(&b, PL_XFILE_DATA - PL_XFILE_TYPE - 2);
    put_u64(&b, 0x1122334455667788);
    put_zeros(&b, PL_XFILE_SIZE - PL_XFILE_DATA - 8);
    assert_int_equal(decode_feed_abi("freebsd/kern.file", b.data, b.len, true, 8, &got->sink), 0);
    assert_int_equal(got->owner_count, 1);
    assert_int_equal(got->owners[0].pid, 4711);
    assert_int_equal(got->owners[0].fd, 5);
    assert_true(got->owners[0].key == 0x1122334455667788);
    recorder_free(got);
}

static void sink_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        struct table table = table_load(RECORDING, tables[i].feed, tables[i].slot);
        struct recorder_sink *got = recorder_new();

        got->fail_after = 1;
        assert_int_equal(table_decode(&table, table.len, &got->sink), -ENOMEM);
        recorder_free(got);
        table_free(&table);
    }
}

/* The attributes of the first row, a half-open connection, with given values. */
static uint64_t number_of(const struct recorder_sink *got, enum pl_attr_id id)
{
    for (size_t i = 0; i < got->attr_count; i++) {
        if (got->attr_sock[i] == 0 && got->attrs[i].id == id)
            return got->attrs[i].u.num;
    }
    return 0;
}

static struct recorder_sink *with_tcp(const uint32_t *values, size_t count, uint32_t need)
{
    /* from tt_rexmt to t_snd_wnd */
    struct table table = table_load(RECORDING, "freebsd/net.inet.tcp.pcblist", SOCKS(TCP));
    struct recorder_sink *got = recorder_new();

    for (size_t i = 0; i < count; i++)
        table_set32(&table, 64 + PL_XTCPCB_REXMT + 4 * i, values[i]);
    got->sink.need = need;
    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    table_free(&table);
    return got;
}

/* rexmt, persist, keep, 2msl, delack: the keepalive timer runs beside others. */
static void timers(void **state)
{
    static const struct {
        uint32_t values[5];
        uint64_t timer, left;
    } cases[] = {{{300, 0, 7200000, 0, 40}, PL_TIMER_RETRANSMIT, 300},
                 {{0, 5000, 7200000, 0, 0}, PL_TIMER_PROBE, 5000},
                 {{0, 0, 7200000, 60000, 0}, PL_TIMER_TIME_WAIT, 60000},
                 {{0, 0, 7200000, 0, 40}, PL_TIMER_KEEPALIVE, 7200000},
                 {{0xffffffff, 0, 9, 0, 0}, PL_TIMER_KEEPALIVE, 9}, /* expired */
                 {{0, 0, 0, 0, 40}, 0, 0}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct recorder_sink *got = with_tcp(cases[i].values, 5, PL_NEED_TIMERS);

        assert_int_equal(number_of(got, PL_ATTR_TIMER), cases[i].timer);
        assert_int_equal(number_of(got, PL_ATTR_TIMER_LEFT), cases[i].left);
        assert_int_equal(number_of(got, PL_ATTR_SND_MSS), 0); /* not requested */
        recorder_free(got);
    }
}

static void internals(void **state)
{
    /* timers, log state, cwnd, ssthresh, maxseg, rcv_wnd, snd_wnd */
    static const uint32_t values[] = {0, 0, 0, 0, 0, 0, 14600, 7300, 1460, 65535, 32768};
    static const uint32_t initial[] = {0, 0, 0, 0, 0, 0, 14600, 65535U << 14, 1460, 1, 2};
    static const uint32_t old[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}; /* before FreeBSD 13 */
    struct recorder_sink *got = with_tcp(values, COUNT_OF(values), PL_NEED_INTERNALS);

    (void)state;
    assert_int_equal(number_of(got, PL_ATTR_CWND), 10);
    assert_int_equal(number_of(got, PL_ATTR_SND_SSTHRESH), 5);
    assert_int_equal(number_of(got, PL_ATTR_SND_MSS), 1460);
    assert_int_equal(number_of(got, PL_ATTR_RCV_WND), 65535);
    assert_int_equal(number_of(got, PL_ATTR_SND_WND), 32768);
    assert_int_equal(number_of(got, PL_ATTR_TIMER), 0);
    recorder_free(got);
    got = with_tcp(initial, COUNT_OF(initial), PL_NEED_INTERNALS);
    assert_int_equal(number_of(got, PL_ATTR_SND_SSTHRESH), 0); /* not set yet */
    recorder_free(got);
    got = with_tcp(old, COUNT_OF(old), PL_NEED_INTERNALS);
    assert_int_equal(number_of(got, PL_ATTR_SND_MSS), 0);
    assert_int_equal(number_of(got, PL_ATTR_CWND), 0);
    recorder_free(got);
}

/* i386 has records of the same length with other offsets. */
static void narrow(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        struct table table = table_load(RECORDING, tables[i].feed, tables[i].slot);
        struct recorder_sink *got = recorder_new();

        assert_int_equal(
            decode_feed_abi(tables[i].feed, table.bytes, table.len, false, 4, &got->sink), 0);
        assert_int_equal(got->sock_count + got->owner_count + got->process_count, 0);
        assert_int_equal(got->note_count, 1);
        assert_int_equal(got->notes[0].kind, PL_NOTE_LAYOUT);
        recorder_free(got);
        table_free(&table);
    }
}

TEST_MAIN(TEST(timers), TEST(internals), TEST(narrow), TEST(records), TEST(damage), TEST(cut),
          TEST(flags), TEST(unix_waits), TEST(generations), TEST(unknown_layout),
          TEST(unknown_head), TEST(big_endian), TEST(sink_errors))
