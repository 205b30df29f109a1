/* SPDX-License-Identifier: BSD-2-Clause */
/* Lookup by id: users, interfaces, processes and control groups. */
#include "harness.h"

#include "snapshot/snapshot.h"

static const struct pl_query any = {.protos = UINT32_MAX};

static struct pl_snapshot *fresh(void)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    return snap;
}

static void names(void **state)
{
    struct pl_snapshot *snap = fresh();
    uint32_t uid = 7;

    (void)state;
    assert_null(pl_snapshot_user(snap, 0).data);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_LINK, 1, TEXT("lo")), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_USER, UINT32_MAX, TEXT("last")), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_USER, 1, TEXT("daemon")), 0);
    pl_join_settle(snap);
    assert_text_equal(pl_snapshot_link(snap, 1), "lo");
    assert_text_equal(pl_snapshot_user(snap, 1), "daemon");
    assert_text_equal(pl_snapshot_user(snap, UINT32_MAX), "last");
    assert_null(pl_snapshot_user(snap, 2).data);
    assert_null(pl_snapshot_link(snap, UINT32_MAX).data);
    assert_false(pl_snapshot_find_user(snap, "lo", &uid)); /* an interface */
    assert_false(pl_snapshot_find_user(snap, "daemo", &uid));
    assert_false(pl_snapshot_find_user(snap, "", &uid));
    assert_int_equal(uid, 7);
    assert_true(pl_snapshot_find_user(snap, "daemon", &uid));
    assert_int_equal(uid, 1);
    pl_snapshot_free(snap);
}

/* Interfaces have an index in each network namespace, users one on the machine. */
static void spaces(void **state)
{
    struct pl_snapshot *snap = fresh();
    struct pl_sock sock = {.ifindex = 2};

    (void)state;
    snap->netns = 5;
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_LINK, 2, TEXT("eth0")), 0);
    snap->space = 7;
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_LINK, 2, TEXT("veth9")), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_USER, 2, TEXT("ann")), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_NETNS, 7, TEXT("web")), 0);
    pl_join_settle(snap);
    assert_text_equal(pl_snapshot_link_of(snap, &sock), "eth0");
    assert_int_equal(pl_snapshot_netns(snap, &sock), 5);
    sock.netns = 7;
    assert_text_equal(pl_snapshot_link_of(snap, &sock), "veth9");
    assert_int_equal(pl_snapshot_netns(snap, &sock), 7);
    sock.netns = 8;
    assert_null(pl_snapshot_link_of(snap, &sock).data);
    assert_text_equal(pl_snapshot_user(snap, 2), "ann");
    assert_text_equal(pl_snapshot_netns_name(snap, 7), "web");
    assert_null(pl_snapshot_netns_name(snap, 5).data);
    pl_snapshot_free(snap);
}

/* Added in any order, looked up by id; others are unknown. */
static void many(void **state)
{
    enum { COUNT = 500, STEP = 7 }; /* which have no factor in common */
    struct pl_snapshot *snap = fresh();

    (void)state;
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t id = 2 * (i * STEP % COUNT);

        assert_int_equal(
            snap->sink.process(&snap->sink, &(struct pl_process){.pid = id, .uid = id + 1}), 0);
        assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_LINK, id, TEXT("link")), 0);
    }
    pl_join_settle(snap);
    for (uint32_t i = 0; i < COUNT; i++) {
        const struct pl_process *process = pl_snapshot_process(snap, 2 * i);

        assert_non_null(process);
        assert_int_equal(process->uid, 2 * i + 1);
        assert_null(pl_snapshot_process(snap, 2 * i + 1));
        assert_text_equal(pl_snapshot_link(snap, 2 * i), "link");
        assert_null(pl_snapshot_link(snap, 2 * i + 1).data);
        assert_null(pl_snapshot_user(snap, 2 * i).data);
    }
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(names), TEST(spaces), TEST(many))
