/* SPDX-License-Identifier: BSD-2-Clause */
#include "layouts.h"

#include "as/ss/tables.h"

static void rows(void **state)
{
    struct pl_snapshot *snap = two_socks();
    struct out out = {.fd = -1};
    struct as_view view = {.snap = snap,
                           .processes = true,
                           .header = true,
                           .tables = PL_BIT(SS_TCP) | PL_BIT(SS_UDP),
                           .families = UINT32_MAX,
                           .states = UINT32_MAX};

    (void)state;
    ss_print(&view, &out);
    holds(&out,
          "Netid State  Recv-Q Send-Q Local Address:Port      Peer Address:PortProcess         "
          "                              \n"
          "tcp   LISTEN 0      7          127.0.0.1:8080           0.0.0.0:*    "
          "users:((\"web\",pid=6,fd=3),(\"web\",pid=5,fd=3))\n"
          "tcp   ESTAB  0      7      [2001:db8::1]:8080 [::ffff:10.0.0.9]:443                  "
          "                             \n");
    out = (struct out){.fd = -1};
    view.tables = PL_BIT(SS_TCP);
    view.states = PL_BIT(PL_STATE_LISTEN);
    view.header = view.processes = false;
    ss_print(&view, &out);
    holds(&out, "0      7      127.0.0.1:8080 0.0.0.0:*\n");
    out = (struct out){.fd = -1};
    view.families = PL_BIT(PL_FAMILY_INET6);
    view.states = UINT32_MAX;
    ss_print(&view, &out);
    holds(&out, "ESTAB 0      7      [2001:db8::1]:8080 [::ffff:10.0.0.9]:443\n");
    pl_snapshot_free(snap);
}

/* The heading is printed even if nothing could be read. */
static void nothing(void **state)
{
    struct out out = {.fd = -1};
    const struct as_view view = {
        .header = true, .tables = PL_BIT(SS_SCTP), .states = PL_BIT(PL_STATE_UNCONN)};

    (void)state;
    ss_print(&view, &out);
    holds(&out, "Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n");
}

/* The types of UNIX sockets are separate tables; netlink sockets have one state. */
static void kinds(void **state)
{
    const struct pl_sock unix_sock = {.have = PL_HAVE_STATE | PL_HAVE_INODE | PL_HAVE_COOKIE,
                                      .proto = PL_PROTO_UNIX,
                                      .family = PL_FAMILY_UNIX,
                                      .type = PL_TYPE_DGRAM,
                                      .state = PL_STATE_UNCONN,
                                      .key = 12};
    const struct pl_sock netlink = {.have = PL_HAVE_STATE | PL_HAVE_COOKIE,
                                    .proto = PL_PROTO_NETLINK,
                                    .family = PL_FAMILY_NETLINK,
                                    .state = PL_STATE_ESTABLISHED,
                                    .peer_port = 4};
    struct pl_snapshot *snap = one_sock(&unix_sock, NULL, 0);
    struct out out = {.fd = -1};
    struct as_view view = {.snap = snap,
                           .tables = PL_BIT(SS_UNIX_STREAM) | PL_BIT(SS_NETLINK),
                           .families = UINT32_MAX,
                           .asked_families = UINT32_MAX,
                           .states = UINT32_MAX};

    (void)state;
    assert_int_equal(snap->sink.sock(&snap->sink, &netlink, NULL, 0), 0);
    ss_print(&view, &out);
    holds(&out, "nl UNCONN 0      0      rtnl:kernel 0:4\n");
    out = (struct out){.fd = -1};
    view.tables = PL_BIT(SS_UNIX_DGRAM);
    view.asked_families = PL_BIT(PL_FAMILY_UNIX);
    ss_print(&view, &out);
    holds(&out, "UNCONN 0      0      * 12 * 0\n");
    pl_snapshot_free(snap);
}

static void summary(void **state)
{
    static const struct pl_query query = {.need = PL_NEED_COUNTERS};
    static const struct {
        enum pl_counter id;
        uint64_t value;
    } counters[] = {{PL_COUNTER_SOCKETS_USED, 35}, {PL_COUNTER_TCP_INUSE, 6},
                    {PL_COUNTER_TCP_ORPHAN, 1},    {PL_COUNTER_TCP_TIME_WAIT, 2},
                    {PL_COUNTER_TCP_ALLOC, 10},    {PL_COUNTER_TCP_ESTABLISHED, 5},
                    {PL_COUNTER_UDP_INUSE, 2},     {PL_COUNTER_RAW_INUSE, 1},
                    {PL_COUNTER_TCP6_INUSE, 3},    {PL_COUNTER_UDP6_INUSE, 1}};
    struct pl_snapshot *snap;
    struct out out = {.fd = -1};

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &query, &snap), 0);
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        assert_int_equal(snap->sink.counter(&snap->sink, counters[i].id, counters[i].value), 0);
    ss_print_summary(&(struct as_view){.snap = snap}, &out);
    holds(&out, "Total: 35\n"
                "TCP:   12 (estab 5, closed 3, orphaned 1, timewait 2)\n\n"
                "Transport Total     IP        IPv6\n"
                "RAW\t  1         1         0        \n"
                "UDP\t  3         2         1        \n"
                "TCP\t  9         6         3        \n"
                "INET\t  13        9         4        \n"
                "FRAG\t  0         0         0        \n\n");
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(rows), TEST(nothing), TEST(kinds), TEST(summary))
