/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Netlink sockets: struct netlink_diag_msg and NETLINK_DIAG_*, include/uapi/linux/netlink_diag.h;
 * and /proc/net/netlink, net/netlink/af_netlink.c netlink_seq_show().
 */
#include "diag.h"
#include "inet.h"

#include <errno.h>
#include <string.h>

/* struct netlink_diag_msg: offsets */
enum {
    MSG_TYPE = 1,
    MSG_PROTOCOL = 2,
    MSG_STATE = 3,
    MSG_PORT = 4,
    MSG_PEER_PORT = 8,
    MSG_PEER_GROUP = 12,
    MSG_INODE = 16,
    MSG_COOKIE = 20,
    MSG_SIZE = 28,
};

enum { DIAG_MEMINFO = 0, DIAG_GROUPS = 1 };

/* enum of net/netlink/af_netlink.c, and the TCP state of a new socket. */
enum { NETLINK_UNCONNECTED = 0, NETLINK_CONNECTED = 1, TCP_CLOSE = 7 };

static uint16_t state_of(unsigned int number)
{
    switch (number) {
    case NETLINK_UNCONNECTED:
    case TCP_CLOSE:
        return PL_STATE_UNCONN;
    case NETLINK_CONNECTED:
        return PL_STATE_ESTABLISHED;
    default:
        return (uint16_t)(PL_STATE_OTHER | number);
    }
}

static struct pl_sock netlink_sock(uint32_t port)
{
    return (struct pl_sock){
        .have = PL_HAVE_INODE | PL_HAVE_STATE,
        .family = PL_FAMILY_NETLINK,
        .proto = PL_PROTO_NETLINK,
        .state = PL_STATE_UNCONN,
        .local_port = port,
    };
}

/* The bit set of multicast groups. Groups above 64 are ignored. */
static uint64_t groups_of(const struct pl_slice *value)
{
    return value->len >= 8 ? pl_slice_u64(value, 0) : pl_slice_u32(value, 0);
}

static int put_netlink(const struct pl_input *in, const struct pl_slice *msg, struct pl_sink *sink)
{
    struct pl_attrs attrs = {.count = 0};
    struct pl_slice rest = pl_slice_part(msg, MSG_SIZE, msg->len);
    struct pl_nlattr attr;
    struct pl_sock sock = netlink_sock(pl_slice_u32(msg, MSG_PORT));

    (void)in;
    sock.type = pl_linux_type(pl_slice_u8(msg, MSG_TYPE));
    sock.peer_port = pl_slice_u32(msg, MSG_PEER_PORT);
    sock.state = state_of(pl_slice_u8(msg, MSG_STATE));
    sock.key = pl_slice_u32(msg, MSG_INODE);
    if (sock.key == 0)
        sock.have &= (uint16_t)~PL_HAVE_INODE; /* a socket of the kernel */
    sock.cookie = pl_linux_cookie(msg, MSG_COOKIE);
    sock.have |= PL_HAVE_COOKIE;
    pl_attrs_num(&attrs, PL_ATTR_PROTOCOL, pl_slice_u8(msg, MSG_PROTOCOL));
    if (sock.state == PL_STATE_ESTABLISHED)
        pl_attrs_num(&attrs, PL_ATTR_PEER_GROUP, pl_slice_u32(msg, MSG_PEER_GROUP));
    while (pl_nlattr_next(&rest, &attr)) {
        if (attr.type == DIAG_GROUPS && attr.value.len >= 4) {
            pl_attrs_num(&attrs, PL_ATTR_GROUPS, groups_of(&attr.value));
        } else if (attr.type == DIAG_MEMINFO && attr.value.len >= 12) {
            sock.recv_q = pl_slice_u32(&attr.value, 0);
            sock.send_q = pl_slice_u32(&attr.value, 8);
            sock.have |= PL_HAVE_RECV_Q | PL_HAVE_SEND_Q;
            pl_linux_meminfo(&attr.value, sink, &attrs);
        }
    }
    return sink->sock(sink, &sock, attrs.items, attrs.count);
}

int pl_decode_linux_netlink_diag(const struct pl_input *in, struct pl_sink *sink)
{
    return pl_linux_diag_each(in, sink, MSG_SIZE, put_netlink);
}

/*
 *   sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
 *   0000000013d9c3f0 0   1234       00000440 0        0        0     2        0        8271
 */
static int put_line(struct pl_slice line, struct pl_sink *sink, bool *whole)
{
    enum {
        PROTOCOL = 1,
        PORT = 2,
        GROUPS = 3,
        RMEM = 4,
        WMEM = 5,
        DROPS = 8,
        INODE = 9,
        WORDS = 10
    };
    struct pl_attrs attrs = {.count = 0};
    uint64_t values[WORDS];
    struct pl_sock sock;

    *whole = false;
    for (size_t i = 0; i < WORDS; i++) {
        struct pl_slice word;

        if (!pl_text_word(&line, &word) || !(i == 0 || i == GROUPS ? pl_text_hex : pl_text_dec)(
                                               &word, i == 0 ? UINT64_MAX : UINT32_MAX, &values[i]))
            return 0;
    }
    *whole = true;
    sock = netlink_sock((uint32_t)values[PORT]);
    sock.recv_q = (uint32_t)values[RMEM];
    sock.send_q = (uint32_t)values[WMEM];
    sock.have |= PL_HAVE_RECV_Q | PL_HAVE_SEND_Q;
    sock.key = values[INODE];
    if (sock.key == 0)
        sock.have &= (uint16_t)~PL_HAVE_INODE;
    pl_attrs_num(&attrs, PL_ATTR_PROTOCOL, values[PROTOCOL]);
    pl_attrs_num(&attrs, PL_ATTR_GROUPS, values[GROUPS]);
    if (sink->need & PL_NEED_MEMORY)
        pl_attrs_num(&attrs, PL_ATTR_DROPS, values[DROPS]);
    return sink->sock(sink, &sock, attrs.items, attrs.count);
}

int pl_decode_linux_proc_netlink(const struct pl_input *in, struct pl_sink *sink)
{
    struct pl_slice rest = in->bytes;
    struct pl_slice line;
    uint64_t malformed = 0;

    if (pl_linux_table_absent(in))
        return -EBADMSG;
    while (pl_text_line(&rest, &line)) {
        bool whole;
        int err;

        if (line.len >= 2 && memcmp(line.data, "sk", 2) == 0)
            continue;
        err = put_line(line, sink, &whole);
        if (err < 0)
            return err;
        malformed += !whole;
    }
    return pl_sink_end(sink, malformed, 0);
}
