/* SPDX-License-Identifier: BSD-2-Clause */
#include "bsd.h"

#include <string.h>

/* netinet/tcp_fsm.h: TCPS_CLOSED .. TCPS_TIME_WAIT */
static const uint8_t states[] = {
    PL_STATE_CLOSED,      PL_STATE_LISTEN,     PL_STATE_SYN_SENT,  PL_STATE_SYN_RECV,
    PL_STATE_ESTABLISHED, PL_STATE_CLOSE_WAIT, PL_STATE_FIN_WAIT1, PL_STATE_CLOSING,
    PL_STATE_LAST_ACK,    PL_STATE_FIN_WAIT2,  PL_STATE_TIME_WAIT,
};

/* sys/socket.h: SOCK_STREAM .. SOCK_SEQPACKET */
static const uint8_t types[] = {
    PL_TYPE_UNKNOWN, PL_TYPE_STREAM, PL_TYPE_DGRAM, PL_TYPE_RAW, PL_TYPE_RDM, PL_TYPE_SEQPACKET,
};

static const uint8_t proto_types[PL_PROTO_MAX] = {
    [PL_PROTO_TCP] = PL_TYPE_STREAM,
    [PL_PROTO_UDP] = PL_TYPE_DGRAM,
    [PL_PROTO_UDPLITE] = PL_TYPE_DGRAM,
    [PL_PROTO_RAW] = PL_TYPE_RAW,
};

uint16_t pl_bsd_state(uint32_t number)
{
    if (number < sizeof(states))
        return states[number];
    return (uint16_t)(PL_STATE_OTHER | (number & ~PL_STATE_OTHER));
}

uint8_t pl_bsd_type(uint32_t number)
{
    return number < sizeof(types) ? types[number] : PL_TYPE_UNKNOWN;
}

static void copy_slot(const struct pl_slice *record, size_t at, bool v4, bool mapped, uint8_t *out)
{
    if (!v4) {
        pl_slice_copy(record, at, out, 16);
    } else if (!mapped) {
        pl_slice_copy(record, at + 12, out, 4);
    } else {
        out[10] = out[11] = 0xff;
        pl_slice_copy(record, at + 12, out + 12, 4);
    }
}

bool pl_bsd_slots(struct pl_sock *sock, const struct pl_slice *record, unsigned int vflag,
                  bool v6_socket, size_t local, size_t foreign)
{
    bool v4 = !(vflag & PL_BSD_VFLAG_IPV6);
    bool mapped = v4 && v6_socket;
    /* An absent peer is all zero: with a prefix it would be an address. */
    bool peer = sock->peer_port != 0 || pl_slice_u32(record, foreign + 12) != 0;

    if (!(vflag & (PL_BSD_VFLAG_IPV4 | PL_BSD_VFLAG_IPV6)))
        return false;
    sock->family = v4 && !mapped ? PL_FAMILY_INET : PL_FAMILY_INET6;
    copy_slot(record, local, v4, mapped, sock->local_addr);
    copy_slot(record, foreign, v4, mapped && peer, sock->peer_addr);
    /* Only an unconnected wildcard may have both bits. */
    if (!v4 && pl_addr_is_any(sock->family, sock->local_addr) && !pl_sock_has_peer(sock)) {
        sock->have |= PL_HAVE_V6ONLY;
        if (!(vflag & PL_BSD_VFLAG_IPV4))
            sock->flags |= PL_FLAG_V6ONLY;
    }
    return true;
}

/*
 * A link-local address, or multicast with interface or link scope, has the index of its interface
 * in bytes 2 and 3, in network byte order.
 */
static uint32_t take_zone(unsigned int family, uint8_t *addr)
{
    uint32_t zone;

    if (!pl_addr_is_link_local(family, addr))
        return 0;
    zone = (uint32_t)addr[2] << 8 | addr[3];
    addr[2] = addr[3] = 0;
    return zone;
}

void pl_bsd_inet_finish(struct pl_sock *sock, unsigned int proto, uint32_t tcp_state)
{
    uint32_t local = take_zone(sock->family, sock->local_addr);
    uint32_t peer = take_zone(sock->family, sock->peer_addr);

    sock->proto = (uint8_t)proto;
    sock->type = proto_types[proto];
    sock->have |= PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE;
    if (proto == PL_PROTO_TCP)
        sock->state = pl_bsd_state(tcp_state);
    else if (pl_sock_has_peer(sock))
        sock->state = PL_STATE_ESTABLISHED;
    else /* the port of a raw socket is its protocol */
        sock->state =
            sock->local_port == 0 && proto != PL_PROTO_RAW ? PL_STATE_CLOSED : PL_STATE_UNCONN;
    if (sock->state == PL_STATE_CLOSED && sock->local_port != 0 && !pl_sock_has_peer(sock))
        sock->state = PL_STATE_BOUND;
    if (local != 0 || peer != 0) {
        sock->ifindex = local != 0 ? local : peer;
        sock->have |= PL_HAVE_SCOPE;
    }
}

void pl_bsd_unreferenced(struct pl_sock *sock)
{
    bool accepted_next = sock->proto == PL_PROTO_TCP && (sock->state == PL_STATE_ESTABLISHED ||
                                                         sock->state == PL_STATE_CLOSE_WAIT);

    sock->flags |= accepted_next ? PL_FLAG_ACCEPT_QUEUE : PL_FLAG_ORPHAN;
}

void pl_bsd_listener(struct pl_sock *sock)
{
    sock->recv_q = sock->send_q = 0;
    sock->have &= (uint16_t) ~(PL_HAVE_RECV_Q | PL_HAVE_SEND_Q);
}

struct pl_text pl_bsd_name(const struct pl_slice *record, size_t at, size_t size)
{
    struct pl_slice part = pl_slice_part(record, at, size);

    part = pl_slice_until(&part, '\0');
    return pl_slice_text(&part);
}

struct pl_text pl_bsd_path(const struct pl_slice *record, size_t at, size_t size)
{
    size_t len = pl_slice_u8(record, at); /* sun_len, sun_family, sun_path */

    if (len <= 2)
        return (struct pl_text){0};
    return pl_bsd_name(record, at + 2, (len < size ? len : size) - 2);
}

uint32_t pl_bsd_queue(uint64_t bytes)
{
    return bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;
}

void pl_bsd_add_text(struct pl_bsd_attrs *attrs, enum pl_attr_id id, struct pl_text text)
{
    if (text.len > 0)
        attrs->items[attrs->count++] =
            (struct pl_attr){.id = (uint16_t)id, .text = 1, .len = text.len, .u.text = text.data};
}

void pl_bsd_add(struct pl_bsd_attrs *attrs, enum pl_attr_id id, uint64_t number)
{
    if (number != 0)
        attrs->items[attrs->count++] = (struct pl_attr){.id = (uint16_t)id, .u.num = number};
}

void pl_bsd_add_windows(struct pl_bsd_attrs *attrs, const struct pl_bsd_windows *windows)
{
    const uint32_t initial = 65535U << 14; /* TCP_MAXWIN << TCP_MAX_WINSHIFT: not set yet */

    pl_bsd_add(attrs, PL_ATTR_SND_MSS, windows->mss);
    if (windows->mss != 0)
        pl_bsd_add(attrs, PL_ATTR_CWND, windows->cwnd / windows->mss);
    if (windows->mss != 0 && windows->ssthresh < initial)
        pl_bsd_add(attrs, PL_ATTR_SND_SSTHRESH, windows->ssthresh / windows->mss);
    pl_bsd_add(attrs, PL_ATTR_RCV_WND, windows->rcv_wnd);
    pl_bsd_add(attrs, PL_ATTR_SND_WND, windows->snd_wnd);
}

int pl_bsd_put_unix(struct pl_sink *sink, struct pl_sock *sock, const struct pl_bsd_unix *un)
{
    struct pl_bsd_attrs attrs = {.count = 0};

    sock->family = PL_FAMILY_UNIX;
    sock->proto = PL_PROTO_UNIX;
    sock->state = un->listening   ? PL_STATE_LISTEN
                  : un->connected ? PL_STATE_ESTABLISHED
                                  : PL_STATE_UNCONN;
    sock->have |= PL_HAVE_STATE;
    pl_bsd_add_text(&attrs, PL_ATTR_PATH, un->path);
    pl_bsd_add_text(&attrs, PL_ATTR_PEER_PATH, un->peer_path);
    pl_bsd_add(&attrs, PL_ATTR_PCB, un->pcb);
    pl_bsd_add(&attrs, PL_ATTR_PEER_PCB, un->peer_pcb);
    pl_bsd_add(&attrs, PL_ATTR_LAST_PID, un->last_pid);
    return sink->sock(sink, sock, attrs.items, attrs.count);
}

int pl_bsd_put_inet(struct pl_sink *sink, const struct pl_sock *sock, struct pl_bsd_attrs *attrs)
{
    struct pl_bsd_attrs none = {.count = 0};

    if (!attrs)
        attrs = &none;
    if (sock->proto == PL_PROTO_RAW)
        attrs->items[attrs->count++] =
            (struct pl_attr){.id = PL_ATTR_PROTOCOL, .u.num = sock->local_port};
    return sink->sock(sink, sock, attrs->items, attrs->count);
}
