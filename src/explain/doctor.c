/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of rules, and how they are applied. */
#include "doctor.h"

#include "model/array.h"
#include "snapshot/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct rule {
    const char *name;
    pl_rule_fn *apply;
    enum pl_severity severity; /* of most findings */
    bool whole;                /* concerns all sockets of the network namespace */
} rules[PL_RULE_MAX] = {
    [PL_RULE_CLOSE_WAIT] = {"close_wait", pl_rule_close_wait, PL_SEVERITY_WARNING, false},
    [PL_RULE_ACCEPT_QUEUE] = {"accept_queue", pl_rule_accept_queue, PL_SEVERITY_WARNING, false},
    [PL_RULE_ACCEPT_OVERFLOW] = {"accept_overflow", pl_rule_accept_overflow, PL_SEVERITY_WARNING,
                                 true},
    [PL_RULE_SYN_QUEUE] = {"syn_queue", pl_rule_syn_queue, PL_SEVERITY_WARNING, false},
    [PL_RULE_EPHEMERAL_PORTS] = {"ephemeral_ports", pl_rule_ephemeral_ports, PL_SEVERITY_WARNING,
                                 false},
    [PL_RULE_PORT_IN_RANGE] = {"port_in_range", pl_rule_port_in_range, PL_SEVERITY_NOTE, false},
    [PL_RULE_STUCK_SENDER] = {"stuck_sender", pl_rule_stuck_sender, PL_SEVERITY_WARNING, false},
    [PL_RULE_DEAD_PEER] = {"dead_peer", pl_rule_dead_peer, PL_SEVERITY_WARNING, false},
    [PL_RULE_SILENT_SERVER] = {"silent_server", pl_rule_silent_server, PL_SEVERITY_WARNING, false},
    [PL_RULE_RETRANSMISSIONS] = {"retransmissions", pl_rule_retransmissions, PL_SEVERITY_WARNING,
                                 true},
    [PL_RULE_UDP_DROPS] = {"udp_drops", pl_rule_udp_drops, PL_SEVERITY_WARNING, false},
    [PL_RULE_DESCRIPTORS] = {"descriptors", pl_rule_descriptors, PL_SEVERITY_WARNING, false},
    [PL_RULE_TCP_MEMORY] = {"tcp_memory", pl_rule_tcp_memory, PL_SEVERITY_WARNING, true},
    [PL_RULE_EXPOSED] = {"exposed", pl_rule_exposed, PL_SEVERITY_WARNING, false},
    [PL_RULE_OPEN_V6] = {"open_v6", pl_rule_open_v6, PL_SEVERITY_WARNING, false},
    [PL_RULE_MOVED] = {"moved", pl_rule_moved, PL_SEVERITY_NOTE, false},
    [PL_RULE_UNLIKELY] = {"unlikely", pl_rule_unlikely, PL_SEVERITY_NOTE, false},
    [PL_RULE_DELETED_EXE] = {"deleted_exe", pl_rule_deleted_exe, PL_SEVERITY_WARNING, false},
    [PL_RULE_UNEVEN_QUEUES] = {"uneven_queues", pl_rule_uneven_queues, PL_SEVERITY_NOTE, false},
    [PL_RULE_UNSEEN] = {"unseen", pl_rule_unseen, PL_SEVERITY_NOTE, false},
};

const char *pl_severity_name(unsigned int severity)
{
    static const char *const names[PL_SEVERITY_MAX] = {[PL_SEVERITY_NOTE] = "note",
                                                       [PL_SEVERITY_WARNING] = "warning",
                                                       [PL_SEVERITY_ERROR] = "error"};

    return severity < PL_SEVERITY_MAX ? names[severity] : NULL;
}

const char *pl_rule_name(unsigned int rule)
{
    return rule < PL_RULE_MAX ? rules[rule].name : NULL;
}

/* ---- findings ---- */

struct pl_finding *pl_doctor_add(struct doctor *doctor, const struct pl_sock *sock)
{
    struct pl_finding *items = doctor->findings.items;
    struct pl_finding *added;

    doctor->spare = (struct pl_finding){0};
    if (doctor->findings.count - doctor->first == FINDINGS_OF_RULE) {
        items[doctor->findings.count - 1].more++;
        return &doctor->spare;
    }
    added = pl_list_add(&doctor->findings, sizeof(*added));
    if (!added) {
        doctor->failed = true;
        return &doctor->spare;
    }
    *added = (struct pl_finding){.rule = doctor->rule,
                                 .severity = rules[doctor->rule].severity,
                                 .sock = sock,
                                 .process = sock ? pl_doctor_process(doctor->snap, sock) : NULL,
                                 .count = sock != NULL};
    return added;
}

/* The findings of a rule stay in their order. */
static void sort(struct doctor *doctor, struct pl_finding *out)
{
    const struct pl_finding *from = doctor->findings.items;
    size_t count = 0;

    for (unsigned int severity = PL_SEVERITY_MAX; severity-- > 0;) {
        for (size_t i = 0; i < doctor->findings.count; i++) {
            if (from[i].severity == severity)
                out[count++] = from[i];
        }
    }
}

int pl_doctor_examine(const struct pl_examination *examination, struct pl_findings *out)
{
    struct doctor doctor = {.examination = examination, .snap = examination->now};
    struct pl_finding *sorted;

    doctor.socks = pl_snapshot_socks(doctor.snap, &doctor.count);
    for (unsigned int i = 0; i < PL_RULE_MAX && !doctor.failed; i++) {
        doctor.rule = (enum pl_rule)i;
        doctor.first = doctor.findings.count;
        if (!rules[i].whole || !examination->filtered)
            rules[i].apply(&doctor);
    }
    sorted = doctor.failed ? NULL : calloc(doctor.findings.count + 1, sizeof(*sorted));
    if (!sorted) {
        free(doctor.findings.items);
        return -ENOMEM;
    }
    sort(&doctor, sorted);
    free(doctor.findings.items);
    *out = (struct pl_findings){.items = sorted, .count = doctor.findings.count};
    return 0;
}

bool pl_doctor_wants(const struct pl_examination *examination)
{
    struct doctor doctor = {.examination = examination, .snap = examination->now};
    uint64_t sent;
    uint64_t again;
    size_t waiting = 0;
    bool boot = true;

    if (!examination->filtered && pl_doctor_grown(&doctor, PL_COUNTER_TCP_SEGS_OUT, &sent, &boot) &&
        pl_doctor_grown(&doctor, PL_COUNTER_TCP_SEGS_RETRANS, &again, &boot) && !boot &&
        again >= RETRANS_LEAST && again > sent / 100 * RETRANS_PERCENT)
        return true;
    doctor.socks = pl_snapshot_socks(doctor.snap, &doctor.count);
    for (size_t i = 0; i < doctor.count; i++) {
        const struct pl_sock *sock = &doctor.socks[i];

        waiting += sock->proto == PL_PROTO_TCP && sock->state == PL_STATE_CLOSE_WAIT;
        if (sock->proto == PL_PROTO_TCP && sock->send_q > 0 && sock->state != PL_STATE_LISTEN &&
            pl_doctor_number(doctor.snap, sock, PL_ATTR_TIMER) == PL_TIMER_PROBE)
            return true;
    }
    return waiting > CLOSE_WAIT_COUNT;
}

/* ---- what rules use ---- */

bool pl_doctor_grown(const struct doctor *doctor, enum pl_counter counter, uint64_t *value,
                     bool *boot)
{
    const struct pl_examination *examination = doctor->examination;
    uint64_t earlier;

    if (!pl_snapshot_counter(examination->now, counter, value))
        return false;
    *boot = !examination->before || !pl_snapshot_counter(examination->before, counter, &earlier);
    if (!*boot)
        *value -= *value >= earlier ? earlier : *value;
    return true;
}

void pl_doctor_counted(const struct doctor *doctor, struct pl_finding *finding, uint64_t value,
                       bool boot)
{
    finding->value = value;
    finding->boot = boot;
    finding->seconds = boot ? 0 : doctor->examination->seconds;
    if (boot)
        finding->severity = PL_SEVERITY_NOTE;
}

const struct pl_process *pl_doctor_process(const struct pl_snapshot *snap,
                                           const struct pl_sock *sock)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);

    return count > 0 ? pl_snapshot_process(snap, owners[0].pid) : NULL;
}

uint64_t pl_doctor_number(const struct pl_snapshot *snap, const struct pl_sock *sock,
                          enum pl_attr_id id)
{
    struct pl_attr attr;

    if (!pl_snapshot_saw(snap, id))
        return UINT64_MAX;
    attr = pl_snapshot_attr(snap, sock, id);
    return attr.id == PL_ATTR_NONE ? UINT64_MAX : attr.u.num;
}

bool pl_doctor_range(const struct pl_snapshot *snap, uint32_t *first, uint32_t *last)
{
    uint64_t from;
    uint64_t to;
    bool known = pl_snapshot_counter(snap, PL_COUNTER_EPHEMERAL_FIRST, &from) &&
                 pl_snapshot_counter(snap, PL_COUNTER_EPHEMERAL_LAST, &to) && from <= to &&
                 to <= UINT16_MAX;

    *first = known ? (uint32_t)from : 49152;
    *last = known ? (uint32_t)to : UINT16_MAX;
    return known;
}

uint64_t pl_doctor_reserved(const struct pl_snapshot *snap, uint32_t first, uint32_t last)
{
    const struct pl_port_range *ranges = snap->reserved.items;
    uint64_t count = 0;

    /* The kernel lists ranges that do not overlap. */
    for (size_t i = 0; i < snap->reserved.count; i++) {
        uint32_t from = ranges[i].first > first ? ranges[i].first : first;
        uint32_t to = ranges[i].last < last ? ranges[i].last : last;

        count += from <= to ? to - from + UINT64_C(1) : 0;
    }
    return count;
}

bool pl_doctor_is_client(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    uint32_t first;
    uint32_t last;

    (void)pl_doctor_range(snap, &first, &last);
    return sock->local_port >= first && sock->local_port <= last &&
           (sock->peer_port < first || sock->peer_port > last);
}

/* ---- groups ---- */

static size_t hash_of(const struct group_key *key)
{
    const uint8_t *bytes = (const uint8_t *)key;
    uint64_t hash = 0xcbf29ce484222325U;

    for (size_t i = 0; i < sizeof(*key); i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3U; /* FNV-1a */
    return (size_t)(hash ^ hash >> 32);
}

static struct group_key key_of(struct doctor *doctor, unsigned int by, const struct pl_sock *sock)
{
    struct group_key key;
    size_t size = sock->family == PL_FAMILY_INET ? 4 : 16;
    size_t owners = 0;
    const struct pl_owner *owner =
        by & BY_PID ? pl_snapshot_owners(doctor->snap, sock, &owners) : NULL;

    memset(&key, 0, sizeof(key));
    key.kind = sock->proto;
    if (by & (BY_LOCAL | BY_PEER))
        key.kind |= (uint32_t)sock->family << 8;
    if (by & BY_LOCAL)
        memcpy(key.local, sock->local_addr, size);
    if (by & BY_PEER)
        memcpy(key.peer, sock->peer_addr, size);
    if (by & BY_LOCAL_PORT)
        key.local_port = sock->local_port;
    if (by & BY_PEER_PORT)
        key.peer_port = sock->peer_port;
    if (owners > 0)
        key.pid = owner[0].pid;
    return key;
}

/* Returns NULL when out of memory. */
static struct group *find_group(struct doctor *doctor, struct groups *groups,
                                const struct group_key *key)
{
    struct group *items = groups->list.items;
    struct group *added;
    size_t slot;

    if (!groups->slots && pl_slots_new(doctor->count, &groups->slots, &groups->mask) < 0)
        return NULL;
    slot = hash_of(key) & groups->mask;
    for (; groups->slots[slot] != 0; slot = (slot + 1) & groups->mask) {
        struct group *group = &items[groups->slots[slot] - 1];

        if (memcmp(&group->key, key, sizeof(*key)) == 0)
            return group;
    }
    added = pl_list_add(&groups->list, sizeof(*added));
    if (!added)
        return NULL;
    *added = (struct group){.key = *key, .least = UINT64_MAX};
    groups->slots[slot] = (uint32_t)groups->list.count;
    return added;
}

struct group *pl_groups_add(struct doctor *doctor, struct groups *groups, unsigned int by,
                            const struct pl_sock *sock, uint64_t value)
{
    const struct group_key key = key_of(doctor, by, sock);
    struct group *group = doctor->failed ? NULL : find_group(doctor, groups, &key);

    if (!group) {
        doctor->failed = true;
        return NULL;
    }
    group->count++;
    group->sum += value;
    if (value < group->least)
        group->least = value;
    if (!group->sock || value > group->value) {
        group->sock = sock;
        group->value = value;
    }
    return group;
}

void pl_groups_free(struct groups *groups)
{
    free(groups->list.items);
    free(groups->slots);
    *groups = (struct groups){0};
}
