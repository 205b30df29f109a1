/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows that are one socket: OpenBSD's two tables, with the addresses and without. */
#include "fake.h"
#include "tables.h"

#include "decode/bsd/openbsd_layout.h"
#include "snapshot/snapshot.h"

#define ROW PL_KINFO_FILE_SIZE

static const struct pl_query query = {
    .protos =
        PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) | PL_BIT(PL_PROTO_RAW) | PL_BIT(PL_PROTO_UNIX),
    .states = UINT32_MAX,
    .need = PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_UIDS,
};

static struct pl_snapshot *take(const struct table *by_process, const struct table *by_file)
{
    const struct fake_feed feeds[] = {
        {.name = by_process->feed, .bytes = by_process->bytes, .len = by_process->len},
        {.name = by_file->feed, .bytes = by_file->bytes, .len = by_file->len},
    };
    struct fake_reader fake;
    struct pl_snapshot *snap = NULL;

    fake_init(&fake, feeds, COUNT_OF(feeds));
    fake.base.abi.system = PL_SYSTEM_OPENBSD;
    assert_int_equal(pl_snapshot_take(&fake.base, &query, &snap), 0);
    return snap;
}

static void load(struct table *by_process, struct table *by_file)
{
    const char *recording = "openbsd-7-amd64-encoded";

    *by_process = table_load(recording, "openbsd/kern.file.bypid", PL_SLOT_ANY);
    *by_file = table_load(recording, "openbsd/kern.file.byfile", PL_SLOT_ANY);
}

static void hide(struct table *table)
{
    for (size_t at = 0; at < table->len; at += ROW) {
        memset(table->bytes + at + PL_KINFO_FILE_SO_PCB, 0xff, 8);
        memset(table->bytes + at + PL_KINFO_FILE_UNP_CONN, 0, 8);
    }
}

static void drop(struct table *by_process, struct table *by_file)
{
    table_free(by_process);
    table_free(by_file);
}

/* 20 sockets; all but the one in TIME_WAIT have the one owner of their row. */
static void check(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    size_t owned = 0;

    assert_int_equal(count, 20);
    for (size_t i = 0; i < count; i++) {
        size_t owners;
        const struct pl_owner *owner = pl_snapshot_owners(snap, &socks[i], &owners);

        if (owners == 0) {
            assert_int_equal(socks[i].state, PL_STATE_TIME_WAIT);
            assert_int_equal(socks[i].owner_unknown, PL_OWNER_TIME_WAIT);
            continue;
        }
        assert_int_equal(owners, 1);
        assert_non_null(pl_snapshot_process(snap, owner->pid));
        owned++;
    }
    assert_int_equal(owned, 19);
    (void)pl_snapshot_notes(snap, &count);
    assert_int_equal(count, 0);
}

static void by_key(void **state)
{
    struct table by_process;
    struct table by_file;
    struct pl_snapshot *snap;

    (void)state;
    load(&by_process, &by_file);
    snap = take(&by_process, &by_file);
    check(snap);
    pl_snapshot_free(snap);
    drop(&by_process, &by_file);
}

static void by_identity(void **state)
{
    struct table by_process;
    struct table by_file;
    struct pl_snapshot *snap;

    (void)state;
    load(&by_process, &by_file);
    hide(&by_process);
    hide(&by_file);
    snap = take(&by_process, &by_file);
    check(snap);
    pl_snapshot_free(snap);
    drop(&by_process, &by_file);
}

/* The first row again, by another process: the socket is shared and listed once. */
static void add_row(struct table *table, uint32_t pid)
{
    uint8_t *grown = realloc(table->bytes, table->len + ROW);

    assert_non_null(grown);
    memcpy(grown + table->len, grown, ROW);
    if (pid != 0)
        memcpy(grown + table->len + PL_KINFO_FILE_PID, &(uint8_t[]){(uint8_t)pid, 0, 0, 0}, 4);
    table->bytes = grown;
    table->len += ROW;
}

static size_t owners_of_first(const struct pl_snapshot *snap, size_t *socks)
{
    const struct pl_sock *sock = pl_snapshot_socks(snap, socks);
    size_t owners;

    (void)pl_snapshot_owners(snap, sock, &owners);
    return owners;
}

static void shared(bool hidden)
{
    struct table by_process;
    struct table by_file;
    struct pl_snapshot *snap;
    size_t count;

    load(&by_process, &by_file);
    add_row(&by_process, 99);
    if (hidden) {
        hide(&by_process);
        hide(&by_file);
    }
    snap = take(&by_process, &by_file);
    assert_int_equal(owners_of_first(snap, &count), 2);
    assert_int_equal(count, 20);
    pl_snapshot_free(snap);
    drop(&by_process, &by_file);
}

static void shared_sockets(void **state)
{
    (void)state;
    shared(false);
    shared(true);
}

/* Two equal listeners of two processes (SO_REUSEPORT), without addresses: two sockets. */
static void equal_sockets(void **state)
{
    struct table by_process;
    struct table by_file;
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    load(&by_process, &by_file);
    add_row(&by_process, 99);
    add_row(&by_file, 0);
    hide(&by_process);
    hide(&by_file);
    snap = take(&by_process, &by_file);
    assert_int_equal(owners_of_first(snap, &count), 1);
    assert_int_equal(count, 21);
    pl_snapshot_free(snap);
    drop(&by_process, &by_file);
}

/* The two ends of a UNIX connection name each other by their keys. */
static void peers(void **state)
{
    struct table by_process;
    struct table by_file;
    struct pl_snapshot *snap;
    const struct pl_sock *socks;
    struct pl_attr path;
    size_t count;
    size_t paired = 0;

    (void)state;
    load(&by_process, &by_file);
    snap = take(&by_process, &by_file);
    socks = pl_snapshot_socks(snap, &count);
    for (size_t i = 0; i < count; i++) {
        const struct pl_attr peer = pl_snapshot_attr(snap, &socks[i], PL_ATTR_PEER_KEY);

        for (size_t j = 0; peer.id != PL_ATTR_NONE && j < count; j++)
            paired += socks[j].key == peer.u.num;
        /* The address of its control block remains, too. */
        if (peer.id != PL_ATTR_NONE)
            assert_int_equal(pl_snapshot_attr(snap, &socks[i], PL_ATTR_PEER_PCB).id,
                             PL_ATTR_PEER_PCB);
    }
    assert_int_equal(paired, 2);
    path = pl_snapshot_attr(snap, &socks[count - 2], PL_ATTR_PATH); /* survives the compaction */
    assert_true(path.id == PL_ATTR_NONE || path.len > 0);
    pl_snapshot_free(snap);
    drop(&by_process, &by_file);
}

TEST_MAIN(TEST(by_key), TEST(by_identity), TEST(shared_sockets), TEST(equal_sockets), TEST(peers))
