/* SPDX-License-Identifier: BSD-2-Clause */
/* The rule about proxies whose server does not answer. */
#include "doctor.h"
#include "explain.h"

#include "model/array.h"
#include "snapshot/snapshot.h"

#include <string.h>

#define LISTENERS_MAX 64   /* ports of a proxy, at most */
#define FRONTS_MAX    1000 /* searches for the listener of a process, which read all sockets */

/* Programs that connect to a server that was configured, for the clients of their listeners. */
static const char *const proxies[] = {
    "apache2", "caddy",     "docker-proxy", "envoy",        "haproxy", "httpd",   "kube-proxy",
    "nginx",   "pgbouncer", "pgcat",        "rootlessport", "socat",   "traefik", "varnishd",
};

static bool is_proxy(const struct pl_process *process)
{
    for (size_t i = 0; process && process->name.data && i < COUNT_OF(proxies); i++) {
        if (process->name.len == strlen(proxies[i]) &&
            memcmp(process->name.data, proxies[i], process->name.len) == 0)
            return true;
    }
    return false;
}

/* ---- the listener ---- */

struct front {
    uint32_t port; /* 0: the process has no listener */
    uint64_t clients;
};

/* Finds the listener of a process that has most connections. */
static struct front front_of(const struct doctor *doctor, uint32_t pid)
{
    struct front fronts[LISTENERS_MAX];
    struct front best = {0};
    size_t count = 0;

    for (size_t i = 0; i < doctor->count && count < LISTENERS_MAX; i++) {
        const struct pl_sock *sock = &doctor->socks[i];

        if (sock->proto == PL_PROTO_TCP && sock->state == PL_STATE_LISTEN &&
            pl_snapshot_is_held_by(doctor->snap, sock, pid))
            fronts[count++] = (struct front){.port = sock->local_port};
    }
    for (size_t i = 0; i < doctor->count && count > 0; i++) {
        const struct pl_sock *sock = &doctor->socks[i];
        size_t at = 0;

        if (sock->proto != PL_PROTO_TCP ||
            (sock->state != PL_STATE_ESTABLISHED && sock->state != PL_STATE_CLOSE_WAIT))
            continue;
        while (at < count && fronts[at].port != sock->local_port)
            at++;
        if (at < count && pl_snapshot_is_held_by(doctor->snap, sock, pid))
            fronts[at].clients++;
    }
    for (size_t i = 0; i < count; i++) {
        if (best.port == 0 || fronts[i].clients > best.clients)
            best = fronts[i];
    }
    return best;
}

/* ---- the server ---- */

/* Whether the address is of this machine, but no socket listens there. */
static bool is_absent(const struct doctor *doctor, const struct pl_sock *sock)
{
    struct pl_bind bind = {
        .family = sock->family, .port = (uint16_t)sock->peer_port, .proto = PL_PROTO_TCP};
    bool any;

    memcpy(bind.addr, sock->peer_addr, sizeof(bind.addr));
    if (doctor->examination->filtered || !pl_explain_is_local(doctor->snap, &bind, &any))
        return false;
    for (size_t i = 0; i < doctor->count; i++) {
        if (doctor->socks[i].state == PL_STATE_LISTEN &&
            pl_bind_judge(PL_SYSTEM_LINUX, &bind, &doctor->socks[i], PL_REUSE_NONE) != PL_BIND_FREE)
            return false;
    }
    return true;
}

static void add_server(struct doctor *doctor, const struct group *group, const struct front *front)
{
    struct pl_finding *finding = pl_doctor_add(doctor, group->sock);

    finding->count = group->count - group->extra;
    finding->value = group->value;
    finding->limit = front->port;
    finding->other = front->clients;
    if (front->clients == 0)
        finding->severity = PL_SEVERITY_NOTE;
    if (is_absent(doctor, group->sock))
        finding->kind = PL_CASE_ABSENT;
}

/* Groups the connections of proxies by process and server. extra: those that were established. */
static void group_servers(struct doctor *doctor, struct groups *groups)
{
    for (size_t i = 0; i < doctor->count && !doctor->failed; i++) {
        const struct pl_sock *sock = &doctor->socks[i];
        bool trying = sock->state == PL_STATE_SYN_SENT;
        uint64_t retries = 0;
        struct group *group;

        if (sock->proto != PL_PROTO_TCP ||
            (!trying &&
             (sock->state != PL_STATE_ESTABLISHED || !pl_doctor_is_client(doctor->snap, sock))) ||
            !is_proxy(pl_doctor_process(doctor->snap, sock)))
            continue;
        if (trying && pl_doctor_number(doctor->snap, sock, PL_ATTR_TIMER) == PL_TIMER_RETRANSMIT)
            retries = pl_doctor_number(doctor->snap, sock, PL_ATTR_RETRIES);
        group = pl_groups_add(doctor, groups, BY_PID | BY_PEER | BY_PEER_PORT, sock,
                              retries == UINT64_MAX ? 0 : retries);
        if (group)
            group->extra += !trying;
    }
}

void pl_rule_silent_server(struct doctor *doctor)
{
    struct groups groups = {0};
    struct front front = {0};
    const struct group *items;
    uint32_t pid = 0; /* of front */
    size_t judged = 0;

    group_servers(doctor, &groups);
    items = groups.list.items;
    for (size_t i = 0; i < groups.list.count && !doctor->failed; i++) {
        /* A connection to the server that works shows that it answers. */
        if (items[i].value < SERVER_RETRIES || items[i].extra > 0)
            continue;
        if (items[i].key.pid != pid && judged++ < FRONTS_MAX) {
            pid = items[i].key.pid;
            front = front_of(doctor, pid);
        }
        if (items[i].key.pid == pid && front.port != 0)
            add_server(doctor, &items[i], &front);
    }
    pl_groups_free(&groups);
}
