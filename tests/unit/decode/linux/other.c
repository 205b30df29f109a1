/* SPDX-License-Identifier: BSD-2-Clause */
/* vsock, XDP, TIPC, packet and netlink sockets. */
#include "harness.h"

static size_t begin(struct bytes *b)
{
    return nl_begin(b, 20, 0);
}

static void vsock(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = begin(&b);

    (void)state;
    put_bytes(&b, "\x28\1\1\3", 4); /* SOCK_STREAM, ESTABLISHED, both directions shut down */
    put_u32(&b, 2);
    put_u32(&b, 5000);
    put_u32(&b, 3);
    put_u32(&b, UINT32_MAX);
    put_u32(&b, 77);
    put_u64(&b, 9);
    nl_end(&b, at);
    got->sink.need = UINT32_MAX;
    assert_int_equal(decode_feed("linux/diag/vsock", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->socks[0].proto, PL_PROTO_VSOCK);
    assert_memory_equal(got->socks[0].local_addr, "\0\0\0\2", 4);
    assert_int_equal(got->socks[0].local_port, 5000);
    assert_int_equal(got->socks[0].peer_port, 0);
    assert_int_equal(got->socks[0].key, 77);
    assert_int_equal(got->attrs[0].id, PL_ATTR_SHUTDOWN);
    assert_int_equal(got->attrs[0].u.num, 3);
    recorder_free(got);
}

static void xdp(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = begin(&b);

    (void)state;
    put_bytes(&b, "\x2c\3\0\0", 4);
    put_u32(&b, 78);
    put_u64(&b, 9);
    nl_attr(&b, 1, "\4\0\0\0\2\0\0\0", 8); /* interface 4, queue 2 */
    nl_attr(&b, 1, "\4\0", 2);             /* too short */
    nl_attr(&b, 2, "\xe8\3\0\0", 4);       /* uid */
    nl_end(&b, at);
    assert_int_equal(decode_feed("linux/diag/xdp", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 1);
    assert_int_equal(got->socks[0].ifindex, 4);
    assert_int_equal(got->socks[0].local_port, 2);
    assert_int_equal(got->socks[0].uid, 1000);
    assert_int_equal(got->attrs[0].id, PL_ATTR_QUEUE);
    recorder_free(got);
}

/* Returns the number of an attribute of the only socket, or UINT64_MAX if it is absent. */
static uint64_t attr_of(const struct recorder_sink *got, enum pl_attr_id id)
{
    for (size_t i = 0; i < got->attr_count; i++) {
        if (got->attrs[i].id == id)
            return got->attrs[i].u.num;
    }
    return UINT64_MAX;
}

static void xdp_all(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    struct bytes stats = {0};
    struct bytes memory = {0};
    size_t at = begin(&b);

    (void)state;
    for (uint32_t i = 0; i < 6; i++)
        put_u64(&stats, 100 + i);
    for (uint32_t i = 0; i < 9; i++)
        put_u32(&memory, 200 + i);
    put_bytes(&b, "\x2c\3\0\0", 4);
    put_zeros(&b, 12);
    nl_attr(&b, 1, "\0\0\0\0\7\0\0\0", 8); /* bound to no interface */
    nl_attr(&b, 2, "\1\0", 2);             /* these are too short */
    nl_attr(&b, 3, "\1\0", 2);
    nl_attr(&b, 4, "\1\0", 2);
    nl_attr(&b, 3, "\0\10\0\0", 4);
    nl_attr(&b, 4, "\0\4\0\0", 4);
    nl_attr(&b, 5, "\0\4\0\0", 4); /* ignored */
    nl_attr(&b, 8, memory.data, memory.len);
    nl_attr(&b, 9, stats.data, stats.len);
    nl_end(&b, at);
    got->sink.need = PL_NEED_MEMORY;
    assert_int_equal(decode_feed("linux/diag/xdp", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->socks[0].have & (PL_HAVE_INTERFACE | PL_HAVE_UID), 0);
    assert_int_equal(attr_of(got, PL_ATTR_QUEUE), 7);
    assert_int_equal(attr_of(got, PL_ATTR_RX_RING), 2048);
    assert_int_equal(attr_of(got, PL_ATTR_TX_RING), 1024);
    assert_int_equal(attr_of(got, PL_ATTR_RMEM_ALLOC), 200);
    assert_int_equal(attr_of(got, PL_ATTR_DROPS), 208);
    assert_int_equal(attr_of(got, PL_ATTR_XDP_RX_DROPPED), 100);
    assert_int_equal(attr_of(got, PL_ATTR_XDP_TX_EMPTY), 105);
    recorder_free(got);
}

static void tipc_all(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes inner = {0};
    struct bytes connection = {0};
    struct bytes stat = {0};
    struct bytes b = {0};
    size_t at = begin(&b);

    (void)state;
    nl_attr(&connection, 2, "\4\3\2\1", 4);
    nl_attr(&connection, 3, "\x21\0\0\0", 4);
    nl_attr(&connection, 3, "\x22", 1); /* too short */
    nl_attr(&connection, 9, "\x23\0\0\0", 4);
    nl_attr(&stat, 1, "\5\0\0\0", 4);
    nl_attr(&stat, 2, "\6\0\0\0", 4);
    nl_attr(&stat, 5, "\7\0\0\0", 4);
    nl_attr(&stat, 5, "\x08", 1); /* too short */
    nl_attr(&stat, 6, "\x09\0\0\0", 4);
    nl_attr(&inner, 3, connection.data, connection.len);
    nl_attr(&inner, 5, stat.data, stat.len);
    nl_attr(&inner, 8, "\xe8\3\0\0", 4);
    nl_attr(&inner, 10, "\1\2\3\4\5\6\7\0", 8);
    nl_attr(&b, 1, "\0\0\0\0", 4); /* not the attribute of sockets */
    nl_attr(&b, 2, inner.data, inner.len);
    nl_end(&b, at);
    got->sink.need = PL_NEED_MEMORY;
    assert_int_equal(decode_feed("linux/diag/tipc", b.data, b.len, &got->sink), 0);
    assert_memory_equal(got->socks[0].peer_addr, "\1\2\3\4", 4);
    assert_int_equal(got->socks[0].peer_port, 0x21);
    assert_int_equal(got->socks[0].recv_q, 5);
    assert_int_equal(got->socks[0].send_q, 6);
    assert_int_equal(got->socks[0].uid, 1000);
    assert_true(got->socks[0].cookie == 0x07060504030201U);
    assert_int_equal(attr_of(got, PL_ATTR_DROPS), 7);
    recorder_free(got);
    got = recorder_new();
    assert_int_equal(decode_feed("linux/diag/tipc", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->attr_count, 0);
    recorder_free(got);
}

static void tipc(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes inner = {0};
    struct bytes b = {0};
    size_t at = begin(&b);

    (void)state;
    nl_attr(&inner, 1, "\1\0\0\0", 4);
    nl_attr(&inner, 2, "\x10\0\0\0", 4);
    nl_attr(&inner, 6, "\5\0\0\0", 4); /* SOCK_SEQPACKET */
    nl_attr(&inner, 7, "\x4f\0\0\0", 4);
    nl_attr(&inner, 9, "\x0a\0\0\0", 4); /* LISTEN */
    nl_attr(&inner, 200, "\1", 1);
    nl_attr(&b, 2, inner.data, inner.len);
    nl_end(&b, at);
    assert_int_equal(decode_feed("linux/diag/tipc", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->socks[0].state, PL_STATE_LISTEN);
    assert_int_equal(got->socks[0].type, PL_TYPE_SEQPACKET);
    assert_int_equal(got->socks[0].local_port, 16);
    assert_int_equal(got->socks[0].key, 0x4f);
    recorder_free(got);
}

/* Each attribute sets only its value, in any order. */
static void tipc_backwards(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes inner = {0};
    struct bytes b = {0};
    size_t at = begin(&b);

    (void)state;
    nl_attr(&inner, 10, "\1\2\3\4\5\6\7\0", 8);
    nl_attr(&inner, 9, "\x0a\0\0\0", 4);
    nl_attr(&inner, 8, "\xe8\3\0\0", 4);
    nl_attr(&inner, 7, "\x4f\0\0\0", 4);
    nl_attr(&inner, 6, "\5\0\0\0", 4);
    nl_attr(&inner, 2, "\x10\0\0\0", 4);
    nl_attr(&inner, 1, "\1\0\0\0", 4);
    nl_attr(&b, 2, inner.data, inner.len);
    nl_end(&b, at);
    assert_int_equal(decode_feed("linux/diag/tipc", b.data, b.len, &got->sink), 0);
    assert_true(got->socks[0].cookie == 0x07060504030201U);
    assert_int_equal(got->socks[0].state, PL_STATE_LISTEN);
    assert_int_equal(got->socks[0].uid, 1000);
    assert_int_equal(got->socks[0].key, 0x4f);
    assert_int_equal(got->socks[0].type, PL_TYPE_SEQPACKET);
    assert_int_equal(got->socks[0].local_port, 16);
    assert_memory_equal(got->socks[0].local_addr, "\0\0\0\1", 4);
    recorder_free(got);
}

static void packet(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = begin(&b);

    (void)state;
    put_bytes(&b, "\x11\3\3\0", 4); /* SOCK_RAW, ETH_P_ALL */
    put_u32(&b, 80);
    put_u64(&b, 9);
    nl_attr(&b, 0, "\2\0\0\0", 4); /* interface, of a shorter struct */
    nl_end(&b, at);
    assert_int_equal(decode_feed("linux/diag/packet", b.data, b.len, &got->sink), 0);
    assert_int_equal(decode_text("linux/proc/net/packet",
                                 "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"
                                 "00000000d6aa4dd7 3      2    0806   1     1 64     1000   81\n"
                                 "rubbish\n",
                                 &got->sink),
                     0);
    assert_int_equal(got->sock_count, 2);
    assert_int_equal(got->attrs[0].u.num, 3);
    assert_int_equal(got->socks[0].ifindex, 2);
    assert_int_equal(got->attrs[1].u.num, 0x806);
    assert_int_equal(got->socks[1].recv_q, 64);
    assert_int_equal(got->socks[1].type, PL_TYPE_DGRAM);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    recorder_free(got);
}

static void netlink(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = begin(&b);

    (void)state;
    put_bytes(&b, "\x10\3\x0f\0", 4); /* NETLINK_KOBJECT_UEVENT */
    put_u32(&b, 4242);
    put_zeros(&b, 8);
    put_u32(&b, 82);
    put_u64(&b, 9);
    nl_attr(&b, 1, "\5\0\0\0", 4);
    nl_end(&b, at);
    assert_int_equal(decode_feed("linux/diag/netlink", b.data, b.len, &got->sink), 0);
    assert_int_equal(
        decode_text("linux/proc/net/netlink",
                    "sk               Eth Pid        Groups   Rmem     Wmem     Dump  "
                    "Locks    Drops    Inode\n"
                    "0000000013d9c3f0 0   1234       00000440 7        0        0     2"
                    "        0        83\n",
                    &got->sink),
        0);
    assert_int_equal(got->sock_count, 2);
    assert_int_equal(got->socks[0].local_port, 4242);
    assert_int_equal(got->attrs[0].u.num, 15);
    assert_int_equal(got->attrs[1].u.num, 5);
    assert_int_equal(got->socks[1].recv_q, 7);
    assert_int_equal(got->attrs[3].u.num, 0x440);
    recorder_free(got);
}

/* Shorter than the struct of the family: counted, not read. */
static void too_short(void **state)
{
    static const char *const feeds[] = {"linux/diag/vsock", "linux/diag/xdp", "linux/diag/packet",
                                        "linux/diag/netlink", "linux/diag/unix"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(feeds); i++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {0};
        size_t at = begin(&b);

        put_zeros(&b, 12);
        nl_end(&b, at);
        assert_int_equal(decode_feed(feeds[i], b.data, b.len, &got->sink), 0);
        assert_int_equal(got->sock_count, 0);
        assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
        recorder_free(got);
    }
}

/* The shared memory of an XDP socket, and its rings. */
static void xdp_more(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    struct bytes umem = {0};
    size_t at = nl_begin(&b, 20, 0);

    (void)state;
    put_u32(&b, 0x0000032c);
    put_u32(&b, 80);
    put_u64(&b, 1);
    put_u64(&umem, 1ULL << 40);
    for (uint32_t n = 1; n <= 8; n++)
        put_u32(&umem, n);
    nl_attr(&b, 5, umem.data, umem.len);
    nl_attr(&b, 6, umem.data + 8, 4);
    nl_attr(&b, 7, umem.data + 12, 4);
    nl_end(&b, at);
    got->sink.need = PL_NEED_MORE;
    assert_int_equal(decode_feed("linux/diag/xdp", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->attr_count, 11);
    assert_int_equal(got->attrs[0].id, PL_ATTR_XDP_UMEM_SIZE);
    assert_true(got->attrs[0].u.num == 1ULL << 40);
    for (uint64_t n = 1; n <= 8; n++) {
        assert_int_equal(got->attrs[n].id, PL_ATTR_XDP_UMEM_SIZE + (int)n);
        assert_int_equal(got->attrs[n].u.num, n);
    }
    assert_int_equal(got->attrs[9].id, PL_ATTR_XDP_FILL_RING);
    assert_int_equal(got->attrs[9].u.num, 1);
    assert_int_equal(got->attrs[10].id, PL_ATTR_XDP_COMPLETION_RING);
    assert_int_equal(got->attrs[10].u.num, 2);
    recorder_free(got);
}

TEST_MAIN(TEST(xdp_more), TEST(vsock), TEST(xdp), TEST(xdp_all), TEST(tipc), TEST(tipc_backwards),
          TEST(tipc_all), TEST(packet), TEST(netlink), TEST(too_short))
