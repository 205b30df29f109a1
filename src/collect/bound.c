/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP sockets that are only bound: sock_diag(7) lists them since Linux 6.8, and /proc/net never. A
 * separate feed has them, which requires privileges. Without it, a note is added where an empty result
 * would mislead.
 */
#include "collect.h"

#include <errno.h>

static bool is_listed(const struct pl_collect *c)
{
    return c->query->way != PL_WAY_PROC && !pl_reader_no_bound(c->reader);
}

/* A recording may have been made with --source proc. */
int pl_collect_bound(struct pl_collect *c)
{
    struct pl_request request = {.feed = pl_feed_first(c->snap->system, PL_SLOT_BOUND),
                                 .whole = c->reader->whole};
    const size_t from = c->snap->socks.count;
    int err;

    if (!request.feed || !pl_reader_wants_bound(c->reader, c->query) ||
        (is_listed(c) && !c->reader->replay))
        return 0;
    err = pl_collect_feed(c, &request);
    if (err == -ENOMEM)
        return err;
    if (err == 0) /* it has a row for each descriptor */
        return pl_merge_socks(c->snap, from);
    c->bound_error = is_listed(c) ? 0 : err;
    return 0;
}

static bool has_bound(const struct pl_snapshot *snap)
{
    const struct pl_sock *socks = snap->socks.items;

    for (size_t i = 0; i < snap->socks.count; i++) {
        if (socks[i].state == PL_STATE_BOUND)
            return true;
    }
    return false;
}

/*
 * Some distributions list bound sockets with older releases. A listing of every state is not
 * expected to have them, unless it has nothing else.
 */
int pl_collect_note_bound(const struct pl_collect *c)
{
    const struct pl_feed *feed = pl_feed_first(c->snap->system, PL_SLOT_BOUND);
    bool every = pl_query_states(c->query) >> PL_STATE_MAX != 0;
    int error = c->bound_error;

    if (error == 0 || (every && c->snap->socks.count > 0) || has_bound(c->snap))
        return 0;
    if (error != -EPERM && error != -EACCES && pl_reader_no_bound(c->reader))
        return pl_snapshot_note(
            c->snap, &(struct pl_note){.kind = PL_NOTE_FAMILY_ABSENT, .title = feed->title});
    return pl_collect_note_missed(c, feed, error, false);
}
