/* SPDX-License-Identifier: BSD-2-Clause */
/* The layout of net-tools 2.10's netstat: internet sockets. unix.c has the other list. */
#include "layout.h"
#include "as/layout.h"
#include "model/array.h"
#include "view/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ADDRESS_WIDTH 23 /* of the column */
#define ADDRESS_MAX   22 /* bytes of address and port together, unless wide */
#define STATE_WIDTH   11
#define SCTP_MARGIN   14 /* of an endpoint: printed in place of queues */
#define SCTP_WIDTH    47

/* Right-aligned in six columns. */
static void put_queue(struct out *out, bool known, uint32_t bytes)
{
    char digits[20] = "-";
    size_t len = known ? pl_number_print(bytes, digits) : 1;

    out_pad(out, len < 6 ? 6 - len : 0);
    out_bytes(out, digits, len);
}

static size_t host_text(const struct as_view *view, unsigned int family, const uint8_t *addr,
                        char *buf)
{
    size_t len = 0;

    /* A mapped address is printed as IPv4, without a name. */
    if (pl_addr_is_mapped(family, addr))
        return pl_addr_print(PL_FAMILY_INET, addr + 12, buf);
    if (view->names.host && pl_addr_is_any(family, addr))
        return strlcpy(buf, family == PL_FAMILY_INET6 ? "[::]" : "0.0.0.0", AS_NAME_MAX);
    if (view->names.host)
        len = view->names.host(view->names.arg, family, addr, buf, AS_NAME_MAX);
    return len > 0 ? len : pl_addr_print(family, addr, buf);
}

/* The port of a raw socket is its protocol. */
static uint32_t port_of(const struct as_view *view, const struct pl_sock *sock)
{
    struct pl_attr protocol = {0};

    if (sock->proto == PL_PROTO_RAW)
        protocol = pl_snapshot_attr(view->snap, sock, PL_ATTR_PROTOCOL);
    return protocol.id != PL_ATTR_NONE ? (uint32_t)protocol.u.num : sock->local_port;
}

/* Unless wide, truncates the address so that the port fits. SCTP is always wide. */
static void put_address(const struct as_view *view, const struct pl_sock *sock, bool peer,
                        struct out *out)
{
    bool wide = view->wide || sock->proto == PL_PROTO_SCTP;
    uint32_t number = peer ? sock->peer_port : port_of(view, sock);
    char host[AS_NAME_MAX];
    char port[AS_NAME_MAX] = "*";
    size_t host_len =
        host_text(view, sock->family, peer ? sock->peer_addr : sock->local_addr, host);
    size_t port_len = number != 0 ? as_port(view, number, sock->proto, port) : 1;
    size_t from = out->len;

    if (!wide && host_len + port_len > ADDRESS_MAX) {
        if (port_len > ADDRESS_MAX - 4)
            port_len = ADDRESS_MAX - 4;
        host_len = ADDRESS_MAX - port_len;
    }
    text_plain(out, (struct pl_text){host, (uint32_t)host_len}, " ");
    out_char(out, ':');
    text_plain(out, (struct pl_text){port, (uint32_t)port_len}, " ");
    as_pad(out, from, ADDRESS_WIDTH);
}

/* The state of a raw socket is printed as the kernel's number of the TCP state. */
static size_t state_text(const struct pl_sock *sock, char *buf)
{
    const char *name = pl_state_name(sock->state);
    bool numbered = (sock->state & PL_STATE_OTHER) != 0;

    if (sock->proto == PL_PROTO_RAW) {
        uint32_t number = sock->state == PL_STATE_ESTABLISHED ? 1 : 7;

        return pl_number_print(numbered ? sock->state & ~PL_STATE_OTHER : number, buf);
    }
    if (sock->proto == PL_PROTO_TCP || sock->proto == PL_PROTO_SCTP) {
        if (sock->state == PL_STATE_CLOSED || sock->state == PL_STATE_BOUND ||
            sock->state == PL_STATE_UNCONN)
            name = "CLOSE";
    } else if (sock->state != PL_STATE_ESTABLISHED) {
        name = sock->state == PL_STATE_UNCONN ? "" : "UNKNOWN";
    }
    return name ? strlcpy(buf, name, AS_NAME_MAX) : 0;
}

static void put_user(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    /* For an unknown user or inode, /proc has 0. */
    bool zero = pl_snapshot_system(view->snap) == PL_SYSTEM_LINUX;
    bool has_uid = (sock->have & PL_HAVE_UID) != 0;
    bool has_inode = (sock->have & PL_HAVE_INODE) != 0;
    uint32_t uid = has_uid ? sock->uid : 0;
    char text[AS_NAME_MAX] = "-";
    size_t len = 0;
    size_t from;

    if (view->names.user && (has_uid || zero))
        len = view->names.user(view->names.arg, uid, text, sizeof(text));
    if (len == 0)
        len = has_uid || zero ? pl_number_print(uid, text) : 1;
    out_char(out, ' ');
    from = out->len;
    text_plain(out, (struct pl_text){text, (uint32_t)len}, " ");
    as_pad(out, from, 10);
    out_char(out, ' ');
    text[0] = '-';
    len = has_inode || zero ? pl_number_print(has_inode ? sock->key : 0, text) : 1;
    netstat_padded(out, text, len, 10);
}

/* Returns the detail, or else the number given. */
static uint64_t number_of(const struct as_view *view, const struct pl_sock *sock,
                          enum pl_attr_id id, uint64_t otherwise)
{
    const struct pl_attr attr = pl_snapshot_attr(view->snap, sock, id);

    return attr.id != PL_ATTR_NONE ? attr.u.num : otherwise;
}

/* "keepalive (7190.12/0/0)": seconds left, retransmissions, unanswered probes. */
static void put_timer(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    static const char *const names[] = {
        [PL_TIMER_NONE] = "off",
        [PL_TIMER_RETRANSMIT] = "on",
        [PL_TIMER_KEEPALIVE] = "keepalive",
        [PL_TIMER_TIME_WAIT] = "timewait",
        [PL_TIMER_PROBE] = "probe",
    };
    uint64_t timer = number_of(view, sock, PL_ATTR_TIMER, PL_TIMER_NONE);
    uint64_t left = number_of(view, sock, PL_ATTR_TIMER_LEFT, 0);
    uint64_t retries = number_of(view, sock, PL_ATTR_RETRIES, 0);
    bool probing = timer == PL_TIMER_KEEPALIVE || timer == PL_TIMER_PROBE;
    char text[128];

    out_char(out, ' ');
    if (sock->proto == PL_PROTO_SCTP)
        return;
    if (pl_snapshot_system(view->snap) != PL_SYSTEM_LINUX) {
        out_char(out, '-');
        return;
    }
    out_word(out, timer < COUNT_OF(names) ? names[timer] : "unkn-");
    if (timer >= COUNT_OF(names))
        out_number(out, timer);
    (void)snprintf(text, sizeof(text), " (%" PRIu64 ".%02" PRIu64 "/%" PRIu64 "/%" PRIu64 ")",
                   left / 1000, left / 10 % 100,
                   number_of(view, sock, PL_ATTR_RETRANSMITS, probing ? 0 : retries),
                   number_of(view, sock, PL_ATTR_PROBES, probing ? retries : 0));
    out_word(out, text);
}

static void put_end(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    char state[AS_NAME_MAX];

    out_char(out, ' ');
    netstat_padded(out, state, state_text(sock, state), STATE_WIDTH);
    if (view->extended)
        put_user(view, sock, out);
    if (view->processes) {
        out_char(out, ' ');
        netstat_program(view, sock, out);
    }
    if (view->timers)
        put_timer(view, sock, out);
    out_char(out, '\n');
}

static void put_ends(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    /* The backlog of a listener is 0 in /proc. */
    bool listens = sock->state == PL_STATE_LISTEN && sock->proto != PL_PROTO_SCTP;

    put_queue(out, sock->have & PL_HAVE_RECV_Q, sock->recv_q);
    out_char(out, ' ');
    put_queue(out, listens || sock->have & PL_HAVE_SEND_Q, listens ? 0 : sock->send_q);
    out_char(out, ' ');
    put_address(view, sock, false, out);
    out_char(out, ' ');
    put_address(view, sock, true, out);
}

static void put_row(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    bool sctp = sock->proto == PL_PROTO_SCTP;
    size_t from = out->len;

    out_word(out, sock->proto == PL_PROTO_UDPLITE ? "udpl" : pl_proto_name(sock->proto));
    if (sock->family == PL_FAMILY_INET6 && !sctp)
        out_char(out, '6');
    as_pad(out, from, 5);
    out_char(out, ' ');
    if (sctp && !pl_sock_has_peer(sock)) {
        /* An endpoint has no queues: an address is printed in their place. */
        out_pad(out, SCTP_MARGIN);
        from = out->len;
        put_address(view, sock, false, out);
        as_pad(out, from, SCTP_WIDTH);
    } else {
        put_ends(view, sock, out);
    }
    put_end(view, sock, out);
}

bool netstat_wants(const struct as_view *view, const struct pl_sock *sock)
{
    bool server = sock->peer_port == 0;

    if (sock->proto == PL_PROTO_UNIX)
        server = sock->state == PL_STATE_LISTEN && sock->key != 0;
    else if (sock->proto == PL_PROTO_SCTP)
        server = !pl_sock_has_peer(sock);
    else if (sock->proto != PL_PROTO_TCP)
        server = pl_addr_is_any(sock->family, sock->peer_addr);
    return view->all || server == view->listening;
}

void netstat_which(const struct as_view *view, struct out *out)
{
    out_word(out, view->all         ? "(servers and established)"
                  : view->listening ? "(only servers)"
                                    : "(w/o servers)");
}

static void put_header(const struct as_view *view, struct out *out)
{
    out_word(out, "Active Internet connections ");
    netstat_which(view, out);
    out_word(out, "\nProto Recv-Q Send-Q Local Address           Foreign Address         "
                  "State      ");
    if (view->extended)
        out_word(out, " User       Inode     ");
    if (view->processes)
        out_word(out, " PID/Program name    ");
    if (view->timers)
        out_word(out, " Timer");
    out_char(out, '\n');
}

static void put_proto(const struct as_view *view, unsigned int proto, unsigned int family,
                      struct out *out)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(view->snap, &count);

    for (size_t i = 0; i < count; i++) {
        const struct pl_sock *sock = &socks[i];

        if (sock->proto == proto && sock->family == family && netstat_wants(view, sock))
            put_row(view, sock, out);
        out_drain(out);
    }
}

void netstat_print(const struct as_view *view, struct out *out)
{
    static const uint8_t protos[] = {PL_PROTO_TCP, PL_PROTO_SCTP, PL_PROTO_UDP, PL_PROTO_UDPLITE,
                                     PL_PROTO_RAW};

    if (view->protos & ~PL_BIT(PL_PROTO_UNIX))
        put_header(view, out);
    for (size_t i = 0; i < sizeof(protos); i++) {
        if (view->ends_at == protos[i])
            return;
        put_proto(view, protos[i], PL_FAMILY_INET, out);
        put_proto(view, protos[i], PL_FAMILY_INET6, out);
    }
    if (view->protos & PL_BIT(PL_PROTO_UNIX))
        netstat_unix_print(view, out);
}
