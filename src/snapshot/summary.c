/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts over the sockets of a snapshot: states, ephemeral ports, processes. */
#include "api/library.h"
#include "model/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- by state ---- */

static int compare_states(const void *a, const void *b)
{
    const struct pl_state_count *x = a;
    const struct pl_state_count *y = b;

    if (x->proto != y->proto)
        return x->proto < y->proto ? -1 : 1;
    if (x->family != y->family)
        return x->family < y->family ? -1 : 1;
    return x->state < y->state ? -1 : x->state > y->state;
}

static int count_states(const struct pl_sock *socks, size_t count, struct pl_summary *summary)
{
    struct pl_state_count *states = calloc(count + 1, sizeof(*states));
    size_t kept = 0;

    if (!states)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        states[i] = (struct pl_state_count){
            .count = 1,
            .proto = socks[i].proto,
            .family = socks[i].family,
            .state = socks[i].have & PL_HAVE_STATE ? socks[i].state : PL_STATE_NONE,
        };
    }
    qsort(states, count, sizeof(*states), compare_states);
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && compare_states(&states[kept - 1], &states[i]) == 0)
            states[kept - 1].count++;
        else
            states[kept++] = states[i];
    }
    summary->states = states;
    summary->state_count = kept;
    return 0;
}

/* ---- ephemeral ports ---- */

struct port {
    uint8_t addr[16];
    uint32_t port;
    uint8_t proto;
    uint8_t family;
};

/* Compares all but the number. */
static int compare_places(const struct port *x, const struct port *y)
{
    if (x->proto != y->proto)
        return x->proto < y->proto ? -1 : 1;
    if (x->family != y->family)
        return x->family < y->family ? -1 : 1;
    return memcmp(x->addr, y->addr, sizeof(x->addr));
}

static int compare_ports(const void *a, const void *b)
{
    const struct port *x = a;
    const struct port *y = b;
    int order = compare_places(x, y);

    return order != 0 ? order : x->port < y->port ? -1 : x->port > y->port;
}

static int compare_uses(const void *a, const void *b)
{
    const struct pl_port_use *x = a;
    const struct pl_port_use *y = b;

    if (x->used != y->used)
        return x->used > y->used ? -1 : 1;
    if (x->proto != y->proto)
        return x->proto < y->proto ? -1 : 1;
    if (x->family != y->family)
        return x->family < y->family ? -1 : 1;
    return memcmp(x->addr, y->addr, sizeof(x->addr));
}

/* A v4-mapped address uses a port of IPv4. */
static struct port port_of(const struct pl_sock *sock)
{
    struct port port = {.port = sock->local_port, .proto = sock->proto, .family = sock->family};

    if (pl_addr_is_mapped(sock->family, sock->local_addr)) {
        port.family = PL_FAMILY_INET;
        memcpy(port.addr, sock->local_addr + 12, 4);
    } else {
        memcpy(port.addr, sock->local_addr, port.family == PL_FAMILY_INET ? 4 : 16);
    }
    return port;
}

/* The range is that of the network namespace of the reader. */
static bool is_ephemeral(const struct pl_sock *sock, uint64_t first, uint64_t last)
{
    return sock->netns == 0 && (sock->proto == PL_PROTO_TCP || sock->proto == PL_PROTO_UDP) &&
           (sock->have & PL_HAVE_LOCAL) && sock->local_port >= first && sock->local_port <= last;
}

static int count_ports(const struct pl_snapshot *snap, const struct pl_sock *socks, size_t count,
                       struct pl_summary *summary)
{
    struct port *ports;
    size_t found = 0;
    uint64_t first;
    uint64_t last;

    if (!pl_snapshot_counter(snap, PL_COUNTER_EPHEMERAL_FIRST, &first) ||
        !pl_snapshot_counter(snap, PL_COUNTER_EPHEMERAL_LAST, &last) || last < first ||
        last > UINT16_MAX)
        return 0;
    ports = calloc(count + 1, sizeof(*ports));
    summary->ports = calloc(count + 1, sizeof(*summary->ports));
    if (!ports || !summary->ports) {
        free(ports);
        return -ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_ephemeral(&socks[i], first, last))
            ports[found++] = port_of(&socks[i]);
    }
    qsort(ports, found, sizeof(*ports), compare_ports);
    for (size_t i = 0; i < found; i++) {
        struct pl_port_use *use = &summary->ports[summary->port_count];

        if (i == 0 || compare_places(&ports[i - 1], &ports[i]) != 0) {
            summary->port_count++;
            use->proto = ports[i].proto;
            use->family = ports[i].family;
            memcpy(use->addr, ports[i].addr, sizeof(use->addr));
            use->available = (uint32_t)(last - first + 1);
        } else {
            use--;
            if (ports[i - 1].port == ports[i].port)
                continue;
        }
        use->used++;
        use->available--;
    }
    free(ports);
    qsort(summary->ports, summary->port_count, sizeof(*summary->ports), compare_uses);
    return 0;
}

/* ---- processes ---- */

static int compare_holdings(const void *a, const void *b)
{
    const struct pl_holding *x = a;
    const struct pl_holding *y = b;

    if (x->sockets != y->sockets)
        return x->sockets > y->sockets ? -1 : 1;
    return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static size_t total_owners(const struct pl_snapshot *snap, const struct pl_sock *socks,
                           size_t count)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++) {
        size_t own;

        (void)pl_snapshot_owners(snap, &socks[i], &own);
        total += own;
    }
    return total;
}

static int count_holdings(const struct pl_snapshot *snap, const struct pl_sock *socks, size_t count,
                          struct pl_summary *summary)
{
    size_t total = total_owners(snap, socks, count);
    uint32_t *pids = calloc(total + 1, sizeof(*pids));
    size_t found = 0;

    summary->holdings = calloc(total + 1, sizeof(*summary->holdings));
    if (!pids || !summary->holdings) {
        free(pids);
        return -ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        size_t own;
        const struct pl_owner *owners = pl_snapshot_owners(snap, &socks[i], &own);

        /* Owners are sorted by pid: duplicates are adjacent. */
        for (size_t j = 0; j < own; j++) {
            if (j == 0 || owners[j - 1].pid != owners[j].pid)
                pids[found++] = owners[j].pid;
        }
    }
    qsort(pids, found, sizeof(*pids), pl_compare_u32);
    for (size_t i = 0; i < found; i++) {
        if (i == 0 || pids[i - 1] != pids[i])
            summary->holdings[summary->holding_count++].pid = pids[i];
        summary->holdings[summary->holding_count - 1].sockets++;
    }
    free(pids);
    qsort(summary->holdings, summary->holding_count, sizeof(*summary->holdings), compare_holdings);
    return 0;
}

int pl_summary_make(const struct pl_snapshot *snap, struct pl_summary **out)
{
    struct pl_summary *summary = calloc(1, sizeof(*summary));
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    int err;

    if (!summary)
        return -ENOMEM;
    err = count_states(socks, count, summary);
    err = err ? err : count_ports(snap, socks, count, summary);
    err = err ? err : count_holdings(snap, socks, count, summary);
    if (err < 0) {
        pl_summary_free(summary);
        return err;
    }
    *out = summary;
    return 0;
}

void pl_summary_free(struct pl_summary *summary)
{
    if (!summary)
        return;
    free(summary->states);
    free(summary->ports);
    free(summary->holdings);
    free(summary);
}
