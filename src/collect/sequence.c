/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sequence numbers of TCP connections. Reading them requires privileges, and takes about as long as
 * reading the sockets, so it is done only if a column or a filter needs them.
 */
#include "collect.h"

#include <errno.h>

static bool has_connection(const struct pl_snapshot *snap)
{
    const struct pl_sock *socks = snap->socks.items;

    for (size_t i = 0; i < snap->socks.count; i++) {
        if (socks[i].proto == PL_PROTO_TCP && socks[i].have & PL_HAVE_COOKIE &&
            socks[i].state != PL_STATE_LISTEN)
            return true;
    }
    return false;
}

/*
 * A recording is made of whatever can be read, so it gets no note. Which end opened a connection is
 * mostly known without this.
 */
int pl_collect_sequence(struct pl_collect *c)
{
    struct pl_request request = {.feed = pl_feed_first(c->snap->system, PL_SLOT_SEQUENCE),
                                 .whole = c->reader->whole};
    int err;

    if (!request.feed || !(c->need & PL_NEED_SEQUENCE) ||
        !(c->reader->whole || has_connection(c->snap)))
        return 0;
    err = pl_collect_feed(c, &request);
    if (err == 0 || err == -ENOMEM || c->reader->whole || !(c->need & PL_NEED_NUMBERS))
        return err == -ENOMEM ? err : 0;
    return pl_collect_note_missed(c, request.feed, err, false);
}
