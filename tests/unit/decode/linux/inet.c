/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers of Linux, and values that a row must not have. */
#include "harness.h"

#include "decode/linux/inet.h"

#define ALL                                                                         \
    (PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q | PL_HAVE_UID | \
     PL_HAVE_INODE | PL_HAVE_COOKIE | PL_HAVE_INTERFACE)

static void families(void **state)
{
    static const struct {
        unsigned int number;
        unsigned int family;
    } cases[] = {
        {1, PL_FAMILY_UNIX},      {2, PL_FAMILY_INET},        {10, PL_FAMILY_INET6},
        {16, PL_FAMILY_NETLINK},  {17, PL_FAMILY_PACKET},     {30, PL_FAMILY_TIPC},
        {40, PL_FAMILY_VSOCK},    {44, PL_FAMILY_XDP},        {0, PL_FAMILY_OTHER},
        {3, PL_FAMILY_OTHER | 3}, {28, PL_FAMILY_OTHER | 28}, {127, PL_FAMILY_OTHER | 127},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(pl_linux_family(cases[i].number), cases[i].family);
}

static void states(void **state)
{
    static const unsigned int want[] = {
        PL_STATE_OTHER,      PL_STATE_ESTABLISHED, PL_STATE_SYN_SENT,   PL_STATE_SYN_RECV,
        PL_STATE_FIN_WAIT1,  PL_STATE_FIN_WAIT2,   PL_STATE_TIME_WAIT,  PL_STATE_CLOSED,
        PL_STATE_CLOSE_WAIT, PL_STATE_LAST_ACK,    PL_STATE_LISTEN,     PL_STATE_CLOSING,
        PL_STATE_SYN_RECV,   PL_STATE_BOUND,       PL_STATE_OTHER | 14,
    };

    (void)state;
    for (unsigned int i = 0; i < COUNT_OF(want); i++)
        assert_int_equal(pl_linux_state(i), want[i]);
    assert_int_equal(pl_linux_state(255), PL_STATE_OTHER | 255);
}

static struct pl_sock finish(struct pl_sock sock, unsigned int proto, unsigned int state)
{
    pl_linux_inet_finish(&sock, proto, state);
    return sock;
}

static void types(void **state)
{
    static const struct {
        unsigned int proto, type, closed;
    } cases[] = {
        {PL_PROTO_TCP, PL_TYPE_STREAM, PL_STATE_BOUND},
        {PL_PROTO_UDP, PL_TYPE_DGRAM, PL_STATE_UNCONN},
        {PL_PROTO_UDPLITE, PL_TYPE_DGRAM, PL_STATE_UNCONN},
        {PL_PROTO_RAW, PL_TYPE_RAW, PL_STATE_UNCONN},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_sock sock =
            finish((struct pl_sock){.have = ALL, .family = PL_FAMILY_INET}, cases[i].proto, 7);

        assert_int_equal(sock.proto, cases[i].proto);
        assert_int_equal(sock.type, cases[i].type);
        assert_int_equal(sock.state, cases[i].closed); /* CLOSE is not a known word */
        assert_true(sock.have & PL_HAVE_STATE);
    }
}

/* A 0 that the kernel writes for an absent value is neither root nor an inode. */
static void zeros(void **state)
{
    struct pl_sock row = {.have = ALL, .family = PL_FAMILY_INET};
    struct pl_sock sock = finish(row, PL_PROTO_TCP, 6);

    (void)state;
    assert_false(sock.have & (PL_HAVE_UID | PL_HAVE_INODE));
    sock = finish(row, PL_PROTO_TCP, 3);
    assert_false(sock.have & (PL_HAVE_UID | PL_HAVE_INODE));
    sock = finish(row, PL_PROTO_TCP, 12);
    assert_false(sock.have & (PL_HAVE_UID | PL_HAVE_INODE));
    /* an orphan: no inode, uid 0 */
    sock = finish(row, PL_PROTO_TCP, 4);
    assert_false(sock.have & (PL_HAVE_UID | PL_HAVE_INODE));
    /* held by a process of root */
    row.key = 4711;
    sock = finish(row, PL_PROTO_TCP, 1);
    assert_true(sock.have & PL_HAVE_UID);
    assert_true(sock.have & PL_HAVE_INODE);
    /* closed, its uid is still known */
    row.key = 0;
    row.uid = 1000;
    sock = finish(row, PL_PROTO_TCP, 4);
    assert_true(sock.have & PL_HAVE_UID);
    assert_false(sock.have & PL_HAVE_INODE);
}

static void interface(void **state)
{
    struct pl_sock row = {.have = ALL, .family = PL_FAMILY_INET6, .key = 1};
    struct pl_sock sock = finish(row, PL_PROTO_TCP, 1);

    (void)state;
    assert_false(sock.have & PL_HAVE_INTERFACE);
    assert_false(sock.have & PL_HAVE_SCOPE);
    row.ifindex = 3;
    sock = finish(row, PL_PROTO_TCP, 1);
    assert_true(sock.have & PL_HAVE_INTERFACE);
    assert_false(sock.have & PL_HAVE_SCOPE);
    row.local_addr[0] = 0xfe;
    row.local_addr[1] = 0x80;
    sock = finish(row, PL_PROTO_TCP, 1);
    assert_true(sock.have & PL_HAVE_SCOPE);
    row.local_addr[0] = 0;
    row.peer_addr[0] = 0xfe;
    row.peer_addr[1] = 0x80;
    sock = finish(row, PL_PROTO_TCP, 1);
    assert_true(sock.have & PL_HAVE_SCOPE);
    row.ifindex = 0;
    sock = finish(row, PL_PROTO_TCP, 1);
    assert_false(sock.have & (PL_HAVE_SCOPE | PL_HAVE_INTERFACE));
}

TEST_MAIN(TEST(families), TEST(states), TEST(types), TEST(zeros), TEST(interface))
