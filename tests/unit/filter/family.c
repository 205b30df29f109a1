/* SPDX-License-Identifier: BSD-2-Clause */
/* Endpoints of other families, and what naming a family restricts. */
#include "filters.h"

#include "snapshot/snapshot.h"

struct known {
    struct pl_sock sock;
    struct pl_attr attr;
};

static bool matches(const char *expression, const struct known *known)
{
    const struct pl_query query = {.protos = UINT32_MAX, .need = UINT32_MAX};
    struct pl_filter *filter = parse(expression);
    struct pl_snapshot *snap;
    const struct pl_sock *socks;
    size_t count;
    bool match;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &query, &snap), 0);
    assert_int_equal(snap->sink.sock(&snap->sink, &known->sock, &known->attr, known->attr.id != 0),
                     0);
    socks = pl_snapshot_socks(snap, &count);
    assert_int_equal(count, 1);
    match = pl_filter_match(filter, snap, socks);
    pl_snapshot_free(snap);
    pl_filter_free(filter);
    return match;
}

#define IS(expression, known)  assert_true(matches(expression, known))
#define NOT(expression, known) assert_false(matches(expression, known))

static struct known unix_named(const char *name, uint32_t len)
{
    return (struct known){.sock = {.family = PL_FAMILY_UNIX,
                                   .proto = PL_PROTO_UNIX,
                                   .have = PL_HAVE_STATE,
                                   .state = PL_STATE_LISTEN},
                          .attr = {.id = PL_ATTR_PATH, .text = 1, .len = len, .u.text = name}};
}

static void unix_names(void **state)
{
    struct known path = unix_named("/run/Dbus [1]", 13);
    struct known abstract = unix_named("\0name", 5);
    struct known unnamed = {.sock = path.sock};

    (void)state;
    IS("src unix:/run/*", &path);
    IS("src unix:/RUN/d*", &path);
    IS("src '/run/Dbus [1]'", &path);
    IS("src /run/Dbus\\x20\\x5b1]", &path);
    NOT("src unix:/tmp/*", &path);
    NOT("src unix:/run/dbus", &path);
    IS("unix:/run/*", &path);
    IS("/run/*", &path);
    NOT("dst unix:/run/*", &path);
    IS("src unix:*", &path);
    NOT("src unix:", &path);
    IS("src unix:@name", &abstract);
    IS("src @NAME", &abstract);
    IS("src unix:@n*", &abstract);
    NOT("src unix:/*", &abstract);
    IS("src unix:*", &unnamed);
    IS("src unix:", &unnamed);
    NOT("src unix:?*", &unnamed);
    IS("path '/run/Dbus [1]'", &path);
    wrong("sport = unix:/run", 8, 9);
}

static void link(void **state)
{
    struct known arp = {.sock = {.family = PL_FAMILY_PACKET,
                                 .proto = PL_PROTO_PACKET,
                                 .ifindex = 3,
                                 .have = PL_HAVE_INTERFACE},
                        .attr = {.id = PL_ATTR_PROTOCOL, .u.num = 0x806}};

    (void)state;
    IS("src link:arp", &arp);
    IS("src link:0x806:3", &arp);
    IS("src link:2054:*", &arp);
    IS("src link:*:3", &arp);
    IS("src link:", &arp);
    IS("sport = link:3", &arp);
    NOT("src link:ip", &arp);
    NOT("src link:arp:4", &arp);
    NOT("src netlink:*", &arp);
    IS("dst link:*", &arp);
    NOT("dst link:arp", &arp);
    wrong("src link:70000", 4, 10);
    wrong("src link:nosuch", 4, 11);
}

static void netlink(void **state)
{
    struct known route = {.sock = {.family = PL_FAMILY_NETLINK,
                                   .proto = PL_PROTO_NETLINK,
                                   .local_port = 4000000000U,
                                   .have = PL_HAVE_STATE},
                          .attr = {.id = PL_ATTR_PROTOCOL, .u.num = 0}};

    (void)state;
    IS("src netlink:route", &route);
    IS("src netlink:rtnl:4000000000", &route);
    IS("src netlink:0", &route);
    IS("src netlink:*:4000000000", &route);
    IS("sport > netlink:70000", &route);
    NOT("src netlink:route:kernel", &route);
    NOT("src netlink:genl", &route);
    route.sock.local_port = 0;
    IS("src netlink:route:kernel", &route);
    IS("sport netlink:kernel", &route);
    wrong("src netlink:nosuch", 4, 14);
    wrong("src netlink:route:x", 4, 15);
}

static void vsock(void **state)
{
    struct known host = {.sock = {.family = PL_FAMILY_VSOCK,
                                  .proto = PL_PROTO_VSOCK,
                                  .local_addr = {0, 0, 0, 2},
                                  .local_port = 100000,
                                  .have = PL_HAVE_LOCAL}};

    (void)state;
    IS("src vsock:2:100000", &host);
    IS("src vsock:2", &host);
    IS("src vsock:*:100000", &host);
    IS("sport >= vsock:100000", &host);
    NOT("src vsock:3", &host);
    NOT("src vsock:2:99999", &host);
    wrong("src vsock:x", 4, 7);
    wrong("src vsock:1:4294967296", 4, 18);
}

static void raw(void **state)
{
    struct known icmp = {.sock = {.family = PL_FAMILY_INET,
                                  .proto = PL_PROTO_RAW,
                                  .local_port = 1,
                                  .have = PL_HAVE_LOCAL}};

    (void)state;
    IS("src 0.0.0.0:icmp", &icmp);
    IS("sport = 1", &icmp);
    NOT("src *:igmp", &icmp);
    icmp.sock.proto = PL_PROTO_TCP;
    NOT("src *:icmp", &icmp);
}

static uint32_t families_of(const char *expression)
{
    struct pl_filter_error error;
    struct pl_filter *filter;
    uint32_t families;

    assert_int_equal(pl_filter_parse(expression, NULL, &filter, &error), 0);
    families = pl_filter_families(filter);
    pl_filter_free(filter);
    return families;
}

/* Several families are all selected. */
static void restricted(void **state)
{
    const uint32_t v4 = PL_BIT(PL_FAMILY_INET);
    const uint32_t v6 = PL_BIT(PL_FAMILY_INET6);

    (void)state;
    assert_int_equal(families_of("src 10.0.0.1"), UINT32_MAX);
    assert_int_equal(families_of("not src inet:10.0.0.1"), v4);
    assert_int_equal(families_of("sport = inet6:22"), v6);
    assert_int_equal(families_of("src inet:10.0.0.1 or src inet6:[::1]"), v4 | v6);
    assert_int_equal(families_of("src unix:*"), PL_BIT(PL_FAMILY_UNIX));
    assert_int_equal(families_of("inet or inet6"), v4 | v6);
}

TEST_MAIN(TEST(unix_names), TEST(link), TEST(netlink), TEST(vsock), TEST(raw), TEST(restricted))
