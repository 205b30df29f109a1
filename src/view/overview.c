/* SPDX-License-Identifier: BSD-2-Clause */
/* What is open on this machine, a line a listener: rows that only differ in their holder are one. */
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

static bool holds_earlier(const struct pl_snapshot *snap, const struct pl_sock *const *rows,
                          size_t before, uint32_t pid)
{
    for (size_t i = 0; i < before; i++) {
        size_t count;
        const struct pl_owner *owners = pl_snapshot_owners(snap, rows[i], &count);

        for (size_t at = 0; at < count; at++) {
            if (owners[at].pid == pid)
                return true;
        }
    }
    return false;
}

/* Each process once, however many of the sockets it holds and however often. */
static void count_processes(const struct pl_snapshot *snap, const struct pl_sock *const *rows,
                            struct group *group)
{
    for (size_t i = 0; i < group->sockets; i++) {
        size_t count;
        const struct pl_owner *owners = pl_snapshot_owners(snap, rows[i], &count);

        for (size_t at = 0; at < count; at++) {
            if ((at > 0 && owners[at].pid == owners[at - 1].pid) ||
                holds_earlier(snap, rows, i, owners[at].pid))
                continue;
            group->processes++;
            if (!group->owner || owners[at].pid < group->owner->pid)
                group->owner = &owners[at];
        }
    }
}

static int compare_groups(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const struct group *)a)->leader;
    uintptr_t y = (uintptr_t)((const struct group *)b)->leader;

    return x < y ? -1 : x > y;
}

size_t overview_reduce(const struct pl_snapshot *snap, const struct pl_sock **rows, size_t count,
                       struct overview *out)
{
    struct group *groups = calloc(count > 0 ? count : 1, sizeof(*groups));
    size_t kept = 0;
    size_t to;

    *out = (struct overview){.groups = groups};
    if (!groups)
        return 0;
    for (size_t from = 0; from < count; from = to) {
        struct group *group = &groups[kept];

        for (to = from + 1; to < count && same_listener(rows[from], rows[to]);)
            to++;
        group->leader = rows[from];
        group->sockets = to - from;
        count_processes(snap, rows + from, group);
        rows[kept++] = group->leader;
    }
    qsort(groups, kept, sizeof(*groups), compare_groups);
    out->count = kept;
    return kept;
}

struct group overview_find(const struct overview *overview, const struct pl_sock *leader)
{
    const struct group key = {.leader = leader};
    const struct group *found = NULL;

    if (overview && overview->count > 0)
        found = bsearch(&key, overview->groups, overview->count, sizeof(key), compare_groups);
    return found ? *found : (struct group){0};
}
