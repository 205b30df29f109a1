/* SPDX-License-Identifier: BSD-2-Clause */
#include "view.h"

#include "model/array.h"
#include "sheet.h"
#include "text.h"

const struct format view_formats[] = {
    {"table", PL_SHOWN_TABLE, .several = true, .screen = true, .begin = table_begin,
     .rows = table_rows, .end = table_end},
    {"json", PL_SHOWN_JSON, .data = true, .keyed = true, .notes = true, .several = true,
     .begin = json_begin, .rows = json_rows, .end = json_end},
    {"jsonl", PL_SHOWN_JSON, .data = true, .keyed = true, .rows = jsonl_rows},
    {"csv", PL_SHOWN_CSV, .data = true, .separator = ',', .begin = csv_begin, .rows = csv_rows},
    {"tsv", PL_SHOWN_CSV, .data = true, .separator = '\t', .begin = csv_begin, .rows = csv_rows},
    {"pids", .data = true, .only = "pid", .rows = pids_rows, .end = pids_end},
    {"markdown", PL_SHOWN_TABLE, .begin = markdown_begin, .rows = markdown_rows},
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
        out_word(out, "; ");
        out_word(out, help);
    }
}
