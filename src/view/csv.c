/* SPDX-License-Identifier: BSD-2-Clause */
/* CSV (RFC 4180) and TSV: a header row of column names; several owners joined by ';'. */
#include "column.h"

#include <string.h>

static bool is_formula(const struct out *out, size_t from, size_t at)
{
    return (at == from || out->data[at - 1] == ';') && out->data[at] != '\0' &&
           strchr("=+-@", out->data[at]);
}

/* Quotes what has been written from there on, if it needs quotes. */
static void quote(struct out *out, size_t from)
{
    size_t len = out->len - from;
    size_t quotes = 0;

    if (out->error != 0 || len == 0 ||
        (!memchr(out->data + from, ',', len) && !memchr(out->data + from, '"', len)))
        return;
    for (size_t i = from; i < out->len; i++)
        quotes += out->data[i] == '"';
    if (!out_room(out, quotes + 2))
        return;
    /* Backwards, in place: every quote becomes two. */
    for (size_t to = out->len + quotes, i = out->len; i > from; i--) {
        out->data[to--] = out->data[i - 1];
        if (out->data[i - 1] == '"')
            out->data[to--] = '"';
    }
    out->data[from] = '"';
    out->len += quotes + 1;
    out_char(out, '"');
}

/*
 * What a spreadsheet takes for a formula, at the start of a cell or of one of its owners, becomes
 * \xHH like everything that is not to be obeyed. '@' of an abstract UNIX name stands for its NUL;
 * a path's own is escaped already.
 */
static void defuse(struct out *out, size_t from, const struct cell *cell)
{
    static const char hex[] = "0123456789abcdef";
    size_t count = 0;
    size_t to;

    for (size_t i = from; i < out->len; i++)
        count += is_formula(out, from, i);
    if (count == 0 || !out_room(out, count * 3))
        return;
    to = out->len + count * 3;
    /* Backwards, in place. */
    for (size_t i = out->len; i-- > from;) {
        unsigned char c = (unsigned char)out->data[i];

        if (!is_formula(out, from, i)) {
            out->data[--to] = (char)c;
            continue;
        }
        if (cell->kind == CELL_ENDPOINT && c == '@')
            c = '\0';
        out->data[--to] = hex[c & 15];
        out->data[--to] = hex[c >> 4];
        out->data[--to] = 'x';
        out->data[--to] = '\\';
    }
    out->len += count * 3;
}

void csv_cell(const struct view *view, const struct cell *cell, struct out *out)
{
    size_t from = out->len;

    cell_plain(out, view, cell, ';', "");
    if (out->error != 0)
        return;
    defuse(out, from, cell);
    quote(out, from);
}

static void put_row(const struct view *view, const struct pl_sock *sock, struct out *out,
                    char separator)
{
    for (size_t i = 0; i < view->column_count; i++) {
        struct cell cell = {0};

        if (i > 0)
            out_char(out, separator);
        column_get(view->columns[i], view, sock, &cell);
        if (cell.kind == CELL_OWNERS && cell.count == 0)
            continue;
        if (separator == ',')
            csv_cell(view, &cell, out);
        else
            cell_plain(out, view, &cell, ';', "");
    }
    out_char(out, '\n');
}

static void print(const struct view *view, struct out *out, char separator)
{
    for (size_t i = 0; view->header && i < view->column_count; i++) {
        if (i > 0)
            out_char(out, separator);
        out_word(out, view->columns[i]->name);
    }
    if (view->header)
        out_char(out, '\n');
    for (size_t i = 0; i < view->row_count; i++) {
        put_row(view, view->rows[i], out, separator);
        out_drain(out);
    }
}

void csv_print(const struct view *view, struct out *out)
{
    print(view, out, ',');
}

void tsv_print(const struct view *view, struct out *out)
{
    print(view, out, '\t');
}
