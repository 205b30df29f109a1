/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads several network namespaces into one snapshot. */
#include "collect.h"

/* space: NULL: the network namespace of the reader. */
static void enter(struct pl_collect *c, const struct pl_space *space)
{
    c->space = space;
    c->snap->space = space ? space->netns : 0;
}

int pl_collect_everywhere(struct pl_collect *c, int (*read)(struct pl_collect *c, void *arg),
                          void *arg)
{
    const struct pl_list *spaces = &c->reader->spaces.list;
    int err = read(c, arg);

    for (size_t i = 0; i < spaces->count && err >= 0; i++) {
        enter(c, (const struct pl_space *)spaces->items + i);
        err = read(c, arg);
    }
    enter(c, NULL);
    return err;
}
