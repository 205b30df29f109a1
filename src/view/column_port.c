/* SPDX-License-Identifier: BSD-2-Clause */
/* Columns about a port: its names, its usual programs, and who can reach it. */
#include "column.h"

#include <string.h>

static void set_literal(struct cell *cell, const char *word)
{
    if (!word || word[0] == '\0')
        return;
    cell->kind = CELL_WORD;
    cell->text = (struct pl_text){word, (uint32_t)strlen(word)};
}

static bool has_ports(const struct pl_sock *sock)
{
    return sock->family == PL_FAMILY_INET || sock->family == PL_FAMILY_INET6;
}

static void set_service(const struct view *view, const struct pl_sock *sock, uint32_t port,
                        struct cell *cell)
{
    if (!has_ports(sock))
        return;
    cell->text = pl_snapshot_service(view->snap, port, (enum pl_proto)sock->proto);
    if (cell->text.data)
        cell->kind = CELL_TEXT;
}

void column_service(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_service(view, sock, sock->local_port, cell);
}

void column_peer_service(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_service(view, sock, sock->peer_port, cell);
}

void column_common(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    struct pl_common use;
    size_t at = 0;

    (void)view;
    if (has_ports(sock) && sock->local_port != 0 &&
        pl_common_get(sock->local_port, (enum pl_proto)sock->proto, &at, &use))
        set_literal(cell, use.name);
}

/* What people call it, else what IANA does. */
void column_use(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    column_common(view, sock, cell);
    if (cell->kind == CELL_ABSENT)
        column_service(view, sock, cell);
}

void column_class(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    if (has_ports(sock) && sock->local_port != 0)
        set_literal(cell, pl_service_class(sock->local_port, (enum pl_proto)sock->proto));
}

void column_reach(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_literal(cell, pl_reach_name(pl_snapshot_reach(view->snap, sock)));
}

/* ---- where programs usually are ---- */

/* Better first: one owner in its usual place explains a socket that others hold too. */
static unsigned int rank(enum pl_place place)
{
    static const uint8_t ranks[PL_PLACE_MAX] = {
        [PL_PLACE_UNKNOWN] = 0,
        [PL_PLACE_UNLIKELY] = 1,
        [PL_PLACE_MOVED] = 2,
        [PL_PLACE_USUAL] = 3,
    };

    return ranks[place];
}

/* Judges a listener by the names of the processes that hold it; text is the one that counted. */
static enum pl_place judge(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    size_t count = 0;
    const struct pl_owner *owners = pl_snapshot_owners(view->snap, sock, &count);

    cell->placement.place = PL_PLACE_UNKNOWN;
    if (!has_ports(sock) || !pl_sock_is_listener(sock))
        return PL_PLACE_UNKNOWN;
    for (size_t i = 0; i < count; i++) {
        const struct pl_process *process = pl_snapshot_process(view->snap, owners[i].pid);
        struct pl_placement placement;

        if (!process || !process->name.data || (i > 0 && owners[i - 1].pid == owners[i].pid))
            continue;
        pl_service_place(sock->local_port, (enum pl_proto)sock->proto, process->name, &placement);
        if (rank(placement.place) > rank(cell->placement.place)) {
            cell->placement = placement;
            cell->text = process->name;
        }
    }
    return cell->placement.place;
}

void column_place(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_literal(cell, pl_place_name(judge(view, sock, cell)));
}

void column_usual_ports(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    if (judge(view, sock, cell) == PL_PLACE_MOVED)
        cell->kind = CELL_PORTS;
}

void column_remark(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    enum pl_place place = judge(view, sock, cell);

    if (place == PL_PLACE_MOVED || place == PL_PLACE_UNLIKELY)
        cell->kind = CELL_REMARK;
}
