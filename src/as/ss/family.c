/* SPDX-License-Identifier: BSD-2-Clause */
/* Details (-e, -m) of sockets that are not IP sockets. */
#include "layout.h"
#include "model/array.h"

#include "view/text.h"

/* Starts a line, or with -O continues after a blank. */
static void put_line(const struct ss_row *row, const char *name)
{
    out_word(row->out, row->view->one_line ? " " : "\n\t");
    out_word(row->out, name);
}

/* The same with parts up to ")", if the kernel reported the first one. */
static void put_list(const struct ss_row *row, const char *name, const struct ss_part *parts,
                     size_t count)
{
    if (!ss_has(row, parts[0].id))
        return;
    put_line(row, name);
    ss_put_parts(row, parts, count);
    out_char(row->out, ')');
}

/* ---- packet ---- */

/* PDI_* of include/uapi/linux/packet_diag.h. */
static void put_packet_flags(const struct ss_row *row)
{
    static const char *const names[] = {"running", " auxdata", " origdev", " vnethdr", " loss"};
    uint64_t flags = ss_number(row, PL_ATTR_PACKET_FLAGS);

    out_word(row->out, " flags( ");
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (flags >> i & 1)
            out_word(row->out, names[i]);
    }
    out_word(row->out, flags == 0 ? "0 )" : " )");
}

/* first: the first of six details in this order. */
static void put_ring(const struct ss_row *row, const char *name, enum pl_attr_id first)
{
    static const char *const fields[] = {
        "blk_size:", ",blk_nr:", ",frm_size:", ",frm_nr:", ",tmo:"};

    if (!ss_has(row, first))
        return;
    put_line(row, name);
    for (unsigned int i = 0; i < COUNT_OF(fields); i++)
        ss_put_field(row, fields[i], ss_number(row, (enum pl_attr_id)(first + i)));
    ss_put_hex(row, ",features:0x", ss_number(row, (enum pl_attr_id)(first + 5)), 1);
    out_char(row->out, ')');
}

static void put_fanout(const struct ss_row *row)
{
    static const char *const types[] = {"hash", "lb", "cpu", "roll", "random", "qm"};
    uint64_t fanout = ss_number(row, PL_ATTR_PACKET_FANOUT);
    uint64_t type = fanout >> 16 & 0xffff;

    if (!ss_has(row, PL_ATTR_PACKET_FANOUT))
        return;
    put_line(row, "fanout(");
    ss_put_field(row, "id:", fanout & 0xffff);
    out_word(row->out, ",type:");
    if (type < COUNT_OF(types))
        out_word(row->out, types[type]);
    else
        ss_put_hex(row, "0x", type, 1);
    out_char(row->out, ')');
}

static void put_packet(const struct ss_row *row)
{
    ss_put_identity(row);
    if (ss_has(row, PL_ATTR_PACKET_FLAGS)) {
        put_line(row, "ver:");
        out_number(row->out, ss_number(row, PL_ATTR_PACKET_VERSION));
        ss_put_field(row, " cpy_thresh:", ss_number(row, PL_ATTR_PACKET_COPY_THRESHOLD));
        put_packet_flags(row);
    }
    put_ring(row, "ring_rx(", PL_ATTR_PACKET_RX_BLOCK_SIZE);
    put_ring(row, "ring_tx(", PL_ATTR_PACKET_TX_BLOCK_SIZE);
    put_fanout(row);
}

/* ---- UNIX ---- */

static void put_unix(const struct ss_row *row)
{
    /* ss applies major(3) and minor(3) to the number in the kernel's encoding. */
    uint64_t device = ss_number(row, PL_ATTR_VFS_DEVICE);
    struct pl_text waiting = ss_text(row, PL_ATTR_WAITING_INODES);

    ss_put_shutdown(row);
    if (ss_has(row, PL_ATTR_VFS_INODE)) {
        ss_put_field(row, " ino:", ss_number(row, PL_ATTR_VFS_INODE));
        ss_put_field(row, " dev:", device >> 8 & 0xfff);
        ss_put_field(row, "/", (device & 0xff) | (device >> 12 & 0xfff00));
    }
    ss_put_text(row, waiting.len > 0 ? " peers: " : " peers:", PL_ATTR_WAITING_INODES, "");
}

/* ---- XDP ---- */

static const struct ss_part rx[] = {{PL_ATTR_RX_RING, "entries:", SS_NUMBER, SS_ALWAYS}};
static const struct ss_part tx[] = {{PL_ATTR_TX_RING, "entries:", SS_NUMBER, SS_ALWAYS}};
static const struct ss_part umem[] = {
    {PL_ATTR_XDP_UMEM_ID, "id:", SS_NUMBER, SS_ALWAYS},
    {PL_ATTR_XDP_UMEM_SIZE, ",size:", SS_NUMBER, SS_ALWAYS},
    {PL_ATTR_XDP_UMEM_PAGES, ",num_pages:", SS_NUMBER, SS_ALWAYS},
    {PL_ATTR_XDP_UMEM_CHUNK_SIZE, ",chunk_size:", SS_NUMBER, SS_ALWAYS},
    {PL_ATTR_XDP_UMEM_HEADROOM, ",headroom:", SS_NUMBER, SS_ALWAYS},
    {PL_ATTR_XDP_UMEM_IFINDEX, ",ifindex:", SS_NUMBER, SS_ALWAYS},
    {PL_ATTR_XDP_UMEM_QUEUE, ",qid:", SS_NUMBER, SS_ALWAYS},
    {PL_ATTR_XDP_UMEM_FLAGS, ",zc:", SS_NUMBER, SS_ALWAYS},
    {PL_ATTR_XDP_UMEM_REFS, ",refs:", SS_NUMBER, SS_ALWAYS},
};
static const struct ss_part fill[] = {{PL_ATTR_XDP_FILL_RING, "entries:", SS_NUMBER, SS_ALWAYS}};
static const struct ss_part completion[] = {
    {PL_ATTR_XDP_COMPLETION_RING, "entries:", SS_NUMBER, SS_ALWAYS}};
static const struct ss_part stats[] = {
    {PL_ATTR_XDP_RX_DROPPED, "rx dropped:", SS_NUMBER, SS_ALWAYS},
    {PL_ATTR_XDP_RX_INVALID, ",rx invalid:", SS_NUMBER, SS_ALWAYS},
    {PL_ATTR_XDP_RX_FULL, ",rx queue full:", SS_NUMBER, SS_ALWAYS},
    {PL_ATTR_XDP_FILL_EMPTY, ",rx fill ring empty:", SS_NUMBER, SS_ALWAYS},
    {PL_ATTR_XDP_TX_INVALID, ",tx invalid:", SS_NUMBER, SS_ALWAYS},
    {PL_ATTR_XDP_TX_EMPTY, ",tx ring empty:", SS_NUMBER, SS_ALWAYS},
};

static void put_xdp(const struct ss_row *row)
{
    ss_put_identity(row);
    put_list(row, "rx(", rx, COUNT_OF(rx));
    put_list(row, "tx(", tx, COUNT_OF(tx));
    if (ss_has(row, PL_ATTR_XDP_UMEM_ID)) {
        /* With -O, ss prints "tumem". */
        put_list(row, row->view->one_line ? "tumem(" : "umem(", umem, COUNT_OF(umem));
        put_list(row, "fr(", fill, COUNT_OF(fill));
        put_list(row, "cr(", completion, COUNT_OF(completion));
    }
    put_list(row, "stats(", stats, COUNT_OF(stats));
}

void ss_put_family_details(const struct ss_row *row)
{
    bool extended = row->view->extended;

    switch (row->sock->proto) {
    case PL_PROTO_PACKET:
        if (extended)
            put_packet(row);
        ss_put_memory(row);
        break;
    case PL_PROTO_UNIX:
        ss_put_memory(row);
        if (extended)
            put_unix(row);
        break;
    case PL_PROTO_NETLINK:
        if (extended)
            ss_put_hex(row, " sk=0 cb=0 groups=0x", (uint32_t)ss_number(row, PL_ATTR_GROUPS), 8);
        if (row->view->memory)
            out_char(row->out, '\t');
        ss_put_memory(row);
        break;
    case PL_PROTO_XDP:
        if (extended)
            put_xdp(row);
        ss_put_memory(row);
        break;
    case PL_PROTO_TIPC:
        if (extended)
            ss_put_identity(row);
        break;
    default:
        break;
    }
}
