/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

#include "decode/bsd/drop.h"

static const struct pl_sock v4 = {.proto = PL_PROTO_TCP,
                                  .family = PL_FAMILY_INET,
                                  .state = PL_STATE_ESTABLISHED,
                                  .local_addr = {10, 0, 0, 1},
                                  .peer_addr = {192, 0, 2, 9},
                                  .local_port = 22,
                                  .peer_port = 0xa1b2};

static const struct pl_sock v6 = {
    .proto = PL_PROTO_TCP,
    .family = PL_FAMILY_INET6,
    .state = PL_STATE_ESTABLISHED,
    .local_addr = {0xfe, 0x80, [15] = 1},
    .peer_addr = {0xfe, 0x80, [8] = 0x12, [15] = 2},
    .local_port = 443,
    .peer_port = 40000,
    .have = PL_HAVE_SCOPE,
    .ifindex = 3,
};

/* What each system reads. */
static const struct {
    enum pl_system system;
    int drop, inet6, mib6;
    size_t slot, size;
} systems[] = {
    {PL_SYSTEM_FREEBSD, 15, 28, 2, 128, 256},
    {PL_SYSTEM_NETBSD, 33, 24, 24, 128, 256},
    {PL_SYSTEM_OPENBSD, 19, 24, 2, 256, 528},
};

static void is_request(size_t i, const struct pl_sock *sock, int family, const uint8_t *peer,
                       const uint8_t *local, size_t len)
{
    uint8_t wanted[528] = {0};
    struct pl_bsd_drop drop;

    memcpy(wanted, peer, len);
    memcpy(wanted + systems[i].slot, local, len);
    assert_true(pl_bsd_drop(systems[i].system, sock, &drop));
    assert_int_equal(drop.mib[0], 4);
    assert_int_equal(drop.mib[1], family);
    assert_int_equal(drop.mib[2], 6);
    assert_int_equal(drop.mib[3], systems[i].drop);
    assert_int_equal(drop.len, systems[i].size);
    assert_memory_equal(drop.bytes, wanted, sizeof(wanted));
}

static void ipv4(void **state)
{
    static const uint8_t peer[16] = {16, 2, 0xa1, 0xb2, 192, 0, 2, 9};
    static const uint8_t local[16] = {16, 2, 0, 22, 10, 0, 0, 1};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(systems); i++)
        is_request(i, &v4, 2, peer, local, sizeof(peer));
}

/* scope: of both ends, where 1 is set */
static void is_ipv6(const struct pl_sock *sock, bool peer_scope, bool local_scope)
{
    for (size_t i = 0; i < COUNT_OF(systems); i++) {
        uint8_t peer[28] = {28, (uint8_t)systems[i].inet6, 0x9c, 0x40};
        uint8_t local[28] = {28, (uint8_t)systems[i].inet6, 0x01, 0xbb};
        const uint32_t scope = 3; /* in the byte order of this machine */

        memcpy(peer + 8, sock->peer_addr, 16);
        memcpy(local + 8, sock->local_addr, 16);
        if (peer_scope)
            memcpy(peer + 24, &scope, sizeof(scope));
        if (local_scope)
            memcpy(local + 24, &scope, sizeof(scope));
        is_request(i, sock, systems[i].mib6, peer, local, sizeof(peer));
    }
}

static void ipv6(void **state)
{
    struct pl_sock sock = v6;

    (void)state;
    is_ipv6(&sock, true, true);
    /* ifindex without the bit is a device to which the socket is bound. */
    sock.have = 0;
    is_ipv6(&sock, false, false);
    /* The zone is that of a link-local address only. */
    sock.have = PL_HAVE_SCOPE;
    sock.peer_addr[0] = 0x20;
    sock.peer_addr[1] = 0x01;
    is_ipv6(&sock, false, true);
    /* IPv4 on a socket of IPv6 */
    sock = v6;
    memcpy(sock.local_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\1", 16);
    memcpy(sock.peer_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\2", 16);
    is_ipv6(&sock, false, false);
}

static void refused(void **state)
{
    struct pl_bsd_drop drop;
    struct pl_sock sock;

    (void)state;
    assert_false(pl_bsd_drop(PL_SYSTEM_LINUX, &v4, &drop));
    assert_false(pl_bsd_drop(PL_SYSTEM_DARWIN, &v4, &drop));
    assert_int_equal(drop.len, 0);
    for (size_t i = 0; i < COUNT_OF(systems); i++) {
        sock = v4;
        sock.proto = PL_PROTO_UDP;
        assert_false(pl_bsd_drop(systems[i].system, &sock, &drop));
        sock = v4;
        sock.peer_port = 0;
        assert_false(pl_bsd_drop(systems[i].system, &sock, &drop));
        sock = v4;
        sock.local_port = 0;
        assert_false(pl_bsd_drop(systems[i].system, &sock, &drop));
        sock = v4;
        sock.family = PL_FAMILY_UNIX;
        assert_false(pl_bsd_drop(systems[i].system, &sock, &drop));
        assert_int_equal(drop.len, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ipv4),
        cmocka_unit_test(ipv6),
        cmocka_unit_test(refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
