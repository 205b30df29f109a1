/* SPDX-License-Identifier: BSD-2-Clause */
/* Endpoints other than internet addresses: paths, protocols, interfaces, nodes. */
#include "harness.h"

#include "snapshot/snapshot.h"
#include "view/column.h"

static const struct pl_query all = {.protos = UINT32_MAX};
static char buf[512];

static struct pl_snapshot *snap_of(const struct pl_sock *sock, const struct pl_attr *attrs,
                                   size_t count)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    assert_int_equal(snap->sink.sock(&snap->sink, sock, attrs, count), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_LINK, 2, TEXT("e h\x1b")), 0);
    pl_join_settle(snap);
    return snap;
}

/* "": the endpoint is an internet address. */
static const char *shown(const struct pl_sock *sock, const struct pl_attr *attrs, size_t attr_count,
                         bool peer, bool names)
{
    struct pl_snapshot *snap = snap_of(sock, attrs, attr_count);
    const struct view view = {.snap = snap, .protocol_names = names};
    struct out out = {.fd = -1};
    struct cell cell = {.kind = CELL_ENDPOINT, .peer = peer};
    size_t count;
    bool other;

    cell.sock = &pl_snapshot_socks(snap, &count)[0];
    other = endpoint_other(&out, &view, &cell);
    assert_int_equal(out.error, 0);
    assert_int_equal(other, out.len > 0);
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    pl_snapshot_free(snap);
    return buf;
}

static const char *path(const char *data, size_t len)
{
    const struct pl_sock sock = {.family = PL_FAMILY_UNIX, .proto = PL_PROTO_UNIX};
    const struct pl_attr attr = {
        .id = PL_ATTR_PATH, .text = 1, .len = (uint32_t)len, .u.text = data};

    return shown(&sock, &attr, 1, false, false);
}

#define PATH(literal) path((literal), sizeof(literal) - 1)

/* A path cannot look like a placeholder, nor break the row. */
static void unix_paths(void **state)
{
    (void)state;
    assert_string_equal(PATH("/run/a"), "/run/a");
    assert_string_equal(PATH("/run/a b\n"), "/run/a\\x20b\\x0a");
    assert_string_equal(PATH("\0abs\0x"), "@abs\\x00x");
    assert_string_equal(PATH("\0"), "@");
    assert_string_equal(PATH("@abs"), "\\x40abs");
    assert_string_equal(PATH("*"), "\\x2a");
    assert_string_equal(PATH("-"), "\\x2d");
    assert_string_equal(PATH("-a"), "-a");
    assert_string_equal(PATH("*a"), "*a");
    assert_string_equal(PATH(""), "*");
}

static void unix_peers(void **state)
{
    static const struct pl_sock sock = {.family = PL_FAMILY_UNIX, .proto = PL_PROTO_UNIX};
    struct pl_attr attrs[] = {
        {.id = PL_ATTR_PATH, .text = 1, .len = 2, .u.text = "/a"},
        {.id = PL_ATTR_PEER_KEY, .u.num = UINT64_MAX},
        {.id = PL_ATTR_PEER_PATH, .text = 1, .len = 2, .u.text = "/b"},
    };

    (void)state;
    assert_string_equal(shown(&sock, attrs, 3, false, false), "/a");
    assert_string_equal(shown(&sock, attrs, 3, true, false), "/b");
    /* without a path the peer is printed by its inode; the local end is not */
    assert_string_equal(shown(&sock, attrs, 2, true, false), "18446744073709551615");
    assert_string_equal(shown(&sock, attrs + 1, 1, false, false), "*");
    assert_string_equal(shown(&sock, attrs, 1, true, false), "*");
    attrs[1].u.num = 0; /* not accepted yet */
    assert_string_equal(shown(&sock, attrs, 2, true, false), "*");
}

static void packets(void **state)
{
    struct pl_sock sock = {.family = PL_FAMILY_PACKET, .proto = PL_PROTO_PACKET};
    struct pl_attr attr = {.id = PL_ATTR_PROTOCOL, .u.num = 0x0806};

    (void)state;
    assert_string_equal(shown(&sock, &attr, 1, false, true), "arp:*");
    assert_string_equal(shown(&sock, &attr, 1, false, false), "2054:*"); /* -n */
    assert_string_equal(shown(&sock, NULL, 0, false, true), "*:*");
    assert_string_equal(shown(&sock, &attr, 1, true, true), "*:*");
    sock.have = PL_HAVE_INTERFACE;
    sock.ifindex = 2;
    assert_string_equal(shown(&sock, &attr, 1, false, true), "arp:e\\x20h\\x1b");
    sock.ifindex = 7; /* has no name */
    attr.u.num = 0xbeef;
    assert_string_equal(shown(&sock, &attr, 1, false, true), "48879:7");
}

static void xdp(void **state)
{
    struct pl_sock sock = {.family = PL_FAMILY_XDP, .proto = PL_PROTO_XDP, .local_port = 3};

    (void)state;
    assert_string_equal(shown(&sock, NULL, 0, false, true), "*:3");
    assert_string_equal(shown(&sock, NULL, 0, true, true), "*:*");
    sock.have = PL_HAVE_INTERFACE;
    sock.ifindex = 2;
    sock.local_port = 0; /* queue 0 */
    assert_string_equal(shown(&sock, NULL, 0, false, true), "e\\x20h\\x1b:0");
}

static void netlink(void **state)
{
    static const struct pl_attr attr = {.id = PL_ATTR_PROTOCOL, .u.num = 0};
    struct pl_sock sock = {.family = PL_FAMILY_NETLINK,
                           .proto = PL_PROTO_NETLINK,
                           .state = PL_STATE_UNCONN,
                           .local_port = UINT32_MAX};

    (void)state;
    assert_string_equal(shown(&sock, &attr, 1, false, true), "route:4294967295");
    assert_string_equal(shown(&sock, &attr, 1, false, false), "0:4294967295");
    assert_string_equal(shown(&sock, &attr, 1, true, true), "*:*");
    sock.state = PL_STATE_ESTABLISHED;
    assert_string_equal(shown(&sock, &attr, 1, true, true), "route:kernel");
    sock.peer_port = 12;
    assert_string_equal(shown(&sock, &attr, 1, true, true), "route:12");
}

/* "No peer" is node 0 of TIPC and node -1 of VSOCK (VMADDR_CID_ANY), whose 0 is the hypervisor. */
static void nodes(void **state)
{
    static const uint8_t families[] = {PL_FAMILY_VSOCK, PL_FAMILY_TIPC};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        struct pl_sock sock = {.family = families[i],
                               .have = PL_HAVE_LOCAL | PL_HAVE_PEER,
                               .local_addr = {0, 0, 1, 2},
                               .local_port = 1024};

        memset(sock.peer_addr, families[i] == PL_FAMILY_VSOCK ? 0xff : 0, 4);
        assert_string_equal(shown(&sock, NULL, 0, false, true), "258:1024");
        assert_string_equal(shown(&sock, NULL, 0, true, true), "*:*");
        memset(sock.peer_addr, 0, 4);
        sock.peer_addr[3] = 2;
        assert_string_equal(shown(&sock, NULL, 0, true, true), "2:*");
        sock.peer_port = UINT32_MAX;
        assert_string_equal(shown(&sock, NULL, 0, true, true), "2:4294967295");
    }
}

static void internet(void **state)
{
    struct pl_sock sock = {.family = PL_FAMILY_INET, .proto = PL_PROTO_TCP, .local_port = 80};

    (void)state;
    assert_string_equal(shown(&sock, NULL, 0, false, true), "");
    sock.family = PL_FAMILY_INET6;
    assert_string_equal(shown(&sock, NULL, 0, true, true), "");
}

TEST_MAIN(TEST(unix_paths), TEST(unix_peers), TEST(packets), TEST(xdp), TEST(netlink), TEST(nodes),
          TEST(internet))
