/* SPDX-License-Identifier: BSD-2-Clause */
/* Who can reach a listener. */
#include "../harness.h"

#include "../../../src/core/snapshot.h"

#include <arpa/inet.h>

static const struct pl_query any = {.protos = UINT32_MAX};

static void put_addr(struct pl_snapshot *snap, uint32_t ifindex, const char *text)
{
    bool v6 = strchr(text, ':') != NULL;
    struct pl_addr addr = {.ifindex = ifindex, .family = v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET};

    assert_int_equal(inet_pton(v6 ? AF_INET6 : AF_INET, text, addr.bytes), 1);
    assert_int_equal(snap->sink.addr(&snap->sink, &addr), 0);
}

/* Interfaces: 1 lo, 2 with a private and a public address, 3 with link-local ones only. */
static struct pl_snapshot *machine(void)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    put_addr(snap, 1, "127.0.0.1");
    put_addr(snap, 1, "::1");
    put_addr(snap, 2, "192.168.1.5");
    put_addr(snap, 2, "172.31.255.255");
    put_addr(snap, 2, "172.32.0.1");
    put_addr(snap, 2, "172.15.255.255");
    put_addr(snap, 2, "100.64.0.1");
    put_addr(snap, 2, "10.1.2.3");
    put_addr(snap, 2, "203.0.113.9");
    put_addr(snap, 2, "2001:db8::1");
    put_addr(snap, 2, "fd00::1");
    put_addr(snap, 3, "169.254.1.1");
    put_addr(snap, 3, "fe80::1");
    return snap;
}

static struct pl_sock listener(const char *text)
{
    bool v6 = strchr(text, ':') != NULL;
    struct pl_sock sock = {.have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE,
                           .state = PL_STATE_LISTEN,
                           .proto = PL_PROTO_TCP,
                           .family = v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET,
                           .local_port = 80};

    assert_int_equal(inet_pton(v6 ? AF_INET6 : AF_INET, text, sock.local_addr), 1);
    return sock;
}

static void addresses(void **state)
{
    static const struct {
        const char *text;
        enum pl_reach reach;
    } cases[] = {
        {"127.0.0.1", PL_REACH_LOOPBACK},
        {"127.9.9.9", PL_REACH_LOOPBACK}, /* on no interface by name */
        {"::1", PL_REACH_LOOPBACK},
        {"192.168.1.5", PL_REACH_PRIVATE},
        {"172.31.255.255", PL_REACH_PRIVATE},
        {"172.32.0.1", PL_REACH_PUBLIC},
        {"172.15.255.255", PL_REACH_PUBLIC},
        {"100.64.0.1", PL_REACH_PRIVATE},
        {"10.1.2.3", PL_REACH_PRIVATE},
        {"fd00::1", PL_REACH_PRIVATE},
        {"203.0.113.9", PL_REACH_PUBLIC},
        {"2001:db8::1", PL_REACH_PUBLIC},
        {"169.254.1.1", PL_REACH_LINK_LOCAL},
        {"fe80::1", PL_REACH_LINK_LOCAL},
        {"224.0.0.251", PL_REACH_MULTICAST},
        {"ff02::fb", PL_REACH_MULTICAST},
        {"192.168.1.6", PL_REACH_NONE}, /* no interface has it */
        {"2001:db8::2", PL_REACH_NONE},
        {"0.0.0.0", PL_REACH_ANY_V4},
        {"::ffff:0.0.0.0", PL_REACH_ANY_V4},
        {"::ffff:127.0.0.1", PL_REACH_LOOPBACK},
        {"::ffff:203.0.113.9", PL_REACH_PUBLIC},
        {"::ffff:203.0.113.8", PL_REACH_NONE},
    };
    struct pl_snapshot *snap = machine();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_sock sock = listener(cases[i].text);

        assert_int_equal(pl_snapshot_reach(snap, &sock), cases[i].reach);
    }
    pl_snapshot_free(snap);
}

static void dual_stack(void **state)
{
    struct pl_snapshot *snap = machine();
    struct pl_sock sock = listener("::");

    (void)state;
    assert_int_equal(pl_snapshot_reach(snap, &sock), PL_REACH_ANY_V6); /* the system is silent */
    sock.have |= PL_HAVE_V6ONLY;
    assert_int_equal(pl_snapshot_reach(snap, &sock), PL_REACH_ANY);
    sock.flags |= PL_FLAG_V6ONLY;
    assert_int_equal(pl_snapshot_reach(snap, &sock), PL_REACH_ANY_V6);
    pl_snapshot_free(snap);
}

/* Bound to an interface: the widest of its addresses of the families that are served. */
static void interfaces(void **state)
{
    static const struct {
        const char *text;
        uint32_t ifindex;
        enum pl_reach reach;
    } cases[] = {
        {"0.0.0.0", 1, PL_REACH_LOOPBACK},   {"0.0.0.0", 2, PL_REACH_PUBLIC},
        {"0.0.0.0", 3, PL_REACH_LINK_LOCAL}, {"0.0.0.0", 4, PL_REACH_NONE},
        {"::", 3, PL_REACH_LINK_LOCAL},      {"::", 1, PL_REACH_LOOPBACK},
    };
    struct pl_snapshot *snap = machine();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_sock sock = listener(cases[i].text);

        sock.have |= PL_HAVE_INTERFACE;
        sock.ifindex = cases[i].ifindex;
        assert_int_equal(pl_snapshot_reach(snap, &sock), cases[i].reach);
    }
    pl_snapshot_free(snap);
}

/* No listener, no address known, no ports: nothing is said. */
static void unknown(void **state)
{
    struct pl_snapshot *snap = machine();
    struct pl_snapshot *bare;
    struct pl_sock sock = listener("0.0.0.0");

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &bare), 0);
    assert_int_equal(pl_snapshot_reach(bare, &sock), PL_REACH_UNKNOWN);
    pl_snapshot_free(bare);
    sock.state = PL_STATE_ESTABLISHED;
    assert_int_equal(pl_snapshot_reach(snap, &sock), PL_REACH_UNKNOWN);
    sock.state = PL_STATE_UNCONN; /* of UDP: it serves */
    assert_int_equal(pl_snapshot_reach(snap, &sock), PL_REACH_ANY_V4);
    sock.peer_port = 53; /* and with a peer it does not */
    assert_int_equal(pl_snapshot_reach(snap, &sock), PL_REACH_UNKNOWN);
    sock = listener("0.0.0.0");
    sock.local_port = 0;
    assert_int_equal(pl_snapshot_reach(snap, &sock), PL_REACH_UNKNOWN);
    sock = listener("0.0.0.0");
    sock.family = PL_FAMILY_UNIX;
    assert_int_equal(pl_snapshot_reach(snap, &sock), PL_REACH_UNKNOWN);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(addresses), TEST(dual_stack), TEST(interfaces), TEST(unknown))
