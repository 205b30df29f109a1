/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules about connections and the hosts at their other end. */
#include "doctor.h"

static bool is_connection(const struct pl_sock *sock)
{
    return sock->proto == PL_PROTO_TCP && sock->state != PL_STATE_LISTEN &&
           sock->state != PL_STATE_BOUND && pl_sock_has_peer(sock);
}

/* ---- ephemeral ports ---- */

/* Connections from one address to one destination differ only in their local port. */
void pl_rule_ephemeral_ports(struct doctor *doctor)
{
    struct groups groups = {0};
    const struct group *items;
    uint32_t first;
    uint32_t last;
    uint64_t size;
    uint64_t reserved;

    if (!pl_doctor_range(doctor->snap, &first, &last))
        return;
    size = last - first + UINT64_C(1);
    reserved = pl_doctor_reserved(doctor->snap, first, last);
    if (reserved >= size)
        return;
    size -= reserved;
    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        const struct pl_sock *sock = &doctor->socks[i];
        struct group *group;

        if (!is_connection(sock) || sock->local_port < first || sock->local_port > last)
            continue;
        group = pl_groups_add(doctor, &groups, BY_LOCAL | BY_PEER | BY_PEER_PORT, sock,
                              sock->owner_unknown == PL_OWNER_KNOWN);
        if (group)
            group->extra += sock->state == PL_STATE_TIME_WAIT;
    }
    items = groups.list.items;
    for (size_t i = 0; i < groups.list.count && !doctor->failed; i++) {
        struct pl_finding *finding;

        if (items[i].count * 100 < size * PORTS_PERCENT)
            continue;
        finding = pl_doctor_add(doctor, items[i].sock);
        if (items[i].count * 100 >= size * PORTS_FULL_PERCENT)
            finding->severity = PL_SEVERITY_ERROR;
        finding->count = finding->value = items[i].count;
        finding->limit = size;
        finding->other = items[i].extra;
    }
    pl_groups_free(&groups);
}

/* ---- peers that do not read or do not answer ---- */

/* Adds a finding for each peer. The value of a group is the age, or the number of retries. */
static void add_peers(struct doctor *doctor, const struct groups *groups, bool ages)
{
    const struct group *items = groups->list.items;

    for (size_t i = 0; i < groups->list.count && !doctor->failed; i++) {
        struct pl_finding *finding = pl_doctor_add(doctor, items[i].sock);

        /* A server always has some clients that are slow or gone. */
        if (!pl_doctor_is_client(doctor->snap, items[i].sock))
            finding->severity = PL_SEVERITY_NOTE;
        finding->count = items[i].count;
        finding->value = items[i].value;
        finding->other = items[i].extra;
        finding->age_ms = ages ? items[i].value : 0;
    }
}

/* The timer probes whether the window of the peer, which is zero, has opened. */
void pl_rule_stuck_sender(struct doctor *doctor)
{
    struct groups groups = {0};

    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        const struct pl_sock *sock = &doctor->socks[i];
        struct group *group;
        uint64_t age;

        if (!is_connection(sock) || sock->send_q == 0 ||
            pl_doctor_number(doctor->snap, sock, PL_ATTR_TIMER) != PL_TIMER_PROBE)
            continue;
        age = pl_doctor_number(doctor->snap, sock, PL_ATTR_LAST_DATA_SENT);
        if (age == UINT64_MAX || age < STUCK_MS)
            continue;
        group = pl_groups_add(doctor, &groups, BY_PEER, sock, age);
        if (group)
            group->extra += sock->send_q;
    }
    add_peers(doctor, &groups, true);
    pl_groups_free(&groups);
}

void pl_rule_dead_peer(struct doctor *doctor)
{
    struct groups groups = {0};

    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        const struct pl_sock *sock = &doctor->socks[i];
        struct group *group;
        uint64_t retries;

        if (!is_connection(sock) || sock->state == PL_STATE_SYN_SENT ||
            sock->state == PL_STATE_SYN_RECV ||
            pl_doctor_number(doctor->snap, sock, PL_ATTR_TIMER) != PL_TIMER_RETRANSMIT)
            continue;
        retries = pl_doctor_number(doctor->snap, sock, PL_ATTR_RETRIES);
        if (retries == UINT64_MAX || retries < DEAD_RETRIES)
            continue;
        group = pl_groups_add(doctor, &groups, BY_PEER, sock, retries);
        if (group)
            group->extra += sock->send_q;
    }
    add_peers(doctor, &groups, false);
    pl_groups_free(&groups);
}

/* ---- retransmissions ---- */

/* Sets the sockets of the peer to which most segments were retransmitted. */
static void set_worst_peer(struct doctor *doctor, struct pl_finding *finding)
{
    struct groups groups = {0};
    const struct group *items;
    const struct group *worst = NULL;

    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        const struct pl_sock *sock = &doctor->socks[i];
        uint64_t again = is_connection(sock)
                             ? pl_doctor_number(doctor->snap, sock, PL_ATTR_TOTAL_RETRANS)
                             : UINT64_MAX;

        if (again != UINT64_MAX && again > 0)
            (void)pl_groups_add(doctor, &groups, BY_PEER, sock, again);
    }
    items = groups.list.items;
    for (size_t i = 0; i < groups.list.count; i++) {
        if (!worst || items[i].sum > worst->sum)
            worst = &items[i];
    }
    if (worst) {
        finding->sock = worst->sock;
        finding->process = pl_doctor_process(doctor->snap, worst->sock);
        finding->count = worst->count;
        finding->other = worst->sum;
    }
    pl_groups_free(&groups);
}

void pl_rule_retransmissions(struct doctor *doctor)
{
    struct pl_finding *finding;
    uint64_t sent;
    uint64_t again;
    bool boot;

    if (!pl_doctor_grown(doctor, PL_COUNTER_TCP_SEGS_OUT, &sent, &boot) ||
        !pl_doctor_grown(doctor, PL_COUNTER_TCP_SEGS_RETRANS, &again, &boot) ||
        again < RETRANS_LEAST || again <= sent / 100 * RETRANS_PERCENT)
        return;
    finding = pl_doctor_add(doctor, NULL);
    finding->limit = sent;
    pl_doctor_counted(doctor, finding, again, boot);
    set_worst_peer(doctor, finding);
}
