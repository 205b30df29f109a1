/* SPDX-License-Identifier: BSD-2-Clause */
/* Owners of sockets, and the reason if there is none. */
#include "harness.h"

#include "collect/collect.h"

static const struct pl_query any = {.protos = UINT32_MAX, .states = UINT32_MAX};

static struct pl_snapshot *fresh(enum pl_system system)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(system, &any, &snap), 0);
    return snap;
}

static void put_sock(struct pl_snapshot *snap, uint64_t key, unsigned int state, unsigned int proto)
{
    const struct pl_sock sock = {
        .proto = (uint8_t)proto, .have = PL_HAVE_STATE, .state = (uint16_t)state, .key = key};

    assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
}

static void put_owner(struct pl_snapshot *snap, uint32_t pid, uint32_t fd, uint64_t key)
{
    const struct pl_owner owner = {pid, fd, key};

    assert_int_equal(snap->sink.owner(&snap->sink, &owner), 0);
}

static const struct pl_owner *owners_of(const struct pl_snapshot *snap, size_t sock, size_t *count)
{
    size_t socks;
    const struct pl_sock *all = pl_snapshot_socks(snap, &socks);

    assert_true(sock < socks);
    return pl_snapshot_owners(snap, &all[sock], count);
}

static unsigned int reason_of(const struct pl_snapshot *snap, size_t sock)
{
    size_t socks;

    return pl_snapshot_socks(snap, &socks)[sock].owner_unknown;
}

/* Many owners, out of order and twice: by pid, then descriptor, each once. */
static void many_owners(void **state)
{
    static const uint32_t want[][2] = {{1, 3}, {1, 4}, {2, 3}, {9, 1}, {10, 0}};
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
    const struct pl_owner *owners;
    size_t count;

    (void)state;
    put_sock(snap, 70, PL_STATE_ESTABLISHED, PL_PROTO_TCP);
    put_sock(snap, 50, PL_STATE_ESTABLISHED, PL_PROTO_TCP);
    put_sock(snap, 60, PL_STATE_ESTABLISHED, PL_PROTO_TCP);
    assert_int_equal(pl_join_prepare(snap), 0);
    put_owner(snap, 10, 0, 50);
    put_owner(snap, 2, 3, 50);
    put_owner(snap, 1, 4, 50);
    put_owner(snap, 2, 3, 50);
    put_owner(snap, 9, 1, 50);
    put_owner(snap, 1, 3, 50);
    put_owner(snap, 9, 1, 50);
    put_owner(snap, 4, 1, 60);
    put_owner(snap, 4, 1, 4711); /* not the key of a socket */
    assert_int_equal(pl_join_owners(snap), 0);
    owners = owners_of(snap, 1, &count);
    assert_int_equal(count, COUNT_OF(want));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(owners[i].pid, want[i][0]);
        assert_int_equal(owners[i].fd, want[i][1]);
        assert_true(owners[i].key == 50);
    }
    owners = owners_of(snap, 2, &count);
    assert_int_equal(count, 1);
    assert_int_equal(owners[0].pid, 4);
    (void)owners_of(snap, 0, &count);
    assert_int_equal(count, 0);
    assert_int_equal(reason_of(snap, 0), PL_OWNER_NOT_FOUND);
    assert_int_equal(reason_of(snap, 1), PL_OWNER_KNOWN);
    pl_snapshot_free(snap);
}

/* Two descriptor tables of one process may use one number for two sockets. */
static void two_tables(void **state)
{
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
    size_t count;

    (void)state;
    put_sock(snap, 5, PL_STATE_LISTEN, PL_PROTO_TCP);
    put_sock(snap, 6, PL_STATE_LISTEN, PL_PROTO_TCP);
    assert_int_equal(pl_join_prepare(snap), 0);
    put_owner(snap, 1, 3, 6);
    put_owner(snap, 1, 3, 5);
    assert_int_equal(pl_join_owners(snap), 0);
    (void)owners_of(snap, 0, &count);
    assert_int_equal(count, 1);
    (void)owners_of(snap, 1, &count);
    assert_int_equal(count, 1);
    pl_snapshot_free(snap);
}

static void key_zero(void **state)
{
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
    size_t count;

    (void)state;
    put_sock(snap, 0, PL_STATE_FIN_WAIT1, PL_PROTO_TCP);
    assert_int_equal(pl_join_prepare(snap), 0);
    assert_false(pl_join_wants(snap, 0));
    put_owner(snap, 1, 1, 0);
    assert_int_equal(pl_join_owners(snap), 0);
    (void)owners_of(snap, 0, &count);
    assert_int_equal(count, 0);
    assert_int_equal(reason_of(snap, 0), PL_OWNER_ORPHAN);
    pl_snapshot_free(snap);
}

/* Keys with the same hash slot, and the largest keys. */
static void many_keys(void **state)
{
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
    uint64_t key = 1;

    (void)state;
    for (unsigned int i = 0; i < 5000; i++, key = key * 3 + 1)
        put_sock(snap, key, PL_STATE_LISTEN, PL_PROTO_TCP);
    put_sock(snap, UINT64_MAX, PL_STATE_LISTEN, PL_PROTO_TCP);
    assert_int_equal(pl_join_prepare(snap), 0);
    key = 1;
    for (uint32_t i = 0; i < 5000; i++, key = key * 3 + 1) {
        assert_true(pl_join_wants(snap, key));
        put_owner(snap, i + 1, 0, key);
    }
    assert_true(pl_join_wants(snap, UINT64_MAX));
    assert_false(pl_join_wants(snap, UINT64_MAX - 1));
    assert_int_equal(pl_join_owners(snap), 0);
    for (uint32_t i = 0; i < 5000; i++) {
        size_t count;
        const struct pl_owner *owners = owners_of(snap, i, &count);

        assert_int_equal(count, 1);
        assert_int_equal(owners[0].pid, i + 1);
    }
    pl_snapshot_free(snap);
}

static void without_sockets(void **state)
{
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);

    (void)state;
    assert_false(pl_join_wants(snap, 1)); /* before the table exists */
    assert_int_equal(pl_join_prepare(snap), 0);
    put_owner(snap, 1, 1, 1);
    assert_int_equal(snap->owners.count, 0);
    assert_int_equal(pl_join_owners(snap), 0);
    pl_snapshot_free(snap);
}

/* state, proto, key: the reason, on Linux, with every process read */
static void reasons(void **state)
{
    static const struct {
        unsigned int state, proto;
        uint64_t key;
        unsigned int reason;
    } cases[] = {
        {PL_STATE_TIME_WAIT, PL_PROTO_TCP, 0, PL_OWNER_TIME_WAIT},
        {PL_STATE_SYN_RECV, PL_PROTO_TCP, 0, PL_OWNER_SYN_RECV},
        {PL_STATE_ESTABLISHED, PL_PROTO_TCP, 0, PL_OWNER_ACCEPT_QUEUE},
        {PL_STATE_CLOSE_WAIT, PL_PROTO_TCP, 0, PL_OWNER_ACCEPT_QUEUE},
        {PL_STATE_FIN_WAIT1, PL_PROTO_TCP, 0, PL_OWNER_ORPHAN},
        {PL_STATE_FIN_WAIT2, PL_PROTO_TCP, 0, PL_OWNER_ORPHAN},
        {PL_STATE_LAST_ACK, PL_PROTO_TCP, 0, PL_OWNER_ORPHAN},
        {PL_STATE_CLOSING, PL_PROTO_TCP, 0, PL_OWNER_ORPHAN},
        {PL_STATE_ESTABLISHED, PL_PROTO_UDP, 0, PL_OWNER_ORPHAN},
        {PL_STATE_ESTABLISHED, PL_PROTO_TCP, 7, PL_OWNER_NOT_FOUND},
        {PL_STATE_LISTEN, PL_PROTO_TCP, 8, PL_OWNER_NOT_FOUND},
        {PL_STATE_UNCONN, PL_PROTO_UDP, 9, PL_OWNER_NOT_FOUND},
    };

    (void)state;
    for (int denied = 0; denied < 3; denied++) {
        struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
        size_t notes;

        for (size_t i = 0; i < COUNT_OF(cases); i++)
            put_sock(snap, cases[i].key, cases[i].state, cases[i].proto);
        assert_int_equal(pl_join_prepare(snap), 0);
        if (denied == 1)
            assert_int_equal(snap->sink.denied(&snap->sink, 7, EACCES), 0);
        if (denied == 2) /* hidden completely */
            assert_int_equal(snap->sink.denied(&snap->sink, 0, EPERM), 0);
        assert_int_equal(pl_join_owners(snap), 0);
        assert_int_equal(pl_hidden_note(snap), 0);
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            unsigned int want = cases[i].reason;

            if (denied > 0 && want == PL_OWNER_NOT_FOUND)
                want = PL_OWNER_NOT_PERMITTED;
            assert_int_equal(reason_of(snap, i), want);
        }
        /* One note counts the owners that need more privileges. */
        (void)pl_snapshot_notes(snap, &notes);
        assert_int_equal(notes, denied > 0);
        if (denied > 0) {
            assert_int_equal(pl_snapshot_notes(snap, &notes)[0].kind, PL_NOTE_OWNERS_HIDDEN);
            assert_int_equal(pl_snapshot_notes(snap, &notes)[0].count, 3);
        }
        pl_snapshot_free(snap);
    }
}

/*
 * On other systems an absent key has no meaning, but the kernel may report that the socket waits to
 * be accepted.
 */
static void other_systems(void **state)
{
    struct pl_snapshot *snap = fresh(PL_SYSTEM_FREEBSD);
    struct pl_sock sock = {.proto = PL_PROTO_TCP,
                           .have = PL_HAVE_STATE,
                           .state = PL_STATE_ESTABLISHED,
                           .flags = PL_FLAG_ACCEPT_QUEUE,
                           .key = 9};

    (void)state;
    assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
    put_sock(snap, 0, PL_STATE_ESTABLISHED, PL_PROTO_TCP);
    put_sock(snap, 0, PL_STATE_TIME_WAIT, PL_PROTO_TCP);
    assert_int_equal(pl_join_prepare(snap), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    assert_int_equal(reason_of(snap, 0), PL_OWNER_ACCEPT_QUEUE);
    assert_int_equal(reason_of(snap, 1), PL_OWNER_NOT_FOUND);
    assert_int_equal(reason_of(snap, 2), PL_OWNER_TIME_WAIT);
    pl_snapshot_free(snap);
}

/*
 * FreeBSD 14 does not report that no descriptor refers to a socket: a closing one without an owner
 * is an orphan, unless processes are hidden. On Linux an inode shows that a process holds it.
 */
static void closing(void **state)
{
    static const uint16_t states[] = {PL_STATE_FIN_WAIT1,  PL_STATE_FIN_WAIT2,
                                      PL_STATE_CLOSING,    PL_STATE_LAST_ACK,
                                      PL_STATE_CLOSE_WAIT, PL_STATE_ESTABLISHED};
    static const struct {
        enum pl_system system;
        bool hidden;
        unsigned int reason;
    } cases[] = {{PL_SYSTEM_FREEBSD, false, PL_OWNER_ORPHAN},
                 {PL_SYSTEM_DARWIN, false, PL_OWNER_ORPHAN},
                 {PL_SYSTEM_FREEBSD, true, PL_OWNER_NOT_PERMITTED},
                 {PL_SYSTEM_LINUX, false, PL_OWNER_NOT_FOUND}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = fresh(cases[i].system);

        for (size_t j = 0; j < COUNT_OF(states); j++)
            put_sock(snap, 70 + j, states[j], PL_PROTO_TCP);
        assert_int_equal(pl_join_prepare(snap), 0);
        if (cases[i].hidden)
            assert_int_equal(snap->sink.denied(&snap->sink, 0, EPERM), 0);
        assert_int_equal(pl_join_owners(snap), 0);
        for (size_t j = 0; j < COUNT_OF(states); j++)
            assert_int_equal(reason_of(snap, j), j < 4             ? cases[i].reason
                                                 : cases[i].hidden ? PL_OWNER_NOT_PERMITTED
                                                                   : PL_OWNER_NOT_FOUND);
        pl_snapshot_free(snap);
    }
}

/* Owners that are not requested are absent, without a reason. */
static void not_asked(void **state)
{
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
    size_t count;

    (void)state;
    put_sock(snap, 1, PL_STATE_LISTEN, PL_PROTO_TCP);
    assert_null(owners_of(snap, 0, &count));
    assert_int_equal(count, 0);
    assert_int_equal(reason_of(snap, 0), PL_OWNER_NOT_ASKED);
    pl_snapshot_free(snap);
}

/* The uid of another table is used only if the table of sockets has none. */
static void uids(void **state)
{
    const struct pl_sock known = {
        .proto = PL_PROTO_UDP, .key = 5, .uid = 1000, .have = PL_HAVE_UID | PL_HAVE_INODE};
    struct pl_snapshot *snap = fresh(PL_SYSTEM_FREEBSD);
    const struct pl_sock *socks;
    size_t count;

    (void)state;
    assert_int_equal(snap->sink.sock(&snap->sink, &known, NULL, 0), 0);
    put_sock(snap, 6, PL_STATE_ESTABLISHED, PL_PROTO_TCP);
    put_sock(snap, 7, PL_STATE_ESTABLISHED, PL_PROTO_TCP);
    assert_int_equal(pl_join_prepare(snap), 0);
    assert_int_equal(snap->sink.uid(&snap->sink, 5, 0), 0);
    assert_int_equal(snap->sink.uid(&snap->sink, 6, 33), 0);
    assert_int_equal(snap->sink.uid(&snap->sink, 6, 34), 0); /* the first uid is kept */
    assert_int_equal(snap->sink.uid(&snap->sink, 9, 35), 0);
    socks = pl_snapshot_socks(snap, &count);
    assert_int_equal(socks[0].uid, 1000);
    assert_int_equal(socks[1].uid, 33);
    assert_true(socks[1].have & PL_HAVE_UID);
    assert_false(socks[2].have & PL_HAVE_UID);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(many_owners), TEST(two_tables), TEST(key_zero), TEST(many_keys),
          TEST(without_sockets), TEST(reasons), TEST(other_systems), TEST(closing), TEST(not_asked),
          TEST(uids))
