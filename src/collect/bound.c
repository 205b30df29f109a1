/* SPDX-License-Identifier: BSD-2-Clause */
/* A note that this kernel does not list bound sockets, where an empty result would mislead. */
#include "collect.h"

#include "filter/filter.h"

/*
 * Some distributions list bound sockets with older releases. A listing of every state is not
 * expected to have them, unless it has nothing else.
 */
int pl_collect_note_bound(const struct pl_collect *c)
{
    const struct pl_sock *socks = c->snap->socks.items;
    const struct pl_filter *filter = c->query->filter;
    uint32_t states = c->query->states & (filter ? pl_filter_states(filter) : UINT32_MAX);
    uint32_t protos = c->query->protos & (filter ? pl_filter_protos(filter) : UINT32_MAX);
    bool every = states >> PL_STATE_MAX != 0;

    if (!(states & PL_BIT(PL_STATE_BOUND)) || !(protos & PL_BIT(PL_PROTO_TCP)) ||
        (every && c->snap->socks.count > 0))
        return 0;
    for (size_t i = 0; i < c->snap->socks.count; i++) {
        if (socks[i].state == PL_STATE_BOUND)
            return 0;
    }
    if (!pl_reader_no_bound(c->reader))
        return 0;
    return pl_snapshot_note(
        c->snap, &(struct pl_note){.kind = PL_NOTE_FAMILY_ABSENT, .title = "bound TCP sockets"});
}
