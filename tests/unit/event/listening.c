/* SPDX-License-Identifier: BSD-2-Clause */
/* Who accepts a connection. */
#include "events.h"

static void listen_at(struct pl_tracker *tracker, uint64_t cookie, struct pl_sock sock,
                      uint32_t pid)
{
    sock.cookie = cookie;
    tell(tracker, turn(sock, PL_STATE_CLOSED, 1, pid));
}

/* The exact address precedes the wildcard; IPv6 serves IPv4; several share a port. */
static void ranks(void **state)
{
    struct kept kept;
    struct pl_tracker tracker = tracker_of(&kept, false);
    struct pl_sock any = tcp(0, 80, 0, PL_STATE_LISTEN);
    struct pl_sock exact = any;
    struct pl_sock six = any;

    (void)state;
    memcpy(exact.local_addr, "\x7f\0\0\1", 4);
    six.family = PL_FAMILY_INET6;
    listen_at(&tracker, 1, six, 16);
    tell(&tracker, turn(tcp(10, 80, 4000, PL_STATE_ESTABLISHED), PL_STATE_SYN_RECV, 2, 9));
    assert_int_equal(kept.pids[1], 16);
    listen_at(&tracker, 2, any, 15);
    tell(&tracker, turn(tcp(11, 80, 4001, PL_STATE_ESTABLISHED), PL_STATE_SYN_RECV, 2, 9));
    assert_int_equal(kept.pids[3], 15);
    listen_at(&tracker, 3, exact, 14);
    listen_at(&tracker, 4, exact, 13);
    tell(&tracker, turn(tcp(12, 80, 4002, PL_STATE_ESTABLISHED), PL_STATE_SYN_RECV, 2, 9));
    assert_int_equal(kept.holders[6], 2);
    assert_int_equal(kept.pids[6], 13); /* sorted */
    /* Another port with the same hash. */
    tell(&tracker, turn(tcp(13, 80 + PL_LISTENING_CHAINS, 4003, PL_STATE_ESTABLISHED),
                        PL_STATE_SYN_RECV, 2, 9));
    assert_int_equal(kept.pids[7], 0);
    for (uint64_t i = 4; i >= 2; i--)
        tell(&tracker, turn(tcp(i, 80, 0, PL_STATE_CLOSED), PL_STATE_LISTEN, 3, 1));
    tell(&tracker, turn(tcp(14, 80, 4004, PL_STATE_ESTABLISHED), PL_STATE_SYN_RECV, 2, 9));
    assert_int_equal(kept.pids[11], 16);
    listen_at(&tracker, 5, any, 17);
    assert_int_equal(tracker.listening.count, 4); /* space is used again */
    pl_tracker_free(&tracker);
}

TEST_MAIN(TEST(ranks))
