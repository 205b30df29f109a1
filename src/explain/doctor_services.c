/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules about listeners: who can reach them, on which port, and which program they are. */
#include "doctor.h"

#include "field/field.h"
#include "model/array.h"
#include "snapshot/snapshot.h"

#include <string.h>

/* ---- the ephemeral range ---- */

void pl_rule_port_in_range(struct doctor *doctor)
{
    struct groups groups = {0};
    const struct group *items;
    uint32_t first;
    uint32_t last;

    if (!pl_doctor_range(doctor->snap, &first, &last))
        return;
    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        const struct pl_sock *sock = &doctor->socks[i];

        if (sock->proto == PL_PROTO_TCP && sock->state == PL_STATE_LISTEN &&
            sock->local_port >= first && sock->local_port <= last &&
            pl_doctor_reserved(doctor->snap, sock->local_port, sock->local_port) == 0)
            (void)pl_groups_add(doctor, &groups, BY_LOCAL_PORT, sock, 0);
    }
    items = groups.list.items;
    for (size_t i = 0; i < groups.list.count && !doctor->failed; i++)
        pl_doctor_add(doctor, items[i].sock)->count = items[i].count;
    pl_groups_free(&groups);
}

/* ---- exposed databases and consoles ---- */

/*
 * Programs that need no password in their usual configuration are a warning, others a note. On their
 * usual port, they are also recognized if the process is unknown. A program that many services use,
 * as java, is recognized only there.
 */
static const struct exposed {
    const char *program;
    uint16_t port;
    bool only_there;
    enum pl_severity severity;
} exposed[] = {
    {"redis-server", 6379, false, PL_SEVERITY_WARNING},
    {"valkey-server", 6379, false, PL_SEVERITY_WARNING},
    {"memcached", 11211, false, PL_SEVERITY_WARNING},
    {"mongod", 27017, false, PL_SEVERITY_WARNING},
    {"etcd", 2379, false, PL_SEVERITY_WARNING},
    {"dockerd", 2375, true, PL_SEVERITY_WARNING},
    {"kubelet", 10255, true, PL_SEVERITY_WARNING},
    {"java", 9200, true, PL_SEVERITY_WARNING}, /* Elasticsearch */
    {"java", 2181, true, PL_SEVERITY_WARNING}, /* ZooKeeper */
    {"Xorg", 6000, true, PL_SEVERITY_WARNING},
    {"in.telnetd", 23, false, PL_SEVERITY_WARNING},
    {"telnetd", 23, false, PL_SEVERITY_WARNING},
    {"mysqld", 3306, false, PL_SEVERITY_NOTE},
    {"mariadbd", 3306, false, PL_SEVERITY_NOTE},
    {"postgres", 5432, false, PL_SEVERITY_NOTE},
    {"influxd", 8086, false, PL_SEVERITY_NOTE},
    {"clickhouse-server", 8123, false, PL_SEVERITY_NOTE},
    {"Xvnc", 5900, false, PL_SEVERITY_NOTE},
    {"x11vnc", 5900, false, PL_SEVERITY_NOTE},
};

static bool is_reachable(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    enum pl_reach reach = pl_snapshot_reach(snap, sock);

    return reach == PL_REACH_ANY || reach == PL_REACH_ANY_V4 || reach == PL_REACH_ANY_V6 ||
           reach == PL_REACH_PUBLIC;
}

static bool is_named(struct pl_text text, const char *name)
{
    return text.len == strlen(name) && memcmp(text.data, name, text.len) == 0;
}

static const struct exposed *find_exposed(const struct pl_snapshot *snap,
                                          const struct pl_sock *sock)
{
    const struct pl_process *process = pl_doctor_process(snap, sock);
    bool known = process && process->name.data;

    for (size_t i = 0; i < COUNT_OF(exposed); i++) {
        const struct exposed *row = &exposed[i];

        if (known ? is_named(process->name, row->program) &&
                        (!row->only_there || sock->local_port == row->port)
                  : sock->local_port == row->port)
            return row;
    }
    return NULL;
}

void pl_rule_exposed(struct doctor *doctor)
{
    struct groups groups = {0};
    const struct group *items;

    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        const struct pl_sock *sock = &doctor->socks[i];

        if ((sock->proto == PL_PROTO_TCP || sock->proto == PL_PROTO_UDP) &&
            pl_sock_is_listener(sock) && is_reachable(doctor->snap, sock) &&
            find_exposed(doctor->snap, sock))
            (void)pl_groups_add(doctor, &groups, BY_LOCAL_PORT | BY_PID, sock, 0);
    }
    items = groups.list.items;
    for (size_t i = 0; i < groups.list.count && !doctor->failed; i++) {
        struct pl_finding *finding = pl_doctor_add(doctor, items[i].sock);

        finding->severity = find_exposed(doctor->snap, items[i].sock)->severity;
        finding->count = items[i].count;
    }
    pl_groups_free(&groups);
}

/* ---- IPv4 only on loopback, IPv6 everywhere ---- */

enum { LOOPBACK_V4 = 1, OPEN_V6 = 2, OPEN_V4 = 4 };

void pl_rule_open_v6(struct doctor *doctor)
{
    struct groups groups = {0};
    const struct group *items;

    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        const struct pl_sock *sock = &doctor->socks[i];
        bool v4 = sock->family == PL_FAMILY_INET;
        bool open;
        struct group *group;

        if (sock->proto != PL_PROTO_TCP || sock->state != PL_STATE_LISTEN ||
            sock->owner_unknown != PL_OWNER_KNOWN)
            continue;
        open = is_reachable(doctor->snap, sock);
        group = pl_groups_add(doctor, &groups, BY_LOCAL_PORT | BY_PID, sock, !v4 && open);
        if (!group)
            break;
        if (v4 && pl_snapshot_reach(doctor->snap, sock) == PL_REACH_LOOPBACK)
            group->extra |= LOOPBACK_V4;
        else if (v4 && open)
            group->extra |= OPEN_V4;
        if (!v4 && open)
            group->extra |= OPEN_V6;
    }
    items = groups.list.items;
    for (size_t i = 0; i < groups.list.count && !doctor->failed; i++) {
        if (items[i].extra == (LOOPBACK_V4 | OPEN_V6))
            pl_doctor_add(doctor, items[i].sock)->count = items[i].count;
    }
    pl_groups_free(&groups);
}

/* ---- programs on other ports than usual ---- */

static void find_placed(struct doctor *doctor, enum pl_place wanted)
{
    struct groups groups = {0};
    const struct group *items;

    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        struct pl_placement placement;
        struct pl_text program;

        if (pl_field_judge(doctor->snap, &doctor->socks[i], &placement, &program) == wanted)
            (void)pl_groups_add(doctor, &groups, BY_LOCAL_PORT | BY_PID, &doctor->socks[i], 0);
    }
    items = groups.list.items;
    for (size_t i = 0; i < groups.list.count && !doctor->failed; i++)
        pl_doctor_add(doctor, items[i].sock)->count = items[i].count;
    pl_groups_free(&groups);
}

void pl_rule_moved(struct doctor *doctor)
{
    find_placed(doctor, PL_PLACE_MOVED);
}

void pl_rule_unlikely(struct doctor *doctor)
{
    find_placed(doctor, PL_PLACE_UNLIKELY);
}

/* ---- programs whose file was removed or replaced ---- */

/* A file that exists only in memory, memfd_create(2), always looks as if it were removed. */
static bool is_deleted(struct pl_text exe)
{
    const size_t mark = strlen(DELETED_MARK);

    return exe.data && exe.len > mark && exe.data[0] == '/' &&
           memcmp(exe.data + exe.len - mark, DELETED_MARK, mark) == 0 &&
           !(exe.len > 7 && memcmp(exe.data, "/memfd:", 7) == 0);
}

static bool is_first_owner(const struct pl_snapshot *snap, const struct pl_sock *sock, uint32_t pid)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);

    return count > 0 && owners[0].pid == pid;
}

/* Of processes that share a listener, as a server and its workers do, only the first is reported. */
void pl_rule_deleted_exe(struct doctor *doctor)
{
    const struct pl_process *processes = doctor->snap->processes.items;

    for (size_t n = 0; n < doctor->snap->processes.count && !doctor->failed; n++) {
        const struct pl_sock *listener = NULL;
        struct pl_finding *finding;
        uint64_t held = 0;

        if (!is_deleted(processes[n].exe))
            continue;
        for (size_t i = 0; i < doctor->count; i++) {
            if (!pl_snapshot_is_held_by(doctor->snap, &doctor->socks[i], processes[n].pid))
                continue;
            held++;
            if (!listener && pl_sock_is_listener(&doctor->socks[i]) &&
                is_first_owner(doctor->snap, &doctor->socks[i], processes[n].pid))
                listener = &doctor->socks[i];
        }
        if (!listener)
            continue;
        finding = pl_doctor_add(doctor, listener);
        finding->process = &processes[n];
        finding->count = held;
    }
}
