/* SPDX-License-Identifier: BSD-2-Clause */
/* The ends of connections whose destination rules translate. */
#include "harness.h"

#include "api/published.h"
#include "ends.h"
#include "model/array.h"
#include "snapshot/snapshot.h"

static const struct pl_query any = {.protos = UINT32_MAX, .states = 0};

static void put(struct pl_snapshot *snap, uint32_t netns, enum pl_proto proto, uint64_t key,
                const char *local, uint32_t local_port, const char *peer, uint32_t peer_port)
{
    const struct pl_sock sock = make(proto, key, local, local_port, peer, peer_port);

    snap->space = netns;
    assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
}

static void put_tuple(struct pl_flow_tuple *tuple, const char *from, uint16_t from_port,
                      const char *to, uint16_t to_port)
{
    const int family = strchr(from, ':') ? AF_INET6 : AF_INET;

    assert_int_equal(inet_pton(family, from, tuple->from), 1);
    assert_int_equal(inet_pton(family, to, tuple->to), 1);
    tuple->from_port = from_port;
    tuple->to_port = to_port;
}

/* From port 5000 of the client, to port 8080; ends at port 80, which sees the last address. */
static void put_flow(struct pl_snapshot *snap, enum pl_proto proto, const char *client,
                     const char *host, const char *server, const char *seen)
{
    struct pl_flow flow = {.family = strchr(client, ':') ? PL_FAMILY_INET6 : PL_FAMILY_INET,
                           .proto = (uint8_t)proto};

    put_tuple(&flow.sent, client, 5000, host, 8080);
    put_tuple(&flow.answered, server, 80, seen, 5000);
    assert_int_equal(snap->sink.flow(&snap->sink, &flow), 0);
}

static struct pl_snapshot *fresh(void)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    snap->sink.need = PL_NEED_PEERS;
    return snap;
}

static void check(const struct pl_snapshot *snap, size_t i, uint64_t peer, const char *remark)
{
    const struct pl_sock *sock = (const struct pl_sock *)snap->socks.items + i;
    const struct pl_text text = pl_translated_remark(snap, sock);
    const struct pl_text end = pl_translated_end(snap, sock);

    if (pl_snapshot_peer_key(snap, sock) != peer)
        fail_msg("socket %zu: its peer is %d", i, (int)pl_snapshot_peer_key(snap, sock));
    if (text.len != strlen(remark) || (text.len > 0 && memcmp(text.data, remark, text.len) != 0))
        fail_msg("socket %zu: '%.*s', not '%s'", i, (int)text.len, text.data ? text.data : "",
                 remark);
    if (text.len == 0) {
        assert_null(end.data);
    } else {
        const char *want = strchr(remark, ' ') + 1;

        assert_int_equal(end.len, strlen(want));
        assert_memory_equal(end.data, want, end.len);
    }
}

/* The server, in another network namespace, sees another address of the client or the same. */
static void two_ends(void **state)
{
    static const struct {
        const char *client, *host, *server, *seen, *to, *from;
        enum pl_proto proto;
        uint32_t client_netns, server_netns;
        const char *bound; /* the server's socket; NULL: of the connection */
    } cases[] = {
        {"10.0.0.9", "10.0.0.1", "10.88.0.2", "10.88.0.1", "to 10.88.0.2:80", "from 10.0.0.9:5000",
         PL_PROTO_TCP, 1, 2, NULL},
        {"10.0.0.9", "10.0.0.1", "10.88.0.2", "10.0.0.9", "to 10.88.0.2:80", "", PL_PROTO_TCP, 0, 2,
         NULL},
        {"fd00::9", "fd00::1", "fd88::2", "fd88::1", "to [fd88::2]:80", "from [fd00::9]:5000",
         PL_PROTO_TCP, 0, 2, NULL},
        {"10.0.0.9", "10.0.0.1", "10.0.0.1", "10.0.0.9", "to 10.0.0.1:80", "", PL_PROTO_TCP, 0, 0,
         NULL},
        {"10.0.0.9", "10.0.0.1", "10.88.0.2", "10.88.0.1", "to 10.88.0.2:80", "", PL_PROTO_UDP, 0,
         2, "10.88.0.2"},
        {"127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1", "to 127.0.0.1:80", "", PL_PROTO_TCP, 0,
         0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *bound = cases[i].bound;
        struct pl_snapshot *snap = fresh();

        put_flow(snap, cases[i].proto, cases[i].client, cases[i].host, cases[i].server,
                 cases[i].seen);
        put(snap, cases[i].client_netns, cases[i].proto, 11, cases[i].client, 5000, cases[i].host,
            8080);
        put(snap, cases[i].server_netns, cases[i].proto, 22, bound ? bound : cases[i].server, 80,
            bound ? NULL : cases[i].seen, bound ? 0 : 5000);
        assert_int_equal(pl_peer_join(snap), 0);
        check(snap, 0, 22, cases[i].to);
        check(snap, 1, bound ? 0 : 11, cases[i].from);
        pl_snapshot_free(snap);
    }
}

/* v4-mapped addresses, and sockets that have no such connection. */
static void others(void **state)
{
    struct pl_snapshot *snap = fresh();

    (void)state;
    put_flow(snap, PL_PROTO_TCP, "10.0.0.9", "10.0.0.1", "10.88.0.2", "10.88.0.1");
    put(snap, 0, PL_PROTO_TCP, 11, "::ffff:10.0.0.9", 5000, "::ffff:10.0.0.1", 8080);
    put(snap, 0, PL_PROTO_UDP, 12, "10.0.0.9", 5000, "10.0.0.1", 8080);
    put(snap, 0, PL_PROTO_TCP, 13, "10.0.0.9", 5001, "10.0.0.1", 8080);
    put(snap, 0, PL_PROTO_TCP, 14, "10.0.0.9", 5000, NULL, 0);
    put(snap, 3, PL_PROTO_TCP, 22, "10.88.0.2", 80, "10.88.0.1", 5000);
    assert_int_equal(pl_peer_join(snap), 0);
    check(snap, 0, 22, "to 10.88.0.2:80");
    check(snap, 1, 0, "");
    check(snap, 2, 0, "");
    check(snap, 3, 0, "");
    check(snap, 4, 11, "from 10.0.0.9:5000");
    pl_snapshot_free(snap);
}

/* If the other end is not here, or several have its addresses, only the address is known. */
static void unknown(void **state)
{
    struct pl_snapshot *snap = fresh();

    (void)state;
    put_flow(snap, PL_PROTO_TCP, "10.0.0.9", "10.0.0.1", "10.88.0.2", "10.88.0.1");
    put(snap, 0, PL_PROTO_TCP, 11, "10.0.0.9", 5000, "10.0.0.1", 8080);
    assert_int_equal(pl_peer_join(snap), 0);
    check(snap, 0, 0, "to 10.88.0.2:80");
    pl_snapshot_free(snap);

    snap = fresh();
    put_flow(snap, PL_PROTO_TCP, "10.0.0.9", "10.0.0.1", "10.88.0.2", "10.88.0.1");
    put(snap, 0, PL_PROTO_TCP, 11, "10.0.0.9", 5000, "10.0.0.1", 8080);
    put(snap, 2, PL_PROTO_TCP, 22, "10.88.0.2", 80, "10.88.0.1", 5000);
    put(snap, 3, PL_PROTO_TCP, 33, "10.88.0.2", 80, "10.88.0.1", 5000);
    assert_int_equal(pl_peer_join(snap), 0);
    check(snap, 0, 0, "to 10.88.0.2:80");
    pl_snapshot_free(snap);
}

/* The loopback addresses of another network namespace are not those of the rules. */
static void loopback(void **state)
{
    struct pl_snapshot *snap = fresh();

    (void)state;
    put_flow(snap, PL_PROTO_TCP, "127.0.0.1", "127.0.0.1", "10.88.0.2", "10.88.0.1");
    put(snap, 5, PL_PROTO_TCP, 11, "127.0.0.1", 5000, "127.0.0.1", 8080);
    put(snap, 5, PL_PROTO_TCP, 12, "127.0.0.1", 8080, "127.0.0.1", 5000);
    put(snap, 2, PL_PROTO_TCP, 22, "10.88.0.2", 80, "10.88.0.1", 5000);
    assert_int_equal(pl_peer_join(snap), 0);
    check(snap, 0, 12, "");
    check(snap, 1, 11, "");
    check(snap, 2, 0, "from 127.0.0.1:5000");
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(two_ends), TEST(others), TEST(unknown), TEST(loopback))
