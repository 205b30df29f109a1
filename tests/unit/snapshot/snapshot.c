/* SPDX-License-Identifier: BSD-2-Clause */
/* The arrays and the arena: contents, and a rollback. */
#include "harness.h"

#include "alloc.h"
#include "snapshot/snapshot.h"

static const struct pl_query any = {.protos = UINT32_MAX};

static struct pl_snapshot *fresh(void)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    return snap;
}

static int put(struct pl_snapshot *snap, uint64_t key, const struct pl_attr *attrs, size_t count)
{
    const struct pl_sock sock = {.proto = PL_PROTO_TCP, .key = key};

    return snap->sink.sock(&snap->sink, &sock, attrs, count);
}

static void socks(void **state)
{
    struct pl_snapshot *snap = fresh();
    const struct pl_sock *got;
    size_t count;

    (void)state;
    assert_int_equal(pl_snapshot_system(snap), PL_SYSTEM_LINUX);
    (void)pl_snapshot_socks(snap, &count);
    assert_int_equal(count, 0);
    for (uint64_t i = 0; i < 1000; i++)
        assert_int_equal(put(snap, i, NULL, 0), 0);
    got = pl_snapshot_socks(snap, &count);
    assert_int_equal(count, 1000);
    for (uint64_t i = 0; i < 1000; i++)
        assert_true(got[i].key == i);
    pl_snapshot_free(snap);
    pl_snapshot_free(NULL);
}

/* Sockets that the query does not show are dropped. */
static void unasked(void **state)
{
    const struct pl_query udp = {.protos = PL_BIT(PL_PROTO_UDP)};
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &udp, &snap), 0);
    assert_int_equal(put(snap, 1, NULL, 0), 0);
    (void)pl_snapshot_socks(snap, &count);
    assert_int_equal(count, 0);
    pl_snapshot_free(snap);
}

static void attributes(void **state)
{
    struct pl_snapshot *snap = fresh();
    char path[] = "\0abstract";
    const struct pl_attr two[] = {
        {.id = PL_ATTR_PATH, .text = 1, .len = sizeof(path) - 1, .u.text = path},
        {.id = PL_ATTR_PEER_KEY, .u.num = UINT64_MAX},
    };
    const struct pl_sock *got;
    size_t count;

    (void)state;
    assert_int_equal(put(snap, 1, NULL, 0), 0);
    assert_int_equal(put(snap, 2, two, 2), 0);
    memset(path, 'x', sizeof(path)); /* it was copied */
    assert_int_equal(put(snap, 3, NULL, 0), 0);
    assert_int_equal(put(snap, 4, &two[1], 1), 0);
    got = pl_snapshot_socks(snap, &count);
    assert_int_equal(pl_snapshot_attr(snap, &got[0], PL_ATTR_PATH).id, PL_ATTR_NONE);
    assert_int_equal(pl_snapshot_attr(snap, &got[1], PL_ATTR_PATH).len, 9);
    assert_memory_equal(pl_snapshot_attr(snap, &got[1], PL_ATTR_PATH).u.text, "\0abstract", 9);
    assert_true(pl_snapshot_attr(snap, &got[1], PL_ATTR_PEER_KEY).u.num == UINT64_MAX);
    assert_int_equal(pl_snapshot_attr(snap, &got[1], PL_ATTR_PEER_PATH).id, PL_ATTR_NONE);
    assert_int_equal(pl_snapshot_attr(snap, &got[2], PL_ATTR_PEER_KEY).id, PL_ATTR_NONE);
    assert_int_equal(pl_snapshot_attr(snap, &got[3], PL_ATTR_PEER_KEY).id, PL_ATTR_PEER_KEY);
    assert_int_equal(pl_snapshot_attr(snap, &got[3], PL_ATTR_PATH).id, PL_ATTR_NONE);
    pl_snapshot_free(snap);
}

/* Several calls complete one process. */
static void processes(void **state)
{
    struct pl_snapshot *snap = fresh();
    char name[] = "name";
    const struct pl_process *got;

    (void)state;
    assert_int_equal(
        snap->sink.process(
            &snap->sink, &(struct pl_process){.pid = 9, .uid = PL_UID_UNKNOWN, .name = {name, 4}}),
        0);
    memset(name, 'x', 4);
    assert_int_equal(snap->sink.process(&snap->sink, &(struct pl_process){.pid = 9, .uid = 7}), 0);
    assert_int_equal(snap->sink.process(&snap->sink, &(struct pl_process){.pid = 9,
                                                                          .uid = PL_UID_UNKNOWN,
                                                                          .command = TEXT("a\0b"),
                                                                          .exe = TEXT("/e")}),
                     0);
    assert_int_equal(
        snap->sink.process(&snap->sink,
                           &(struct pl_process){.pid = 3, .uid = PL_UID_UNKNOWN, .name = TEXT("")}),
        0);
    pl_join_settle(snap);
    got = pl_snapshot_process(snap, 9);
    assert_non_null(got);
    assert_int_equal(got->uid, 7);
    assert_text_equal(got->name, "name");
    assert_text_equal(got->command, "a b");
    assert_text_equal(got->exe, "/e");
    got = pl_snapshot_process(snap, 3);
    assert_text_equal(got->name, ""); /* known to be empty is not unknown */
    assert_null(got->exe.data);
    assert_null(pl_snapshot_process(snap, 4));
    pl_snapshot_free(snap);
}

/* Several feeds about one process, whose rows are not adjacent. */
static void merged_processes(void **state)
{
    struct pl_snapshot *snap = fresh();
    const struct pl_process *got;

    (void)state;
    for (uint32_t pid = 1; pid <= 3; pid++)
        assert_int_equal(
            snap->sink.process(&snap->sink,
                               &(struct pl_process){.pid = pid, .uid = pid, .name = TEXT("name")}),
            0);
    for (uint32_t pid = 1; pid <= 2; pid++)
        assert_int_equal(snap->sink.process(&snap->sink, &(struct pl_process){.pid = pid,
                                                                              .uid = PL_UID_UNKNOWN,
                                                                              .command = TEXT("a"),
                                                                              .exe = TEXT("/e")}),
                         0);
    pl_join_settle(snap);
    assert_int_equal(snap->processes.count, 3);
    for (uint32_t pid = 1; pid <= 3; pid++) {
        got = pl_snapshot_process(snap, pid);
        assert_int_equal(got->uid, pid);
        assert_text_equal(got->name, "name");
        assert_true((got->exe.data != NULL) == (pid <= 2));
        assert_true((got->command.data != NULL) == (pid <= 2));
    }
    pl_snapshot_free(snap);
}

/* Malformed units of one feed are one note, in any number of chunks. */
static void notes(void **state)
{
    struct pl_snapshot *snap = fresh();
    const struct pl_note *got;
    size_t count;

    (void)state;
    snap->feed = &pl_feeds[0];
    assert_int_equal(snap->sink.note(&snap->sink, PL_NOTE_MALFORMED, 2), 0);
    assert_int_equal(snap->sink.note(&snap->sink, PL_NOTE_MALFORMED, 3), 0);
    snap->feed = &pl_feeds[1];
    assert_int_equal(snap->sink.note(&snap->sink, PL_NOTE_MALFORMED, 4), 0);
    snap->feed = NULL;
    assert_int_equal(snap->sink.note(&snap->sink, PL_NOTE_MALFORMED, 5), 0);
    got = pl_snapshot_notes(snap, &count);
    assert_int_equal(count, 3);
    assert_int_equal(got[0].count, 5);
    assert_int_equal(got[0].feed.len, strlen(pl_feeds[0].name));
    assert_memory_equal(got[0].feed.data, pl_feeds[0].name, got[0].feed.len);
    assert_int_equal(got[1].count, 4);
    assert_int_equal(got[2].count, 5);
    assert_int_equal(got[2].feed.len, 0);
    pl_snapshot_free(snap);
}

static void fill(struct pl_snapshot *snap, uint64_t key)
{
    const struct pl_attr attr = {.id = PL_ATTR_PEER_KEY, .u.num = key};

    assert_int_equal(put(snap, key, &attr, 1), 0);
    assert_int_equal(pl_join_prepare(snap), 0);
    assert_int_equal(
        snap->sink.owner(&snap->sink,
                         &(struct pl_owner){.pid = (uint32_t)key, .fd = 1, .key = key}),
        0);
    assert_int_equal(snap->sink.denied(&snap->sink, 5, EACCES), 0);
    assert_int_equal(
        snap->sink.process(&snap->sink, &(struct pl_process){.pid = (uint32_t)key, .uid = 1}), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_USER, (uint32_t)key, TEXT("u")), 0);
    assert_int_equal(snap->sink.note(&snap->sink, PL_NOTE_INCONSISTENT, 0), 0);
}

static void rollback(void **state)
{
    struct pl_snapshot *snap = fresh();
    struct pl_mark mark;
    const struct pl_sock *got;
    size_t count;

    (void)state;
    fill(snap, 1);
    mark = pl_snapshot_mark(snap);
    fill(snap, 2);
    assert_int_equal(snap->sink.denied(&snap->sink, 0, EPERM), 0);
    assert_true(snap->hidden);
    assert_int_equal(snap->denied, 2);
    pl_snapshot_rollback(snap, &mark);
    assert_int_equal(snap->socks.count, 1);
    assert_int_equal(snap->details.count, 1);
    assert_int_equal(snap->owners.count, 1);
    assert_int_equal(snap->processes.count, 1);
    assert_int_equal(snap->names.count, 1);
    assert_int_equal(snap->notes.count, 1);
    assert_int_equal(snap->denied, 1);
    assert_false(snap->hidden);
    /* and what follows is complete */
    assert_int_equal(put(snap, 3, NULL, 0), 0);
    got = pl_snapshot_socks(snap, &count);
    assert_int_equal(count, 2);
    assert_true(pl_snapshot_attr(snap, &got[0], PL_ATTR_PEER_KEY).u.num == 1);
    assert_int_equal(pl_snapshot_attr(snap, &got[1], PL_ATTR_PEER_KEY).id, PL_ATTR_NONE);
    pl_snapshot_free(snap);
}

/* A rollback to before the first attribute. */
static void rollback_attributes(void **state)
{
    struct pl_snapshot *snap = fresh();
    const struct pl_attr attr = {.id = PL_ATTR_PEER_KEY, .u.num = 9};
    struct pl_mark mark;
    const struct pl_sock *got;
    size_t count;

    (void)state;
    assert_int_equal(put(snap, 1, NULL, 0), 0);
    mark = pl_snapshot_mark(snap);
    assert_int_equal(put(snap, 2, &attr, 1), 0);
    pl_snapshot_rollback(snap, &mark);
    assert_int_equal(put(snap, 3, NULL, 0), 0);
    assert_int_equal(put(snap, 4, &attr, 1), 0);
    got = pl_snapshot_socks(snap, &count);
    assert_int_equal(count, 3);
    assert_int_equal(pl_snapshot_attr(snap, &got[0], PL_ATTR_PEER_KEY).id, PL_ATTR_NONE);
    assert_int_equal(pl_snapshot_attr(snap, &got[1], PL_ATTR_PEER_KEY).id, PL_ATTR_NONE);
    assert_int_equal(pl_snapshot_attr(snap, &got[2], PL_ATTR_PEER_KEY).id, PL_ATTR_PEER_KEY);
    pl_snapshot_free(snap);
}

/* Texts larger than a block of the arena, and many small ones. */
static void arena(void **state)
{
    static char large[200000];
    struct pl_snapshot *snap = fresh();

    (void)state;
    memset(large, 'L', sizeof(large));
    for (uint32_t i = 0; i < 3000; i++)
        assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_USER, i,
                                         (struct pl_text){large, i % 1000 == 999 ? 200000 : 70}),
                         0);
    pl_join_settle(snap);
    for (uint32_t i = 0; i < 3000; i++) {
        struct pl_text text = pl_snapshot_user(snap, i);

        assert_int_equal(text.len, i % 1000 == 999 ? 200000 : 70);
        assert_memory_equal(text.data, large, text.len);
    }
    pl_snapshot_free(snap);
}

/* Every call of the sink with the nth allocation failing: -ENOMEM, and the snapshot can be freed. */
static void out_of_memory(void **state)
{
    unsigned long nth = 0;
    int err;

    (void)state;
    do {
        const struct pl_attr attr = {.id = PL_ATTR_PATH, .text = 1, .len = 1, .u.text = "p"};
        struct pl_snapshot *snap = NULL;

        alloc_fail(++nth);
        err = pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap);
        err = err ? err : put(snap, 1, &attr, 1);
        err = err ? err : pl_join_prepare(snap);
        err = err ? err : snap->sink.owner(&snap->sink, &(struct pl_owner){1, 2, 1});
        err = err ? err : snap->sink.process(&snap->sink, &(struct pl_process){.pid = 1});
        err = err ? err : snap->sink.name(&snap->sink, PL_NAME_USER, 1, TEXT("u"));
        err = err ? err : snap->sink.note(&snap->sink, PL_NOTE_INCONSISTENT, 0);
        err = err ? err : snap->sink.cgroup(&snap->sink, 1, TEXT("/c"));
        err = err ? err : snap->sink.addr(&snap->sink, &(struct pl_addr){.ifindex = 1});
        err = err ? err : snap->sink.denied(&snap->sink, 2, EACCES);
        err = err ? err : pl_join_owners(snap);
        assert_int_equal(err, alloc_failed() ? -ENOMEM : 0);
        alloc_fail(0);
        pl_snapshot_free(snap);
    } while (err != 0);
    assert_true(nth > 8);
}

static void put_owner(struct pl_snapshot *snap, uint32_t pid, uint32_t fd, uint64_t key)
{
    const struct pl_owner owner = {pid, fd, key};

    assert_int_equal(snap->sink.owner(&snap->sink, &owner), 0);
}

/* The owners of the other sockets stay. */
static void sole_owner(void **state)
{
    struct pl_snapshot *snap = fresh();
    const struct pl_sock *got;
    const struct pl_owner *owners;
    size_t count;

    (void)state;
    for (uint64_t key = 1; key <= 4; key++)
        assert_int_equal(put(snap, key, NULL, 0), 0);
    assert_int_equal(pl_join_prepare(snap), 0);
    put_owner(snap, 7, 3, 1);
    put_owner(snap, 7, 3, 2);
    put_owner(snap, 8, 4, 2);
    put_owner(snap, 9, 5, 2);
    put_owner(snap, 9, 6, 3);
    assert_int_equal(pl_join_owners(snap), 0);
    got = pl_snapshot_socks(snap, &count);
    assert_false(pl_snapshot_sole_owner(snap, &got[1], 6));
    assert_false(pl_snapshot_sole_owner(snap, &got[3], 7));
    assert_true(pl_snapshot_sole_owner(snap, &got[1], 8));
    assert_true(pl_snapshot_is_held_by(snap, &got[1], 8));
    assert_false(pl_snapshot_is_held_by(snap, &got[1], 7));
    assert_false(pl_snapshot_is_held_by(snap, &got[3], 8));
    owners = pl_snapshot_owners(snap, &got[1], &count);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(owners[i].pid, 8);
        assert_int_equal(owners[i].fd, 4);
    }
    owners = pl_snapshot_owners(snap, &got[0], &count);
    assert_int_equal(count, 1);
    assert_int_equal(owners->pid, 7);
    owners = pl_snapshot_owners(snap, &got[2], &count);
    assert_int_equal(count, 1);
    assert_int_equal(owners->pid, 9);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(socks), TEST(unasked), TEST(attributes), TEST(processes), TEST(merged_processes),
          TEST(notes), TEST(rollback), TEST(rollback_attributes), TEST(arena), TEST(out_of_memory),
          TEST(sole_owner))
