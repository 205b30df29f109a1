/* SPDX-License-Identifier: BSD-2-Clause */
#include "view.h"

#include "model/array.h"
#include "sheet.h"
#include "text.h"

const struct format view_formats[] = {
    {"table", "aligned columns for people and awk", false, false, true, true, PL_SHOWN_TABLE,
     table_begin, table_rows, table_end},
    {"json", "one document with sockets and notes", true, true, true, false, PL_SHOWN_JSON,
     json_begin, json_rows, json_end},
    {"jsonl", "one JSON object a line", true, false, false, false, PL_SHOWN_JSON, NULL, jsonl_rows,
     NULL},
    {"csv", "comma-separated values", true, false, false, false, PL_SHOWN_CSV, csv_begin, csv_rows,
     NULL},
    {"tsv", "tab-separated values", true, false, false, false, PL_SHOWN_CSV, tsv_begin, tsv_rows,
     NULL},
    {"markdown", "a table in Markdown", false, false, false, false, PL_SHOWN_TABLE, markdown_begin,
     markdown_rows, NULL},
};

const size_t view_format_count = COUNT_OF(view_formats);

const struct format *view_format_find(const char *name)
{
    for (size_t i = 0; i < view_format_count; i++) {
        if (strcmp(view_formats[i].name, name) == 0)
            return &view_formats[i];
    }
    return NULL;
}

void view_note(struct out *out, const struct pl_note *note)
{
    char text[512];
    const char *help = pl_note_help(note);

    (void)pl_note_text(note, text, sizeof(text));
    text_plain(out, text_of(text), "");
    if (help[0] != '\0') {
        out_word(out, ": ");
        out_word(out, help);
    }
}
