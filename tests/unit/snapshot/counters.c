/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of counters, and their values from the kernel's text. */
#include "harness.h"

#include "snapshot/snapshot.h"

static const struct pl_query any = {.protos = UINT32_MAX, .states = UINT32_MAX};

static struct pl_snapshot *fresh(void)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    return snap;
}

static void assert_counter(const struct pl_snapshot *snap, enum pl_counter id, uint64_t want)
{
    uint64_t value = ~want;

    assert_true(pl_snapshot_counter(snap, id, &value));
    assert_true(value == want);
}

static void assert_unknown(const struct pl_snapshot *snap, enum pl_counter id)
{
    uint64_t value = 4711;

    assert_false(pl_snapshot_counter(snap, id, &value));
    assert_true(value == 4711);
}

static size_t count_known(const struct pl_snapshot *snap)
{
    size_t known = 0;

    for (unsigned int i = 0; i < PL_COUNTER_MAX; i++) {
        uint64_t value;

        known += pl_snapshot_counter(snap, (enum pl_counter)i, &value);
    }
    return known;
}

static uint64_t malformed(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    if (count == 0)
        return 0;
    assert_int_equal(count, 1);
    assert_int_equal(notes[0].kind, PL_NOTE_MALFORMED);
    return notes[0].count;
}

static void decode(struct pl_snapshot *snap, const char *feed, const char *text)
{
    assert_int_equal(decode_text(feed, text, &snap->sink), 0);
}

/* Every counter has a unique name in snake_case, and a unit. */
static void infos(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < PL_COUNTER_MAX; i++) {
        const struct pl_counter_info *info = pl_counter_info(i);

        assert_non_null(info);
        assert_non_null(info->name);
        assert_true(info->name[0] != '\0');
        assert_int_equal(strspn(info->name, "abcdefghijklmnopqrstuvwxyz_0123456789"),
                         strlen(info->name));
        assert_non_null(info->unit);
        assert_true(info->unit[0] != '\0');
        for (unsigned int j = 0; j < i; j++)
            assert_string_not_equal(info->name, pl_counter_info(j)->name);
    }
    assert_null(pl_counter_info(PL_COUNTER_MAX));
    assert_null(pl_counter_info(UINT32_MAX));
    assert_string_equal(pl_counter_info(PL_COUNTER_TCP_MEMORY)->unit, "pages");
    assert_string_equal(pl_counter_info(PL_COUNTER_FRAG_MEMORY)->unit, "bytes");
    assert_string_equal(pl_counter_info(PL_COUNTER_EPHEMERAL_LAST)->name, "ephemeral_last");
}

/* An absent counter is unknown; 0 is a value. */
static void unknown_is_not_zero(void **state)
{
    struct pl_snapshot *snap = fresh();
    uint64_t value = 1;

    (void)state;
    assert_int_equal(count_known(snap), 0);
    assert_unknown(snap, PL_COUNTER_TCP_ORPHAN);
    decode(snap, "linux/proc/net/sockstat", "TCP: inuse 5 orphan 0\n");
    assert_counter(snap, PL_COUNTER_TCP_ORPHAN, 0);
    assert_counter(snap, PL_COUNTER_TCP_INUSE, 5);
    assert_unknown(snap, PL_COUNTER_TCP_TIME_WAIT);
    assert_int_equal(count_known(snap), 2);
    assert_false(pl_snapshot_counter(snap, PL_COUNTER_MAX, &value));
    assert_int_equal(snap->sink.counter(&snap->sink, PL_COUNTER_MAX, 9), 0);
    assert_int_equal(count_known(snap), 2);
    pl_snapshot_free(snap);
}

static void sockstat(void **state)
{
    struct pl_snapshot *snap = fresh();

    (void)state;
    decode(snap, "linux/proc/net/sockstat",
           "sockets: used 291\nTCP: inuse 17 orphan 1 tw 2 alloc 30 mem 4\nUDP: inuse 6 mem 7\n"
           "UDPLITE: inuse 8\nRAW: inuse 9\nFRAG: inuse 10 memory 18446744073709551615\n");
    decode(snap, "linux/proc/net/sockstat6",
           "TCP6: inuse 11\nUDP6: inuse 12\nUDPLITE6: inuse 13\nRAW6: inuse 14\n"
           "FRAG6: inuse 15 memory 16\n");
    assert_counter(snap, PL_COUNTER_SOCKETS_USED, 291);
    assert_counter(snap, PL_COUNTER_TCP_TIME_WAIT, 2);
    assert_counter(snap, PL_COUNTER_TCP_ALLOC, 30);
    assert_counter(snap, PL_COUNTER_TCP_MEMORY, 4);
    assert_counter(snap, PL_COUNTER_UDP_MEMORY, 7);
    assert_counter(snap, PL_COUNTER_UDPLITE_INUSE, 8);
    assert_counter(snap, PL_COUNTER_RAW_INUSE, 9);
    assert_counter(snap, PL_COUNTER_FRAG_MEMORY, UINT64_MAX);
    assert_counter(snap, PL_COUNTER_TCP6_INUSE, 11);
    assert_counter(snap, PL_COUNTER_UDP6_INUSE, 12);
    assert_counter(snap, PL_COUNTER_FRAG6_INUSE, 15);
    assert_counter(snap, PL_COUNTER_FRAG6_MEMORY, 16);
    assert_int_equal(count_known(snap), 18);
    assert_int_equal(malformed(snap), 0);
    pl_snapshot_free(snap);
}

/* A name without a value, values that are not numbers, truncated lines: no value. */
static void hostile_sockstat(void **state)
{
    struct pl_snapshot *snap = fresh();

    (void)state;
    decode(snap, "linux/proc/net/sockstat",
           "TCP: inuse -1 orphan 18446744073709551616 tw 0x10 alloc 3\nTC: inuse 1\nTCP inuse 2\n"
           ":\n\nUDP:\nUDP: inuse\nRAW: inuse 9x\nTCPX: inuse 7\nFRAG: inuse 1 mem");
    assert_unknown(snap, PL_COUNTER_TCP_INUSE);
    assert_unknown(snap, PL_COUNTER_TCP_ORPHAN);
    assert_unknown(snap, PL_COUNTER_TCP_TIME_WAIT);
    assert_unknown(snap, PL_COUNTER_UDP_INUSE);
    assert_unknown(snap, PL_COUNTER_RAW_INUSE);
    assert_counter(snap, PL_COUNTER_TCP_ALLOC, 3);
    assert_counter(snap, PL_COUNTER_FRAG_INUSE, 1);
    assert_int_equal(count_known(snap), 2);
    assert_int_equal(malformed(snap), 4);
    pl_snapshot_free(snap);
}

/* Values are found by the names above them, in any order. */
static void netstat(void **state)
{
    struct pl_snapshot *snap = fresh();

    (void)state;
    decode(
        snap, "linux/proc/net/netstat",
        "TcpExt: ListenDrops New ListenOverflows\nTcpExt: 5 6 7\nIpExt: ListenDrops\nIpExt: 9\n");
    decode(snap, "linux/proc/net/snmp",
           "Ip: Forwarding\nIp: 1\nTcp: MaxConn CurrEstab\nTcp: -1 12\n");
    assert_counter(snap, PL_COUNTER_LISTEN_DROPS, 5);
    assert_counter(snap, PL_COUNTER_LISTEN_OVERFLOWS, 7);
    assert_counter(snap, PL_COUNTER_TCP_ESTABLISHED, 12);
    assert_int_equal(count_known(snap), 3);
    assert_int_equal(malformed(snap), 0);
    pl_snapshot_free(snap);
}

/* Names and values of different tables are not paired. */
static void hostile_netstat(void **state)
{
    static const struct {
        const char *text;
        uint64_t malformed;
        size_t known;
    } cases[] = {
        {"TcpExt: ListenDrops\nIpExt: 9\n", 1, 0},
        {"TcpExt: ListenDrops\nTcpEx: 9\n", 1, 0},
        {"TcpExt: ListenDrops\nTcpExtra: 9\n", 1, 0},
        {"TcpExt: ListenDrops\n", 1, 0},
        {"TcpExt: ListenDrops", 1, 0},
        {"TcpExt: ListenDrops\nTcpExt:", 0, 0},
        {"TcpExt: SyncookiesSent ListenDrops\nTcpExt: 1\n", 0, 1},
        {"TcpExt: ListenDrops\nTcpExt: 1 2 3\n", 0, 1},
        {"TcpExt: ListenDrops ListenOverflows\nTcpExt: -1 3\n", 1, 1},
        {"\nTcpExt: ListenDrops\n", 1, 0},
        {"", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = fresh();

        decode(snap, "linux/proc/net/netstat", cases[i].text);
        assert_int_equal(count_known(snap), cases[i].known);
        assert_int_equal(malformed(snap), cases[i].malformed);
        pl_snapshot_free(snap);
    }
}

/* ---- counted sockets ---- */

/* TCP: a listener, a connection of IPv6, TIME_WAIT, half-open, unbound, an orphan. Others. */
static struct pl_snapshot *some(const struct pl_query *query)
{
    static const struct pl_sock socks[] = {
        {.proto = PL_PROTO_TCP,
         .family = PL_FAMILY_INET,
         .state = PL_STATE_LISTEN,
         .local_port = 1},
        {.proto = PL_PROTO_TCP,
         .family = PL_FAMILY_INET6,
         .state = PL_STATE_ESTABLISHED,
         .local_port = 2},
        {.proto = PL_PROTO_TCP,
         .family = PL_FAMILY_INET,
         .state = PL_STATE_TIME_WAIT,
         .local_port = 3},
        {.proto = PL_PROTO_TCP,
         .family = PL_FAMILY_INET,
         .state = PL_STATE_SYN_RECV,
         .local_port = 4},
        {.proto = PL_PROTO_TCP, .family = PL_FAMILY_INET, .state = PL_STATE_CLOSED},
        {.proto = PL_PROTO_TCP,
         .family = PL_FAMILY_INET,
         .state = PL_STATE_LAST_ACK,
         .local_port = 5},
        {.proto = PL_PROTO_UDP,
         .family = PL_FAMILY_INET,
         .state = PL_STATE_UNCONN,
         .local_port = 6},
        {.proto = PL_PROTO_RAW,
         .family = PL_FAMILY_INET6,
         .state = PL_STATE_UNCONN,
         .local_port = 58},
        {.proto = PL_PROTO_UNIX, .family = PL_FAMILY_UNIX},
    };
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_FREEBSD, query, &snap), 0);
    for (size_t i = 0; i < COUNT_OF(socks); i++)
        assert_int_equal(snap->sink.sock(&snap->sink, &socks[i], NULL, 0), 0);
    return snap;
}

static void counted(void **state)
{
    static const struct {
        enum pl_counter id;
        uint64_t want;
    } wants[] = {{PL_COUNTER_SOCKETS_USED, 9},  {PL_COUNTER_TCP_INUSE, 3},
                 {PL_COUNTER_TCP6_INUSE, 1},    {PL_COUNTER_TCP_ALLOC, 4},
                 {PL_COUNTER_TCP_TIME_WAIT, 1}, {PL_COUNTER_TCP_ESTABLISHED, 1},
                 {PL_COUNTER_UDP_INUSE, 1},     {PL_COUNTER_UDP6_INUSE, 0},
                 {PL_COUNTER_RAW_INUSE, 0},     {PL_COUNTER_RAW6_INUSE, 1}};
    struct pl_snapshot *snap = some(&any);

    (void)state;
    pl_counters_derive(snap, PL_COUNTED_PROTOS);
    for (size_t i = 0; i < COUNT_OF(wants); i++)
        assert_counter(snap, wants[i].id, wants[i].want);
    assert_unknown(snap, PL_COUNTER_TCP_ORPHAN); /* owners were not read */
    assert_unknown(snap, PL_COUNTER_FRAG_INUSE);
    pl_snapshot_free(snap);
}

static void orphans(void **state)
{
    (void)state;
    for (unsigned int hidden = 0; hidden < 2; hidden++) {
        struct pl_snapshot *snap = some(&any);

        assert_int_equal(pl_join_prepare(snap), 0);
        if (hidden)
            assert_int_equal(snap->sink.denied(&snap->sink, 0, EPERM), 0);
        assert_int_equal(pl_join_owners(snap), 0);
        pl_counters_derive(snap, PL_COUNTED_PROTOS);
        if (hidden)
            assert_unknown(snap, PL_COUNTER_TCP_ORPHAN);
        else
            assert_counter(snap, PL_COUNTER_TCP_ORPHAN, 1);
        pl_snapshot_free(snap);
    }
}

/* What was not read is not counted as 0. */
static void counted_in_part(void **state)
{
    const struct pl_query one = {
        .protos = UINT32_MAX, .families = PL_BIT(PL_FAMILY_INET), .states = UINT32_MAX};
    const struct pl_query open = {.protos = UINT32_MAX};
    struct pl_snapshot *snap = some(&any);

    (void)state;
    pl_counters_derive(snap, PL_BIT(PL_PROTO_UDP));
    assert_counter(snap, PL_COUNTER_UDP_INUSE, 1);
    assert_int_equal(count_known(snap), 2);
    pl_snapshot_free(snap);
    snap = some(&one);
    pl_counters_derive(snap, PL_COUNTED_PROTOS);
    assert_int_equal(count_known(snap), 0);
    pl_snapshot_free(snap);
    snap = some(&open);
    pl_counters_derive(snap, PL_COUNTED_PROTOS);
    assert_int_equal(count_known(snap), 0);
    pl_snapshot_free(snap);
}

/* Those of other network namespaces do not replace those of the reader. */
static void spaces(void **state)
{
    struct pl_snapshot *snap = fresh();
    struct pl_mark mark;
    const struct pl_netns_counters *counters;
    size_t count;

    (void)state;
    (void)snap->sink.counter(&snap->sink, PL_COUNTER_TCP_INUSE, 1);
    (void)pl_snapshot_netns_counters(snap, &count);
    assert_int_equal(count, 0);
    for (uint32_t netns = 77; netns < 79; netns++) {
        snap->space = netns;
        assert_int_equal(snap->sink.counter(&snap->sink, PL_COUNTER_TCP_INUSE, netns), 0);
        assert_int_equal(snap->sink.counter(&snap->sink, PL_COUNTER_UDP_INUSE, 0), 0);
    }
    mark = pl_snapshot_mark(snap);
    snap->space = 79;
    assert_int_equal(snap->sink.counter(&snap->sink, PL_COUNTER_TCP_INUSE, 5), 0);
    pl_snapshot_rollback(snap, &mark);
    assert_counter(snap, PL_COUNTER_TCP_INUSE, 1);
    assert_unknown(snap, PL_COUNTER_UDP_INUSE);
    counters = pl_snapshot_netns_counters(snap, &count);
    assert_int_equal(count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(counters[i].netns, 77 + i);
        assert_int_equal(counters[i].values[PL_COUNTER_TCP_INUSE], 77 + i);
        assert_int_equal(counters[i].known,
                         PL_BIT(PL_COUNTER_TCP_INUSE) | PL_BIT(PL_COUNTER_UDP_INUSE));
    }
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(spaces), TEST(counted), TEST(orphans), TEST(counted_in_part), TEST(infos),
          TEST(unknown_is_not_zero), TEST(sockstat), TEST(hostile_sockstat), TEST(netstat),
          TEST(hostile_netstat))
