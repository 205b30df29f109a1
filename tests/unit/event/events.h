/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of events: a tracker whose events are kept, reports, and tables. */
#ifndef TEST_EVENT_EVENTS_H
#define TEST_EVENT_EVENTS_H

#include "harness.h"

#include "event/track.h"

#define HERE   100U /* inode of the network namespace */
#define THERE  200U
#define SECOND UINT64_C(1000000000)
#define BOOT   500U /* seconds between the two clocks */

struct kept {
    struct pl_event items[64];
    size_t count;
    uint32_t pids[64]; /* of the first holder; 0: none */
    uint32_t holders[64];
};

static inline int keep(void *arg, const struct pl_event *event)
{
    struct kept *kept = arg;

    assert_true(kept->count < COUNT_OF(kept->items));
    kept->items[kept->count] = *event;
    kept->pids[kept->count] = event->holders ? event->holders->items[0].pid : 0;
    kept->holders[kept->count++] = event->holders ? event->holders->count : 0;
    return 0;
}

static inline struct pl_tracker tracker_of(struct kept *kept, bool states)
{
    *kept = (struct kept){0};
    return (struct pl_tracker){
        .want = {.protos = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP),
                 .netns = HERE,
                 .states = states},
        .take = keep,
        .arg = kept,
    };
}

/* 127.0.0.1:local to 127.0.0.1:peer; 0.0.0.0:local if peer is 0. */
static inline struct pl_sock tcp(uint64_t cookie, uint32_t local, uint32_t peer, unsigned int state)
{
    struct pl_sock sock = {
        .cookie = cookie,
        .local_port = local,
        .peer_port = peer,
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_COOKIE,
        .state = (uint16_t)state,
        .family = PL_FAMILY_INET,
        .proto = PL_PROTO_TCP,
    };

    if (peer != 0) {
        memcpy(sock.local_addr, "\x7f\0\0\1", 4);
        memcpy(sock.peer_addr, "\x7f\0\0\1", 4);
    }
    return sock;
}

/* A transition at second `time` while process pid runs. */
static inline struct pl_report turn(struct pl_sock sock, unsigned int old, uint64_t time,
                                    uint32_t pid)
{
    struct pl_report report = {
        .sock = sock,
        .at = {time * SECOND, (time + BOOT) * SECOND},
        .netns = HERE,
        .pid = pid,
        .process_uid = 7,
        .old_state = (uint16_t)old,
        .kind = PL_REPORT_STATE,
        .have = PL_REPORT_HAVE_PROCESS | PL_REPORT_HAVE_NETNS | PL_REPORT_HAVE_ERROR,
    };

    (void)snprintf(report.process, sizeof(report.process), "p%u", pid);
    return report;
}

static inline void tell(struct pl_tracker *tracker, struct pl_report report)
{
    assert_int_equal(pl_tracker_report(tracker, &report), 0);
}

/* Whether the kernel keeps only this of a connection whose socket has ended. */
static inline bool remains(const struct pl_sock *sock)
{
    return sock->key == 0 &&
           (sock->state == PL_STATE_TIME_WAIT || sock->state == PL_STATE_FIN_WAIT2);
}

/*
 * Returns a table of these sockets. Process i + 1 owns socket i, unless it is in TIME_WAIT, or without
 * a key in FIN_WAIT2.
 */
static inline struct pl_snapshot *table_of(const struct pl_sock *socks, size_t count)
{
    static const struct pl_query any = {.protos = UINT32_MAX, .states = UINT32_MAX};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    for (size_t i = 0; i < count; i++) {
        struct pl_sock sock = socks[i];

        if (sock.key == 0 && !remains(&sock))
            sock.key = 1000 + i;
        assert_int_equal(pl_socks_add(snap, &sock), 0);
    }
    assert_int_equal(pl_join_prepare(snap), 0);
    for (size_t i = 0; i < count; i++) {
        const struct pl_owner owner = {(uint32_t)i + 1, 3,
                                       socks[i].key != 0 ? socks[i].key : 1000 + i};

        if (!remains(&socks[i]))
            assert_int_equal(pl_owners_add(snap, &owner), 0);
    }
    assert_int_equal(pl_join_owners(snap), 0);
    return snap;
}

#endif
