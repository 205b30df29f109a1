/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table people read and awk splits: widths from the data, nothing cut, no trailing blanks,
 * no empty cell and no blank inside one but the last.
 */
#include "column.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void put_cell(const struct view *view, size_t column, const struct pl_sock *sock,
                     struct out *out)
{
    struct cell cell = {0};
    bool last = column + 1 == view->column_count;

    column_get(view->columns[column], view, sock, &cell);
    cell_plain(out, view, &cell, ',', last ? "" : " ");
}

/* A cell that stands at the end of the row since from is brought to its width. */
static void align(struct out *out, size_t from, size_t width, bool right, bool last)
{
    size_t len = out->len - from;
    size_t own = out->error == 0 ? text_width(out->data + from, len) : width;
    size_t blanks = own < width ? width - own : 0;

    if (!right) {
        if (!last)
            out_pad(out, blanks);
        return;
    }
    if (blanks == 0 || !out_room(out, blanks))
        return;
    for (size_t i = len; i > 0; i--)
        out->data[from + blanks + i - 1] = out->data[from + i - 1];
    for (size_t i = 0; i < blanks; i++)
        out->data[from + i] = ' ';
    out->len += blanks;
}

/*
 * Each row is written into memory once, only to see how wide its cells are. The titles count
 * without a header too: -H takes a line away and changes no other.
 */
static void measure(const struct view *view, size_t *widths, struct out *scratch)
{
    for (size_t column = 0; column < view->column_count; column++) {
        size_t width = strlen(view->columns[column]->title);

        /* Nothing stands to the right of the last column. */
        if (column + 1 == view->column_count && !view->columns[column]->right)
            break;
        for (size_t row = 0; row < view->row_count && scratch->error == 0; row++) {
            size_t own;

            put_cell(view, column, view->rows[row], scratch);
            own = text_width(scratch->data, scratch->len);
            scratch->len = 0;
            if (own > width)
                width = own;
        }
        widths[column] = width;
    }
}

static void put_row(const struct view *view, const size_t *widths, const struct pl_sock *sock,
                    struct out *out)
{
    for (size_t column = 0; column < view->column_count; column++) {
        const struct column *c = view->columns[column];
        size_t from;

        if (column > 0)
            out_char(out, ' ');
        from = out->len;
        if (sock)
            put_cell(view, column, sock, out);
        else
            out_word(out, c->title);
        align(out, from, widths[column], c->right, column + 1 == view->column_count);
    }
    out_char(out, '\n');
}

void table_print(const struct view *view, struct out *out)
{
    struct out scratch = {.fd = -1};
    size_t *widths = calloc(view->column_count, sizeof(*widths));

    if (!widths) {
        out->error = ENOMEM;
        return;
    }
    measure(view, widths, &scratch);
    if (scratch.error != 0)
        out->error = scratch.error;
    out_free(&scratch);
    if (view->header)
        put_row(view, widths, NULL, out);
    for (size_t i = 0; i < view->row_count; i++) {
        put_row(view, widths, view->rows[i], out);
        out_drain(out);
    }
    free(widths);
}
