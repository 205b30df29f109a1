/* SPDX-License-Identifier: BSD-2-Clause */
/* What prevents a bind(2), of all that a snapshot has. */
#include "harness.h"

#include "api/bind.h"
#include "explain/explain.h"
#include "snapshot/snapshot.h"

#include <arpa/inet.h>

static const struct pl_query all = {.protos = UINT32_MAX, .states = UINT32_MAX};

static void parse(const char *text, uint8_t *family, uint8_t *out)
{
    *family = strchr(text, ':') ? PL_FAMILY_INET6 : PL_FAMILY_INET;
    assert_int_equal(inet_pton(*family == PL_FAMILY_INET6 ? AF_INET6 : AF_INET, text, out), 1);
}

static void add_addr(struct pl_snapshot *snap, const char *text, uint32_t ifindex)
{
    struct pl_addr addr = {.ifindex = ifindex};

    parse(text, &addr.family, addr.bytes);
    assert_int_equal(snap->sink.addr(&snap->sink, &addr), 0);
}

static void add_counter(struct pl_snapshot *snap, enum pl_counter id, uint64_t value)
{
    assert_int_equal(snap->sink.counter(&snap->sink, id, value), 0);
}

static struct pl_snapshot *fresh(void)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    return snap;
}

/* Interface 1 is lo, 2 has a private and a link-local address. */
static struct pl_snapshot *machine(void)
{
    struct pl_snapshot *snap = fresh();

    add_addr(snap, "127.0.0.1", 1);
    add_addr(snap, "::1", 1);
    add_addr(snap, "192.168.5.3", 2);
    add_addr(snap, "fe80::5", 2);
    add_counter(snap, PL_COUNTER_UNPRIVILEGED_FIRST, 1024);
    add_counter(snap, PL_COUNTER_EPHEMERAL_FIRST, 32768);
    add_counter(snap, PL_COUNTER_EPHEMERAL_LAST, 60999);
    return snap;
}

static void add_sock(struct pl_snapshot *snap, unsigned int proto, unsigned int state,
                     uint64_t left)
{
    struct pl_sock sock = {
        .have = PL_HAVE_LOCAL | PL_HAVE_STATE | PL_HAVE_UID | PL_HAVE_V6ONLY | PL_HAVE_COOKIE,
        .family = PL_FAMILY_INET,
        .proto = (uint8_t)proto,
        .state = (uint16_t)state,
        .local_port = 8080,
        .uid = 1000,
        .cookie = snap->socks.count + 1,
    };
    const struct pl_attr timer = {.id = PL_ATTR_TIMER_LEFT, .u.num = left};

    assert_int_equal(snap->sink.sock(&snap->sink, &sock, &timer, left > 0), 0);
}

static struct pl_bind bind_of(const char *addr, uint16_t port, unsigned int proto,
                              unsigned int reuse)
{
    struct pl_bind bind = {
        .uid = 1000, .port = port, .proto = (uint8_t)proto, .reuse = (uint8_t)reuse};

    parse(addr, &bind.family, bind.addr);
    return bind;
}

/* "taken: listener taken 2, ephemeral free 0" */
static void assert_answer(const struct pl_bind_answer *answer, const char *want)
{
    char got[512];

    (void)snprintf(got, sizeof(got), "%s:", pl_bind_verdict_name(answer->verdict));
    for (size_t i = 0; i < answer->count; i++)
        (void)snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s %s %s %zu",
                       i > 0 ? "," : "", pl_cause_name(answer->causes[i].kind),
                       pl_bind_verdict_name(answer->causes[i].verdict), answer->causes[i].count);
    assert_string_equal(got, want);
}

static void assert_causes(const struct pl_snapshot *snap, const struct pl_bind *bind,
                          const char *want)
{
    struct pl_bind_answer answer;

    pl_bind_explain(snap, bind, &answer);
    assert_answer(&answer, want);
}

/* Rules are about connections, not about bind(2). */
static void rules(void **state)
{
    static const struct {
        const char *addr;
        uint16_t port;
        unsigned int proto;
        const char *want;
    } cases[] = {
        {"0.0.0.0", 8080, PL_PROTO_TCP, "taken: listener taken 1, published free 0"},
        {"0.0.0.0", 8081, PL_PROTO_TCP, "free: published free 0, free free 0"},
        {"::", 8081, PL_PROTO_TCP, "free: published free 0, free free 0"},
        {"::1", 8081, PL_PROTO_TCP, "free: free free 0"},
        {"0.0.0.0", 8089, PL_PROTO_TCP, "free: published free 0, free free 0"},
        {"0.0.0.0", 8079, PL_PROTO_TCP, "free: free free 0"},
        {"0.0.0.0", 8090, PL_PROTO_TCP, "free: free free 0"},
        {"0.0.0.0", 8081, PL_PROTO_UDP, "free: free free 0"},
        {"127.0.0.1", 8081, PL_PROTO_TCP, "free: free free 0"}, /* only those that arrive */
    };
    const struct pl_route route = {
        .match = {.family = PL_FAMILY_INET, .proto = 6, .ports = true, .first = 8080, .last = 8089},
        .target = {.family = PL_FAMILY_INET, .addr = {10, 0, 0, 2}, .port = 80},
    };
    struct pl_snapshot *snap = machine();

    (void)state;
    add_sock(snap, PL_PROTO_TCP, PL_STATE_LISTEN, 0);
    assert_int_equal(pl_routes_add(snap, &route), 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_bind bind = bind_of(cases[i].addr, cases[i].port, cases[i].proto, PL_REUSE_NONE);

        assert_causes(snap, &bind, cases[i].want);
    }
    pl_snapshot_free(snap);
    /* The row of a port that only a rule has is no socket that holds it. */
    snap = machine();
    add_sock(snap, PL_PROTO_TCP, PL_STATE_PUBLISHED, 0);
    struct pl_bind bind = bind_of("0.0.0.0", 8080, PL_PROTO_TCP, PL_REUSE_NONE);

    assert_causes(snap, &bind, "free: free free 0");
    pl_snapshot_free(snap);
}

static void limits(void **state)
{
    static const struct {
        const char *addr;
        uint16_t port;
        unsigned int proto;
        const char *want;
    } cases[] = {
        {"0.0.0.0", 8080, PL_PROTO_TCP, "free: free free 0"},
        {"::", 8080, PL_PROTO_TCP, "free: free free 0"},
        {"::ffff:0.0.0.0", 8080, PL_PROTO_TCP, "free: free free 0"},
        {"192.168.5.3", 8080, PL_PROTO_TCP, "free: free free 0"},
        {"::ffff:192.168.5.3", 8080, PL_PROTO_TCP, "free: free free 0"},
        {"127.8.9.10", 8080, PL_PROTO_TCP, "free: free free 0"},
        {"255.255.255.255", 8080, PL_PROTO_UDP, "free: free free 0"},
        {"192.168.5.4", 8080, PL_PROTO_TCP, "taken: not_local taken 0"},
        {"::2", 8080, PL_PROTO_UDP, "taken: not_local taken 0"},
        {"0.0.0.0", 1023, PL_PROTO_TCP, "taken: privileged taken 0"},
        {"0.0.0.0", 1024, PL_PROTO_TCP, "free: free free 0"},
        {"0.0.0.0", 32767, PL_PROTO_TCP, "free: free free 0"},
        {"0.0.0.0", 32768, PL_PROTO_TCP, "free: ephemeral free 0, free free 0"},
        {"0.0.0.0", 60999, PL_PROTO_UDP, "free: ephemeral free 0, free free 0"},
        {"0.0.0.0", 61000, PL_PROTO_TCP, "free: free free 0"},
        {"fe80::5", 8080, PL_PROTO_TCP, "taken: no_zone taken 0"},
        {"ff02::1", 8080, PL_PROTO_UDP, "taken: no_zone taken 0"},
        {"ff05::1", 8080, PL_PROTO_UDP, "free: free free 0"},
        {"ff05::1", 8080, PL_PROTO_TCP, "taken: multicast taken 0"},
        {"224.0.0.1", 8080, PL_PROTO_TCP, "free: multicast free 0, free free 0"},
        {"224.0.0.1", 8080, PL_PROTO_UDP, "free: free free 0"},
    };
    struct pl_snapshot *snap = machine();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_bind bind = bind_of(cases[i].addr, cases[i].port, cases[i].proto, 0);

        assert_causes(snap, &bind, cases[i].want);
    }
    pl_snapshot_free(snap);
}

static void zones_and_rights(void **state)
{
    struct pl_snapshot *snap = machine();
    struct pl_bind bind = bind_of("fe80::5", 8080, PL_PROTO_TCP, 0);

    (void)state;
    bind.ifindex = 2;
    assert_causes(snap, &bind, "free: free free 0");
    bind.ifindex = 1;
    assert_causes(snap, &bind, "taken: not_local taken 0");
    bind = bind_of("0.0.0.0", 80, PL_PROTO_TCP, 0);
    bind.privileged = true;
    assert_causes(snap, &bind, "free: free free 0");
    pl_snapshot_free(snap);
}

/* Nothing is known about limits and addresses. */
static void unknown(void **state)
{
    struct pl_snapshot *snap = fresh();
    struct pl_bind bind = bind_of("192.168.5.3", 80, PL_PROTO_TCP, 0);
    struct pl_bind v6 = bind_of("::", 8080, PL_PROTO_TCP, 0);

    (void)state;
    assert_causes(snap, &bind, "unknown: privileged unknown 0, not_local unknown 0");
    assert_causes(snap, &v6, "free: free free 0");
    add_addr(snap, "127.0.0.1", 1);
    assert_causes(snap, &v6, "unknown: no_ipv6 unknown 0");
    pl_snapshot_free(snap);
}

static void sockets(void **state)
{
    struct pl_snapshot *snap = machine();
    struct pl_bind bind = bind_of("0.0.0.0", 8080, PL_PROTO_TCP, 0);
    struct pl_bind udp = bind_of("::", 8080, PL_PROTO_UDP, 0);
    struct pl_bind_answer answer;

    (void)state;
    add_sock(snap, PL_PROTO_TCP, PL_STATE_TIME_WAIT, 5000);
    add_sock(snap, PL_PROTO_TCP, PL_STATE_TIME_WAIT, 9000);
    add_sock(snap, PL_PROTO_TCP, PL_STATE_TIME_WAIT, 7000);
    add_sock(snap, PL_PROTO_TCP, PL_STATE_BOUND, 0);
    add_sock(snap, PL_PROTO_TCP, PL_STATE_ESTABLISHED, 0);
    add_sock(snap, PL_PROTO_TCP, PL_STATE_FIN_WAIT2, 0);
    ((struct pl_sock *)snap->socks.items)[5].owner_unknown = PL_OWNER_ORPHAN;
    add_sock(snap, PL_PROTO_UDP, PL_STATE_UNCONN, 0);
    assert_causes(snap, &bind,
                  "taken: time_wait taken 3, bound taken 1, connection taken 1, closing taken 1");
    assert_causes(snap, &udp, "taken: socket taken 1");
    bind.reuse = PL_REUSE_ADDR;
    assert_causes(snap, &bind,
                  "unknown: time_wait unknown 3, bound unknown 1, connection unknown 1, closing "
                  "unknown 1");
    pl_bind_explain(snap, &bind, &answer);
    assert_int_equal(answer.causes[0].free_in_ms, 9000);
    add_sock(snap, PL_PROTO_TCP, PL_STATE_LISTEN, 0);
    bind.reuse = PL_REUSE_ADDR;
    pl_bind_explain(snap, &bind, &answer);
    assert_int_equal(answer.verdict, PL_BIND_TAKEN);
    pl_snapshot_free(snap);
}

/* One listener of another user and one that may share the port: it depends on their order. */
static void order(void **state)
{
    struct pl_snapshot *snap = machine();
    struct pl_bind bind = bind_of("0.0.0.0", 8080, PL_PROTO_TCP, PL_REUSE_PORT);

    (void)state;
    add_sock(snap, PL_PROTO_TCP, PL_STATE_LISTEN, 0);
    ((struct pl_sock *)snap->socks.items)[0].uid = 0;
    assert_causes(snap, &bind, "taken: listener taken 1");
    add_sock(snap, PL_PROTO_TCP, PL_STATE_LISTEN, 0);
    assert_causes(snap, &bind, "unknown: listener unknown 2");
    bind.reuse = PL_REUSE_ADDR;
    assert_causes(snap, &bind, "taken: listener taken 2");
    pl_snapshot_free(snap);
}

static void add_flags(struct pl_snapshot *snap, uint64_t cookie, uint64_t key, unsigned int flags)
{
    const struct pl_reuse reuse = {.cookie = cookie, .key = key, .flags = (uint8_t)flags};

    assert_int_equal(snap->sink.reuse(&snap->sink, &reuse), 0);
}

/* The flags of each socket are found by its cookie, or by its key if it has no cookie. */
static void flags(void **state)
{
    struct pl_snapshot *snap = machine();
    struct pl_bind bind = bind_of("0.0.0.0", 8080, PL_PROTO_TCP, PL_REUSE_ADDR);
    struct pl_sock *socks;

    (void)state;
    add_sock(snap, PL_PROTO_TCP, PL_STATE_TIME_WAIT, 0);
    add_sock(snap, PL_PROTO_TCP, PL_STATE_BOUND, 0);
    add_sock(snap, PL_PROTO_TCP, PL_STATE_ESTABLISHED, 0);
    socks = snap->socks.items;
    socks[1].have &= (uint16_t)~PL_HAVE_COOKIE;
    socks[1].key = 3; /* the cookie of another socket */
    add_flags(snap, 1, 0, PL_REUSE_ADDR);
    add_flags(snap, 3, 0, PL_REUSE_PORT);
    add_flags(snap, 3, 0, PL_REUSE_PORT); /* another descriptor */
    add_flags(snap, 0, 3, PL_REUSE_NONE);
    pl_join_settle(snap);
    assert_int_equal(pl_explain_reuse(snap, &socks[0]), PL_REUSE_ADDR);
    assert_int_equal(pl_explain_reuse(snap, &socks[1]), PL_REUSE_NONE);
    assert_int_equal(pl_explain_reuse(snap, &socks[2]), PL_REUSE_PORT);
    assert_causes(snap, &bind, "taken: bound taken 1, connection taken 1");
    bind.reuse = PL_REUSE_PORT;
    assert_causes(snap, &bind, "unknown: time_wait unknown 1, bound unknown 1");
    socks[2].cookie = 4;
    assert_int_equal(pl_explain_reuse(snap, &socks[2]), PL_REUSE_UNKNOWN);
    pl_snapshot_free(snap);
}

/* A connection in FIN_WAIT2 that the kernel keeps as one in TIME_WAIT has no user. */
static void waits(void **state)
{
    static const struct {
        unsigned int timer;
        const char *want;
    } cases[] = {
        {PL_TIMER_TIME_WAIT, "free: free free 0"},
        {PL_TIMER_KEEPALIVE, "unknown: closing unknown 1"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_sock sock = {.have = PL_HAVE_LOCAL | PL_HAVE_STATE | PL_HAVE_COOKIE,
                                     .family = PL_FAMILY_INET,
                                     .proto = PL_PROTO_TCP,
                                     .state = PL_STATE_FIN_WAIT2,
                                     .local_port = 8080,
                                     .cookie = 1};
        const struct pl_attr timer = {.id = PL_ATTR_TIMER, .u.num = cases[i].timer};
        const struct pl_bind bind = bind_of("0.0.0.0", 8080, PL_PROTO_TCP, PL_REUSE_PORT);
        struct pl_snapshot *snap = machine();

        assert_int_equal(snap->sink.sock(&snap->sink, &sock, &timer, 1), 0);
        ((struct pl_sock *)snap->socks.items)[0].owner_unknown = PL_OWNER_ORPHAN;
        add_flags(snap, 1, 0, PL_REUSE_PORT);
        pl_join_settle(snap);
        assert_causes(snap, &bind, cases[i].want);
        pl_snapshot_free(snap);
    }
}

/* The kernel's answer overrides that of the sockets. */
static void probes(void **state)
{
    static const struct {
        uint16_t port;
        unsigned int reuse;
        int error;
        const char *want;
    } cases[] = {
        {81, PL_REUSE_NONE, 0, "free: probe free 0"},
        {81, PL_REUSE_NONE, 13, "taken: disagreement taken 0"},
        {8080, PL_REUSE_NONE, 98, "taken: bound taken 1, probe taken 0"},
        {8080, PL_REUSE_NONE, 0, "free: bound taken 1, disagreement free 0"},
        {8080, PL_REUSE_ADDR, 0, "free: bound unknown 1, probe free 0"},
        {8080, PL_REUSE_ADDR, 98, "taken: bound unknown 1, probe taken 0"},
    };
    struct pl_snapshot *snap = machine();

    (void)state;
    add_sock(snap, PL_PROTO_TCP, PL_STATE_BOUND, 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_bind bind = bind_of("0.0.0.0", cases[i].port, PL_PROTO_TCP, cases[i].reuse);
        struct pl_bind_answer answer;

        bind.privileged = true;
        pl_bind_explain(snap, &bind, &answer);
        pl_bind_take_probe(&answer, cases[i].error);
        assert_answer(&answer, cases[i].want);
        assert_int_equal(answer.causes[answer.count - 1].error, cases[i].error);
    }
    pl_snapshot_free(snap);
}

static void names(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < PL_CAUSE_MAX; i++)
        assert_non_null(pl_cause_name(i));
    assert_null(pl_cause_name(PL_CAUSE_MAX));
}

TEST_MAIN(TEST(limits), TEST(rules), TEST(zones_and_rights), TEST(unknown), TEST(sockets),
          TEST(order), TEST(flags), TEST(probes), TEST(waits), TEST(names))
