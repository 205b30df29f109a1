/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads several network namespaces into one snapshot. */
#include "collect.h"

#include <errno.h>
#include <stdlib.h>

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

static int compare_netns(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* Adds the network namespace of each socket once, sorted. */
static int add_inhabited(const struct pl_snapshot *snap, struct pl_list *inhabited)
{
    const struct pl_sock *socks = snap->socks.items;

    for (size_t i = 0; i < snap->socks.count; i++) {
        uint32_t *netns;

        if (i > 0 && socks[i].netns == socks[i - 1].netns)
            continue;
        netns = pl_list_add(inhabited, sizeof(*netns));
        if (!netns)
            return -ENOMEM;
        *netns = socks[i].netns;
    }
    pl_list_sort(inhabited, sizeof(uint32_t), compare_netns);
    return 0;
}

struct some {
    int (*read)(struct pl_collect *c, void *arg);
    void *arg;
    struct pl_list inhabited;
};

static int read_some(struct pl_collect *c, void *arg)
{
    struct some *some = arg;
    const uint32_t netns = c->snap->space;

    if (c->space && !pl_list_find(&some->inhabited, &netns, sizeof(netns), compare_netns))
        return 0;
    return some->read(c, some->arg);
}

int pl_collect_where_sockets_are(struct pl_collect *c, int (*read)(struct pl_collect *c, void *arg),
                                 void *arg)
{
    struct some some = {.read = read, .arg = arg};
    int err = 0;

    if (c->reader->spaces.list.count > 0)
        err = add_inhabited(c->snap, &some.inhabited);
    err = err ? err : pl_collect_everywhere(c, read_some, &some);
    free(some.inhabited.items);
    return err;
}
