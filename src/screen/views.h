/* SPDX-License-Identifier: BSD-2-Clause */
/* The views and their columns. */
#ifndef SCREEN_VIEWS_H
#define SCREEN_VIEWS_H

#include "grid.h"
#include "log.h"
#include "tree.h"

enum views { VIEW_CONNECTIONS, VIEW_PROCESSES, VIEW_REMOTES, VIEW_PORTS, VIEW_LOG, VIEW_MAX };

enum log_column {
    LOG_TIME,
    LOG_EVENT,
    LOG_PROTO,
    LOG_LOCAL,
    LOG_PEER,
    LOG_STATE,
    LOG_OWNERS,
    LOG_ENDED,
    LOG_LASTED,
    LOG_BYTES_IN,
    LOG_BYTES_OUT,
    LOG_COLUMN_MAX,
};

struct view_columns {
    const char *name; /* in the status line */
    const struct grid_column *columns;
    size_t count;
    int sorted; /* the default order; -1: none */
    bool descending;
};

const struct view_columns *views_get(enum views view);
/* Returns the kind of groups that a view has, or -1 if it has no groups. */
int views_groups(enum views view);

struct line views_row(const struct row *row);
struct line views_tree(const struct tree_line *tree);
struct line views_event(const struct pl_event *event);
/* Appends a filter that selects the rows of a group. Appends nothing if no filter selects exactly these. */
void views_filter(enum views view, const struct group *group, struct out *out);

#endif
