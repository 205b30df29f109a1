/* SPDX-License-Identifier: BSD-2-Clause */
/* What ss adds with -e and -m to rows that are not of the internet families. */
#include "layout.h"
#include "model/array.h"

#include "view/text.h"

/* A part with a name of its own on the next line, or behind a blank. */
static void put_part(const struct as_view *view, const char *name, struct out *out)
{
    out_word(out, view->one_line ? " " : "\n\t");
    out_word(out, name);
}

/* ---- packet ---- */

/* PDI_* of include/uapi/linux/packet_diag.h. */
static void put_packet_flags(uint64_t flags, struct out *out)
{
    static const char *const names[] = {"running", " auxdata", " origdev", " vnethdr", " loss"};

    out_word(out, " flags( ");
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (flags >> i & 1)
            out_word(out, names[i]);
    }
    out_word(out, flags == 0 ? "0 )" : " )");
}

static void put_ring(const struct as_view *view, const struct pl_sock *sock, const char *name,
                     enum pl_attr_id first, struct out *out)
{
    static const char *const fields[] = {
        "blk_size:", ",blk_nr:", ",frm_size:", ",frm_nr:", ",tmo:"};

    if (!ss_has(view, sock, first))
        return;
    put_part(view, name, out);
    for (unsigned int i = 0; i < COUNT_OF(fields); i++)
        ss_put_field(out, fields[i], ss_number(view, sock, (enum pl_attr_id)(first + i)));
    ss_put_hex(out, ",features:0x", ss_number(view, sock, (enum pl_attr_id)(first + 5)), 1);
    out_char(out, ')');
}

static void put_fanout(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    static const char *const types[] = {"hash", "lb", "cpu", "roll", "random", "qm"};
    uint64_t fanout = ss_number(view, sock, PL_ATTR_PACKET_FANOUT);
    uint64_t type = fanout >> 16 & 0xffff;

    if (!ss_has(view, sock, PL_ATTR_PACKET_FANOUT))
        return;
    put_part(view, "fanout(", out);
    ss_put_field(out, "id:", fanout & 0xffff);
    out_word(out, ",type:");
    if (type < COUNT_OF(types))
        out_word(out, types[type]);
    else
        ss_put_hex(out, "0x", type, 1);
    out_char(out, ')');
}

static void put_packet(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    if (!view->extended)
        return;
    ss_put_identity(view, sock, out);
    if (ss_has(view, sock, PL_ATTR_PACKET_FLAGS)) {
        put_part(view, "ver:", out);
        out_number(out, ss_number(view, sock, PL_ATTR_PACKET_VERSION));
        ss_put_field(out, " cpy_thresh:", ss_number(view, sock, PL_ATTR_PACKET_COPY_THRESHOLD));
        put_packet_flags(ss_number(view, sock, PL_ATTR_PACKET_FLAGS), out);
    }
    put_ring(view, sock, "ring_rx(", PL_ATTR_PACKET_RX_BLOCK_SIZE, out);
    put_ring(view, sock, "ring_tx(", PL_ATTR_PACKET_TX_BLOCK_SIZE, out);
    put_fanout(view, sock, out);
}

/* ---- UNIX ---- */

/* A device as the kernel numbers it, taken for one of the C library's. */
static void put_device(uint64_t device, struct out *out)
{
    ss_put_field(out, " dev:", device >> 8 & 0xfff);
    ss_put_field(out, "/", (device & 0xff) | (device >> 12 & 0xfff00));
}

static void put_unix(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    uint64_t shut = ss_number(view, sock, PL_ATTR_SHUTDOWN);
    struct pl_text waiting = ss_text(view, sock, PL_ATTR_WAITING_INODES);

    if (!view->extended)
        return;
    if (ss_has(view, sock, PL_ATTR_SHUTDOWN)) {
        out_word(out, shut & 1 ? " --" : " <-");
        out_char(out, shut & 2 ? '-' : '>');
    }
    if (ss_has(view, sock, PL_ATTR_VFS_INODE)) {
        ss_put_field(out, " ino:", ss_number(view, sock, PL_ATTR_VFS_INODE));
        put_device(ss_number(view, sock, PL_ATTR_VFS_DEVICE), out);
    }
    if (!waiting.data)
        return;
    out_word(out, waiting.len > 0 ? " peers: " : " peers:");
    text_plain(out, waiting, "");
}

/* ---- XDP ---- */

static void put_entries(const struct as_view *view, const struct pl_sock *sock, const char *name,
                        enum pl_attr_id id, struct out *out)
{
    if (!ss_has(view, sock, id))
        return;
    put_part(view, name, out);
    ss_put_field(out, "entries:", ss_number(view, sock, id));
    out_char(out, ')');
}

struct field {
    enum pl_attr_id id;
    const char *name;
};

static void put_fields(const struct as_view *view, const struct pl_sock *sock,
                       const struct field *fields, size_t count, struct out *out)
{
    for (size_t i = 0; i < count; i++)
        ss_put_field(out, fields[i].name, ss_number(view, sock, fields[i].id));
    out_char(out, ')');
}

static void put_umem(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    static const struct field fields[] = {
        {PL_ATTR_XDP_UMEM_ID, "id:"},
        {PL_ATTR_XDP_UMEM_SIZE, ",size:"},
        {PL_ATTR_XDP_UMEM_PAGES, ",num_pages:"},
        {PL_ATTR_XDP_UMEM_CHUNK_SIZE, ",chunk_size:"},
        {PL_ATTR_XDP_UMEM_HEADROOM, ",headroom:"},
        {PL_ATTR_XDP_UMEM_IFINDEX, ",ifindex:"},
        {PL_ATTR_XDP_UMEM_QUEUE, ",qid:"},
        {PL_ATTR_XDP_UMEM_FLAGS, ",zc:"},
        {PL_ATTR_XDP_UMEM_REFS, ",refs:"},
    };

    if (!ss_has(view, sock, PL_ATTR_XDP_UMEM_ID))
        return;
    /* On one line it misspells the name. */
    put_part(view, view->one_line ? "tumem(" : "umem(", out);
    put_fields(view, sock, fields, COUNT_OF(fields), out);
    put_entries(view, sock, "fr(", PL_ATTR_XDP_FILL_RING, out);
    put_entries(view, sock, "cr(", PL_ATTR_XDP_COMPLETION_RING, out);
}

static void put_xdp(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    static const struct field stats[] = {
        {PL_ATTR_XDP_RX_DROPPED, "rx dropped:"},  {PL_ATTR_XDP_RX_INVALID, ",rx invalid:"},
        {PL_ATTR_XDP_RX_FULL, ",rx queue full:"}, {PL_ATTR_XDP_FILL_EMPTY, ",rx fill ring empty:"},
        {PL_ATTR_XDP_TX_INVALID, ",tx invalid:"}, {PL_ATTR_XDP_TX_EMPTY, ",tx ring empty:"},
    };

    if (!view->extended)
        return;
    ss_put_identity(view, sock, out);
    put_entries(view, sock, "rx(", PL_ATTR_RX_RING, out);
    put_entries(view, sock, "tx(", PL_ATTR_TX_RING, out);
    put_umem(view, sock, out);
    if (!ss_has(view, sock, PL_ATTR_XDP_RX_DROPPED))
        return;
    put_part(view, "stats(", out);
    put_fields(view, sock, stats, COUNT_OF(stats), out);
}

void ss_put_family_details(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    switch (sock->proto) {
    case PL_PROTO_PACKET:
        put_packet(view, sock, out);
        ss_put_memory(view, sock, out);
        break;
    case PL_PROTO_UNIX:
        ss_put_memory(view, sock, out);
        put_unix(view, sock, out);
        break;
    case PL_PROTO_NETLINK:
        if (view->extended)
            ss_put_hex(out, " sk=0 cb=0 groups=0x", (uint32_t)ss_number(view, sock, PL_ATTR_GROUPS),
                       8);
        if (view->memory)
            out_char(out, '\t');
        ss_put_memory(view, sock, out);
        break;
    case PL_PROTO_XDP:
        put_xdp(view, sock, out);
        ss_put_memory(view, sock, out);
        break;
    case PL_PROTO_TIPC:
        if (view->extended)
            ss_put_identity(view, sock, out);
        break;
    default:
        break;
    }
}
