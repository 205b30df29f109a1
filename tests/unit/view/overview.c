/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets of one program are one row of the overview; those of several programs are several. */
#include "alloc.h"
#include "harness.h"

#include "snapshot/snapshot.h"
#include "view/sheet.h"
#include "view/text.h"

static const struct pl_query all = {.protos = UINT32_MAX};

static void add(struct pl_snapshot *snap, unsigned int port, uint8_t last, uint64_t key)
{
    const struct pl_sock sock = {
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE,
        .family = PL_FAMILY_INET,
        .proto = PL_PROTO_TCP,
        .state = PL_STATE_LISTEN,
        .local_addr = {127, 0, 0, last},
        .local_port = port,
        .key = key,
    };

    assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
}

/* Without an overview, a row is one socket. */
static void shows(const struct pl_snapshot *snap, const struct overview *overview,
                  const struct pl_sock *row, const char *name, const char *want)
{
    const struct pl_field *field = column_find(name, strlen(name));
    const struct view view = {.snap = snap, .overview = overview};
    const struct sheet sheet = {.view = &view};
    const struct sheet_column column = {.name = name, .field = field};
    struct out out = {.fd = -1};
    struct cell cell = {0};
    char buf[256];

    if (overview)
        overview_cell(&sheet, row, &column, &cell);
    else
        column_get(field, &view, row, &cell);
    cell_plain(&out, &view, &cell, ',', "");
    assert_string_equal(out_text(&out, buf, sizeof(buf)), want);
    out_free(&out);
}

static void holders(const struct pl_snapshot *snap, const struct overview *overview,
                    const struct pl_sock *row, const char *want)
{
    shows(snap, overview, row, "holders", want);
}

static void groups(void **state)
{
    static const struct pl_owner owners[] = {
        {5, 3, 11},  {5, 4, 11},               /* one process twice */
        {9, 3, 21},  {8, 3, 22},  {8, 4, 21},  /* SO_REUSEPORT: two sockets, two processes */
        {7, 3, 51},  {7, 4, 51},  {6, 3, 52},  /* the first has more of them */
        {30, 3, 31}, {31, 3, 31}, {32, 3, 31}, /* pre-fork: one socket, three processes */
    };
    const struct pl_sock *rows[8];
    struct pl_snapshot *snap;
    struct overview overview;
    size_t count;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    add(snap, 80, 1, 11);
    add(snap, 81, 1, 21);
    add(snap, 81, 1, 22);
    add(snap, 81, 2, 31); /* another address is another listener */
    add(snap, 82, 1, 41); /* no owner is known */
    add(snap, 82, 1, 42);
    add(snap, 83, 1, 51);
    add(snap, 83, 1, 52);
    assert_int_equal(pl_join_prepare(snap), 0);
    for (size_t i = 0; i < COUNT_OF(owners); i++)
        assert_int_equal(snap->sink.owner(&snap->sink, &owners[i]), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        rows[i] = &pl_snapshot_socks(snap, &count)[i];
    assert_int_equal(count, 8);
    assert_int_equal(overview_reduce(snap, rows, 8, &overview), 5);
    holders(snap, &overview, rows[0], "5/-");
    holders(snap, &overview, rows[1], "8/-(x2)");
    holders(snap, &overview, rows[2], "30/-(x3)");
    holders(snap, &overview, rows[3], "not_found(x2)");
    holders(snap, &overview, rows[4], "6/-(x2)");
    /* Without an overview, a row is one socket. */
    holders(snap, NULL, rows[2], "30/-(x3)");
    holders(snap, NULL, rows[1], "8/-(x2)");
    holders(snap, NULL, rows[3], "-");
    /* A socket that is not a leader. */
    holders(snap, &overview, &pl_snapshot_socks(snap, &count)[2], "8/-");
    overview_free(&overview);
    pl_snapshot_free(snap);
}

/* Listeners that differ in one thing are two: [::]:80 for IPv6 alone and for both, one bound to an
   interface, to another, another family, protocol, port and address. */
static void apart(void **state)
{
    static const struct pl_sock socks[] = {
        {.family = PL_FAMILY_INET6, .proto = PL_PROTO_TCP, .local_port = 80},
        {.family = PL_FAMILY_INET6,
         .proto = PL_PROTO_TCP,
         .local_port = 80,
         .flags = PL_FLAG_V6ONLY},
        {.family = PL_FAMILY_INET6,
         .proto = PL_PROTO_TCP,
         .local_port = 80,
         .have = PL_HAVE_INTERFACE,
         .ifindex = 2},
        {.family = PL_FAMILY_INET6,
         .proto = PL_PROTO_TCP,
         .local_port = 80,
         .have = PL_HAVE_INTERFACE,
         .ifindex = 3},
        {.family = PL_FAMILY_INET, .proto = PL_PROTO_TCP, .local_port = 80},
        {.family = PL_FAMILY_INET6, .proto = PL_PROTO_UDP, .local_port = 80},
        {.family = PL_FAMILY_INET6, .proto = PL_PROTO_TCP, .local_port = 81},
        {.family = PL_FAMILY_INET6,
         .proto = PL_PROTO_TCP,
         .local_port = 80,
         .local_addr = {[15] = 1}},
        /* Without PL_HAVE_INTERFACE an ifindex is ignored. */
        {.family = PL_FAMILY_INET6, .proto = PL_PROTO_TCP, .local_port = 80, .ifindex = 9},
    };
    enum { COUNT = COUNT_OF(socks) };
    struct pl_snapshot *snap;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(snap->sink.sock(&snap->sink, &socks[i], NULL, 0), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    for (size_t i = 1; i < COUNT; i++) {
        const struct pl_sock *rows[2];
        struct overview overview;
        size_t count;

        rows[0] = &pl_snapshot_socks(snap, &count)[0];
        rows[1] = &pl_snapshot_socks(snap, &count)[i];
        assert_int_equal(overview_reduce(snap, rows, 2, &overview), i == COUNT - 1 ? 1 : 2);
        overview_free(&overview);
    }
    pl_snapshot_free(snap);
}

static void nothing(void **state)
{
    struct pl_snapshot *snap;
    struct overview overview;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    assert_int_equal(overview_reduce(snap, NULL, 0, &overview), 0);
    assert_non_null(overview.listeners);
    assert_int_equal(overview.count, 0);
    overview_free(&overview);
    pl_snapshot_free(snap);
}

#define V4          \
    PL_FAMILY_INET, \
    {               \
        0           \
    }
#define V6           \
    PL_FAMILY_INET6, \
    {                \
        0            \
    }
#define L4           \
    PL_FAMILY_INET,  \
    {                \
        127, 0, 0, 1 \
    }
#define L6           \
    PL_FAMILY_INET6, \
    {                \
        [15] = 1     \
    }

/* Several programs on a port, and both families of a program. */
static const struct {
    unsigned int port;
    unsigned int proto;
    unsigned int family;
    uint8_t addr[16];
    uint64_t key;
    uint32_t uid;
    bool dual;
} shared[] = {
    {22, PL_PROTO_TCP, V4, 1, 0, false}, /* 0: sshd, with 1 */
    {22, PL_PROTO_TCP, V6, 2, 0, false},
    {53, PL_PROTO_TCP, L4, 3, 0, false}, /* 2: dnsmasq, with 3 */
    {53, PL_PROTO_TCP, L6, 4, 0, false},
    {53, PL_PROTO_UDP, L4, 5, 0, false}, /* 4: dnsmasq, by UDP */
    {80, PL_PROTO_TCP, V4, 6, 0, false}, /* 5: systemd holds the socket of nginx, with 6 */
    {80, PL_PROTO_TCP, V6, 7, 0, false},
    {81, PL_PROTO_TCP, V4, 8, 0, false},       /* 7: nginx, without systemd */
    {81, PL_PROTO_TCP, V6, 9, 0, false},       /* 8: sshd on the same port */
    {5353, PL_PROTO_UDP, V4, 10, 1000, false}, /* 9: chrome, with 13 */
    {5353, PL_PROTO_UDP, V4, 11, 70, false},   /* 10: avahi, with 12 */
    {5353, PL_PROTO_UDP, V6, 12, 70, false},
    {5353, PL_PROTO_UDP, V4, 13, 1000, false},
    {5353, PL_PROTO_UDP, V4, 14, 1001, false}, /* 13: chrome of another user */
    {5353, PL_PROTO_UDP, V6, 15, 1001, true},  /* 14: [::] that includes IPv4 */
    {6000, PL_PROTO_TCP, V4, 90, 0, false},    /* 15: unknown, with 16 */
    {6000, PL_PROTO_TCP, V6, 91, 0, false},
};

static const struct {
    struct pl_owner owner;
    const char *name;
} sharers[] = {
    {{812, 3, 1}, "sshd"},         {{812, 4, 2}, "sshd"},    {{90, 4, 3}, "dnsmasq"},
    {{90, 5, 4}, "dnsmasq"},       {{90, 6, 5}, "dnsmasq"},  {{1, 9, 6}, "systemd"},
    {{1, 10, 7}, "systemd"},       {{300, 3, 6}, "nginx"},   {{300, 4, 7}, "nginx"},
    {{301, 3, 6}, "nginx"},        {{301, 4, 7}, "nginx"},   {{300, 5, 8}, "nginx"},
    {{812, 5, 9}, "sshd"},         {{501, 3, 10}, "chrome"}, {{70, 3, 11}, "avahi-daemon"},
    {{70, 4, 12}, "avahi-daemon"}, {{502, 3, 13}, "chrome"}, {{503, 3, 14}, "chrome"},
    {{503, 4, 15}, "chrome"},
};

static struct pl_snapshot *share(void)
{
    const struct pl_addr addr = {.ifindex = 1, .family = PL_FAMILY_INET, .bytes = {127, 0, 0, 1}};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    for (size_t i = 0; i < COUNT_OF(shared); i++) {
        bool v6 = shared[i].family == PL_FAMILY_INET6;
        struct pl_sock sock = {
            .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_UID |
                    (v6 ? (uint32_t)PL_HAVE_V6ONLY : 0),
            .flags = v6 && !shared[i].dual ? PL_FLAG_V6ONLY : 0,
            .family = (uint8_t)shared[i].family,
            .proto = (uint8_t)shared[i].proto,
            .state = shared[i].proto == PL_PROTO_TCP ? PL_STATE_LISTEN : PL_STATE_UNCONN,
            .local_port = shared[i].port,
            .uid = shared[i].uid,
            .key = shared[i].key,
        };

        memcpy(sock.local_addr, shared[i].addr, sizeof(sock.local_addr));
        assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
    }
    assert_int_equal(pl_join_prepare(snap), 0);
    for (size_t i = 0; i < COUNT_OF(sharers); i++)
        assert_int_equal(snap->sink.owner(&snap->sink, &sharers[i].owner), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    for (size_t i = 0; i < COUNT_OF(sharers); i++) {
        const struct pl_process process = {
            .pid = sharers[i].owner.pid, .uid = PL_UID_UNKNOWN, .name = text_of(sharers[i].name)};

        assert_int_equal(snap->sink.process(&snap->sink, &process), 0);
    }
    assert_int_equal(snap->sink.addr(&snap->sink, &addr), 0);
    pl_join_settle(snap);
    return snap;
}

static void programs(void **state)
{
    static const struct {
        size_t row;
        const char *proto;
        const char *local;
        const char *reach;
        const char *holders;
    } wants[] = {
        {0, "tcp", "*:22", "any", "812/sshd"},
        {2, "tcp", "localhost:53", "loopback", "90/dnsmasq"},
        {4, "udp", "127.0.0.1:53", "loopback", "90/dnsmasq"},
        {5, "tcp", "*:80", "any", "1/systemd,300/nginx(x2)"},
        {7, "tcp", "0.0.0.0:81", "any_v4", "300/nginx"},
        {8, "tcp6", "[::]:81", "any_v6", "812/sshd"},
        {9, "udp", "0.0.0.0:5353", "any_v4", "501/chrome(x2)"},
        {10, "udp", "*:5353", "any", "70/avahi-daemon"},
        {13, "udp", "0.0.0.0:5353", "any_v4", "503/chrome"},
        {14, "udp6", "*:5353", "any", "503/chrome"},
        {15, "tcp", "*:6000", "any", "not_found"},
    };
    const struct pl_sock *rows[COUNT_OF(shared)];
    struct pl_snapshot *snap = share();
    struct overview overview;
    size_t count;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(shared); i++)
        rows[i] = &pl_snapshot_socks(snap, &count)[i];
    assert_int_equal(overview_reduce(snap, rows, count, &overview), COUNT_OF(wants));
    for (size_t i = 0; i < COUNT_OF(wants); i++) {
        assert_ptr_equal(rows[i], &pl_snapshot_socks(snap, &count)[wants[i].row]);
        shows(snap, &overview, rows[i], "proto", wants[i].proto);
        shows(snap, &overview, rows[i], "local", wants[i].local);
        shows(snap, &overview, rows[i], "reach", wants[i].reach);
        shows(snap, &overview, rows[i], "holders", wants[i].holders);
    }
    overview_free(&overview);
    pl_snapshot_free(snap);
}

static void no_memory(void **state)
{
    struct pl_snapshot *snap = share();
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);

    (void)state;
    for (unsigned long nth = 1; nth <= 5; nth++) {
        const struct pl_sock *rows[] = {&socks[0], &socks[1]};
        struct overview overview;
        size_t left;

        alloc_fail(nth);
        left = overview_reduce(snap, rows, 2, &overview);
        assert_int_equal(alloc_failed(), nth < 5);
        assert_int_equal(left, nth < 5 ? 0 : 1);
        assert_int_equal(overview.count, left);
        assert_int_equal(overview.listeners == NULL, nth < 5);
        overview_free(&overview);
    }
    alloc_fail(0);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(programs), TEST(no_memory), TEST(groups), TEST(apart), TEST(nothing))
