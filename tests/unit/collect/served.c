/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP sockets that the kernel serves for tunnel interfaces. */
#include "harness.h"

#include "fake.h"

#define DIAG    "linux/diag/udp"
#define OWNERS  "linux/owners"
#define TUNNELS "linux/rtnl/tunnels"

/* struct inet_diag_msg of a UDP socket. peer: the port of its peer, or 0. */
static void put_udp(struct bytes *b, bool v6, uint16_t port, uint16_t peer, uint32_t inode)
{
    size_t at = nl_begin(b, 20, 0);

    put_u8(b, v6 ? 10 : 2);
    put_u8(b, peer == 0 ? 7 : 1);
    put_u16(b, 0);
    put_be16(b, port);
    put_be16(b, peer);
    put_zeros(b, 32);
    put_u32(b, 0);
    put_zeros(b, 20);
    put_u32(b, 0);
    put_u32(b, inode);
    nl_end(b, at);
}

/* An interface of kind vxlan that is up, for IPv4 and port 4789. */
static struct bytes vxlan(void)
{
    struct bytes data = {0};
    struct bytes info = {0};
    struct bytes b = {0};
    size_t at = nl_begin(&b, 16, 0);

    put_u32(&b, 0);
    put_u32(&b, 2);
    put_u32(&b, 1);
    put_u32(&b, 0);
    nl_attr(&data, 15, "\x12\xb5", 2);
    nl_attr(&info, 1, "vxlan", 6);
    nl_attr(&info, 2, data.data, data.len);
    nl_attr(&b, 18, info.data, info.len);
    nl_end(&b, at);
    return b;
}

/*
 * Takes the sockets 11 to 15: on the port, on another one, of IPv6, with a peer, and on the port with
 * process 7. With all, it holds each of them. denied: process 1 could not be read.
 */
static struct pl_snapshot *take(struct fake_reader *reader, struct fake_feed feeds[3],
                                uint32_t need, bool all, bool denied)
{
    const struct pl_query query = {
        .protos = PL_BIT(PL_PROTO_UDP), .need = need, .way = PL_WAY_DIAG};
    static struct bytes socks;
    static struct bytes owners;
    struct pl_snapshot *snap;

    socks = owners = (struct bytes){0};
    put_udp(&socks, false, 4789, 0, 11);
    put_udp(&socks, false, 4790, 0, 12);
    put_udp(&socks, true, 4789, 0, 13);
    put_udp(&socks, false, 4789, 53, 14);
    put_udp(&socks, false, 4789, 0, 15);
    for (uint32_t key = 11; key <= 15; key++) {
        struct bytes owner = fake_owner(7, key, key);

        if (all || key == 15)
            put_bytes(&owners, owner.data, owner.len);
    }
    if (denied) {
        struct bytes owner = fake_owner(1, UINT32_MAX, 13);

        put_bytes(&owners, owner.data, owner.len);
    }
    feeds[0] = (struct fake_feed){.name = DIAG, .bytes = socks.data, .len = socks.len};
    feeds[1] = (struct fake_feed){.name = OWNERS, .bytes = owners.data, .len = owners.len};
    fake_init(reader, feeds, 3);
    assert_int_equal(pl_snapshot_take(&reader->base, &query, &snap), 0);
    return snap;
}

static void one_of_five(void **state)
{
    (void)state;
    for (int denied = 0; denied < 2; denied++) {
        const uint8_t unknown = denied ? PL_OWNER_NOT_PERMITTED : PL_OWNER_NOT_FOUND;
        struct fake_feed feeds[3] = {{0}};
        struct fake_reader reader;
        struct bytes link = vxlan();
        struct pl_snapshot *snap;
        const struct pl_sock *socks;
        size_t count;

        feeds[2] = (struct fake_feed){.name = TUNNELS, .bytes = link.data, .len = link.len};
        snap = take(&reader, feeds, PL_NEED_OWNERS, false, denied);
        socks = pl_snapshot_socks(snap, &count);
        assert_int_equal(count, 5);
        assert_int_equal(socks[0].owner_unknown, PL_OWNER_KERNEL);
        for (size_t i = 1; i < 4; i++)
            assert_int_equal(socks[i].owner_unknown, unknown);
        assert_int_equal(socks[4].owner_unknown, PL_OWNER_KNOWN);
        assert_int_equal(fake_reads(&reader, TUNNELS), 1);
        pl_snapshot_free(snap);
    }
}

/* Interfaces are not read if every socket has an owner, or if owners were not requested. */
static void not_needed(void **state)
{
    struct fake_feed feeds[3] = {{0}};
    struct fake_reader reader;
    struct pl_snapshot *snap;

    (void)state;
    feeds[2] = (struct fake_feed){.name = TUNNELS, .error = -EACCES};
    snap = take(&reader, feeds, PL_NEED_OWNERS, true, false);
    assert_int_equal(fake_reads(&reader, TUNNELS), 0);
    assert_counts(snap, 5, 0);
    pl_snapshot_free(snap);
    snap = take(&reader, feeds, 0, false, false);
    assert_int_equal(fake_reads(&reader, TUNNELS), 0);
    assert_counts(snap, 5, 0);
    pl_snapshot_free(snap);
}

/* Interfaces that could not be read: a note. */
static void refused(void **state)
{
    struct fake_feed feeds[3] = {{0}};
    struct fake_reader reader;
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    feeds[2] = (struct fake_feed){.name = TUNNELS, .error = -EACCES};
    snap = take(&reader, feeds, PL_NEED_OWNERS, false, false);
    assert_int_equal(assert_only_note(snap, PL_NOTE_FEED_FAILED, TUNNELS)->error, EACCES);
    assert_int_equal(pl_snapshot_socks(snap, &count)[0].owner_unknown, PL_OWNER_NOT_FOUND);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(one_of_five), TEST(not_needed), TEST(refused))
