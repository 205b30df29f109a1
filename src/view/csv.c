/* SPDX-License-Identifier: BSD-2-Clause */
/* CSV (RFC 4180) and TSV: a header row of column names; several owners joined by ';'. */
#include "sheet.h"

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

/* separator ',' is CSV, which has quotes; TSV needs none, for no cell holds a tab. */
static void put_row(const struct sheet *sheet, const void *row, char separator, struct out *out)
{
    for (size_t i = 0; i < sheet->column_count; i++) {
        size_t from;
        struct cell cell;

        if (i > 0)
            out_char(out, separator);
        from = out->len;
        sheet_cell(sheet, row, &sheet->columns[i], &cell);
        if (cell.kind == CELL_ABSENT || (cell.kind == CELL_OWNERS && cell.count == 0))
            continue;
        cell_plain(out, sheet->view, &cell, ';', "");
        if (separator != ',' || out->error != 0)
            continue;
        defuse(out, from, &cell);
        quote(out, from);
    }
    out_char(out, '\n');
}

static void put_rows(struct writer *writer, const void *const *rows, size_t count, char separator)
{
    for (size_t i = 0; i < count; i++) {
        put_row(writer->sheet, rows[i], separator, writer->out);
        out_drain(writer->out);
    }
}

static void put_header(struct writer *writer, char separator)
{
    const struct sheet *sheet = writer->sheet;

    for (size_t i = 0; sheet->view->header && i < sheet->column_count; i++) {
        if (i > 0)
            out_char(writer->out, separator);
        out_word(writer->out, sheet->columns[i].name);
    }
    if (sheet->view->header)
        out_char(writer->out, '\n');
}

void csv_begin(struct writer *writer)
{
    put_header(writer, ',');
}

void csv_rows(struct writer *writer, const void *const *rows, size_t count)
{
    put_rows(writer, rows, count, ',');
}

void tsv_begin(struct writer *writer)
{
    put_header(writer, '\t');
}

void tsv_rows(struct writer *writer, const void *const *rows, size_t count)
{
    put_rows(writer, rows, count, '\t');
}
