/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of processes are read after their owners, and pids are reused. A name is valid only if its
 * process still held one of its sockets after the name was read.
 */
#include "model/array.h"
#include "order.h"

#include <errno.h>
#include <stdlib.h>

/* Returns the index of pid, or count. */
static size_t find_pid(const uint32_t *pids, size_t count, uint32_t pid)
{
    size_t i = pl_lower_bound(&pid, pids, count, sizeof(*pids), pl_compare_u32);

    return i < count && pids[i] == pid ? i : count;
}

static void keep_lowest(struct pl_owner *held, const uint32_t *pids, size_t count,
                        const struct pl_list *list)
{
    const struct pl_owner *owners = list->items;
    size_t at = count;

    for (size_t i = 0; i < list->count; i++) {
        /* Owners of one process are often adjacent. */
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

int pl_verify(struct pl_snapshot *snap)
{
    const uint32_t *changed = snap->changed.items;
    int err = 0;

    for (size_t i = 0; i < snap->changed.count; i++) {
        const struct pl_process nameless = {.pid = changed[i], .uid = PL_UID_UNKNOWN};
        struct pl_process *found =
            pl_list_find(&snap->processes, &nameless, sizeof(struct pl_process), by_pid);

        if (found)
            *found = nameless;
    }
    if (snap->changed.count > 0)
        err = pl_snapshot_note(
            snap, &(struct pl_note){.kind = PL_NOTE_NAMES_CHANGED, .count = snap->changed.count});
    if (err == 0 && snap->unsure > 0)
        err = pl_snapshot_note(snap, &(struct pl_note){.kind = PL_NOTE_NAMES_UNSURE,
                                                       .error = snap->unsure_error,
                                                       .count = snap->unsure});
    return err;
}
