/* SPDX-License-Identifier: BSD-2-Clause */
#include "layouts.h"

#include "as/ss/layout.h"

static void says(bool one_line, const struct pl_sock *sock, const struct pl_attr *attrs,
                 size_t count, const char *want)
{
    struct pl_snapshot *snap = one_sock(sock, attrs, count);
    const struct as_view view = {.snap = snap, .extended = true, .one_line = one_line};
    struct out out = {.fd = -1};

    ss_put_family_details(&(struct ss_row){&view, snap->socks.items, &out});
    holds(&out, want);
    pl_snapshot_free(snap);
}

static void packets(void **state)
{
    static const struct pl_attr attrs[] = {
        NUM(PACKET_VERSION, 2),          NUM(PACKET_COPY_THRESHOLD, 0),   NUM(PACKET_FLAGS, 0x13),
        NUM(PACKET_FANOUT, 0x10005),     NUM(PACKET_RX_BLOCK_SIZE, 4096), NUM(PACKET_RX_BLOCKS, 2),
        NUM(PACKET_RX_FRAME_SIZE, 2048), NUM(PACKET_RX_FRAMES, 4),        NUM(PACKET_RX_TIMEOUT, 8),
        NUM(PACKET_RX_FEATURES, 0x1f)};
    static const struct pl_attr few[] = {NUM(PACKET_FLAGS, 0), NUM(PACKET_FANOUT, 0x60001)};
    const struct pl_sock sock = {.proto = PL_PROTO_PACKET,
                                 .family = PL_FAMILY_PACKET,
                                 .have = PL_HAVE_COOKIE,
                                 .key = 3,
                                 .cookie = 1};

    (void)state;
    says(false, &sock, attrs, COUNT_OF(attrs),
         " ino:3 sk:1\n\tver:2 cpy_thresh:0 flags( running auxdata loss )"
         "\n\tring_rx(blk_size:4096,blk_nr:2,frm_size:2048,frm_nr:4,tmo:8,features:0x1f)"
         "\n\tfanout(id:5,type:lb)");
    says(true, &sock, few, COUNT_OF(few),
         " ino:3 sk:1 ver:0 cpy_thresh:0 flags( 0 ) fanout(id:1,type:0x6)");
}

static void unix_socks(void **state)
{
    static const struct pl_attr attrs[] = {NUM(SHUTDOWN, 2), NUM(VFS_INODE, 77),
                                           NUM(VFS_DEVICE, 0xfe00001), STR(WAITING_INODES, "5 6")};
    static const struct pl_attr none[] = {STR(WAITING_INODES, "")};
    const struct pl_sock sock = {.proto = PL_PROTO_UNIX, .family = PL_FAMILY_UNIX};

    (void)state;
    says(false, &sock, attrs, COUNT_OF(attrs), " <-- ino:77 dev:0/65025 peers: 5 6");
    says(false, &sock, none, 1, " peers:");
    says(false, &sock, NULL, 0, "");
}

static void others(void **state)
{
    static const struct pl_attr groups[] = {NUM(GROUPS, 0x100000005)};
    static const struct pl_attr xdp_attrs[] = {NUM(RX_RING, 64),         NUM(XDP_UMEM_ID, 1),
                                               NUM(XDP_UMEM_SIZE, 8192), NUM(XDP_UMEM_PAGES, 2),
                                               NUM(XDP_FILL_RING, 32),   NUM(XDP_RX_DROPPED, 9)};
    struct pl_sock sock = {.proto = PL_PROTO_NETLINK, .family = PL_FAMILY_NETLINK};

    (void)state;
    says(false, &sock, groups, 1, " sk=0 cb=0 groups=0x00000005");
    sock.proto = PL_PROTO_XDP;
    says(false, &sock, xdp_attrs, COUNT_OF(xdp_attrs),
         " ino:0\n\trx(entries:64)\n\tumem(id:1,size:8192,num_pages:2,chunk_size:0,headroom:0,"
         "ifindex:0,qid:0,zc:0,refs:0)\n\tfr(entries:32)\n\tstats(rx dropped:9,rx invalid:0,"
         "rx queue full:0,rx fill ring empty:0,tx invalid:0,tx ring empty:0)");
}

TEST_MAIN(TEST(packets), TEST(unix_socks), TEST(others))
