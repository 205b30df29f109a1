/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc/net/{tcp,udp}{,6}. */
#include "harness.h"

#define TCP  "linux/proc/net/tcp"
#define TCP6 "linux/proc/net/tcp6"
#define UDP  "linux/proc/net/udp"
#define UDP6 "linux/proc/net/udp6"
#define HEAD                                                                                      \
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout " \
    "inode\n"
#define LINE                                                                                      \
    "   0: 0100007F:1F90 0200000A:FFFF 01 0000000A:FFFFFFFF 00:00000000 00000000  1000        0 " \
    "11757 1 0000000000000000 20 4 30 10 -1\n"
#define ZERO6 "00000000000000000000000000000000"

static struct recorder_sink *decode(const char *feed, const char *text, size_t socks,
                                    uint64_t malformed)
{
    struct recorder_sink *got = recorder_new();

    assert_int_equal(decode_text(feed, text, &got->sink), 0);
    assert_int_equal(got->sock_count, socks);
    assert_int_equal(got->note_count, malformed > 0);
    if (malformed > 0) {
        assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
        assert_int_equal(got->notes[0].count, malformed);
    }
    return got;
}

static void tcp(void **state)
{
    struct recorder_sink *got = decode(TCP, HEAD LINE, 1, 0);
    const struct pl_sock *sock = &got->socks[0];

    (void)state;
    assert_int_equal(sock->have, PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_RECV_Q |
                                     PL_HAVE_SEND_Q | PL_HAVE_UID | PL_HAVE_INODE);
    assert_int_equal(sock->family, PL_FAMILY_INET);
    assert_int_equal(sock->proto, PL_PROTO_TCP);
    assert_int_equal(sock->state, PL_STATE_ESTABLISHED);
    assert_memory_equal(sock->local_addr, "\x7f\0\0\1", 4);
    assert_memory_equal(sock->peer_addr, "\12\0\0\2", 4);
    assert_int_equal(sock->local_port, 8080);
    assert_int_equal(sock->peer_port, 65535);
    assert_int_equal(sock->send_q, 10);
    assert_int_equal(sock->recv_q, UINT32_MAX);
    assert_int_equal(sock->uid, 1000);
    assert_true(sock->key == 11757);
    recorder_free(got);
}

static void tcp6(void **state)
{
    struct recorder_sink *got =
        decode(TCP6,
               HEAD "   1: B80D01200000000067452301EFCDAB89:0016 " ZERO6 ":0000 0A "
                    "00000000:00000003 00:00000000 00000000     0        0 5\n",
               1, 0);
    const struct pl_sock *sock = &got->socks[0];
    static const uint8_t want[] = {0x20, 1,    0xd,  0xb8, 0,    0,    0,    0,
                                   0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};

    (void)state;
    assert_int_equal(sock->family, PL_FAMILY_INET6);
    assert_memory_equal(sock->local_addr, want, 16);
    assert_int_equal(sock->local_port, 22);
    assert_int_equal(sock->state, PL_STATE_LISTEN);
    assert_int_equal(sock->recv_q, 3);
    /* This table lacks the limit of a listener's queue; 0 is not one. */
    assert_false(sock->have & PL_HAVE_SEND_Q);
    assert_true(sock->have & PL_HAVE_RECV_Q);
    recorder_free(got);
}

static uint64_t attr(const struct recorder_sink *got, enum pl_attr_id id)
{
    for (size_t i = 0; i < got->attr_count; i++) {
        if (got->attrs[i].id == id)
            return got->attrs[i].u.num;
    }
    return UINT64_MAX;
}

/* Time is in hundredths of a second; the number of retries belongs to the running timer. */
static void timers(void **state)
{
    static const struct {
        const char *words;
        uint64_t timer, left, retries, retransmits, probes;
    } cases[] = {
        {"00:00000000 00000000 0 0 5", UINT64_MAX, UINT64_MAX, UINT64_MAX, 0, 0},
        {"01:00000045 00000002 0 0 5", PL_TIMER_RETRANSMIT, 690, 2, 2, 0},
        {"02:000AF8A4 00000001 0 3 5", PL_TIMER_KEEPALIVE, 7190120, 3, 1, 3},
        {"03:00000001 00000000 0 0 0", PL_TIMER_TIME_WAIT, 10, 0, UINT64_MAX, UINT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct recorder_sink *got = recorder_new();
        char line[256];

        got->sink.need = PL_NEED_TIMERS | PL_NEED_INTERNALS;
        (void)snprintf(line, sizeof(line),
                       "0: 0100007F:1F90 0200000A:FFFF 01 00000000:00000000 %s\n", cases[i].words);
        assert_int_equal(decode_text(TCP, line, &got->sink), 0);
        assert_int_equal(got->sock_count, 1);
        assert_true(attr(got, PL_ATTR_TIMER) == cases[i].timer);
        assert_true(attr(got, PL_ATTR_TIMER_LEFT) == cases[i].left);
        assert_true(attr(got, PL_ATTR_RETRIES) == cases[i].retries);
        assert_true(attr(got, PL_ATTR_RETRANSMITS) == cases[i].retransmits);
        assert_true(attr(got, PL_ATTR_PROBES) == cases[i].probes);
        recorder_free(got);
    }
}

/* Addresses are words in the byte order of the machine. */
static void big_endian(void **state)
{
    static const char text[] =
        "   0: 7F000001:1F90 0A000002:0001 01 00000000:00000000 00:00000000 00000000 0 0 5\n";
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(decode_feed_abi(TCP, text, sizeof(text) - 1, true, 4, &got->sink), 0);
    assert_memory_equal(got->socks[0].local_addr, "\x7f\0\0\1", 4);
    assert_memory_equal(got->socks[0].peer_addr, "\12\0\0\2", 4);
    assert_int_equal(got->socks[0].local_port, 8080);
    recorder_free(got);
}

static void udp(void **state)
{
    struct recorder_sink *got =
        decode(UDP,
               "   sl  local_address ...\n"
               "  9: 00000000:0035 00000000:0000 07 00000000:00000200 00:00000000 00000000 0 0 7 2 "
               "0 0\n"
               " 10: 0100007F:0035 0100007F:0036 01 00000000:00000000 00:00000000 00000000 0 0 8\n",
               2, 0);

    (void)state;
    assert_int_equal(got->socks[0].proto, PL_PROTO_UDP);
    assert_int_equal(got->socks[0].state, PL_STATE_UNCONN);
    assert_int_equal(got->socks[0].recv_q, 0x200);
    assert_true(got->socks[0].have & PL_HAVE_SEND_Q);
    assert_int_equal(got->socks[1].state, PL_STATE_ESTABLISHED);
    recorder_free(got);
    got = decode(
        UDP6, "0: " ZERO6 ":0035 " ZERO6 ":0000 07 00000000:00000000 00:00000000 00000000 0 0 7\n",
        1, 0);
    assert_int_equal(got->socks[0].family, PL_FAMILY_INET6);
    recorder_free(got);
}

static void largest(void **state)
{
    struct recorder_sink *got =
        decode(TCP,
               "99999: FFFFFFFF:FFFF FFFFFFFF:FFFF 01 FFFFFFFF:FFFFFFFF 00:0 0 4294967295 0 "
               "18446744073709551615\n",
               1, 0);

    (void)state;
    assert_int_equal(got->socks[0].uid, UINT32_MAX);
    assert_true(got->socks[0].key == UINT64_MAX);
    assert_int_equal(got->socks[0].send_q, UINT32_MAX);
    recorder_free(got);
}

/* Each line has one fault; the next line is read. */
static void malformed(void **state)
{
    static const char *const lines[] = {
        "",
        "   ",
        "0: 0100007F:1F90",
        "0: 0100007F:1F90 00000000:0000 01",
        "0: 0100007F:1F90 00000000:0000 01 0:0 0:0 0 0 0",  /* no inode */
        "0: 0100007F:1F90 00000000:0000 01 0:0 0:0 0 0 0 ", /* no inode here either */
        "0 0100007F:1F90 00000000:0000 01 0:0 0:0 0 0 0 5", /* no colon */
        "0: 0100007F 00000000:0000 01 0:0 0:0 0 0 0 5",     /* no port */
        "0: 0100007F: 00000000:0000 01 0:0 0:0 0 0 0 5",
        "0: 0100007F:10000 00000000:0000 01 0:0 0:0 0 0 0 5", /* port too large */
        "0: 0100007F:-1 00000000:0000 01 0:0 0:0 0 0 0 5",
        "0: 0100007:1F90 00000000:0000 01 0:0 0:0 0 0 0 5",   /* 7 digits */
        "0: 00100007F:1F90 00000000:0000 01 0:0 0:0 0 0 0 5", /* 9 digits */
        "0: 0100007G:1F90 00000000:0000 01 0:0 0:0 0 0 0 5",
        "0: " ZERO6 ":1F90 00000000:0000 01 0:0 0:0 0 0 0 5", /* of the other family */
        "0: 0100007F:1F90 00000000:0000 100 0:0 0:0 0 0 0 5", /* state too large */
        "0: 0100007F:1F90 00000000:0000 x 0:0 0:0 0 0 0 5",
        "0: 0100007F:1F90 00000000:0000 01 00 0:0 0 0 0 5",          /* one queue */
        "0: 0100007F:1F90 00000000:0000 01 100000000:0 0:0 0 0 0 5", /* queue too large */
        "0: 0100007F:1F90 00000000:0000 01 0:100000000 0:0 0 0 0 5",
        "0: 0100007F:1F90 00000000:0000 01 0:0 0:0 0 4294967296 0 5", /* uid too large */
        "0: 0100007F:1F90 00000000:0000 01 0:0 0:0 0 x 0 5",
        "0: 0100007F:1F90 00000000:0000 01 0:0 0:0 0 0 0 18446744073709551616",
        "0: 0100007F:1F90 00000000:0000 01 0:0 0:0 0 0 0 -5",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        char text[1024];
        struct recorder_sink *got;

        (void)snprintf(text, sizeof(text), HEAD "%s\n" LINE, lines[i]);
        got = decode(TCP, text, 1, 1);
        assert_int_equal(got->socks[0].local_port, 8080);
        recorder_free(got);
    }
}

/* A file that ends in the middle of a line, at every byte. */
static void cut(void **state)
{
    static const char text[] = LINE LINE;
    size_t one = strlen(LINE);

    (void)state;
    for (size_t len = 0; len <= 2 * one; len++) {
        struct recorder_sink *got = recorder_new();

        /* A truncated line is skipped, since a truncated number is another number. */
        assert_int_equal(decode_feed(TCP, text, len, &got->sink), len % one > 0 ? -EBADMSG : 0);
        assert_int_equal(got->sock_count, len / one);
        assert_int_equal(got->note_count, 0);
        recorder_free(got);
    }
}

static void sink_errors(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    got->fail_after = 0;
    assert_int_equal(decode_text(TCP, LINE, &got->sink), -ENOMEM);
    got->fail_after = 1;
    assert_int_equal(decode_text(TCP, LINE "x\n", &got->sink), -ENOMEM);
    recorder_free(got);
}

TEST_MAIN(TEST(tcp), TEST(tcp6), TEST(timers), TEST(big_endian), TEST(udp), TEST(largest),
          TEST(malformed), TEST(cut), TEST(sink_errors))
