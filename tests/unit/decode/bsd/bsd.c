/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

#include "decode/bsd/bsd.h"

/* netinet/tcp_fsm.h: all eleven states, and invalid ones. */
static void states(void **state)
{
    static const char *const names[] = {"CLOSED",      "LISTEN",     "SYN_SENT",  "SYN_RECV",
                                        "ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT1", "CLOSING",
                                        "LAST_ACK",    "FIN_WAIT2",  "TIME_WAIT"};

    (void)state;
    for (uint32_t i = 0; i < COUNT_OF(names); i++)
        assert_string_equal(pl_state_name(pl_bsd_state(i)), names[i]);
    assert_int_equal(pl_bsd_state(11), PL_STATE_OTHER | 11);
    assert_int_equal(pl_bsd_state(UINT32_MAX), UINT16_MAX);
}

static void types(void **state)
{
    (void)state;
    assert_int_equal(pl_bsd_type(1), PL_TYPE_STREAM);
    assert_int_equal(pl_bsd_type(5), PL_TYPE_SEQPACKET);
    assert_int_equal(pl_bsd_type(0), PL_TYPE_UNKNOWN);
    assert_int_equal(pl_bsd_type(UINT32_MAX), PL_TYPE_UNKNOWN);
}

/* local at 0, foreign at 16 */
static struct pl_sock slots(const uint8_t *bytes, unsigned int vflag, bool v6_socket, bool ok)
{
    struct pl_slice record = {.data = bytes, .len = 32};
    struct pl_sock sock = {0};

    assert_int_equal(pl_bsd_slots(&sock, &record, vflag, v6_socket, 0, 16), ok);
    return sock;
}

static void versions(void **state)
{
    uint8_t bytes[32] = {[12] = 127, [15] = 1, [28] = 10, [31] = 2};
    const uint8_t mapped[16] = {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1};
    struct pl_sock sock;

    (void)state;
    memset(bytes, 0xee, 12); /* the padding need not be 0 */
    sock = slots(bytes, 1, false, true);
    assert_int_equal(sock.family, PL_FAMILY_INET);
    assert_memory_equal(sock.local_addr, "\x7f\0\0\1\0\0\0\0\0\0\0\0\0\0\0", 16);
    assert_memory_equal(sock.peer_addr, "\x0a\0\0\2\0\0\0\0\0\0\0\0\0\0\0", 16);
    sock = slots(bytes, 5, true, true);
    assert_int_equal(sock.family, PL_FAMILY_INET6);
    assert_memory_equal(sock.local_addr, mapped, 16);
    sock = slots(bytes, 6, true, true);
    assert_int_equal(sock.family, PL_FAMILY_INET6);
    assert_memory_equal(sock.local_addr, bytes, 16);
    assert_int_equal(sock.have & PL_HAVE_V6ONLY, 0); /* not a wildcard: unknown */
    (void)slots(bytes, 0, false, false);
    (void)slots(bytes, 4, true, false);
}

/* A socket of IPv6 bound to 127.0.0.1 without a peer, and one with a peer of address 0. */
static void mapped_without_peer(void **state)
{
    const uint8_t bytes[32] = {[12] = 127, [15] = 1};
    const uint8_t none[16] = {0};
    struct pl_slice record = {.data = bytes, .len = 32};
    struct pl_sock sock = slots(bytes, 5, true, true);

    (void)state;
    assert_int_equal(sock.local_addr[10], 0xff);
    assert_memory_equal(sock.peer_addr, none, 16);
    assert_false(pl_sock_has_peer(&sock));
    sock.peer_port = 9;
    assert_true(pl_bsd_slots(&sock, &record, 5, true, 0, 16));
    assert_int_equal(sock.peer_addr[10], 0xff);
}

/* Without a port, a UDP socket is not bound; a raw socket may have protocol 0. */
static void unbound(void **state)
{
    static const struct {
        uint8_t proto;
        uint16_t local, peer, state;
    } cases[] = {
        {PL_PROTO_UDP, 0, 0, PL_STATE_CLOSED},  {PL_PROTO_UDPLITE, 0, 0, PL_STATE_CLOSED},
        {PL_PROTO_UDP, 53, 0, PL_STATE_UNCONN}, {PL_PROTO_UDP, 53, 9, PL_STATE_ESTABLISHED},
        {PL_PROTO_RAW, 0, 0, PL_STATE_UNCONN},  {PL_PROTO_TCP, 0, 0, PL_STATE_CLOSED},
        {PL_PROTO_TCP, 80, 0, PL_STATE_BOUND}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_sock sock = {
            .family = PL_FAMILY_INET, .local_port = cases[i].local, .peer_port = cases[i].peer};

        pl_bsd_inet_finish(&sock, cases[i].proto, 0);
        assert_int_equal(sock.state, cases[i].state);
    }
}

static void dual_stack(void **state)
{
    const uint8_t bytes[32] = {0};
    struct pl_sock sock;

    (void)state;
    sock = slots(bytes, 7, true, true);
    assert_int_equal(sock.have & PL_HAVE_V6ONLY, PL_HAVE_V6ONLY);
    assert_int_equal(sock.flags & PL_FLAG_V6ONLY, 0);
    sock = slots(bytes, 6, true, true);
    assert_int_equal(sock.flags & PL_FLAG_V6ONLY, PL_FLAG_V6ONLY);
}

static struct pl_sock zoned(uint8_t first, uint8_t second)
{
    struct pl_sock sock = {.family = PL_FAMILY_INET6,
                           .local_addr = {first, second, 0x01, 0x02, [15] = 1}};

    pl_bsd_inet_finish(&sock, PL_PROTO_UDP, 0);
    return sock;
}

static void zones(void **state)
{
    struct pl_sock sock = zoned(0xfe, 0x80);

    (void)state;
    assert_int_equal(sock.have & PL_HAVE_SCOPE, PL_HAVE_SCOPE);
    assert_int_equal(sock.ifindex, 0x102);
    assert_memory_equal(sock.local_addr, "\xfe\x80\0\0", 4);
    assert_int_equal(zoned(0xff, 0x02).ifindex, 0x102);
    assert_int_equal(zoned(0xff, 0x01).ifindex, 0x102);
    sock = zoned(0xff, 0x05);
    assert_int_equal(sock.have & PL_HAVE_SCOPE, 0);
    assert_memory_equal(sock.local_addr, "\xff\x05\1\2", 4);
    assert_int_equal(zoned(0xfe, 0xc0).ifindex, 0); /* site-local addresses contain no scope */
}

static struct pl_text path_in(const char *bytes, size_t len, size_t size)
{
    struct pl_slice record = {.data = (const uint8_t *)bytes, .len = len};

    return pl_bsd_path(&record, 0, size);
}

static void paths(void **state)
{
    (void)state;
    assert_int_equal(path_in("\0\0/a", 4, 4).len, 0);
    assert_int_equal(path_in("\2\1/a", 4, 4).len, 0);
    assert_text_equal(path_in("\4\1/a/b", 6, 6), "/a");
    assert_text_equal(path_in("\6\1/a\0b", 6, 6), "/a");    /* a NUL ends it */
    assert_text_equal(path_in("\377\1/a/b", 6, 6), "/a/b"); /* longer than its slot */
    assert_text_equal(path_in("\377\1/a", 4, 256), "/a");   /* longer than the record */
    assert_int_equal(path_in("\6", 1, 256).len, 0);
}

static void queues(void **state)
{
    (void)state;
    assert_int_equal(pl_bsd_queue(5), 5);
    assert_int_equal(pl_bsd_queue(UINT64_MAX), UINT32_MAX);
}

static void unreferenced(void **state)
{
    struct pl_sock sock = {.proto = PL_PROTO_TCP, .state = PL_STATE_ESTABLISHED};

    (void)state;
    pl_bsd_unreferenced(&sock);
    assert_int_equal(sock.flags, PL_FLAG_ACCEPT_QUEUE);
    sock = (struct pl_sock){.proto = PL_PROTO_TCP, .state = PL_STATE_FIN_WAIT1};
    pl_bsd_unreferenced(&sock);
    assert_int_equal(sock.flags, PL_FLAG_ORPHAN);
}

TEST_MAIN(TEST(states), TEST(types), TEST(versions), TEST(mapped_without_peer), TEST(unbound),
          TEST(dual_stack), TEST(zones), TEST(paths), TEST(queues), TEST(unreferenced))
