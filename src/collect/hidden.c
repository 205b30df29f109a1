/* SPDX-License-Identifier: BSD-2-Clause */
/* Notes on sockets whose owners are hidden. */
#include "collect.h"
#include "filter/filter.h"

#include <errno.h>

void pl_hidden_count(struct pl_snapshot *snap, const struct pl_filter *filter,
                     const struct pl_sock *sock, bool stays)
{
    enum pl_unseen_why why = pl_join_unseen(snap, sock);

    if (why != PL_UNSEEN_MAX && stays)
        return;
    if (why == PL_UNSEEN_MAX && filter->need & PL_NEED_PEERS)
        why = pl_peer_unseen(snap, sock);
    if (why == PL_UNSEEN_MAX || pl_filter_doubt(filter, snap, sock) != PL_MAYBE)
        return;
    snap->unseen[why].count++;
    snap->unseen[why].left_out += !stays;
}

static int note_unseen(struct pl_snapshot *snap, enum pl_unseen_why why, struct pl_note *note)
{
    const struct pl_sock *socks = snap->socks.items;

    note->count = snap->unseen[why].count;
    note->left_out = snap->unseen[why].left_out;
    for (size_t i = 0; i < snap->socks.count; i++)
        note->count += pl_join_unseen(snap, &socks[i]) == why;
    return note->count > 0 ? pl_snapshot_note(snap, note) : 0;
}

int pl_hidden_note(struct pl_snapshot *snap)
{
    struct pl_note hidden = {
        .kind = PL_NOTE_OWNERS_HIDDEN,
        /* EPERM selects the advice for other systems, which have no capabilities. */
        .error = snap->system == PL_SYSTEM_LINUX ? 0 : EPERM,
        .lacks = snap->lacks,
    };
    struct pl_note outside = {.kind = PL_NOTE_OWNERS_OUTSIDE};
    int err = note_unseen(snap, PL_UNSEEN_HIDDEN, &hidden);

    return err ? err : note_unseen(snap, PL_UNSEEN_OUTSIDE, &outside);
}
