/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * macOS: net.inet.{tcp,udp,raw}.pcblist_n and net.local.{stream,dgram}.pcblist_n.
 *
 * A table is a head, items and a tail (no tail if the head counts 0). Each item begins with its
 * length and kind. Consecutive items, in any order, are one socket. Only the tail is as short as
 * the head.
 */
#include "bsd.h"
#include "darwin_layout.h"
#include "model/array.h"

#include <errno.h>

#define AF_INET6_NUMBER 30U
#define SS_COMP         0x1000U /* so_state: complete, not accepted yet */

/* XSO_ kinds of bsd/sys/socketvar.h: bits, so that a set of them is a number. */
enum kind {
    KIND_SOCKET = 0x1,
    KIND_RCVBUF = 0x2,
    KIND_SNDBUF = 0x4,
    KIND_STATS = 0x8,
    KIND_INPCB = 0x10,
    KIND_TCPCB = 0x20,
    KIND_UNPCB = 0x200,
};

#define KINDS_ANY (KIND_SOCKET | KIND_RCVBUF | KIND_SNDBUF | KIND_STATS)

enum part { PART_SOCKET, PART_RCVBUF, PART_SNDBUF, PART_STATS, PART_PCB, PART_TCPCB, PARTS };

static const struct {
    uint32_t kind;
    enum part part;
    uint16_t sizes[2];
} items[] = {
    {KIND_SOCKET, PART_SOCKET, {PL_XSOCKET_SIZE, PL_XSOCKET_SIZE_12}},
    {KIND_RCVBUF, PART_RCVBUF, {PL_XSOCKBUF_SIZE}},
    {KIND_SNDBUF, PART_SNDBUF, {PL_XSOCKBUF_SIZE}},
    {KIND_STATS, PART_STATS, {PL_XSOCKSTAT_SIZE}},
    {KIND_INPCB, PART_PCB, {PL_XINPCB_SIZE}},
    {KIND_TCPCB, PART_TCPCB, {PL_XTCPCB_SIZE}},
    {KIND_UNPCB, PART_PCB, {PL_XUNPCB_SIZE}},
};

/* The items of one socket so far. */
struct run {
    uint32_t needed; /* kinds of a complete socket */
    uint32_t seen;
    struct pl_slice parts[PARTS];
    unsigned int proto;
    uint64_t malformed;
    bool unknown; /* a note of an unknown length was put */
};

/* ---- one socket ---- */

static void read_socket(const struct run *run, struct pl_sock *sock)
{
    const struct pl_slice *so = &run->parts[PART_SOCKET];
    bool listening = (pl_slice_u32(so, PL_XSOCKET_OPTIONS) & PL_BSD_SO_ACCEPTCONN) != 0;

    sock->key = pl_slice_u64(so, PL_XSOCKET_SO);
    if (sock->key == 0)
        return; /* closing, or of the user-space stack: the rest is 0 */
    sock->type = pl_bsd_type(pl_slice_u16(so, PL_XSOCKET_TYPE));
    sock->uid = pl_slice_u32(so, PL_XSOCKET_UID);
    sock->recv_q = listening ? pl_slice_u16(so, PL_XSOCKET_QLEN)
                             : pl_slice_u32(&run->parts[PART_RCVBUF], PL_XSOCKBUF_CC);
    sock->send_q = listening ? pl_slice_u16(so, PL_XSOCKET_QLIMIT)
                             : pl_slice_u32(&run->parts[PART_SNDBUF], PL_XSOCKBUF_CC);
    sock->have |= PL_HAVE_UID | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q;
}

static uint32_t last_pid(const struct run *run)
{
    uint32_t pid = pl_slice_u32(&run->parts[PART_SOCKET], PL_XSOCKET_LAST_PID);

    return pid <= INT32_MAX ? pid : 0;
}

/* The unit of its timers depends on the version. */
static void add_internals(const struct pl_slice *tcp, struct pl_bsd_attrs *attrs)
{
    const struct pl_bsd_windows windows = {
        .mss = pl_slice_u32(tcp, PL_XTCPCB_MAXSEG),
        .cwnd = pl_slice_u32(tcp, PL_XTCPCB_CWND),
        .rcv_wnd = pl_slice_u32(tcp, PL_XTCPCB_RCV_WND),
        .snd_wnd = pl_slice_u32(tcp, PL_XTCPCB_SND_WND),
    };

    pl_bsd_add_windows(attrs, &windows);
}

static int put_inet(struct run *run, struct pl_sink *sink)
{
    const struct pl_slice *inp = &run->parts[PART_PCB];
    const struct pl_slice *so = &run->parts[PART_SOCKET];
    uint16_t so_state = pl_slice_u16(so, PL_XSOCKET_STATE);
    unsigned int vflag = pl_slice_u8(inp, PL_XINPCB_VFLAG);
    bool v6_socket = pl_slice_u32(so, PL_XSOCKET_FAMILY) == AF_INET6_NUMBER;
    struct pl_bsd_attrs attrs = {.count = 0};
    struct pl_sock sock = {
        .local_port = pl_slice_be16(inp, PL_XINPCB_LPORT),
        .peer_port = pl_slice_be16(inp, PL_XINPCB_FPORT),
    };

    if (!pl_bsd_slots(&sock, inp, vflag, v6_socket, PL_XINPCB_LADDR, PL_XINPCB_FADDR)) {
        run->malformed++;
        return 0;
    }
    if (run->proto == PL_PROTO_RAW)
        sock.local_port = pl_slice_u8(inp, PL_XINPCB_IP_P); /* as on Linux */
    read_socket(run, &sock);
    pl_bsd_inet_finish(&sock, run->proto, pl_slice_u32(&run->parts[PART_TCPCB], PL_XTCPCB_STATE));
    if (so_state & SS_COMP)
        sock.flags |= PL_FLAG_ACCEPT_QUEUE;
    else if (so_state & PL_BSD_SS_NOFDREF)
        pl_bsd_unreferenced(&sock);
    pl_bsd_add(&attrs, PL_ATTR_LAST_PID, last_pid(run));
    if (run->proto == PL_PROTO_TCP && sink->need & PL_NEED_INTERNALS)
        add_internals(&run->parts[PART_TCPCB], &attrs);
    return pl_bsd_put_inet(sink, &sock, &attrs);
}

static int put_unix(struct run *run, struct pl_sink *sink)
{
    const struct pl_slice *unp = &run->parts[PART_PCB];
    const struct pl_slice *so = &run->parts[PART_SOCKET];
    struct pl_sock sock = {0};
    struct pl_bsd_unix un = {
        .path = pl_bsd_path(unp, PL_XUNPCB_ADDR, PL_XUNPCB_SLOT),
        .peer_path = pl_bsd_path(unp, PL_XUNPCB_CADDR, PL_XUNPCB_SLOT),
        .pcb = pl_slice_u64(unp, PL_XUNPCB_UNPP),
        .peer_pcb = pl_slice_u64(unp, PL_XUNPCB_CONN),
        .last_pid = last_pid(run),
        .listening = (pl_slice_u32(so, PL_XSOCKET_OPTIONS) & PL_BSD_SO_ACCEPTCONN) != 0,
    };

    un.connected = un.peer_pcb != 0;
    read_socket(run, &sock);
    if (pl_slice_u16(so, PL_XSOCKET_STATE) & SS_COMP)
        sock.flags |= PL_FLAG_ACCEPT_QUEUE;
    return pl_bsd_put_unix(sink, &sock, &un);
}

/* ---- items ---- */

/*
 * A closing socket has buffers without a kind: each is the next missing one. Ignores other kinds.
 */
static int find_item(const struct run *run, uint32_t kind, uint32_t len)
{
    if (kind == 0 && len == PL_XSOCKBUF_SIZE)
        kind = run->seen & KIND_RCVBUF ? KIND_SNDBUF : KIND_RCVBUF;
    for (int i = 0; i < (int)(COUNT_OF(items)); i++) {
        if (items[i].kind == kind && (run->needed & kind) != 0)
            return i;
    }
    return -1;
}

/* Takes an item. The last one of a socket puts it into the sink. */
static int take_item(struct run *run, const struct pl_slice *item, struct pl_sink *sink)
{
    int i = find_item(run, pl_slice_u32(item, PL_ITEM_KIND), (uint32_t)item->len);

    if (i < 0)
        return 0;
    if (item->len != items[i].sizes[0] && item->len != items[i].sizes[1]) {
        if (run->unknown)
            return 0;
        run->unknown = true; /* once per table */
        return sink->note(sink, PL_NOTE_LAYOUT, item->len);
    }
    if (run->seen & items[i].kind) { /* a new socket begins; the last was incomplete */
        run->malformed += !run->unknown;
        run->seen = 0;
    }
    run->seen |= items[i].kind;
    run->parts[items[i].part] = *item;
    if (run->seen != run->needed)
        return 0;
    run->seen = 0;
    return run->needed & KIND_UNPCB ? put_unix(run, sink) : put_inet(run, sink);
}

static int decode_items(const struct pl_slice *bytes, struct run *run, struct pl_sink *sink)
{
    size_t at = PL_XGEN_SIZE;

    while (at <= bytes->len && bytes->len - at >= PL_ITEM_HEAD) {
        uint32_t len = pl_slice_u32(bytes, at);
        struct pl_slice item;
        int err;

        if (len < PL_ITEM_HEAD || len > bytes->len - at)
            return -EBADMSG;
        if (len == PL_XGEN_SIZE)
            return pl_slice_u64(bytes, at + PL_XGEN_GEN) == pl_slice_u64(bytes, PL_XGEN_GEN)
                       ? 0
                       : -EAGAIN;
        item = pl_slice_part(bytes, at, len);
        err = take_item(run, &item, sink);
        if (err < 0)
            return err;
        at += ((size_t)len + 7) & ~(size_t)7;
    }
    return -EBADMSG; /* the tail is missing */
}

static int decode_table(const struct pl_input *in, uint32_t needed, struct pl_sink *sink)
{
    const struct pl_slice *bytes = &in->bytes;
    struct run run = {.needed = needed, .proto = in->feed->slot - PL_SLOT_SOCKS};
    uint32_t len = pl_slice_u32(bytes, 0);
    int err;

    if (len < PL_ITEM_HEAD || len > bytes->len)
        return -EBADMSG;
    if (len != PL_XGEN_SIZE)
        return sink->note(sink, PL_NOTE_LAYOUT, len);
    if (pl_slice_u32(bytes, PL_XGEN_COUNT) == 0 && bytes->len == PL_XGEN_SIZE)
        return 0;
    err = decode_items(bytes, &run, sink);
    if (run.malformed > 0 && (err == 0 || err == -EBADMSG || err == -EAGAIN)) {
        int noted = sink->note(sink, PL_NOTE_MALFORMED, run.malformed);

        err = noted < 0 ? noted : err;
    }
    return err;
}

int pl_decode_darwin_tcp(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_table(in, KINDS_ANY | KIND_INPCB | KIND_TCPCB, sink);
}

int pl_decode_darwin_inet(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_table(in, KINDS_ANY | KIND_INPCB, sink);
}

int pl_decode_darwin_unix(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_table(in, KINDS_ANY | KIND_UNPCB, sink);
}
