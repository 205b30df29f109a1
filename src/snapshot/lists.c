/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations on all lists of a snapshot. */
#include "order.h"
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

#define ROW(id, name, type, order, late) [PL_LIST_##id] = {sizeof(type), order, late},

static const struct {
    size_t size;
    int (*order)(const void *a, const void *b);
    bool late;
} rows[PL_LIST_MAX] = {PL_SNAPSHOT_LISTS(ROW)};

_Static_assert(sizeof(((struct pl_snapshot *)0)->lists) ==
                   sizeof(struct {PL_SNAPSHOT_LISTS(PL_LIST_MEMBER)}),
               "the members are the lists");

struct pl_mark pl_snapshot_mark(const struct pl_snapshot *snap)
{
    struct pl_mark mark = {
        .found = snap->found,
        .closed = snap->closed,
        .denied = snap->denied,
        .unsure = snap->unsure,
        .hidden = snap->hidden,
    };

    memcpy(mark.seen, snap->seen, sizeof(mark.seen));
    for (size_t id = 0; id < PL_LIST_MAX; id++)
        mark.counts[id] = snap->lists[id].count;
    return mark;
}

void pl_snapshot_rollback(struct pl_snapshot *snap, const struct pl_mark *mark)
{
    for (size_t id = 0; id < PL_LIST_MAX; id++)
        snap->lists[id].count = mark->counts[id];
    snap->found = mark->found;
    snap->closed = mark->closed;
    snap->denied = mark->denied;
    snap->unsure = mark->unsure;
    snap->hidden = mark->hidden;
    memcpy(snap->seen, mark->seen, sizeof(snap->seen));
    memset(snap->recent, 0, sizeof(snap->recent)); /* a shape sets seen only when it is made */
}

void pl_snapshot_sort(struct pl_snapshot *snap, enum pl_list_id id)
{
    pl_list_sort(&snap->lists[id], rows[id].size, rows[id].order);
}

void pl_join_settle(struct pl_snapshot *snap)
{
    for (unsigned int id = 0; id < PL_LIST_MAX; id++) {
        if (rows[id].late)
            pl_snapshot_sort(snap, (enum pl_list_id)id);
    }
    /* Several feeds may report the same owner. */
    pl_list_unique(&snap->peer_owners, sizeof(struct pl_owner), by_key_and_pid);
    pl_processes_merge(snap);
    pl_snapshot_complete_names(snap);
}

void pl_snapshot_free_lists(struct pl_snapshot *snap)
{
    for (size_t id = 0; id < PL_LIST_MAX; id++)
        free(snap->lists[id].items);
}

int pl_slots_new(size_t count, uint32_t **slots, size_t *mask)
{
    size_t size = 16;
    uint32_t *made;

    if (count > UINT32_MAX / 2)
        return -EOVERFLOW;
    while (size < count * 2)
        size *= 2;
    made = calloc(size, sizeof(*made));
    if (!made)
        return -ENOMEM;
    *slots = made;
    *mask = size - 1;
    return 0;
}
