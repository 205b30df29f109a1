/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets without a descriptor that a process has registered with io_uring. Reading the rings takes
 * longer than reading descriptors, so it happens only if a socket has no owner.
 */
#include "collect.h"
#include "snapshot/order.h"

static bool has_unowned(const struct pl_snapshot *snap)
{
    const struct pl_sock *socks = snap->socks.items;

    for (size_t i = 0; i < snap->socks.count; i++) {
        if (pl_collect_is_unowned(&socks[i]))
            return true;
    }
    return false;
}

int pl_collect_take_notes(struct pl_snapshot *snap, const struct pl_snapshot *from)
{
    const struct pl_note *notes = from->notes.items;
    int err = 0;

    for (size_t i = 0; i < from->notes.count && err == 0; i++)
        err = pl_snapshot_note(snap, &notes[i]);
    return err;
}

int pl_collect_beside(struct pl_collect *c, unsigned int slot, struct pl_request *request,
                      struct pl_snapshot **out)
{
    struct pl_collect beside = {.reader = c->reader, .query = c->query, .hooks = c->hooks};
    int err = pl_snapshot_new(c->reader->abi.system, c->query, &beside.snap);

    if (err < 0)
        return err;
    err = pl_collect_slot(&beside, slot, request);
    if (err == 0)
        err = pl_collect_take_notes(c->snap, beside.snap);
    if (err < 0)
        pl_snapshot_free(beside.snap);
    else
        *out = beside.snap;
    return err;
}

int pl_collect_fixed(struct pl_collect *c)
{
    struct pl_request request = {.whole = c->reader->whole};
    struct pl_snapshot *from;
    int err;

    if (!c->reader->whole && !has_unowned(c->snap))
        return 0;
    err = pl_collect_beside(c, PL_SLOT_FIXED, &request, &from);
    if (err < 0)
        return err;
    if (from->owners.count > 0)
        err = pl_join_fixed(c->snap, &from->owners);
    pl_snapshot_free(from);
    return err;
}
