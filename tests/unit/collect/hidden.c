/* SPDX-License-Identifier: BSD-2-Clause */
/* Notes on sockets without owners; see also join.c. */
#include "filters.h"

#include "collect/collect.h"

/* One of two sockets has an owner outside of this pid namespace. */
static void outside(void **state)
{
    const struct pl_query query = {.protos = UINT32_MAX};
    const struct pl_owner owner = {.pid = 7, .fd = 3, .key = 1};

    (void)state;
    for (unsigned int lacks = 0; lacks < 2; lacks++) {
        struct pl_snapshot *snap;
        const struct pl_note *notes;
        size_t count;

        assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &query, &snap), 0);
        for (uint64_t key = 1; key <= 2; key++) {
            const struct pl_sock sock = {
                .proto = PL_PROTO_UDP, .family = PL_FAMILY_INET, .key = key};

            assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
        }
        assert_int_equal(pl_join_prepare(snap), 0);
        assert_int_equal(snap->sink.owner(&snap->sink, &owner), 0);
        assert_int_equal(snap->sink.lacks(&snap->sink, PL_LACK_KNOWN | (lacks ? PL_LACK_PIDS : 0)),
                         0);
        assert_int_equal(pl_join_owners(snap), 0);
        assert_int_equal(pl_hidden_note(snap), 0);
        notes = pl_snapshot_notes(snap, &count);
        assert_int_equal(count, lacks);
        if (lacks) {
            assert_int_equal(notes[0].kind, PL_NOTE_OWNERS_OUTSIDE);
            assert_int_equal(notes[0].count, 1);
        }
        pl_snapshot_free(snap);
    }
}

/*
 * Five sockets. Process 7 holds 1, the peer of 2. No visible process holds 2, nor 3, which listens
 * on port 103. 4 is in TIME_WAIT. 5 has a name, and its peer is 2.
 */
static struct pl_snapshot *five(const struct pl_query *query, bool denied, uint32_t lacks)
{
    const struct pl_owner owner = {.pid = 7, .fd = 3, .key = 1};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, query, &snap), 0);
    snap->sink.need = PL_NEED_PEERS;
    for (uint32_t key = 1; key <= 5; key++) {
        struct pl_sock sock = some_sock();
        const struct pl_attr peer = {.id = PL_ATTR_PEER_KEY, .u.num = key == 5 ? 2 : 3 - key};

        sock.key = key;
        sock.local_port = 100 + key;
        if (key == 3)
            sock.state = PL_STATE_LISTEN;
        if (key == 4)
            sock.state = PL_STATE_TIME_WAIT;
        assert_int_equal(snap->sink.sock(&snap->sink, &sock, &peer, key <= 2 || key == 5), 0);
    }
    assert_int_equal(pl_join_prepare(snap), 0);
    assert_int_equal(pl_peer_join(snap), 0);
    assert_int_equal(snap->sink.owner(&snap->sink, &owner), 0);
    if (denied)
        assert_int_equal(snap->sink.denied(&snap->sink, 8, EACCES), 0);
    assert_int_equal(snap->sink.lacks(&snap->sink, PL_LACK_KNOWN | lacks), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    pl_join_settle(snap);
    return snap;
}

/* Rows that match, and the note: number of sockets, number of those omitted; 0: no note. */
static void counted(const char *expression, size_t rows, uint64_t hidden, uint64_t left_out)
{
    static const struct {
        bool denied;
        uint32_t lacks;
        enum pl_note_kind kind;
    } ways[] = {{true, 0, PL_NOTE_OWNERS_HIDDEN},
                {false, PL_LACK_PIDS, PL_NOTE_OWNERS_OUTSIDE},
                {false, 0, PL_NOTE_NONE}};

    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        const struct pl_query query = {.protos = UINT32_MAX, .states = UINT32_MAX};
        struct pl_snapshot *snap = five(&query, ways[i].denied, ways[i].lacks);
        struct pl_filter *filter = parse(expression);
        const struct pl_note *notes;
        size_t count;

        pl_collect_filter(snap, filter);
        assert_int_equal(pl_hidden_note(snap), 0);
        (void)pl_snapshot_socks(snap, &count);
        if (count != rows)
            fail_msg("%s: %zu rows", expression, count);
        notes = pl_snapshot_notes(snap, &count);
        /* With every process readable, every condition can be evaluated. */
        if (count != (hidden > 0 && ways[i].kind != PL_NOTE_NONE))
            fail_msg("%s: %zu notes", expression, count);
        if (count > 0 && (notes[0].kind != ways[i].kind || notes[0].count != hidden ||
                          notes[0].left_out != left_out))
            fail_msg("%s: %u of %u left out, kind %u", expression, (unsigned int)notes[0].left_out,
                     (unsigned int)notes[0].count, notes[0].kind);
        pl_filter_free(filter);
        pl_snapshot_free(snap);
    }
}

/* Three have hidden owners: conditions on these cannot be evaluated. */
static void undecided(void **state)
{
    (void)state;
    counted("pid 7", 1, 3, 3);
    counted("pid 9", 0, 3, 3);
    counted("holders", 1, 3, 3);
    counted("owners", 1, 3, 3);
    counted("process nginx", 0, 3, 3);
    counted("command nginx", 0, 3, 3);
    counted("exe nginx", 0, 3, 3);
    counted("not owner_unknown", 1, 3, 3);
    counted("not pid 7", 4, 3, 0);
    counted("owner_unknown", 4, 3, 0);
    /* 3 and 5 cannot be evaluated; 2 is shown with any owner. */
    counted("pid 9 or sport = 102", 1, 3, 2);
    /* Only listeners have a place. */
    counted("place moved", 0, 1, 1);
    counted("remark", 0, 1, 1);
}

/* The condition can be evaluated without the owners. */
static void decided(void **state)
{
    (void)state;
    counted("sport = 101", 1, 0, 0);
    counted("sport = 104 and pid 9", 0, 0, 0);
    counted("pid 9 and sport = 103", 0, 1, 1);
    counted("sport = 103 or pid 9 and sport = 104", 0, 0, 0);
    counted("owner_unknown time_wait", 1, 0, 0);
    counted("sport = 102", 1, 1, 0);
}

/* The other end of 2 is process 7's, that of 1 and 5 is hidden. */
static void peers(void **state)
{
    (void)state;
    counted("peer_pid 7", 1, 3, 2);
    counted("peer_owners", 1, 3, 2);
    counted("sport = 101 and peer_pid 9", 0, 1, 1);
    counted("sport = 101 and not peer_pid 9", 1, 1, 0); /* shown, although it cannot be evaluated */
    counted("sport = 104 and peer_pid 9", 0, 0, 0);
}

TEST_MAIN(TEST(outside), TEST(undecided), TEST(decided), TEST(peers))
