/* SPDX-License-Identifier: BSD-2-Clause */
/* References of UNIX sockets and waiting connections: genuine rows, and forged ones. */
#include "alloc.h"
#include "harness.h"

#include "snapshot/snapshot.h"

#define TRUE_ROW "0: 00000003 00000000 00000000 0001 03 "
#define EVIL     "/a\n0: 00000009 00000000 00000000 0001 03 2 /b"

static const struct pl_query all = {.protos = UINT32_MAX};

static void put_sock(struct pl_snapshot *snap, uint64_t key, uint16_t state, const char *name,
                     size_t len)
{
    const struct pl_sock sock = {.proto = PL_PROTO_UNIX,
                                 .family = PL_FAMILY_UNIX,
                                 .have = PL_HAVE_STATE | PL_HAVE_INODE,
                                 .state = state,
                                 .key = key};
    const struct pl_attr path = {
        .id = PL_ATTR_PATH, .text = 1, .len = (uint32_t)len, .u.text = name};

    assert_int_equal(snap->sink.sock(&snap->sink, &sock, &path, len > 0), 0);
}

static struct pl_snapshot *three(void)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    put_sock(snap, 1, PL_STATE_LISTEN, EVIL, sizeof(EVIL) - 1);
    put_sock(snap, 2, PL_STATE_ESTABLISHED, "", 0);
    put_sock(snap, 3, PL_STATE_LISTEN, "\0x\0y", 4);
    return snap;
}

static void put(struct pl_snapshot *snap, const char *text)
{
    const struct pl_input in = {.bytes = {.data = (const uint8_t *)text, .len = strlen(text)}};

    assert_int_equal(pl_decode_linux_proc_unix_references(&in, &snap->sink), 0);
}

static uint32_t of(const struct pl_snapshot *snap, size_t i)
{
    const struct pl_sock *socks = snap->socks.items;
    uint32_t count = 0;

    return pl_snapshot_references(snap, &socks[i], &count) ? count : 0;
}

static void counted(void **state)
{
    struct pl_snapshot *snap = three();

    (void)state;
    assert_int_equal(of(snap, 0), 0);
    put(snap, "Num       RefCount Protocol Flags    Type St Inode Path\n"
              "0: 00000002 00000000 00010000 0001 01 1 /a\n"
              "0: 00000009 00000000 00000000 0001 03 2 /b\n" /* of the name before it */
              "0: 00000003 00000000 00000000 0001 03 2\n"
              "0: 0000000A 00000000 00010000 0005 01 3 @x@y\n"
              "0: 00000004 00000000 00010000 0005 01 77 /gone\n"
              "0: torn");
    assert_int_equal(of(snap, 0), 2);
    assert_int_equal(of(snap, 1), 3);
    assert_int_equal(of(snap, 2), 10);
    pl_snapshot_free(snap);
}

/* It has the complete name of its listener, and its place in the table. */
static void unaccepted(void **state)
{
    struct pl_snapshot *snap = three();
    const struct pl_unaccepted *waiting;
    size_t count;

    (void)state;
    put(snap, "0: 00000003 00000000 00000000 0005 02 0 @x@y\n"
              "0: 00000002 00000000 00010000 0001 01 1 /a\n"
              "0: 00000003 00000000 00000000 0001 02 0 /b\n"
              "0: 00000003 00000000 00000000 0001 04 0 /a\n"
              "0: 00000009 00000000 00000000 0001 03 2 /b\n"
              "0: 00000003 00000000 00000000 0001 02 0\n"
              "0: 00000003 00000000 00000000 0001 03 2\n");
    waiting = pl_snapshot_unaccepted(snap, &count);
    assert_int_equal(count, 2);
    assert_int_equal(waiting[0].before, 0);
    assert_int_equal(waiting[0].type, PL_TYPE_SEQPACKET);
    assert_int_equal(waiting[0].state, PL_STATE_ESTABLISHED);
    assert_int_equal(waiting[0].name.len, 4);
    assert_int_equal(waiting[1].before, 1);
    assert_int_equal(waiting[1].references, 3);
    assert_int_equal(waiting[1].state, PL_STATE_UNCONN);
    assert_int_equal(waiting[1].name.len, sizeof(EVIL) - 1);
    assert_int_equal(of(snap, 1), 3);
    pl_snapshot_free(snap);
}

/* With the nth allocation failing: -ENOMEM, and the snapshot can be freed. */
static void out_of_memory(void **state)
{
    static const char rows[] = "0: 00000003 00000000 00000000 0005 02 0 @x@y\n"
                               "0: 00000002 00000000 00010000 0001 01 1 /a\n";
    const struct pl_input in = {.bytes = {.data = (const uint8_t *)rows, .len = sizeof(rows) - 1}};
    unsigned long nth = 0;
    int err;

    (void)state;
    do {
        struct pl_snapshot *snap = three();
        size_t count;

        alloc_fail(++nth);
        err = pl_decode_linux_proc_unix_references(&in, &snap->sink);
        assert_int_equal(err, alloc_failed() ? -ENOMEM : 0);
        alloc_fail(0);
        (void)pl_snapshot_unaccepted(snap, &count);
        assert_int_equal(count, err == 0 ? 1 : 0);
        pl_snapshot_free(snap);
    } while (err != 0);
    assert_true(nth > 2);
}

static void nothing_known(void **state)
{
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    put(snap, TRUE_ROW "5 /x\n" TRUE_ROW "0 /x\n");
    assert_true(pl_snapshot_unaccepted(snap, &count) == NULL || count == 0);
    put_sock(snap, 5, PL_STATE_LISTEN, "/x", 2);
    assert_int_equal(of(snap, 0), 0);
    pl_snapshot_free(snap);
}

/* Readable processes are counted even if their sockets are not listed. */
static void sight(void **state)
{
    struct pl_snapshot *snap = three();
    struct pl_sight got;

    (void)state;
    assert_int_equal(pl_join_prepare(snap), 0);
    assert_int_equal(
        snap->sink.owner(&snap->sink, &(struct pl_owner){.pid = 1, .fd = 1, .key = 99}), 0);
    assert_int_equal(snap->sink.denied(&snap->sink, 2, EACCES), 0);
    assert_int_equal(snap->sink.denied(&snap->sink, 3, EPERM), 0);
    assert_int_equal(snap->sink.denied(&snap->sink, 0, EPERM), 0);
    got = pl_snapshot_sight(snap);
    assert_int_equal(got.found, 1);
    assert_int_equal(got.closed, 1);
    assert_int_equal(got.denied, 2);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(counted), TEST(unaccepted), TEST(out_of_memory), TEST(nothing_known), TEST(sight))
