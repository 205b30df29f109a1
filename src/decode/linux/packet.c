/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packet sockets: struct packet_diag_msg and PACKET_DIAG_*, include/uapi/linux/packet_diag.h; and
 * /proc/net/packet, net/packet/af_packet.c packet_seq_show().
 */
#include "diag.h"
#include "inet.h"
#include "model/array.h"

#include <errno.h>
#include <string.h>

/* struct packet_diag_msg: offsets */
enum { MSG_TYPE = 1, MSG_PROTOCOL = 2, MSG_INODE = 4, MSG_COOKIE = 8, MSG_SIZE = 16 };

enum {
    DIAG_INFO = 0,
    DIAG_RX_RING = 2,
    DIAG_TX_RING = 3,
    DIAG_FANOUT = 4,
    DIAG_UID = 5,
    DIAG_MEMINFO = 6,
};

/* The ethertype. local_port has it too, for sorting. */
static struct pl_sock packet_sock(unsigned int type, unsigned int protocol)
{
    return (struct pl_sock){
        .have = PL_HAVE_STATE,
        .family = PL_FAMILY_PACKET,
        .proto = PL_PROTO_PACKET,
        .type = pl_linux_type(type),
        .state = PL_STATE_UNCONN,
        .local_port = protocol,
    };
}

static void set_interface(struct pl_sock *sock, uint32_t ifindex)
{
    sock->ifindex = ifindex;
    if (ifindex != 0)
        sock->have |= PL_HAVE_INTERFACE;
}

static void set_uid(struct pl_sock *sock, uint32_t uid)
{
    sock->uid = uid;
    sock->have |= PL_HAVE_UID;
}

/* 0: a socket of the kernel, or closed. */
static void set_inode(struct pl_sock *sock, uint64_t inode)
{
    sock->key = inode;
    if (inode != 0)
        sock->have |= PL_HAVE_INODE;
}

/* Queues, from the memory of the socket. */
static void queues(const struct pl_slice *meminfo, struct pl_sock *sock)
{
    if (meminfo->len < 12)
        return;
    sock->recv_q = pl_slice_u32(meminfo, 0);
    sock->send_q = pl_slice_u32(meminfo, 8);
    sock->have |= PL_HAVE_RECV_Q | PL_HAVE_SEND_Q;
}

/* struct packet_diag_info, struct packet_diag_ring: u32 each. */
static const struct pl_attr_field info_fields[] = {
    {4, 4, 0, 0, PL_ATTR_PACKET_VERSION},
    {12, 4, 0, 0, PL_ATTR_PACKET_COPY_THRESHOLD},
    {20, 4, 0, 0, PL_ATTR_PACKET_FLAGS},
};

static const struct pl_attr_field rx_fields[] = {
    {0, 4, 0, 0, PL_ATTR_PACKET_RX_BLOCK_SIZE}, {4, 4, 0, 0, PL_ATTR_PACKET_RX_BLOCKS},
    {8, 4, 0, 0, PL_ATTR_PACKET_RX_FRAME_SIZE}, {12, 4, 0, 0, PL_ATTR_PACKET_RX_FRAMES},
    {16, 4, 0, 0, PL_ATTR_PACKET_RX_TIMEOUT},   {24, 4, 0, 0, PL_ATTR_PACKET_RX_FEATURES},
};

static const struct pl_attr_field tx_fields[] = {
    {0, 4, 0, 0, PL_ATTR_PACKET_TX_BLOCK_SIZE}, {4, 4, 0, 0, PL_ATTR_PACKET_TX_BLOCKS},
    {8, 4, 0, 0, PL_ATTR_PACKET_TX_FRAME_SIZE}, {12, 4, 0, 0, PL_ATTR_PACKET_TX_FRAMES},
    {16, 4, 0, 0, PL_ATTR_PACKET_TX_TIMEOUT},   {24, 4, 0, 0, PL_ATTR_PACKET_TX_FEATURES},
};

static const struct pl_attr_field fanout_fields[] = {{0, 4, 0, 0, PL_ATTR_PACKET_FANOUT}};

static void read_more(const struct pl_nlattr *attr, struct pl_attrs *attrs)
{
    switch (attr->type) {
    case DIAG_INFO:
        pl_attrs_fields(attrs, &attr->value, info_fields, COUNT_OF(info_fields));
        break;
    case DIAG_RX_RING:
        pl_attrs_fields(attrs, &attr->value, rx_fields, COUNT_OF(rx_fields));
        break;
    case DIAG_TX_RING:
        pl_attrs_fields(attrs, &attr->value, tx_fields, COUNT_OF(tx_fields));
        break;
    case DIAG_FANOUT:
        pl_attrs_fields(attrs, &attr->value, fanout_fields, COUNT_OF(fanout_fields));
        break;
    default:
        break;
    }
}

static int put_packet(const struct pl_input *in, const struct pl_slice *msg, struct pl_sink *sink)
{
    struct pl_attrs attrs = {.count = 0};
    struct pl_slice rest = pl_slice_part(msg, MSG_SIZE, msg->len);
    struct pl_nlattr attr;
    struct pl_sock sock = packet_sock(pl_slice_u8(msg, MSG_TYPE), pl_slice_u16(msg, MSG_PROTOCOL));

    (void)in;
    set_inode(&sock, pl_slice_u32(msg, MSG_INODE));
    sock.cookie = pl_linux_cookie(msg, MSG_COOKIE);
    sock.have |= PL_HAVE_COOKIE;
    pl_attrs_num(&attrs, PL_ATTR_PROTOCOL, sock.local_port);
    while (pl_nlattr_next(&rest, &attr)) {
        if (sink->need & PL_NEED_MORE)
            read_more(&attr, &attrs);
        if (attr.type == DIAG_INFO && attr.value.len >= 4) {
            set_interface(&sock, pl_slice_u32(&attr.value, 0));
        } else if (attr.type == DIAG_UID && attr.value.len >= 4) {
            set_uid(&sock, pl_slice_u32(&attr.value, 0));
        } else if (attr.type == DIAG_MEMINFO) {
            queues(&attr.value, &sock);
            pl_linux_meminfo(&attr.value, sink, &attrs);
        }
    }
    return sink->sock(sink, &sock, attrs.items, attrs.count);
}

int pl_decode_linux_packet_diag(const struct pl_input *in, struct pl_sink *sink)
{
    return pl_linux_diag_each(in, sink, MSG_SIZE, put_packet);
}

/*
 *   sk               RefCnt Type Proto  Iface R Rmem   User   Inode
 *   00000000d6aa4dd7 3      3    0003   2     1 0      0      31415
 */
static bool read_line(struct pl_slice line, struct pl_sock *sock)
{
    static const struct {
        bool hex;
        uint64_t max;
    } words[] = {
        {true, UINT64_MAX},  {false, UINT32_MAX}, {false, UINT8_MAX},
        {true, UINT16_MAX},  {false, UINT32_MAX}, {false, UINT32_MAX},
        {false, UINT32_MAX}, {false, UINT32_MAX}, {false, UINT64_MAX},
    };
    enum { TYPE = 2, PROTOCOL = 3, INTERFACE = 4, RMEM = 6, USER = 7, INODE = 8, WORDS = 9 };
    uint64_t values[WORDS];

    for (size_t i = 0; i < WORDS; i++) {
        struct pl_slice word;

        if (!pl_text_word(&line, &word) ||
            !(words[i].hex ? pl_text_hex : pl_text_dec)(&word, words[i].max, &values[i]))
            return false;
    }
    *sock = packet_sock((unsigned int)values[TYPE], (unsigned int)values[PROTOCOL]);
    set_interface(sock, (uint32_t)values[INTERFACE]);
    set_uid(sock, (uint32_t)values[USER]);
    sock->recv_q = (uint32_t)values[RMEM];
    sock->have |= PL_HAVE_RECV_Q;
    set_inode(sock, values[INODE]);
    return true;
}

int pl_decode_linux_proc_packet(const struct pl_input *in, struct pl_sink *sink)
{
    struct pl_slice rest = in->bytes;
    struct pl_slice line;
    uint64_t malformed = 0;

    if (pl_linux_table_absent(in))
        return -EBADMSG;
    while (pl_text_line(&rest, &line)) {
        struct pl_attrs attrs = {.count = 0};
        struct pl_sock sock;
        int err;

        if (line.len >= 2 && memcmp(line.data, "sk", 2) == 0)
            continue;
        if (!read_line(line, &sock)) {
            malformed++;
            continue;
        }
        pl_attrs_num(&attrs, PL_ATTR_PROTOCOL, sock.local_port);
        err = sink->sock(sink, &sock, attrs.items, attrs.count);
        if (err < 0)
            return err;
    }
    return pl_sink_end(sink, malformed, 0);
}
