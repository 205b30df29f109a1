/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers of sock_diag(7). Framing: struct nlmsghdr, netlink(7). Payload of the internet families:
 * struct inet_diag_msg and attributes INET_DIAG_*, include/uapi/linux/inet_diag.h.
 */
#include "linux_inet.h"
#include "netlink.h"

#include <errno.h>

#define TCPDIAG_GETSOCK     18
#define SOCK_DIAG_BY_FAMILY 20

/* struct inet_diag_msg: offsets */
enum {
    MSG_FAMILY = 0,
    MSG_STATE = 1,
    MSG_SPORT = 4,
    MSG_DPORT = 6,
    MSG_SRC = 8,
    MSG_DST = 24,
    MSG_IF = 40,
    MSG_COOKIE = 44, /* two u32, low word first */
    MSG_RQUEUE = 56,
    MSG_WQUEUE = 60,
    MSG_UID = 64,
    MSG_INODE = 68,
    MSG_SIZE = 72,
};

#define INET_DIAG_SKV6ONLY 11

static void read_attrs(struct pl_slice rest, struct pl_sock *sock)
{
    struct pl_nlattr attr;

    while (pl_nlattr_next(&rest, &attr)) {
        if (attr.type == INET_DIAG_SKV6ONLY && attr.value.len >= 1) {
            sock->have |= PL_HAVE_V6ONLY;
            if (pl_slice_u8(&attr.value, 0) != 0)
                sock->flags |= PL_FLAG_V6ONLY;
        }
    }
}

static int put_inet(const struct pl_input *in, const struct pl_slice *msg, struct pl_sink *sink)
{
    struct pl_sock sock = {
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q | PL_HAVE_UID |
                PL_HAVE_INODE | PL_HAVE_COOKIE | PL_HAVE_INTERFACE,
        .family = pl_linux_family(pl_slice_u8(msg, MSG_FAMILY)),
        .local_port = pl_slice_be16(msg, MSG_SPORT),
        .peer_port = pl_slice_be16(msg, MSG_DPORT),
        .ifindex = pl_slice_u32(msg, MSG_IF),
        .cookie = pl_slice_u32(msg, MSG_COOKIE) | (uint64_t)pl_slice_u32(msg, MSG_COOKIE + 4) << 32,
        .recv_q = pl_slice_u32(msg, MSG_RQUEUE),
        .send_q = pl_slice_u32(msg, MSG_WQUEUE),
        .uid = pl_slice_u32(msg, MSG_UID),
        .key = pl_slice_u32(msg, MSG_INODE),
    };
    size_t addr_len = sock.family == PL_FAMILY_INET ? 4 : 16;

    pl_slice_copy(msg, MSG_SRC, sock.local_addr, addr_len);
    pl_slice_copy(msg, MSG_DST, sock.peer_addr, addr_len);
    /* All that is read of the attributes so far concerns IPv6. */
    if (sock.family == PL_FAMILY_INET6)
        read_attrs(pl_slice_part(msg, MSG_SIZE, msg->len), &sock);
    pl_linux_inet_finish(&sock, in->feed->slot - PL_SLOT_SOCKS, pl_slice_u8(msg, MSG_STATE));
    return sink->sock(sink, &sock, NULL, 0);
}

int pl_decode_linux_inet_diag(const struct pl_input *in, struct pl_sink *sink)
{
    struct pl_slice rest = in->bytes;
    struct pl_nlmsg msg;
    bool changed = false;
    uint64_t malformed = 0;

    while (pl_nlmsg_next(&rest, &msg)) {
        int err;

        changed |= (msg.flags & PL_NLM_F_DUMP_INTR) != 0;
        if (msg.type != SOCK_DIAG_BY_FAMILY && msg.type != TCPDIAG_GETSOCK)
            continue;
        if (msg.payload.len < MSG_SIZE) {
            malformed++;
            continue;
        }
        err = put_inet(in, &msg.payload, sink);
        if (err < 0)
            return err;
    }
    if (malformed > 0) {
        int err = sink->note(sink, PL_NOTE_MALFORMED, malformed);

        if (err < 0)
            return err;
    }
    if (rest.len > 0)
        return -EBADMSG;
    return changed ? -EAGAIN : 0;
}
