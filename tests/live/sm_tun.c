/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The remote end of TCP connections over the TUN device smtun0, which can stop at any point: headers
 * of IPv4 (RFC 791), IPv6 (RFC 8200) and TCP (RFC 9293) without options.
 */
#include "sockmaker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define IP4_HEADER  20
#define IP6_HEADER  40
#define TCP_HEADER  20
#define PEER_WINDOW 65535
#define PACKET_MAX  4096

static const struct {
    int domain;
    const char *local;
    const char *peer;
    const char *interface; /* scope, for link-local addresses */
} kinds[SM_FLOW_KIND_MAX] = {
    [SM_FLOW_V4] = {AF_INET, SM_TUN_LOCAL4, SM_TUN_PEER4, NULL},
    [SM_FLOW_V6] = {AF_INET6, SM_TUN_LOCAL6, SM_TUN_PEER6, NULL},
    [SM_FLOW_MAPPED] = {AF_INET6, "::ffff:" SM_TUN_LOCAL4, "::ffff:" SM_TUN_PEER4, NULL},
    [SM_FLOW_LINK] = {AF_INET6, SM_LINK_LOCAL6, SM_LINK_PEER6, SM_TUN0},
};

/* The addresses in network order: 4 or 16 bytes. */
static size_t wire_address(const struct sm_flow *flow, const struct sockaddr_storage *addr,
                           const uint8_t **bytes)
{
    if (addr->ss_family == AF_INET) {
        *bytes = (const void *)&((const struct sockaddr_in *)(const void *)addr)->sin_addr;
        return 4;
    }
    *bytes = ((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr.s6_addr;
    if (flow->kind != SM_FLOW_MAPPED)
        return 16;
    *bytes += 12;
    return 4;
}

static uint16_t wire_port(const struct sockaddr_storage *addr)
{
    const struct sockaddr_in *v4 = (const void *)addr;
    const struct sockaddr_in6 *v6 = (const void *)addr;

    return addr->ss_family == AF_INET ? v4->sin_port : v6->sin6_port;
}

/* Sum of 16-bit words in network order, for the Internet checksum (RFC 1071). */
static uint32_t add_words(uint32_t sum, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i + 1 < size; i += 2)
        sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
    if (size % 2)
        sum += (uint32_t)bytes[size - 1] << 8;
    return sum;
}

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint16_t fold(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* Writes the IP header; returns its size. */
static size_t put_ip(uint8_t *packet, const uint8_t *from, const uint8_t *to, size_t width,
                     size_t tcp_size)
{
    if (width == 4) {
        memset(packet, 0, IP4_HEADER);
        packet[0] = 0x45; /* version 4, five words */
        put16(packet + 2, (uint32_t)(IP4_HEADER + tcp_size));
        packet[8] = 64; /* time to live */
        packet[9] = IPPROTO_TCP;
        memcpy(packet + 12, from, 4);
        memcpy(packet + 16, to, 4);
        put16(packet + 10, fold(add_words(0, packet, IP4_HEADER)));
        return IP4_HEADER;
    }
    memset(packet, 0, IP6_HEADER);
    packet[0] = 0x60; /* version 6 */
    put16(packet + 4, (uint32_t)tcp_size);
    packet[6] = IPPROTO_TCP;
    packet[7] = 64; /* hop limit */
    memcpy(packet + 8, from, 16);
    memcpy(packet + 24, to, 16);
    return IP6_HEADER;
}

static void write_segment(const struct sm_flow *flow, uint32_t seq, unsigned flags,
                          const void *data, size_t size)
{
    uint8_t packet[PACKET_MAX];
    const uint8_t *local, *peer;
    size_t width = wire_address(flow, &flow->local, &local);
    size_t tcp_size = TCP_HEADER + size;
    uint32_t sum;
    uint8_t *tcp;

    wire_address(flow, &flow->peer, &peer);
    if (tcp_size > PACKET_MAX - IP6_HEADER) {
        errno = EMSGSIZE;
        sm_die("segment of %zu bytes", size);
    }
    tcp = packet + put_ip(packet, peer, local, width, tcp_size);
    memset(tcp, 0, TCP_HEADER);
    put16(tcp, ntohs(wire_port(&flow->peer)));
    put16(tcp + 2, ntohs(wire_port(&flow->local)));
    put32(tcp + 4, seq);
    put32(tcp + 8, flags & SM_ACK ? flow->ack : 0);
    tcp[12] = TCP_HEADER / 4 << 4;
    tcp[13] = (uint8_t)flags;
    put16(tcp + 14, PEER_WINDOW);
    if (size)
        memcpy(tcp + TCP_HEADER, data, size);
    sum = add_words(add_words(0, local, width), peer, width);
    sum += IPPROTO_TCP + (uint32_t)tcp_size;
    put16(tcp + 16, fold(add_words(sum, tcp, tcp_size)));
    if (write(sm_net_tun(), packet, (size_t)(tcp - packet) + tcp_size) < 0)
        sm_die("write to " SM_TUN0);
}

void sm_flow_send(struct sm_flow *flow, unsigned flags, const void *data, size_t size)
{
    write_segment(flow, flow->seq, flags, data, size);
    flow->seq += (uint32_t)size + (flags & SM_SYN ? 1 : 0) + (flags & SM_FIN ? 1 : 0);
}

void sm_flow_repeat_fin(struct sm_flow *flow)
{
    write_segment(flow, flow->seq - 1, SM_FIN | SM_ACK, NULL, 0);
}

/*
 * Whether packet is a segment of this flow from the kernel, with all of flags. Then *next is the
 * sequence number that follows it.
 */
static bool is_ours(const struct sm_flow *flow, const uint8_t *packet, size_t size, unsigned flags,
                    uint32_t *next)
{
    const uint8_t *local, *peer, *from, *to, *tcp;
    size_t width = wire_address(flow, &flow->local, &local);
    size_t header, offset;

    wire_address(flow, &flow->peer, &peer);
    if (size < IP4_HEADER || packet[0] >> 4 != (width == 4 ? 4 : 6))
        return false;
    header = width == 4 ? (size_t)(packet[0] & 15) * 4 : IP6_HEADER;
    if (size < header + TCP_HEADER || packet[width == 4 ? 9 : 6] != IPPROTO_TCP)
        return false;
    from = packet + (width == 4 ? 12 : 8);
    to = from + width;
    tcp = packet + header;
    if (memcmp(from, local, width) != 0 || memcmp(to, peer, width) != 0)
        return false;
    if ((tcp[0] << 8 | tcp[1]) != ntohs(wire_port(&flow->local)) ||
        (tcp[2] << 8 | tcp[3]) != ntohs(wire_port(&flow->peer)))
        return false;
    offset = (size_t)(tcp[12] >> 4) * 4;
    if ((tcp[13] & flags) != flags || tcp[13] & SM_RST || size < header + offset)
        return false;
    *next = get32(tcp + 4) + (uint32_t)(size - header - offset) + (tcp[13] & SM_SYN ? 1 : 0) +
            (tcp[13] & SM_FIN ? 1 : 0);
    return true;
}

void sm_flow_expect(struct sm_flow *flow, unsigned flags)
{
    uint8_t packet[PACKET_MAX];
    int64_t deadline = sm_now_ms() + SM_DEADLINE_MS;
    ssize_t size;

    for (;;) {
        sm_wait_poll(sm_net_tun(), POLLIN);
        size = read(sm_net_tun(), packet, sizeof(packet));
        if (size < 0 && errno != EAGAIN)
            sm_die("read from " SM_TUN0);
        if (size > 0 && is_ours(flow, packet, (size_t)size, flags, &flow->ack))
            return;
        if (sm_now_ms() > deadline) {
            errno = ETIMEDOUT;
            sm_die("no segment with flags %#x", flags);
        }
    }
}

/* A flow with an unused address and port of the peer. */
static socklen_t begin(struct sm_flow *flow, enum sm_flow_kind kind)
{
    static unsigned port = 20000;
    static uint32_t seq = 0x10000000;

    *flow = (struct sm_flow){.kind = kind, .fd = -1, .seq = seq += 0x10000};
    sm_addr(&flow->local, kinds[kind].domain, kinds[kind].local, kinds[kind].interface, 0);
    return sm_addr(&flow->peer, kinds[kind].domain, kinds[kind].peer, kinds[kind].interface,
                   port++);
}

void sm_flow_connect(struct sm_flow *flow, enum sm_flow_kind kind)
{
    socklen_t length = begin(flow, kind);
    int flags;

    flow->fd = sm_socket(kinds[kind].domain, SOCK_STREAM, 0);
    flags = fcntl(flow->fd, F_GETFL);
    if (flags < 0 || fcntl(flow->fd, F_SETFL, flags | O_NONBLOCK))
        sm_die("O_NONBLOCK");
    if (bind(flow->fd, (struct sockaddr *)&flow->local, length))
        sm_die("bind to %s", kinds[kind].local);
    if (connect(flow->fd, (struct sockaddr *)&flow->peer, length) == 0 || errno != EINPROGRESS)
        sm_die("connect to %s", kinds[kind].peer);
    if (getsockname(flow->fd, (struct sockaddr *)&flow->local, &length))
        sm_die("getsockname");
    sm_flow_expect(flow, SM_SYN);
}

void sm_flow_establish(struct sm_flow *flow, enum sm_flow_kind kind)
{
    sm_flow_connect(flow, kind);
    sm_flow_send(flow, SM_SYN | SM_ACK, NULL, 0);
    sm_flow_expect(flow, SM_ACK);
    sm_wait_state(flow->fd, TCP_ESTABLISHED);
}

void sm_flow_request(struct sm_flow *flow, int listener)
{
    struct sockaddr_storage name;
    socklen_t length = sizeof(name);

    begin(flow, SM_FLOW_V4);
    if (getsockname(listener, (struct sockaddr *)&name, &length) || name.ss_family != AF_INET)
        sm_die("listener for SYN_RECV");
    flow->local = name;
    sm_flow_send(flow, SM_SYN, NULL, 0);
    sm_flow_expect(flow, SM_SYN | SM_ACK);
}

void sm_flow_row(const struct sm_flow *flow, struct sm_row *row, const char *state,
                 const char *note)
{
    if (flow->fd >= 0)
        sm_row_from(row, flow->fd, state, note);
    else
        *row = (struct sm_row){.proto = "tcp",
                               .state = state,
                               .note = note,
                               .recv_q = SM_UNCLAIMED,
                               .send_q = SM_UNCLAIMED,
                               .interface = "-",
                               .owners = "-",
                               .reason = "-"};
    /* While connecting, getpeername() fails. */
    sm_addr_text(&flow->local, row->local, sizeof(row->local), &row->local_port);
    sm_addr_text(&flow->peer, row->peer, sizeof(row->peer), &row->peer_port);
}
