/* SPDX-License-Identifier: BSD-2-Clause */
/* Every list is marked, rolled back and freed; some are sorted and searched. */
#include "harness.h"

#include "snapshot/order.h"

static struct pl_snapshot *fresh(void)
{
    static const struct pl_query all = {.protos = UINT32_MAX};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    return snap;
}

static void named(void **state)
{
    struct pl_snapshot *snap = fresh();

    (void)state;
    assert_ptr_equal(&snap->lists[PL_LIST_SOCKS], &snap->socks);
    assert_ptr_equal(&snap->lists[PL_LIST_NOTES], &snap->notes);
    assert_ptr_equal(&snap->lists[PL_LIST_MAX - 1], &snap->changed);
    pl_snapshot_free(snap);
}

static void rolled_back(void **state)
{
    struct pl_snapshot *snap = fresh();
    struct pl_mark mark;

    (void)state;
    for (size_t id = 0; id < PL_LIST_MAX; id++) {
        for (size_t i = 0; i <= id; i++)
            assert_non_null(pl_list_add(&snap->lists[id], 1));
    }
    mark = pl_snapshot_mark(snap);
    for (size_t id = 0; id < PL_LIST_MAX; id++)
        assert_non_null(pl_list_add(&snap->lists[id], 1));
    snap->found = snap->closed = snap->denied = snap->unsure = 7;
    pl_snapshot_rollback(snap, &mark);
    for (size_t id = 0; id < PL_LIST_MAX; id++)
        assert_int_equal(snap->lists[id].count, id + 1);
    assert_int_equal(snap->found + snap->closed + snap->denied + snap->unsure, 0);
    pl_snapshot_free(snap);
}

static void found(void **state)
{
    static const uint64_t ids[] = {7, UINT64_MAX, 3, 5000000000, 4};
    struct pl_snapshot *snap = fresh();

    (void)state;
    assert_null(pl_list_find(&snap->cgroups, &(struct pl_cgroup){.id = 3}, sizeof(struct pl_cgroup),
                             by_cgroup));
    for (size_t i = 0; i < COUNT_OF(ids); i++)
        assert_int_equal(snap->sink.cgroup(&snap->sink, ids[i], (struct pl_text){"/", 1}), 0);
    pl_snapshot_sort(snap, PL_LIST_CGROUPS);
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        const struct pl_cgroup *cgroup = pl_list_find(
            &snap->cgroups, &(struct pl_cgroup){.id = ids[i]}, sizeof(struct pl_cgroup), by_cgroup);

        if (!cgroup)
            fail();
        else
            assert_true(cgroup->id == ids[i]);
    }
    assert_null(pl_list_find(&snap->cgroups, &(struct pl_cgroup){.id = 6}, sizeof(struct pl_cgroup),
                             by_cgroup));
    pl_snapshot_free(snap);
}

/* Owners of peers come from several feeds: each counts once, sorted by key. */
static void settled(void **state)
{
    static const struct pl_owner told[] = {{9, 4, 2}, {8, 3, 1}, {9, 4, 2}, {8, 2, 2}, {8, 3, 1}};
    static const struct pl_owner want[] = {{8, 3, 1}, {8, 2, 2}, {9, 4, 2}};
    struct pl_snapshot *snap = fresh();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(told); i++) {
        struct pl_owner *owner = pl_list_add(&snap->peer_owners, sizeof(*owner));

        if (!owner)
            fail();
        else
            *owner = told[i];
    }
    pl_join_settle(snap);
    assert_int_equal(snap->peer_owners.count, COUNT_OF(want));
    assert_memory_equal(snap->peer_owners.items, want, sizeof(want));
    pl_snapshot_free(snap);
}

static void slots(void **state)
{
    uint32_t *table = NULL;
    size_t mask = 0;

    (void)state;
    for (size_t count = 0; count < 1000; count += 33) {
        assert_int_equal(pl_slots_new(count, &table, &mask), 0);
        assert_true(mask + 1 >= 2 * count && (mask & (mask + 1)) == 0);
        for (size_t i = 0; i <= mask; i++)
            assert_int_equal(table[i], 0);
        free(table);
    }
    mask = 7;
    assert_int_equal(pl_slots_new((size_t)UINT32_MAX / 2 + 1, &table, &mask), -EOVERFLOW);
    assert_int_equal(mask, 7);
}

TEST_MAIN(TEST(named), TEST(rolled_back), TEST(found), TEST(settled), TEST(slots))
