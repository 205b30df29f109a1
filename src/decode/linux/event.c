/* SPDX-License-Identifier: BSD-2-Clause */
#include "event.h"
#include "diag.h"
#include "inet.h"
#include "model/array.h"
#include "model/protocol.h"

#include <errno.h>

#define ERROR_MAX 4095 /* MAX_ERRNO, include/linux/err.h */
#define SHUT_BOTH 3    /* SHUTDOWN_MASK, include/net/sock.h */

/* Returns the enum pl_proto of an IPPROTO_ number. */
static enum pl_proto protocol_of(unsigned int number)
{
    static const enum pl_proto protos[] = {PL_PROTO_TCP,     PL_PROTO_UDP,  PL_PROTO_MPTCP,
                                           PL_PROTO_UDPLITE, PL_PROTO_SCTP, PL_PROTO_DCCP};

    for (size_t i = 0; i < COUNT_OF(protos); i++) {
        if (pl_protocols[protos[i]].number == number)
            return protos[i];
    }
    return PL_PROTO_UNKNOWN;
}

static void read_socket(const struct pl_slice *r, enum pl_proto proto, struct pl_report *out)
{
    struct pl_sock *sock = &out->sock;
    size_t len;

    *sock = (struct pl_sock){
        .have = PL_HAVE_PEER | PL_HAVE_INODE | PL_HAVE_COOKIE | PL_HAVE_INTERFACE,
        .family = pl_linux_family(pl_slice_u16(r, PL_EVENT_FAMILY)),
        .cookie = pl_slice_u64(r, PL_EVENT_COOKIE),
        .key = pl_slice_u64(r, PL_EVENT_INODE),
        .ifindex = pl_slice_u32(r, PL_EVENT_IFINDEX),
        .local_port = pl_slice_u16(r, PL_EVENT_LOCAL_PORT),
        .peer_port = pl_slice_be16(r, PL_EVENT_PEER_PORT),
    };
    len = sock->family == PL_FAMILY_INET ? 4 : 16;
    pl_slice_copy(r, PL_EVENT_LOCAL, sock->local_addr, len);
    pl_slice_copy(r, PL_EVENT_PEER, sock->peer_addr, len);
    if (sock->local_port == 0)
        sock->local_port = pl_slice_be16(r, PL_EVENT_SPORT);
    if (sock->local_port != 0)
        sock->have |= PL_HAVE_LOCAL;
    pl_linux_inet_finish(sock, proto, pl_slice_u8(r, PL_EVENT_NEW));
    sock->uid = pl_slice_u32(r, PL_EVENT_SOCK_UID);
    sock->have |= PL_HAVE_UID;
}

static void read_tcp(const struct pl_slice *r, struct pl_report *out)
{
    out->bytes_in = pl_slice_u64(r, PL_EVENT_BYTES_IN);
    out->bytes_out = pl_slice_u64(r, PL_EVENT_BYTES_OUT);
    out->retrans = pl_slice_u32(r, PL_EVENT_RETRANS);
    out->rtt_us = pl_slice_u32(r, PL_EVENT_SRTT) >> 3;
    out->unacked = pl_slice_u32(r, PL_EVENT_UNACKED);
    out->expected = pl_slice_u32(r, PL_EVENT_EXPECTED);
    out->have |= PL_REPORT_HAVE_BYTES | PL_REPORT_HAVE_RETRANS | PL_REPORT_HAVE_NUMBERS;
    if (out->rtt_us != 0)
        out->have |= PL_REPORT_HAVE_RTT;
}

/* As in dumps, only of sockets without a peer. */
static void read_v6only(const struct pl_slice *r, struct pl_sock *sock)
{
    if (sock->family != PL_FAMILY_INET6 || sock->peer_port != 0)
        return;
    sock->have |= PL_HAVE_V6ONLY;
    if (pl_slice_u8(r, PL_EVENT_V6ONLY) != 0)
        sock->flags |= PL_FLAG_V6ONLY;
}

/* Process 0 is the idle task of a processor that a packet interrupted. */
static void read_process(const struct pl_slice *r, struct pl_report *out)
{
    out->pid = pl_slice_u32(r, PL_EVENT_PID);
    if (out->pid == 0)
        return;
    out->have |= PL_REPORT_HAVE_PROCESS;
    out->process_uid = pl_slice_u32(r, PL_EVENT_UID);
    pl_slice_copy(r, PL_EVENT_NAME, out->process, sizeof(out->process) - 1);
}

int pl_linux_event(const struct pl_slice *record, uint64_t epoch, struct pl_report *out)
{
    /* A constant length lets the compiler remove the checks. */
    const struct pl_slice r = {record->data, PL_EVENT_SIZE, record->big_endian};
    enum pl_proto proto;
    unsigned int kind;
    uint32_t error;

    if (record->len < PL_EVENT_SIZE)
        return -EBADMSG;
    proto = protocol_of(pl_slice_u16(&r, PL_EVENT_PROTOCOL));
    kind = pl_slice_u8(&r, PL_EVENT_KIND);
    if (proto == PL_PROTO_UNKNOWN || kind > PL_REPORT_ENDED)
        return -EBADMSG;
    *out = (struct pl_report){
        .at.time = pl_slice_u64(&r, PL_EVENT_TIME) + epoch,
        .at.steady = pl_slice_u64(&r, PL_EVENT_TIME),
        .kind = (uint8_t)kind,
        .have = PL_REPORT_HAVE_NETNS,
        .netns = pl_slice_u32(&r, PL_EVENT_NETNS),
        .old_state = PL_STATE_NONE,
    };
    read_socket(&r, proto, out);
    if (kind == PL_REPORT_STATE) { /* CLOSED means neither bound nor unconnected */
        out->old_state = pl_linux_state(pl_slice_u8(&r, PL_EVENT_OLD));
        out->sock.state = pl_linux_state(pl_slice_u8(&r, PL_EVENT_NEW));
    } else if (kind == PL_REPORT_ENDED) {
        out->old_state = out->sock.state;
        out->sock.state = PL_STATE_CLOSED;
    }
    read_v6only(&r, &out->sock);
    if (pl_slice_u8(&r, PL_EVENT_SHUTDOWN) == SHUT_BOTH)
        out->have |= PL_REPORT_RELEASED;
    if (out->sock.family != PL_FAMILY_INET && out->sock.family != PL_FAMILY_INET6)
        return -EBADMSG;
    error = pl_slice_u16(&r, PL_EVENT_ERROR);
    if (kind == PL_REPORT_STATE && error <= ERROR_MAX) {
        out->error = (int)error;
        out->have |= PL_REPORT_HAVE_ERROR;
    }
    if (pl_slice_u8(&r, PL_EVENT_TCP) != 0)
        read_tcp(&r, out);
    read_process(&r, out);
    return 0;
}

/* ---- dropped segments ---- */

#define FLAG_SYN 0x02
#define FLAG_ACK 0x10

int pl_linux_drop(const struct pl_slice *record, uint64_t epoch, struct pl_report *out,
                  uint32_t *reason)
{
    const struct pl_slice *r = record;
    unsigned int version = pl_slice_u8(r, PL_DROP_VERSION);
    unsigned int flags = pl_slice_u8(r, PL_DROP_FLAGS);
    bool answer = (flags & FLAG_ACK) != 0;
    uint32_t number[2];
    uint8_t raw[8];

    if (r->len != PL_DROP_SIZE || (version != 4 && version != 6) || !(flags & FLAG_SYN))
        return -EBADMSG;
    pl_slice_copy(r, PL_DROP_SEQ, raw, sizeof(raw));
    for (size_t i = 0; i < 2; i++)
        number[i] = (uint32_t)raw[i * 4] << 24 | (uint32_t)raw[i * 4 + 1] << 16 |
                    (uint32_t)raw[i * 4 + 2] << 8 | raw[i * 4 + 3];
    *out = (struct pl_report){
        .at.time = pl_slice_u64(r, PL_DROP_TIME) + epoch,
        .at.steady = pl_slice_u64(r, PL_DROP_TIME),
        .kind = PL_REPORT_DROPPED,
        .netns = pl_slice_u32(r, PL_DROP_NETNS),
        .unacked = answer ? number[1] - 1 : number[0],
        .old_state = answer ? PL_STATE_SYN_RECV : PL_STATE_SYN_SENT,
        .sock = {.proto = PL_PROTO_TCP,
                 .type = PL_TYPE_STREAM,
                 .have = PL_HAVE_LOCAL | PL_HAVE_PEER,
                 .family = version == 4 ? PL_FAMILY_INET : PL_FAMILY_INET6,
                 .local_port = pl_slice_be16(r, PL_DROP_PORTS + (answer ? 2 : 0)),
                 .peer_port = pl_slice_be16(r, PL_DROP_PORTS + (answer ? 0 : 2))},
    };
    if (out->netns != 0)
        out->have |= PL_REPORT_HAVE_NETNS;
    pl_slice_copy(r, PL_DROP_SOURCE, answer ? out->sock.peer_addr : out->sock.local_addr,
                  version == 4 ? 4 : 16);
    pl_slice_copy(r, PL_DROP_TARGET, answer ? out->sock.local_addr : out->sock.peer_addr,
                  version == 4 ? 4 : 16);
    *reason = pl_slice_u32(r, PL_DROP_REASON);
    return 0;
}

/* ---- destroyed sockets ---- */

enum { SOCK_DIAG_BY_FAMILY = 20, DIAG_SIZE = 72, DIAG_PROTOCOL = 10 };

struct destroyed {
    struct pl_sink sink;
    struct pl_report report;
};

/* The kernel fills in neither the state nor the inode and the queues: the socket is closed. */
static int take_sock(struct pl_sink *sink, const struct pl_sock *sock, const struct pl_attr *attrs,
                     size_t count)
{
    struct pl_report *out = &((struct destroyed *)(void *)sink)->report;

    out->sock = *sock;
    out->sock.key = 0;
    out->sock.state = PL_STATE_CLOSED;
    out->sock.have |= PL_HAVE_STATE;
    out->sock.have &= (uint16_t) ~(PL_HAVE_INODE | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q);
    out->sock.recv_q = out->sock.send_q = 0;
    for (size_t i = 0; i < count; i++) {
        switch (attrs[i].id) {
        case PL_ATTR_BYTES_RECEIVED:
            out->bytes_in = attrs[i].u.num;
            out->have |= PL_REPORT_HAVE_BYTES;
            break;
        case PL_ATTR_BYTES_ACKED:
            out->bytes_out = attrs[i].u.num;
            break;
        case PL_ATTR_TOTAL_RETRANS:
            out->retrans = (uint32_t)attrs[i].u.num;
            out->have |= PL_REPORT_HAVE_RETRANS;
            break;
        case PL_ATTR_RTT:
            out->rtt_us = (uint32_t)attrs[i].u.num;
            if (out->rtt_us != 0)
                out->have |= PL_REPORT_HAVE_RTT;
            break;
        default:
            break;
        }
    }
    return 0;
}

/* The messages are of several protocols; dumps are of one, which their request selects. */
static enum pl_proto find_protocol(const struct pl_nlmsg *msg)
{
    struct pl_slice rest = pl_slice_part(&msg->payload, DIAG_SIZE, msg->payload.len);
    struct pl_nlattr attr;

    while (pl_nlattr_next(&rest, &attr)) {
        if (attr.type == DIAG_PROTOCOL && attr.value.len > 0)
            return protocol_of(pl_slice_u8(&attr.value, 0));
    }
    return PL_PROTO_UNKNOWN;
}

/* Returns whether the message is a report. */
static bool read_destroyed(const struct pl_nlmsg *msg, struct pl_report *out)
{
    struct destroyed destroyed = {.sink = {.sock = take_sock, .need = PL_NEED_INTERNALS}};
    enum pl_proto proto = find_protocol(msg);
    const struct pl_feed feed = {.slot = (uint8_t)((int)PL_SLOT_SOCKS + (int)proto)};
    const struct pl_input in = {
        .feed = &feed,
        .bytes = {msg->payload.data - PL_NLMSG_HEAD, PL_NLMSG_HEAD + msg->payload.len,
                  msg->payload.big_endian},
        .abi = {.system = PL_SYSTEM_LINUX, .big_endian = msg->payload.big_endian},
    };

    if (msg->type != SOCK_DIAG_BY_FAMILY || msg->payload.len < DIAG_SIZE ||
        proto == PL_PROTO_UNKNOWN || pl_decode_linux_inet_diag(&in, &destroyed.sink) != 0)
        return false;
    *out = destroyed.report;
    return out->sock.family == PL_FAMILY_INET || out->sock.family == PL_FAMILY_INET6;
}

int pl_linux_destroyed(const struct pl_slice *datagram, const struct pl_moment *now, uint32_t netns,
                       pl_report_fn *take, void *arg)
{
    struct pl_slice rest = *datagram;
    struct pl_nlmsg msg;
    struct pl_report report;

    while (pl_nlmsg_next(&rest, &msg)) {
        int err;

        if (!read_destroyed(&msg, &report))
            continue;
        report.kind = PL_REPORT_ENDED;
        report.at = *now;
        report.old_state = PL_STATE_NONE;
        if (netns != 0) {
            report.netns = netns;
            report.have |= PL_REPORT_HAVE_NETNS;
        }
        err = take(arg, &report);
        if (err != 0)
            return err;
    }
    return rest.len > 0 ? -EBADMSG : 0;
}
