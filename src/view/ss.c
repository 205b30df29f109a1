/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The layout of iproute2 6.1's ss, cells one blank apart: it pads by the widths of a whole run, and
 * what reads it splits at blanks.
 */
#include "as.h"
#include "text.h"

#include <string.h>

#define TEXT_MAX 512

static const char *const states[PL_STATE_MAX] = {
    [PL_STATE_ESTABLISHED] = "ESTAB",    [PL_STATE_SYN_SENT] = "SYN-SENT",
    [PL_STATE_SYN_RECV] = "SYN-RECV",    [PL_STATE_FIN_WAIT1] = "FIN-WAIT-1",
    [PL_STATE_FIN_WAIT2] = "FIN-WAIT-2", [PL_STATE_TIME_WAIT] = "TIME-WAIT",
    [PL_STATE_CLOSED] = "UNCONN",        [PL_STATE_CLOSE_WAIT] = "CLOSE-WAIT",
    [PL_STATE_LAST_ACK] = "LAST-ACK",    [PL_STATE_LISTEN] = "LISTEN",
    [PL_STATE_CLOSING] = "CLOSING",      [PL_STATE_BOUND] = "UNCONN",
    [PL_STATE_UNCONN] = "UNCONN",
};

static bool is_single(uint32_t bits)
{
    return (bits & (bits - 1)) == 0;
}

/* It knows one state where we tell apart closed, bound and unconnected. */
static bool has_one_state(const struct as_view *view)
{
    const uint32_t closed = PL_BIT(PL_STATE_CLOSED) | PL_BIT(PL_STATE_UNCONN);

    return is_single(view->states) || view->states == closed;
}

static void put_host(const struct as_view *view, const struct pl_sock *sock, const uint8_t *addr,
                     struct out *out)
{
    bool six = sock->family == PL_FAMILY_INET6;
    char text[TEXT_MAX];
    size_t len = 0;

    if (six && pl_addr_is_any(PL_FAMILY_INET6, addr) && !(sock->flags & PL_FLAG_V6ONLY)) {
        out_char(out, '*');
        return;
    }
    if (view->names.host && !pl_addr_is_any(sock->family, addr))
        len = view->names.host(view->names.arg, sock->family, addr, text, sizeof(text));
    if (len > 0) {
        text_plain(out, (struct pl_text){text, (uint32_t)len}, " ");
        return;
    }
    len = pl_addr_print(sock->family, addr, text);
    if (six)
        out_char(out, '[');
    out_bytes(out, text, len);
    if (six)
        out_char(out, ']');
}

static void put_endpoint(const struct as_view *view, const struct pl_sock *sock, bool peer,
                         struct out *out)
{
    uint32_t port = peer ? sock->peer_port : sock->local_port;
    char text[TEXT_MAX];
    size_t len = 0;

    out_char(out, ' ');
    put_host(view, sock, peer ? sock->peer_addr : sock->local_addr, out);
    if (!peer && (sock->have & (PL_HAVE_INTERFACE | PL_HAVE_SCOPE))) {
        struct pl_text link = pl_snapshot_link(view->snap, sock->ifindex);

        out_char(out, '%');
        if (link.data)
            text_plain(out, link, " \"");
        else
            out_number(out, sock->ifindex);
    }
    out_char(out, ':');
    if (port == 0) {
        out_char(out, '*');
        return;
    }
    if (view->names.service)
        len = view->names.service(view->names.arg, port, sock->proto, text, sizeof(text));
    if (len == 0)
        len = pl_number_print(port, text);
    text_plain(out, (struct pl_text){text, (uint32_t)len}, " ");
}

/* It lists the owner that it found last first. */
static void put_users(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(view->snap, sock, &count);

    if (count == 0)
        return;
    out_word(out, " users:(");
    for (size_t i = count; i > 0; i--) {
        const struct pl_process *process = pl_snapshot_process(view->snap, owners[i - 1].pid);

        out_word(out, i < count ? ",(\"" : "(\"");
        /* A quote would end the name and let the rest of it pass for another owner. */
        if (process && process->name.data)
            text_plain(out, process->name, "\"");
        out_word(out, "\",pid=");
        out_number(out, owners[i - 1].pid);
        out_word(out, ",fd=");
        out_number(out, owners[i - 1].fd);
        out_char(out, ')');
    }
    out_char(out, ')');
}

static void put_row(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    if (!is_single(view->protos)) {
        out_word(out, pl_proto_name(sock->proto));
        out_char(out, ' ');
    }
    if (!has_one_state(view)) {
        const char *state = sock->state < PL_STATE_MAX ? states[sock->state] : NULL;

        out_word(out, state ? state : "UNKNOWN");
        out_char(out, ' ');
    }
    out_number(out, sock->recv_q);
    out_char(out, ' ');
    out_number(out, sock->send_q);
    put_endpoint(view, sock, false, out);
    put_endpoint(view, sock, true, out);
    if (view->processes)
        put_users(view, sock, out);
    out_char(out, '\n');
}

void ss_print(const struct as_view *view, struct out *out)
{
    static const uint8_t protos[] = {PL_PROTO_RAW, PL_PROTO_UDP, PL_PROTO_TCP};
    static const uint8_t families[] = {PL_FAMILY_INET, PL_FAMILY_INET6};
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(view->snap, &count);

    if (view->header) {
        out_word(out, is_single(view->protos) ? "" : "Netid ");
        out_word(out, has_one_state(view) ? "" : "State ");
        out_word(out, "Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n");
    }
    for (size_t at = 0; at < sizeof(protos) * sizeof(families); at++) {
        uint8_t proto = protos[at / sizeof(families)];
        uint8_t family = families[at % sizeof(families)];

        for (size_t i = 0; i < count; i++) {
            if (socks[i].proto == proto && socks[i].family == family)
                put_row(view, &socks[i], out);
        }
        out_drain(out);
    }
}
