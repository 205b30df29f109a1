/* SPDX-License-Identifier: BSD-2-Clause */
/* CSV (RFC 4180) and TSV: a header row of column names; several owners joined by ';'. */
#include "view/sheet.h"
#include "view/text.h"

#include <string.h>

/* What a spreadsheet takes for a formula, at the start of a cell or of one of its owners. */
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
 * Writes once more what stands there since from, in quotes if it needs some. A formula becomes \xHH
 * like everything that is not to be obeyed. '@' of an abstract UNIX name stands for its NUL; a path's
 * own is escaped already.
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

/* TSV needs no quotes, for no cell holds a tab, and has formulas as they are. */
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
