/* SPDX-License-Identifier: BSD-2-Clause */
/* Listeners that are one to people. */
#include "../harness.h"

#include "../../../src/core/snapshot.h"
#include "../../../src/view/view.h"

static const struct pl_query any = {.protos = UINT32_MAX};

/* Two of a SO_REUSEPORT group, one on another port, one bound to an interface. */
static struct pl_snapshot *listeners(void)
{
    static const struct pl_owner owners[] = {
        {30, 3, 1}, {30, 4, 1}, {10, 3, 2}, {20, 3, 2}, {30, 5, 2}, {5, 3, 3},
    };
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    for (uint64_t key = 1; key <= 4; key++) {
        struct pl_sock sock = {.have = PL_HAVE_STATE | PL_HAVE_LOCAL,
                               .state = PL_STATE_LISTEN,
                               .proto = PL_PROTO_TCP,
                               .family = PL_FAMILY_INET,
                               .local_port = key == 3 ? 81 : 80,
                               .key = key};

        if (key == 4) {
            sock.have |= PL_HAVE_INTERFACE;
            sock.ifindex = 2;
        }
        assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
    }
    assert_int_equal(pl_join_prepare(snap), 0);
    for (size_t i = 0; i < COUNT_OF(owners); i++)
        assert_int_equal(snap->sink.owner(&snap->sink, &owners[i]), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    return snap;
}

static void groups(void **state)
{
    struct pl_snapshot *snap = listeners();
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    const struct pl_sock *rows[] = {&socks[0], &socks[1], &socks[3], &socks[2]};
    struct overview overview;
    struct group group;

    (void)state;
    assert_int_equal(overview_reduce(snap, rows, 4, &overview), 3);
    assert_ptr_equal(rows[0], &socks[0]);
    assert_ptr_equal(rows[1], &socks[3]);
    assert_ptr_equal(rows[2], &socks[2]);
    group = overview_find(&overview, &socks[0]);
    assert_int_equal(group.sockets, 2);
    assert_int_equal(group.processes, 3); /* 10, 20, 30: each once */
    assert_int_equal(group.owner->pid, 10);
    group = overview_find(&overview, &socks[2]);
    assert_int_equal(group.sockets, 1);
    assert_int_equal(group.processes, 1);
    group = overview_find(&overview, &socks[3]);
    assert_int_equal(group.processes, 0);
    assert_null(group.owner);
    group = overview_find(&overview, &socks[1]); /* leads none */
    assert_int_equal(group.sockets, 0);
    free(overview.groups);
    pl_snapshot_free(snap);
}

static void none(void **state)
{
    struct pl_snapshot *snap = listeners();
    struct overview overview;
    const struct pl_sock *rows[1];

    (void)state;
    assert_int_equal(overview_reduce(snap, rows, 0, &overview), 0);
    assert_int_equal(overview_find(&overview, NULL).sockets, 0);
    assert_int_equal(overview_find(NULL, NULL).sockets, 0);
    free(overview.groups);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(groups), TEST(none))
