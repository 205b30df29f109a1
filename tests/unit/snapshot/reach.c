/* SPDX-License-Identifier: BSD-2-Clause */
/* Who can reach a listener. */
#include "harness.h"

#include "snapshot/snapshot.h"

#include <arpa/inet.h>

static const struct pl_query all = {.protos = UINT32_MAX};

/* Interfaces: 1 is lo, 2 has private and link-local addresses, 3 a public one. */
static const struct {
    const char *addr;
    uint32_t ifindex;
} addrs[] = {
    {"127.0.0.1", 1}, {"::1", 1},     {"192.168.5.3", 2},
    {"fe80::5", 2},   {"fd00::5", 2}, {"203.0.113.9", 3},
};

static unsigned int family_of(const char *text)
{
    return strchr(text, ':') ? PL_FAMILY_INET6 : PL_FAMILY_INET;
}

static void parse(const char *text, uint8_t *out)
{
    int af = family_of(text) == PL_FAMILY_INET6 ? AF_INET6 : AF_INET;

    assert_int_equal(inet_pton(af, text, out), 1);
}

static struct pl_snapshot *machine(void)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    for (size_t i = 0; i < COUNT_OF(addrs); i++) {
        struct pl_addr addr = {.family = (uint8_t)family_of(addrs[i].addr),
                               .ifindex = addrs[i].ifindex};

        parse(addrs[i].addr, addr.bytes);
        assert_int_equal(snap->sink.addr(&snap->sink, &addr), 0);
    }
    return snap;
}

static struct pl_sock listener(const char *addr)
{
    struct pl_sock sock = {
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_V6ONLY,
        .family = (uint8_t)family_of(addr),
        .proto = PL_PROTO_TCP,
        .state = PL_STATE_LISTEN,
        .local_port = 80,
    };

    parse(addr, sock.local_addr);
    return sock;
}

static void assert_reach(const struct pl_snapshot *snap, const struct pl_sock *sock,
                         const char *want)
{
    assert_string_equal(pl_reach_name(pl_snapshot_reach(snap, sock)), want);
}

static void by_address(void **state)
{
    static const struct {
        const char *addr, *want;
    } cases[] = {
        {"127.0.0.1", "loopback"},
        {"127.9.9.9", "loopback"},
        {"::1", "loopback"},
        {"192.168.5.3", "private"},
        {"fd00::5", "private"},
        {"fe80::5", "link_local"},
        {"203.0.113.9", "public"},
        {"203.0.113.10", "none"},
        {"10.0.0.1", "none"},
        {"224.0.0.251", "multicast"},
        {"ff02::fb", "multicast"},
        {"::ffff:127.0.0.1", "loopback"},
        {"::ffff:192.168.5.3", "private"},
        {"::ffff:0.0.0.0", "any_v4"},
        {"0.0.0.0", "any_v4"},
        {"::", "any"},
    };
    struct pl_snapshot *snap = machine();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_sock sock = listener(cases[i].addr);

        assert_reach(snap, &sock, cases[i].want);
    }
    pl_snapshot_free(snap);
}

/* The edges of each range, one bit inside and one outside. */
static void ranges(void **state)
{
    static const struct {
        const char *addr, *want;
    } cases[] = {
        {"9.255.255.255", "public"},    {"10.0.0.0", "private"},
        {"10.255.255.255", "private"},  {"11.0.0.0", "public"},
        {"172.15.255.255", "public"},   {"172.16.0.0", "private"},
        {"172.31.255.255", "private"},  {"172.32.0.0", "public"},
        {"192.167.255.255", "public"},  {"192.169.0.0", "public"},
        {"100.63.255.255", "public"},   {"100.64.0.0", "private"},
        {"100.127.255.255", "private"}, {"100.128.0.0", "public"},
        {"169.254.0.0", "link_local"},  {"169.255.0.0", "public"},
        {"febf::1", "link_local"},      {"fec0::1", "public"},
        {"fbff::1", "public"},          {"fc00::1", "private"},
        {"fdff::1", "private"},         {"::2", "public"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = machine();
        struct pl_sock sock = listener(cases[i].addr);
        struct pl_addr addr = {.family = sock.family, .ifindex = 4};

        memcpy(addr.bytes, sock.local_addr, sizeof(addr.bytes));
        assert_int_equal(snap->sink.addr(&snap->sink, &addr), 0);
        assert_reach(snap, &sock, cases[i].want);
        pl_snapshot_free(snap);
    }
}

static void wildcards(void **state)
{
    struct pl_snapshot *snap = machine();
    struct pl_sock sock = listener("::");

    (void)state;
    sock.flags = PL_FLAG_V6ONLY;
    assert_reach(snap, &sock, "any_v6");
    sock.flags = 0;
    sock.have &= (uint16_t)~PL_HAVE_V6ONLY; /* not reported: unknown */
    assert_reach(snap, &sock, "");
    /* Bound to an interface: only its addresses. */
    sock = listener("0.0.0.0");
    sock.have |= PL_HAVE_INTERFACE;
    sock.ifindex = 1;
    assert_reach(snap, &sock, "loopback");
    sock.ifindex = 2;
    assert_reach(snap, &sock, "private");
    sock.ifindex = 3;
    assert_reach(snap, &sock, "public");
    sock.ifindex = 9;
    assert_reach(snap, &sock, "none");
    sock = listener("::");
    sock.flags = PL_FLAG_V6ONLY;
    sock.have |= PL_HAVE_INTERFACE;
    sock.ifindex = 3; /* its only address is IPv4 */
    assert_reach(snap, &sock, "none");
    pl_snapshot_free(snap);
}

static void only_listeners(void **state)
{
    struct pl_snapshot *snap = machine();
    struct pl_snapshot *blind;
    struct pl_sock sock = listener("127.0.0.1");

    (void)state;
    sock.state = PL_STATE_ESTABLISHED;
    assert_reach(snap, &sock, "");
    sock.proto = PL_PROTO_UDP;
    sock.state = PL_STATE_UNCONN;
    assert_reach(snap, &sock, "loopback");
    sock.local_port = 0;
    assert_reach(snap, &sock, "");
    sock = listener("127.0.0.1");
    sock.family = PL_FAMILY_UNIX;
    assert_reach(snap, &sock, "");
    pl_snapshot_free(snap);
    /* Without the addresses of interfaces, reach is unknown. */
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &blind), 0);
    sock = listener("127.0.0.1");
    assert_reach(blind, &sock, "");
    pl_snapshot_free(blind);
}

/* Each network namespace has addresses of its own. */
static void elsewhere(void **state)
{
    const struct pl_addr addr = {.family = PL_FAMILY_INET, .bytes = {10, 0, 0, 1}, .ifindex = 2};
    struct pl_snapshot *snap = machine();
    struct pl_sock sock = listener("10.0.0.1");

    (void)state;
    snap->space = 7;
    assert_int_equal(snap->sink.addr(&snap->sink, &addr), 0);
    assert_reach(snap, &sock, "none");
    sock.netns = 7;
    assert_reach(snap, &sock, "private");
    sock.netns = 8;
    assert_reach(snap, &sock, "");
    sock = listener("192.168.5.3");
    sock.netns = 7;
    assert_reach(snap, &sock, "none");
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(by_address), TEST(ranges), TEST(wildcards), TEST(only_listeners), TEST(elsewhere))
