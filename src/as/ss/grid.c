/* SPDX-License-Identifier: BSD-2-Clause */
#include "grid.h"

#include "model/array.h"

/* ss pads no cell beyond. */
#define WIDTH_MAX 65535

static const struct column {
    bool right; /* aligned to the right */
    bool apart; /* a blank precedes it, unless it is the first column */
} columns[] = {
    {0}, {false, true}, {false, true}, {false, true}, {true, true}, {0}, {true, true}, {0}, {0}};

enum { COLUMNS = COUNT_OF(columns) };

struct grid {
    const struct column *columns;
    size_t count;
    size_t widths[COLUMNS]; /* with the blank before; 0: all cells are empty */
};

static bool is_apart(const struct grid *grid, size_t column)
{
    return column > 0 && grid->columns[column].apart;
}

/* The length of the cell at text. */
static size_t cell_len(const char *text, const char *end)
{
    const char *at = text;

    while (at < end && *at != GRID_CELL && *at != GRID_ROW)
        at++;
    return (size_t)(at - text);
}

/* A cell that nothing ends has no influence on the width of its column. */
static void measure(struct grid *grid, const char *text, const char *end)
{
    size_t column = 0;

    for (; text < end; text++) {
        size_t len = cell_len(text, end);

        text += len;
        if (text == end)
            break;
        if (column < grid->count && len > grid->widths[column])
            grid->widths[column] = len;
        column = *text == GRID_ROW ? 0 : column + 1;
    }
}

/* Distributes blanks over the columns; the last ones get the rest of the division. */
static void widen(struct grid *grid, size_t from, size_t to, size_t blanks)
{
    size_t used = 0;
    size_t rest;

    for (size_t i = from; i < to; i++)
        used += grid->widths[i] > 0;
    rest = used > 0 ? blanks % used : 0;
    for (size_t i = to; i-- > from;) {
        if (grid->widths[i] == 0)
            continue;
        grid->widths[i] += blanks / used + (rest > 0);
        rest -= rest > 0;
    }
}

/* Fills each line of the terminal with the columns that fit into it. */
static void spread(struct grid *grid, size_t screen)
{
    size_t from = 0;
    size_t len = 0;

    for (size_t i = 0; i < grid->count; i++) {
        if (len > 0 && len + grid->widths[i] > screen) {
            widen(grid, from, i, screen - len);
            from = i;
            len = 0;
        }
        len += grid->widths[i];
    }
    widen(grid, from, grid->count, screen - len);
}

static void put_rows(const struct grid *grid, const char *text, const char *end, struct out *out)
{
    size_t column = 0;

    while (text < end && column < grid->count) {
        size_t len = cell_len(text, end);
        size_t width = grid->widths[column];
        size_t used = len + is_apart(grid, column);
        size_t pad = width > used ? width - used : 0;
        bool right = grid->columns[column].right;

        out_word(out, is_apart(grid, column) ? " " : "");
        out_pad(out, right ? pad : 0);
        out_bytes(out, text, len);
        out_pad(out, right ? 0 : pad);
        text += len + 1;
        column++;
        if (text[-1] == GRID_ROW) {
            out_char(out, '\n');
            out_drain(out);
            column = 0;
        }
    }
}

void ss_grid_print(const struct out *cells, size_t measured, size_t first, size_t screen,
                   struct out *out)
{
    struct grid grid = {.columns = columns + first, .count = COLUMNS - first};
    size_t limit = screen > 0 ? screen : WIDTH_MAX;

    out->error = cells->error;
    if (cells->error != 0 || cells->len == 0)
        return;
    measure(&grid, cells->data, cells->data + measured);
    for (size_t i = 0; i < grid.count; i++) {
        size_t width = grid.widths[i] > 0 ? grid.widths[i] + is_apart(&grid, i) : 0;

        grid.widths[i] = width < limit ? width : limit;
    }
    if (screen > 0)
        spread(&grid, screen);
    put_rows(&grid, cells->data, cells->data + cells->len, out);
}
