/* SPDX-License-Identifier: BSD-2-Clause */
/* A GitHub-flavoured Markdown table. Rendered, it has the text of the table format. */
#include "view/sheet.h"

#include <ctype.h>

/* Returns whether this byte may start or end Markdown markup. */
static bool is_markup(const char *text, size_t len, size_t at)
{
    char before = at > 0 ? text[at - 1] : ' ';
    char after = at + 1 < len ? text[at + 1] : ' ';

    switch (text[at]) {
    case '_': /* no markup inside a word */
        return !isalnum((unsigned char)before) || !isalnum((unsigned char)after);
    case '(': /* [text](target), [text][name]; not markup alone */
    case '[':
        return before == ']';
    default:
        return text[at] != '\0' && strchr("\\`*<&|~$", text[at]);
    }
}

static void escape(struct out *out, size_t from, struct out *scratch)
{
    size_t len = sheet_take(out, from, scratch);

    for (size_t i = 0; i < len; i++) {
        if (is_markup(scratch->data, len, i))
            out_char(out, '\\');
        out_char(out, scratch->data[i]);
    }
}

void markdown_begin(struct writer *writer)
{
    const struct sheet *sheet = writer->sheet;

    if (!sheet->view->header)
        return;
    for (size_t i = 0; i < sheet->column_count; i++) {
        out_word(writer->out, i == 0 ? "| " : " | ");
        out_word(writer->out, sheet->columns[i].title);
    }
    out_word(writer->out, " |\n");
    for (size_t i = 0; i < sheet->column_count; i++)
        out_word(writer->out, sheet->columns[i].right ? "| ---: " : "| --- ");
    out_word(writer->out, "|\n");
}

void markdown_rows(struct writer *writer, const void *const *rows, size_t count)
{
    const struct sheet *sheet = writer->sheet;
    struct out *out = writer->out;

    for (size_t row = 0; row < count; row++) {
        for (size_t i = 0; i < sheet->column_count; i++) {
            struct cell cell;
            size_t from;

            out_word(out, i == 0 ? "| " : " | ");
            from = out->len;
            sheet_cell(sheet, rows[row], &sheet->columns[i], &cell);
            cell_plain(out, sheet->view, &cell, ',', "");
            if (out->error == 0)
                escape(out, from, &writer->scratch);
        }
        out_word(out, " |\n");
        out_drain(out);
    }
}
