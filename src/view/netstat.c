/* SPDX-License-Identifier: BSD-2-Clause */
/* The layout of net-tools 2.10's netstat: lists of internet sockets. */
#include "as.h"
#include "text.h"

#include <string.h>

#define ADDRESS_WIDTH 23 /* of the column */
#define ADDRESS_MAX   22 /* bytes of address and port together, unless wide */
#define STATE_WIDTH   11
#define PROGRAM_MAX   19 /* bytes of "PID/name" */
#define TEXT_MAX      512

static void put_padded(struct out *out, const char *text, size_t len, size_t width)
{
    out_bytes(out, text, len);
    out_pad(out, len < width ? width - len : 0);
}

/* Right-aligned in six columns. */
static void put_queue(struct out *out, uint32_t bytes)
{
    char digits[20];
    size_t len = pl_number_print(bytes, digits);

    out_pad(out, len < 6 ? 6 - len : 0);
    out_bytes(out, digits, len);
}

static size_t host_text(const struct as_view *view, unsigned int family, const uint8_t *addr,
                        char *buf)
{
    size_t len = 0;

    /* Mapped addresses are written as plain IPv4, and never get a name. */
    if (pl_addr_is_mapped(family, addr))
        return pl_addr_print(PL_FAMILY_INET, addr + 12, buf);
    if (view->names.host && pl_addr_is_any(family, addr)) {
        const char *any = family == PL_FAMILY_INET6 ? "[::]" : "0.0.0.0";

        len = strlen(any);
        memcpy(buf, any, len);
        return len;
    }
    if (view->names.host)
        len = view->names.host(view->names.arg, family, addr, buf, TEXT_MAX);
    return len > 0 ? len : pl_addr_print(family, addr, buf);
}

static size_t port_text(const struct as_view *view, const struct pl_sock *sock, uint32_t port,
                        char *buf)
{
    size_t len = 0;

    if (port == 0) {
        buf[0] = '*';
        return 1;
    }
    if (view->names.service)
        len = view->names.service(view->names.arg, port, sock->proto, buf, TEXT_MAX);
    return len > 0 ? len : pl_number_print(port, buf);
}

/* Without wide, the address gives way: its tail is lost, the port stays. */
static void put_address(const struct as_view *view, const struct pl_sock *sock, bool peer,
                        struct out *out)
{
    char host[TEXT_MAX];
    char port[TEXT_MAX];
    size_t host_len =
        host_text(view, sock->family, peer ? sock->peer_addr : sock->local_addr, host);
    size_t port_len = port_text(view, sock, peer ? sock->peer_port : sock->local_port, port);
    size_t from = out->len;

    if (!view->wide && host_len + port_len > ADDRESS_MAX) {
        if (port_len > ADDRESS_MAX - 4)
            port_len = ADDRESS_MAX - 4;
        host_len = ADDRESS_MAX - port_len;
    }
    text_plain(out, (struct pl_text){host, (uint32_t)host_len}, " ");
    out_char(out, ':');
    text_plain(out, (struct pl_text){port, (uint32_t)port_len}, " ");
    if (out->len - from < ADDRESS_WIDTH)
        out_pad(out, ADDRESS_WIDTH - (out->len - from));
}

/* UDP has one state with a name. */
static const char *state_text(const struct pl_sock *sock)
{
    const char *name = pl_state_name(sock->state);

    if (sock->proto == PL_PROTO_TCP)
        return sock->state == PL_STATE_CLOSED || sock->state == PL_STATE_BOUND ? "CLOSE"
               : name                                                          ? name
                                                                               : "";
    if (sock->state == PL_STATE_ESTABLISHED)
        return "ESTABLISHED";
    return sock->state == PL_STATE_UNCONN ? "" : "UNKNOWN";
}

/* The first process that holds it, by the last part of the path it was started with. */
static void put_program(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(view->snap, sock, &count);
    const struct pl_process *process;
    struct pl_text name = {0};
    char text[PROGRAM_MAX];
    size_t len;
    size_t from = out->len;

    if (count == 0) {
        put_padded(out, "-", 1, PROGRAM_MAX + 1);
        return;
    }
    process = pl_snapshot_process(view->snap, owners[0].pid);
    if (process && process->command.data)
        name = (struct pl_text){process->command.data, process->program_len};
    if (name.len > 0 && name.data[0] == '/') {
        while (memchr(name.data, '/', name.len)) {
            name.data++;
            name.len--;
        }
    }
    len = pl_number_print(owners[0].pid, text);
    text[len++] = '/';
    if (name.len > PROGRAM_MAX - len)
        name.len = (uint32_t)(PROGRAM_MAX - len);
    if (name.len > 0)
        memcpy(text + len, name.data, name.len);
    text_plain(out, (struct pl_text){text, (uint32_t)(len + name.len)}, "");
    if (out->len - from < PROGRAM_MAX + 1)
        out_pad(out, PROGRAM_MAX + 1 - (out->len - from));
}

static void put_user(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    char text[TEXT_MAX];
    /* What the kernel does not tell is printed there as the 0 that /proc has. */
    uint32_t uid = sock->have & PL_HAVE_UID ? sock->uid : 0;
    size_t len = view->names.user ? view->names.user(view->names.arg, uid, text, sizeof(text)) : 0;
    size_t from;

    if (len == 0)
        len = pl_number_print(uid, text);
    out_char(out, ' ');
    from = out->len;
    text_plain(out, (struct pl_text){text, (uint32_t)len}, " ");
    out_pad(out, out->len - from < 10 ? 10 - (out->len - from) : 0);
    out_char(out, ' ');
    len = pl_number_print(sock->have & PL_HAVE_INODE ? sock->key : 0, text);
    put_padded(out, text, len, 10);
}

static void put_row(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    const char *proto = pl_proto_name(sock->proto);
    const char *state = state_text(sock);
    bool six = sock->family == PL_FAMILY_INET6;
    bool listens = sock->state == PL_STATE_LISTEN;
    size_t len = strlen(proto) + six;

    out_word(out, proto);
    if (six)
        out_char(out, '6');
    out_pad(out, len < 5 ? 5 - len : 0);
    out_char(out, ' ');
    put_queue(out, sock->recv_q);
    out_char(out, ' ');
    put_queue(out, listens ? 0 : sock->send_q);
    out_char(out, ' ');
    put_address(view, sock, false, out);
    out_char(out, ' ');
    put_address(view, sock, true, out);
    out_char(out, ' ');
    put_padded(out, state, strlen(state), STATE_WIDTH);
    if (view->extended)
        put_user(view, sock, out);
    if (view->processes) {
        out_char(out, ' ');
        put_program(view, sock, out);
    }
    out_char(out, '\n');
}

bool netstat_wants(const struct as_view *view, const struct pl_sock *sock)
{
    bool server = sock->peer_port == 0;

    if (sock->proto != PL_PROTO_TCP)
        server = pl_addr_is_any(sock->family, sock->peer_addr);
    return view->all || server == view->listening;
}

static void put_header(const struct as_view *view, struct out *out)
{
    out_word(out, "Active Internet connections ");
    out_word(out, view->all         ? "(servers and established)"
                  : view->listening ? "(only servers)"
                                    : "(w/o servers)");
    out_word(out, "\nProto Recv-Q Send-Q Local Address           Foreign Address         "
                  "State      ");
    if (view->extended)
        out_word(out, " User       Inode     ");
    if (view->processes)
        out_word(out, " PID/Program name    ");
    out_char(out, '\n');
}

static void put_proto(const struct as_view *view, unsigned int proto, unsigned int family,
                      struct out *out)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(view->snap, &count);

    for (size_t i = 0; i < count; i++) {
        if (socks[i].proto == proto && socks[i].family == family && netstat_wants(view, &socks[i]))
            put_row(view, &socks[i], out);
        out_drain(out);
    }
}

void netstat_print(const struct as_view *view, struct out *out)
{
    static const uint8_t protos[] = {PL_PROTO_TCP, PL_PROTO_UDP, PL_PROTO_UDPLITE, PL_PROTO_RAW};

    put_header(view, out);
    for (size_t i = 0; i < sizeof(protos); i++) {
        put_proto(view, protos[i], PL_FAMILY_INET, out);
        put_proto(view, protos[i], PL_FAMILY_INET6, out);
    }
}
