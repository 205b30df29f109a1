/* SPDX-License-Identifier: BSD-2-Clause */
/* As ss(8) reads them: what stands for ports and addresses in sockets that are not of IP. */
#include "filters.h"
#include "layouts.h"

static const struct pl_filter_names names = {.ss = true};

static bool matches(const char *expression, uint8_t family, const struct pl_sock *sock,
                    const struct pl_attr *attrs, size_t count)
{
    struct pl_filter_names own = names;
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;
    struct pl_snapshot *snap = one_sock(sock, attrs, count);
    bool is;

    snap->counters[PL_COUNTER_EPHEMERAL_FIRST] = 40000;
    snap->counters[PL_COUNTER_EPHEMERAL_LAST] = 50000;
    snap->counted = PL_BIT(PL_COUNTER_EPHEMERAL_FIRST) | PL_BIT(PL_COUNTER_EPHEMERAL_LAST);
    own.family = family;
    if (pl_filter_parse(expression, &own, &filter, &error) != 0)
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
    /* No kernel has looked at what came out of /proc/net. */
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
    /* Elsewhere what is not known is not 0. */
    assert_false(pl_filter_match(filter, snap, snap->socks.items));
    pl_filter_free(filter);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(unix_socks), TEST(packets), TEST(netlinks), TEST(others), TEST(marks))
