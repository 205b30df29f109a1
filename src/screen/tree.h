/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of a view of groups: the groups, and below those that are open their sockets. */
#ifndef SCREEN_TREE_H
#define SCREEN_TREE_H

#include "group.h"
#include "model/list.h"

struct tree_line {
    const struct group *group;
    struct row *row; /* NULL: the line is that of the group */
    bool open;       /* its sockets follow */
};

/* Zeroed: nothing is open. */
struct tree {
    struct pl_list lines; /* struct tree_line */
    struct pl_list open;  /* of all views */
};

/* Opens or closes a group. Returns 0 or -ENOMEM. */
int tree_set(struct tree *tree, enum group_kind kind, const struct group *group, bool open);
/* Makes the lines. The sockets of a group are in their order. Returns 0 or -ENOMEM. */
int tree_make(struct tree *tree, const struct groups *groups, const struct ordering *order,
              enum group_kind kind);
const struct tree_line *tree_line(const struct tree *tree, size_t index);
/* Removes the lines, which refer to groups and rows. */
void tree_clear(struct tree *tree);
void tree_free(struct tree *tree);

#endif
