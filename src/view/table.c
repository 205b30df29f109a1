/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table people read and awk splits: widths from the data, nothing cut, no trailing blanks,
 * no empty cell and no blank inside one but the last.
 */
#include "plain.h"
#include "terminal.h"
#include "text.h"

#include <errno.h>
#include <string.h>

/* What a cell of the table may not hold: a blank, but in the last one. */
static const char *also_of(const struct view *view, size_t column)
{
    return column + 1 == view->column_count ? "" : " ";
}

/* The cell of a column as wide as it is written. */
static size_t written_width(const struct view *view, size_t at, const struct pl_sock *sock,
                            struct out *scratch)
{
    struct cell cell = {0};

    column_get(view->columns[at], view, sock, &cell);
    return cell_width(view, &cell, ',', also_of(view, at), scratch);
}

/* Rows that are measured together, column by column: as many as stay in the nearest cache. */
#define BLOCK 64

static void measure_block(const struct view *view, const struct plain *plain, size_t column,
                          size_t from, size_t end, struct out *scratch)
{
    size_t *width = &plain->columns[column].width;

    while ((from = plain_measure(plain, column, view->rows, from, end)) < end) {
        size_t own = written_width(view, column, view->rows[from++], scratch);

        if (own > *width)
            *width = own;
    }
}

/*
 * Each row is looked at twice, first only to see how wide its cells are. The titles count without
 * a header too: -H takes a line away and changes no other.
 */
static void measure(const struct view *view, const struct plain *plain, struct out *scratch)
{
    size_t count = view->column_count;

    /* Nothing stands to the right of the last column. */
    if (!view->columns[count - 1]->right)
        plain->columns[--count].width = 0;
    for (size_t row = 0; row < view->row_count && scratch->error == 0; row += BLOCK) {
        size_t end = view->row_count - row < BLOCK ? view->row_count : row + BLOCK;

        plain_expect(plain, view->rows, row, end);
        for (size_t column = 0; column < count; column++)
            measure_block(view, plain, column, row, end, scratch);
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
    if (sock)
        cell_plain(out, view, &cell, ',', also_of(view, column));
    else
        out_word(out, c->title);
    table_align(out, from, width, c->right);
    out_word(out, style[0] != '\0' ? TERMINAL_PLAIN : "");
}

static void put_titles(const struct view *view, const struct plain *plain, struct out *out)
{
    for (size_t column = 0; column < view->column_count; column++) {
        if (column > 0)
            out_char(out, ' ');
        put_cell(view, column, plain->columns[column].width, NULL, out);
    }
    out_char(out, '\n');
}

/* The rest of a row, from a cell on that plain_write() does not write. */
static void put_rest(const struct view *view, const struct plain *plain, size_t column,
                     const struct pl_sock *sock, size_t room, struct out *out)
{
    while (column < view->column_count) {
        char *p;

        put_cell(view, column, plain->columns[column].width, sock, out);
        out_char(out, ' ');
        if (!out_room(out, room))
            return;
        column++;
        p = out->data + out->len;
        if (!view->color) /* which is more than text */
            column = plain_write(plain, column, sock, &p);
        out->len = (size_t)(p - out->data);
    }
}

static void put_rows(const struct view *view, const struct plain *plain, struct out *out)
{
    size_t room = view->column_count * PLAIN_ROOM;

    for (size_t i = 0; i < view->column_count; i++)
        room += plain->columns[i].width;
    for (size_t i = 0; i < view->row_count && out_room(out, room); i++) {
        const struct pl_sock *sock = view->rows[i];
        char *p = out->data + out->len;
        size_t column;

        if (i % BLOCK == 0)
            plain_expect(plain, view->rows, i,
                         view->row_count - i < BLOCK ? view->row_count : i + BLOCK);
        column = view->color ? 0 : plain_write(plain, 0, sock, &p);

        out->len = (size_t)(p - out->data);
        if (column < view->column_count)
            put_rest(view, plain, column, sock, room, out);
        if (out->error == 0)
            out->data[out->len - 1] = '\n'; /* instead of the last blank */
        out_drain(out);
    }
}

static void print_fitting(const struct view *view, struct out *out)
{
    struct out scratch = {.fd = -1};
    struct plain plain;

    if (view->column_count == 0)
        return;
    if (!plain_init(&plain, view, &scratch)) {
        out->error = ENOMEM;
        return;
    }
    measure(view, &plain, &scratch);
    if (scratch.error == 0 && view->header)
        put_titles(view, &plain, out);
    if (scratch.error == 0)
        put_rows(view, &plain, out);
    if (scratch.error != 0)
        out->error = scratch.error;
    out_free(&scratch);
    plain_free(&plain);
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
        size_t own = written_width(view, at, view->rows[row], scratch);

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
    struct plain plain;

    if (!plain_init(&plain, view, &scratch)) {
        out->error = ENOMEM;
        return;
    }
    memcpy(columns, view->columns, view->column_count * sizeof(*columns));
    narrow.columns = columns;
    measure(view, &plain, &scratch);
    for (size_t i = 0; i < view->column_count; i++)
        widths[i] = plain.columns[i].width;
    plain_free(&plain);
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
