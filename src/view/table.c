/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table people read and awk splits: widths from the data, nothing cut, no trailing blanks,
 * no empty cell and no blank inside one but the last.
 */
#include "column.h"
#include "terminal.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a cell of the table may not hold: a blank, but in the last one. */
static const char *also_of(const struct view *view, size_t column)
{
    return column + 1 == view->column_count ? "" : " ";
}

/*
 * Each row is looked at twice, first only to see how wide its cells are. The titles count without
 * a header too: -H takes a line away and changes no other.
 */
static void measure(const struct view *view, size_t *widths, struct out *scratch)
{
    const struct column *const *columns = view->columns;
    size_t count = view->column_count;

    for (size_t column = 0; column < count; column++)
        widths[column] = strlen(columns[column]->title);
    /* Nothing stands to the right of the last column. */
    if (!columns[count - 1]->right)
        widths[--count] = 0;
    for (size_t row = 0; row < view->row_count && scratch->error == 0; row++) {
        for (size_t column = 0; column < count; column++) {
            struct cell cell = {0};
            size_t own;

            column_get(columns[column], view, view->rows[row], &cell);
            own = cell_width(view, &cell, ',', also_of(view, column), scratch);
            if (own > widths[column])
                widths[column] = own;
        }
    }
}

void table_align(struct out *out, size_t from, size_t width, bool right)
{
    size_t len = out->len - from;
    size_t own = out->error == 0 ? text_width(out->data + from, len) : width;
    size_t blanks = own < width ? width - own : 0;

    if (!right) {
        out_pad(out, blanks);
    } else if (blanks > 0 && out_room(out, blanks)) {
        memmove(out->data + from + blanks, out->data + from, len);
        memset(out->data + from, ' ', blanks);
        out->len += blanks;
    }
}

/* count blanks at p, which has room for BLANKS more. */
#define BLANKS 16
static void write_blanks(char *p, size_t count)
{
    static const char blanks[BLANKS + 1] = "                ";

    for (; count > BLANKS; count -= BLANKS, p += BLANKS)
        memcpy(p, blanks, BLANKS);
    memcpy(p, blanks, BLANKS);
}

/* A cell that is as wide as it is long; false if it is another one. */
static bool put_quick(const struct view *view, const struct cell *cell, size_t width, bool right,
                      struct out *out)
{
    char *from;
    char *end;
    size_t len;

    if (!out_room(out, CELL_ROOM + BLANKS + width))
        return false;
    from = out->data + out->len;
    end = cell_write(view, cell, from);
    if (!end)
        return false;
    len = (size_t)(end - from);
    if (len < width && right) {
        char text[CELL_ROOM];

        memcpy(text, from, sizeof(text));
        write_blanks(from, width - len);
        memcpy(from + width - len, text, sizeof(text));
    } else if (len < width) {
        write_blanks(end, width - len);
    }
    out->len += len < width ? width : len;
    return true;
}

static void put_cell(const struct view *view, size_t column, size_t width,
                     const struct pl_sock *sock, struct out *out)
{
    const struct column *c = view->columns[column];
    struct cell cell = {0};
    const char *style = "";
    size_t from;

    if (sock)
        column_get(c, view, sock, &cell);
    if (sock && view->color)
        style = terminal_style(c, sock, &cell);
    out_word(out, style);
    from = out->len;
    if (!sock) {
        out_word(out, c->title);
    } else {
        if (put_quick(view, &cell, width, c->right, out)) {
            out_word(out, style[0] != '\0' ? TERMINAL_PLAIN : "");
            return;
        }
        cell_plain(out, view, &cell, ',', also_of(view, column));
    }
    table_align(out, from, width, c->right);
    out_word(out, style[0] != '\0' ? TERMINAL_PLAIN : "");
}

static void put_row(const struct view *view, const size_t *widths, const struct pl_sock *sock,
                    struct out *out)
{
    for (size_t column = 0; column < view->column_count; column++) {
        if (column > 0)
            out_char(out, ' ');
        put_cell(view, column, widths[column], sock, out);
    }
    out_char(out, '\n');
}

static void print_fitting(const struct view *view, struct out *out)
{
    struct out scratch = {.fd = -1};
    size_t *widths;

    if (view->column_count == 0)
        return;
    widths = calloc(view->column_count, sizeof(*widths));
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

/* How wide one column is, the last one too, of which nothing else asks that. */
static size_t width_of(const struct view *view, size_t at, struct out *scratch)
{
    const struct column *column = view->columns[at];
    size_t width = strlen(column->title);

    /* Too long for any terminal: it goes on in the next lines. */
    if (strcmp(column->name, "details") == 0)
        return width;
    for (size_t row = 0; row < view->row_count; row++) {
        struct cell cell = {0};
        size_t own;

        column_get(column, view, view->rows[row], &cell);
        own = cell_width(view, &cell, ',', also_of(view, at), scratch);
        if (own > width)
            width = own;
    }
    return width;
}

/* One process for all of a socket, and how many there are; the column that it stands for or NULL. */
static const struct column *shorten(const struct view *view, const struct column **columns,
                                    size_t *widths, struct out *scratch)
{
    const struct column *holders = column_find("holders", strlen("holders"));

    for (size_t i = 0; i < view->column_count; i++) {
        const struct column *column = columns[i];

        if (strcmp(column->name, "owners") != 0)
            continue;
        columns[i] = holders;
        widths[i] = width_of(view, i, scratch);
        return column;
    }
    return NULL;
}

/* Is one of the columns gone that all processes of a socket are no good reason for? */
static bool is_dear(const struct view *view, const bool *gone)
{
    static const char *const dear[] = {"peer", "state", "interface", "reach", "remark"};

    for (size_t i = 0; i < view->column_count; i++) {
        for (size_t d = 0; gone[i] && d < sizeof(dear) / sizeof(dear[0]); d++) {
            if (strcmp(view->columns[i]->name, dear[d]) == 0)
                return true;
        }
    }
    return false;
}

/* On a terminal that is too narrow some columns give way, and are named at the end. */
static void print_narrow(const struct view *view, struct out *out)
{
    const struct column *columns[VIEW_COLUMNS];
    const struct column *shortened = NULL;
    size_t widths[VIEW_COLUMNS];
    bool gone[VIEW_COLUMNS];
    struct out scratch = {.fd = -1};
    struct view narrow = *view;
    size_t last = view->column_count - 1;

    memcpy(columns, view->columns, view->column_count * sizeof(*columns));
    narrow.columns = columns;
    measure(view, widths, &scratch);
    widths[last] = width_of(view, last, &scratch);
    if (!terminal_fit(columns, widths, view->column_count, view->width, gone) ||
        is_dear(view, gone)) {
        shortened = shorten(&narrow, columns, widths, &scratch);
        (void)terminal_fit(columns, widths, view->column_count, view->width, gone);
    }
    out_free(&scratch);
    narrow.column_count = 0;
    for (size_t i = 0; i < view->column_count; i++) {
        if (!gone[i])
            columns[narrow.column_count++] = columns[i];
    }
    print_fitting(&narrow, out);
    terminal_name_gone(view->columns, gone, view->column_count, shortened, out);
}

void table_print(const struct view *view, struct out *out)
{
    if (view->width > 0 && view->column_count > 0 && view->column_count <= VIEW_COLUMNS)
        print_narrow(view, out);
    else
        print_fitting(view, out);
}
