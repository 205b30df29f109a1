/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules about the machine: datagrams that are lost, memory, what could not be seen. */
#include "doctor.h"

#include "snapshot/snapshot.h"

#include <stdlib.h>

/* ---- datagrams ---- */

/* Returns the drops of the same socket before the sample; 0 if it is new. */
static uint64_t drops_before(const struct doctor *doctor, const struct pl_sock *sock)
{
    const struct pl_snapshot *before = doctor->examination->before;
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(before, &count);

    for (size_t i = 0; i < count; i++) {
        if (socks[i].have & PL_HAVE_COOKIE && socks[i].cookie == sock->cookie) {
            uint64_t drops = pl_doctor_number(before, &socks[i], PL_ATTR_DROPS);

            return drops == UINT64_MAX ? 0 : drops;
        }
    }
    return 0;
}

void pl_rule_udp_drops(struct doctor *doctor)
{
    bool sampled = doctor->examination->before != NULL;
    struct groups groups = {0};
    const struct group *items;

    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        const struct pl_sock *sock = &doctor->socks[i];
        uint64_t drops = sock->proto == PL_PROTO_UDP
                             ? pl_doctor_number(doctor->snap, sock, PL_ATTR_DROPS)
                             : UINT64_MAX;
        struct group *group;
        uint64_t earlier;

        if (drops == UINT64_MAX || drops == 0 || (sampled && !(sock->have & PL_HAVE_COOKIE)))
            continue;
        earlier = sampled ? drops_before(doctor, sock) : 0;
        group = pl_groups_add(doctor, &groups, BY_LOCAL | BY_LOCAL_PORT, sock,
                              drops > earlier ? drops - earlier : 0);
        if (group)
            group->extra += drops;
    }
    items = groups.list.items;
    for (size_t i = 0; i < groups.list.count && !doctor->failed; i++) {
        struct pl_finding *finding;
        uint64_t buffer;

        if (items[i].sum == 0)
            continue;
        finding = pl_doctor_add(doctor, items[i].sock);
        buffer = pl_doctor_number(doctor->snap, items[i].sock, PL_ATTR_RCVBUF);
        finding->count = items[i].count;
        finding->value = items[i].sum;
        finding->other = items[i].extra;
        finding->limit = buffer == UINT64_MAX ? 0 : buffer;
        finding->seconds = sampled ? doctor->examination->seconds : 0;
        if (!sampled)
            finding->severity = PL_SEVERITY_NOTE; /* since the socket was opened */
    }
    pl_groups_free(&groups);
}

/* ---- descriptors ---- */

struct holding {
    uint64_t descriptors, sockets;
};

static void count_holdings(const struct doctor *doctor, struct holding *out)
{
    const struct pl_process *processes = doctor->snap->processes.items;

    for (size_t i = 0; i < doctor->count; i++) {
        size_t count;
        const struct pl_owner *owners = pl_snapshot_owners(doctor->snap, &doctor->socks[i], &count);

        for (size_t n = 0; n < count; n++) {
            const struct pl_process *process = pl_snapshot_process(doctor->snap, owners[n].pid);

            if (!process)
                continue;
            out[process - processes].descriptors++;
            out[process - processes].sockets += n == 0 || owners[n - 1].pid != owners[n].pid;
        }
    }
}

/* Its other descriptors are not known, so there are at least as many as it has sockets. */
void pl_rule_descriptors(struct doctor *doctor)
{
    const struct pl_process *processes = doctor->snap->processes.items;
    const size_t count = doctor->snap->processes.count;
    struct holding *holdings = calloc(count + 1, sizeof(*holdings));

    if (!holdings) {
        doctor->failed = true;
        return;
    }
    count_holdings(doctor, holdings);
    for (size_t i = 0; i < count; i++) {
        const uint64_t limit = processes[i].fd_limit;
        const uint64_t used = holdings[i].descriptors * 100;
        struct pl_finding *finding;

        if (limit == 0 || used < limit * DESCRIPTORS_PERCENT)
            continue;
        finding = pl_doctor_add(doctor, NULL);
        if (used >= limit * DESCRIPTORS_FULL_PERCENT)
            finding->severity = PL_SEVERITY_ERROR;
        finding->process = &processes[i];
        finding->value = holdings[i].descriptors;
        finding->count = holdings[i].sockets;
        finding->limit = limit;
    }
    free(holdings);
}

/* ---- memory ---- */

static void add_memory(struct doctor *doctor, enum pl_finding_case kind, uint64_t value,
                       uint64_t limit)
{
    struct pl_finding *finding = pl_doctor_add(doctor, NULL);

    finding->kind = kind;
    finding->value = value;
    finding->limit = limit;
    if (kind == PL_CASE_FULL)
        finding->severity = PL_SEVERITY_ERROR;
}

void pl_rule_tcp_memory(struct doctor *doctor)
{
    const struct pl_snapshot *snap = doctor->snap;
    uint64_t used;
    uint64_t limit;
    uint64_t times;
    bool boot;

    if (pl_snapshot_counter(snap, PL_COUNTER_TCP_MEMORY, &used)) {
        if (pl_snapshot_counter(snap, PL_COUNTER_TCP_MEMORY_LIMIT, &limit) &&
            used >= limit / 100 * MEMORY_PERCENT) {
            add_memory(doctor, PL_CASE_FULL, used, limit);
            return;
        }
        if (pl_snapshot_counter(snap, PL_COUNTER_TCP_MEMORY_PRESSURE, &limit) && used >= limit) {
            add_memory(doctor, PL_CASE_FILLING, used, limit);
            return;
        }
    }
    if (pl_doctor_grown(doctor, PL_COUNTER_MEMORY_PRESSURES, &times, &boot) && times > 0) {
        struct pl_finding *finding = pl_doctor_add(doctor, NULL);

        finding->kind = PL_CASE_PRESSURE;
        pl_doctor_counted(doctor, finding, times, boot);
    }
}

/* ---- what could not be seen ---- */

void pl_rule_unseen(struct doctor *doctor)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(doctor->snap, &count);

    for (size_t i = 0; i < count; i++)
        pl_doctor_add(doctor, NULL)->note = &notes[i];
}
