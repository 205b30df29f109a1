/* SPDX-License-Identifier: BSD-2-Clause */
/* Names read after the end of their process are removed. */
#include "harness.h"

#include "snapshot/snapshot.h"

static struct pl_snapshot *fresh(const struct pl_query *query)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, query, &snap), 0);
    return snap;
}

/* The lowest descriptor of each pid, be the socket listed or a peer. */
static void prepares(void **state)
{
    static const struct pl_owner owners[] = {{9, 5, 50}, {7, 4, 40}, {7, 3, 30}, {9, 6, 60}};
    static const uint32_t pids[] = {7, 8, 9};
    const struct pl_query query = {.protos = UINT32_MAX};
    struct pl_snapshot *snap = fresh(&query);
    struct pl_owner *held;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(owners); i++)
        assert_int_equal(snap->sink.owner(&snap->sink, &owners[i]), 0);
    assert_int_equal(pl_verify_prepare(snap, pids, COUNT_OF(pids), &held), 0);
    assert_int_equal(held[0].fd, 3);
    assert_true(held[0].key == 30);
    assert_true(held[1].key == 0); /* holds nothing */
    assert_int_equal(held[2].fd, 5);
    free(held);
    pl_snapshot_free(snap);
}

static void verifies(void **state)
{
    const struct pl_query query = {.protos = UINT32_MAX};
    struct pl_snapshot *snap = fresh(&query);
    const struct pl_note *notes;
    size_t count;

    (void)state;
    for (uint32_t pid = 1; pid <= 5; pid++) {
        const struct pl_process process = {.pid = pid, .uid = pid, .name = {"name", 4}};

        assert_int_equal(snap->sink.process(&snap->sink, &process), 0);
    }
    assert_int_equal(snap->sink.held(&snap->sink, 1, 11, 11, 0), 0);      /* still the same */
    assert_int_equal(snap->sink.held(&snap->sink, 2, 11, 12, 0), 0);      /* another socket */
    assert_int_equal(snap->sink.held(&snap->sink, 3, 11, 0, ENOENT), 0);  /* gone */
    assert_int_equal(snap->sink.held(&snap->sink, 4, 11, 0, EACCES), 0);  /* unknown */
    assert_int_equal(snap->sink.held(&snap->sink, 77, 11, 0, ENOENT), 0); /* had no name */
    pl_join_settle(snap);
    assert_int_equal(pl_verify(snap), 0);
    for (uint32_t pid = 1; pid <= 5; pid++) {
        const struct pl_process *process = pl_snapshot_process(snap, pid);
        bool changed = pid == 2 || pid == 3;

        assert_int_equal(process->name.data == NULL, changed);
        assert_int_equal(process->uid, changed ? PL_UID_UNKNOWN : pid);
    }
    notes = pl_snapshot_notes(snap, &count);
    assert_int_equal(count, 2);
    assert_int_equal(notes[0].kind, PL_NOTE_NAMES_CHANGED);
    assert_int_equal(notes[0].count, 3);
    assert_int_equal(notes[1].kind, PL_NOTE_NAMES_UNSURE);
    assert_int_equal(notes[1].count, 1);
    assert_int_equal(notes[1].error, EACCES);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(prepares), TEST(verifies))
