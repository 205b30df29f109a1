/* SPDX-License-Identifier: BSD-2-Clause */
/* Events are written into a recording, and replayed. */
#include "events.h"
#include "fake.h"

#include <sys/stat.h>
#include <unistd.h>

static const struct pl_query query = {.protos = PL_BIT(PL_PROTO_TCP)};

static struct pl_event close_event(struct pl_holders *holders)
{
    struct pl_event event = {
        .sock = tcp(5, 4000, 80, PL_STATE_CLOSED),
        .time = 1234567890123456789U,
        .duration_us = 77,
        .bytes_in = UINT64_C(1) << 40,
        .bytes_out = 2,
        .retrans = 3,
        .rtt_us = 4,
        .netns = HERE,
        .old_state = PL_STATE_LAST_ACK,
        .have = PL_EVENT_HAVE_SOCK | PL_EVENT_HAVE_OLD | PL_EVENT_HAVE_NETNS |
                PL_EVENT_HAVE_DURATION | PL_EVENT_HAVE_BYTES | PL_EVENT_HAVE_RETRANS |
                PL_EVENT_HAVE_RTT | PL_EVENT_FOREIGN | PL_EVENT_COMPARED,
        .kind = PL_EVENT_CLOSE,
        .ended = PL_ENDED_FIN,
        .held_by = PL_HELD_TABLE,
        .holders = holders,
    };

    event.sock.owner_unknown = PL_OWNER_KNOWN;
    return event;
}

/* Makes a recording of a loss and of the end of a connection. */
static void record(const char *dir)
{
    static const struct fake_feed feeds[] = {
        {.name = "linux/proc/net/tcp", .bytes = "  sl  local_address\n", .len = 20},
    };
    struct fake_reader fake;
    struct pl_reader *recorder;
    struct pl_snapshot *snap;
    struct pl_journal *journal;
    struct pl_holders *holders = pl_holders_new(1);
    struct pl_event event = close_event(holders);

    assert_non_null(holders);
    holders->items[0] = (struct pl_holder){.pid = 8, .uid = 9, .name = "web"};
    fake_init(&fake, feeds, 1);
    fake.base.abi.big_endian = pl_abi_here(PL_SYSTEM_LINUX).big_endian; /* the journal has it */
    assert_int_equal(pl_reader_record(&fake.base, dir, &recorder), 0);
    assert_int_equal(pl_snapshot_take(recorder, &query, &snap), 0);
    pl_snapshot_free(snap);
    assert_int_equal(pl_journal_create(recorder, &journal), 0);
    assert_int_equal(pl_reader_commit(recorder), 0);
    assert_int_equal(
        pl_journal_add(journal, &(struct pl_event){.kind = PL_EVENT_LOST, .count = 6, .time = 1}),
        0);
    assert_int_equal(pl_journal_add(journal, &event), 0);
    assert_int_equal(pl_journal_flush(journal), 0);
    pl_journal_close(journal);
    pl_journal_close(NULL);
    pl_reader_close(recorder);
    pl_holders_drop(holders);
}

static void whole(void **state)
{
    char top[128];
    char dir[160];
    struct pl_reader *reader;
    struct kept kept = {0};
    struct pl_event want = close_event(NULL);

    (void)state;
    make_folder(top, sizeof(top));
    (void)snprintf(dir, sizeof(dir), "%s/rec", top);
    record(dir);
    assert_int_equal(pl_reader_replay(dir, &reader), 0);
    assert_true(pl_journal_exists(reader));
    assert_int_equal(pl_journal_replay(reader, keep, &kept), 0);
    assert_int_equal(kept.count, 2);
    assert_int_equal(kept.items[0].kind, PL_EVENT_LOST);
    assert_int_equal(kept.items[0].count, 6);
    assert_int_equal(kept.pids[1], 8);
    kept.items[1].holders = NULL;
    assert_memory_equal(&kept.items[1].sock, &want.sock, sizeof(want.sock));
    assert_true(kept.items[1].time == want.time && kept.items[1].bytes_in == want.bytes_in &&
                kept.items[1].bytes_out == 2 && kept.items[1].duration_us == 77);
    assert_int_equal(kept.items[1].retrans, 3);
    assert_int_equal(kept.items[1].rtt_us, 4);
    assert_int_equal(kept.items[1].netns, HERE);
    assert_int_equal(kept.items[1].old_state, PL_STATE_LAST_ACK);
    assert_int_equal(kept.items[1].have, want.have);
    assert_int_equal(kept.items[1].ended, PL_ENDED_FIN);
    assert_int_equal(kept.items[1].held_by, PL_HELD_TABLE);
    pl_reader_close(reader);
    remove_tree(top);
}

/* Cut at any byte: the events before the cut, and an error unless it is between two. */
static void damaged(void **state)
{
    char top[128];
    char dir[160];
    char path[192];
    struct stat st;

    (void)state;
    make_folder(top, sizeof(top));
    (void)snprintf(dir, sizeof(dir), "%s/rec", top);
    (void)snprintf(path, sizeof(path), "%s/linux/events", dir);
    record(dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 4 + 128 + 4 + 128 + 24);
    for (off_t len = st.st_size - 1; len >= 0; len--) {
        struct pl_reader *reader;
        struct kept kept = {0};
        int err;

        assert_int_equal(truncate(path, len), 0);
        assert_int_equal(pl_reader_replay(dir, &reader), 0);
        err = pl_journal_replay(reader, keep, &kept);
        assert_int_equal(err, len == 0 || len == 132 ? 0 : -EBADMSG);
        assert_int_equal(kept.count, len >= 132);
        pl_reader_close(reader);
    }
    assert_int_equal(unlink(path), 0);
    {
        struct pl_reader *reader;

        assert_int_equal(pl_reader_replay(dir, &reader), 0);
        assert_false(pl_journal_exists(reader));
        assert_int_equal(pl_journal_replay(reader, keep, NULL), -ENOENT);
        assert_int_equal(pl_journal_create(reader, &(struct pl_journal *){NULL}), -EINVAL);
        pl_reader_close(reader);
    }
    remove_tree(top);
}

TEST_MAIN(TEST(whole), TEST(damaged))
