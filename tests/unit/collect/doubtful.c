/* SPDX-License-Identifier: BSD-2-Clause */
/* Which rows of /proc/net/unix that a name may have forged are listed. */
#include "harness.h"

#include "fake.h"

#define TABLE   "linux/proc/net/unix"
#define HOLDERS "linux/unix"
#define ROW     "00000000aaaaaaaa: 00000002 00000000 00010000 0001 01 "
#define OPEN    "00000000aaaaaaaa: 00000003 00000000 00000000 0001 03 "

struct taken {
    char keys[64]; /* "11 12 " */
    char last[64]; /* state, name and type of the last row */
    uint64_t ignored;
    struct fake_reader reader;
};

static void take(struct taken *taken, const char *table, const uint64_t *held, size_t count,
                 uint32_t states)
{
    struct bytes holders = {0};
    const struct pl_query query = {
        .protos = PL_BIT(PL_PROTO_UNIX), .way = PL_WAY_PROC, .states = states};
    struct fake_feed feeds[] = {{.name = TABLE, .bytes = table, .len = strlen(table)},
                                {.name = HOLDERS}};
    struct pl_snapshot *snap;
    const struct pl_sock *socks;
    size_t socks_count;

    for (size_t i = 0; i < count; i++) {
        struct bytes row = fake_owner(7, (uint32_t)i, held[i]);

        put_bytes(&holders, row.data, row.len);
    }
    feeds[1].bytes = holders.data;
    feeds[1].len = holders.len;
    *taken = (struct taken){0};
    fake_init(&taken->reader, feeds, COUNT_OF(feeds));
    assert_int_equal(pl_snapshot_take(&taken->reader.base, &query, &snap), 0);
    socks = pl_snapshot_socks(snap, &socks_count);
    for (size_t i = 0; i < socks_count; i++) {
        size_t len = strlen(taken->keys);

        (void)snprintf(taken->keys + len, sizeof(taken->keys) - len, "%llu ",
                       (unsigned long long)socks[i].key);
        assert_int_equal(socks[i].flags & PL_FLAG_DOUBTFUL, 0);
    }
    if (socks_count > 0) {
        const struct pl_sock *last = &socks[socks_count - 1];
        const struct pl_attr path = pl_snapshot_attr(snap, last, PL_ATTR_PATH);

        (void)snprintf(taken->last, sizeof(taken->last), "%s %s%.*s %s",
                       last->have & PL_HAVE_STATE ? pl_state_name(last->state) : "-",
                       path.id == PL_ATTR_NONE ? "-" : "@",
                       path.id == PL_ATTR_NONE ? 0 : (int)path.len - 1,
                       path.id == PL_ATTR_NONE ? "" : path.u.text + 1, pl_type_name(last->type));
    }
    (void)pl_snapshot_notes(snap, &count);
    if (count > 0)
        taken->ignored = assert_only_note(snap, PL_NOTE_AMBIGUOUS, TABLE)->count;
    pl_snapshot_free(snap);
}

/* One note, however many chunks and rows there are. */
static void only_held_ones(void **state)
{
    static const uint64_t held[] = {12, 14, 99};
    struct taken taken;

    (void)state;
    take(&taken, ROW "11 @a\n" ROW "12 @b\n" ROW "13 @c\n" ROW "14 @d\n" ROW "0 @e\n", held, 3, 0);
    assert_string_equal(taken.keys, "11 12 14 ");
    assert_true(taken.ignored == 2);
    assert_int_equal(fake_reads(&taken.reader, HOLDERS), 1);
    assert_int_equal(taken.reader.reads[1].id_count, 4);
}

/* Without doubtful rows, no process is read. */
static void none(void **state)
{
    struct taken taken;

    (void)state;
    take(&taken, ROW "11\n" ROW "12 @b\n", NULL, 0, 0);
    assert_string_equal(taken.keys, "11 12 ");
    assert_int_equal(fake_reads(&taken.reader, HOLDERS), 0);
}

/* A forged row with the inode of another socket, which stays if its row is beyond doubt. */
static void inodes_of_others(void **state)
{
    static const uint64_t held[] = {11, 12, 13};
    struct taken taken;

    (void)state;
    take(&taken, ROW "11\n" ROW "12 @b\n" ROW "11 /forged\n", held, 3, 0);
    assert_string_equal(taken.keys, "11 12 ");
    assert_true(taken.ignored == 1);
    /* It is unknown which of two doubtful rows is forged: one stays. */
    take(&taken, ROW "12 @b\n" ROW "13 @c\n" ROW "13 /forged\n", held, 3, 0);
    assert_string_equal(taken.keys, "12 13 ");
    assert_true(taken.ignored == 1);
    assert_string_equal(taken.last, "LISTEN - stream");
    take(&taken, ROW "12 @b\n" ROW "13 @c\n" ROW "13 @c\n" ROW "13 @c\n", held, 3, 0);
    assert_string_equal(taken.last, "LISTEN @c stream");
    assert_true(taken.ignored == 2);
    take(&taken, ROW "12 @b\n" OPEN "13 @c\n" ROW "13 @c\n", held, 3, 0);
    assert_string_equal(taken.keys, "12 13 ");
    assert_string_equal(taken.last, "- @c stream");
    /* The query omits the row of the socket, not the forged one. */
    take(&taken, OPEN "11\n" ROW "12 @b\n" ROW "11 /forged\n", held, 3, PL_BIT(PL_STATE_LISTEN));
    assert_string_equal(taken.keys, "12 ");
    assert_true(taken.ignored == 1);
}

/* The rows of two sockets alternate: each keeps its first row, and loses the name only. */
static void alternating(void **state)
{
    static const uint64_t held[] = {12, 13};
    struct taken taken;

    (void)state;
    take(&taken,
         ROW "11 @z\n" ROW "13 @a\n" ROW "12 @c\n" ROW "13 @b\n" ROW "12 @c\n" ROW "13 @a\n", held,
         2, 0);
    assert_string_equal(taken.keys, "11 13 12 ");
    assert_string_equal(taken.last, "LISTEN @c stream");
    assert_true(taken.ignored == 3);
}

TEST_MAIN(TEST(alternating), TEST(only_held_ones), TEST(none), TEST(inodes_of_others))
