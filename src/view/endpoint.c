/* SPDX-License-Identifier: BSD-2-Clause */
/* Endpoints that are not internet addresses, as text. */
#include "column.h"
#include "model/protocol.h"
#include "text.h"

/* Returns whether a name must be escaped because alone it means something else. */
static bool is_special(struct pl_text name)
{
    return name.data[0] == '@' || (name.len == 1 && (name.data[0] == '*' || name.data[0] == '-'));
}

static const char hex[] = "0123456789abcdef";

/*
 * Appends a UNIX name. '@' stands for the NUL of an abstract name; a leading '@' of a path is
 * escaped.
 */
static void put_path(struct out *out, struct pl_text name)
{
    unsigned char first = (unsigned char)name.data[0];

    if (first == '\0') {
        out_char(out, '@');
    } else if (is_special(name)) {
        out_bytes(out, "\\x", 2);
        out_char(out, hex[first >> 4]);
        out_char(out, hex[first & 15]);
    } else {
        text_plain(out, name, " ");
        return;
    }
    text_plain(out, (struct pl_text){name.data + 1, name.len - 1}, " ");
}

/* As netstat of the BSDs prints an address of the kernel. */
static void put_address(struct out *out, uint64_t address)
{
    int shift = 60;

    while (shift > 0 && address >> shift == 0)
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        out_char(out, hex[address >> shift & 15]);
}

static void put_unix(struct out *out, const struct view *view, const struct cell *cell)
{
    const struct pl_attr path =
        pl_snapshot_attr(view->snap, cell->sock, cell->peer ? PL_ATTR_PEER_PATH : PL_ATTR_PATH);
    struct pl_attr key = {0};
    struct pl_attr pcb = {0};

    if (path.text && path.len > 0) {
        put_path(out, (struct pl_text){path.u.text, path.len});
        return;
    }
    if (cell->peer) {
        key = pl_snapshot_attr(view->snap, cell->sock, PL_ATTR_PEER_KEY);
        pcb = pl_snapshot_attr(view->snap, cell->sock, PL_ATTR_PEER_PCB);
    }
    if (pcb.u.num != 0)
        put_address(out, pcb.u.num);
    else if (key.u.num != 0)
        out_number(out, key.u.num);
    else
        out_char(out, '*');
}

void endpoint_protocol(struct out *out, const struct view *view, const struct pl_sock *sock)
{
    const struct pl_attr number = pl_snapshot_attr(view->snap, sock, PL_ATTR_PROTOCOL);
    const char *name =
        number.id != PL_ATTR_NONE ? pl_protocol_name(sock->proto, number.u.num) : NULL;

    if (name && view->protocol_names)
        out_word(out, name);
    else if (number.id != PL_ATTR_NONE)
        out_number(out, number.u.num);
    else
        out_char(out, '*');
}

static void put_interface(struct out *out, const struct view *view, const struct pl_sock *sock)
{
    struct pl_text name = pl_snapshot_link_of(view->snap, sock);

    if (!(sock->have & PL_HAVE_INTERFACE))
        out_char(out, '*');
    else if (name.data)
        text_plain(out, name, " ");
    else
        out_number(out, sock->ifindex);
}

/* Appends PROTOCOL:PORT; "kernel" for the kernel's port. */
static void put_netlink(struct out *out, const struct view *view, const struct cell *cell)
{
    uint32_t port = cell->peer ? cell->sock->peer_port : cell->sock->local_port;

    endpoint_protocol(out, view, cell->sock);
    out_char(out, ':');
    if (port != 0)
        out_number(out, port);
    else
        out_word(out, "kernel");
}

static void put_number(struct out *out, const struct cell *cell)
{
    const uint8_t *addr = cell->peer ? cell->sock->peer_addr : cell->sock->local_addr;
    uint32_t port = cell->peer ? cell->sock->peer_port : cell->sock->local_port;

    if (pl_addr_is_any(cell->sock->family, addr))
        out_char(out, '*');
    else if (out_room(out, PL_ADDR_TEXT))
        out->len += pl_addr_print(cell->sock->family, addr, out->data + out->len);
    out_char(out, ':');
    if (port == 0)
        out_char(out, '*');
    else
        out_number(out, port);
}

static void put_other(struct out *out, const struct view *view, const struct cell *cell,
                      enum pl_endpoint endpoint)
{
    const struct pl_sock *sock = cell->sock;
    bool unconnected = cell->peer && sock->state != PL_STATE_ESTABLISHED;

    switch (endpoint) {
    case PL_ENDPOINT_PATH:
        put_unix(out, view, cell);
        return;
    case PL_ENDPOINT_DEVICE:
        if (cell->peer) {
            out_bytes(out, "*:*", 3);
            return;
        }
        endpoint_protocol(out, view, sock);
        out_char(out, ':');
        put_interface(out, view, sock);
        return;
    case PL_ENDPOINT_QUEUE:
        if (cell->peer) {
            out_bytes(out, "*:*", 3);
            return;
        }
        put_interface(out, view, sock);
        out_char(out, ':');
        out_number(out, sock->local_port);
        return;
    case PL_ENDPOINT_NETLINK:
        if (unconnected)
            out_bytes(out, "*:*", 3);
        else
            put_netlink(out, view, cell);
        return;
    case PL_ENDPOINT_NUMBER:
        if (cell->peer && !pl_sock_has_peer(sock))
            out_bytes(out, "*:*", 3);
        else
            put_number(out, cell);
        return;
    case PL_ENDPOINT_ADDRESS:
        break;
    }
}

bool endpoint_other(struct out *out, const struct view *view, const struct cell *cell)
{
    enum pl_endpoint endpoint = pl_family_endpoint(cell->sock->family);

    if (endpoint == PL_ENDPOINT_ADDRESS)
        return false;
    put_other(out, view, cell, endpoint);
    return true;
}
