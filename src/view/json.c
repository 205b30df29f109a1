/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON (RFC 8259) and JSON Lines: keys are column names; what is not known has no key. */
#include "column.h"
#include "text.h"

#include <string.h>

#define SCHEMA 1

void json_member(struct out *out, const struct view *view, const char *key, const struct cell *cell,
                 bool first)
{
    if (!first)
        out_char(out, ',');
    if (cell->kind == CELL_TEXT) {
        text_json_member(out, key, cell->text);
        return;
    }
    out_char(out, '"');
    out_word(out, key);
    out_bytes(out, "\":", 2);
    cell_json(out, view, cell);
    if (cell->kind == CELL_OWNER)
        json_list_hex(out, view, key, cell);
}

static void put_sock(const struct view *view, const struct pl_sock *sock, struct out *out)
{
    bool first = true;

    out_char(out, '{');
    for (size_t i = 0; i < view->column_count; i++) {
        struct cell cell = {0};

        column_get(view->columns[i], view, sock, &cell);
        if (cell.kind == CELL_ABSENT)
            continue;
        json_member(out, view, view->columns[i]->name, &cell, first);
        first = false;
    }
    out_char(out, '}');
}

static void put_string(struct out *out, const char *key, struct pl_text value, const char *before)
{
    out_word(out, before);
    out_char(out, '"');
    out_word(out, key);
    out_bytes(out, "\":", 2);
    text_json(out, value);
}

static void put_note(struct out *out, const struct pl_note *note)
{
    char text[512];
    const char *help = pl_note_help(note);
    const char *name = pl_note_name(note->kind);

    (void)pl_note_text(note, text, sizeof(text));
    put_string(out, "kind", (struct pl_text){name, (uint32_t)strlen(name)}, "{");
    if (note->feed.len > 0) {
        out_char(out, ',');
        text_json_member(out, "feed", note->feed);
    }
    if (note->count > 0) {
        out_word(out, ",\"count\":");
        out_number(out, note->count);
    }
    put_string(out, "text", (struct pl_text){text, (uint32_t)strlen(text)}, ",");
    if (help[0] != '\0')
        put_string(out, "help", (struct pl_text){help, (uint32_t)strlen(help)}, ",");
    out_char(out, '}');
}

void json_notes(const struct pl_snapshot *snap, struct out *out)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    out_word(out, ",\"notes\":[");
    for (size_t i = 0; i < count; i++) {
        out_word(out, i > 0 ? ",\n" : "\n");
        put_note(out, &notes[i]);
    }
    out_word(out, count > 0 ? "\n]" : "]");
}

void json_print(const struct view *view, struct out *out)
{
    out_word(out, "{\"schema\":");
    out_number(out, SCHEMA);
    out_word(out, ",\"system\":\"");
    out_word(out, pl_system_name(pl_snapshot_system(view->snap)));
    out_word(out, "\",\"sockets\":[");
    for (size_t i = 0; i < view->row_count; i++) {
        out_word(out, i > 0 ? ",\n" : "\n");
        put_sock(view, view->rows[i], out);
        out_drain(out);
    }
    out_word(out, view->row_count > 0 ? "\n]" : "]");
    json_notes(view->snap, out);
    out_word(out, "}\n");
}

void jsonl_print(const struct view *view, struct out *out)
{
    for (size_t i = 0; i < view->row_count; i++) {
        put_sock(view, view->rows[i], out);
        out_char(out, '\n');
        out_drain(out);
    }
}
