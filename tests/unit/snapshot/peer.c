/* SPDX-License-Identifier: BSD-2-Clause */
/* The other end of each connection, and its owners. */
#include "harness.h"

#include "ends.h"
#include "snapshot/snapshot.h"

static const struct pl_query any = {.protos = UINT32_MAX, .states = 0};
static const struct pl_query only_unix = {.protos = PL_BIT(PL_PROTO_UNIX), .states = 0};

static struct pl_snapshot *fresh(const struct pl_query *query)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, query, &snap), 0);
    snap->sink.need = PL_NEED_PEERS;
    return snap;
}

static void put(struct pl_snapshot *snap, const struct pl_sock *sock)
{
    assert_int_equal(snap->sink.sock(&snap->sink, sock, NULL, 0), 0);
}

static void put_made(struct pl_snapshot *snap, enum pl_proto proto, uint64_t key, const char *local,
                     uint32_t local_port, const char *peer, uint32_t peer_port)
{
    const struct pl_sock sock = make(proto, key, local, local_port, peer, peer_port);

    put(snap, &sock);
}

static void put_unix(struct pl_snapshot *snap, uint64_t key, uint64_t cookie, uint64_t peer)
{
    const struct pl_sock sock = {
        .have = PL_HAVE_STATE | (cookie != 0 ? PL_HAVE_COOKIE : 0),
        .family = PL_FAMILY_UNIX,
        .proto = PL_PROTO_UNIX,
        .state = PL_STATE_ESTABLISHED,
        .key = key,
        .cookie = cookie,
    };
    const struct pl_attr attr = {.id = PL_ATTR_PEER_KEY, .u.num = peer};

    assert_int_equal(snap->sink.sock(&snap->sink, &sock, &attr, 1), 0);
}

static void put_owner(struct pl_snapshot *snap, uint32_t pid, uint32_t fd, uint64_t key)
{
    const struct pl_owner owner = {pid, fd, key};

    assert_int_equal(pl_peer_owner(snap, &owner), 0);
}

static const struct pl_sock *sock_at(const struct pl_snapshot *snap, size_t i)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);

    assert_true(i < count);
    return &socks[i];
}

static uint64_t peer_of(const struct pl_snapshot *snap, size_t i)
{
    return pl_snapshot_peer_key(snap, sock_at(snap, i));
}

/* Joins the two and frees them: the keys of their peers are as wanted. */
static void check_pair(const struct pl_sock *a, const struct pl_sock *b, uint64_t of_a,
                       uint64_t of_b)
{
    struct pl_snapshot *snap = fresh(&any);

    put(snap, a);
    put(snap, b);
    assert_int_equal(pl_peer_join(snap), 0);
    assert_true(peer_of(snap, 0) == of_a);
    assert_true(peer_of(snap, 1) == of_b);
    pl_snapshot_free(snap);
}

/* Both ends of a local connection, of any families. */
static void both_ways(void **state)
{
    static const struct {
        const char *local[2], *peer[2];
    } cases[] = {
        {{"127.0.0.1", "127.0.0.2"}, {"127.0.0.2", "127.0.0.1"}},
        {{"::1", "::1"}, {"::1", "::1"}},
        {{"fe80::1", "fe80::2"}, {"fe80::2", "fe80::1"}},
        {{"::ffff:127.0.0.1", "127.0.0.1"}, {"::ffff:127.0.0.1", "127.0.0.1"}},
        {{"10.0.0.1", "::ffff:10.0.0.1"}, {"10.0.0.1", "::ffff:10.0.0.1"}},
        {{"::ffff:10.0.0.1", "::ffff:10.0.0.2"}, {"::ffff:10.0.0.2", "::ffff:10.0.0.1"}},
    };
    static const enum pl_proto protos[] = {PL_PROTO_TCP, PL_PROTO_UDP, PL_PROTO_SCTP};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (size_t j = 0; j < COUNT_OF(protos); j++) {
            struct pl_sock a = make(protos[j], 11, cases[i].local[0], 5000, cases[i].peer[0], 80);
            struct pl_sock b = make(protos[j], 22, cases[i].local[1], 80, cases[i].peer[1], 5000);

            check_pair(&a, &b, 22, 11);
            check_pair(&b, &a, 11, 22);
        }
    }
}

/* With any difference, it is not the other end. */
static void strangers(void **state)
{
    static const struct {
        enum pl_proto proto;
        const char *local;
        uint32_t local_port;
        const char *peer;
        uint32_t peer_port;
    } cases[] = {
        {PL_PROTO_TCP, "127.0.0.1", 81, "127.0.0.1", 5000},
        {PL_PROTO_TCP, "127.0.0.1", 80, "127.0.0.1", 5001},
        {PL_PROTO_TCP, "127.0.0.2", 80, "127.0.0.1", 5000},
        {PL_PROTO_TCP, "127.0.0.1", 80, "127.0.0.2", 5000},
        {PL_PROTO_TCP, "127.0.0.1", 5000, "127.0.0.1", 80},
        {PL_PROTO_TCP, "127.0.0.1", 80, NULL, 0}, /* a listener is not an end of a connection */
        {PL_PROTO_TCP, "0.0.0.0", 80, NULL, 0},
        {PL_PROTO_UDP, "127.0.0.1", 80, "127.0.0.1", 5000},
        {PL_PROTO_TCP, "::1", 80, "::1", 5000},
        {PL_PROTO_TCP, "::127.0.0.1", 80, "::127.0.0.1", 5000}, /* compatible is not mapped */
        {PL_PROTO_RAW, "127.0.0.1", 80, "127.0.0.1", 5000},
    };
    struct pl_sock a = make(PL_PROTO_TCP, 11, "127.0.0.1", 5000, "127.0.0.1", 80);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_sock b = make(cases[i].proto, 22, cases[i].local, cases[i].local_port,
                                cases[i].peer, cases[i].peer_port);

        check_pair(&a, &b, 0, 0);
        check_pair(&b, &a, 0, 0);
    }
}

/* Without a key, owners cannot be looked up; the other end is known. */
static void key_zero(void **state)
{
    struct pl_sock a = make(PL_PROTO_TCP, 11, "127.0.0.1", 5000, "127.0.0.1", 80);
    struct pl_sock b = make(PL_PROTO_TCP, 0, "127.0.0.1", 80, "127.0.0.1", 5000);
    struct pl_snapshot *snap = fresh(&any);
    size_t count = 7;

    (void)state;
    check_pair(&a, &b, 0, 11);
    b.have &= (uint16_t)~PL_HAVE_COOKIE; /* and nothing to identify the socket */
    check_pair(&a, &b, 0, 0);
    put_unix(snap, 5, 50, 0);
    assert_int_equal(pl_peer_join(snap), 0);
    assert_true(peer_of(snap, 0) == 0);
    put_owner(snap, 1, 1, 0);
    pl_join_settle(snap);
    assert_null(pl_snapshot_peer_owners(snap, sock_at(snap, 0), &count));
    assert_int_equal(count, 0);
    pl_snapshot_free(snap);
}

/* A row without a key, and the one a process may hold, have the same endpoints. */
static void with_key_first(void **state)
{
    struct pl_snapshot *snap = fresh(&any);

    (void)state;
    put_made(snap, PL_PROTO_TCP, 0, "127.0.0.1", 80, "127.0.0.1", 5000);
    put_made(snap, PL_PROTO_TCP, 11, "127.0.0.1", 5000, "127.0.0.1", 80);
    put_made(snap, PL_PROTO_TCP, 22, "127.0.0.1", 80, "127.0.0.1", 5000);
    assert_int_equal(pl_peer_join(snap), 0);
    assert_true(peer_of(snap, 1) == 22);
    pl_snapshot_free(snap);
}

/* A pair, a socket with a remote peer, and rows with a key but no cookie. */
static void unix_pairs(void **state)
{
    struct pl_snapshot *snap = fresh(&any);

    (void)state;
    put_unix(snap, 5, 90, 6);
    put_unix(snap, 6, 10, 5);
    put_unix(snap, 7, 40, 4711);
    put_unix(snap, 8, 0, 9);
    put_unix(snap, 9, 0, 8);
    assert_int_equal(pl_peer_join(snap), 0);
    assert_true(peer_of(snap, 0) == 6);
    assert_true(peer_of(snap, 1) == 5);
    assert_true(peer_of(snap, 2) == 4711);
    assert_true(peer_of(snap, 3) == 9);
    assert_true(peer_of(snap, 4) == 8);
    pl_snapshot_free(snap);
}

/* Owners of peers, out of order and twice: by pid and descriptor, each once; others are not kept.
 */
static void owners(void **state)
{
    static const uint32_t want[][2] = {{1, 4}, {2, 3}, {2, 5}, {10, 0}};
    struct pl_snapshot *snap = fresh(&any);
    const struct pl_owner *found;
    size_t count;

    (void)state;
    put_owner(snap, 1, 1, 22); /* before the join: unwanted */
    put_made(snap, PL_PROTO_TCP, 11, "127.0.0.1", 5000, "127.0.0.1", 80);
    put_made(snap, PL_PROTO_TCP, 22, "127.0.0.1", 80, "127.0.0.1", 5000);
    put_unix(snap, 5, 90, 6);
    assert_int_equal(pl_peer_join(snap), 0);
    put_owner(snap, 10, 0, 22);
    put_owner(snap, 2, 5, 22);
    put_owner(snap, 2, 3, 22);
    put_owner(snap, 7, 7, 11);
    put_owner(snap, 1, 4, 22);
    put_owner(snap, 2, 5, 22);
    put_owner(snap, 3, 3, 5);
    put_owner(snap, 3, 3, UINT64_MAX);
    pl_join_settle(snap);
    found = pl_snapshot_peer_owners(snap, sock_at(snap, 0), &count);
    assert_int_equal(count, COUNT_OF(want));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(found[i].pid, want[i][0]);
        assert_int_equal(found[i].fd, want[i][1]);
        assert_true(found[i].key == 22);
    }
    found = pl_snapshot_peer_owners(snap, sock_at(snap, 1), &count);
    assert_int_equal(count, 1);
    assert_int_equal(found[0].pid, 7);
    assert_null(pl_snapshot_peer_owners(snap, sock_at(snap, 2), &count));
    assert_int_equal(count, 0);
    assert_int_equal(snap->peer_owners.count, 5);
    pl_snapshot_free(snap);
}

/* The other end may be a row that is not shown; it stays hidden. */
static void not_shown(void **state)
{
    static const struct pl_query established = {.protos = PL_BIT(PL_PROTO_TCP),
                                                .states = PL_BIT(PL_STATE_ESTABLISHED)};
    struct pl_snapshot *snap = fresh(&established);
    struct pl_sock b = make(PL_PROTO_TCP, 22, "::ffff:127.0.0.1", 80, "::ffff:127.0.0.1", 5000);
    size_t count;

    (void)state;
    b.state = PL_STATE_CLOSE_WAIT;
    put(snap, &b);
    put_made(snap, PL_PROTO_TCP, 11, "127.0.0.1", 5000, "127.0.0.1", 80);
    assert_int_equal(pl_peer_join(snap), 0);
    (void)pl_snapshot_socks(snap, &count);
    assert_int_equal(count, 1);
    assert_true(peer_of(snap, 0) == 22);
    assert_int_equal(snap->others.count, 0);
    pl_snapshot_free(snap);

    snap = fresh(&only_unix);
    snap->sink.need = 0; /* peers were not requested: nothing is kept for them */
    put(snap, &b);
    assert_int_equal(snap->others.count, 0);
    pl_snapshot_free(snap);
}

/* Datagrams of a connected UDP socket to this machine go to the unconnected one at the port. */
static void receivers(void **state)
{
    static const struct {
        const char *local, *peer;   /* of the sender */
        const char *first, *second; /* unconnected at the port */
        uint64_t want;              /* key of the first is 22, of the second 33 */
    } cases[] = {
        {"127.0.0.1", "127.0.0.1", "127.0.0.1", "0.0.0.0", 22},
        {"127.0.0.1", "127.0.0.1", "127.0.0.2", "0.0.0.0", 33},
        {"127.0.0.1", "127.0.0.53", "127.0.0.53", NULL, 22},
        {"127.0.0.1", "127.0.0.1", "::", NULL, 22},
        {"127.0.0.1", "127.0.0.1", "::", "0.0.0.0", 33},
        {"::ffff:127.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", NULL, 22},
        {"::1", "::1", "::", "0.0.0.0", 22},
        {"::1", "::1", "0.0.0.0", NULL, 0},
        {"10.0.0.1", "10.0.0.1", "0.0.0.0", NULL, 22},
        {"10.0.0.1", "10.0.0.2", "0.0.0.0", "::", 0},        /* sent away */
        {"127.0.0.1", "127.0.0.1", "0.0.0.0", "0.0.0.0", 0}, /* SO_REUSEPORT: unknown */
        /* Not an IPv4-mapped loopback address, although it has ffff and 127 in the same places. */
        {"2001:db8::1", "2001:db8::ffff:7f00:1", "::", NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = fresh(&any);

        put_made(snap, PL_PROTO_UDP, 11, cases[i].local, 5000, cases[i].peer, 53);
        put_made(snap, PL_PROTO_UDP, 22, cases[i].first, 53, NULL, 0);
        if (cases[i].second)
            put_made(snap, PL_PROTO_UDP, 33, cases[i].second, 53, NULL, 0);
        assert_int_equal(pl_peer_join(snap), 0);
        assert_true(peer_of(snap, 0) == cases[i].want);
        assert_true(peer_of(snap, 1) == 0);
        pl_snapshot_free(snap);
    }
}

/* An IPv6-only socket receives nothing sent over IPv4. */
static void v6only_receiver(void **state)
{
    struct pl_sock v4 = make(PL_PROTO_UDP, 11, "127.0.0.1", 5000, "127.0.0.1", 53);
    struct pl_sock v6 = make(PL_PROTO_UDP, 12, "::1", 5000, "::1", 53);
    struct pl_sock to = make(PL_PROTO_UDP, 22, "::", 53, NULL, 0);

    (void)state;
    to.have |= PL_HAVE_V6ONLY;
    check_pair(&v4, &to, 22, 0);
    to.flags |= PL_FLAG_V6ONLY;
    check_pair(&v4, &to, 0, 0);
    check_pair(&v6, &to, 22, 0);
}

/* Adds a socket of a network namespace. */
static void put_in(struct pl_snapshot *snap, uint32_t netns, uint64_t key, const char *local,
                   uint32_t local_port, const char *peer, uint32_t peer_port)
{
    snap->space = netns;
    put_made(snap, PL_PROTO_TCP, key, local, local_port, peer, peer_port);
}

/*
 * The other end may be in another network namespace, unless its address is loopback, or several there
 * have these addresses. An end in the same one comes first.
 */
static void elsewhere(void **state)
{
    struct pl_snapshot *snap = fresh(&any);

    (void)state;
    put_in(snap, 0, 11, "10.0.0.1", 5000, "10.0.0.2", 80);
    put_in(snap, 7, 22, "10.0.0.2", 80, "10.0.0.1", 5000);
    put_in(snap, 0, 33, "127.0.0.1", 5000, "127.0.0.1", 80);
    put_in(snap, 7, 44, "127.0.0.1", 80, "127.0.0.1", 5000);
    put_in(snap, 0, 55, "10.0.0.1", 6000, "10.0.0.2", 80);
    put_in(snap, 7, 66, "10.0.0.2", 80, "10.0.0.1", 6000);
    put_in(snap, 8, 77, "10.0.0.2", 80, "10.0.0.1", 6000);
    put_in(snap, 7, 88, "10.0.0.1", 6000, "10.0.0.2", 80);
    put_in(snap, 0, 99, "::1", 5000, "::1", 80);
    put_in(snap, 7, 111, "::1", 80, "::1", 5000);
    assert_int_equal(pl_peer_join(snap), 0);
    assert_true(peer_of(snap, 0) == 22);
    assert_true(peer_of(snap, 1) == 11);
    assert_true(peer_of(snap, 2) == 0);
    assert_true(peer_of(snap, 3) == 0);
    assert_true(peer_of(snap, 4) == 0);
    assert_true(peer_of(snap, 5) == 88);
    assert_true(peer_of(snap, 6) == 0);
    assert_true(peer_of(snap, 7) == 66);
    assert_true(peer_of(snap, 8) == 0);
    assert_true(peer_of(snap, 9) == 0);
    pl_snapshot_free(snap);
}

/* Large and empty tables. */
static void many(void **state)
{
    struct pl_snapshot *snap = fresh(&any);

    (void)state;
    assert_int_equal(pl_peer_join(snap), 0);
    for (uint32_t i = 0; i < 3000; i++) {
        put_made(snap, PL_PROTO_TCP, 10000 + i, "127.0.0.1", 10000 + i, "127.0.0.1", 80);
        put_made(snap, PL_PROTO_TCP, 50000 + i, "::ffff:127.0.0.1", 80, "::ffff:127.0.0.1",
                 10000 + i);
    }
    assert_int_equal(pl_peer_join(snap), 0);
    for (uint32_t i = 0; i < 3000; i++) {
        assert_true(peer_of(snap, 2 * i) == 50000 + i);
        assert_true(peer_of(snap, 2 * i + 1) == 10000 + i);
    }
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(both_ways), TEST(strangers), TEST(key_zero), TEST(with_key_first), TEST(unix_pairs),
          TEST(owners), TEST(not_shown), TEST(receivers), TEST(v6only_receiver), TEST(elsewhere),
          TEST(many))
