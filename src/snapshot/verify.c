/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Owners and the names of processes are read at two moments, and pids are used again: a name holds
 * only if its process still had one of its sockets after the name was read.
 */
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>

/* Where pid stands; count if it does not. */
static size_t find_pid(const uint32_t *pids, size_t count, uint32_t pid)
{
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (pids[middle] < pid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && pids[low] == pid ? low : count;
}

static void keep_lowest(struct pl_owner *held, const uint32_t *pids, size_t count,
                        const struct pl_list *list)
{
    const struct pl_owner *owners = list->items;
    size_t at = count;

    for (size_t i = 0; i < list->count; i++) {
        /* Owners of one process often stand together. */
        if (at == count || pids[at] != owners[i].pid)
            at = find_pid(pids, count, owners[i].pid);
        if (at < count && (held[at].key == 0 || owners[i].fd < held[at].fd))
            held[at] = owners[i];
    }
}

int pl_verify_prepare(const struct pl_snapshot *snap, const uint32_t *pids, size_t count,
                      struct pl_owner **out)
{
    struct pl_owner *held = calloc(count > 0 ? count : 1, sizeof(*held));

    if (!held)
        return -ENOMEM;
    keep_lowest(held, pids, count, &snap->owners);
    keep_lowest(held, pids, count, &snap->peer_owners);
    *out = held;
    return 0;
}

static void forget(struct pl_snapshot *snap, uint32_t pid)
{
    struct pl_process *items = snap->processes.items;
    size_t low = 0;
    size_t high = snap->processes.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (items[middle].pid < pid)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < snap->processes.count && items[low].pid == pid)
        items[low] = (struct pl_process){.pid = pid, .uid = PL_UID_UNKNOWN};
}

int pl_verify(struct pl_snapshot *snap)
{
    const uint32_t *changed = snap->changed.items;
    int err = 0;

    for (size_t i = 0; i < snap->changed.count; i++)
        forget(snap, changed[i]);
    if (snap->changed.count > 0)
        err = pl_snapshot_note(
            snap, &(struct pl_note){.kind = PL_NOTE_NAMES_CHANGED, .count = snap->changed.count});
    if (err == 0 && snap->unsure > 0)
        err = pl_snapshot_note(snap, &(struct pl_note){.kind = PL_NOTE_NAMES_UNSURE,
                                                       .error = snap->unsure_error,
                                                       .count = snap->unsure});
    return err;
}
