/* SPDX-License-Identifier: BSD-2-Clause */
/* Once owners and names are known: only the sockets that match stay. */
#include "filter.h"
#include "snapshot.h"

#include <string.h>

/* The items of socket i, which end at *end, move down to kept; *end is where they end then. */
static size_t move_down(struct pl_list *list, size_t item, size_t from, size_t to, size_t kept)
{
    char *items = list->items;

    if (to > from && from != kept)
        memmove(items + kept * item, items + from * item, (to - from) * item);
    return kept + (to - from);
}

void pl_snapshot_filter(struct pl_snapshot *snap, const struct pl_filter *filter)
{
    struct pl_sock *socks = snap->socks.items;
    uint32_t *owner_ends = snap->owner_ends.items;
    size_t *attr_ends = snap->attr_ends.items;
    size_t owner_from = 0;
    size_t attr_from = 0;
    size_t owners = 0;
    size_t attrs = 0;
    size_t kept = 0;
    bool has_owners = snap->owner_ends.count > 0;
    size_t with_attrs = snap->attr_ends.count;
    size_t attr_socks = 0;

    if (snap->socks.count == 0)
        return;
    for (size_t i = 0; i < snap->socks.count; i++) {
        size_t owner_to = has_owners ? owner_ends[i] : 0;
        size_t attr_to = i < with_attrs ? attr_ends[i] : attr_from;

        /* What is not looked at yet stands where it stood: i >= kept. */
        if (pl_filter_match(filter, snap, &socks[i])) {
            socks[kept] = socks[i];
            owners =
                move_down(&snap->owners, sizeof(struct pl_owner), owner_from, owner_to, owners);
            attrs = move_down(&snap->attrs, sizeof(struct pl_attr), attr_from, attr_to, attrs);
            if (has_owners)
                owner_ends[kept] = (uint32_t)owners;
            if (i < with_attrs)
                attr_ends[attr_socks++] = attrs;
            kept++;
        }
        owner_from = owner_to;
        attr_from = attr_to;
    }
    snap->socks.count = kept;
    snap->references.count = snap->unaccepted.count = 0; /* they went by the place of a row */
    snap->attr_ends.count = attr_socks;
    snap->attrs.count = attrs;
    if (has_owners) {
        snap->owner_ends.count = kept;
        snap->owners.count = owners;
    }
}
