/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters of ss(8): ports and addresses of sockets other than IP sockets, families that remain, and
 * invalid words.
 */
#include "as/ss/dialect.h"
#include "filters.h"
#include "layouts.h"

#include <errno.h>

static const struct pl_filter_names names = {.host = some_host, .service = some_service};

static bool matches(const char *expression, uint8_t family, const struct pl_sock *sock,
                    const struct pl_attr *attrs, size_t count)
{
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;
    struct pl_snapshot *snap = one_sock(sock, attrs, count);
    bool is;

    snap->counters[PL_COUNTER_EPHEMERAL_FIRST] = 40000;
    snap->counters[PL_COUNTER_EPHEMERAL_LAST] = 50000;
    snap->counted = PL_BIT(PL_COUNTER_EPHEMERAL_FIRST) | PL_BIT(PL_COUNTER_EPHEMERAL_LAST);
    if (ss_filter_parse(expression, &names, family, &filter, &error) != 0)
        fail_msg("%s: %s", expression, error.text);
    is = pl_filter_match(filter, snap, snap->socks.items);
    pl_filter_free(filter);
    pl_snapshot_free(snap);
    return is;
}

static void unix_socks(void **state)
{
    static const struct pl_attr named[] = {STR(PATH, "/run/Name"), NUM(PEER_KEY, 70)};
    static const struct pl_attr made[] = {STR(PATH, "\0"
                                                    "00ab1")};
    const struct pl_sock sock = {.proto = PL_PROTO_UNIX, .family = PL_FAMILY_UNIX, .key = 90000};

    (void)state;
    assert_true(matches("sport > 65535 and dport = 70", 0, &sock, named, 2));
    assert_false(matches("sport < 1024", 0, &sock, named, 2));
    assert_true(matches("sport = 0x15f90", 0, &sock, named, 2));
    assert_true(matches("src unix:/RUN/*", 0, &sock, named, 2));
    assert_true(matches("src /run/*", PL_FAMILY_UNIX, &sock, named, 2));
    assert_false(matches("dst unix:/run/*", 0, &sock, named, 2));
    assert_true(matches("dst unix:*", 0, &sock, named, 2));
    assert_true(matches("sport > 5", PL_FAMILY_UNIX, &sock, named, 2));
    assert_false(matches("sport < 5", PL_FAMILY_UNIX, &sock, named, 2));
    assert_false(matches("src 127.0.0.1", 0, &sock, named, 2));
    assert_false(matches("src 0.0.0.0", 0, &sock, named, 2));
    assert_true(matches("dst 0.0.0.0 and dst [::] and src 0.0.0.0/0", 0, &sock, named, 2));
    assert_true(matches("src 0.0.0.0", 0, &sock, NULL, 0));
    assert_false(matches("autobound", 0, &sock, named, 2));
    assert_true(matches("autobound", 0, &sock, made, 1));
    assert_true(matches("src unix:@00A*", 0, &sock, made, 1));
    assert_true(matches("autobound", 0, &sock, NULL, 0));
}

static void packets(void **state)
{
    static const struct pl_attr arp[] = {NUM(PROTOCOL, 0x806)};
    static const struct pl_attr none[] = {NUM(PROTOCOL, 0)};
    struct pl_sock sock = {.have = PL_HAVE_INTERFACE,
                           .proto = PL_PROTO_PACKET,
                           .family = PL_FAMILY_PACKET,
                           .ifindex = 3};

    (void)state;
    assert_true(matches("sport = 3 and dport = 0", 0, &sock, arp, 1));
    assert_true(matches("src link:0x806:3", 0, &sock, arp, 1));
    assert_false(matches("src link:0x800", 0, &sock, arp, 1));
    assert_true(matches("src 2054:*", PL_FAMILY_PACKET, &sock, arp, 1));
    assert_false(matches("autobound", 0, &sock, none, 1));
    sock.ifindex = 0;
    assert_true(matches("autobound", 0, &sock, none, 1));
}

static void netlinks(void **state)
{
    static const struct pl_attr generic[] = {NUM(PROTOCOL, 16)};
    struct pl_sock sock = {
        .proto = PL_PROTO_NETLINK, .family = PL_FAMILY_NETLINK, .local_port = UINT32_MAX - 1};

    (void)state;
    assert_true(matches("sport < 0 and sport <= 7 and autobound", 0, &sock, generic, 1));
    assert_false(matches("sport > 0 or sport = 0 or dport >= 0", 0, &sock, generic, 1));
    assert_true(matches("dport < 1 and dport != 0", 0, &sock, generic, 1));
    assert_true(matches("src netlink:16", 0, &sock, generic, 1));
    sock.local_port = 0;
    assert_true(matches("src 16:kernel", PL_FAMILY_NETLINK, &sock, generic, 1));
    assert_false(matches("src 15:kernel", PL_FAMILY_NETLINK, &sock, generic, 1));
}

static void others(void **state)
{
    struct pl_sock sock = {.proto = PL_PROTO_VSOCK,
                           .family = PL_FAMILY_VSOCK,
                           .local_addr = {0, 0, 0, 2},
                           .local_port = 2000};
    struct pl_sock inet = {.have = PL_HAVE_LOCAL | PL_HAVE_PEER,
                           .proto = PL_PROTO_RAW,
                           .family = PL_FAMILY_INET6,
                           .local_addr = {[10] = 0xff, 0xff, 10, 0, 0, 1},
                           .local_port = 45000};

    (void)state;
    assert_true(matches("src vsock:2:2000 autobound", 0, &sock, NULL, 0));
    assert_false(matches("src vsock:3", 0, &sock, NULL, 0));
    assert_true(matches("dport < 0", 0, &sock, NULL, 0));
    sock.proto = PL_PROTO_TIPC;
    sock.family = PL_FAMILY_TIPC;
    assert_true(matches("sport = 1", 0, &sock, NULL, 0));
    sock.proto = PL_PROTO_XDP;
    sock.family = PL_FAMILY_XDP;
    assert_true(matches("sport = 2000 dport = 0", 0, &sock, NULL, 0));
    /* Rows of /proc/net have no cookie; the kernel has not filtered them. */
    assert_true(matches("src 10.0.0.0/8 autobound", 0, &inet, NULL, 0));
    assert_true(matches("dst 0.0.0.0", 0, &inet, NULL, 0));
    inet.have |= PL_HAVE_COOKIE;
    assert_true(matches("src 10.0.0.0/8", 0, &inet, NULL, 0));
    assert_false(matches("dst 0.0.0.0", 0, &inet, NULL, 0));
}

static void marks(void **state)
{
    static const struct pl_attr marked[] = {NUM(MARK, 0x17)};
    const struct pl_sock sock = {.proto = PL_PROTO_TCP, .family = PL_FAMILY_INET};
    struct pl_filter *filter = parse("fwmark = 0");
    struct pl_snapshot *snap = one_sock(&sock, NULL, 0);

    (void)state;
    assert_true(matches("fwmark = 0x17", 0, &sock, marked, 1));
    assert_true(matches("fwmark = 7/0xf", 0, &sock, marked, 1));
    assert_false(matches("fwmark != 7/0xf", 0, &sock, marked, 1));
    assert_true(matches("fwmark = 0", 0, &sock, NULL, 0));
    /* Other fields: an unknown value is not 0. */
    assert_false(pl_filter_match(filter, snap, snap->socks.items));
    pl_filter_free(filter);
    pl_snapshot_free(snap);
}

static uint32_t leaves(const char *expression, uint8_t family)
{
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;
    uint32_t families;

    if (ss_filter_parse(expression, &names, family, &filter, &error) != 0)
        fail_msg("%s: %s", expression, error.text);
    families = pl_filter_families(filter);
    pl_filter_free(filter);
    return families;
}

static void families(void **state)
{
    (void)state;
    assert_int_equal(leaves("src 10.0.0.1 or sport = 22", 0), UINT32_MAX);
    assert_int_equal(leaves("src inet:10.0.0.1", 0), PL_BIT(PL_FAMILY_INET));
    assert_int_equal(leaves("src inet6:[::1] or dst ::2", 0), PL_BIT(PL_FAMILY_INET6));
    assert_int_equal(leaves("src inet:10.0.0.1 or src inet6:[::1]", 0), PL_BIT(PL_FAMILY_INET6));
    assert_int_equal(leaves("src unix:@x and dst netlink:rtnl", 0), PL_BIT(PL_FAMILY_NETLINK));
    assert_int_equal(leaves("src link:*:lo", 0), PL_BIT(PL_FAMILY_PACKET));
    assert_int_equal(leaves("src vsock:2:*", 0), PL_BIT(PL_FAMILY_VSOCK));
    /* A condition without a family uses the chosen family. */
    assert_int_equal(leaves("sport = 22", PL_FAMILY_INET), PL_BIT(PL_FAMILY_INET));
    assert_int_equal(leaves("src @x", PL_FAMILY_UNIX), PL_BIT(PL_FAMILY_UNIX));
    assert_int_equal(leaves("autobound", PL_FAMILY_UNIX), UINT32_MAX);
}

static void is_wrong(const char *expression, uint8_t family, bool value)
{
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;

    assert_int_equal(ss_filter_parse(expression, &names, family, &filter, &error), -EINVAL);
    assert_null(filter);
    assert_non_null(error.text);
    assert_int_equal(error.value, value);
}

/* Invalid values, and words in the wrong place. */
static void errors(void **state)
{
    (void)state;
    is_wrong("sport = nosuch", 0, true);
    is_wrong("src 10.0.0.0/99", 0, true);
    is_wrong("fwmark = blue", 0, true);
    is_wrong("fwmark = 1/", 0, true);
    is_wrong("src netlink:ipx", 0, true);
    is_wrong("src netlink:rtnl:lo", 0, true);
    is_wrong("src 1:99999999999", PL_FAMILY_VSOCK, true);
    is_wrong("sport =", 0, false);
    is_wrong("( sport = 1", 0, false);
    is_wrong("fwmark > 1", 0, false);
}

static void host_is(const char *host, const uint8_t *addr, unsigned int bits)
{
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;
    char text[64];

    (void)snprintf(text, sizeof(text), "src %s", host);
    if (!addr) {
        assert_int_equal(ss_filter_parse(text, &names, 0, &filter, &error), -EINVAL);
        return;
    }
    if (ss_filter_parse(text, &names, 0, &filter, &error) != 0)
        fail_msg("%s: %s", text, error.text);
    if (bits == 0) {
        assert_int_equal(filter->root->kind, PL_NODE_ALL);
    } else {
        assert_memory_equal(filter->root->test.addr, addr, 4);
        assert_int_equal(filter->root->test.bits, bits);
    }
    pl_filter_free(filter);
}

/* Numbers as strtoul(3) parses them; missing octets are 0. */
static void hosts(void **state)
{
    static const uint8_t missing[4] = {127, 1};
    static const uint8_t home[4] = {127, 0, 0, 1};

    (void)state;
    host_is("127.1", missing, 32);
    host_is("[127.1]", missing, 32);
    host_is("127.1/8", missing, 8);
    host_is("0x7f.0.0.1", home, 32);
    host_is("0177.0.+0.01", home, 32);
    host_is("127.0.0.1/010", home, 8);
    host_is("127.0.0.1/0x10", home, 16);
    host_is("127.0.0.1/+8", home, 8);
    host_is("127.0.0.1/255.128", home, 9);
    host_is("any", home, 0);
    host_is("all", home, 0);
    host_is("default", home, 0);
    host_is("[any]", home, 0);
    host_is("127.", NULL, 0);
    host_is("127.0.0.08", NULL, 0);
    host_is("127.0.0.0.1", NULL, 0);
    host_is("127/255", NULL, 0);
    host_is("127.0.0.1/255.0.255.0", NULL, 0);
    host_is("any/8", NULL, 0);
}

/* 1433 is 0x599, and 02631. */
static void ports(void **state)
{
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;

    (void)state;
    assert_int_equal(ss_filter_parse("sport = 02631", &names, 0, &filter, &error), 0);
    assert_int_equal(filter->root->test.low, 1433);
    pl_filter_free(filter);
    filter = NULL;
    assert_int_equal(ss_filter_parse("sport = 0x599", &names, 0, &filter, &error), 0);
    assert_int_equal(filter->root->test.low, 1433);
    pl_filter_free(filter);
    filter = NULL;
    assert_int_equal(ss_filter_parse("sport = 09", &names, 0, &filter, &error), -EINVAL);
}

/* ss(8) has no regular expressions. */
static void no_regexes(void **state)
{
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;

    (void)state;
    assert_int_equal(ss_filter_parse("process /a/", &names, 0, &filter, &error), 0);
    assert_int_equal(filter->root->test.kind, PL_TEST_TEXT);
    pl_filter_free(filter);
    filter = NULL;
    assert_int_equal(
        ss_filter_parse("cgroup / or ( cgroup / & cgroup /a/ )", &names, 0, &filter, &error), 0);
    assert_int_equal(filter->root->kind, PL_NODE_ANY);
    pl_filter_free(filter);
    assert_int_equal(ss_filter_parse("cgroup matches /a/", &names, 0, &filter, &error), -EINVAL);
}

TEST_MAIN(TEST(unix_socks), TEST(packets), TEST(netlinks), TEST(others), TEST(marks),
          TEST(families), TEST(errors), TEST(hosts), TEST(ports), TEST(no_regexes))
