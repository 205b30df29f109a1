/* SPDX-License-Identifier: BSD-2-Clause */
/* Notes on sockets whose owners are not in the listing. */
#include "snapshot.h"

#include <errno.h>

static uint64_t count_reason(const struct pl_snapshot *snap, enum pl_owner_unknown reason)
{
    const struct pl_sock *socks = snap->socks.items;
    uint64_t count = 0;

    for (size_t i = 0; i < snap->socks.count; i++)
        count += socks[i].owner_unknown == reason;
    return count;
}

int pl_join_note(struct pl_snapshot *snap)
{
    uint64_t outside = snap->lacks & PL_LACK_PIDS ? count_reason(snap, PL_OWNER_NOT_FOUND) : 0;
    struct pl_note note = {
        .kind = PL_NOTE_OWNERS_HIDDEN,
        /* EPERM: what helps is other than on Linux, where capabilities do. */
        .error = snap->system == PL_SYSTEM_LINUX ? 0 : EPERM,
        .lacks = snap->lacks,
        .count = count_reason(snap, PL_OWNER_NOT_PERMITTED),
    };
    int err = note.count > 0 ? pl_snapshot_note(snap, &note) : 0;

    if (err == 0 && outside > 0)
        err = pl_snapshot_note(snap,
                               &(struct pl_note){.kind = PL_NOTE_OWNERS_OUTSIDE, .count = outside});
    return err;
}
