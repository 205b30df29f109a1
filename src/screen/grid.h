/* SPDX-License-Identifier: BSD-2-Clause */
/* What is visible of a view, as text: a few lines of cells under columns. */
#ifndef SCREEN_GRID_H
#define SCREEN_GRID_H

#include "model/list.h"
#include "paint.h"
#include "rows.h"
#include "view/column.h"

#define GRID_COLUMNS 16

/* A line before it is text: a row, a group or an event, and the socket that it is about. */
struct line {
    const struct row *row;        /* whose socket it is about; NULL: none */
    const struct pl_event *event; /* the same; an event may have no socket */
    struct pl_holders *holders;
    const void *item; /* of the view's own type */
    enum style style;
    char mark;  /* "+", "~", "x" or " "; of a group that is open: "v" */
    bool inner; /* a socket below its group: item is a row */
};

struct grid_column {
    const char *title;
    uint8_t weight; /* columns with a lower one are shown first; 0 and 1 always */
    bool right;
    enum pl_field_id field; /* its cell, unless one of the following is set */
    /* appends the cell; sock is that of view->snap, NULL: the line has none */
    void (*put)(struct out *out, const struct view *view, const struct line *line,
                const struct pl_sock *sock, uint64_t now);
    /* A number, if it is known, and how people read it. */
    bool (*number)(const struct line *line, uint64_t now, uint64_t *number);
    void (*unit)(struct out *out, uint64_t number);
    const char *(*word)(const struct line *line); /* NULL: unknown */
    const char *name; /* of its values in a file; NULL: those of the field */
};

struct grid {
    const struct grid_column *columns;
    size_t column_count;
    size_t widths[GRID_COLUMNS]; /* only grow, so that columns stay where they are */
    bool hidden[GRID_COLUMNS];
    struct out text;
    struct pl_list cells; /* struct grid_cell, column_count for each line */
    struct pl_batch *batch;
    struct view view;
    uint64_t now;
    int width;  /* of what was painted last */
    int sorted; /* column that the order follows; -1: none */
    bool descending;
};

bool line_has_sock(const struct line *line);
/* Returns an event that puts the socket of a line into a batch. */
struct pl_event line_event(const struct line *line);

/* Begins another view: its columns have no widths yet. */
void grid_begin(struct grid *grid, const struct grid_column *columns, size_t count);
/* Sets the text of the lines. Returns 0 or a negative errno. */
int grid_fill(struct grid *grid, const struct line *lines, size_t count);
/* Appends the cells of the first line, separated by blanks. */
void grid_join(const struct grid *grid, struct out *out);
/* Draws the titles on line y and the lines below it. selected: index of a line, or -1. */
void grid_paint(struct grid *grid, const struct paint *paint, int y, const struct line *lines,
                size_t count, int selected);
/* Returns the column whose title is at x, or -1. */
int grid_column_at(const struct grid *grid, int x);
/* Appends the titles of the columns that have no room. */
void grid_hidden(const struct grid *grid, struct out *out);
void grid_free(struct grid *grid);

#endif
