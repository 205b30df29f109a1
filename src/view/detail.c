/* SPDX-License-Identifier: BSD-2-Clause */
/* Columns of optional detail: an attribute of a socket as a cell, and key=value pairs of many. */
#include "column.h"
#include "text.h"

#include <string.h>

static void set_text(struct cell *cell, const char *data, uint32_t len)
{
    cell->kind = CELL_TEXT;
    cell->text = (struct pl_text){data, len};
}

static void set_words(struct cell *cell, enum attr_form form, uint64_t number)
{
    const char *(*name)(unsigned int number) = form == ATTR_TIMER      ? pl_timer_name
                                               : form == ATTR_CA_STATE ? pl_ca_state_name
                                                                       : pl_shutdown_name;
    const char *word = number <= UINT32_MAX ? name((unsigned int)number) : NULL;

    cell->number = number;
    cell->kind = word ? CELL_WORD : CELL_UNKNOWN;
    if (word)
        cell->text = (struct pl_text){word, (uint32_t)strlen(word)};
}

/* 0: at the other end is a socket no process has accepted yet. */
void detail_peer_inode(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    const struct pl_attr *attr = pl_snapshot_attr(view->snap, sock, PL_ATTR_PEER_KEY);

    if (!attr || attr->u.num == 0 || pl_snapshot_system(view->snap) != PL_SYSTEM_LINUX)
        return;
    cell->kind = CELL_NUMBER;
    cell->number = attr->u.num;
}

void detail_protocol_name(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    const struct pl_attr *attr = pl_snapshot_attr(view->snap, sock, PL_ATTR_PROTOCOL);
    const char *name = attr ? pl_protocol_name(sock->proto, attr->u.num) : NULL;

    if (!name)
        return;
    cell->kind = CELL_WORD;
    cell->text = (struct pl_text){name, (uint32_t)strlen(name)};
}

void detail_send_rate(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    const struct pl_attr *cwnd = pl_snapshot_attr(view->snap, sock, PL_ATTR_CWND);
    const struct pl_attr *mss = pl_snapshot_attr(view->snap, sock, PL_ATTR_SND_MSS);
    const struct pl_attr *rtt = pl_snapshot_attr(view->snap, sock, PL_ATTR_RTT);

    if (!cwnd || !mss || !rtt || rtt->u.num == 0 || mss->u.num == 0)
        return;
    cell->kind = CELL_NUMBER;

    cell->number = (uint64_t)((double)cwnd->u.num * (double)mss->u.num * 1e6 / (double)rtt->u.num);
}

void detail_cgroup(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    const struct pl_attr *id = pl_snapshot_attr(view->snap, sock, PL_ATTR_CGROUP_ID);
    struct pl_text path = {0};

    if (id)
        path = pl_snapshot_cgroup(view->snap, id->u.num);
    if (path.data)
        set_text(cell, path.data, path.len);
}

static void set_owners(const struct view *view, const struct pl_sock *sock, enum owner_field field,
                       struct cell *cell)
{
    cell->owners = pl_snapshot_owners(view->snap, sock, &cell->count);
    cell->number = field;
    if (cell->count > 0)
        cell->kind = CELL_OWNER;
}

/* Absent where no process has one: there is no security module. */
void detail_context(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_owners(view, sock, OWNER_CONTEXT, cell);
    for (size_t i = 0; i < cell->count; i++) {
        const struct pl_process *process = pl_snapshot_process(view->snap, cell->owners[i].pid);

        if (process && process->context.data)
            return;
    }
    cell->kind = CELL_ABSENT;
}

/* ---- accept queues ---- */

static void set_number(struct cell *cell, uint64_t number)
{
    cell->kind = CELL_NUMBER;
    cell->number = number;
}

static bool has_queue(const struct pl_sock *sock)
{
    const uint32_t both = PL_HAVE_RECV_Q | PL_HAVE_SEND_Q;

    return sock->state == PL_STATE_LISTEN && (sock->have & both) == both;
}

void detail_queue_waiting(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    if (sock->state == PL_STATE_LISTEN && sock->have & PL_HAVE_RECV_Q)
        set_number(cell, sock->recv_q);
}

void detail_queue_limit(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    if (has_queue(sock))
        set_number(cell, sock->send_q);
}

/* Linux lets one more wait than the limit says: a share above 100 is possible. */
void detail_queue_used(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    if (has_queue(sock) && sock->send_q > 0)
        set_number(cell, (uint64_t)sock->recv_q * 100 / sock->send_q);
}

void detail_queue_remark(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    static const char *const remarks[] = {"", "somaxconn", "full", "full,somaxconn"};
    uint64_t limit;
    unsigned int which = 0;

    if (!has_queue(sock))
        return;
    if (pl_snapshot_counter(view->snap, PL_COUNTER_SOMAXCONN, &limit) && sock->send_q == limit)
        which |= 1;
    if (sock->recv_q > sock->send_q)
        which |= 2;
    if (which == 0)
        return;
    cell->kind = CELL_WORD;
    cell->text = (struct pl_text){remarks[which], (uint32_t)strlen(remarks[which])};
}

static void set_counter(const struct view *view, const struct pl_sock *sock,
                        enum pl_counter counter, struct cell *cell)
{
    uint64_t value;

    if (sock->state == PL_STATE_LISTEN && sock->proto != PL_PROTO_UNIX &&
        pl_snapshot_counter(view->snap, counter, &value))
        set_number(cell, value);
}

void detail_overflows(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_counter(view, sock, PL_COUNTER_LISTEN_OVERFLOWS, cell);
}

void detail_listen_drops(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_counter(view, sock, PL_COUNTER_LISTEN_DROPS, cell);
}

/* ---- the other end ---- */

static void set_peers(const struct view *view, const struct pl_sock *sock, enum cell_kind kind,
                      enum owner_field field, struct cell *cell)
{
    if (pl_snapshot_peer_key(view->snap, sock) == 0)
        return;
    cell->owners = pl_snapshot_peer_owners(view->snap, sock, &cell->count);
    cell->number = field;
    if (cell->count > 0 || kind == CELL_OWNERS)
        cell->kind = kind;
}

void detail_peer_pid(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_peers(view, sock, CELL_OWNER, OWNER_PID, cell);
}

void detail_peer_process(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_peers(view, sock, CELL_OWNER, OWNER_PROCESS, cell);
}

void detail_peer_owners(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    set_peers(view, sock, CELL_OWNERS, OWNER_PID, cell);
}

void detail_all(const struct view *view, const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    cell->kind = CELL_PAIRS;
    cell->sock = sock;
}

void detail_get(const struct column *column, const struct view *view, const struct pl_sock *sock,
                struct cell *cell)
{
    const struct pl_attr *attr = pl_snapshot_attr(view->snap, sock, (enum pl_attr_id)column->attr);

    if (!attr)
        return;
    cell->number = attr->u.num;
    switch (column->form) {
    case ATTR_NUMBER:
        cell->kind = CELL_NUMBER;
        break;
    case ATTR_BOOL:
        cell->kind = CELL_BOOL;
        break;
    case ATTR_TEXT:
        if (attr->text)
            set_text(cell, attr->u.text, attr->len);
        break;
    case ATTR_TIMER:
    case ATTR_CA_STATE:
    case ATTR_SHUTDOWN:
        set_words(cell, column->form, attr->u.num);
        break;
    }
}

/* Units that are written behind their numbers; the rest are counts and bytes. */
static void put_unit(struct out *out, const char *unit)
{
    static const char *const shown[] = {"us", "ms", "s", "B/s", "%"};

    for (size_t i = 0; unit && i < sizeof(shown) / sizeof(shown[0]); i++) {
        if (strcmp(unit, shown[i]) == 0)
            out_word(out, unit);
    }
}

void detail_pairs(struct out *out, const struct view *view, const struct pl_sock *sock)
{
    bool any = false;

    for (size_t i = 0; i < view->pair_count; i++) {
        const struct column *column = view->pairs[i];
        struct cell cell = {0};

        column_get(column, view, sock, &cell);
        if (cell.kind == CELL_ABSENT || (cell.kind == CELL_OWNERS && cell.count == 0))
            continue;
        if (any)
            out_char(out, ',');
        any = true;
        out_word(out, column->name);
        out_char(out, '=');
        cell_plain(out, view, &cell, ';', " ,");
        if (cell.kind == CELL_NUMBER)
            put_unit(out, column->unit);
    }
    if (!any)
        out_char(out, '-');
}
