/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of sockets: the first one, and the events that follow from the difference to a later one. */
#include "model/array.h"
#include "track.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct comparison {
    struct pl_tracker *tracker;
    struct pl_later table;
    bool silent; /* the first table */
};

static int by_cookie(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* ---- owners ---- */

static void set_holder(const struct pl_snapshot *snap, uint32_t pid, struct pl_holder *holder)
{
    const struct pl_process *process = pl_snapshot_process(snap, pid);

    *holder = (struct pl_holder){.pid = pid, .uid = PL_UID_UNKNOWN};
    if (!process)
        return;
    holder->uid = process->uid;
    if (process->name.data) {
        size_t len =
            process->name.len < sizeof(holder->name) ? process->name.len : sizeof(holder->name) - 1;

        memcpy(holder->name, process->name.data, len);
    }
}

static bool is_single(const struct pl_holders *holders, const struct pl_holder *holder)
{
    return holders && holders->count == 1 && holders->items[0].pid == holder->pid &&
           strcmp(holders->items[0].name, holder->name) == 0;
}

/* Returns the owners of a row, shared where many sockets have the same. NULL: none, or no memory. */
static struct pl_holders *holders_of(const struct comparison *c, const struct pl_sock *sock)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(c->table.snap, sock, &count);
    struct pl_holders **recent;
    struct pl_holders *made;
    struct pl_holder first;
    uint32_t kept = 0;

    if (count == 0)
        return NULL;
    set_holder(c->table.snap, owners[0].pid, &first);
    recent = &c->tracker->recent[first.pid % PL_RECENT_HOLDERS];
    if (owners[0].pid == owners[count - 1].pid && is_single(*recent, &first))
        return pl_holders_keep(*recent);
    made = pl_holders_new((uint32_t)count);
    for (size_t i = 0; made && i < count; i++) {
        if (i == 0 || owners[i - 1].pid != owners[i].pid)
            set_holder(c->table.snap, owners[i].pid, &made->items[kept++]);
    }
    if (made)
        made->count = kept;
    if (made && kept == 1) {
        pl_holders_drop(*recent);
        *recent = pl_holders_keep(made);
    }
    return made;
}

/* Prefers the table to the listener, and to a process that closed the socket long ago. */
static void take_owners(const struct comparison *c, struct pl_tracked *entry,
                        const struct pl_sock *sock)
{
    struct pl_holders *holders = holders_of(c, sock);

    if (holders)
        pl_track_hold(entry, holders, PL_HELD_TABLE);
    else if (sock->owner_unknown != PL_OWNER_NOT_ASKED)
        entry->unknown = sock->owner_unknown;
}

/* ---- rows ---- */

/*
 * Whether a row is what the kernel keeps of a connection whose socket has ended. It has the cookie of
 * that socket. In FIN_WAIT2, a process that has only shut down its end still holds the socket.
 */
static bool is_remnant(const struct pl_sock *sock)
{
    return sock->proto != PL_PROTO_UDP && (sock->state == PL_STATE_TIME_WAIT ||
                                           (sock->state == PL_STATE_FIN_WAIT2 && sock->key == 0));
}

uint32_t pl_tracker_states(bool remnants)
{
    /* In these states, no process has the socket yet, or any more. */
    const uint32_t half = PL_BIT(PL_STATE_NONE) | PL_BIT(PL_STATE_SYN_RECV) |
                          PL_BIT(PL_STATE_BOUND) | PL_BIT(PL_STATE_CLOSED);

    return (PL_BIT(PL_STATE_MAX) - 1) & ~half & ~(remnants ? 0U : PL_BIT(PL_STATE_TIME_WAIT));
}

static bool is_wanted(const struct comparison *c, const struct pl_sock *sock)
{
    if (!(c->tracker->want.protos & c->table.protos & PL_BIT(sock->proto)) ||
        sock->state >= PL_STATE_MAX)
        return false;
    return sock->proto == PL_PROTO_UDP || PL_BIT(sock->state) & pl_tracker_states(true);
}

static bool is_udp_server(const struct pl_sock *sock)
{
    return sock->proto == PL_PROTO_UDP && pl_sock_is_listener(sock);
}

static struct pl_event compared(const struct comparison *c, enum pl_event_kind kind,
                                const struct pl_tracked *entry)
{
    return (struct pl_event){
        .kind = (uint8_t)kind,
        .time = c->table.at.time,
        .have = PL_EVENT_COMPARED,
        .sock.state =
            kind == PL_EVENT_CLOSE || kind == PL_EVENT_FAILED ? PL_STATE_CLOSED : entry->state,
    };
}

static int emit(const struct comparison *c, const struct pl_tracked *entry, struct pl_event *event)
{
    return c->silent ? 0 : pl_tracker_emit(c->tracker, entry, event);
}

/* Passes on that a connection is established, by its direction. */
static int open_connection(const struct comparison *c, struct pl_tracked *entry, unsigned int old)
{
    struct pl_event event;
    bool accepted = false;

    if (!(entry->flags & PL_TRACK_ACTIVE))
        pl_holders_drop(pl_listening_holders(c->tracker, entry, &accepted));
    event = compared(c, accepted ? PL_EVENT_ACCEPT : PL_EVENT_CONNECT, entry);
    if (old != PL_STATE_NONE) {
        event.old_state = (uint16_t)old;
        event.have |= PL_EVENT_HAVE_OLD;
    }
    if (!c->silent)
        entry->opened = c->table.at.steady;
    return emit(c, entry, &event);
}

/* Passes on an event that ends a socket whose last known state was old. */
static int emit_end(const struct comparison *c, struct pl_tracked *entry, enum pl_event_kind kind,
                    unsigned int old, enum pl_ended ended)
{
    struct pl_event event = compared(c, kind, entry);

    if (old != PL_STATE_NONE) {
        event.old_state = (uint16_t)old;
        event.have |= PL_EVENT_HAVE_OLD;
    }
    event.ended = (uint8_t)ended;
    pl_track_duration(entry, c->table.at.steady, &event);
    return emit(c, entry, &event);
}

/*
 * Passes on the end of an entry, which remains as one that has ended. A UDP socket that has a peer
 * may never have been bound.
 */
static int end_entry(const struct comparison *c, struct pl_tracked *entry, enum pl_ended ended)
{
    unsigned int old = entry->state;
    bool listens = old == PL_STATE_LISTEN || entry->proto == PL_PROTO_UDP;

    if (old == PL_STATE_LISTEN)
        pl_listening_remove(c->tracker, entry);
    entry->state = PL_STATE_CLOSED;
    if (old == PL_STATE_CLOSED || (entry->proto == PL_PROTO_UDP && entry->peer_port != 0))
        return 0;
    if (old == PL_STATE_SYN_SENT && ended == PL_ENDED_UNKNOWN)
        return emit_end(c, entry, PL_EVENT_FAILED, old, PL_ENDED_NONE);
    return emit_end(c, entry, PL_EVENT_CLOSE, old, listens ? PL_ENDED_NONE : ended);
}

/* A socket that is not tracked. */
static int add_row(const struct comparison *c, const struct pl_sock *sock)
{
    uint32_t netns = sock->netns != 0 ? sock->netns : c->tracker->want.netns;
    struct pl_tracked *entry = pl_tracker_add(c->tracker, sock, netns);
    struct pl_event event;
    int err = 0;

    if (!entry)
        return -ENOMEM;
    entry->state = (uint8_t)sock->state;
    entry->flags |= PL_TRACK_SEEN;
    take_owners(c, entry, sock);
    if (sock->state == PL_STATE_SYN_SENT) {
        entry->flags |= PL_TRACK_ACTIVE;
        entry->opened = c->silent ? 0 : c->table.at.steady;
    }
    event = compared(c, PL_EVENT_STATE, entry);
    if (sock->state == PL_STATE_LISTEN || is_udp_server(sock)) {
        event.kind = PL_EVENT_LISTEN;
        entry->opened = c->silent ? 0 : c->table.at.steady;
        if (sock->state == PL_STATE_LISTEN)
            err = pl_listening_add(c->tracker, entry);
        return err ? err : emit(c, entry, &event);
    }
    if (sock->proto != PL_PROTO_UDP && sock->state != PL_STATE_SYN_SENT)
        return open_connection(c, entry, PL_STATE_NONE);
    return c->tracker->want.states ? emit(c, entry, &event) : 0;
}

/* What remains of a connection, which may be tracked. */
static int take_remnant(const struct comparison *c, struct pl_tracked *entry,
                        const struct pl_sock *sock)
{
    if (!c->tracker->want.polls) { /* the end of the socket is reported */
        if (entry && !(entry->flags & (PL_TRACK_TOUCHED | PL_TRACK_SEEN)) &&
            entry->state != PL_STATE_CLOSED && entry->state != PL_STATE_LISTEN)
            entry->state = (uint8_t)sock->state;
        return 0;
    }
    if (!entry)
        entry = pl_tracker_add(c->tracker, sock, c->tracker->want.netns);
    if (!entry)
        return -ENOMEM;
    if (entry->flags & PL_TRACK_SEEN) /* the socket has another connection */
        return 0;
    entry->flags |= PL_TRACK_SEEN;
    pl_track_merge(entry, sock);
    take_owners(c, entry, sock);
    return end_entry(c, entry, PL_ENDED_FIN);
}

/* Whether a socket that changed between two tables has ended between them, and begun again. */
static bool is_reused(unsigned int old, unsigned int new)
{
    return old != new && (old == PL_STATE_CLOSED || old == PL_STATE_LISTEN ||
                          new == PL_STATE_LISTEN || new == PL_STATE_SYN_SENT);
}

/* A tracked socket. */
static int update_row(const struct comparison *c, struct pl_tracked *entry,
                      const struct pl_sock *sock)
{
    unsigned int old = entry->state;
    struct pl_event event;

    if (!(entry->flags & PL_TRACK_TOUCHED) && is_reused(old, sock->state)) {
        int err = end_entry(c, entry, PL_ENDED_UNKNOWN);

        pl_tracker_remove(c->tracker, entry);
        return err ? err : add_row(c, sock);
    }
    entry->flags |= PL_TRACK_SEEN;
    entry->flags &= (uint8_t)~PL_TRACK_GONE;
    pl_track_merge(entry, sock);
    take_owners(c, entry, sock);
    if (entry->flags & PL_TRACK_TOUCHED || old == sock->state)
        return 0;
    entry->state = (uint8_t)sock->state;
    if (old == PL_STATE_SYN_SENT)
        return open_connection(c, entry, old);
    event = compared(c, PL_EVENT_STATE, entry);
    event.old_state = (uint16_t)old;
    event.have |= PL_EVENT_HAVE_OLD;
    return c->tracker->want.states ? emit(c, entry, &event) : 0;
}

static int compare_rows(const struct comparison *c)
{
    const struct pl_list *ended = &c->tracker->ended;
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(c->table.snap, &count);
    int err = 0;

    for (size_t i = 0; i < count && err == 0; i++) {
        uint64_t cookie = pl_track_cookie(&socks[i]);
        struct pl_tracked *entry;

        if (!is_wanted(c, &socks[i]))
            continue;
        entry = pl_table_find(&c->tracker->table, cookie);
        if (entry && entry->family != socks[i].family)
            continue;
        if (is_remnant(&socks[i]))
            err = take_remnant(c, entry, &socks[i]);
        else if (entry)
            err = update_row(c, entry, &socks[i]);
        else if (!pl_list_find(ended, &cookie, sizeof(cookie), by_cookie))
            err = add_row(c, &socks[i]);
    }
    return err;
}

/*
 * A socket that the table does not have. If the kernel reports its end, that report may be on its way,
 * so the next table counts. The report of a connection that was reset comes only when the last
 * descriptor is closed: the entry waits for it. Reports that were lost are not waited for longer than
 * until the next table.
 */
static int end_row(const struct comparison *c, struct pl_tracked *entry)
{
    const uint32_t finished = PL_BIT(PL_STATE_FIN_WAIT2) | PL_BIT(PL_STATE_TIME_WAIT);
    enum pl_ended ended = PL_BIT(entry->state) & finished ? PL_ENDED_FIN : PL_ENDED_UNKNOWN;
    bool due = c->tracker->want.destroys && entry->proto != PL_PROTO_UDP;
    bool gone = (entry->flags & PL_TRACK_GONE) != 0;
    int err;

    if (due && entry->state != PL_STATE_CLOSED) {
        if (!gone && !c->table.resync) {
            entry->flags |= PL_TRACK_GONE;
            return 0;
        }
        if (c->table.resync)
            entry->flags &= (uint8_t)~PL_TRACK_GONE;
        return end_entry(c, entry, ended);
    }
    if (due && gone)
        return 0;
    err = end_entry(c, entry, ended);
    pl_tracker_remove(c->tracker, entry);
    return err;
}

static int end_rows(const struct comparison *c)
{
    struct pl_tracked *entry;
    size_t at = 0;
    int err = 0;

    while (err == 0 && (entry = pl_table_next(&c->tracker->table, &at))) {
        bool seen = (entry->flags & (PL_TRACK_SEEN | PL_TRACK_TOUCHED)) != 0;

        entry->flags &= (uint8_t) ~(PL_TRACK_SEEN | PL_TRACK_TOUCHED);
        if (!seen && entry->netns == c->tracker->want.netns &&
            c->table.protos & PL_BIT(entry->proto))
            err = end_row(c, entry);
    }
    return err;
}

/* ---- interface ---- */

void pl_tracker_expect(struct pl_tracker *tracker)
{
    struct pl_tracked *entry;
    size_t at = 0;

    while ((entry = pl_table_next(&tracker->table, &at)))
        entry->flags &= (uint8_t)~PL_TRACK_TOUCHED;
    tracker->ended.count = 0;
    tracker->comparing = true;
}

bool pl_tracker_is_new(struct pl_tracker *tracker, const struct pl_snapshot *snap)
{
    const struct comparison c = {.tracker = tracker, .table.protos = UINT32_MAX};
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);

    for (size_t i = 0; i < count; i++) {
        const struct pl_tracked *entry;

        if (!is_wanted(&c, &socks[i]) || is_remnant(&socks[i]))
            continue;
        entry = pl_table_find(&tracker->table, pl_track_cookie(&socks[i]));
        if (!entry || entry->state == PL_STATE_CLOSED)
            return true;
    }
    return false;
}

enum pl_ending pl_tracker_ending(struct pl_tracker *tracker)
{
    const uint32_t last =
        PL_BIT(PL_STATE_FIN_WAIT1) | PL_BIT(PL_STATE_CLOSING) | PL_BIT(PL_STATE_LAST_ACK);
    enum pl_ending found = PL_ENDING_NONE;
    struct pl_tracked *entry;
    size_t at = 0;

    while ((entry = pl_table_next(&tracker->table, &at))) {
        enum pl_ending since = entry->flags & PL_TRACK_ENDING ? PL_ENDING_LONG : PL_ENDING_SOME;

        entry->flags &= (uint8_t)~PL_TRACK_ENDING;
        if (!(PL_BIT(entry->state) & last) || entry->netns != tracker->want.netns)
            continue;
        entry->flags |= PL_TRACK_ENDING;
        found = since > found ? since : found;
    }
    return found;
}

/* Listeners first: the direction of the connections depends on them. */
static int add_listeners(const struct comparison *c)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(c->table.snap, &count);
    int err = 0;

    for (size_t i = 0; i < count && err == 0; i++) {
        if (is_wanted(c, &socks[i]) && socks[i].state == PL_STATE_LISTEN &&
            !pl_table_find(&c->tracker->table, pl_track_cookie(&socks[i])))
            err = add_row(c, &socks[i]);
    }
    return err;
}

static int compare(const struct comparison *c)
{
    struct pl_tracker *tracker = c->tracker;
    int err;

    tracker->comparing = false;
    pl_list_sort(&tracker->ended, sizeof(uint64_t), by_cookie);
    err = c->silent ? add_listeners(c) : 0;
    err = err ? err : compare_rows(c);
    return err ? err : end_rows(c);
}

int pl_tracker_load(struct pl_tracker *tracker, const struct pl_snapshot *snap)
{
    const struct comparison c = {
        .tracker = tracker, .table = {.snap = snap, .protos = UINT32_MAX}, .silent = true};

    return compare(&c);
}

int pl_tracker_compare(struct pl_tracker *tracker, const struct pl_later *table)
{
    return compare(&(struct comparison){.tracker = tracker, .table = *table});
}
