/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules that translate addresses, which are read only if published ports are wanted; and connections whose
 * addresses they translate, only if the other ends are.
 */
#include "collect.h"

int pl_collect_nat(struct pl_collect *c)
{
    struct pl_request request = {.feed = pl_feed_first(c->snap->system, PL_SLOT_NAT),
                                 .whole = c->reader->whole};
    int err;

    if (!request.feed || !(c->need & (PL_NEED_PUBLISHED | PL_NEED_RULES)) ||
        (!request.whole && !(c->need & PL_NEED_RULES) && c->snap->listeners.count == 0))
        return 0;
    if (c->query->need & PL_NEED_PUBLISHED ||
        (c->query->filter && pl_filter_need(c->query->filter) & PL_NEED_PUBLISHED))
        return pl_collect_slot(c, PL_SLOT_NAT, &request);
    /* A recording has them if they can be read, and so has a listing that did not name them. */
    err = pl_collect_feed(c, &request);
    return err == -ENOMEM ? err : 0;
}

static bool has_connection(const struct pl_snapshot *snap)
{
    const struct pl_sock *socks = snap->socks.items;

    for (size_t i = 0; i < snap->socks.count; i++) {
        if (pl_sock_has_peer(&socks[i]) && socks[i].family != PL_FAMILY_UNIX)
            return true;
    }
    return false;
}

/* Most other ends are found without this, so that a failure is no reason for a note. */
int pl_collect_flows(struct pl_collect *c)
{
    struct pl_request request = {.feed = pl_feed_first(c->snap->system, PL_SLOT_FLOWS),
                                 .whole = c->reader->whole};
    int err;

    if (!request.feed ||
        !(c->reader->whole || (c->need & PL_NEED_PEERS && has_connection(c->snap))))
        return 0;
    err = pl_collect_feed(c, &request);
    return err == -ENOMEM ? err : 0;
}
