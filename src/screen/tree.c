/* SPDX-License-Identifier: BSD-2-Clause */
#include "tree.h"

#include <errno.h>
#include <stdlib.h>

/* A group that is open, also while none of its sockets is shown. */
struct opened {
    uint64_t high, low;
    enum group_kind kind;
};

static struct opened *find(const struct tree *tree, enum group_kind kind, const struct group *group)
{
    struct opened *opened = tree->open.items;

    for (size_t i = 0; i < tree->open.count; i++) {
        if (opened[i].kind == kind && opened[i].high == group->high && opened[i].low == group->low)
            return &opened[i];
    }
    return NULL;
}

int tree_set(struct tree *tree, enum group_kind kind, const struct group *group, bool open)
{
    struct opened *opened = find(tree, kind, group);

    if (open == (opened != NULL))
        return 0;
    if (!open) {
        *opened = ((struct opened *)tree->open.items)[--tree->open.count];
        return 0;
    }
    opened = pl_list_add(&tree->open, sizeof(*opened));
    if (!opened)
        return -ENOMEM;
    *opened = (struct opened){group->high, group->low, kind};
    return 0;
}

static int add(struct tree *tree, const struct group *group, struct row *row, bool open)
{
    struct tree_line *line = pl_list_add(&tree->lines, sizeof(*line));

    if (!line)
        return -ENOMEM;
    *line = (struct tree_line){group, row, open};
    return 0;
}

int tree_make(struct tree *tree, const struct groups *groups, const struct ordering *order,
              enum group_kind kind)
{
    int err = 0;

    tree_clear(tree);
    for (size_t i = 0; i < groups->count && err == 0; i++) {
        const struct group *group = &groups->items[i];
        bool open = tree->open.count > 0 && find(tree, kind, group);

        err = add(tree, group, NULL, open);
        for (size_t n = 0; open && n < order->count && err == 0; n++) {
            if (groups_has(group, kind, order->rows[n]))
                err = add(tree, group, order->rows[n], false);
        }
    }
    return err;
}

const struct tree_line *tree_line(const struct tree *tree, size_t index)
{
    const struct tree_line *lines = tree->lines.items;

    return index < tree->lines.count ? &lines[index] : NULL;
}

void tree_clear(struct tree *tree)
{
    tree->lines.count = 0;
}

void tree_free(struct tree *tree)
{
    free(tree->lines.items);
    free(tree->open.items);
    *tree = (struct tree){0};
}
