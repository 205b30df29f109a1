/* SPDX-License-Identifier: BSD-2-Clause */
/* The overview: one row per listener. Rows that differ only in their processes are merged. */
#include "view.h"

#include <stdlib.h>
#include <string.h>

static bool same_listener(const struct pl_sock *a, const struct pl_sock *b)
{
    const uint32_t bound = PL_HAVE_INTERFACE;

    return a->proto == b->proto && a->family == b->family && a->local_port == b->local_port &&
           a->flags == b->flags && (a->have & bound) == (b->have & bound) &&
           (!(a->have & bound) || a->ifindex == b->ifindex) &&
           memcmp(a->local_addr, b->local_addr, sizeof(a->local_addr)) == 0;
}

static int compare_pids(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* Counts each process once. pids has space for all owners of these rows. */
static void count_processes(const struct pl_snapshot *snap, const struct pl_sock *const *rows,
                            uint32_t *pids, struct listener *listener)
{
    size_t holders = 0;

    for (size_t i = 0; i < listener->sockets; i++) {
        size_t count;
        const struct pl_owner *owners = pl_snapshot_owners(snap, rows[i], &count);

        for (size_t at = 0; at < count; at++) {
            pids[holders++] = owners[at].pid;
            if (!listener->owner || owners[at].pid < listener->owner->pid)
                listener->owner = &owners[at];
        }
    }
    if (holders > 1)
        qsort(pids, holders, sizeof(*pids), compare_pids);
    for (size_t i = 0; i < holders; i++)
        listener->processes += i == 0 || pids[i] != pids[i - 1];
}

static size_t count_holders(const struct pl_snapshot *snap, const struct pl_sock *const *rows,
                            size_t count)
{
    size_t all = 0;

    for (size_t i = 0; i < count; i++) {
        size_t holders;

        pl_snapshot_owners(snap, rows[i], &holders);
        all += holders;
    }
    return all;
}

static int compare_listeners(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const struct listener *)a)->leader;
    uintptr_t y = (uintptr_t)((const struct listener *)b)->leader;

    return x < y ? -1 : x > y;
}

size_t overview_reduce(const struct pl_snapshot *snap, const struct pl_sock **rows, size_t count,
                       struct overview *out)
{
    struct listener *listeners = calloc(count > 0 ? count : 1, sizeof(*listeners));
    uint32_t *pids = malloc((count_holders(snap, rows, count) + 1) * sizeof(*pids));
    size_t kept = 0;
    size_t to;

    *out = (struct overview){.listeners = NULL};
    if (!listeners || !pids) {
        free(listeners);
        free(pids);
        return 0;
    }
    for (size_t from = 0; from < count; from = to) {
        struct listener *listener = &listeners[kept];

        for (to = from + 1; to < count && same_listener(rows[from], rows[to]);)
            to++;
        listener->leader = rows[from];
        listener->sockets = to - from;
        count_processes(snap, rows + from, pids, listener);
        rows[kept++] = listener->leader;
    }
    free(pids);
    qsort(listeners, kept, sizeof(*listeners), compare_listeners);
    *out = (struct overview){.listeners = listeners, .count = kept};
    return kept;
}

struct listener overview_find(const struct overview *overview, const struct pl_sock *leader)
{
    const struct listener key = {.leader = leader};
    const struct listener *found = NULL;

    if (overview && overview->count > 0)
        found = bsearch(&key, overview->listeners, overview->count, sizeof(key), compare_listeners);
    return found ? *found : (struct listener){0};
}
