/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FreeBSD: kern.proc.filedesc of each process (struct kinfo_file), for protocols whose table
 * the kernel does not have: UDP-Lite and SCTP. See frames.h.
 *
 * A record begins with its length, which is shorter the shorter its path is. There are no states of
 * SCTP in it. The key is the address of the protocol's control block.
 */
#include "bsd.h"
#include "decode/frames.h"
#include "freebsd_layout.h"
#include "model/array.h"

#include <errno.h>

#define KF_TYPE_SOCKET 2U /* sys/user.h */

/* sys/socket.h, netinet/in.h */
#define AF_INET_NUMBER  2U
#define AF_INET6_NUMBER 28U

static const struct {
    uint8_t proto;
    uint8_t number;
} protocols[] = {{PL_PROTO_UDPLITE, 136}, {PL_PROTO_SCTP, 132}};

static bool is_wanted(const struct pl_slice *file, unsigned int proto)
{
    uint32_t number = pl_slice_u32(file, PL_KINFO_FD_PROTOCOL);

    for (size_t i = 0; i < COUNT_OF(protocols); i++) {
        if (protocols[i].proto == proto)
            return pl_slice_u32(file, PL_KINFO_FD_TYPE) == KF_TYPE_SOCKET &&
                   number == protocols[i].number;
    }
    return false;
}

/* sockaddr_in and sockaddr_in6: the scope of an address of IPv6 is beside it. */
static void read_end(const struct pl_slice *file, size_t at, bool v6, uint8_t *addr, uint32_t *port,
                     struct pl_sock *sock)
{
    uint32_t scope = v6 ? pl_slice_u32(file, at + 24) : 0;

    *port = pl_slice_be16(file, at + 2);
    pl_slice_copy(file, v6 ? at + 8 : at + 4, addr, v6 ? 16 : 4);
    if (scope != 0 && pl_addr_is_link_local(PL_FAMILY_INET6, addr)) {
        sock->ifindex = scope;
        sock->have |= PL_HAVE_SCOPE;
    }
}

static int put_file(const struct pl_input *in, uint32_t pid, const struct pl_slice *file,
                    struct pl_sink *sink)
{
    unsigned int proto = in->feed->slot - PL_SLOT_SOCKS;
    uint32_t domain = pl_slice_u32(file, PL_KINFO_FD_DOMAIN);
    bool v6 = domain == AF_INET6_NUMBER;
    struct pl_sock sock = {
        .key = pl_slice_u64(file, PL_KINFO_FD_PCB),
        .family = v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET,
        .recv_q = pl_slice_u32(file, PL_KINFO_FD_RECVQ),
        .send_q = pl_slice_u32(file, PL_KINFO_FD_SENDQ),
        .have = PL_HAVE_RECV_Q | PL_HAVE_SEND_Q,
    };
    const struct pl_owner owner = {
        .pid = pid, .fd = pl_slice_u32(file, PL_KINFO_FD_FD), .key = sock.key};
    int err;

    if (!is_wanted(file, proto))
        return 0;
    if ((!v6 && domain != AF_INET_NUMBER) || sock.key == 0 || owner.fd > INT32_MAX)
        return sink->note(sink, PL_NOTE_MALFORMED, 1);
    read_end(file, PL_KINFO_FD_LOCAL, v6, sock.local_addr, &sock.local_port, &sock);
    read_end(file, PL_KINFO_FD_PEER, v6, sock.peer_addr, &sock.peer_port, &sock);
    pl_bsd_inet_finish(&sock, proto, 0);
    sock.type = pl_bsd_type(pl_slice_u32(file, PL_KINFO_FD_SOCK_TYPE));
    if (proto == PL_PROTO_SCTP && sock.state != PL_STATE_ESTABLISHED) {
        sock.state = PL_STATE_NONE;
        sock.have &= (uint16_t)~PL_HAVE_STATE;
    }
    err = sink->sock(sink, &sock, NULL, 0);
    return err < 0 ? err : sink->owner(sink, &owner);
}

/* The records of one process, up to one of length 0. */
static int put_process(const struct pl_input *in, uint32_t pid, const struct pl_slice *files,
                       struct pl_sink *sink)
{
    size_t at = 0;

    while (files->len - at >= 4) {
        uint32_t len = pl_slice_u32(files, at);
        struct pl_slice file;
        int err;

        if (len == 0)
            return 0;
        if (len < PL_KINFO_FD_END || len > files->len - at)
            return -EBADMSG;
        file = pl_slice_part(files, at, len);
        err = put_file(in, pid, &file, sink);
        if (err < 0)
            return err;
        at += len;
    }
    return at == files->len ? 0 : -EBADMSG;
}

int pl_decode_freebsd_filedesc(const struct pl_input *in, struct pl_sink *sink)
{
    const struct pl_slice *bytes = &in->bytes;
    bool denied = false;
    size_t at = 0;

    if (in->abi.long_bytes != 8)
        return sink->note(sink, PL_NOTE_LAYOUT, 0);
    while (bytes->len - at >= PL_FRAME_HEAD) {
        uint32_t pid = pl_slice_u32(bytes, at);
        uint32_t len = pl_slice_u32(bytes, at + 8);
        struct pl_slice files;
        int err = 0;

        if (len > bytes->len - at - PL_FRAME_HEAD)
            return -EBADMSG;
        files = pl_slice_part(bytes, at + PL_FRAME_HEAD, len);
        if (pl_slice_u32(bytes, at + 4) == PL_OWNER_DENIED)
            denied = true;
        else
            err = put_process(in, pid, &files, sink);
        if (err < 0)
            return err;
        at += PL_FRAME_HEAD + len;
    }
    if (denied) {
        int err = sink->note(sink, PL_NOTE_SOCKS_HIDDEN, 0);

        if (err < 0)
            return err;
    }
    return at == bytes->len ? 0 : -EBADMSG;
}
