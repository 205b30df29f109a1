/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints cells as text. */
#include "model/date.h"
#include "text.h"
#include "view/format/plain.h"

#include <string.h>

/* Replaces CELL_OWNER_ALSO in the last column, where cells may contain blanks. */
#define OWNER_ALSO_LAST ","

static void put_address(struct out *out, const struct cell *cell)
{
    if (out_room(out, PL_ADDR_TEXT))
        out->len += pl_addr_print(cell_family(cell), cell_address(cell), out->data + out->len);
}

static bool has_zone(const struct cell *cell)
{
    const struct pl_sock *sock = cell->sock;

    if (!(sock->have & (PL_HAVE_SCOPE | PL_HAVE_INTERFACE)))
        return false;
    if (sock->have & PL_HAVE_SCOPE && pl_addr_is_link_local(sock->family, cell_address(cell)))
        return true;
    return !cell->peer && (sock->have & PL_HAVE_INTERFACE) != 0;
}

/* Appends "%eth0": the bound interface, or the zone of a link-local peer. */
static void put_zone(struct out *out, const struct view *view, const struct cell *cell)
{
    const struct pl_sock *sock = cell->sock;
    struct pl_text name;

    if (!has_zone(cell))
        return;
    out_char(out, '%');
    name = pl_snapshot_link_of(view->snap, sock);
    if (name.data)
        text_plain(out, name, " []");
    else
        out_number(out, sock->ifindex);
}

/* Appends the name of the port if names are allowed and it has one, else the number. */
static void put_port(struct out *out, const struct view *view, const struct cell *cell)
{
    struct pl_text name = {0};

    if (cell_port(cell) == 0) {
        out_char(out, '*');
        return;
    }
    if (cell->sock->proto == PL_PROTO_RAW && !cell->peer) {
        endpoint_protocol(out, view, cell->sock);
        return;
    }
    if (view->port_names && !view->data)
        name = pl_snapshot_service(view->snap, cell_port(cell), (enum pl_proto)cell->sock->proto);
    if (name.data)
        text_plain(out, name, " :");
    else
        out_number(out, cell_port(cell));
}

/* Returns whether the endpoint is only an address and a port number. */
static bool is_plain(const struct view *view, const struct cell *cell)
{
    bool names = view->port_names && !view->data && cell_port(cell) != 0;
    const struct pl_sock *sock = cell->sock;
    bool inet = (sock->family == PL_FAMILY_INET || sock->family == PL_FAMILY_INET6) &&
                sock->proto != PL_PROTO_RAW;

    return inet && !names && !view->host_names && !has_zone(cell);
}

/* Appends the host name of the address; returns false if it has none. */
static bool put_host(struct out *out, const struct view *view, const struct cell *cell)
{
    const char *name = NULL;

    if (view->host && view->host_names && !view->data)
        name = view->host(view->host_arg, cell->sock->family, cell_address(cell));
    if (name)
        text_plain(out, (struct pl_text){name, (uint32_t)strlen(name)}, " ");
    return name != NULL;
}

static void put_endpoint(struct out *out, const struct view *view, const struct cell *cell)
{
    bool v6 = cell->sock->family == PL_FAMILY_INET6;

    if (endpoint_other(out, view, cell))
        return;
    if (is_plain(view, cell) || (cell->peer && !pl_sock_has_peer(cell->sock))) {
        if (out_room(out, PLAIN_ROOM))
            out->len =
                (size_t)(plain_endpoint(cell->sock, cell->peer, out->data + out->len) - out->data);
        return;
    }
    if (plain_is_dual_stack(cell->sock, cell_address(cell))) {
        out_char(out, '*');
        put_zone(out, view, cell);
    } else if (put_host(out, view, cell)) {
        put_zone(out, view, cell);
    } else {
        if (v6)
            out_char(out, '[');
        put_address(out, cell);
        put_zone(out, view, cell);
        if (v6)
            out_char(out, ']');
    }
    out_char(out, ':');
    put_port(out, view, cell);
}

/* ---- owners ---- */

void cell_owner(const struct view *view, const struct pl_owner *owner, enum pl_part part,
                struct cell *out)
{
    cell_clear(out);
    pl_owner_part(view->snap, owner, part, &out->value);
    if (out->text.data)
        out->kind = CELL_TEXT;
    else if (part == PL_PART_STARTED && !out->value.absent)
        out->kind = CELL_TIME;
    else if ((part <= PL_PART_FD || part == PL_PART_UID) && !out->value.absent)
        out->kind = CELL_NUMBER;
}

void cell_process(struct out *out, const struct view *view, uint32_t pid)
{
    const struct pl_process *process = pl_snapshot_process(view->snap, pid);

    out_number(out, pid);
    out_char(out, '/');
    if (process && process->name.len > 0)
        text_plain(out, process->name, CELL_OWNER_ALSO);
    else
        out_char(out, '-');
}

/* Appends "812/nginx,813/nginx". A process that holds the socket twice appears once. */
static void put_owners(struct out *out, const struct view *view, const struct cell *cell,
                       char separator)
{
    if (cell->count == 0)
        out_char(out, '-');
    for (size_t i = 0; i < cell->count; i++) {
        const struct pl_owner *owner = &cell->owners[i];

        if (i > 0 && owner[-1].pid == owner->pid)
            continue;
        if (i > 0)
            out_char(out, separator);
        cell_process(out, view, owner->pid);
    }
}

/* Appends "901/nginx(x3)". */
static void put_holders(struct out *out, const struct view *view, const struct cell *cell)
{
    cell_process(out, view, cell->owners->pid);
    if (cell->number > 1) {
        out_word(out, "(x");
        out_number(out, cell->number);
        out_char(out, ')');
    }
}

/*
 * In the last column of a table, blanks stay. Tables show the name of a process once, even
 * if it holds the socket twice; PID and FD stay side by side.
 */
static void put_owner_field(struct out *out, const struct view *view, const struct cell *cell,
                            char separator, const char *also)
{
    also = also[0] == '\0' && !view->data ? OWNER_ALSO_LAST : CELL_OWNER_ALSO;
    for (size_t i = 0; i < cell->count; i++) {
        struct cell one;

        if (i > 0 && !view->data && cell->number != PL_PART_PID && cell->number != PL_PART_FD &&
            cell->owners[i - 1].pid == cell->owners[i].pid)
            continue;
        if (i > 0)
            out_char(out, separator);
        cell_owner(view, &cell->owners[i], (enum pl_part)cell->number, &one);
        cell_plain(out, view, &one, separator, also);
    }
}

/* ---- where programs usually are ---- */

static void put_ports(struct out *out, const struct pl_placement *placement, char separator)
{
    for (size_t i = 0; i < placement->count; i++) {
        if (i > 0)
            out_char(out, separator);
        out_number(out, placement->usual[i]);
    }
}

static void put_words(struct out *out, const char *words, const char *also)
{
    text_plain(out, (struct pl_text){words, (uint32_t)strlen(words)}, also);
}

/* Appends a hint: "sshd, usually 22", or "usually postgres" for the port of another program. */
static void put_remark(struct out *out, const struct cell *cell, const char *also)
{
    const struct pl_placement *placement = &cell->placement;

    if (placement->place == PL_PLACE_UNLIKELY) {
        put_words(out, "usually ", also);
        put_words(out, placement->use.programs, also);
        return;
    }
    text_plain(out, cell->text, also);
    put_words(out, ", usually ", also);
    out_number(out, placement->usual[0]);
    out_word(out, placement->count > 1 || placement->more ? ",..." : "");
}

static void put_own(struct out *out, const struct view *view, const struct cell *cell,
                    char separator)
{
    size_t from = out->len;

    cell->put(out, view, cell, separator);
    if (out->len == from && !view->data)
        out_char(out, '-');
}

/* ---- text ---- */

static void put_time(struct out *out, uint64_t seconds)
{
    if (!out_room(out, PL_TIME_TEXT))
        return;
    pl_time_print(seconds, out->data + out->len);
    out->len += PL_TIME_TEXT;
}

static void put_unknown(struct out *out, uint64_t number)
{
    out_word(out, "unknown(");
    out_number(out, number);
    out_char(out, ')');
}

void cell_plain(struct out *out, const struct view *view, const struct cell *cell, char separator,
                const char *also)
{
    switch (cell->kind) {
    case CELL_ABSENT:
        if (!view->data)
            out_char(out, '-');
        break;
    case CELL_WORD:
    case CELL_PROTO:
        out_bytes(out, cell->text.data, cell->text.len);
        if (cell->kind == CELL_PROTO && !view->data && cell->sock->family == PL_FAMILY_INET6)
            out_char(out, '6');
        break;
    case CELL_TEXT:
        text_plain(out, cell->text, also);
        if (cell->text.len == 0 && !view->data)
            out_char(out, '-'); /* a table has no empty cells */
        break;
    case CELL_NUMBER:
        out_number(out, cell->number);
        break;
    case CELL_TIME:
        put_time(out, cell->number);
        break;
    case CELL_BOOL:
        out_word(out, cell->number ? "true" : "false");
        break;
    case CELL_UNKNOWN:
        put_unknown(out, cell->number);
        break;
    case CELL_ADDRESS:
        put_address(out, cell);
        break;
    case CELL_ENDPOINT:
        put_endpoint(out, view, cell);
        break;
    case CELL_PAIRS:
        detail_pairs(out, view, cell->sock);
        break;
    case CELL_OWNERS:
        put_owners(out, view, cell, separator);
        break;
    case CELL_OWNER:
        put_owner_field(out, view, cell, separator, also);
        break;
    case CELL_HOLDERS:
        put_holders(out, view, cell);
        break;
    case CELL_PORTS:
        put_ports(out, &cell->placement, separator);
        break;
    case CELL_REMARK:
        put_remark(out, cell, also);
        break;
    case CELL_OWN:
        put_own(out, view, cell, separator);
        break;
    }
}

/* ---- times ---- */

#define NANOSECONDS UINT64_C(1000000000)

void cell_moment(struct out *out, const struct view *view, uint64_t nanoseconds, char separator)
{
    uint64_t seconds = nanoseconds / NANOSECONDS;
    uint64_t rest = nanoseconds % NANOSECONDS;
    char text[PL_TIME_TEXT];
    char part[10];

    pl_time_print(seconds < PL_TIME_MAX ? seconds : PL_TIME_MAX, text);
    for (size_t i = 9; i > 0; i--, rest /= 10)
        part[i] = (char)('0' + rest % 10);
    part[0] = '.';
    out_word(out, separator == '\0' ? "\"" : "");
    if (view->data)
        out_bytes(out, text, PL_TIME_TEXT - 1);
    else
        out_bytes(out, text + 11, 8);
    out_bytes(out, part, view->data ? 10 : 7);
    out_word(out, separator == '\0' ? "Z\"" : "Z");
}
