/* SPDX-License-Identifier: BSD-2-Clause */
/* The events that follow from the difference of two tables. */
#include "events.h"

static void later(struct pl_tracker *tracker, const struct pl_snapshot *snap, uint32_t protos,
                  bool lost)
{
    const struct pl_later table = {
        .snap = snap, .protos = protos, .resync = lost, .at = {9 * SECOND, (9 + BOOT) * SECOND}};

    assert_int_equal(pl_tracker_compare(tracker, &table), 0);
}

static void compare(struct pl_tracker *tracker, const struct pl_sock *socks, size_t count)
{
    struct pl_snapshot *snap = table_of(socks, count);

    later(tracker, snap, UINT32_MAX, false);
    pl_snapshot_free(snap);
}

static void load(struct pl_tracker *tracker, const struct pl_sock *socks, size_t count)
{
    struct pl_snapshot *snap = table_of(socks, count);

    assert_int_equal(pl_tracker_load(tracker, snap), 0);
    pl_snapshot_free(snap);
}

/* The first table is no event, and gives owners to what follows. */
static void first(void **state)
{
    const struct pl_sock socks[] = {
        tcp(2, 4000, 80, PL_STATE_ESTABLISHED),
        tcp(1, 80, 0, PL_STATE_LISTEN),
        tcp(3, 4001, 80, PL_STATE_TIME_WAIT),
    };
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);

    (void)state;
    load(&tracker, socks, COUNT_OF(socks));
    assert_int_equal(kept.count, 0);
    assert_int_equal(tracker.table.count, 2);
    /* Reports from before the table was read are events, too. */
    tell(&tracker, turn(tcp(2, 0, 80, PL_STATE_CLOSED), PL_STATE_FIN_WAIT2, 5, 9));
    assert_int_equal(kept.items[0].kind, PL_EVENT_CLOSE);
    assert_int_equal(kept.items[0].held_by, PL_HELD_TABLE);
    assert_int_equal(kept.items[0].sock.local_port, 4000);
    assert_int_equal(kept.pids[0], 1);
    assert_false(kept.items[0].have & PL_EVENT_HAVE_DURATION);
    tell(&tracker, turn(tcp(5, 80, 4005, PL_STATE_ESTABLISHED), PL_STATE_SYN_RECV, 5, 9));
    assert_int_equal(kept.pids[1], 2);
    assert_int_equal(kept.items[1].held_by, PL_HELD_LISTENER);
    pl_tracker_free(&tracker);
}

/* Polling: each kind by two tables. */
static void polled(void **state)
{
    const struct pl_sock before[] = {
        tcp(1, 80, 0, PL_STATE_LISTEN),         tcp(2, 4000, 90, PL_STATE_SYN_SENT),
        tcp(3, 4001, 90, PL_STATE_SYN_SENT),    tcp(4, 4002, 90, PL_STATE_ESTABLISHED),
        tcp(5, 4003, 90, PL_STATE_ESTABLISHED), tcp(6, 81, 0, PL_STATE_LISTEN),
    };
    const struct pl_sock after[] = {
        tcp(1, 80, 0, PL_STATE_LISTEN),         tcp(2, 4000, 90, PL_STATE_ESTABLISHED),
        tcp(4, 4002, 90, PL_STATE_TIME_WAIT),   tcp(7, 80, 5000, PL_STATE_ESTABLISHED),
        tcp(8, 5001, 91, PL_STATE_ESTABLISHED), tcp(9, 5002, 91, PL_STATE_TIME_WAIT),
        tcp(10, 82, 0, PL_STATE_LISTEN),
    };
    static const struct {
        uint64_t cookie;
        unsigned int kind, ended;
        uint32_t pid;
    } want[] = {
        {2, PL_EVENT_CONNECT, 0, 2},
        {4, PL_EVENT_CLOSE, PL_ENDED_FIN, 4},
        {7, PL_EVENT_ACCEPT, 0, 4},
        {8, PL_EVENT_CONNECT, 0, 5},
        {9, PL_EVENT_CLOSE, PL_ENDED_FIN, 0},
        {10, PL_EVENT_LISTEN, 0, 7},
        {6, PL_EVENT_CLOSE, 0, 6}, /* listeners were loaded first */
        {3, PL_EVENT_FAILED, 0, 3},
        {5, PL_EVENT_CLOSE, PL_ENDED_UNKNOWN, 5},
    };
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);

    (void)state;
    tracker.want.polls = true;
    load(&tracker, before, COUNT_OF(before));
    pl_tracker_expect(&tracker);
    compare(&tracker, after, COUNT_OF(after));
    assert_int_equal(kept.count, COUNT_OF(want));
    for (size_t i = 0; i < kept.count; i++) {
        assert_int_equal(kept.items[i].sock.cookie, want[i].cookie);
        assert_int_equal(kept.items[i].kind, want[i].kind);
        assert_int_equal(kept.items[i].ended, want[i].ended);
        assert_int_equal(kept.pids[i], want[i].pid);
        assert_true(kept.items[i].have & PL_EVENT_COMPARED);
        assert_int_equal(kept.items[i].time, 9 * SECOND);
    }
    assert_int_equal(kept.items[4].sock.owner_unknown, PL_OWNER_TIME_WAIT);
    /* The same table again: nothing. Then TIME_WAIT ends: nothing either. */
    pl_tracker_expect(&tracker);
    compare(&tracker, after, COUNT_OF(after));
    pl_tracker_expect(&tracker);
    compare(&tracker, after, 2);
    assert_int_equal(kept.count, COUNT_OF(want) + 3); /* 7, 8 and 10 */
    assert_int_equal(tracker.table.count, 2);
    pl_tracker_free(&tracker);
}

/*
 * After a loss: what was reported while the table was read counts, not the table. In the end the
 * tracker has the sockets of the table.
 */
static void resync(void **state)
{
    const struct pl_sock before[] = {tcp(1, 80, 0, PL_STATE_LISTEN),
                                     tcp(2, 4000, 80, PL_STATE_ESTABLISHED)};
    const struct pl_sock after[] = {
        tcp(1, 80, 0, PL_STATE_LISTEN), tcp(3, 4001, 80, PL_STATE_ESTABLISHED),
        tcp(4, 4002, 80, PL_STATE_ESTABLISHED), tcp(5, 4003, 80, PL_STATE_ESTABLISHED)};
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);

    (void)state;
    load(&tracker, before, COUNT_OF(before));
    pl_tracker_expect(&tracker);
    tell(&tracker, turn(tcp(3, 4001, 80, PL_STATE_ESTABLISHED), PL_STATE_SYN_SENT, 5, 9));
    tell(&tracker, turn(tcp(4, 4002, 80, PL_STATE_ESTABLISHED), PL_STATE_SYN_SENT, 5, 9));
    tell(&tracker, turn(tcp(4, 4002, 80, PL_STATE_CLOSED), PL_STATE_FIN_WAIT2, 5, 9));
    assert_int_equal(kept.count, 3);
    compare(&tracker, after, COUNT_OF(after));
    assert_int_equal(kept.count, 5);
    assert_int_equal(kept.items[3].sock.cookie, 5); /* its report was lost */
    assert_int_equal(kept.items[3].kind, PL_EVENT_CONNECT);
    assert_int_equal(kept.items[4].sock.cookie, 2);
    assert_int_equal(kept.items[4].kind, PL_EVENT_CLOSE);
    assert_int_equal(tracker.table.count, 3);
    assert_null(pl_table_find(&tracker.table, 4));
    pl_tracker_free(&tracker);
}

/* Sockets of other namespaces and protocols are not in the table: they remain. */
static void others(void **state)
{
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);
    struct pl_report report = turn(tcp(1, 80, 0, PL_STATE_LISTEN), PL_STATE_CLOSED, 1, 1);
    struct pl_snapshot *snap = table_of(NULL, 0);

    (void)state;
    tracker.want.all_netns = true;
    report.netns = THERE;
    tell(&tracker, report);
    tell(&tracker, turn(tcp(2, 80, 0, PL_STATE_LISTEN), PL_STATE_CLOSED, 1, 1));
    pl_tracker_expect(&tracker);
    later(&tracker, snap, PL_BIT(PL_PROTO_UDP), false);
    assert_int_equal(kept.count, 2);
    pl_tracker_expect(&tracker);
    later(&tracker, snap, UINT32_MAX, false);
    assert_int_equal(kept.count, 3);
    assert_int_equal(kept.items[2].sock.cookie, 2);
    assert_false(pl_tracker_is_new(&tracker, snap));
    pl_snapshot_free(snap);
    snap = table_of(&(struct pl_sock[]){tcp(9, 1, 2, PL_STATE_ESTABLISHED)}[0], 1);
    assert_true(pl_tracker_is_new(&tracker, snap));
    pl_snapshot_free(snap);
    pl_tracker_free(&tracker);
}

static struct pl_report end_of(struct pl_sock sock, uint64_t time)
{
    struct pl_report report = turn(sock, PL_STATE_NONE, time, 0);

    report.kind = PL_REPORT_ENDED;
    report.sock.state = PL_STATE_CLOSED;
    report.have = PL_REPORT_HAVE_NETNS | PL_REPORT_HAVE_RTT;
    report.rtt_us = 5;
    return report;
}

/* Reads tables as the stream does. */
static void step(struct pl_tracker *tracker, const struct pl_sock *socks, size_t count, bool lost)
{
    struct pl_snapshot *snap = table_of(socks, count);

    pl_tracker_expect(tracker);
    later(tracker, snap, UINT32_MAX, lost);
    pl_snapshot_free(snap);
}

/*
 * The end of a connection that was reset is passed on once, with its owner and with a duration by the
 * clock that is never set: by a report soon after a table lacks it, or by the second table that lacks
 * it. In the second case, the report that follows close(2) causes no event.
 */
static void reset(void **state)
{
    const struct pl_sock socks[] = {
        tcp(1, 80, 0, PL_STATE_LISTEN), tcp(2, 80, 4000, PL_STATE_ESTABLISHED),
        tcp(3, 80, 4001, PL_STATE_ESTABLISHED), tcp(4, 4002, 90, PL_STATE_SYN_SENT)};
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);

    (void)state;
    tracker.want.destroys = true;
    load(&tracker, socks, 1);
    step(&tracker, socks, 4, false);
    assert_int_equal(kept.count, 2);
    step(&tracker, socks, 1, false);
    assert_int_equal(kept.count, 2);
    tell(&tracker, end_of(socks[1], 12));
    assert_int_equal(kept.count, 3);
    assert_false(kept.items[2].have & PL_EVENT_COMPARED);
    assert_int_equal(kept.items[2].duration_us, 3000000);
    assert_int_equal(kept.pids[2], 2);
    step(&tracker, socks, 1, false);
    assert_int_equal(kept.count, 5);
    assert_int_equal(kept.items[3].sock.cookie, 3);
    assert_int_equal(kept.items[3].kind, PL_EVENT_CLOSE);
    assert_int_equal(kept.items[3].ended, PL_ENDED_UNKNOWN);
    assert_true(kept.items[3].have & PL_EVENT_HAVE_DURATION);
    assert_int_equal(kept.pids[3], 3);
    assert_int_equal(kept.items[4].kind, PL_EVENT_FAILED);
    for (int i = 0; i < 3; i++)
        step(&tracker, socks, 1, false);
    tell(&tracker, end_of(socks[2], 20));
    tell(&tracker, end_of(socks[3], 20));
    assert_int_equal(kept.count, 5);
    assert_int_equal(tracker.table.count, 1);
    pl_tracker_free(&tracker);
}

/* A listener that was destroyed accepts nothing; its socket may listen, and connect, again. */
static void reused(void **state)
{
    const struct pl_sock listener = tcp(1, 80, 0, PL_STATE_LISTEN);
    const struct pl_sock calling = tcp(1, 80, 90, PL_STATE_SYN_SENT);
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, true);

    (void)state;
    tracker.want.destroys = true;
    load(&tracker, &listener, 1);
    step(&tracker, NULL, 0, false);
    step(&tracker, &listener, 1, false); /* the first table missed it */
    step(&tracker, NULL, 0, false);
    assert_int_equal(kept.count, 0);
    step(&tracker, NULL, 0, false);
    assert_int_equal(kept.count, 1);
    assert_int_equal(kept.items[0].kind, PL_EVENT_CLOSE);
    assert_int_equal(kept.items[0].ended, PL_ENDED_NONE);
    step(&tracker, &(struct pl_sock[]){tcp(2, 80, 4000, PL_STATE_ESTABLISHED)}[0], 1, false);
    assert_int_equal(kept.items[1].kind, PL_EVENT_CONNECT); /* no listener */
    step(&tracker, &listener, 1, false);
    assert_int_equal(kept.items[2].kind, PL_EVENT_LISTEN);
    step(&tracker, &calling, 1, false);
    assert_int_equal(kept.items[3].kind, PL_EVENT_CLOSE);
    assert_int_equal(kept.items[3].old_state, PL_STATE_LISTEN);
    assert_int_equal(kept.items[4].kind, PL_EVENT_STATE);
    assert_int_equal(kept.items[4].sock.state, PL_STATE_SYN_SENT);
    pl_tracker_free(&tracker);
}

/* After a loss, no report is waited for: it may be among the lost ones. */
static void unreported(void **state)
{
    const struct pl_sock socks[] = {tcp(2, 4000, 80, PL_STATE_ESTABLISHED),
                                    tcp(3, 4001, 80, PL_STATE_ESTABLISHED)};
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);

    (void)state;
    tracker.want.destroys = true;
    load(&tracker, socks, 2);
    step(&tracker, NULL, 0, true);
    assert_int_equal(kept.count, 2);
    tell(&tracker, end_of(socks[0], 20)); /* it was not lost */
    step(&tracker, NULL, 0, false);
    assert_int_equal(kept.count, 2);
    assert_int_equal(tracker.table.count, 0);
    pl_tracker_free(&tracker);
}

/*
 * What the kernel keeps of a connection in FIN_WAIT2 has the cookie of its socket, which has ended: no
 * connection begins. A socket that a process holds in FIN_WAIT2 is a connection.
 */
static void remnants(void **state)
{
    struct pl_sock socks[] = {tcp(2, 80, 4000, PL_STATE_FIN_WAIT2),
                              tcp(3, 80, 4001, PL_STATE_FIN_WAIT2)};
    const struct pl_sock open = tcp(3, 80, 4001, PL_STATE_ESTABLISHED);

    (void)state;
    socks[1].key = 77;
    for (int way = 0; way < 3; way++) {
        struct kept kept;
        struct pl_tracker tracker = tracker_of(&kept, false);

        tracker.want.polls = way == 0;
        tracker.want.destroys = way == 1;
        load(&tracker, socks, 1);
        step(&tracker, socks, 2, false);
        assert_int_equal(kept.count, 1);
        assert_int_equal(kept.items[0].kind, PL_EVENT_CONNECT);
        assert_int_equal(kept.items[0].sock.cookie, 3);
        pl_tracker_free(&tracker);
        tracker = tracker_of(&kept, false);
        tracker.want.polls = way == 0;
        tracker.want.destroys = way == 1;
        load(&tracker, &open, 1);
        socks[1].key = 0;
        for (int i = 0; i < 3; i++)
            step(&tracker, socks + 1, 1, i == 0);
        assert_int_equal(kept.count, 1); /* the end is passed on once, and has a reason */
        assert_int_equal(kept.items[0].kind, PL_EVENT_CLOSE);
        assert_int_equal(kept.items[0].ended, PL_ENDED_FIN);
        step(&tracker, NULL, 0, false);
        assert_int_equal(kept.count, 1);
        assert_int_equal(tracker.table.count, 0);
        pl_tracker_free(&tracker);
        socks[1].key = 77;
    }
}

/* A socket that was in FIN_WAIT1 when it was seen last: perhaps the peer replied nothing. */
static void unfinished(void **state)
{
    const struct pl_sock socks[] = {tcp(2, 4000, 80, PL_STATE_FIN_WAIT1),
                                    tcp(3, 4001, 80, PL_STATE_LAST_ACK)};
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);

    (void)state;
    tracker.want.polls = true;
    load(&tracker, socks, 2);
    step(&tracker, NULL, 0, false);
    assert_int_equal(kept.count, 2);
    assert_int_equal(kept.items[0].ended, PL_ENDED_UNKNOWN);
    assert_int_equal(kept.items[1].ended, PL_ENDED_UNKNOWN);
    pl_tracker_free(&tracker);
}

/* Sockets that stay in a last state are found by two searches; those of other namespaces are not. */
static void ending(void **state)
{
    const struct pl_sock socks[] = {
        tcp(1, 80, 0, PL_STATE_LISTEN),
        tcp(2, 80, 4000, PL_STATE_ESTABLISHED),
        tcp(3, 80, 4001, PL_STATE_ESTABLISHED),
    };
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);
    struct pl_report report = turn(tcp(4, 80, 4002, PL_STATE_LAST_ACK), PL_STATE_CLOSE_WAIT, 1, 1);

    (void)state;
    load(&tracker, socks, COUNT_OF(socks));
    assert_int_equal(pl_tracker_ending(&tracker), PL_ENDING_NONE);
    report.netns = HERE + 1;
    tell(&tracker, report);
    assert_int_equal(pl_tracker_ending(&tracker), PL_ENDING_NONE);
    tell(&tracker, turn(tcp(2, 80, 4000, PL_STATE_FIN_WAIT1), PL_STATE_ESTABLISHED, 1, 1));
    assert_int_equal(pl_tracker_ending(&tracker), PL_ENDING_SOME);
    tell(&tracker, turn(tcp(2, 80, 4000, PL_STATE_FIN_WAIT2), PL_STATE_FIN_WAIT1, 2, 2));
    tell(&tracker, turn(tcp(3, 80, 4001, PL_STATE_FIN_WAIT1), PL_STATE_ESTABLISHED, 2, 2));
    assert_int_equal(pl_tracker_ending(&tracker), PL_ENDING_SOME);
    assert_int_equal(pl_tracker_ending(&tracker), PL_ENDING_LONG);
    kept.count = 0;
    pl_tracker_expect(&tracker);
    compare(&tracker, socks, 2);
    assert_int_equal(kept.count, 1);
    assert_int_equal(kept.items[0].kind, PL_EVENT_CLOSE);
    assert_int_equal(kept.items[0].sock.cookie, 3);
    assert_int_equal(kept.items[0].ended, PL_ENDED_UNKNOWN);
    assert_true(kept.items[0].have & PL_EVENT_COMPARED);
    assert_int_equal(pl_tracker_ending(&tracker), PL_ENDING_NONE);
    pl_tracker_free(&tracker);
}

TEST_MAIN(TEST(first), TEST(polled), TEST(resync), TEST(others), TEST(reset), TEST(reused),
          TEST(unreported), TEST(remnants), TEST(unfinished), TEST(ending))
