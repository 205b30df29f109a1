/* SPDX-License-Identifier: BSD-2-Clause */
#include "alloc.h"
#include "harness.h"

#include "snapshot/snapshot.h"

#define ID   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define UUID "2c48913c_b29f_11e7_9350_020968147796"

static struct pl_snapshot *made(void)
{
    static const struct pl_query query = {.protos = UINT32_MAX};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &query, &snap), 0);
    return snap;
}

static int put(struct pl_snapshot *snap, uint32_t pid, const char *path)
{
    static char copy[60000]; /* no call of malloc(3), which may fail */
    size_t len = strlen(path);
    struct pl_group group;
    int err;

    assert_true(len < sizeof(copy));
    memcpy(copy, path, len + 1);
    pl_group_decode((struct pl_text){copy, (uint32_t)len}, &group);
    err = snap->sink.process(&snap->sink, &(struct pl_process){.pid = pid, .group = &group});
    memset(copy, '#', len); /* the texts are copied */
    return err;
}

static void assert_is(struct pl_text text, const char *want)
{
    assert_int_equal(text.len, strlen(want));
    assert_memory_equal(text.data, want, text.len);
}

static void kept(void **state)
{
    struct pl_snapshot *snap = made();
    const struct pl_group *group;

    (void)state;
    assert_int_equal(put(snap, 1, "/kubepods.slice/kubepods-pod" UUID ".slice/crio-" ID ".scope"),
                     0);
    assert_int_equal(put(snap, 2, "/machine-a\\x2db.scope/c.service"), 0);
    assert_int_equal(put(snap, 3, "/"), 0);
    assert_int_equal(put(snap, 5, "/lxc.payload.a\\x2db"), 0);
    assert_int_equal(put(snap, 6, "/kubepods/pod2c48913c-b29f-11e7-9350-020968147796/" ID), 0);
    assert_int_equal(snap->sink.process(&snap->sink, &(struct pl_process){.pid = 4}), 0);
    pl_join_settle(snap);
    group = pl_snapshot_process(snap, 1)->group;
    assert_is(group->id, ID);
    assert_is(group->pod, "2c48913c-b29f-11e7-9350-020968147796");
    assert_is(group->unit, "crio-" ID ".scope");
    group = pl_snapshot_process(snap, 2)->group;
    assert_is(group->name, "a-b");
    assert_is(group->unit, "c.service");
    assert_null(group->id.data);
    group = pl_snapshot_process(snap, 5)->group;
    assert_is(group->name, "a\\x2db"); /* LXC does not escape */
    assert_is(pl_snapshot_process(snap, 6)->group->pod, "2c48913c-b29f-11e7-9350-020968147796");
    group = pl_snapshot_process(snap, 3)->group;
    assert_is(group->path, "/");
    assert_false(pl_group_is_container(group));
    assert_null(pl_snapshot_process(snap, 4)->group);
    pl_snapshot_free(snap);
}

/* Frames of a process come one by one; a later one without a group keeps it. */
static void merged(void **state)
{
    struct pl_snapshot *snap = made();
    const struct pl_process later = {.pid = 1, .name = {"a", 1}};

    (void)state;
    assert_int_equal(put(snap, 1, "/x.service"), 0);
    assert_int_equal(snap->sink.process(&snap->sink, &later), 0);
    pl_join_settle(snap);
    assert_is(pl_snapshot_process(snap, 1)->group->unit, "x.service");
    pl_snapshot_free(snap);
}

/* Each text is too long for a block of the arena that has others. */
static void no_memory(void **state)
{
    static char path[60000] = "/machine-a\\x2d";
    bool failed = true;

    (void)state;
    memset(path + strlen(path), 'x', sizeof(path) - strlen(path) - 1);
    memcpy(path + sizeof(path) - sizeof(".scope"), ".scope", sizeof(".scope"));
    for (unsigned long nth = 1; failed; nth++) {
        struct pl_snapshot *snap = made();
        int err;

        alloc_fail(nth);
        err = put(snap, 1, path);
        failed = alloc_failed();
        alloc_fail(0);
        assert_int_equal(err, failed ? -ENOMEM : 0);
        assert_true(failed || nth > 2);
        pl_snapshot_free(snap);
    }
}

/* By the id and the user: another user's container of the same id has another name. */
static void containers(void **state)
{
    struct pl_snapshot *snap = made();
    const struct pl_container first = {
        .id = {ID, PL_CONTAINER_ID}, .name = {"web", 3}, .uid = 1000};
    const struct pl_container second = {
        .id = {ID, PL_CONTAINER_ID}, .name = {"db", 2}, .uid = PL_UID_UNKNOWN};
    struct pl_group group = {.id = {ID, PL_CONTAINER_ID}, .uid = 1000};

    (void)state;
    assert_null(pl_snapshot_container(snap, &group));
    assert_int_equal(snap->sink.container(&snap->sink, &second), 0);
    assert_int_equal(snap->sink.container(&snap->sink, &first), 0);
    pl_join_settle(snap);
    assert_is(pl_snapshot_container(snap, &group)->name, "web");
    assert_null(pl_snapshot_container(snap, &group)->image.data);
    group.uid = PL_UID_UNKNOWN;
    assert_is(pl_snapshot_container(snap, &group)->name, "db");
    group.uid = 0;
    assert_null(pl_snapshot_container(snap, &group));
    group = (struct pl_group){.name = {"box", 3}, .uid = 1000};
    assert_null(pl_snapshot_container(snap, &group));
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(containers), TEST(kept), TEST(merged), TEST(no_memory))
