/* SPDX-License-Identifier: BSD-2-Clause */
#include "layouts.h"

#include "as/ss/layout.h"

#include <errno.h>

static size_t name_of(void *arg, uint32_t number, char *buf, size_t size)
{
    (void)arg;
    if (number != 89 || size < 4)
        return 0;
    memcpy(buf, "ospf", 4);
    return 4;
}

static size_t protocol_of(void *arg, uint32_t port, unsigned int proto, char *buf, size_t size)
{
    return proto == PL_PROTO_RAW ? name_of(arg, port, buf, size) : 0;
}

/* want: the cells, each followed by "|". */
static void ends(const struct pl_sock *sock, const struct pl_attr *attrs, size_t count,
                 bool numeric, const char *want)
{
    struct pl_snapshot *snap = one_sock(sock, attrs, count);
    struct as_view view = {.snap = snap, .numeric = numeric};
    struct out out = {.fd = -1};

    if (!numeric)
        view.names = (struct as_names){.service = protocol_of, .process = name_of};
    ss_put_ends(&(struct ss_row){&view, snap->socks.items, &out});
    for (size_t i = 0; i < out.len; i++)
        out.data[i] = out.data[i] == GRID_CELL ? '|' : out.data[i];
    holds(&out, want);
    pl_snapshot_free(snap);
}

static void inet(void **state)
{
    struct pl_sock sock = {.proto = PL_PROTO_RAW, .family = PL_FAMILY_INET6, .local_port = 89};

    (void)state;
    ends(&sock, NULL, 0, false, "*:|ospf|*:|*|");
    ends(&sock, NULL, 0, true, "*:|89|*:|*|");
    sock.flags = PL_FLAG_V6ONLY;
    sock.local_port = 90;
    sock.have = PL_HAVE_SCOPE;
    sock.ifindex = 7;
    ends(&sock, NULL, 0, false, "[::]%if7:|ipproto-90|[::]:|*|");
}

static void unix_names(void **state)
{
    static const struct pl_attr named[] = {STR(PATH, "/run/a b\n"), NUM(PEER_KEY, 5)};
    static const struct pl_attr abstract[] = {STR(PATH, "\0a\0b")};
    const struct pl_sock sock = {.proto = PL_PROTO_UNIX, .family = PL_FAMILY_UNIX, .key = 4};

    (void)state;
    ends(&sock, named, COUNT_OF(named), false, "/run/a b\\x0a |4|* |5|");
    ends(&sock, abstract, COUNT_OF(abstract), false, "@a@b |4|* |0|");
    ends(&sock, NULL, 0, false, "* |4|* |0|");
}

static void packets(void **state)
{
    static const struct pl_attr all[] = {NUM(PROTOCOL, 3)};
    static const struct pl_attr arp[] = {NUM(PROTOCOL, 0x806)};
    static const struct pl_attr odd[] = {NUM(PROTOCOL, 0x9999)};
    struct pl_sock sock = {.proto = PL_PROTO_PACKET, .family = PL_FAMILY_PACKET};

    (void)state;
    ends(&sock, all, 1, true, "*:|*|*||");
    sock.ifindex = 2;
    ends(&sock, arp, 1, false, "arp:|if2|*||");
    ends(&sock, arp, 1, true, "[2054]:|if2|*||");
    ends(&sock, odd, 1, false, "[39321]:|if2|*||");
}

static void netlinks(void **state)
{
    static const struct pl_attr route[] = {NUM(PROTOCOL, 0), NUM(PEER_GROUP, 2)};
    static const struct pl_attr odd[] = {NUM(PROTOCOL, 200)};
    struct pl_sock sock = {.proto = PL_PROTO_NETLINK, .family = PL_FAMILY_NETLINK};

    (void)state;
    ends(&sock, route, 2, false, "rtnl:|kernel|*||");
    ends(&sock, route, 2, true, "0:|0|*||");
    sock.local_port = 89;
    ends(&sock, odd, 1, false, "200:|ospf/89|*||");
    sock.local_port = UINT32_MAX - 4;
    ends(&sock, odd, 1, false, "200:|-5|*||");
    sock.local_port = UINT32_MAX;
    sock.state = PL_STATE_ESTABLISHED;
    sock.peer_port = 6;
    ends(&sock, route, 2, false, "rtnl:|*|2:|6|");
}

static void others(void **state)
{
    struct pl_sock sock = {.proto = PL_PROTO_VSOCK,
                           .family = PL_FAMILY_VSOCK,
                           .local_addr = {255, 255, 255, 255},
                           .local_port = 1024,
                           .peer_addr = {0, 0, 0, 2}};

    (void)state;
    ends(&sock, NULL, 0, false, "*:|1024|2:|*|");
    sock.proto = PL_PROTO_TIPC;
    ends(&sock, NULL, 0, false, "4294967295:|1024|-||");
    sock.peer_port = 3;
    ends(&sock, NULL, 0, false, "4294967295:|1024|2:|3|");
    sock.proto = PL_PROTO_XDP;
    ends(&sock, NULL, 0, false, "*||*||");
    sock.ifindex = 4;
    ends(&sock, NULL, 0, false, "if4:|q1024|*||");
}

static void numbers(void **state)
{
    uint32_t number = 7;

    (void)state;
    assert_int_equal(ss_protocol_number(PL_FAMILY_NETLINK, "genl", &number), 0);
    assert_int_equal(number, 16);
    assert_int_equal(ss_protocol_number(PL_FAMILY_PACKET, "ARP", &number), 0);
    assert_int_equal(number, 0x806);
    assert_int_equal(ss_protocol_number(PL_FAMILY_PACKET, "genl", &number), -ENOENT);
    assert_int_equal(ss_protocol_number(PL_FAMILY_INET, "arp", &number), -ENOENT);
    assert_int_equal(number, 0x806);
}

TEST_MAIN(TEST(inet), TEST(unix_names), TEST(packets), TEST(netlinks), TEST(others), TEST(numbers))
