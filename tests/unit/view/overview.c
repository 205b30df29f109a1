/* SPDX-License-Identifier: BSD-2-Clause */
/* Equal listeners of the overview are one row, with the number of their holders. */
#include "harness.h"

#include "snapshot/snapshot.h"
#include "view/column.h"

static const struct pl_query all = {.protos = UINT32_MAX};

static void add(struct pl_snapshot *snap, unsigned int port, uint8_t last, uint64_t key)
{
    const struct pl_sock sock = {
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE,
        .family = PL_FAMILY_INET,
        .proto = PL_PROTO_TCP,
        .state = PL_STATE_LISTEN,
        .local_addr = {127, 0, 0, last},
        .local_port = port,
        .key = key,
    };

    assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
}

static void holders(const struct pl_snapshot *snap, const struct overview *overview,
                    const struct pl_sock *row, const char *want)
{
    const struct pl_field *column = column_find("holders", 7);
    struct view view = {.snap = snap, .overview = overview};
    struct out out = {.fd = -1};
    struct cell cell = {0};
    char buf[128];

    column_get(column, &view, row, &cell);
    cell_plain(&out, &view, &cell, ',', "");
    assert_string_equal(out_text(&out, buf, sizeof(buf)), want);
    out_free(&out);
}

static void groups(void **state)
{
    static const struct pl_owner owners[] = {
        {5, 3, 11},  {5, 4, 11},               /* one process twice */
        {9, 3, 21},  {8, 3, 22},  {8, 4, 21},  /* SO_REUSEPORT: two sockets, two processes */
        {30, 3, 31}, {31, 3, 31}, {32, 3, 31}, /* pre-fork: one socket, three processes */
    };
    const struct pl_sock *rows[6];
    struct pl_snapshot *snap;
    struct overview overview;
    size_t count;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    add(snap, 80, 1, 11);
    add(snap, 81, 1, 21);
    add(snap, 81, 1, 22);
    add(snap, 81, 2, 31); /* another address is another listener */
    add(snap, 82, 1, 41); /* no owner is known */
    add(snap, 82, 1, 42);
    assert_int_equal(pl_join_prepare(snap), 0);
    for (size_t i = 0; i < COUNT_OF(owners); i++)
        assert_int_equal(snap->sink.owner(&snap->sink, &owners[i]), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        rows[i] = &pl_snapshot_socks(snap, &count)[i];
    assert_int_equal(count, 6);
    assert_int_equal(overview_reduce(snap, rows, 6, &overview), 4);
    holders(snap, &overview, rows[0], "5/-");
    holders(snap, &overview, rows[1], "8/-(x2)");
    holders(snap, &overview, rows[2], "30/-(x3)");
    holders(snap, &overview, rows[3], "-(x2)");
    /* Without an overview, a row is one socket. */
    holders(snap, NULL, rows[2], "30/-(x3)");
    holders(snap, NULL, rows[1], "8/-(x2)");
    holders(snap, NULL, rows[3], "-");
    assert_int_equal(overview_find(&overview, rows[0] + 100).sockets, 0);
    free(overview.listeners);
    pl_snapshot_free(snap);
}

/* Listeners that differ in one thing are two: [::]:80 for IPv6 alone and for both, one bound to an
   interface, to another, another family, protocol, port and address. */
static void apart(void **state)
{
    static const struct pl_sock socks[] = {
        {.family = PL_FAMILY_INET6, .proto = PL_PROTO_TCP, .local_port = 80},
        {.family = PL_FAMILY_INET6,
         .proto = PL_PROTO_TCP,
         .local_port = 80,
         .flags = PL_FLAG_V6ONLY},
        {.family = PL_FAMILY_INET6,
         .proto = PL_PROTO_TCP,
         .local_port = 80,
         .have = PL_HAVE_INTERFACE,
         .ifindex = 2},
        {.family = PL_FAMILY_INET6,
         .proto = PL_PROTO_TCP,
         .local_port = 80,
         .have = PL_HAVE_INTERFACE,
         .ifindex = 3},
        {.family = PL_FAMILY_INET, .proto = PL_PROTO_TCP, .local_port = 80},
        {.family = PL_FAMILY_INET6, .proto = PL_PROTO_UDP, .local_port = 80},
        {.family = PL_FAMILY_INET6, .proto = PL_PROTO_TCP, .local_port = 81},
        {.family = PL_FAMILY_INET6,
         .proto = PL_PROTO_TCP,
         .local_port = 80,
         .local_addr = {[15] = 1}},
        /* Without PL_HAVE_INTERFACE an ifindex is ignored. */
        {.family = PL_FAMILY_INET6, .proto = PL_PROTO_TCP, .local_port = 80, .ifindex = 9},
    };
    enum { COUNT = COUNT_OF(socks) };
    struct pl_snapshot *snap;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(snap->sink.sock(&snap->sink, &socks[i], NULL, 0), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    for (size_t i = 1; i < COUNT; i++) {
        const struct pl_sock *rows[2];
        struct overview overview;
        size_t count;

        rows[0] = &pl_snapshot_socks(snap, &count)[0];
        rows[1] = &pl_snapshot_socks(snap, &count)[i];
        assert_int_equal(overview_reduce(snap, rows, 2, &overview), i == COUNT - 1 ? 1 : 2);
        free(overview.listeners);
    }
    pl_snapshot_free(snap);
}

static void nothing(void **state)
{
    struct pl_snapshot *snap;
    struct overview overview;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    assert_int_equal(overview_reduce(snap, NULL, 0, &overview), 0);
    assert_non_null(overview.listeners);
    assert_int_equal(overview.count, 0);
    free(overview.listeners);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(groups), TEST(apart), TEST(nothing))
