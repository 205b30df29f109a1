/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts from the kernel's reports: numbers, verdicts, owners; reports that are missing or wrong. */
#include "../event/events.h"

#include "api/states.h"

#include <errno.h>

enum {
    CLOSED = PL_STATE_CLOSED,
    LISTEN = PL_STATE_LISTEN,
    SENT = PL_STATE_SYN_SENT,
    RECV = PL_STATE_SYN_RECV,
    OPEN = PL_STATE_ESTABLISHED,
};

struct got {
    struct pl_attempt items[8];
    uint32_t pids[8][2]; /* of the first owner of each end; 0: none */
    uint32_t owners[8][2];
    size_t count;
};

static int take(void *arg, const struct pl_attempt *attempt)
{
    struct got *got = arg;

    assert_true(got->count < COUNT_OF(got->items));
    for (size_t end = 0; end < 2; end++) {
        const struct pl_holders *owners = attempt->owners[end];

        got->pids[got->count][end] = owners ? owners->items[0].pid : 0;
        got->owners[got->count][end] = owners ? owners->count : 0;
    }
    got->items[got->count++] = *attempt;
    return 0;
}

static struct pl_states *start(struct got *got)
{
    struct pl_states *states;

    *got = (struct got){0};
    assert_int_equal(pl_states_new(HERE, take, got, &states), 0);
    return states;
}

static void say(struct pl_states *states, struct pl_report report)
{
    assert_int_equal(pl_states_report(states, &report), 0);
}

/* A transition with the numbers that the kernel has then. */
static struct pl_report with(struct pl_report report, uint32_t unacked, uint64_t acked,
                             uint32_t expected, uint64_t received)
{
    report.have |= PL_REPORT_HAVE_NUMBERS | PL_REPORT_HAVE_BYTES | PL_REPORT_HAVE_RETRANS;
    report.unacked = unacked;
    report.bytes_out = acked;
    report.expected = expected;
    report.bytes_in = received;
    return report;
}

/* One connection over loopback: both ends know both numbers. */
static void completed(void **state)
{
    struct got got;
    struct pl_states *states = start(&got);

    (void)state;
    say(states, turn(tcp(1, 80, 0, LISTEN), CLOSED, 10, 11));
    say(states, turn(tcp(2, 0, 80, SENT), CLOSED, 20, 22));
    say(states, turn(tcp(1, 80, 0, RECV), LISTEN, 20, 22));
    say(states, with(turn(tcp(2, 4000, 80, OPEN), SENT, 21, 99), 1001, 1, 5001, 0));
    say(states, with(turn(tcp(3, 80, 4000, OPEN), RECV, 21, 98), 5001, 0, 1001, 0));
    assert_int_equal(got.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(got.items[i].verdict, PL_VERDICT_COMPLETED);
        assert_int_equal(got.items[i].isn, 1000);
        assert_int_equal(got.items[i].peer_isn, 5000);
        assert_int_equal(got.items[i].ports[0], 4000);
        assert_int_equal(got.items[i].ports[1], 80);
        assert_int_equal(got.items[i].family, 4);
        assert_int_equal(got.items[i].netns, HERE);
        assert_memory_equal(got.items[i].addrs[0], "\x7f\0\0\1", 4);
    }
    /* The process that ran at connect(2), and the one that listens; not those that a packet interrupted. */
    assert_int_equal(got.pids[0][0], 22);
    assert_int_equal(got.pids[0][1], 0);
    assert_int_equal(got.pids[1][0], 0);
    assert_int_equal(got.pids[1][1], 11);
    assert_true(got.items[0].have & PL_ATTEMPT_STATES);
    assert_false(got.items[0].have & PL_ATTEMPT_PEER_STATES);
    assert_true(got.items[1].have & PL_ATTEMPT_PEER_STATES);
    assert_true(got.items[0].have & PL_ATTEMPT_CONNECT_TIME);
    assert_int_equal(got.items[0].connect_us, 1000000);
    assert_true(got.items[0].time == 20 * SECOND);
    assert_int_equal(got.items[0].syn_count, 1);
    assert_int_equal(got.items[0].third_seq, 1001);
    assert_int_equal(got.items[0].third_ack, 5001);
    assert_false(got.items[1].have & PL_ATTEMPT_CONNECT_TIME);
    pl_states_free(states);
}

/* Data in both SYNs, numbers that wrap, a SYN that was repeated. */
static void numbers(void **state)
{
    struct got got;
    struct pl_states *states = start(&got);
    struct pl_report report;

    (void)state;
    say(states, turn(tcp(2, 0, 80, SENT), CLOSED, 20, 22));
    report = with(turn(tcp(2, 4000, 80, OPEN), SENT, 21, 99), 99, 101, 8, 7);
    report.retrans = 2;
    say(states, report);
    /* The end that accepts has not counted its own SYN. */
    say(states, with(turn(tcp(3, 80, 4000, OPEN), RECV, 21, 98), 1, 0, 99, 100));
    assert_int_equal(got.count, 2);
    assert_true(got.items[0].isn == UINT32_MAX - 1);
    assert_int_equal(got.items[0].peer_isn, 0);
    assert_int_equal(got.items[0].taken, 100);
    assert_int_equal(got.items[0].syn_count, 3);
    assert_true(got.items[1].isn == UINT32_MAX - 1);
    assert_int_equal(got.items[1].peer_isn, 0);
    assert_false(got.items[1].have & PL_ATTEMPT_SYN_COUNT);
    pl_states_free(states);
}

static void failures(void **state)
{
    static const struct {
        int error;
        uint8_t verdict;
        uint32_t have;
    } rows[] = {
        {ECONNREFUSED, PL_VERDICT_RST, PL_ATTEMPT_ERROR},
        {EHOSTUNREACH, PL_VERDICT_ICMP, PL_ATTEMPT_ERROR},
        {EOPNOTSUPP, PL_VERDICT_ICMP, PL_ATTEMPT_ERROR},
        {EPROTO, PL_VERDICT_ICMP, PL_ATTEMPT_ERROR},
        {ENETUNREACH, PL_VERDICT_ICMP, PL_ATTEMPT_ERROR},
        {ETIMEDOUT, PL_VERDICT_NO_ANSWER, PL_ATTEMPT_ERROR},
        {ECONNABORTED, PL_VERDICT_NO_ANSWER, PL_ATTEMPT_ERROR},
        {0, PL_VERDICT_NO_ANSWER, PL_ATTEMPT_CLOSED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct got got;
        struct pl_states *states = start(&got);
        struct pl_report report = with(turn(tcp(2, 4000, 80, CLOSED), SENT, 23, 0), 1000, 0, 0, 0);

        say(states, turn(tcp(2, 0, 80, SENT), CLOSED, 20, 22));
        report.error = rows[i].error;
        report.have &= (uint8_t)~PL_REPORT_HAVE_PROCESS;
        say(states, report);
        assert_int_equal(got.count, 1);
        assert_int_equal(got.items[0].verdict, rows[i].verdict);
        assert_int_equal(got.items[0].error, rows[i].error);
        assert_int_equal(got.items[0].have & (PL_ATTEMPT_ERROR | PL_ATTEMPT_CLOSED), rows[i].have);
        assert_int_equal(got.items[0].isn, 1000);
        assert_false(got.items[0].have & PL_ATTEMPT_PEER_ISN);
        assert_int_equal(got.items[0].connect_us, 3000000);
        assert_int_equal(got.pids[0][0], 22);
        pl_states_free(states);
    }
}

/* Both ends begin: through SYN_RECV, although it connects. */
static void simultaneous(void **state)
{
    struct got got;
    struct pl_states *states = start(&got);

    (void)state;
    say(states, turn(tcp(2, 0, 80, SENT), CLOSED, 20, 22));
    say(states, turn(tcp(2, 4000, 80, RECV), SENT, 21, 0));
    say(states, with(turn(tcp(2, 4000, 80, OPEN), RECV, 22, 0), 1001, 1, 5001, 0));
    assert_int_equal(got.count, 1);
    assert_int_equal(got.items[0].verdict, PL_VERDICT_SIMULTANEOUS);
    assert_int_equal(got.items[0].isn, 1000);
    assert_int_equal(got.items[0].peer_isn, 5000);
    assert_int_equal(got.pids[0][0], 22);
    pl_states_free(states);
}

/* An IPv6 socket that accepts a connection over IPv4 has the ends of the packets. */
static void mapped(void **state)
{
    struct got got;
    struct pl_states *states = start(&got);
    struct pl_report report = with(turn(tcp(3, 80, 4000, OPEN), RECV, 21, 98), 5001, 0, 1001, 0);

    (void)state;
    report.sock.family = PL_FAMILY_INET6;
    memcpy(report.sock.local_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\1", 16);
    memcpy(report.sock.peer_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\2", 16);
    say(states, report);
    assert_int_equal(got.count, 1);
    assert_int_equal(got.items[0].family, 4);
    assert_memory_equal(got.items[0].addrs[0], "\x7f\0\0\2\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    assert_memory_equal(got.items[0].addrs[1], "\x7f\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    pl_states_free(states);
}

/* Those that are not decided at the end. The kernel has not reported their port. */
static void trying(void **state)
{
    const struct pl_moment now = {25 * SECOND, (25 + BOOT) * SECOND};
    struct got got;
    struct pl_states *states = start(&got);

    (void)state;
    say(states, turn(tcp(2, 0, 80, SENT), CLOSED, 20, 22));
    say(states, turn(tcp(4, 5000, 81, SENT), CLOSED, 21, 23));
    assert_int_equal(got.count, 0);
    assert_int_equal(pl_states_end(states, &now), 0);
    assert_int_equal(got.count, 2);
    for (size_t i = 0; i < 2; i++) {
        bool has_port = got.items[i].ports[1] == 81;

        assert_int_equal(got.items[i].verdict, PL_VERDICT_TRYING);
        assert_int_equal((got.items[i].have & PL_ATTEMPT_NO_PORT) == 0, has_port);
        assert_int_equal(got.pids[i][0], has_port ? 23 : 22);
        assert_int_equal(got.items[i].connect_us, has_port ? 4000000 : 5000000);
        assert_true(got.items[i].time == (has_port ? 21 : 20) * SECOND);
        assert_false(got.items[i].have & PL_ATTEMPT_ISN);
    }
    pl_states_free(states);
}

/* No SYN was sent without a port, and UDP has no attempts. */
static void none(void **state)
{
    struct got got;
    struct pl_states *states = start(&got);
    struct pl_report report;

    (void)state;
    say(states, turn(tcp(2, 0, 80, SENT), CLOSED, 20, 22));
    report = turn(tcp(2, 0, 80, CLOSED), SENT, 20, 22);
    report.sock.have &= (uint16_t)~PL_HAVE_LOCAL;
    say(states, report);
    report = turn(tcp(5, 53, 0, PL_STATE_UNCONN), PL_STATE_NONE, 20, 22);
    report.sock.proto = PL_PROTO_UDP;
    report.kind = PL_REPORT_BOUND;
    say(states, report);
    report.kind = PL_REPORT_ENDED;
    say(states, report);
    assert_int_equal(got.count, 0);
    pl_states_free(states);
}

/* Reports that were lost, came twice or in another order: no number, no owner and no time is invented. */
static void hostile(void **state)
{
    struct got got;
    struct pl_states *states = start(&got);

    (void)state;
    /* The beginning was lost. */
    say(states, with(turn(tcp(2, 4000, 80, OPEN), SENT, 21, 99), 1001, 1, 5001, 0));
    assert_int_equal(got.count, 1);
    assert_int_equal(got.pids[0][0], 0);
    assert_int_equal(got.items[0].owner_unknown, PL_OWNER_NOT_FOUND);
    assert_false(got.items[0].have & PL_ATTEMPT_CONNECT_TIME);
    assert_true(got.items[0].time == 21 * SECOND);
    /* The same cookie again: the end of the first one was lost. */
    say(states, turn(tcp(2, 0, 81, SENT), CLOSED, 30, 33));
    say(states, turn(tcp(2, 4001, 81, CLOSED), SENT, 31, 0)); /* without numbers */
    assert_int_equal(got.count, 2);
    assert_int_equal(got.pids[1][0], 33);
    assert_int_equal(got.items[1].ports[1], 81);
    assert_false(got.items[1].have & (PL_ATTEMPT_ISN | PL_ATTEMPT_SYN_COUNT));
    /* Twice the same. */
    say(states, turn(tcp(2, 4001, 81, CLOSED), SENT, 31, 0));
    assert_int_equal(got.count, 3);
    assert_int_equal(got.pids[2][0], 0);
    /* Established before it began; times that go back. */
    say(states, with(turn(tcp(7, 4002, 80, OPEN), SENT, 40, 1), 1001, 1, 5001, 0));
    say(states, turn(tcp(7, 0, 80, SENT), CLOSED, 41, 34));
    say(states, with(turn(tcp(7, 4002, 80, OPEN), SENT, 39, 1), 1001, 1, 5001, 0));
    assert_int_equal(got.count, 5);
    assert_false(got.items[4].have & PL_ATTEMPT_CONNECT_TIME);
    assert_int_equal(got.pids[4][0], 34);
    pl_states_free(states);
}

/* A dropped SYN is passed on by itself: the joiner finds its attempt. */
static void dropped(void **state)
{
    struct pl_report report = turn(tcp(0, 4000, 80, SENT), CLOSED, 20, 22);
    struct got got;
    struct pl_states *states = start(&got);

    (void)state;
    report.kind = PL_REPORT_DROPPED;
    report.old_state = SENT;
    report.unacked = 77;
    report.netns = THERE;
    report.have = PL_REPORT_HAVE_NETNS;
    report.reason = "NETFILTER_DROP";
    say(states, report);
    report.old_state = RECV;
    report.have = 0;
    say(states, report);
    assert_int_equal(got.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(got.items[i].verdict, PL_VERDICT_NONE);
        assert_int_equal(got.items[i].isn, 77);
        assert_int_equal(got.items[i].ports[0], 4000);
        assert_int_equal(got.items[i].ports[1], 80);
        assert_string_equal(got.items[i].drop_reason, "NETFILTER_DROP");
        assert_int_equal(got.items[i].drop_netns, i == 0 ? THERE : 0);
        assert_int_equal(got.items[i].have, PL_ATTEMPT_ISN | PL_ATTEMPT_DROPPED |
                                                (i == 0 ? 0U : PL_ATTEMPT_DROPPED_ANSWER));
    }
    pl_states_free(states);
}

/* Listeners that exist before, with their owners. */
static void loaded(void **state)
{
    const struct pl_sock socks[] = {tcp(1, 80, 0, LISTEN)};
    struct pl_snapshot *snap = table_of(socks, 1);
    struct got got;
    struct pl_states *states = start(&got);

    (void)state;
    assert_int_equal(pl_states_load(states, snap), 0);
    pl_snapshot_free(snap);
    say(states, with(turn(tcp(3, 80, 4000, OPEN), RECV, 21, 98), 5001, 0, 1001, 0));
    assert_int_equal(got.count, 1);
    assert_int_equal(got.owners[0][1], 1);
    assert_int_equal(got.pids[0][1], 1);
    pl_states_free(states);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(completed),    cmocka_unit_test(numbers), cmocka_unit_test(failures),
        cmocka_unit_test(simultaneous), cmocka_unit_test(mapped),  cmocka_unit_test(trying),
        cmocka_unit_test(none),         cmocka_unit_test(hostile), cmocka_unit_test(loaded),
        cmocka_unit_test(dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
