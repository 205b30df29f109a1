/* SPDX-License-Identifier: BSD-2-Clause */
/* Holders of sockets, and listeners by port: who will accept a connection. */
#include "model/array.h"
#include "track.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- holders ---- */

struct pl_holders *pl_holders_new(uint32_t count)
{
    struct pl_holders *holders =
        malloc(sizeof(*holders) + (size_t)count * sizeof(holders->items[0]));

    if (holders)
        *holders = (struct pl_holders){.references = 1, .count = count};
    return holders;
}

struct pl_holders *pl_holders_keep(struct pl_holders *holders)
{
    if (holders)
        holders->references++;
    return holders;
}

void pl_holders_drop(struct pl_holders *holders)
{
    if (holders && --holders->references == 0)
        free(holders);
}

/* ---- listeners ---- */

static uint32_t *chain_of(struct pl_tracker *tracker, uint16_t port)
{
    return &tracker->chains[port % PL_LISTENING_CHAINS];
}

int pl_listening_add(struct pl_tracker *tracker, const struct pl_tracked *entry)
{
    struct pl_listening *items = tracker->listening.items;
    uint32_t *chain = chain_of(tracker, entry->local_port);
    struct pl_listening *added;

    if (tracker->free_listening != 0) {
        added = &items[tracker->free_listening - 1];
        tracker->free_listening = added->next;
    } else {
        added = pl_list_add(&tracker->listening, sizeof(*added));
        if (!added)
            return -ENOMEM;
        items = tracker->listening.items;
    }
    *added = (struct pl_listening){entry->cookie, *chain};
    *chain = (uint32_t)(added - items) + 1;
    return 0;
}

void pl_listening_remove(struct pl_tracker *tracker, const struct pl_tracked *entry)
{
    struct pl_listening *items = tracker->listening.items;
    uint32_t *link = chain_of(tracker, entry->local_port);

    while (*link != 0 && items[*link - 1].cookie != entry->cookie)
        link = &items[*link - 1].next;
    if (*link != 0) {
        uint32_t found = *link;

        *link = items[found - 1].next;
        items[found - 1].next = tracker->free_listening;
        tracker->free_listening = found;
    }
}

enum { RANK_NONE, RANK_OTHER, RANK_ANY, RANK_EXACT };

/* Ranks how well a listener fits the local end of a connection, as the kernel does. */
static int rank(const struct pl_tracked *listener, const struct pl_tracked *entry)
{
    size_t len = listener->family == PL_FAMILY_INET ? 4 : 16;
    bool any;

    if (listener->local_port != entry->local_port || listener->netns != entry->netns ||
        listener->proto != entry->proto)
        return RANK_NONE;
    any = pl_addr_is_any(listener->family, listener->addrs);
    if (listener->family != entry->family)
        return any && listener->family == PL_FAMILY_INET6 && !(listener->flags & PL_TRACK_V6ONLY)
                   ? RANK_OTHER
                   : RANK_NONE;
    if (memcmp(listener->addrs, entry->addrs, len) == 0)
        return RANK_EXACT;
    return any ? RANK_ANY : RANK_NONE;
}

static int by_pid(const void *a, const void *b)
{
    const struct pl_holder *x = a;
    const struct pl_holder *y = b;

    return pl_compare_u32(&x->pid, &y->pid);
}

/* Returns the holders of both, and drops them. NULL: out of memory. */
static struct pl_holders *join(struct pl_holders *a, struct pl_holders *b)
{
    struct pl_holders *both;
    uint32_t kept = 0;

    if (!a || !b || a == b) {
        pl_holders_drop(a ? b : NULL);
        return a ? a : b;
    }
    both = pl_holders_new(a->count + b->count);
    if (both) {
        memcpy(both->items, a->items, a->count * sizeof(*a->items));
        memcpy(both->items + a->count, b->items, b->count * sizeof(*b->items));
        qsort(both->items, both->count, sizeof(*both->items), by_pid);
        for (uint32_t i = 0; i < both->count; i++) {
            if (kept == 0 || both->items[kept - 1].pid != both->items[i].pid)
                both->items[kept++] = both->items[i];
        }
        both->count = kept;
    }
    pl_holders_drop(a);
    pl_holders_drop(b);
    return both;
}

struct pl_holders *pl_listening_holders(const struct pl_tracker *tracker,
                                        const struct pl_tracked *entry, bool *found)
{
    const struct pl_listening *items = tracker->listening.items;
    struct pl_holders *holders = NULL;
    int best = RANK_NONE;
    uint32_t at = tracker->chains[entry->local_port % PL_LISTENING_CHAINS];

    for (; at != 0; at = items[at - 1].next) {
        const struct pl_tracked *listener = pl_table_find(&tracker->table, items[at - 1].cookie);
        int fits = listener ? rank(listener, entry) : RANK_NONE;

        if (fits == RANK_NONE || fits < best)
            continue;
        if (fits > best) {
            pl_holders_drop(holders);
            holders = NULL;
        }
        best = fits;
        holders = join(holders, pl_holders_keep(listener->holders));
    }
    *found = best != RANK_NONE;
    return holders;
}
