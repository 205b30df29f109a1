/* SPDX-License-Identifier: BSD-2-Clause */
/* CSV (RFC 4180) and TSV: a header of column names; several owners are separated by ';'. */
#include "view/sheet.h"
#include "view/text.h"

#include <string.h>

/* Returns whether a spreadsheet would take a cell, or an owner in it, as a formula. */
static bool is_formula(const char *text, size_t at)
{
    return (at == 0 || text[at - 1] == ';') && text[at] != '\0' && strchr("=+-@|", text[at]);
}

static bool is_special(const char *text, size_t len)
{
    bool special = memchr(text, ',', len) || memchr(text, '"', len);

    for (size_t i = 0; i < len && !special; i++)
        special = is_formula(text, i);
    return special;
}

/*
 * Rewrites the output since from, quoted if needed. The first character of a formula becomes \xHH.
 * A leading '@' stands for the NUL of an abstract UNIX name; that of a path is escaped already.
 */
static void escape(struct out *out, size_t from, const struct cell *cell, struct out *scratch)
{
    size_t len = sheet_take(out, from, scratch);
    const char *text = scratch->data;
    bool quotes = len > 0 && (memchr(text, ',', len) || memchr(text, '"', len));

    out_word(out, quotes ? "\"" : "");
    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (is_formula(text, i)) {
            c = cell->kind == CELL_ENDPOINT && c == '@' ? '\0' : c;
            out_word(out, "\\x");
            text_hex(out, (struct pl_text){&c, 1});
            continue;
        }
        out_word(out, c == '"' ? "\"" : "");
        out_char(out, c);
    }
    out_word(out, quotes ? "\"" : "");
}

/* TSV needs no quotes, because no cell contains a tab, and keeps formulas. */
static void put_row(struct writer *writer, const void *row)
{
    const struct sheet *sheet = writer->sheet;
    struct out *out = writer->out;
    char separator = writer->format->separator;

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
        if (separator == ',' && out->error == 0 && is_special(out->data + from, out->len - from))
            escape(out, from, &cell, &writer->scratch);
    }
    out_char(out, '\n');
}

void csv_begin(struct writer *writer)
{
    const struct sheet *sheet = writer->sheet;

    if (!sheet->view->header)
        return;
    for (size_t i = 0; i < sheet->column_count; i++) {
        if (i > 0)
            out_char(writer->out, writer->format->separator);
        out_word(writer->out, sheet->columns[i].name);
    }
    out_char(writer->out, '\n');
}

void csv_rows(struct writer *writer, const void *const *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put_row(writer, rows[i]);
        out_drain(writer->out);
    }
}
