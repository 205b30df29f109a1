/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports become events. */
#include "events.h"

enum {
    CLOSED = PL_STATE_CLOSED,
    LISTEN = PL_STATE_LISTEN,
    SENT = PL_STATE_SYN_SENT,
    RECV = PL_STATE_SYN_RECV,
    OPEN = PL_STATE_ESTABLISHED,
    FIN1 = PL_STATE_FIN_WAIT1,
    FIN2 = PL_STATE_FIN_WAIT2,
    WAIT = PL_STATE_CLOSE_WAIT,
    LAST = PL_STATE_LAST_ACK,
};

/*
 * One connection over loopback, as the kernel reports it: the port of the client is 0 before it is
 * chosen and after it is free, the child begins with the cookie of the listener, and the process of
 * the client runs while the child is established.
 */
static void tell_connection(struct pl_tracker *tracker)
{
    struct pl_report report;

    tell(tracker, turn(tcp(1, 80, 0, LISTEN), CLOSED, 10, 11));
    tell(tracker, turn(tcp(2, 0, 80, SENT), CLOSED, 20, 22));
    tell(tracker, turn(tcp(1, 80, 0, RECV), LISTEN, 20, 22));
    tell(tracker, turn(tcp(2, 4000, 80, OPEN), SENT, 21, 22));
    tell(tracker, turn(tcp(3, 80, 4000, OPEN), RECV, 21, 22));
    tell(tracker, turn(tcp(2, 4000, 80, FIN1), OPEN, 23, 22));
    tell(tracker, turn(tcp(3, 80, 4000, WAIT), OPEN, 23, 22));
    tell(tracker, turn(tcp(3, 80, 4000, LAST), WAIT, 24, 12));
    tell(tracker, turn(tcp(2, 4000, 80, FIN2), FIN1, 24, 12));
    report = turn(tcp(2, 0, 80, CLOSED), FIN2, 25, 12);
    report.have |= PL_REPORT_HAVE_BYTES | PL_REPORT_HAVE_RTT | PL_REPORT_HAVE_RETRANS;
    report.bytes_in = 5;
    report.bytes_out = 6;
    report.rtt_us = 70;
    tell(tracker, report);
    tell(tracker, turn(tcp(3, 80, 4000, CLOSED), LAST, 25, 0));
    report = turn(tcp(1, 80, 0, CLOSED), LISTEN, 30, 13);
    report.have |= PL_REPORT_RELEASED;
    tell(tracker, report);
}

static void connection(void **state)
{
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);

    (void)state;
    tell_connection(&tracker);
    assert_int_equal(kept.count, 6);
    assert_int_equal(kept.items[0].kind, PL_EVENT_LISTEN);
    assert_int_equal(kept.items[0].sock.local_port, 80);
    assert_int_equal(kept.items[0].held_by, PL_HELD_RUNNING);
    assert_int_equal(kept.pids[0], 11);
    assert_int_equal(kept.items[1].kind, PL_EVENT_CONNECT);
    assert_int_equal(kept.items[1].sock.local_port, 4000);
    assert_int_equal(kept.items[1].sock.state, OPEN);
    assert_int_equal(kept.items[1].old_state, SENT);
    assert_int_equal(kept.pids[1], 22);
    assert_int_equal(kept.items[2].kind, PL_EVENT_ACCEPT);
    assert_int_equal(kept.items[2].held_by, PL_HELD_LISTENER);
    assert_int_equal(kept.pids[2], 11); /* not 22, which ran */
    assert_int_equal(kept.items[3].kind, PL_EVENT_CLOSE);
    assert_int_equal(kept.items[3].sock.cookie, 2);
    assert_int_equal(kept.items[3].sock.local_port, 4000);
    assert_int_equal(kept.items[3].ended, PL_ENDED_FIN);
    assert_int_equal(kept.items[3].duration_us, 4000000); /* since it was established */
    assert_int_equal(kept.items[3].bytes_in, 5);
    assert_int_equal(kept.items[3].bytes_out, 6);
    assert_int_equal(kept.items[3].rtt_us, 70);
    assert_int_equal(kept.items[3].have, PL_EVENT_HAVE_SOCK | PL_EVENT_HAVE_OLD |
                                             PL_EVENT_HAVE_NETNS | PL_EVENT_HAVE_DURATION |
                                             PL_EVENT_HAVE_BYTES | PL_EVENT_HAVE_RETRANS |
                                             PL_EVENT_HAVE_RTT);
    assert_int_equal(kept.items[4].sock.cookie, 3);
    assert_int_equal(kept.pids[4], 12); /* a worker closed it */
    assert_int_equal(kept.items[4].held_by, PL_HELD_RUNNING);
    assert_false(kept.items[4].have & PL_EVENT_HAVE_BYTES);
    assert_int_equal(kept.items[5].sock.cookie, 1);
    assert_int_equal(kept.pids[5], 13); /* it closed the last descriptor */
    assert_int_equal(kept.items[5].ended, PL_ENDED_NONE);
    assert_int_equal(kept.items[5].duration_us, 20000000);
    assert_int_equal(tracker.table.count, 0);
    pl_tracker_free(&tracker);
}

/* With states, each other transition is an event, too; that of the child has no cookie. */
static void states(void **state)
{
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, true);

    (void)state;
    tell(&tracker, turn(tcp(2, 0, 80, SENT), CLOSED, 20, 22));
    tell(&tracker, turn(tcp(1, 80, 0, RECV), LISTEN, 20, 22));
    tell(&tracker, turn(tcp(2, 4000, 80, OPEN), SENT, 21, 22));
    tell(&tracker, turn(tcp(2, 4000, 80, WAIT), OPEN, 23, 9));
    assert_int_equal(kept.count, 4);
    assert_int_equal(kept.items[0].kind, PL_EVENT_STATE);
    assert_int_equal(kept.items[0].old_state, CLOSED);
    assert_int_equal(kept.items[1].kind, PL_EVENT_STATE);
    assert_false(kept.items[1].sock.have & PL_HAVE_COOKIE);
    assert_int_equal(kept.items[1].sock.owner_unknown, PL_OWNER_SYN_RECV);
    assert_int_equal(kept.items[2].kind, PL_EVENT_CONNECT);
    assert_int_equal(kept.items[3].kind, PL_EVENT_STATE);
    assert_int_equal(kept.pids[3], 22); /* the other process ran by chance */
    assert_int_equal(tracker.table.count, 1);
    pl_tracker_free(&tracker);
}

/* How attempts fail and connections end, by the last state and the error of the socket. */
static void ends(void **state)
{
    static const struct {
        unsigned int old;
        int error;
        unsigned int kind, ended;
    } rows[] = {
        {SENT, ECONNREFUSED, PL_EVENT_REFUSED, PL_ENDED_NONE},
        {SENT, ETIMEDOUT, PL_EVENT_TIMEOUT, PL_ENDED_NONE},
        {SENT, EHOSTUNREACH, PL_EVENT_FAILED, PL_ENDED_NONE},
        {SENT, 0, PL_EVENT_FAILED, PL_ENDED_NONE},
        {FIN2, 0, PL_EVENT_CLOSE, PL_ENDED_FIN},
        {LAST, 0, PL_EVENT_CLOSE, PL_ENDED_FIN},
        {PL_STATE_CLOSING, 0, PL_EVENT_CLOSE, PL_ENDED_FIN},
        {OPEN, 0, PL_EVENT_CLOSE, PL_ENDED_RST}, /* SO_LINGER 0, or unread data */
        {OPEN, ECONNRESET, PL_EVENT_CLOSE, PL_ENDED_RST},
        {WAIT, EPIPE, PL_EVENT_CLOSE, PL_ENDED_RST},
        {OPEN, ETIMEDOUT, PL_EVENT_CLOSE, PL_ENDED_TIMEOUT},
        {OPEN, ECONNABORTED, PL_EVENT_CLOSE, PL_ENDED_KILLED},
        {FIN1, 0, PL_EVENT_CLOSE, PL_ENDED_UNKNOWN},
        {OPEN, EIO, PL_EVENT_CLOSE, PL_ENDED_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct kept kept;
        struct pl_tracker tracker = tracker_of(&kept, false);
        struct pl_report report = turn(tcp(2, 4000, 80, CLOSED), rows[i].old, 25, 0);

        tell(&tracker, turn(tcp(2, 0, 80, SENT), CLOSED, 20, 22));
        report.error = rows[i].error;
        tell(&tracker, report);
        assert_int_equal(kept.count, 1);
        assert_int_equal(kept.items[0].kind, rows[i].kind);
        assert_int_equal(kept.items[0].ended, rows[i].ended);
        assert_int_equal(kept.items[0].duration_us, 5000000);
        assert_int_equal(kept.pids[0], 22);
        assert_int_equal(tracker.table.count, 0);
        pl_tracker_free(&tracker);
    }
}

/* The process that destroys a listener is no owner. The clock of the system was set meanwhile. */
static void destroyed_listener(void **state)
{
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);
    struct pl_report report = turn(tcp(1, 80, 0, CLOSED), LISTEN, 30, 66);

    (void)state;
    tell(&tracker, turn(tcp(1, 80, 0, LISTEN), CLOSED, 10, 11));
    report.at.time = 5 * SECOND;
    tell(&tracker, report);
    assert_int_equal(kept.items[1].kind, PL_EVENT_CLOSE);
    assert_int_equal(kept.items[1].time, 5 * SECOND);
    assert_int_equal(kept.items[1].duration_us, 20000000);
    assert_int_equal(kept.pids[1], 11);
    /* Nor if its owner is unknown. */
    report.sock.cookie = 2;
    tell(&tracker, report);
    assert_int_equal(kept.items[2].kind, PL_EVENT_CLOSE);
    assert_int_equal(kept.pids[2], 0);
    pl_tracker_free(&tracker);
}

/* Sockets whose beginning was not reported, and reports that are no events. */
static void unknown(void **state)
{
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);
    struct pl_report report;

    (void)state;
    tell(&tracker, turn(tcp(5, 4000, 80, CLOSED), CLOSED, 1, 1));
    tell(&tracker, turn(tcp(5, 4000, 80, CLOSED), RECV, 1, 1));
    assert_int_equal(kept.count, 0);
    tell(&tracker, turn(tcp(5, 80, 4000, OPEN), RECV, 1, 1));
    assert_int_equal(kept.items[0].kind, PL_EVENT_ACCEPT);
    assert_int_equal(kept.pids[0], 0); /* no listener is known */
    assert_int_equal(kept.items[0].sock.owner_unknown, PL_OWNER_NOT_FOUND);
    tell(&tracker, turn(tcp(6, 81, 4000, FIN1), OPEN, 2, 66));
    tell(&tracker, turn(tcp(6, 81, 4000, CLOSED), FIN2, 3, 1));
    assert_int_equal(kept.count, 2);
    assert_int_equal(kept.pids[1], 66);
    assert_false(kept.items[1].have & PL_EVENT_HAVE_DURATION);
    /* A lost end: the cookie begins again. */
    tell(&tracker, turn(tcp(5, 0, 90, SENT), CLOSED, 4, 55));
    tell(&tracker, turn(tcp(5, 4001, 90, OPEN), SENT, 5, 1));
    assert_int_equal(kept.items[2].kind, PL_EVENT_CONNECT);
    assert_int_equal(kept.items[2].sock.local_port, 4001);
    assert_int_equal(kept.pids[2], 55);
    /* Simultaneous open. */
    tell(&tracker, turn(tcp(7, 0, 90, SENT), CLOSED, 4, 77));
    tell(&tracker, turn(tcp(7, 4002, 90, RECV), SENT, 4, 1));
    tell(&tracker, turn(tcp(7, 4002, 90, OPEN), RECV, 5, 1));
    assert_int_equal(kept.items[3].kind, PL_EVENT_CONNECT);
    assert_int_equal(kept.pids[3], 77);
    /* Other protocols. */
    report = turn(tcp(8, 80, 0, LISTEN), CLOSED, 6, 1);
    report.sock.proto = PL_PROTO_SCTP;
    tell(&tracker, report);
    assert_int_equal(kept.count, 4);
    pl_tracker_free(&tracker);
}

/* Other network namespaces only if requested; their listeners are not those of this one. */
static void namespaces(void **state)
{
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);
    struct pl_report report = turn(tcp(1, 80, 0, LISTEN), CLOSED, 1, 11);

    (void)state;
    report.netns = THERE;
    tell(&tracker, report);
    assert_int_equal(kept.count, 0);
    tracker.want.all_netns = true;
    tell(&tracker, report);
    assert_int_equal(kept.items[0].netns, THERE);
    assert_true(kept.items[0].have & PL_EVENT_FOREIGN);
    tell(&tracker, turn(tcp(2, 80, 4000, OPEN), RECV, 2, 22));
    assert_int_equal(kept.items[1].netns, HERE);
    assert_false(kept.items[1].have & PL_EVENT_FOREIGN);
    assert_int_equal(kept.pids[1], 0);
    report = turn(tcp(3, 80, 4000, OPEN), RECV, 2, 22);
    report.netns = THERE;
    tell(&tracker, report);
    assert_int_equal(kept.pids[2], 11);
    pl_tracker_free(&tracker);
}

/* A listener of IPv6 accepts IPv4 only if it is not restricted to IPv6, which its events tell. */
static void v6only(void **state)
{
    (void)state;
    for (unsigned int only = 0; only < 2; only++) {
        struct kept kept;
        struct pl_tracker tracker = tracker_of(&kept, false);
        struct pl_report report = turn(tcp(1, 80, 0, LISTEN), CLOSED, 1, 11);

        report.sock.family = PL_FAMILY_INET6;
        report.sock.have |= PL_HAVE_V6ONLY;
        report.sock.flags = only != 0 ? PL_FLAG_V6ONLY : 0;
        tell(&tracker, report);
        assert_true(kept.items[0].sock.have & PL_HAVE_V6ONLY);
        assert_int_equal(kept.items[0].sock.flags, only != 0 ? PL_FLAG_V6ONLY : 0);
        tell(&tracker, turn(tcp(2, 80, 4000, OPEN), RECV, 2, 22));
        assert_int_equal(kept.pids[1], only != 0 ? 0 : 11);
        pl_tracker_free(&tracker);
    }
}

/* UDP: bound and closed. No event reports a socket that was never bound. */
static void udp(void **state)
{
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);
    struct pl_report report = turn(tcp(1, 53, 0, PL_STATE_UNCONN), CLOSED, 1, 11);

    (void)state;
    report.sock.proto = PL_PROTO_UDP;
    report.kind = PL_REPORT_BOUND;
    tell(&tracker, report);
    report.kind = PL_REPORT_ENDED;
    report.at.steady = (4 + BOOT) * SECOND;
    report.sock.cookie = 2;
    tell(&tracker, report);
    report.sock.cookie = 1;
    tell(&tracker, report);
    assert_int_equal(kept.count, 2);
    assert_int_equal(kept.items[0].kind, PL_EVENT_LISTEN);
    assert_int_equal(kept.items[0].sock.state, PL_STATE_UNCONN);
    assert_int_equal(kept.pids[0], 11);
    assert_int_equal(kept.items[1].kind, PL_EVENT_CLOSE);
    assert_int_equal(kept.items[1].ended, PL_ENDED_NONE);
    assert_int_equal(kept.items[1].duration_us, 3000000);
    pl_tracker_free(&tracker);
}

/* Only the ends are reported. */
static void destroyed(void **state)
{
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);
    struct pl_report report = turn(tcp(1, 0, 80, CLOSED), CLOSED, 1, 0);

    (void)state;
    report.kind = PL_REPORT_ENDED;
    report.have = PL_REPORT_HAVE_RTT | PL_REPORT_HAVE_BYTES;
    report.rtt_us = 50;
    tell(&tracker, report);
    assert_int_equal(kept.items[0].kind, PL_EVENT_CLOSE);
    assert_int_equal(kept.items[0].ended, PL_ENDED_UNKNOWN);
    assert_true(kept.items[0].have & PL_EVENT_HAVE_BYTES);
    assert_false(kept.items[0].have & (PL_EVENT_HAVE_OLD | PL_EVENT_HAVE_DURATION));
    report.rtt_us = 0; /* never established */
    report.sock.cookie = 2;
    tell(&tracker, report);
    assert_int_equal(kept.items[1].kind, PL_EVENT_FAILED);
    report.sock.peer_port = 0; /* perhaps never a listener */
    report.sock.cookie = 3;
    tell(&tracker, report);
    assert_int_equal(kept.count, 2);
    pl_tracker_free(&tracker);
}

/* Without a cookie: the key of the kernel, or the tuple. */
static void cookies(void **state)
{
    struct pl_sock a = tcp(1, 80, 4000, OPEN);
    struct pl_sock b = tcp(1, 80, 4001, OPEN);

    (void)state;
    assert_int_equal(pl_track_cookie(&a), 1);
    a.have = b.have = PL_HAVE_LOCAL | PL_HAVE_PEER;
    assert_true(pl_track_cookie(&a) != pl_track_cookie(&b));
    b.peer_port = 4000;
    assert_true(pl_track_cookie(&a) == pl_track_cookie(&b));
    b.key = 9;
    assert_true(pl_track_cookie(&a) != pl_track_cookie(&b));
}

/* A loss has no socket. */
static void loss(void **state)
{
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);

    (void)state;
    assert_int_equal(pl_tracker_mark(&tracker, PL_EVENT_LOST, 9, 5), 0);
    assert_int_equal(kept.items[0].count, 9);
    assert_int_equal(kept.items[0].have, 0);
}

TEST_MAIN(TEST(connection), TEST(states), TEST(ends), TEST(destroyed_listener), TEST(unknown),
          TEST(namespaces), TEST(v6only), TEST(udp), TEST(destroyed), TEST(cookies), TEST(loss))
