/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flags that permit other sockets on a port. Reading them requires privileges, and takes longer
 * than the sockets of one port, so it is done only if they matter.
 */
#include "collect.h"
#include "filter/filter.h"

/* Reads the flags only for protocols that have a listed socket; often none has one. */
int pl_collect_reuse(struct pl_collect *c)
{
    const struct pl_sock *socks = c->snap->socks.items;
    struct pl_request request = {.feed = pl_feed_first(c->snap->system, PL_SLOT_REUSE),
                                 .whole = c->reader->whole,
                                 .first_port = c->hooks->reuse_first,
                                 .last_port = c->hooks->reuse_last};
    int err;

    if (!request.feed || !(c->need & PL_NEED_REUSE))
        return 0;
    for (size_t i = 0; i < c->snap->socks.count && !request.whole; i++) {
        if (c->query->filter && !pl_filter_match(c->query->filter, c->snap, &socks[i]))
            continue;
        request.protos |= PL_BIT(socks[i].proto);
        request.states |= socks[i].state < PL_STATE_MAX ? PL_BIT(socks[i].state) : 0;
    }
    if (request.whole) {
        request.protos = c->query->protos;
        request.states = UINT32_MAX;
    }
    if (!(request.protos & PL_REUSE_PROTOS))
        return 0;
    err = pl_collect_feed(c, &request);
    return err == -ENOMEM ? err : 0;
}
