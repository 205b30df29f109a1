/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets whose owners are hidden from us, and notes on them. */
#include "filter/filter.h"
#include "snapshot.h"

#include <errno.h>

static enum pl_unseen_why owners_unseen(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    if (sock->owner_unknown == PL_OWNER_NOT_PERMITTED)
        return PL_UNSEEN_HIDDEN;
    if (sock->owner_unknown == PL_OWNER_NOT_FOUND && snap->lacks & PL_LACK_PIDS)
        return PL_UNSEEN_OUTSIDE;
    return PL_UNSEEN_MAX;
}

/* The other end is a socket of this machine with an inode, and no process was seen to hold it. */
static enum pl_unseen_why peers_unseen(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    size_t count;

    (void)pl_snapshot_peer_owners(snap, sock, &count);
    if (count > 0 || snap->ownerless || pl_snapshot_peer_key(snap, sock) == 0)
        return PL_UNSEEN_MAX;
    if (snap->denied > 0 || snap->hidden)
        return PL_UNSEEN_HIDDEN;
    return snap->lacks & PL_LACK_PIDS ? PL_UNSEEN_OUTSIDE : PL_UNSEEN_MAX;
}

bool pl_hidden_from(const struct pl_test *test, const struct pl_snapshot *snap,
                    const struct pl_sock *sock)
{
    /* Reasons that hidden owners may have. The others are known, whoever looks. */
    const uint64_t open = PL_BIT(PL_OWNER_NOT_PERMITTED) | PL_BIT(PL_OWNER_NOT_FOUND);
    const struct pl_field *field = test->field;

    if (!(field->need & PL_NEED_OWNERS))
        return false;
    if (field->need & PL_NEED_PEERS)
        return peers_unseen(snap, sock) != PL_UNSEEN_MAX;
    if (field->listener && !pl_sock_is_listener(sock))
        return false;
    if (field->words == pl_words_reason && test->kind == PL_TEST_MASK && !(test->low & open))
        return false;
    return owners_unseen(snap, sock) != PL_UNSEEN_MAX;
}

void pl_hidden_count(struct pl_snapshot *snap, const struct pl_filter *filter,
                     const struct pl_sock *sock, bool stays)
{
    enum pl_unseen_why why = owners_unseen(snap, sock);

    if (why != PL_UNSEEN_MAX && stays)
        return; /* its row says so */
    if (why == PL_UNSEEN_MAX && filter->need & PL_NEED_PEERS)
        why = peers_unseen(snap, sock);
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
        note->count += owners_unseen(snap, &socks[i]) == why;
    return note->count > 0 ? pl_snapshot_note(snap, note) : 0;
}

int pl_join_note(struct pl_snapshot *snap)
{
    struct pl_note hidden = {
        .kind = PL_NOTE_OWNERS_HIDDEN,
        /* EPERM: what helps is other than on Linux, where capabilities do. */
        .error = snap->system == PL_SYSTEM_LINUX ? 0 : EPERM,
        .lacks = snap->lacks,
    };
    struct pl_note outside = {.kind = PL_NOTE_OWNERS_OUTSIDE};
    int err = note_unseen(snap, PL_UNSEEN_HIDDEN, &hidden);

    return err ? err : note_unseen(snap, PL_UNSEEN_OUTSIDE, &outside);
}
