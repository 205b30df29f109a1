/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OpenBSD: kern.file. Each row (struct kinfo_file) has a socket, its owner and its process.
 *
 *   kern.file.bypid   a row per descriptor of each process
 *   kern.file.byfile  a row per socket, also without a descriptor; no process
 *
 * Both fill one slot; snapshot/merge.c merges rows of one socket. The key is the address of the
 * protocol's control block. Without privileges it is hidden: then the key of a row by process is its
 * index in the table, which is no valid address, and the key of a row by file is 0.
 */
#include "bsd.h"
#include "openbsd_layout.h"

#include <errno.h>

#define AF_UNIX_NUMBER  1U
#define AF_INET_NUMBER  2U
#define AF_INET6_NUMBER 24U
#define DTYPE_SOCKET    2U

/* By so_type and so_protocol; a raw socket has any protocol, in inp_proto. */
static unsigned int proto_of(const struct pl_slice *file)
{
    uint32_t type = pl_slice_u32(file, PL_KINFO_FILE_SO_TYPE);
    uint32_t protocol = pl_slice_u32(file, PL_KINFO_FILE_SO_PROTO);

    if (pl_bsd_type(type) == PL_TYPE_RAW)
        return PL_PROTO_RAW;
    if (protocol == 6)
        return PL_PROTO_TCP;
    return protocol == 17 ? PL_PROTO_UDP : PL_PROTO_UNKNOWN;
}

/* A port in the low two bytes of a u32, in network byte order. */
static uint32_t read_port(const struct pl_slice *file, size_t at)
{
    return pl_slice_be16(file, file->big_endian ? at + 2 : at);
}

static uint64_t read_pcb(const struct pl_slice *file, size_t at)
{
    uint64_t pcb = pl_slice_u64(file, at);

    return pcb != UINT64_MAX ? pcb : 0;
}

static struct pl_sock read_common(const struct pl_slice *file)
{
    struct pl_sock sock = {
        .key = read_pcb(file, PL_KINFO_FILE_SO_PCB),
        .recv_q = pl_bsd_queue(pl_slice_u64(file, PL_KINFO_FILE_RCV_CC)),
        .send_q = pl_bsd_queue(pl_slice_u64(file, PL_KINFO_FILE_SND_CC)),
        .have = PL_HAVE_RECV_Q | PL_HAVE_SEND_Q,
        .type = pl_bsd_type(pl_slice_u32(file, PL_KINFO_FILE_SO_TYPE)),
    };

    if (pl_slice_u32(file, PL_KINFO_FILE_COUNT) != 0) {
        sock.uid = pl_slice_u32(file, PL_KINFO_FILE_UID);
        sock.have |= PL_HAVE_UID;
    }
    return sock;
}

static int put_inet(const struct pl_slice *file, struct pl_sock *sock, struct pl_sink *sink)
{
    unsigned int proto = proto_of(file);
    bool v6 = pl_slice_u32(file, PL_KINFO_FILE_SO_FAMILY) == AF_INET6_NUMBER;

    if (proto == PL_PROTO_UNKNOWN)
        return 0;
    sock->family = v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET;
    if (v6) { /* OpenBSD has no v4-mapped addresses */
        sock->have |= PL_HAVE_V6ONLY;
        sock->flags |= PL_FLAG_V6ONLY;
    }
    sock->local_port = read_port(file, PL_KINFO_FILE_LPORT);
    sock->peer_port = read_port(file, PL_KINFO_FILE_FPORT);
    pl_slice_copy(file, PL_KINFO_FILE_LADDR, sock->local_addr, v6 ? 16 : 4);
    pl_slice_copy(file, PL_KINFO_FILE_FADDR, sock->peer_addr, v6 ? 16 : 4);
    if (proto == PL_PROTO_RAW)
        sock->local_port = pl_slice_u32(file, PL_KINFO_FILE_INP_PROTO); /* as on Linux */
    pl_bsd_inet_finish(sock, proto, pl_slice_u32(file, PL_KINFO_FILE_T_STATE));
    if (sock->state == PL_STATE_LISTEN)
        pl_bsd_listener(sock);
    if (pl_slice_u32(file, PL_KINFO_FILE_SO_STATE) & PL_BSD_SS_NOFDREF)
        pl_bsd_unreferenced(sock);
    return pl_bsd_put_inet(sink, sock, NULL);
}

/*
 * The table does not show whether a UNIX socket listens. Assume it of a connection-oriented one
 * with a path that is neither connected nor shut down.
 */
static int put_unix(const struct pl_slice *file, struct pl_sock *sock, struct pl_sink *sink)
{
    const uint32_t used = PL_BSD_SS_ISCONNECTED | PL_BSD_SS_CANTSENDMORE | PL_BSD_SS_CANTRCVMORE;
    uint32_t so_state = pl_slice_u32(file, PL_KINFO_FILE_SO_STATE);
    struct pl_bsd_unix un = {
        .path = pl_bsd_name(file, PL_KINFO_FILE_PATH, PL_KINFO_FILE_PATH_SIZE),
        .pcb = read_pcb(file, PL_KINFO_FILE_SO_PCB),
        .peer_pcb = read_pcb(file, PL_KINFO_FILE_UNP_CONN),
    };

    un.connected = un.peer_pcb != 0 || (so_state & PL_BSD_SS_ISCONNECTED) != 0;
    un.listening =
        sock->type != PL_TYPE_DGRAM && !un.connected && !(so_state & used) && un.path.len > 0;
    if (un.listening)
        pl_bsd_listener(sock);
    return pl_bsd_put_unix(sink, sock, &un);
}

static int put_sock(const struct pl_slice *file, struct pl_sock *sock, struct pl_sink *sink)
{
    switch (pl_slice_u32(file, PL_KINFO_FILE_SO_FAMILY)) {
    case AF_INET_NUMBER:
    case AF_INET6_NUMBER:
        return put_inet(file, sock, sink);
    case AF_UNIX_NUMBER:
        return put_unix(file, sock, sink);
    default:
        return 0; /* routing, keys ... */
    }
}

static int put_by_file(const struct pl_slice *file, size_t place, struct pl_sink *sink)
{
    struct pl_sock sock = read_common(file);

    (void)place;
    return put_sock(file, &sock, sink);
}

static int put_by_process(const struct pl_slice *file, size_t place, struct pl_sink *sink)
{
    struct pl_sock sock = read_common(file);
    struct pl_owner owner = {
        .pid = pl_slice_u32(file, PL_KINFO_FILE_PID),
        .fd = pl_slice_u32(file, PL_KINFO_FILE_FD),
    };
    struct pl_process process = {
        .pid = owner.pid,
        .uid = pl_slice_u32(file, PL_KINFO_FILE_P_UID),
        .name = pl_bsd_name(file, PL_KINFO_FILE_COMM, PL_KINFO_FILE_COMM_SIZE),
    };
    int err;

    if (owner.fd > INT32_MAX)
        return 0;
    if (sock.key == 0)
        sock.key = place + 1;
    owner.key = sock.key;
    err = put_sock(file, &sock, sink);
    err = err ? err : sink->owner(sink, &owner);
    return err ? err : sink->process(sink, &process);
}

static int decode_files(const struct pl_input *in, struct pl_sink *sink,
                        int (*put)(const struct pl_slice *file, size_t place, struct pl_sink *sink))
{
    size_t at = 0;

    if (in->abi.long_bytes != 8)
        return sink->note(sink, PL_NOTE_LAYOUT, 0);
    for (; in->bytes.len - at >= PL_KINFO_FILE_SIZE; at += PL_KINFO_FILE_SIZE) {
        struct pl_slice file = pl_slice_part(&in->bytes, at, PL_KINFO_FILE_SIZE);
        int err = 0;

        if (pl_slice_u32(&file, PL_KINFO_FILE_TYPE) == DTYPE_SOCKET)
            err = put(&file, at / PL_KINFO_FILE_SIZE, sink);
        if (err < 0)
            return err;
    }
    return at == in->bytes.len ? 0 : -EBADMSG;
}

int pl_decode_openbsd_by_process(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_files(in, sink, put_by_process);
}

int pl_decode_openbsd_by_file(const struct pl_input *in, struct pl_sink *sink)
{
    return decode_files(in, sink, put_by_file);
}
