/* SPDX-License-Identifier: BSD-2-Clause */
/* Owners that hold a socket only in a ring of io_uring. */
#include "harness.h"

#include "fake.h"

#define DIAG   "linux/diag/tcp"
#define OWNERS "linux/owners"
#define RINGS  "linux/rings"

/* Takes listeners 11, 12 and 13. Process 7 holds 11 and, with all, the others. */
static struct pl_snapshot *take(struct fake_reader *reader, struct fake_feed feeds[3], bool all)
{
    const struct pl_query query = {
        .protos = PL_BIT(PL_PROTO_TCP), .need = PL_NEED_OWNERS, .way = PL_WAY_DIAG};
    static struct bytes socks;
    static struct bytes owners;
    struct pl_snapshot *snap;

    socks = owners = (struct bytes){0};
    for (uint32_t key = 11; key <= 13; key++) {
        struct bytes row = fake_listener(key, 0);
        struct bytes owner = fake_owner(7, key - 8, key);

        put_bytes(&socks, row.data, row.len);
        if (all || key == 11)
            put_bytes(&owners, owner.data, owner.len);
    }
    feeds[0] = (struct fake_feed){.name = DIAG, .bytes = socks.data, .len = socks.len};
    feeds[1] = (struct fake_feed){.name = OWNERS, .bytes = owners.data, .len = owners.len};
    fake_init(reader, feeds, 3);
    assert_int_equal(pl_snapshot_take(&reader->base, &query, &snap), 0);
    return snap;
}

static void assert_owner(const struct pl_snapshot *snap, size_t sock, uint32_t pid, uint32_t fd,
                         bool fixed)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    const struct pl_owner *owners = pl_snapshot_owners(snap, &socks[sock], &count);

    assert_int_equal(count, 1);
    assert_int_equal(owners[0].pid, pid);
    assert_int_equal(owners[0].fd, fd);
    assert_true(owners[0].key == socks[sock].key);
    assert_int_equal(pl_snapshot_is_fixed(snap, &owners[0]), fixed);
    assert_int_equal(socks[sock].owner_unknown, PL_OWNER_KNOWN);
}

/* A ring owns 12, and 11 that has an owner. 13 stays without one. */
static void one_of_two(void **state)
{
    struct fake_feed feeds[3] = {{0}};
    struct fake_reader reader;
    struct bytes rings = fake_owner(8, 5, 12);
    struct bytes other = fake_owner(8, 5, 11);
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    put_bytes(&rings, other.data, other.len);
    feeds[2] = (struct fake_feed){.name = RINGS, .bytes = rings.data, .len = rings.len};
    snap = take(&reader, feeds, false);
    assert_owner(snap, 0, 7, 3, false);
    assert_owner(snap, 1, 8, 5, true);
    assert_int_equal(pl_snapshot_socks(snap, &count)[2].owner_unknown, PL_OWNER_NOT_FOUND);
    assert_counts(snap, 3, 0);
    pl_snapshot_free(snap);
}

/* Rings are not read if every socket has an owner, and may be absent. */
static void not_needed(void **state)
{
    struct fake_feed feeds[3] = {{0}};
    struct fake_reader reader;
    struct pl_snapshot *snap;

    (void)state;
    feeds[2].name = RINGS;
    feeds[2].error = -ENOENT;
    snap = take(&reader, feeds, true);
    assert_owner(snap, 2, 7, 5, false);
    assert_int_equal(fake_reads(&reader, RINGS), 0);
    pl_snapshot_free(snap);
    snap = take(&reader, feeds, false);
    assert_int_equal(fake_reads(&reader, RINGS), 1);
    assert_counts(snap, 3, 0);
    pl_snapshot_free(snap);
}

/* A ring that could not be read: a note. */
static void refused(void **state)
{
    struct fake_feed feeds[3] = {{0}};
    struct fake_reader reader;
    struct pl_snapshot *snap;

    (void)state;
    feeds[2].name = RINGS;
    feeds[2].error = -EACCES;
    snap = take(&reader, feeds, false);
    assert_int_equal(assert_only_note(snap, PL_NOTE_FEED_FAILED, RINGS)->error, EACCES);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(one_of_two), TEST(not_needed), TEST(refused))
