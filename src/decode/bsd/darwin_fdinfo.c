/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * macOS: struct socket_fdinfo of proc_pidfdinfo(pid, fd, PROC_PIDFDSOCKETINFO), framed as in
 * frames.h. It yields the owners of sockets, and the sockets themselves if the system refuses the
 * tables.
 */
#include "bsd.h"
#include "darwin_layout.h"
#include "decode/frames.h"

#include <errno.h>

#define AF_INET6_NUMBER 30U

/* soi_kind, sys/proc_info.h */
enum { SOCKINFO_IN = 1, SOCKINFO_TCP = 2, SOCKINFO_UN = 3 };

struct frame {
    uint32_t pid;
    uint32_t fd;
    struct pl_slice info;
};

typedef int frame_fn(const struct pl_input *in, const struct frame *frame, struct pl_sink *sink);

static int walk(const struct pl_input *in, frame_fn *put, struct pl_sink *sink)
{
    const struct pl_slice *bytes = &in->bytes;
    uint32_t unknown = 0;
    bool denied = false;
    size_t at = 0;

    while (bytes->len - at >= PL_FRAME_HEAD) {
        struct frame frame = {
            .pid = pl_slice_u32(bytes, at),
            .fd = pl_slice_u32(bytes, at + 4),
        };
        uint32_t len = pl_slice_u32(bytes, at + 8);
        int err = 0;

        if (len > bytes->len - at - PL_FRAME_HEAD)
            return -EBADMSG;
        frame.info = pl_slice_part(bytes, at + PL_FRAME_HEAD, len);
        at += PL_FRAME_HEAD + len;
        denied |= frame.fd == PL_OWNER_DENIED;
        if (len == PL_FDINFO_SIZE || frame.fd == PL_OWNER_DENIED)
            err = put(in, &frame, sink);
        else if (unknown == 0)
            err = sink->note(sink, PL_NOTE_LAYOUT, unknown = len);
        if (err < 0)
            return err;
    }
    /* Without the tables, the sockets of such a process are missing. */
    if (denied && in->feed->slot >= PL_SLOT_SOCKS) {
        int err = sink->note(sink, PL_NOTE_SOCKS_HIDDEN, 0);

        if (err < 0)
            return err;
    }
    return at == bytes->len ? 0 : -EBADMSG;
}

static int put_owner(const struct pl_input *in, const struct frame *frame, struct pl_sink *sink)
{
    struct pl_owner owner = {
        .pid = frame->pid,
        .fd = frame->fd != PL_OWNER_FILEPORT ? frame->fd : PL_FD_NONE,
        .key = pl_slice_u64(&frame->info, PL_FDINFO_SO),
    };

    (void)in;
    if (frame->fd == PL_OWNER_DENIED)
        return sink->denied(sink, frame->pid, (int)(pl_slice_u32(&frame->info, 0) & INT32_MAX));
    return owner.key != 0 ? sink->owner(sink, &owner) : 0;
}

/* ---- as a table of sockets ---- */

/* A port in the low two bytes of an int, in network byte order. */
static uint32_t read_port(const struct pl_slice *info, size_t at)
{
    return pl_slice_be16(info, info->big_endian ? at + 2 : at);
}

static struct pl_sock read_common(const struct pl_slice *info)
{
    bool listening = (pl_slice_u16(info, PL_FDINFO_OPTIONS) & PL_BSD_SO_ACCEPTCONN) != 0;

    return (struct pl_sock){
        .key = pl_slice_u64(info, PL_FDINFO_SO),
        .type = pl_bsd_type(pl_slice_u32(info, PL_FDINFO_TYPE)),
        .recv_q =
            listening ? pl_slice_u16(info, PL_FDINFO_QLEN) : pl_slice_u32(info, PL_FDINFO_RCV_CC),
        .send_q =
            listening ? pl_slice_u16(info, PL_FDINFO_QLIMIT) : pl_slice_u32(info, PL_FDINFO_SND_CC),
        .have = PL_HAVE_RECV_Q | PL_HAVE_SEND_Q,
    };
}

static int put_inet(const struct pl_slice *info, unsigned int proto, struct pl_sink *sink)
{
    bool v6_socket = pl_slice_u32(info, PL_FDINFO_FAMILY) == AF_INET6_NUMBER;
    struct pl_sock sock = read_common(info);

    sock.local_port = read_port(info, PL_FDINFO_LPORT);
    sock.peer_port = read_port(info, PL_FDINFO_FPORT);
    if (!pl_bsd_slots(&sock, info, pl_slice_u8(info, PL_FDINFO_VFLAG), v6_socket, PL_FDINFO_LADDR,
                      PL_FDINFO_FADDR))
        return sink->note(sink, PL_NOTE_MALFORMED, 1);
    if (proto == PL_PROTO_RAW)
        sock.local_port = pl_slice_u32(info, PL_FDINFO_PROTOCOL); /* as on Linux */
    pl_bsd_inet_finish(&sock, proto, pl_slice_u32(info, PL_FDINFO_TCP_STATE));
    return pl_bsd_put_inet(sink, &sock, NULL);
}

static int put_unix(const struct pl_slice *info, struct pl_sink *sink)
{
    struct pl_sock sock = read_common(info);
    struct pl_bsd_unix un = {
        .path = pl_bsd_path(info, PL_FDINFO_UN_ADDR, PL_FDINFO_UN_SLOT),
        .peer_path = pl_bsd_path(info, PL_FDINFO_UN_CADDR, PL_FDINFO_UN_SLOT),
        .pcb = pl_slice_u64(info, PL_FDINFO_PCB),
        .peer_pcb = pl_slice_u64(info, PL_FDINFO_UN_CONN_PCB),
        .listening = (pl_slice_u16(info, PL_FDINFO_OPTIONS) & PL_BSD_SO_ACCEPTCONN) != 0,
    };

    un.connected = un.peer_pcb != 0;
    return pl_bsd_put_unix(sink, &sock, &un);
}

static unsigned int proto_of(const struct pl_slice *info)
{
    uint32_t kind = pl_slice_u32(info, PL_FDINFO_KIND);

    if (kind == SOCKINFO_TCP)
        return PL_PROTO_TCP;
    if (kind == SOCKINFO_UN)
        return PL_PROTO_UNIX;
    if (kind != SOCKINFO_IN)
        return PL_PROTO_UNKNOWN;
    return pl_bsd_type(pl_slice_u32(info, PL_FDINFO_TYPE)) == PL_TYPE_RAW ? PL_PROTO_RAW
                                                                          : PL_PROTO_UDP;
}

static int put_sock(const struct pl_input *in, const struct frame *frame, struct pl_sink *sink)
{
    unsigned int proto = in->feed->slot - PL_SLOT_SOCKS;

    if (frame->fd == PL_OWNER_DENIED || proto_of(&frame->info) != proto)
        return 0;
    return proto == PL_PROTO_UNIX ? put_unix(&frame->info, sink)
                                  : put_inet(&frame->info, proto, sink);
}

int pl_decode_darwin_owners(const struct pl_input *in, struct pl_sink *sink)
{
    return walk(in, put_owner, sink);
}

int pl_decode_darwin_socks(const struct pl_input *in, struct pl_sink *sink)
{
    return walk(in, put_sock, sink);
}
