/* SPDX-License-Identifier: BSD-2-Clause */
/* The layout of Windows' netstat -ano, where -o is the number of the process. */
#include "as.h"

#include <string.h>

static const char *const states[PL_STATE_MAX] = {
    [PL_STATE_ESTABLISHED] = "ESTABLISHED", [PL_STATE_SYN_SENT] = "SYN_SENT",
    [PL_STATE_SYN_RECV] = "SYN_RECEIVED",   [PL_STATE_FIN_WAIT1] = "FIN_WAIT_1",
    [PL_STATE_FIN_WAIT2] = "FIN_WAIT_2",    [PL_STATE_TIME_WAIT] = "TIME_WAIT",
    [PL_STATE_CLOSED] = "CLOSED",           [PL_STATE_CLOSE_WAIT] = "CLOSE_WAIT",
    [PL_STATE_LAST_ACK] = "LAST_ACK",       [PL_STATE_LISTEN] = "LISTENING",
    [PL_STATE_CLOSING] = "CLOSING",         [PL_STATE_BOUND] = "BOUND",
};

static void put_padded(struct out *out, size_t from, size_t width)
{
    size_t len = out->len - from;

    out_pad(out, len < width ? width - len : 0);
    out_char(out, ' ');
}

static void put_endpoint(const struct pl_sock *sock, bool peer, struct out *out)
{
    const uint8_t *addr = peer ? sock->peer_addr : sock->local_addr;
    uint32_t port = peer ? sock->peer_port : sock->local_port;
    bool six = sock->family == PL_FAMILY_INET6;
    char text[PL_ADDR_TEXT];
    size_t len = pl_addr_print(sock->family, addr, text);
    size_t from = out->len;

    if (peer && sock->proto == PL_PROTO_UDP) {
        out_bytes(out, "*:*", 3); /* it shows no peer of UDP */
    } else {
        if (six)
            out_char(out, '[');
        out_bytes(out, text, len);
        if (six)
            out_char(out, ']');
        out_char(out, ':');
        out_number(out, port);
    }
    put_padded(out, from, 22);
}

static void put_row(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    bool tcp = sock->proto == PL_PROTO_TCP;
    const char *state = tcp && sock->state < PL_STATE_MAX ? states[sock->state] : NULL;
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(view->snap, sock, &count);
    size_t from;

    out_word(out, tcp ? "  TCP    " : "  UDP    ");
    put_endpoint(sock, false, out);
    put_endpoint(sock, true, out);
    from = out->len;
    out_word(out, state ? state : "");
    if (view->processes) {
        put_padded(out, from, 15);
        out_number(out, count > 0 ? owners[0].pid : 0); /* it has 0 for TIME_WAIT, too */
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
