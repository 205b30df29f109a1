/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts over a snapshot: states, ephemeral ports, processes. */
#include "harness.h"

#include "snapshot/snapshot.h"

#include <arpa/inet.h>

static const struct pl_query any = {.protos = UINT32_MAX, .states = 0};

static struct pl_snapshot *fresh(const struct pl_query *query)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, query, &snap), 0);
    return snap;
}

static struct pl_summary *make(const struct pl_snapshot *snap)
{
    struct pl_summary *summary = NULL;

    assert_int_equal(pl_summary_make(snap, &summary), 0);
    assert_non_null(summary);
    return summary;
}

static void put_state(struct pl_snapshot *snap, unsigned int proto, unsigned int family,
                      unsigned int state, bool known)
{
    const struct pl_sock sock = {
        .have = known ? PL_HAVE_STATE : 0,
        .proto = (uint8_t)proto,
        .family = (uint8_t)family,
        .state = (uint16_t)state,
    };

    assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
}

static void put_port(struct pl_snapshot *snap, unsigned int proto, const char *addr, uint32_t port)
{
    bool v6 = strchr(addr, ':') != NULL;
    struct pl_sock sock = {
        .have = PL_HAVE_LOCAL | PL_HAVE_STATE,
        .proto = (uint8_t)proto,
        .family = v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET,
        .state = PL_STATE_ESTABLISHED,
        .local_port = port,
    };

    assert_int_equal(inet_pton(v6 ? AF_INET6 : AF_INET, addr, sock.local_addr), 1);
    assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
}

static void put_range(struct pl_snapshot *snap, uint64_t first, uint64_t last)
{
    assert_int_equal(snap->sink.counter(&snap->sink, PL_COUNTER_EPHEMERAL_FIRST, first), 0);
    assert_int_equal(snap->sink.counter(&snap->sink, PL_COUNTER_EPHEMERAL_LAST, last), 0);
}

static void empty(void **state)
{
    struct pl_snapshot *snap = fresh(&any);
    struct pl_summary *summary;

    (void)state;
    put_range(snap, 32768, 60999);
    summary = make(snap);
    assert_int_equal(summary->state_count, 0);
    assert_int_equal(summary->port_count, 0);
    assert_int_equal(summary->holding_count, 0);
    pl_summary_free(summary);
    pl_summary_free(NULL);
    pl_snapshot_free(snap);
}

/* By protocol, family and state; unknown numbers and rows without a state are separate. */
static void states(void **state)
{
    static const struct pl_state_count want[] = {
        {1, PL_STATE_NONE, PL_PROTO_TCP, PL_FAMILY_INET},
        {2, PL_STATE_ESTABLISHED, PL_PROTO_TCP, PL_FAMILY_INET},
        {1, PL_STATE_LISTEN, PL_PROTO_TCP, PL_FAMILY_INET},
        {2, PL_STATE_OTHER | 77, PL_PROTO_TCP, PL_FAMILY_INET},
        {1, PL_STATE_OTHER | 78, PL_PROTO_TCP, PL_FAMILY_INET},
        {1, PL_STATE_LISTEN, PL_PROTO_TCP, PL_FAMILY_INET6},
        {1, PL_STATE_LISTEN, PL_PROTO_TCP, PL_FAMILY_OTHER | 28},
        {1, PL_STATE_UNCONN, PL_PROTO_UDP, PL_FAMILY_INET},
    };
    struct pl_snapshot *snap = fresh(&any);
    struct pl_summary *summary;

    (void)state;
    put_state(snap, PL_PROTO_UDP, PL_FAMILY_INET, PL_STATE_UNCONN, true);
    put_state(snap, PL_PROTO_TCP, PL_FAMILY_INET, PL_STATE_OTHER | 77, true);
    put_state(snap, PL_PROTO_TCP, PL_FAMILY_INET, PL_STATE_ESTABLISHED, true);
    put_state(snap, PL_PROTO_TCP, PL_FAMILY_OTHER | 28, PL_STATE_LISTEN, true);
    put_state(snap, PL_PROTO_TCP, PL_FAMILY_INET6, PL_STATE_LISTEN, true);
    put_state(snap, PL_PROTO_TCP, PL_FAMILY_INET, PL_STATE_LISTEN, false);
    put_state(snap, PL_PROTO_TCP, PL_FAMILY_INET, PL_STATE_LISTEN, true);
    put_state(snap, PL_PROTO_TCP, PL_FAMILY_INET, PL_STATE_ESTABLISHED, true);
    put_state(snap, PL_PROTO_TCP, PL_FAMILY_INET, PL_STATE_OTHER | 78, true);
    put_state(snap, PL_PROTO_TCP, PL_FAMILY_INET, PL_STATE_OTHER | 77, true);
    summary = make(snap);
    assert_int_equal(summary->state_count, COUNT_OF(want));
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        assert_true(summary->states[i].count == want[i].count);
        assert_int_equal(summary->states[i].state, want[i].state);
        assert_int_equal(summary->states[i].proto, want[i].proto);
        assert_int_equal(summary->states[i].family, want[i].family);
    }
    pl_summary_free(summary);
    pl_snapshot_free(snap);
}

/* Different ports of the range on each address; a v4-mapped one takes the port of IPv4. */
static void ports(void **state)
{
    static const uint8_t first[16] = {10, 0, 0, 1};
    struct pl_snapshot *snap = fresh(&any);
    struct pl_summary *summary;

    (void)state;
    put_range(snap, 40000, 40009);
    put_port(snap, PL_PROTO_TCP, "::1", 40000);
    put_port(snap, PL_PROTO_TCP, "10.0.0.1", 40009);
    put_port(snap, PL_PROTO_TCP, "10.0.0.1", 40000);
    put_port(snap, PL_PROTO_TCP, "10.0.0.1", 40000); /* to another peer */
    put_port(snap, PL_PROTO_TCP, "::ffff:10.0.0.1", 40000);
    put_port(snap, PL_PROTO_TCP, "::ffff:10.0.0.1", 40001);
    put_port(snap, PL_PROTO_TCP, "10.0.0.1", 39999);
    put_port(snap, PL_PROTO_TCP, "10.0.0.1", 40010);
    put_port(snap, PL_PROTO_UDP, "10.0.0.1", 40000);
    put_port(snap, PL_PROTO_UDP, "10.0.0.1", 40001);
    put_port(snap, PL_PROTO_SCTP, "10.0.0.1", 40000);
    summary = make(snap);
    assert_int_equal(summary->port_count, 3);
    assert_int_equal(summary->ports[0].proto, PL_PROTO_TCP);
    assert_int_equal(summary->ports[0].family, PL_FAMILY_INET);
    assert_memory_equal(summary->ports[0].addr, first, 16);
    assert_int_equal(summary->ports[0].used, 3);
    assert_int_equal(summary->ports[0].available, 7);
    assert_int_equal(summary->ports[1].proto, PL_PROTO_UDP);
    assert_int_equal(summary->ports[1].used, 2);
    assert_int_equal(summary->ports[1].available, 8);
    assert_int_equal(summary->ports[2].family, PL_FAMILY_INET6);
    assert_memory_equal(summary->ports[2].addr, (const uint8_t[16]){[15] = 1}, 16);
    assert_int_equal(summary->ports[2].used, 1);
    pl_summary_free(summary);
    pl_snapshot_free(snap);
}

/* The range: one port, and all ports. An unknown or invalid range counts nothing. */
static void ranges(void **state)
{
    static const struct {
        uint64_t first, last;
        size_t count;
        uint32_t available;
    } cases[] = {
        {5000, 5000, 1, 0},  {0, 65535, 1, 65535},     {5001, 5000, 0, 0},
        {5000, 65536, 0, 0}, {5000, UINT64_MAX, 0, 0}, {UINT64_MAX, 5000, 0, 0},
        {5001, 65535, 0, 0},
    };
    struct pl_snapshot *snap = fresh(&any);
    struct pl_summary *summary;

    (void)state;
    put_port(snap, PL_PROTO_TCP, "10.0.0.1", 5000);
    summary = make(snap);
    assert_int_equal(summary->port_count, 0);
    pl_summary_free(summary);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        put_range(snap, cases[i].first, cases[i].last);
        summary = make(snap);
        assert_int_equal(summary->port_count, cases[i].count);
        if (cases[i].count > 0) {
            assert_int_equal(summary->ports[0].used, 1);
            assert_int_equal(summary->ports[0].available, cases[i].available);
        }
        pl_summary_free(summary);
    }
    pl_snapshot_free(snap);
}

/*
 * Sockets of each process, sorted by number, then by pid. A socket that is held twice counts once.
 */
static void holdings(void **state)
{
    static const struct pl_owner owners[] = {
        {20, 3, 1}, {20, 4, 1}, {30, 3, 1}, {30, 4, 2},
        {30, 5, 3}, {10, 9, 2}, {20, 5, 2}, {5, 1, 3},
    };
    static const struct pl_holding want[] = {{3, 30}, {2, 20}, {1, 5}, {1, 10}};
    struct pl_snapshot *snap = fresh(&any);
    struct pl_summary *summary;

    (void)state;
    for (uint64_t key = 0; key <= 3; key++) {
        const struct pl_sock sock = {.have = PL_HAVE_STATE,
                                     .proto = PL_PROTO_TCP,
                                     .state = PL_STATE_LISTEN,
                                     .local_port = (uint32_t)key,
                                     .key = key};

        assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
    }
    assert_int_equal(pl_join_prepare(snap), 0);
    for (size_t i = 0; i < COUNT_OF(owners); i++)
        assert_int_equal(snap->sink.owner(&snap->sink, &owners[i]), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    summary = make(snap);
    assert_int_equal(summary->holding_count, COUNT_OF(want));
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        assert_int_equal(summary->holdings[i].pid, want[i].pid);
        assert_true(summary->holdings[i].sockets == want[i].sockets);
    }
    pl_summary_free(summary);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(empty), TEST(states), TEST(ports), TEST(ranges), TEST(holdings))
