/* SPDX-License-Identifier: BSD-2-Clause */
/* Brings the rows up to date: by a table of the kernel, or by one of its events. */
#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)

/* How long a new or changed row is marked. */
#define MARK_TIME (2 * SECOND)

/* Least time between two samples of counters. */
#define SAMPLES_APART (SECOND / 2)

/* ---- states ---- */

static void set_mark(struct rows *rows, struct row *row, enum row_mark mark, uint64_t now)
{
    rows->marks |= mark != ROW_SAME;
    row->mark = (uint8_t)mark;
    row->marked = now;
}

/* Keeps the state that ends now. Without memory, the history stays as it is. */
static void keep_past(struct row *row, uint64_t now)
{
    uint64_t since = row_since(row);
    struct row_past *past = row->past;

    if (!past) {
        past = row->past = calloc(1, sizeof(*past));
        if (!past)
            return;
    }
    if (past->count == ROW_PAST) {
        /* The first state stays: the socket began with it. */
        memmove(&past->items[1], &past->items[2], (ROW_PAST - 2) * sizeof(past->items[0]));
        past->count--;
    }
    past->items[past->count].state = row->sock.state;
    past->items[past->count++].since = since;
    past->since = now;
}

static void set_state(struct rows *rows, struct row *row, uint16_t state, uint64_t now)
{
    if (row->sock.state == state)
        return;
    keep_past(row, now);
    row->sock.state = state;
    if (row->mark != ROW_NEW)
        set_mark(rows, row, ROW_CHANGED, now);
}

static void close_row(struct rows *rows, struct row *row, uint64_t now)
{
    set_mark(rows, row, ROW_CLOSED, now);
    row->have &= (uint8_t)~ROW_HAVE_RATE;
    row->sampled = 0;
}

/* ---- owners ---- */

/* Takes over a reference. Returns whether other processes hold the socket now. */
static bool set_holders(struct row *row, struct pl_holders *holders)
{
    const struct pl_holders *old = row->holders;
    bool same = old && holders && old->count == holders->count;

    for (uint32_t i = 0; same && old != holders && i < old->count; i++)
        same = old->items[i].pid == holders->items[i].pid &&
               strcmp(old->items[i].name, holders->items[i].name) == 0;
    pl_holders_drop(row->holders);
    row->holders = holders;
    return old && !same;
}

static void set_holder(const struct pl_snapshot *snap, uint32_t pid, struct pl_holder *holder)
{
    const struct pl_process *process = pl_snapshot_process(snap, pid);

    *holder = (struct pl_holder){.pid = pid, .uid = PL_UID_UNKNOWN};
    if (!process)
        return;
    holder->uid = process->uid;
    if (process->name.data)
        memcpy(holder->name, process->name.data,
               process->name.len < sizeof(holder->name) ? process->name.len
                                                        : sizeof(holder->name) - 1);
}

/* Returns whether the holders are these processes of the table. */
static bool are_owners(const struct pl_holders *holders, const struct pl_owner *owners,
                       size_t count)
{
    size_t at = 0;

    if (!holders)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && owners[i - 1].pid == owners[i].pid)
            continue;
        if (at == holders->count || holders->items[at++].pid != owners[i].pid)
            return false;
    }
    return at == holders->count;
}

/* Returns the processes that hold a socket, shared with other rows. NULL: none, or no memory. */
static struct pl_holders *holders_of(struct rows *rows, const struct pl_snapshot *snap,
                                     const struct pl_sock *sock)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);
    struct pl_holders **recent;
    struct pl_holders *made;
    uint32_t kept = 0;

    if (count == 0)
        return NULL;
    recent = &rows->recent[owners[0].pid % ROWS_RECENT];
    if (are_owners(*recent, owners, count))
        return pl_holders_keep(*recent);
    made = pl_holders_new((uint32_t)count);
    for (size_t i = 0; made && i < count; i++) {
        if (i == 0 || owners[i - 1].pid != owners[i].pid)
            set_holder(snap, owners[i].pid, &made->items[kept++]);
    }
    if (!made)
        return NULL;
    made->count = kept;
    pl_holders_drop(*recent);
    *recent = pl_holders_keep(made);
    return made;
}

/* A socket that just lost its owners is shown with the last ones that it had. */
static void take_owners(struct rows *rows, struct row *row, const struct rows_table *table,
                        const struct pl_sock *sock)
{
    struct pl_holders *holders = holders_of(rows, table->snap, sock);

    row->sock.owner_unknown = sock->owner_unknown;
    if (holders && set_holders(row, holders) && row->mark == ROW_SAME)
        set_mark(rows, row, ROW_CHANGED, table->at);
}

/* Returns whether a socket is shown with owners that the table does not have any more. */
static bool lost_owners(const struct row *row, const struct rows_table *table,
                        const struct pl_sock *sock)
{
    size_t count;

    (void)pl_snapshot_owners(table->snap, sock, &count);
    return table->owners && row->holders && count == 0;
}

/* ---- counters ---- */

static bool get_counter(const struct rows_table *table, const struct pl_sock *sock,
                        enum pl_attr_id id, uint64_t *value)
{
    struct pl_attr attr = pl_snapshot_attr(table->snap, sock, id);

    if (attr.id == PL_ATTR_NONE)
        return false;
    *value = attr.u.num;
    return true;
}

/* A rate needs two samples, which are not close to each other. */
static void take_counters(struct row *row, const struct rows_table *table,
                          const struct pl_sock *sock)
{
    uint64_t before = row->sampled;
    uint64_t in;
    uint64_t out;
    uint64_t rtt;

    if (get_counter(table, sock, PL_ATTR_RTT, &rtt) && rtt > 0) {
        row->rtt_us = rtt < UINT32_MAX ? (uint32_t)rtt : UINT32_MAX;
        row->have |= ROW_HAVE_RTT;
    }
    /* A listener transfers nothing. */
    if (sock->state == PL_STATE_LISTEN || !get_counter(table, sock, PL_ATTR_BYTES_RECEIVED, &in) ||
        !get_counter(table, sock, PL_ATTR_BYTES_ACKED, &out)) {
        row->have &= (uint8_t)~ROW_HAVE_RATE; /* the bytes stay: in TIME_WAIT there are no more */
        row->sampled = 0;
        return;
    }
    if (before != 0 && table->at < before + SAMPLES_APART)
        return;
    if (row->have & ROW_HAVE_BYTES && before != 0 && table->at > before && in >= row->bytes_in &&
        out >= row->bytes_out) {
        double seconds = (double)(table->at - before) / (double)SECOND;

        row->rate_in = (float)((double)(in - row->bytes_in) / seconds);
        row->rate_out = (float)((double)(out - row->bytes_out) / seconds);
        row->have |= ROW_HAVE_RATE;
    }
    row->bytes_in = in;
    row->bytes_out = out;
    row->have |= ROW_HAVE_BYTES;
    row->sampled = table->at;
}

/* ---- tables ---- */

/* Returns the row of a socket of the table, which is as the table has it. NULL: out of memory. */
static struct row *merge_sock(struct rows *rows, const struct rows_table *table,
                              const struct pl_sock *sock)
{
    struct row *row = rows_find(rows, rows_identity(sock));
    bool first = rows->round == 1;
    struct pl_sock merged = *sock;

    if (!row) {
        row = rows_add(rows, sock);
        if (!row)
            return NULL;
        row->first = table->at;
        row->have = first ? ROW_BEFORE : 0;
        set_mark(rows, row, first ? ROW_SAME : ROW_NEW, table->at);
        row->sock.owner_unknown = PL_OWNER_NOT_ASKED;
    } else if (row->mark == ROW_CLOSED) {
        set_mark(rows, row, ROW_CHANGED, table->at);
    }
    set_state(rows, row, sock->state, table->at);
    merged.owner_unknown = row->sock.owner_unknown;
    row_set(row, &merged);
    row->round = (uint8_t)rows->round;
    if (table->owners)
        take_owners(rows, row, table, sock);
    take_counters(row, table, sock);
    if (table->filter) {
        row->shown = pl_filter_match(table->filter, table->snap, sock);
        row->have |= ROW_JUDGED;
        if (table->known && lost_owners(row, table, sock))
            row->have &= (uint8_t)~ROW_JUDGED; /* it is judged with the owners that are shown */
    }
    return row;
}

/* Closes the rows that the table lacks. */
static void close_missing(struct rows *rows, const struct rows_table *table)
{
    struct row *row;
    size_t at = 0;

    rows->unowned = 0;
    while ((row = rows_next(rows, &at))) {
        if (row->round != (uint8_t)rows->round && row->mark != ROW_CLOSED &&
            table->protos & PL_BIT(row->sock.proto)) {
            close_row(rows, row, table->at);
            if (table->change)
                table->change(table->arg, row, ROW_CLOSED);
        }
        rows->unowned += row->mark != ROW_CLOSED && !row->holders &&
                         row->sock.owner_unknown == PL_OWNER_NOT_ASKED;
    }
}

int rows_merge(struct rows *rows, const struct rows_table *table)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(table->snap, &count);

    rows->round++;
    rows_forget(rows); /* a process may have another name now */
    for (size_t i = 0; i < count; i++) {
        struct row *row = merge_sock(rows, table, &socks[i]);

        if (!row)
            return -ENOMEM;
        if (table->change && row->marked == table->at && row->mark != ROW_SAME)
            table->change(table->arg, row, (enum row_mark)row->mark);
    }
    close_missing(rows, table);
    return 0;
}

void rows_again(struct rows *rows, const struct rows_table *table)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(table->snap, &count);

    for (size_t i = 0; i < count; i++) {
        struct row *row = rows_find(rows, rows_identity(&socks[i]));

        if (!row || row->mark == ROW_CLOSED)
            continue;
        set_state(rows, row, socks[i].state, table->at);
        row->sock.recv_q = socks[i].recv_q;
        row->sock.send_q = socks[i].send_q;
        row->sock.have |= socks[i].have & (PL_HAVE_RECV_Q | PL_HAVE_SEND_Q);
        take_counters(row, table, &socks[i]);
    }
}

/* ---- events ---- */

static bool is_end(unsigned int kind)
{
    return kind == PL_EVENT_CLOSE || kind == PL_EVENT_REFUSED || kind == PL_EVENT_TIMEOUT ||
           kind == PL_EVENT_FAILED;
}

/* The local port of a connection is chosen after its first event. */
static void take_ends(struct row *row, const struct pl_sock *from)
{
    const uint16_t ends = PL_HAVE_LOCAL | PL_HAVE_PEER;
    struct pl_sock sock;

    if ((row->sock.have & ends) == ends && row->sock.local_port != 0)
        return;
    sock = row_sock(row);
    if (from->have & PL_HAVE_LOCAL) {
        memcpy(sock.local_addr, from->local_addr, sizeof(sock.local_addr));
        sock.local_port = from->local_port;
    }
    if (from->have & PL_HAVE_PEER) {
        memcpy(sock.peer_addr, from->peer_addr, sizeof(sock.peer_addr));
        sock.peer_port = from->peer_port;
    }
    sock.have |= from->have & ends;
    row_set(row, &sock);
}

static void take_event(struct rows *rows, struct row *row, const struct pl_event *event,
                       uint64_t now)
{
    take_ends(row, &event->sock);
    if (event->holders && !row->holders)
        (void)set_holders(row, pl_holders_keep(event->holders));
    if (event->have & PL_EVENT_HAVE_BYTES) {
        row->bytes_in = event->bytes_in;
        row->bytes_out = event->bytes_out;
        row->have |= ROW_HAVE_BYTES;
    }
    if (is_end(event->kind) && row->mark != ROW_CLOSED)
        close_row(rows, row, now);
    else if (row->mark != ROW_CLOSED)
        set_state(rows, row, event->sock.state, now);
}

struct row *rows_event(struct rows *rows, const struct pl_event *event, uint64_t now)
{
    struct row *row;

    /* A half-open connection has another cookie than the socket that it becomes: tables have it. */
    if (!(event->have & PL_EVENT_HAVE_SOCK) || event->have & PL_EVENT_FOREIGN ||
        event->sock.state == PL_STATE_SYN_RECV)
        return NULL;
    row = rows_find(rows, rows_identity(&event->sock));
    if (!row) {
        /* What is only the end of something that the screen never had is no row. */
        row = rows_add(rows, &event->sock);
        if (!row)
            return NULL;
        row->first = now;
        row->sock.owner_unknown = PL_OWNER_NOT_ASKED;
        if (is_end(event->kind) && event->have & PL_EVENT_HAVE_OLD)
            row->sock.state = event->old_state;
        set_mark(rows, row, ROW_NEW, now);
    }
    take_event(rows, row, event, now);
    return row;
}

bool rows_expire(struct rows *rows, uint64_t now, uint64_t keep)
{
    bool changed = false;
    struct row *row;
    size_t at = 0;
    bool left = false;

    if (!rows->marks)
        return false;
    while ((row = rows_next(rows, &at))) {
        uint64_t age = now > row->marked ? now - row->marked : 0;

        if (row->mark == ROW_SAME)
            continue;
        if (age < (row->mark == ROW_CLOSED ? keep : MARK_TIME)) {
            left = true;
            continue;
        }
        changed = true;
        if (row->mark == ROW_CLOSED)
            rows_remove(rows, row);
        else
            row->mark = ROW_SAME;
    }
    rows->marks = left;
    return changed;
}
