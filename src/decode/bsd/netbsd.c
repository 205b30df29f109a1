/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NetBSD: net.inet.*.pcblist, net.inet6.*.pcblist, net.local.*.pcblist (struct kinfo_pcb),
 * kern.file2 by process (struct kinfo_file), kern.proc2. All are arrays without head or tail. The
 * reader requests the length of a record.
 */
#include "bsd.h"
#include "model/array.h"
#include "netbsd_layout.h"

#include <errno.h>

#define AF_INET_NUMBER   2U
#define AF_INET6_NUMBER  24U
#define DTYPE_SOCKET     2U
#define IN6P_IPV6_V6ONLY 0x8000U

/* sockaddr_in and sockaddr_in6: length, family, port, then */
#define SIN_ADDR  4
#define SIN6_ADDR 8

static const struct {
    uint32_t number;
    uint8_t family;
    uint8_t addr; /* as in a sockaddr */
    uint8_t addr_len;
} families[] = {
    {AF_INET_NUMBER, PL_FAMILY_INET, SIN_ADDR, 4},
    {AF_INET6_NUMBER, PL_FAMILY_INET6, SIN6_ADDR, 16},
};

/* An unset endpoint has length 0 and family 0. */
static bool read_endpoint(const struct pl_slice *pcb, size_t at, size_t kind, uint8_t *addr,
                          uint32_t *port)
{
    struct pl_slice sa = pl_slice_part(pcb, at, PL_KINFO_PCB_SLOT);

    if (pl_slice_u8(&sa, 0) == 0)
        return true;
    if (pl_slice_u8(&sa, 1) != families[kind].number)
        return false;
    *port = pl_slice_be16(&sa, 2);
    pl_slice_copy(&sa, families[kind].addr, addr, families[kind].addr_len);
    return true;
}

static bool read_inet(const struct pl_slice *pcb, struct pl_sock *sock)
{
    uint32_t family = pl_slice_u32(pcb, PL_KINFO_PCB_FAMILY);

    for (size_t kind = 0; kind < COUNT_OF(families); kind++) {
        if (families[kind].number != family)
            continue;
        sock->family = families[kind].family;
        return read_endpoint(pcb, PL_KINFO_PCB_SRC, kind, sock->local_addr, &sock->local_port) &&
               read_endpoint(pcb, PL_KINFO_PCB_DST, kind, sock->peer_addr, &sock->peer_port);
    }
    return false;
}

static struct pl_sock read_common(const struct pl_slice *pcb)
{
    return (struct pl_sock){
        .key = pl_slice_u64(pcb, PL_KINFO_PCB_SOCKADDR),
        .recv_q = pl_bsd_queue(pl_slice_u64(pcb, PL_KINFO_PCB_RCVQ)),
        .send_q = pl_bsd_queue(pl_slice_u64(pcb, PL_KINFO_PCB_SNDQ)),
        .have = PL_HAVE_RECV_Q | PL_HAVE_SEND_Q,
        .type = pl_bsd_type(pl_slice_u32(pcb, PL_KINFO_PCB_TYPE)),
    };
}

static int put_inet(const struct pl_input *in, const struct pl_slice *pcb, struct pl_sink *sink)
{
    unsigned int proto = in->feed->slot - PL_SLOT_SOCKS;
    struct pl_sock sock = read_common(pcb);

    if (!read_inet(pcb, &sock))
        return sink->note(sink, PL_NOTE_MALFORMED, 1);
    if (proto == PL_PROTO_RAW)
        sock.local_port = pl_slice_u32(pcb, PL_KINFO_PCB_PROTOCOL); /* as on Linux */
    if (sock.family == PL_FAMILY_INET6) {
        sock.have |= PL_HAVE_V6ONLY;
        if (pl_slice_u32(pcb, PL_KINFO_PCB_PFLAGS) & IN6P_IPV6_V6ONLY)
            sock.flags |= PL_FLAG_V6ONLY;
    }
    pl_bsd_inet_finish(&sock, proto, pl_slice_u32(pcb, PL_KINFO_PCB_TSTATE));
    if (sock.state == PL_STATE_LISTEN)
        pl_bsd_listener(&sock);
    if (pl_slice_u32(pcb, PL_KINFO_PCB_SOSTATE) & PL_BSD_SS_NOFDREF)
        pl_bsd_unreferenced(&sock);
    return pl_bsd_put_inet(sink, &sock, NULL);
}

/*
 * The table does not show whether a UNIX socket listens. Assume it of a connection-oriented one
 * with a file that is neither connected nor shut down.
 */
static int put_unix(const struct pl_input *in, const struct pl_slice *pcb, struct pl_sink *sink)
{
    const uint32_t used = PL_BSD_SS_ISCONNECTED | PL_BSD_SS_CANTSENDMORE | PL_BSD_SS_CANTRCVMORE;
    struct pl_sock sock = read_common(pcb);
    struct pl_bsd_unix un = {
        .path = pl_bsd_path(pcb, PL_KINFO_PCB_SRC, PL_KINFO_PCB_SLOT),
        .peer_path = pl_bsd_path(pcb, PL_KINFO_PCB_DST, PL_KINFO_PCB_SLOT),
        .pcb = pl_slice_u64(pcb, PL_KINFO_PCB_PCBADDR),
        .peer_pcb = pl_slice_u64(pcb, PL_KINFO_PCB_CONN),
    };
    uint32_t so_state = pl_slice_u32(pcb, PL_KINFO_PCB_SOSTATE);

    (void)in;
    un.connected = un.peer_pcb != 0 || (so_state & PL_BSD_SS_ISCONNECTED) != 0;
    un.listening =
        sock.type != PL_TYPE_DGRAM && !un.connected && !(so_state & used) && un.path.len > 0;
    if (un.listening)
        pl_bsd_listener(&sock);
    return pl_bsd_put_unix(sink, &sock, &un);
}

static int decode_pcbs(const struct pl_input *in, struct pl_sink *sink,
                       int (*put)(const struct pl_input *in, const struct pl_slice *pcb,
                                  struct pl_sink *sink))
{
    size_t at = 0;

    for (; in->bytes.len - at >= PL_KINFO_PCB_SIZE; at += PL_KINFO_PCB_SIZE) {
        struct pl_slice pcb = pl_slice_part(&in->bytes, at, PL_KINFO_PCB_SIZE);
        int err = put(in, &pcb, sink);

        if (err < 0)
            return err;
    }
    return at == in->bytes.len ? 0 : -EBADMSG;
}

int pl_decode_netbsd_inet(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_pcbs(in, sink, put_inet);
}

int pl_decode_netbsd_unix(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_pcbs(in, sink, put_unix);
}

/* Since NetBSD 9, only processes that kern.expose_address permits get the addresses. */
static int put_file(const struct pl_slice *file, struct pl_sink *sink, uint64_t *known,
                    uint64_t *hidden)
{
    struct pl_owner owner = {
        .pid = pl_slice_u32(file, PL_KINFO_FILE_PID),
        .fd = pl_slice_u32(file, PL_KINFO_FILE_FD),
        .key = pl_slice_u64(file, PL_KINFO_FILE_FDATA),
    };
    int err;

    if (pl_slice_u32(file, PL_KINFO_FILE_FTYPE) != DTYPE_SOCKET)
        return 0;
    if (owner.key == 0) {
        ++*hidden;
        return 0;
    }
    ++*known;
    err = sink->uid(sink, owner.key, pl_slice_u32(file, PL_KINFO_FILE_FUID));
    return err < 0 ? err : sink->owner(sink, &owner);
}

int pl_decode_netbsd_files(const struct pl_input *in, struct pl_sink *sink)
{
    uint64_t known = 0;
    uint64_t hidden = 0;
    size_t at = 0;
    int err = 0;

    for (; in->bytes.len - at >= PL_KINFO_FILE_SIZE && err == 0; at += PL_KINFO_FILE_SIZE) {
        struct pl_slice file = pl_slice_part(&in->bytes, at, PL_KINFO_FILE_SIZE);

        err = put_file(&file, sink, &known, &hidden);
    }
    if (err == 0 && known == 0 && hidden > 0) {
        err = sink->denied(sink, 0, EPERM);
        err = err ? err : sink->note(sink, PL_NOTE_KEYS_HIDDEN, hidden);
    }
    return err == 0 && at != in->bytes.len ? -EBADMSG : err;
}

int pl_decode_netbsd_processes(const struct pl_input *in, struct pl_sink *sink)
{
    size_t at = 0;

    for (; in->bytes.len - at >= PL_KINFO_PROC2_SIZE; at += PL_KINFO_PROC2_SIZE) {
        struct pl_slice proc = pl_slice_part(&in->bytes, at, PL_KINFO_PROC2_SIZE);
        struct pl_process process = {
            .pid = pl_slice_u32(&proc, PL_KINFO_PROC2_PID),
            .uid = pl_slice_u32(&proc, PL_KINFO_PROC2_UID),
            .started = pl_slice_u32(&proc, PL_KINFO_PROC2_START),
            .name = pl_bsd_name(&proc, PL_KINFO_PROC2_COMM, PL_KINFO_PROC2_COMM_SIZE),
        };
        int err = sink->process(sink, &process);

        if (err < 0)
            return err;
    }
    return at == in->bytes.len ? 0 : -EBADMSG;
}
