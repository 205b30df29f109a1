/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attempts from reports. The tracker of events knows the sockets, their owners and their ends; this
 * adds the sequence numbers that the kernel has at each transition:
 *
 *   SYN_SENT to ESTABLISHED   unacknowledged is ISN + 1, expected is the ISN of the peer + 1
 *   SYN_RECV to ESTABLISHED   the same, at the end that accepts
 *   SYN_SENT to CLOSED        unacknowledged is the ISN
 *
 * Data in a SYN counts as well: therefore the ISN is the difference to the bytes that were acknowledged,
 * among which Linux counts the SYN of the initiator, but not that of the responder. All of it is modulo
 * 2^32.
 */
#include "api/states.h"
#include "event/track.h"
#include "model/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct pl_states {
    struct pl_tracker tracker;
    pl_attempt_fn *take;
    void *arg;
    const struct pl_report *report; /* the one whose events are passed on */
    uint64_t opened; /* when its socket began to connect, by the steady clock; 0: not known */
};

/* ---- an attempt ---- */

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
static const uint8_t nowhere[16];

/* A socket of IPv6 can have a connection over IPv4. */
static void set_ends(const struct pl_sock *sock, bool active, struct pl_attempt *attempt)
{
    bool is_mapped =
        sock->family == PL_FAMILY_INET6 && memcmp(sock->peer_addr, mapped, sizeof(mapped)) == 0;
    size_t from = is_mapped ? sizeof(mapped) : 0;
    size_t own = active ? 0 : 1;

    attempt->family = sock->family == PL_FAMILY_INET || is_mapped ? 4 : 6;
    memcpy(attempt->addrs[own], sock->local_addr + from, 16 - from);
    memcpy(attempt->addrs[!own], sock->peer_addr + from, 16 - from);
    attempt->ports[own] = (uint16_t)sock->local_port;
    attempt->ports[!own] = (uint16_t)sock->peer_port;
}

static uint32_t micros(uint64_t nanoseconds)
{
    uint64_t us = nanoseconds / 1000;

    return us < UINT32_MAX ? (uint32_t)us : UINT32_MAX;
}

/* Sets when the attempt began, and how long it took until this moment. */
static void set_time(uint64_t opened, const struct pl_moment *at, struct pl_attempt *attempt)
{
    uint64_t passed = at->steady - opened;

    attempt->time = at->time;
    if (opened == 0 || opened > at->steady || passed > at->time)
        return;
    attempt->time -= passed;
    attempt->connect_us = micros(passed);
    attempt->have |= PL_ATTEMPT_CONNECT_TIME;
}

static void set_owners(const struct pl_event *event, bool active, struct pl_attempt *attempt)
{
    attempt->have |= active ? PL_ATTEMPT_STATES : PL_ATTEMPT_PEER_STATES;
    attempt->owners[!active] = event->holders;
    if (!event->holders)
        attempt->owner_unknown = event->sock.owner_unknown;
    if (event->have & PL_EVENT_HAVE_NETNS) {
        attempt->netns = event->netns;
        attempt->have |= PL_ATTEMPT_NETNS;
    }
}

/* ---- numbers ---- */

static void set_connected(const struct pl_report *report, bool active, struct pl_attempt *attempt)
{
    uint32_t own = report->unacked - (uint32_t)report->bytes_out;
    uint32_t other = report->expected - (uint32_t)report->bytes_in - 1;

    attempt->isn = active ? own : other;
    attempt->peer_isn = active ? other : own - 1;
    attempt->have |= PL_ATTEMPT_ISN | PL_ATTEMPT_PEER_ISN;
    if (!active)
        return;
    attempt->third_seq = report->unacked;
    attempt->third_ack = report->expected;
    attempt->have |= PL_ATTEMPT_THIRD;
    if (report->bytes_out > 1 && report->bytes_out <= UINT16_MAX)
        attempt->taken = (uint16_t)(report->bytes_out - 1);
}

static void set_numbers(const struct pl_report *report, bool active, struct pl_attempt *attempt)
{
    const unsigned int needed = PL_REPORT_HAVE_NUMBERS | PL_REPORT_HAVE_BYTES;

    if ((report->have & needed) != needed)
        return;
    if (report->sock.state == PL_STATE_ESTABLISHED) {
        set_connected(report, active, attempt);
    } else {
        attempt->isn = report->unacked - (uint32_t)report->bytes_out;
        attempt->have |= PL_ATTEMPT_ISN;
    }
    if (active && report->have & PL_REPORT_HAVE_RETRANS && report->retrans < UINT16_MAX) {
        attempt->syn_count = (uint16_t)(report->retrans + 1);
        attempt->have |= PL_ATTEMPT_SYN_COUNT;
    }
}

/* ---- verdicts ---- */

/*
 * Errors that an ICMP error causes: icmp_err_convert and tab_unreach of Linux, and a problem of a
 * parameter. ECONNREFUSED, of an RST, may also be of a port unreachable.
 */
static const int by_icmp[] = {
    EHOSTUNREACH, ENETUNREACH, ENOPROTOOPT, EHOSTDOWN, EACCES, EOPNOTSUPP, EPROTO,
#ifdef ENONET /* Linux */
    ENONET,
#endif
};

static enum pl_verdict failure(int error)
{
    if (error == ECONNREFUSED)
        return PL_VERDICT_RST;
    for (size_t i = 0; i < COUNT_OF(by_icmp); i++) {
        if (by_icmp[i] == error)
            return PL_VERDICT_ICMP;
    }
    return PL_VERDICT_NO_ANSWER;
}

static void set_failure(const struct pl_report *report, struct pl_attempt *attempt)
{
    bool known = (report->have & PL_REPORT_HAVE_ERROR) != 0;

    attempt->verdict = (uint8_t)failure(known ? report->error : 0);
    attempt->error = known ? report->error : 0;
    if (attempt->error != 0)
        attempt->have |= PL_ATTEMPT_ERROR;
    else if (known)
        attempt->have |= PL_ATTEMPT_CLOSED;
}

/* A pl_event_fn: what the tracker makes of the report. */
static int on_event(void *arg, const struct pl_event *event)
{
    struct pl_states *states = arg;
    const struct pl_report *report = states->report;
    struct pl_attempt attempt = {.time = event->time};
    bool active = event->kind != PL_EVENT_ACCEPT;

    if (!report || event->sock.proto != PL_PROTO_TCP || event->sock.local_port == 0)
        return 0; /* without a port, no SYN was sent */
    switch (event->kind) {
    case PL_EVENT_CONNECT:
        attempt.verdict =
            event->old_state == PL_STATE_SYN_RECV ? PL_VERDICT_SIMULTANEOUS : PL_VERDICT_COMPLETED;
        break;
    case PL_EVENT_ACCEPT:
        attempt.verdict = PL_VERDICT_COMPLETED;
        break;
    case PL_EVENT_REFUSED:
    case PL_EVENT_TIMEOUT:
    case PL_EVENT_FAILED:
        set_failure(report, &attempt);
        break;
    default:
        return 0;
    }
    set_ends(&event->sock, active, &attempt);
    set_owners(event, active, &attempt);
    set_numbers(report, active, &attempt);
    if (active)
        set_time(states->opened, &report->at, &attempt);
    return states->take(states->arg, &attempt);
}

/* ---- life ---- */

int pl_states_new(uint32_t netns, pl_attempt_fn *take, void *arg, struct pl_states **out)
{
    struct pl_states *states = calloc(1, sizeof(*states));

    if (!states)
        return -ENOMEM;
    states->tracker = (struct pl_tracker){
        .want = {.protos = PL_BIT(PL_PROTO_TCP), .netns = netns, .all_netns = true},
        .take = on_event,
        .arg = states,
    };
    states->take = take;
    states->arg = arg;
    *out = states;
    return 0;
}

int pl_states_load(struct pl_states *states, const struct pl_snapshot *snap)
{
    return pl_tracker_load(&states->tracker, snap);
}

/* Passes on a dropped SYN as a part of its attempt, which is joined later. */
static int pass_drop(const struct pl_states *states, const struct pl_report *report)
{
    struct pl_attempt attempt = {
        .time = report->at.time,
        .isn = report->unacked,
        .have = PL_ATTEMPT_ISN | PL_ATTEMPT_DROPPED,
        .drop_reason = report->reason,
        .drop_netns = report->have & PL_REPORT_HAVE_NETNS ? report->netns : 0,
        .drop_count = 1,
    };

    if (report->old_state == PL_STATE_SYN_RECV)
        attempt.have |= PL_ATTEMPT_DROPPED_ANSWER;
    set_ends(&report->sock, true, &attempt);
    return states->take(states->arg, &attempt);
}

int pl_states_report(void *arg, const struct pl_report *report)
{
    struct pl_states *states = arg;
    const struct pl_tracked *entry =
        pl_table_find(&states->tracker.table, pl_track_cookie(&report->sock));
    int err;

    if (report->kind == PL_REPORT_DROPPED)
        return pass_drop(states, report);
    states->report = report;
    states->opened = entry && entry->flags & PL_TRACK_ACTIVE ? entry->opened : 0;
    err = pl_tracker_report(&states->tracker, report);
    states->report = NULL;
    return err;
}

static int pass_trying(struct pl_states *states, const struct pl_tracked *entry,
                       const struct pl_moment *now)
{
    const size_t len = pl_track_addr_len(entry);
    struct pl_attempt attempt = {.verdict = PL_VERDICT_TRYING};
    struct pl_sock sock = {
        .family = entry->family, .local_port = entry->local_port, .peer_port = entry->peer_port};
    struct pl_event event = {
        .holders = entry->holders,
        .netns = entry->netns,
        .have = entry->netns != 0 ? PL_EVENT_HAVE_NETNS : 0,
        .sock.owner_unknown = entry->unknown & 15U,
    };

    memcpy(sock.local_addr, entry->addrs, len);
    memcpy(sock.peer_addr, entry->addrs + len, len);
    set_ends(&sock, true, &attempt);
    set_owners(&event, true, &attempt);
    set_time(entry->opened, now, &attempt);
    /* The kernel reports both when the attempt is decided. */
    if (entry->local_port == 0)
        attempt.have |= PL_ATTEMPT_NO_PORT;
    if (memcmp(attempt.addrs[0], nowhere, sizeof(nowhere)) == 0)
        attempt.have |= PL_ATTEMPT_NO_ADDRESS;
    return states->take(states->arg, &attempt);
}

int pl_states_end(struct pl_states *states, const struct pl_moment *now)
{
    const struct pl_tracked *entry;
    size_t at = 0;
    int err = 0;

    while (err == 0 && (entry = pl_table_next(&states->tracker.table, &at)) != NULL) {
        if (entry->state == PL_STATE_SYN_SENT && entry->proto == PL_PROTO_TCP &&
            entry->flags & PL_TRACK_ACTIVE)
            err = pass_trying(states, entry, now);
    }
    return err;
}

void pl_states_free(struct pl_states *states)
{
    if (!states)
        return;
    pl_tracker_free(&states->tracker);
    free(states);
}
