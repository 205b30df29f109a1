/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports become events. A report has the tuple of the socket at that moment: the local port of a
 * socket that the kernel bound is 0 before and after its connection, so the first report with a port
 * counts. The process that ran is an owner of the socket only at some transitions.
 */
#include "track.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- holders ---- */

void pl_track_hold(struct pl_tracked *entry, struct pl_holders *holders, enum pl_held_by by)
{
    pl_holders_drop(entry->holders);
    entry->holders = holders;
    entry->held_by = holders ? (uint8_t)by : PL_HELD_UNKNOWN;
}

/* Few processes make most of the connections: they share their record. NULL: out of memory. */
static struct pl_holders *running(struct pl_tracker *tracker, const struct pl_report *report)
{
    struct pl_holders **recent = &tracker->recent[report->pid % PL_RECENT_HOLDERS];
    struct pl_holder holder = {.pid = report->pid, .uid = report->process_uid};
    struct pl_holders *made;

    memcpy(holder.name, report->process, sizeof(holder.name));
    holder.name[sizeof(holder.name) - 1] = '\0';
    if (*recent && (*recent)->items[0].pid == holder.pid && (*recent)->items[0].uid == holder.uid &&
        strcmp((*recent)->items[0].name, holder.name) == 0)
        return pl_holders_keep(*recent);
    made = pl_holders_new(1);
    if (!made)
        return NULL;
    made->items[0] = holder;
    pl_holders_drop(*recent);
    *recent = pl_holders_keep(made);
    return made;
}

/*
 * Whether a call of an owner caused the transition. An administrator who destroys a listener causes
 * the same one as its owner; only the owner closes the last descriptor.
 */
static bool is_by_owner(const struct pl_report *report)
{
    static const uint8_t by_owner[][2] = {
        {PL_STATE_CLOSED, PL_STATE_SYN_SENT},
        {PL_STATE_CLOSED, PL_STATE_LISTEN},
        {PL_STATE_ESTABLISHED, PL_STATE_FIN_WAIT1},
        {PL_STATE_CLOSE_WAIT, PL_STATE_LAST_ACK},
    };
    unsigned int old = report->old_state;
    unsigned int new = report->sock.state;

    if (old == PL_STATE_LISTEN && new == PL_STATE_CLOSED)
        return (report->have & PL_REPORT_RELEASED) != 0;
    for (size_t i = 0; i < sizeof(by_owner) / sizeof(by_owner[0]); i++) {
        if (by_owner[i][0] == old && by_owner[i][1] == new)
            return true;
    }
    return false;
}

/* Sets the process that ran as the holder, if there was one. The idle task has pid 0. */
static void hold_running(struct pl_tracker *tracker, struct pl_tracked *entry,
                         const struct pl_report *report)
{
    struct pl_holders *holders = NULL;

    if (report->have & PL_REPORT_HAVE_PROCESS && report->pid != 0)
        holders = running(tracker, report);
    if (holders)
        pl_track_hold(entry, holders, PL_HELD_RUNNING);
}

/* ---- entries ---- */

/* Values with these bits serve where the system reports no cookie; the kernel counts from 1. */
#define BY_KEY   (UINT64_C(1) << 63)
#define BY_TUPLE (UINT64_C(1) << 62)

uint64_t pl_track_cookie(const struct pl_sock *sock)
{
    uint64_t hash = 0xcbf29ce484222325U; /* FNV-1a */
    const uint32_t rest[] = {sock->local_port, sock->peer_port, sock->proto, sock->family};

    if (sock->have & PL_HAVE_COOKIE)
        return sock->cookie;
    if (sock->key != 0)
        return sock->key | BY_KEY;
    for (size_t i = 0; i < 16; i++)
        hash =
            ((hash ^ sock->local_addr[i]) * 0x100000001b3U ^ sock->peer_addr[i]) * 0x100000001b3U;
    for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
        hash = (hash ^ rest[i]) * 0x100000001b3U;
    return (hash & ~BY_KEY) | BY_TUPLE;
}

void pl_track_merge(struct pl_tracked *entry, const struct pl_sock *sock)
{
    const uint16_t taken = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_UID |
                           PL_HAVE_COOKIE | PL_HAVE_INTERFACE | PL_HAVE_SCOPE | PL_HAVE_V6ONLY;
    uint16_t fresh = sock->have & taken & (uint16_t)~entry->have;
    size_t len = pl_track_addr_len(entry);

    if (sock->have & PL_HAVE_LOCAL && entry->local_port == 0)
        entry->local_port = (uint16_t)sock->local_port;
    if (sock->have & PL_HAVE_LOCAL && pl_addr_is_any(entry->family, entry->addrs))
        memcpy(entry->addrs, sock->local_addr, len);
    if (sock->have & PL_HAVE_PEER && entry->peer_port == 0) {
        entry->peer_port = (uint16_t)sock->peer_port;
        memcpy(entry->addrs + len, sock->peer_addr, len);
    }
    if (fresh & PL_HAVE_UID)
        entry->uid = sock->uid;
    if (fresh & (PL_HAVE_INTERFACE | PL_HAVE_SCOPE))
        entry->ifindex = sock->ifindex;
    if (fresh & PL_HAVE_V6ONLY && sock->flags & PL_FLAG_V6ONLY)
        entry->flags |= PL_TRACK_V6ONLY;
    entry->have |= fresh;
}

struct pl_tracked *pl_tracker_add(struct pl_tracker *tracker, const struct pl_sock *sock,
                                  uint32_t netns)
{
    struct pl_tracked *entry = pl_table_add(&tracker->table, pl_track_cookie(sock), sock->family);

    if (!entry)
        return NULL;
    entry->netns = netns;
    entry->proto = sock->proto;
    entry->unknown = PL_OWNER_NOT_FOUND;
    pl_track_merge(entry, sock);
    return entry;
}

void pl_tracker_remove(struct pl_tracker *tracker, struct pl_tracked *entry)
{
    uint64_t *ended = NULL;

    if (entry->state == PL_STATE_LISTEN)
        pl_listening_remove(tracker, entry);
    /* Without memory for it, the table may bring the socket back; the next one ends it. */
    if (tracker->comparing)
        ended = pl_list_add(&tracker->ended, sizeof(*ended));
    if (ended)
        *ended = entry->cookie;
    pl_table_remove(&tracker->table, entry);
}

void pl_tracker_free(struct pl_tracker *tracker)
{
    pl_table_free(&tracker->table);
    for (size_t i = 0; i < PL_RECENT_HOLDERS; i++)
        pl_holders_drop(tracker->recent[i]);
    free(tracker->listening.items);
    free(tracker->ended.items);
}

/* ---- events ---- */

static void fill_sock(const struct pl_tracked *entry, struct pl_sock *sock)
{
    size_t len = pl_track_addr_len(entry);
    uint16_t state = sock->state;

    *sock = (struct pl_sock){
        .cookie = entry->cookie,
        .local_port = entry->local_port,
        .peer_port = entry->peer_port,
        .uid = entry->uid,
        .ifindex = entry->ifindex,
        .have = entry->have | PL_HAVE_STATE,
        .state = state,
        .family = entry->family,
        .proto = entry->proto,
        .type = entry->proto == PL_PROTO_TCP ? PL_TYPE_STREAM : PL_TYPE_DGRAM,
        .flags = entry->flags & PL_TRACK_V6ONLY ? PL_FLAG_V6ONLY : 0,
        .owner_unknown = (entry->holders ? PL_OWNER_KNOWN : entry->unknown) & 15U,
    };
    memcpy(sock->local_addr, entry->addrs, len);
    memcpy(sock->peer_addr, entry->addrs + len, len);
}

void pl_track_duration(const struct pl_tracked *entry, uint64_t steady, struct pl_event *event)
{
    if (entry->opened == 0 || steady < entry->opened)
        return;
    event->duration_us = (steady - entry->opened) / 1000;
    event->have |= PL_EVENT_HAVE_DURATION;
}

int pl_tracker_emit(struct pl_tracker *tracker, const struct pl_tracked *entry,
                    struct pl_event *event)
{
    fill_sock(entry, &event->sock);
    event->have |= PL_EVENT_HAVE_SOCK;
    event->netns = entry->netns;
    if (entry->netns != 0)
        event->have |= PL_EVENT_HAVE_NETNS;
    if (entry->netns != tracker->want.netns)
        event->have |= PL_EVENT_FOREIGN;
    event->holders = entry->holders;
    event->held_by = entry->held_by;
    return tracker->take(tracker->arg, event);
}

int pl_tracker_mark(struct pl_tracker *tracker, enum pl_event_kind kind, uint64_t count,
                    uint64_t time)
{
    const struct pl_event event = {.kind = (uint8_t)kind, .count = count, .time = time};

    return tracker->take(tracker->arg, &event);
}

static struct pl_event event_of(const struct pl_report *report, enum pl_event_kind kind)
{
    struct pl_event event = {
        .kind = (uint8_t)kind,
        .time = report->at.time,
        .old_state = report->old_state,
        .sock.state = report->sock.state,
    };

    if (report->kind == PL_REPORT_STATE)
        event.have |= PL_EVENT_HAVE_OLD;
    return event;
}

/* ---- the end ---- */

static void add_figures(const struct pl_report *report, struct pl_event *event)
{
    if (report->have & PL_REPORT_HAVE_BYTES)
        event->have |= PL_EVENT_HAVE_BYTES;
    if (report->have & PL_REPORT_HAVE_RETRANS)
        event->have |= PL_EVENT_HAVE_RETRANS;
    if (report->have & PL_REPORT_HAVE_RTT && report->rtt_us != 0)
        event->have |= PL_EVENT_HAVE_RTT;
    event->bytes_in = report->bytes_in;
    event->bytes_out = report->bytes_out;
    event->retrans = report->retrans;
    event->rtt_us = report->rtt_us;
}

static enum pl_event_kind failure(const struct pl_report *report)
{
    if (!(report->have & PL_REPORT_HAVE_ERROR))
        return PL_EVENT_FAILED;
    return report->error == ECONNREFUSED ? PL_EVENT_REFUSED
           : report->error == ETIMEDOUT  ? PL_EVENT_TIMEOUT
                                         : PL_EVENT_FAILED;
}

/*
 * Linux sets the error of a socket before its state: ECONNABORTED in tcp_abort(), ETIMEDOUT in
 * tcp_write_err(), ECONNRESET and, after the FIN of the peer, EPIPE in tcp_reset(). Without an
 * error, a connection in ESTABLISHED or CLOSE_WAIT is closed by an own RST: data was unread, or the
 * program chose not to linger. In FIN_WAIT2, the FIN of the peer may still be outstanding: the
 * kernel replaces a socket that no process holds by a smaller one, which it does not report. old: the
 * last known state.
 */
static enum pl_ended ended(const struct pl_report *report, unsigned int old)
{
    const uint32_t open = PL_BIT(PL_STATE_ESTABLISHED) | PL_BIT(PL_STATE_CLOSE_WAIT);
    const uint32_t finished = PL_BIT(PL_STATE_FIN_WAIT2) | PL_BIT(PL_STATE_TIME_WAIT);
    const uint32_t closing = PL_BIT(PL_STATE_LAST_ACK) | PL_BIT(PL_STATE_CLOSING);

    if (report->have & PL_REPORT_HAVE_ERROR && report->error != 0)
        return report->error == ECONNABORTED                           ? PL_ENDED_KILLED
               : report->error == ETIMEDOUT                            ? PL_ENDED_TIMEOUT
               : report->error == ECONNRESET || report->error == EPIPE ? PL_ENDED_RST
                                                                       : PL_ENDED_UNKNOWN;
    if (old >= PL_STATE_MAX)
        return PL_ENDED_UNKNOWN;
    if (PL_BIT(old) & finished)
        return PL_ENDED_FIN;
    if (report->kind != PL_REPORT_STATE) /* there may have been other states since */
        return PL_ENDED_UNKNOWN;
    return PL_BIT(old) & closing ? PL_ENDED_FIN
           : PL_BIT(old) & open  ? PL_ENDED_RST
                                 : PL_ENDED_UNKNOWN;
}

/* Passes on the end of a socket whose last known state was old, and forgets it. */
static int end_socket(struct pl_tracker *tracker, struct pl_tracked *entry,
                      const struct pl_report *report, unsigned int old)
{
    struct pl_event event = event_of(report, PL_EVENT_CLOSE);
    bool never = old == PL_STATE_SYN_RECV && !(entry->flags & PL_TRACK_ACTIVE);
    int err = 0;

    event.sock.state = PL_STATE_CLOSED;
    if (old == PL_STATE_SYN_SENT || old == PL_STATE_SYN_RECV)
        event.kind = (uint8_t)(never ? PL_EVENT_STATE : failure(report));
    else if (old != PL_STATE_LISTEN && entry->proto != PL_PROTO_UDP)
        event.ended = (uint8_t)ended(report, old);
    pl_track_duration(entry, report->at.steady, &event);
    if (event.ended != PL_ENDED_NONE)
        add_figures(report, &event);
    if (event.kind != PL_EVENT_STATE || tracker->want.states)
        err = pl_tracker_emit(tracker, entry, &event);
    pl_tracker_remove(tracker, entry);
    return err;
}

/* ---- transitions ---- */

static int become_listener(struct pl_tracker *tracker, struct pl_tracked *entry,
                           const struct pl_report *report)
{
    struct pl_event event = event_of(report, PL_EVENT_LISTEN);
    int err = 0;

    if (entry->proto != PL_PROTO_UDP) {
        entry->state = PL_STATE_LISTEN;
        err = pl_listening_add(tracker, entry);
    }
    entry->opened = report->at.steady;
    return err ? err : pl_tracker_emit(tracker, entry, &event);
}

static int become_established(struct pl_tracker *tracker, struct pl_tracked *entry,
                              const struct pl_report *report)
{
    bool active = report->old_state == PL_STATE_SYN_SENT || entry->flags & PL_TRACK_ACTIVE;
    struct pl_event event = event_of(report, active ? PL_EVENT_CONNECT : PL_EVENT_ACCEPT);
    bool found;

    entry->opened = report->at.steady;
    if (!active && !entry->holders)
        pl_track_hold(entry, pl_listening_holders(tracker, entry, &found), PL_HELD_LISTENER);
    return pl_tracker_emit(tracker, entry, &event);
}

static int change(struct pl_tracker *tracker, struct pl_tracked *entry,
                  const struct pl_report *report)
{
    struct pl_event event = event_of(report, PL_EVENT_STATE);
    unsigned int new = report->sock.state;

    entry->state = (uint8_t) new;
    if (new == PL_STATE_LISTEN)
        return become_listener(tracker, entry, report);
    if (new == PL_STATE_ESTABLISHED &&
        (report->old_state == PL_STATE_SYN_SENT || report->old_state == PL_STATE_SYN_RECV))
        return become_established(tracker, entry, report);
    if (new == PL_STATE_SYN_SENT) {
        entry->flags |= PL_TRACK_ACTIVE;
        entry->opened = report->at.steady;
    }
    return tracker->want.states ? pl_tracker_emit(tracker, entry, &event) : 0;
}

/*
 * A child that the kernel has just cloned for a connection still has the cookie of the listener and
 * no peer.
 */
static int pass_child(struct pl_tracker *tracker, const struct pl_report *report, uint32_t netns)
{
    struct pl_event event = event_of(report, PL_EVENT_STATE);

    if (!tracker->want.states)
        return 0;
    event.sock = report->sock;
    event.sock.have &= (uint16_t) ~(PL_HAVE_COOKIE | PL_HAVE_INODE);
    event.sock.key = 0;
    event.sock.owner_unknown = PL_OWNER_SYN_RECV;
    event.netns = netns;
    event.have |= PL_EVENT_HAVE_SOCK;
    if (netns != 0)
        event.have |= PL_EVENT_HAVE_NETNS;
    if (netns != tracker->want.netns)
        event.have |= PL_EVENT_FOREIGN;
    return tracker->take(tracker->arg, &event);
}

/* Returns the entry of a report, a new one if needed. NULL: out of memory. */
static struct pl_tracked *entry_of(struct pl_tracker *tracker, struct pl_tracked *entry,
                                   const struct pl_report *report, uint32_t netns)
{
    /* One size of addresses for life: a socket that changes its family is another one. */
    if (entry && entry->family != report->sock.family) {
        pl_tracker_remove(tracker, entry);
        entry = NULL;
    }
    if (entry)
        pl_track_merge(entry, &report->sock);
    else
        entry = pl_tracker_add(tracker, &report->sock, netns);
    if (entry)
        entry->flags |= PL_TRACK_TOUCHED;
    return entry;
}

static int report_state(struct pl_tracker *tracker, const struct pl_report *report, uint32_t netns)
{
    struct pl_tracked *entry = pl_table_find(&tracker->table, pl_track_cookie(&report->sock));
    unsigned int old = report->old_state;
    unsigned int new = report->sock.state;

    if (old == PL_STATE_LISTEN && new != PL_STATE_CLOSED)
        return pass_child(tracker, report, netns);
    if (old == PL_STATE_CLOSED && new == PL_STATE_CLOSED)
        return 0;
    /* A new life of the socket, whose last end was lost. */
    if (old == PL_STATE_CLOSED && entry)
        pl_tracker_remove(tracker, entry);
    entry = entry_of(tracker, old == PL_STATE_CLOSED ? NULL : entry, report, netns);
    if (!entry)
        return -ENOMEM;
    if (is_by_owner(report))
        hold_running(tracker, entry, report);
    return new == PL_STATE_CLOSED ? end_socket(tracker, entry, report, old)
                                  : change(tracker, entry, report);
}

/*
 * The end of a socket that was never tracked: a connection that opened and ended between two
 * tables. Sockets without a peer may never have listened, and those without a measured round trip
 * never connected.
 */
static int end_unseen(struct pl_tracker *tracker, const struct pl_report *report, uint32_t netns)
{
    bool unmeasured = report->have & PL_REPORT_HAVE_RTT && report->rtt_us == 0;
    struct pl_tracked *entry;

    if (report->sock.proto == PL_PROTO_UDP || report->sock.peer_port == 0)
        return 0;
    entry = pl_tracker_add(tracker, &report->sock, netns);
    if (!entry)
        return -ENOMEM;
    return end_socket(tracker, entry, report, unmeasured ? PL_STATE_SYN_SENT : PL_STATE_NONE);
}

static int report_end(struct pl_tracker *tracker, const struct pl_report *report, uint32_t netns)
{
    struct pl_tracked *entry = pl_table_find(&tracker->table, pl_track_cookie(&report->sock));

    if (!entry)
        return end_unseen(tracker, report, netns);
    if (entry->state == PL_STATE_CLOSED) { /* passed on before */
        pl_tracker_remove(tracker, entry);
        return 0;
    }
    if (report->sock.proto == PL_PROTO_UDP && !entry->opened && entry->peer_port != 0) {
        pl_tracker_remove(tracker, entry);
        return 0;
    }
    pl_track_merge(entry, &report->sock);
    return end_socket(tracker, entry, report, entry->state);
}

static int report_bound(struct pl_tracker *tracker, const struct pl_report *report, uint32_t netns)
{
    struct pl_tracked *entry = pl_table_find(&tracker->table, pl_track_cookie(&report->sock));

    if (entry)
        pl_tracker_remove(tracker, entry);
    entry = entry_of(tracker, NULL, report, netns);
    if (!entry)
        return -ENOMEM;
    entry->state = PL_STATE_UNCONN;
    hold_running(tracker, entry, report);
    return become_listener(tracker, entry, report);
}

int pl_tracker_report(struct pl_tracker *tracker, const struct pl_report *report)
{
    static int (*const kinds[])(struct pl_tracker * tracker, const struct pl_report *report,
                                uint32_t netns) = {
        [PL_REPORT_STATE] = report_state,
        [PL_REPORT_BOUND] = report_bound,
        [PL_REPORT_ENDED] = report_end,
    };
    uint32_t netns = report->have & PL_REPORT_HAVE_NETNS ? report->netns : tracker->want.netns;

    if (!(tracker->want.protos & PL_BIT(report->sock.proto)) ||
        (netns != tracker->want.netns && tracker->want.netns != 0 && !tracker->want.all_netns))
        return 0;
    return kinds[report->kind](tracker, report, netns);
}
