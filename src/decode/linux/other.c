/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vsock, XDP and TIPC sockets: include/uapi/linux/{vm_sockets,xdp,tipc_sockets}_diag.h and
 * tipc_netlink.h.
 */
#include "diag.h"
#include "inet.h"
#include "model/array.h"

/* ---- struct vsock_diag_msg ---- */

enum {
    VSOCK_TYPE = 1,
    VSOCK_STATE = 2,
    VSOCK_SHUTDOWN = 3,
    VSOCK_LOCAL_CID = 4,
    VSOCK_LOCAL_PORT = 8,
    VSOCK_PEER_CID = 12,
    VSOCK_PEER_PORT = 16,
    VSOCK_INODE = 20,
    VSOCK_COOKIE = 24,
    VSOCK_SIZE = 32,
};

#define VSOCK_PORT_ANY UINT32_MAX /* no port yet: 0, as for other families */

/* Writes a 32-bit address (context id, node) as 4 bytes in network byte order. */
static void set_addr(uint8_t *addr, uint32_t number)
{
    for (unsigned int i = 0; i < 4; i++)
        addr[i] = (uint8_t)(number >> (24 - 8 * i));
}

static int put_vsock(const struct pl_input *in, const struct pl_slice *msg, struct pl_sink *sink)
{
    struct pl_attrs attrs = {.count = 0};
    struct pl_sock sock = {
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_INODE | PL_HAVE_COOKIE,
        .family = PL_FAMILY_VSOCK,
        .proto = PL_PROTO_VSOCK,
        .type = pl_linux_type(pl_slice_u8(msg, VSOCK_TYPE)),
        .state = pl_linux_unconn(pl_slice_u8(msg, VSOCK_STATE)),
        .local_port = pl_slice_u32(msg, VSOCK_LOCAL_PORT),
        .peer_port = pl_slice_u32(msg, VSOCK_PEER_PORT),
        .key = pl_slice_u32(msg, VSOCK_INODE),
        .cookie = pl_linux_cookie(msg, VSOCK_COOKIE),
    };

    (void)in;
    if (sock.local_port == VSOCK_PORT_ANY)
        sock.local_port = 0;
    if (sock.peer_port == VSOCK_PORT_ANY)
        sock.peer_port = 0;
    set_addr(sock.local_addr, pl_slice_u32(msg, VSOCK_LOCAL_CID));
    set_addr(sock.peer_addr, pl_slice_u32(msg, VSOCK_PEER_CID));
    pl_linux_shutdown(pl_slice_u8(msg, VSOCK_SHUTDOWN), sink, &attrs);
    return sink->sock(sink, &sock, attrs.items, attrs.count);
}

int pl_decode_linux_vsock_diag(const struct pl_input *in, struct pl_sink *sink)
{
    return pl_linux_diag_each(in, sink, VSOCK_SIZE, put_vsock);
}

/* ---- struct xdp_diag_msg ---- */

enum { XDP_TYPE = 1, XDP_INODE = 4, XDP_COOKIE = 8, XDP_SIZE = 16 };

enum {
    XDP_DIAG_INFO = 1,
    XDP_DIAG_UID = 2,
    XDP_DIAG_RX_RING = 3,
    XDP_DIAG_TX_RING = 4,
    XDP_DIAG_UMEM = 5,
    XDP_DIAG_FILL_RING = 6,
    XDP_DIAG_COMPLETION_RING = 7,
    XDP_DIAG_MEMINFO = 8,
    XDP_DIAG_STATS = 9,
};

static void xdp_stats(const struct pl_slice *value, const struct pl_sink *sink,
                      struct pl_attrs *attrs)
{
    static const struct pl_attr_field fields[] = {
        {0, 8, 0, 0, PL_ATTR_XDP_RX_DROPPED},  {8, 8, 0, 0, PL_ATTR_XDP_RX_INVALID},
        {16, 8, 0, 0, PL_ATTR_XDP_RX_FULL},    {24, 8, 0, 0, PL_ATTR_XDP_FILL_EMPTY},
        {32, 8, 0, 0, PL_ATTR_XDP_TX_INVALID}, {40, 8, 0, 0, PL_ATTR_XDP_TX_EMPTY},
    };

    if (sink->need & PL_NEED_MEMORY)
        pl_attrs_fields(attrs, value, fields, COUNT_OF(fields));
}

/* struct xdp_diag_umem; of its two rings, struct xdp_diag_ring. */
static void xdp_more(const struct pl_nlattr *attr, struct pl_attrs *attrs)
{
    static const struct pl_attr_field umem[] = {
        {0, 8, 0, 0, PL_ATTR_XDP_UMEM_SIZE},      {8, 4, 0, 0, PL_ATTR_XDP_UMEM_ID},
        {12, 4, 0, 0, PL_ATTR_XDP_UMEM_PAGES},    {16, 4, 0, 0, PL_ATTR_XDP_UMEM_CHUNK_SIZE},
        {20, 4, 0, 0, PL_ATTR_XDP_UMEM_HEADROOM}, {24, 4, 0, 0, PL_ATTR_XDP_UMEM_IFINDEX},
        {28, 4, 0, 0, PL_ATTR_XDP_UMEM_QUEUE},    {32, 4, 0, 0, PL_ATTR_XDP_UMEM_FLAGS},
        {36, 4, 0, 0, PL_ATTR_XDP_UMEM_REFS},
    };
    static const struct pl_attr_field fill[] = {{0, 4, 0, 0, PL_ATTR_XDP_FILL_RING}};
    static const struct pl_attr_field completion[] = {{0, 4, 0, 0, PL_ATTR_XDP_COMPLETION_RING}};

    if (attr->type == XDP_DIAG_UMEM)
        pl_attrs_fields(attrs, &attr->value, umem, COUNT_OF(umem));
    else if (attr->type == XDP_DIAG_FILL_RING)
        pl_attrs_fields(attrs, &attr->value, fill, 1);
    else if (attr->type == XDP_DIAG_COMPLETION_RING)
        pl_attrs_fields(attrs, &attr->value, completion, 1);
}

static void xdp_attr(const struct pl_nlattr *attr, const struct pl_sink *sink, struct pl_sock *sock,
                     struct pl_attrs *attrs)
{
    const struct pl_slice *value = &attr->value;

    if (attr->type == XDP_DIAG_INFO && value->len >= 8) {
        sock->ifindex = pl_slice_u32(value, 0);
        sock->local_port = pl_slice_u32(value, 4);
        if (sock->ifindex != 0)
            sock->have |= PL_HAVE_INTERFACE;
        pl_attrs_num(attrs, PL_ATTR_QUEUE, sock->local_port);
    } else if (attr->type == XDP_DIAG_UID && value->len >= 4) {
        sock->uid = pl_slice_u32(value, 0);
        sock->have |= PL_HAVE_UID;
    } else if (attr->type == XDP_DIAG_RX_RING && value->len >= 4) {
        pl_attrs_num(attrs, PL_ATTR_RX_RING, pl_slice_u32(value, 0));
    } else if (attr->type == XDP_DIAG_TX_RING && value->len >= 4) {
        pl_attrs_num(attrs, PL_ATTR_TX_RING, pl_slice_u32(value, 0));
    } else if (attr->type == XDP_DIAG_MEMINFO) {
        pl_linux_meminfo(value, sink, attrs);
    } else if (attr->type == XDP_DIAG_STATS) {
        xdp_stats(value, sink, attrs);
    } else if (sink->need & PL_NEED_MORE) {
        xdp_more(attr, attrs);
    }
}

static int put_xdp(const struct pl_input *in, const struct pl_slice *msg, struct pl_sink *sink)
{
    struct pl_attrs attrs = {.count = 0};
    struct pl_slice rest = pl_slice_part(msg, XDP_SIZE, msg->len);
    struct pl_nlattr attr;
    struct pl_sock sock = {
        .have = PL_HAVE_STATE | PL_HAVE_INODE | PL_HAVE_COOKIE,
        .family = PL_FAMILY_XDP,
        .proto = PL_PROTO_XDP,
        .type = pl_linux_type(pl_slice_u8(msg, XDP_TYPE)),
        .state = PL_STATE_UNCONN,
        .key = pl_slice_u32(msg, XDP_INODE),
        .cookie = pl_linux_cookie(msg, XDP_COOKIE),
    };

    (void)in;
    while (pl_nlattr_next(&rest, &attr))
        xdp_attr(&attr, sink, &sock, &attrs);
    return sink->sock(sink, &sock, attrs.items, attrs.count);
}

int pl_decode_linux_xdp_diag(const struct pl_input *in, struct pl_sink *sink)
{
    return pl_linux_diag_each(in, sink, XDP_SIZE, put_xdp);
}

/* ---- TIPC: no struct, attributes in TIPC_NLA_SOCK ---- */

#define TIPC_NLA_SOCK 2

enum {
    TIPC_SOCK_ADDR = 1,
    TIPC_SOCK_REF = 2,
    TIPC_SOCK_CON = 3,
    TIPC_SOCK_STAT = 5,
    TIPC_SOCK_TYPE = 6,
    TIPC_SOCK_INO = 7,
    TIPC_SOCK_UID = 8,
    TIPC_SOCK_STATE = 9,
    TIPC_SOCK_COOKIE = 10,
};

enum { TIPC_CON_NODE = 2, TIPC_CON_SOCK = 3 };

enum { TIPC_STAT_RCVQ = 1, TIPC_STAT_SENDQ = 2, TIPC_STAT_DROP = 5 };

static void tipc_connection(struct pl_slice rest, struct pl_sock *sock)
{
    struct pl_nlattr attr;

    while (pl_nlattr_next(&rest, &attr)) {
        if (attr.value.len < 4)
            continue;
        if (attr.type == TIPC_CON_NODE)
            set_addr(sock->peer_addr, pl_slice_u32(&attr.value, 0));
        else if (attr.type == TIPC_CON_SOCK)
            sock->peer_port = pl_slice_u32(&attr.value, 0);
    }
}

static void tipc_stat(struct pl_slice rest, const struct pl_sink *sink, struct pl_sock *sock,
                      struct pl_attrs *attrs)
{
    struct pl_nlattr attr;

    while (pl_nlattr_next(&rest, &attr)) {
        uint32_t value = pl_slice_u32(&attr.value, 0);

        if (attr.value.len < 4)
            continue;
        if (attr.type == TIPC_STAT_RCVQ) {
            sock->recv_q = value;
            sock->have |= PL_HAVE_RECV_Q;
        } else if (attr.type == TIPC_STAT_SENDQ) {
            sock->send_q = value;
            sock->have |= PL_HAVE_SEND_Q;
        } else if (attr.type == TIPC_STAT_DROP && sink->need & PL_NEED_MEMORY) {
            pl_attrs_num(attrs, PL_ATTR_DROPS, value);
        }
    }
}

static void tipc_attr(const struct pl_nlattr *attr, const struct pl_sink *sink,
                      struct pl_sock *sock, struct pl_attrs *attrs)
{
    uint32_t value = pl_slice_u32(&attr->value, 0);

    switch (attr->value.len >= 4 ? attr->type : 0) {
    case TIPC_SOCK_ADDR:
        set_addr(sock->local_addr, value);
        break;
    case TIPC_SOCK_REF:
        sock->local_port = value;
        break;
    case TIPC_SOCK_CON:
        tipc_connection(attr->value, sock);
        break;
    case TIPC_SOCK_STAT:
        tipc_stat(attr->value, sink, sock, attrs);
        break;
    case TIPC_SOCK_TYPE:
        sock->type = pl_linux_type(value);
        break;
    case TIPC_SOCK_INO:
        sock->key = value;
        sock->have |= PL_HAVE_INODE;
        break;
    case TIPC_SOCK_UID:
        sock->uid = value;
        sock->have |= PL_HAVE_UID;
        break;
    case TIPC_SOCK_STATE:
        sock->state = pl_linux_unconn(value);
        sock->have |= PL_HAVE_STATE;
        break;
    case TIPC_SOCK_COOKIE:
        sock->cookie = pl_slice_u64(&attr->value, 0);
        sock->have |= PL_HAVE_COOKIE;
        break;
    default:
        break;
    }
}

static int put_tipc(const struct pl_input *in, const struct pl_slice *msg, struct pl_sink *sink)
{
    struct pl_attrs attrs = {.count = 0};
    struct pl_slice rest = *msg;
    struct pl_nlattr outer;
    struct pl_sock sock = {
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER, .family = PL_FAMILY_TIPC, .proto = PL_PROTO_TIPC};

    (void)in;
    while (pl_nlattr_next(&rest, &outer)) {
        struct pl_slice inner = outer.value;
        struct pl_nlattr attr;

        while (outer.type == TIPC_NLA_SOCK && pl_nlattr_next(&inner, &attr))
            tipc_attr(&attr, sink, &sock, &attrs);
    }
    return sink->sock(sink, &sock, attrs.items, attrs.count);
}

int pl_decode_linux_tipc_diag(const struct pl_input *in, struct pl_sink *sink)
{
    return pl_linux_diag_each(in, sink, 4, put_tipc);
}
