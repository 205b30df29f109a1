/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters of the kernel. */
#include "harness.h"

static uint64_t seen[PL_COUNTER_MAX];

static int keep(struct pl_sink *sink, enum pl_counter id, uint64_t value)
{
    (void)sink;
    seen[id] = value;
    return 0;
}

static char ranges[256];

static int keep_range(struct pl_sink *sink, uint16_t first, uint16_t last)
{
    (void)sink;
    (void)snprintf(ranges + strlen(ranges), sizeof(ranges) - strlen(ranges), "%u-%u ", first, last);
    return 0;
}

static void reserved(void **state)
{
    static const struct {
        const char *text, *want;
        size_t notes;
        int err;
    } cases[] = {
        {"\n", "", 0, 0},
        {"8080\n", "8080-8080 ", 0, 0},
        {"8080,9148-9200\n", "8080-8080 9148-9200 ", 0, 0},
        {"0-65535\n", "0-65535 ", 0, 0},
        {"8080,9148-92", "", 0, -EBADMSG}, /* truncated */
        {"9-8,7\n", "7-7 ", 1, 0},
        {"65536,5-65536,-3,3-,,-\n", "", 1, 0},
        {"1,\n", "1-1 ", 0, 0},
        {"", "", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct recorder_sink *got = recorder_new();

        ranges[0] = '\0';
        got->sink.reserved = keep_range;
        assert_int_equal(decode_text("linux/proc/sys/net/ipv4/ip_local_reserved_ports",
                                     cases[i].text, &got->sink),
                         cases[i].err);
        assert_string_equal(ranges, cases[i].want);
        assert_int_equal(got->note_count, cases[i].notes);
        recorder_free(got);
    }
}

/* Segments, and what was dropped before there was a socket. */
static void segments(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    got->sink.counter = keep;
    assert_int_equal(
        decode_text("linux/proc/net/snmp", "Tcp: OutSegs RetransSegs\nTcp: 100 7\n", &got->sink),
        0);
    assert_int_equal(seen[PL_COUNTER_TCP_SEGS_OUT], 100);
    assert_int_equal(seen[PL_COUNTER_TCP_SEGS_RETRANS], 7);
    assert_int_equal(decode_text("linux/proc/net/netstat",
                                 "TcpExt: SyncookiesSent TCPReqQFullDrop TCPMemoryPressures\n"
                                 "TcpExt: 4 5 6\n",
                                 &got->sink),
                     0);
    assert_int_equal(seen[PL_COUNTER_SYN_COOKIES], 4);
    assert_int_equal(seen[PL_COUNTER_SYN_DROPS], 5);
    assert_int_equal(seen[PL_COUNTER_MEMORY_PRESSURES], 6);
    recorder_free(got);
}

static void counters(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    got->sink.counter = keep;
    assert_int_equal(decode_text("linux/proc/net/sockstat",
                                 "sockets: used 17\nTCP: inuse 5 orphan 1 tw 2 alloc 9 mem 3\n"
                                 "NEW: what 4\nUDP: inuse\n",
                                 &got->sink),
                     0);
    assert_int_equal(decode_text("linux/proc/net/netstat",
                                 "TcpExt: SyncookiesSent ListenOverflows ListenDrops\n"
                                 "TcpExt: 1 22 33\nIpExt: A B\nIpExt: 1\n",
                                 &got->sink),
                     0);
    assert_int_equal(
        decode_text("linux/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n", &got->sink),
        0);
    assert_int_equal(
        decode_text("linux/proc/sys/net/ipv4/ip_unprivileged_port_start", "1024\n", &got->sink), 0);
    assert_int_equal(seen[PL_COUNTER_UNPRIVILEGED_FIRST], 1024);
    assert_int_equal(decode_text("linux/proc/sys/net/ipv4/tcp_mem", "28\t38\t57\n", &got->sink), 0);
    assert_int_equal(seen[PL_COUNTER_TCP_MEMORY_PRESSURE], 38);
    assert_int_equal(seen[PL_COUNTER_TCP_MEMORY_LIMIT], 57);
    assert_int_equal(decode_text("linux/proc/sys/net/ipv4/tcp_mem", "2\t3\t5", &got->sink),
                     -EBADMSG);
    assert_int_equal(
        decode_text("linux/proc/sys/net/ipv4/ip_unprivileged_port_start", "10", &got->sink),
        -EBADMSG);
    assert_int_equal(seen[PL_COUNTER_SOCKETS_USED], 17);
    assert_int_equal(seen[PL_COUNTER_TCP_TIME_WAIT], 2);
    assert_int_equal(seen[PL_COUNTER_LISTEN_OVERFLOWS], 22);
    assert_int_equal(seen[PL_COUNTER_LISTEN_DROPS], 33);
    assert_int_equal(seen[PL_COUNTER_EPHEMERAL_LAST], 60999);
    assert_int_equal(got->note_count, 0);
    assert_int_equal(decode_text("linux/proc/sys/net/core/somaxconn", "-1\n", &got->sink), 0);
    assert_int_equal(decode_text("linux/proc/net/snmp", "Tcp: a\nUdp: 1\n", &got->sink), 0);
    assert_int_equal(decode_text("linux/proc/sys/net/ipv4/tcp_mem", "1 x 3\n", &got->sink), 0);
    assert_int_equal(seen[PL_COUNTER_TCP_MEMORY_PRESSURE],
                     38); /* no other number takes its place */
    assert_int_equal(got->note_count, 3);
    /* A truncated number may be the beginning of a larger one. */
    assert_int_equal(
        decode_text("linux/proc/sys/net/ipv4/ip_local_port_range", "32768\t609", &got->sink),
        -EBADMSG);
    assert_int_equal(decode_text("linux/proc/sys/net/core/somaxconn", "40", &got->sink), -EBADMSG);
    recorder_free(got);
}

TEST_MAIN(TEST(reserved), TEST(segments), TEST(counters))
