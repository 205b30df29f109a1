/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of the screen: sockets with counters, and tables of them. */
#ifndef TEST_SCREEN_SCENE_H
#define TEST_SCREEN_SCENE_H

#include "../event/events.h"

#include "screen/rows.h"

#define PROTOS (PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP))

/* A socket of a table. */
struct scene_sock {
    struct pl_sock sock;
    uint64_t in, out; /* counters, if counted */
    uint32_t pid;     /* 0: no owner */
    bool counted;
};

static inline struct pl_snapshot *scene_table(const struct scene_sock *socks, size_t count)
{
    static const struct pl_query any = {.protos = UINT32_MAX, .states = UINT32_MAX};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    for (size_t i = 0; i < count; i++) {
        const struct pl_attr attrs[] = {
            {.id = PL_ATTR_RTT, .u.num = 250},
            {.id = PL_ATTR_BYTES_ACKED, .u.num = socks[i].out},
            {.id = PL_ATTR_BYTES_RECEIVED, .u.num = socks[i].in},
        };
        struct pl_sock sock = socks[i].sock;

        sock.key = 1000 + i;
        assert_int_equal(
            snap->sink.sock(&snap->sink, &sock, attrs, socks[i].counted ? COUNT_OF(attrs) : 0), 0);
    }
    assert_int_equal(pl_join_prepare(snap), 0);
    for (size_t i = 0; i < count; i++) {
        const struct pl_owner owner = {socks[i].pid, 3, 1000 + i};

        if (socks[i].pid != 0)
            assert_int_equal(pl_owners_add(snap, &owner), 0);
    }
    assert_int_equal(pl_join_owners(snap), 0);
    return snap;
}

/* Merges a table that was requested at that second. */
static inline void scene_merge(struct rows *rows, const struct scene_sock *socks, size_t count,
                               uint64_t second, bool owners)
{
    struct pl_snapshot *snap = scene_table(socks, count);
    const struct rows_table table = {
        .snap = snap, .at = second * SECOND, .protos = PROTOS, .owners = owners};

    assert_int_equal(rows_merge(rows, &table), 0);
    pl_snapshot_free(snap);
}

/* Returns the row with that cookie. */
static inline struct row *scene_row(const struct rows *rows, uint64_t cookie)
{
    struct row *row = rows_find(rows, cookie);

    assert_non_null(row);
    return row;
}

#endif
