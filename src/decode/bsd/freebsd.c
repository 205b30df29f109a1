/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FreeBSD: net.inet.{tcp,udp,udplite,raw}.pcblist, net.local.{stream,dgram,seqpacket}.pcblist,
 * kern.file and kern.proc.proc.
 *
 * A pcblist is a head, records and a tail; each begins with a u64 length of itself, and only head
 * and tail, which are the same struct, are as short as the head. The tail's generation differs
 * from the head's when sockets came or went in between.
 */
#include "bsd.h"
#include "freebsd_layout.h"
#include "model/array.h"
#include "model/date.h"

#include <errno.h>

#define DTYPE_SOCKET 2U
#define SQ_COMP      0x1000U /* so_state: complete, not accepted yet */

struct record {
    const struct pl_input *in;
    struct pl_slice bytes;
    uint64_t generation; /* of the head: newer records are ignored */
};

typedef int put_fn(const struct record *record, struct pl_sink *sink);

struct layout {
    uint64_t size;
    put_fn *put;
};

/* ---- sockets ---- */

static void read_socket(struct pl_sock *sock, const struct pl_slice *record, size_t at)
{
    struct pl_slice so = pl_slice_part(record, at, PL_XSOCKET_SIZE);
    bool listening = (pl_slice_u16(&so, PL_XSOCKET_OPTIONS) & PL_BSD_SO_ACCEPTCONN) != 0;

    sock->key = pl_slice_u64(&so, PL_XSOCKET_SO);
    if (sock->key == 0)
        return; /* no socket any more, or not yet: the rest is 0 */
    sock->uid = pl_slice_u32(&so, PL_XSOCKET_UID);
    sock->recv_q = pl_slice_u32(&so, listening ? PL_XSOCKET_QLEN : PL_XSOCKET_RCV_CC);
    sock->send_q = pl_slice_u32(&so, listening ? PL_XSOCKET_QLIMIT : PL_XSOCKET_SND_CC);
    sock->have |= PL_HAVE_UID | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q;
    sock->type = pl_bsd_type(pl_slice_u16(&so, PL_XSOCKET_TYPE));
}

static void read_reference(struct pl_sock *sock, uint16_t so_state)
{
    if (so_state & SQ_COMP)
        sock->flags |= PL_FLAG_ACCEPT_QUEUE;
    else if (so_state & PL_BSD_SS_NOFDREF)
        pl_bsd_unreferenced(sock);
}

/* The timer of which Linux would report that it runs: the keepalive timer may run beside others. */
static void add_timer(const struct pl_slice *tcp, struct pl_bsd_attrs *attrs)
{
    static const struct {
        uint16_t at;
        uint8_t timer;
    } timers[] = {{PL_XTCPCB_REXMT, PL_TIMER_RETRANSMIT},
                  {PL_XTCPCB_PERSIST, PL_TIMER_PROBE},
                  {PL_XTCPCB_2MSL, PL_TIMER_TIME_WAIT},
                  {PL_XTCPCB_KEEP, PL_TIMER_KEEPALIVE}};

    for (size_t i = 0; i < COUNT_OF(timers); i++) {
        uint32_t left = pl_slice_u32(tcp, timers[i].at);

        if (left == 0 || left > INT32_MAX)
            continue;
        pl_bsd_add(attrs, PL_ATTR_TIMER, timers[i].timer);
        pl_bsd_add(attrs, PL_ATTR_TIMER_LEFT, left);
        return;
    }
}

static void add_internals(const struct pl_slice *tcp, struct pl_bsd_attrs *attrs)
{
    const struct pl_bsd_windows windows = {
        .mss = pl_slice_u32(tcp, PL_XTCPCB_MAXSEG),
        .cwnd = pl_slice_u32(tcp, PL_XTCPCB_CWND),
        .ssthresh = pl_slice_u32(tcp, PL_XTCPCB_SSTHRESH),
        .rcv_wnd = pl_slice_u32(tcp, PL_XTCPCB_RCV_WND),
        .snd_wnd = pl_slice_u32(tcp, PL_XTCPCB_SND_WND),
    };

    pl_bsd_add_text(attrs, PL_ATTR_CONGESTION, pl_bsd_name(tcp, PL_XTCPCB_CC, PL_XTCPCB_CC_SIZE));
    pl_bsd_add_windows(attrs, &windows);
}

static int put_inet(const struct record *record, struct pl_sink *sink, const struct pl_slice *inp,
                    uint32_t state, struct pl_bsd_attrs *attrs)
{
    unsigned int proto = record->in->feed->slot - PL_SLOT_SOCKS;
    unsigned int vflag = pl_slice_u8(inp, PL_XINPCB_VFLAG);
    struct pl_sock sock = {
        .local_port = pl_slice_be16(inp, PL_XINPCB_LPORT),
        .peer_port = pl_slice_be16(inp, PL_XINPCB_FPORT),
    };

    if (pl_slice_u64(inp, PL_XINPCB_GENCNT) > record->generation)
        return 0;
    if (!pl_bsd_slots(&sock, inp, vflag, (vflag & PL_BSD_VFLAG_IPV6_SOCKET) != 0, PL_XINPCB_LADDR,
                      PL_XINPCB_FADDR))
        return sink->note(sink, PL_NOTE_MALFORMED, 1);
    if (proto == PL_PROTO_RAW)
        sock.local_port = pl_slice_u8(inp, PL_XINPCB_IP_P); /* as on Linux */
    read_socket(&sock, inp, PL_XINPCB_SOCKET);
    pl_bsd_inet_finish(&sock, proto, state);
    read_reference(&sock, pl_slice_u16(inp, PL_XINPCB_SOCKET + PL_XSOCKET_STATE));
    return pl_bsd_put_inet(sink, &sock, attrs);
}

static int put_xinpcb(const struct record *record, struct pl_sink *sink)
{
    return put_inet(record, sink, &record->bytes, 0, NULL);
}

static int put_xtcpcb(const struct record *record, struct pl_sink *sink)
{
    const struct pl_slice *tcp = &record->bytes;
    struct pl_slice inp = pl_slice_part(tcp, PL_XTCPCB_INP, PL_XINPCB_SIZE);
    struct pl_bsd_attrs attrs = {.count = 0};

    if (sink->need & PL_NEED_TIMERS)
        add_timer(tcp, &attrs);
    if (sink->need & PL_NEED_INTERNALS)
        add_internals(tcp, &attrs);
    return put_inet(record, sink, &inp, pl_slice_u32(tcp, PL_XTCPCB_STATE), &attrs);
}

static int put_xunpcb(const struct record *record, struct pl_sink *sink)
{
    const struct pl_slice *unp = &record->bytes;
    uint16_t options = pl_slice_u16(unp, PL_XUNPCB_SOCKET + PL_XSOCKET_OPTIONS);
    struct pl_sock sock = {0};
    struct pl_bsd_unix un = {
        .path = pl_bsd_path(unp, PL_XUNPCB_ADDR, PL_XUNPCB_SLOT),
        .peer_path = pl_bsd_path(unp, PL_XUNPCB_CADDR, PL_XUNPCB_SLOT),
        .pcb = pl_slice_u64(unp, PL_XUNPCB_UNPP),
        .peer_pcb = pl_slice_u64(unp, PL_XUNPCB_CONN),
        .listening = (options & PL_BSD_SO_ACCEPTCONN) != 0,
    };

    if (pl_slice_u64(unp, PL_XUNPCB_GENCNT) > record->generation)
        return 0;
    un.connected = un.peer_pcb != 0;
    read_socket(&sock, unp, PL_XUNPCB_SOCKET);
    if (pl_slice_u16(unp, PL_XUNPCB_SOCKET + PL_XSOCKET_STATE) & SQ_COMP)
        sock.flags |= PL_FLAG_ACCEPT_QUEUE;
    return pl_bsd_put_unix(sink, &sock, &un);
}

/* ---- tables of sockets ---- */

static const struct layout tcp_layouts[] = {{PL_XTCPCB_SIZE, put_xtcpcb}, {0}};
static const struct layout inet_layouts[] = {{PL_XINPCB_SIZE, put_xinpcb}, {0}};
static const struct layout unix_layouts[] = {{PL_XUNPCB_SIZE, put_xunpcb}, {0}};

static int put_record(const struct record *record, const struct layout *layout,
                      struct pl_sink *sink, bool *unknown)
{
    for (; layout->size != 0; layout++) {
        if (layout->size == record->bytes.len)
            return layout->put(record, sink);
    }
    if (*unknown)
        return 0;
    *unknown = true; /* once per table */
    return sink->note(sink, PL_NOTE_LAYOUT, record->bytes.len);
}

static int decode_table(const struct pl_input *in, const struct layout *layouts, uint64_t ends,
                        struct pl_sink *sink)
{
    const struct pl_slice *bytes = &in->bytes;
    struct record record = {.in = in, .generation = pl_slice_u64(bytes, PL_XGEN_GEN)};
    uint64_t len = pl_slice_u64(bytes, 0);
    bool unknown = false;

    if (in->abi.long_bytes != 8) /* i386: records of the same length with other offsets */
        return sink->note(sink, PL_NOTE_LAYOUT, 0);
    if (len < 8 || len > bytes->len)
        return -EBADMSG;
    if (len != ends)
        return sink->note(sink, PL_NOTE_LAYOUT, len);
    for (size_t at = (size_t)ends; bytes->len - at >= ends; at += (size_t)len) {
        int err;

        len = pl_slice_u64(bytes, at);
        if (len == ends)
            return pl_slice_u64(bytes, at + PL_XGEN_GEN) == record.generation ? 0 : -EAGAIN;
        if (len < ends || len > bytes->len - at)
            return -EBADMSG;
        record.bytes = pl_slice_part(bytes, at, (size_t)len);
        err = put_record(&record, layouts, sink, &unknown);
        if (err < 0)
            return err;
    }
    return -EBADMSG; /* the tail is missing */
}

int pl_decode_freebsd_tcp(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_table(in, tcp_layouts, PL_XINPGEN_SIZE, sink);
}

int pl_decode_freebsd_inet(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_table(in, inet_layouts, PL_XINPGEN_SIZE, sink);
}

int pl_decode_freebsd_unix(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_table(in, unix_layouts, PL_XUNPGEN_SIZE, sink);
}

/* ---- kern.file, kern.proc.proc: records that begin with their length ---- */

static int put_xfile(const struct record *record, struct pl_sink *sink)
{
    const struct pl_slice *file = &record->bytes;
    struct pl_owner owner = {
        .pid = pl_slice_u32(file, PL_XFILE_PID),
        .fd = pl_slice_u32(file, PL_XFILE_FD),
        .key = pl_slice_u64(file, PL_XFILE_DATA),
    };

    if (pl_slice_u16(file, PL_XFILE_TYPE) != DTYPE_SOCKET || owner.key == 0)
        return 0;
    return sink->owner(sink, &owner);
}

static int put_kinfo_proc(const struct record *record, struct pl_sink *sink)
{
    const struct pl_slice *proc = &record->bytes;
    const uint64_t start = pl_slice_u64(proc, PL_KINFO_PROC_START);

    return sink->process(sink,
                         &(struct pl_process){
                             .pid = pl_slice_u32(proc, PL_KINFO_PROC_PID),
                             .uid = pl_slice_u32(proc, PL_KINFO_PROC_UID),
                             .started = start <= PL_TIME_MAX ? start : 0,
                             .name = pl_bsd_name(proc, PL_KINFO_PROC_COMM, PL_KINFO_PROC_COMM_SIZE),
                         });
}

static int decode_records(const struct pl_input *in, const struct layout *layouts, size_t width,
                          struct pl_sink *sink)
{
    const struct pl_slice *bytes = &in->bytes;
    struct record record = {.in = in};
    bool unknown = false;
    uint64_t len;

    if (in->abi.long_bytes != 8)
        return sink->note(sink, PL_NOTE_LAYOUT, 0);
    for (size_t at = 0; at < bytes->len; at += (size_t)len) {
        int err;

        if (bytes->len - at < width)
            return -EBADMSG;
        len = width == 8 ? pl_slice_u64(bytes, at) : pl_slice_u32(bytes, at);
        if (len < width || len > bytes->len - at)
            return -EBADMSG;
        record.bytes = pl_slice_part(bytes, at, (size_t)len);
        err = put_record(&record, layouts, sink, &unknown);
        if (err < 0)
            return err;
    }
    return 0;
}

int pl_decode_freebsd_files(const struct pl_input *in, struct pl_sink *sink)
{
    static const struct layout layouts[] = {{PL_XFILE_SIZE, put_xfile}, {0}};

    return decode_records(in, layouts, 8, sink);
}

int pl_decode_freebsd_processes(const struct pl_input *in, struct pl_sink *sink)
{
    static const struct layout layouts[] = {{PL_KINFO_PROC_SIZE, put_kinfo_proc}, {0}};

    return decode_records(in, layouts, 4, sink);
}
