/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How often the kernel refers to a UNIX socket: read from one feed before the sockets come from
 * another, and handed to each as an attribute. Sockets that wait to be accepted have no key: both
 * feeds tell them in the same order.
 */
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>

struct reference {
    uint64_t key;
    uint32_t count; /* 0: two rows of that key contradict each other */
};

static int by_key(const void *a, const void *b)
{
    uint64_t left = ((const struct reference *)a)->key;
    uint64_t right = ((const struct reference *)b)->key;

    return (left > right) - (left < right);
}

int pl_references_put(struct pl_snapshot *snap, uint64_t key, uint32_t count)
{
    struct pl_list *list = key != 0 ? &snap->references : &snap->unaccepted;
    struct reference *item = pl_list_add(list, sizeof(*item));

    if (!item)
        return -ENOMEM;
    *item = (struct reference){.key = key, .count = count};
    return 0;
}

void pl_references_settle(struct pl_snapshot *snap)
{
    struct reference *items = snap->references.items;

    if (snap->references.count > 1)
        qsort(items, snap->references.count, sizeof(*items), by_key);
    for (size_t i = 1; i < snap->references.count; i++) {
        if (items[i].key == items[i - 1].key)
            items[i].count = items[i - 1].count = 0;
    }
}

uint32_t pl_references_of(struct pl_snapshot *snap, uint64_t key)
{
    const struct reference *unaccepted = snap->unaccepted.items;
    const struct reference *items = snap->references.items;
    const struct reference wanted = {.key = key};
    const struct reference *found;

    if (key == 0)
        return snap->unaccepted_told < snap->unaccepted.count
                   ? unaccepted[snap->unaccepted_told++].count
                   : 0;
    found = snap->references.count > 0
                ? bsearch(&wanted, items, snap->references.count, sizeof(*items), by_key)
                : NULL;
    return found ? found->count : 0;
}
