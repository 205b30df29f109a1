/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers of sock_diag(7). Framing: struct nlmsghdr, netlink(7). Payload of the internet families:
 * struct inet_diag_msg and attributes INET_DIAG_*, include/uapi/linux/inet_diag.h.
 */
#include "diag.h"
#include "inet.h"
#include "model/array.h"

#include <errno.h>
#include <string.h>

#define TCPDIAG_GETSOCK     18
#define SOCK_DIAG_BY_FAMILY 20

/* struct inet_diag_msg: offsets */
enum {
    MSG_FAMILY = 0,
    MSG_STATE = 1,
    MSG_TIMER = 2,
    MSG_RETRANS = 3,
    MSG_SPORT = 4,
    MSG_DPORT = 6,
    MSG_SRC = 8,
    MSG_DST = 24,
    MSG_IF = 40,
    MSG_COOKIE = 44, /* two u32, low word first */
    MSG_EXPIRES = 52,
    MSG_RQUEUE = 56,
    MSG_WQUEUE = 60,
    MSG_UID = 64,
    MSG_INODE = 68,
    MSG_SIZE = 72,
};

enum {
    DIAG_INFO = 2,
    DIAG_VEGASINFO = 3,
    DIAG_CONG = 4,
    DIAG_TOS = 5,
    DIAG_TCLASS = 6,
    DIAG_SKMEMINFO = 7,
    DIAG_SHUTDOWN = 8,
    DIAG_DCTCPINFO = 9,
    DIAG_PROTOCOL = 10,
    DIAG_SKV6ONLY = 11,
    DIAG_LOCALS = 12,
    DIAG_PEERS = 13,
    DIAG_MARK = 15,
    DIAG_BBRINFO = 16,
    DIAG_CLASS_ID = 17,
    DIAG_ULP_INFO = 19,
    DIAG_CGROUP_ID = 21,
    DIAG_SOCKOPT = 22,
};

/* ---- what all families share ---- */

int pl_linux_diag_each(const struct pl_input *in, struct pl_sink *sink, size_t size,
                       pl_diag_put_fn *put)
{
    struct pl_slice rest = in->bytes;
    struct pl_nlmsg msg;
    bool changed = false;
    bool ended = false;
    uint64_t malformed = 0;

    while (pl_nlmsg_next(&rest, &msg)) {
        int err;

        changed |= (msg.flags & PL_NLM_F_DUMP_INTR) != 0;
        ended = msg.type == PL_NLMSG_DONE;
        if (msg.type != SOCK_DIAG_BY_FAMILY && msg.type != TCPDIAG_GETSOCK)
            continue;
        if (msg.payload.len < size) {
            malformed++;
            continue;
        }
        err = put(in, &msg.payload, sink);
        if (err < 0)
            return err;
    }
    if (rest.len > 0 || (in->whole && !ended))
        return pl_sink_end(sink, malformed, -EBADMSG);
    return pl_sink_end(sink, malformed, changed ? -EAGAIN : 0);
}

void pl_linux_meminfo(const struct pl_slice *value, const struct pl_sink *sink,
                      struct pl_attrs *attrs)
{
    static const struct pl_attr_field fields[] = {
        {0, 4, 0, 0, PL_ATTR_RMEM_ALLOC},     {4, 4, 0, 0, PL_ATTR_RCVBUF},
        {8, 4, 0, 0, PL_ATTR_WMEM_ALLOC},     {12, 4, 0, 0, PL_ATTR_SNDBUF},
        {16, 4, 0, 0, PL_ATTR_FORWARD_ALLOC}, {20, 4, 0, 0, PL_ATTR_WMEM_QUEUED},
        {24, 4, 0, 0, PL_ATTR_OPTMEM},        {28, 4, 0, 0, PL_ATTR_BACKLOG},
        {32, 4, 0, 0, PL_ATTR_DROPS},
    };

    if (sink->need & PL_NEED_MEMORY)
        pl_attrs_fields(attrs, value, fields, COUNT_OF(fields));
}

void pl_linux_shutdown(unsigned int bits, const struct pl_sink *sink, struct pl_attrs *attrs)
{
    if (sink->need & PL_NEED_MORE)
        pl_attrs_num(attrs, PL_ATTR_SHUTDOWN, bits & 3);
}

/* ---- the internet families ---- */

/* struct inet_diag_sockopt: two bytes of bits, laid out by byte order. */
static void read_sockopt(const struct pl_slice *value, struct pl_attrs *attrs)
{
    static const uint16_t ids[16] = {
        PL_ATTR_RECVERR,
        PL_ATTR_CONNECTION_ORIENTED,
        PL_ATTR_FREEBIND,
        PL_ATTR_HDRINCL,
        PL_ATTR_MC_LOOP,
        PL_ATTR_TRANSPARENT,
        PL_ATTR_MC_ALL,
        PL_ATTR_NODEFRAG,
        PL_ATTR_BIND_ADDRESS_NO_PORT,
        PL_ATTR_RECVERR_RFC4884,
        PL_ATTR_DEFER_CONNECT,
    };

    for (unsigned int i = 0; i < 16 && i / 8 < value->len; i++) {
        unsigned int bit = value->big_endian ? 7 - i % 8 : i % 8;

        if (ids[i] != PL_ATTR_NONE)
            pl_attrs_num(attrs, (enum pl_attr_id)ids[i], pl_slice_u8(value, i / 8) >> bit & 1);
    }
}

/* Attributes that are numbers, used unchanged. */
static const struct {
    uint16_t type;
    uint8_t width;
    enum pl_attr_id id;
} numbers[] = {
    {DIAG_TOS, 1, PL_ATTR_TOS},
    {DIAG_TCLASS, 1, PL_ATTR_TCLASS},
    {DIAG_MARK, 4, PL_ATTR_MARK},
    {DIAG_CLASS_ID, 4, PL_ATTR_CLASS_ID},
    {DIAG_CGROUP_ID, 8, PL_ATTR_CGROUP_ID},
    {DIAG_SHUTDOWN, 1, PL_ATTR_SHUTDOWN},
};

static void read_more(const struct pl_nlattr *attr, struct pl_attrs *attrs)
{
    if (attr->type == DIAG_SOCKOPT)
        read_sockopt(&attr->value, attrs);
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        const struct pl_attr_field field = {0, numbers[i].width, 0, 0, numbers[i].id};

        if (numbers[i].type == attr->type)
            pl_attrs_fields(attrs, &attr->value, &field, 1);
    }
}

/* An array of struct sockaddr_storage: family, port, then the address where its family has it. */
#define ADDRESSES_TEXT   512
#define SOCKADDR_STORAGE 128

static void read_addresses(const struct pl_slice *value, enum pl_attr_id id, char *buf,
                           struct pl_attrs *attrs)
{
    size_t len = 0;
    struct pl_slice text;

    for (size_t at = 0; at + SOCKADDR_STORAGE <= value->len; at += SOCKADDR_STORAGE) {
        uint8_t family = pl_linux_family(pl_slice_u16(value, at));
        uint8_t addr[16];

        if ((family != PL_FAMILY_INET && family != PL_FAMILY_INET6) ||
            len + 1 + PL_ADDR_TEXT > ADDRESSES_TEXT)
            continue;
        pl_slice_copy(value, at + (family == PL_FAMILY_INET ? 4 : 8), addr, sizeof(addr));
        if (len > 0)
            buf[len++] = ',';
        len += pl_addr_print(family, addr, buf + len);
    }
    text = (struct pl_slice){.data = (const uint8_t *)buf, .len = len};
    if (len > 0)
        pl_attrs_text(attrs, id, &text);
}

/* Storage for the texts of one row, until the sink copies them. */
struct row {
    struct pl_sock sock;
    struct pl_attrs attrs;
    bool association; /* SCTP: not an endpoint */
    char locals[ADDRESSES_TEXT];
    char peers[ADDRESSES_TEXT];
};

static void read_attr(const struct pl_nlattr *attr, const struct pl_sink *sink, unsigned int proto,
                      struct row *row)
{
    const struct pl_slice *value = &attr->value;
    struct pl_slice name;

    switch (attr->type) {
    case DIAG_SKV6ONLY:
        /* A raw IPv6 socket never receives IPv4, although this attribute is 0. */
        if (value->len < 1 || proto == PL_PROTO_RAW)
            break;
        row->sock.have |= PL_HAVE_V6ONLY;
        if (pl_slice_u8(value, 0) != 0)
            row->sock.flags |= PL_FLAG_V6ONLY;
        break;
    case DIAG_PROTOCOL:
        if (value->len >= 1 && proto == PL_PROTO_RAW)
            row->sock.local_port = pl_slice_u8(value, 0);
        break;
    case DIAG_LOCALS:
        read_addresses(value, PL_ATTR_LOCAL_ADDRESSES, row->locals, &row->attrs);
        break;
    case DIAG_PEERS:
        row->association = true;
        read_addresses(value, PL_ATTR_PEER_ADDRESSES, row->peers, &row->attrs);
        break;
    case DIAG_SKMEMINFO:
        pl_linux_meminfo(value, sink, &row->attrs);
        break;
    case DIAG_CONG:
        name = pl_slice_until(value, '\0');
        if (sink->need & PL_NEED_INTERNALS && name.len > 0)
            pl_attrs_text(&row->attrs, PL_ATTR_CONGESTION, &name);
        break;
    case DIAG_INFO:
    case DIAG_VEGASINFO:
    case DIAG_DCTCPINFO:
    case DIAG_BBRINFO:
    case DIAG_ULP_INFO:
        if (sink->need & PL_NEED_INTERNALS)
            pl_linux_tcp_detail(proto, attr->type, value, &row->attrs);
        break;
    default:
        if (sink->need & PL_NEED_MORE)
            read_more(attr, &row->attrs);
    }
}

/* enum sctp_state of include/net/sctp/constants.h, and the most similar TCP state. */
static const struct {
    const char *name;
    uint8_t state;
} associations[] = {
    {"CLOSED", PL_STATE_CLOSED},
    {"COOKIE_WAIT", PL_STATE_SYN_SENT},
    {"COOKIE_ECHOED", PL_STATE_SYN_SENT},
    {"ESTABLISHED", PL_STATE_ESTABLISHED},
    {"SHUTDOWN_PENDING", PL_STATE_FIN_WAIT1},
    {"SHUTDOWN_SENT", PL_STATE_FIN_WAIT2},
    {"SHUTDOWN_RECEIVED", PL_STATE_CLOSE_WAIT},
    {"SHUTDOWN_ACK_SENT", PL_STATE_LAST_ACK},
};

static void finish_sctp(struct row *row, unsigned int state)
{
    if (!row->association)
        return;
    row->sock.state = (uint16_t)(PL_STATE_OTHER | state);
    if (state < COUNT_OF(associations)) {
        const char *name = associations[state].name;
        const struct pl_slice text = {.data = (const uint8_t *)name, .len = strlen(name)};

        row->sock.state = associations[state].state;
        pl_attrs_text(&row->attrs, PL_ATTR_ASSOCIATION, &text);
    }
}

static void read_timer(const struct pl_slice *msg, const struct pl_sink *sink,
                       struct pl_attrs *attrs)
{
    unsigned int timer = pl_slice_u8(msg, MSG_TIMER);

    if (!(sink->need & PL_NEED_TIMERS) || timer == PL_TIMER_NONE)
        return;
    pl_attrs_num(attrs, PL_ATTR_TIMER, timer);
    pl_attrs_num(attrs, PL_ATTR_TIMER_LEFT, pl_slice_u32(msg, MSG_EXPIRES));
    pl_attrs_num(attrs, PL_ATTR_RETRIES, pl_slice_u8(msg, MSG_RETRANS));
}

/* The fixed part of a message. Its constant length lets the compiler remove the checks. */
static struct pl_slice fixed_part(const struct pl_slice *msg)
{
    return (struct pl_slice){.data = msg->data, .len = MSG_SIZE, .big_endian = msg->big_endian};
}

/* pl_decode_linux_inet_diag() checked the length. */
static int put_inet(const struct pl_input *in, const struct pl_slice *msg, struct pl_sink *sink)
{
    unsigned int proto = in->feed->slot - PL_SLOT_SOCKS;
    struct row row;
    const struct pl_slice head = fixed_part(msg);

    row.attrs.count = 0;
    row.association = false;
    row.sock = (struct pl_sock){
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q | PL_HAVE_UID |
                PL_HAVE_INODE | PL_HAVE_COOKIE | PL_HAVE_INTERFACE,
        .family = pl_linux_family(pl_slice_u8(&head, MSG_FAMILY)),
        .local_port = pl_slice_be16(&head, MSG_SPORT),
        .peer_port = pl_slice_be16(&head, MSG_DPORT),
        .ifindex = pl_slice_u32(&head, MSG_IF),
        .cookie = pl_linux_cookie(&head, MSG_COOKIE),
        .recv_q = pl_slice_u32(&head, MSG_RQUEUE),
        .send_q = pl_slice_u32(&head, MSG_WQUEUE),
        .uid = pl_slice_u32(&head, MSG_UID),
        .key = pl_slice_u32(&head, MSG_INODE),
    };
    if (row.sock.family == PL_FAMILY_INET) {
        pl_slice_copy(&head, MSG_SRC, row.sock.local_addr, 4);
        pl_slice_copy(&head, MSG_DST, row.sock.peer_addr, 4);
    } else {
        pl_slice_copy(&head, MSG_SRC, row.sock.local_addr, 16);
        pl_slice_copy(&head, MSG_DST, row.sock.peer_addr, 16);
    }
    /* Attributes that were not requested matter only for IPv6. Skipping them saves time. */
    if (row.sock.family == PL_FAMILY_INET6 || proto != PL_PROTO_TCP ||
        sink->need & (PL_NEED_INTERNALS | PL_NEED_MEMORY | PL_NEED_MORE)) {
        struct pl_slice rest = pl_slice_part(msg, MSG_SIZE, msg->len);
        struct pl_nlattr attr;

        while (pl_nlattr_next(&rest, &attr))
            read_attr(&attr, sink, proto, &row);
    }
    pl_linux_inet_finish(&row.sock, proto, pl_slice_u8(&head, MSG_STATE));
    read_timer(&head, sink, &row.attrs);
    if (proto == PL_PROTO_SCTP)
        finish_sctp(&row, pl_slice_u8(&head, MSG_STATE));
    if (proto == PL_PROTO_RAW) {
        row.sock.peer_port = 0;
        pl_attrs_num(&row.attrs, PL_ATTR_PROTOCOL, row.sock.local_port);
    }
    return sink->sock(sink, &row.sock, row.attrs.items, row.attrs.count);
}

int pl_decode_linux_inet_diag(const struct pl_input *in, struct pl_sink *sink)
{
    return pl_linux_diag_each(in, sink, MSG_SIZE, put_inet);
}
