/* SPDX-License-Identifier: BSD-2-Clause */
#include "layouts.h"

#include "as/layout.h"

static void rows(void **state)
{
    struct pl_snapshot *snap = two_socks();
    struct out out = {.fd = -1};
    const struct as_view view = {.snap = snap,
                                 .all = true,
                                 .extended = true,
                                 .processes = true,
                                 .wide = true,
                                 .protos = PL_BIT(PL_PROTO_TCP)};

    (void)state;
    netstat_print(&view, &out);
    holds(&out, "Active Internet connections (servers and established)\n"
                "Proto Recv-Q Send-Q Local Address           Foreign Address         State       "
                "User       Inode      PID/Program name    \n"
                "tcp        0      0 127.0.0.1:8080          0.0.0.0:*               LISTEN      "
                "0          1          5/web server        \n"
                "tcp6       0      7 2001:db8::1:8080        10.0.0.9:443            ESTABLISHED "
                "0          2          -                   \n");
    pl_snapshot_free(snap);
}

/* Without -a: servers or the others; 22 bytes of address and port. */
static void chosen(void **state)
{
    struct pl_snapshot *snap = two_socks();
    struct pl_sock *socks = snap->socks.items;
    struct out out = {.fd = -1};
    const struct as_view view = {.snap = snap, .protos = PL_BIT(PL_PROTO_TCP)};

    (void)state;
    memset(socks[1].local_addr, 0x11, 16);
    netstat_print(&view, &out);
    holds(&out,
          "Active Internet connections (w/o servers)\n"
          "Proto Recv-Q Send-Q Local Address           Foreign Address         State      \n"
          "tcp6       0      7 1111:1111:1111:111:8080 10.0.0.9:443            ESTABLISHED\n");
    pl_snapshot_free(snap);
}

static void put(struct pl_snapshot *snap, enum pl_proto proto, uint16_t state,
                const struct pl_attr *attrs, size_t count)
{
    const struct pl_sock sock = {.proto = (uint8_t)proto,
                                 .family = PL_FAMILY_INET,
                                 .have = PL_HAVE_STATE | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q,
                                 .local_addr = {127, 0, 0, 1},
                                 .local_port = 9,
                                 .state = PL_STATE_ESTABLISHED};
    struct pl_sock *socks;

    assert_int_equal(snap->sink.sock(&snap->sink, &sock, attrs, count), 0);
    socks = snap->socks.items;
    socks[snap->socks.count - 1].state = state;
}

static struct pl_snapshot *of_system(enum pl_system system)
{
    static const struct pl_query any = {.protos = UINT32_MAX};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(system, &any, &snap), 0);
    return snap;
}

#define ROW "127.0.0.1:9             0.0.0.0:*               "

static void protocols(void **state)
{
    struct pl_snapshot *snap = of_system(PL_SYSTEM_LINUX);
    const struct pl_attr protocol = {.id = PL_ATTR_PROTOCOL, .u.num = 58};
    struct out out = {.fd = -1};
    struct as_view view = {.snap = snap, .all = true, .protos = UINT32_MAX};

    (void)state;
    put(snap, PL_PROTO_RAW, PL_STATE_UNCONN, &protocol, 1);
    put(snap, PL_PROTO_RAW, PL_STATE_ESTABLISHED, NULL, 0);
    put(snap, PL_PROTO_RAW, PL_STATE_OTHER | 3, NULL, 0);
    put(snap, PL_PROTO_UDPLITE, PL_STATE_UNCONN, NULL, 0);
    put(snap, PL_PROTO_UDP, PL_STATE_OTHER | 9, NULL, 0);
    put(snap, PL_PROTO_SCTP, PL_STATE_LISTEN, NULL, 0);
    put(snap, PL_PROTO_TCP, PL_STATE_CLOSED, NULL, 0);
    view.protos = 0xffff & ~PL_BIT(PL_PROTO_UNIX);
    netstat_print(&view, &out);
    holds(&out, "Active Internet connections (servers and established)\n"
                "Proto Recv-Q Send-Q Local Address           Foreign Address         State      \n"
                "tcp        0      0 " ROW "CLOSE      \n"
                "sctp                127.0.0.1:9                                     LISTEN     \n"
                "udp        0      0 " ROW "UNKNOWN    \n"
                "udpl       0      0 " ROW "           \n"
                "raw        0      0 127.0.0.1:58            0.0.0.0:*               7          \n"
                "raw        0      0 " ROW "1          \n"
                "raw        0      0 " ROW "3          \n");
    /* The list ends at a table that could not be read. */
    out = (struct out){.fd = -1};
    view.ends_at = PL_PROTO_UDP;
    netstat_print(&view, &out);
    assert_null(memmem(out.data, out.len, "udp", 3));
    assert_non_null(memmem(out.data, out.len, "sctp", 4));
    out_free(&out);
    pl_snapshot_free(snap);
}

static void timers(void **state)
{
    static const struct {
        uint64_t timer, left, retries;
        int retransmits, probes; /* -1: not reported */
        const char *want;
    } cases[] = {
        {PL_TIMER_NONE, 0, 0, -1, -1, " off (0.00/0/0)\n"},
        {PL_TIMER_RETRANSMIT, 690, 2, -1, -1, " on (0.69/2/0)\n"},
        {PL_TIMER_KEEPALIVE, 7190120, 1, -1, -1, " keepalive (7190.12/0/1)\n"},
        {PL_TIMER_PROBE, 10, 4, 3, 4, " probe (0.01/3/4)\n"},
        {PL_TIMER_TIME_WAIT, 59000, 0, -1, -1, " timewait (59.00/0/0)\n"},
        {9, 1000, 0, 0, 0, " unkn-9 (1.00/0/0)\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = of_system(PL_SYSTEM_LINUX);
        struct out out = {.fd = -1};
        const struct as_view view = {
            .snap = snap, .all = true, .timers = true, .protos = PL_BIT(PL_PROTO_TCP)};
        struct pl_attr attrs[5] = {
            {.id = PL_ATTR_TIMER, .u.num = cases[i].timer},
            {.id = PL_ATTR_TIMER_LEFT, .u.num = cases[i].left},
            {.id = PL_ATTR_RETRIES, .u.num = cases[i].retries},
            {.id = PL_ATTR_RETRANSMITS, .u.num = (uint64_t)cases[i].retransmits},
            {.id = PL_ATTR_PROBES, .u.num = (uint64_t)cases[i].probes},
        };

        put(snap, PL_PROTO_TCP, PL_STATE_ESTABLISHED, attrs, cases[i].retransmits < 0 ? 3 : 5);
        netstat_print(&view, &out);
        out_char(&out, '\0');
        assert_non_null(strstr(out.data, cases[i].want));
        assert_non_null(strstr(out.data, "State       Timer\n"));
        out_free(&out);
        pl_snapshot_free(snap);
    }
}

/* Unknown timers, queues and users are not printed as off, 0 and root. */
static void unknown(void **state)
{
    struct pl_snapshot *snap = of_system(PL_SYSTEM_FREEBSD);
    struct out out = {.fd = -1};
    const struct as_view view = {.snap = snap,
                                 .all = true,
                                 .timers = true,
                                 .extended = true,
                                 .protos = PL_BIT(PL_PROTO_TCP)};
    struct pl_sock *sock;

    (void)state;
    put(snap, PL_PROTO_TCP, PL_STATE_ESTABLISHED, NULL, 0);
    sock = snap->socks.items;
    sock->have = PL_HAVE_STATE;
    netstat_print(&view, &out);
    out_char(&out, '\0');
    assert_non_null(
        strstr(out.data, "tcp        -      - " ROW "ESTABLISHED -          -          -\n"));
    out_free(&out);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(rows), TEST(chosen), TEST(protocols), TEST(timers), TEST(unknown))
