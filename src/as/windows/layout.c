/* SPDX-License-Identifier: BSD-2-Clause */
/* The layout of Windows' netstat -ano. */
#include "as/layout.h"
#include "view/text.h"

static const char *const states[PL_STATE_MAX] = {
    [PL_STATE_ESTABLISHED] = "ESTABLISHED", [PL_STATE_SYN_SENT] = "SYN_SENT",
    [PL_STATE_SYN_RECV] = "SYN_RECEIVED",   [PL_STATE_FIN_WAIT1] = "FIN_WAIT_1",
    [PL_STATE_FIN_WAIT2] = "FIN_WAIT_2",    [PL_STATE_TIME_WAIT] = "TIME_WAIT",
    [PL_STATE_CLOSED] = "CLOSED",           [PL_STATE_CLOSE_WAIT] = "CLOSE_WAIT",
    [PL_STATE_LAST_ACK] = "LAST_ACK",       [PL_STATE_LISTEN] = "LISTENING",
    [PL_STATE_CLOSING] = "CLOSING",         [PL_STATE_BOUND] = "BOUND",
};

/* Pads the cell that was written since from, and adds the blank after it. */
static void end_cell(struct out *out, size_t from, size_t width)
{
    as_pad(out, from, width);
    out_char(out, ' ');
}

/* A wildcard has no name. */
static void put_host(const struct as_view *view, const struct pl_sock *sock, const uint8_t *addr,
                     struct out *out)
{
    bool six = sock->family == PL_FAMILY_INET6;
    char text[AS_NAME_MAX];
    size_t len = 0;

    if (view->names.host && !pl_addr_is_any(sock->family, addr))
        len = view->names.host(view->names.arg, sock->family, addr, text, sizeof(text));
    if (len > 0) {
        text_plain(out, (struct pl_text){text, (uint32_t)len}, "");
        return;
    }
    out_word(out, six ? "[" : "");
    out_bytes(out, text, pl_addr_print(sock->family, addr, text));
    if (sock->have & PL_HAVE_SCOPE && pl_addr_is_link_local(sock->family, addr)) {
        out_char(out, '%');
        out_number(out, sock->ifindex);
    }
    out_word(out, six ? "]" : "");
}

static void put_endpoint(const struct as_view *view, const struct pl_sock *sock, bool peer,
                         struct out *out)
{
    uint32_t port = peer ? sock->peer_port : sock->local_port;
    char text[AS_NAME_MAX];
    size_t from = out->len;
    size_t len;

    if (peer && sock->proto == PL_PROTO_UDP) {
        out_word(out, "*:*");
        end_cell(out, from, 22);
        return;
    }
    put_host(view, sock, peer ? sock->peer_addr : sock->local_addr, out);
    out_char(out, ':');
    len = port != 0 ? as_port(view, port, sock->proto, text) : pl_number_print(0, text);
    text_plain(out, (struct pl_text){text, (uint32_t)len}, "");
    end_cell(out, from, 22);
}

/* 0: no process holds the socket. "-": the process is unknown. */
static void put_process(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(view->snap, sock, &count);

    if (count > 0)
        out_number(out, owners[0].pid);
    else if (sock->owner_unknown == PL_OWNER_NOT_ASKED ||
             sock->owner_unknown == PL_OWNER_NOT_PERMITTED ||
             sock->owner_unknown == PL_OWNER_NOT_FOUND)
        out_char(out, '-');
    else
        out_char(out, '0');
}

static void put_row(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    bool tcp = sock->proto == PL_PROTO_TCP;
    const char *state = tcp && sock->state < PL_STATE_MAX ? states[sock->state] : NULL;
    size_t from;

    out_word(out, tcp ? "  TCP    " : "  UDP    ");
    put_endpoint(view, sock, false, out);
    put_endpoint(view, sock, true, out);
    from = out->len;
    out_word(out, state ? state : "");
    if (view->processes) {
        end_cell(out, from, 15);
        put_process(view, sock, out);
    }
    out_char(out, '\n');
}

void windows_print(const struct as_view *view, struct out *out)
{
    static const uint8_t protos[] = {PL_PROTO_TCP, PL_PROTO_UDP};
    static const uint8_t families[] = {PL_FAMILY_INET, PL_FAMILY_INET6};
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(view->snap, &count);

    out_word(out, "\nActive Connections\n\n"
                  "  Proto  Local Address          Foreign Address        State");
    out_word(out, view->processes ? "           PID\n" : "\n");
    for (size_t at = 0; at < sizeof(protos) * sizeof(families); at++) {
        for (size_t i = 0; i < count; i++) {
            if (socks[i].proto == protos[at / sizeof(families)] &&
                socks[i].family == families[at % sizeof(families)])
                put_row(view, &socks[i], out);
        }
        out_drain(out);
    }
}
