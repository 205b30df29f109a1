/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON (RFC 8259) and JSON Lines. Keys are column names; unknown values have no key. */
#include "view/sheet.h"
#include "view/text.h"

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

static void put_object(const struct sheet *sheet, const void *row, struct out *out)
{
    const struct sheet_column *end = sheet->columns + sheet->column_count;
    bool first = true;

    out_char(out, '{');
    for (const struct sheet_column *column = sheet->columns; column < end; column++) {
        struct cell cell;

        sheet_cell(sheet, row, column, &cell);
        if (cell.kind == CELL_ABSENT)
            continue;
        json_member(out, sheet->view, column->name, &cell, first);
        first = false;
    }
    out_char(out, '}');
}

/* Prints a row that is a member: its cells are name and value. */
static void put_pair(const struct sheet *sheet, const void *row, bool first, struct out *out)
{
    struct cell name;
    struct cell value;

    sheet_cell(sheet, row, &sheet->columns[0], &name);
    sheet_cell(sheet, row, &sheet->columns[1], &value);
    json_member(out, sheet->view, name.text.data, &value, first);
}

static void put_string(struct out *out, const char *key, const char *value, const char *before)
{
    out_word(out, before);
    out_char(out, '"');
    out_word(out, key);
    out_bytes(out, "\":", 2);
    text_json(out, text_of(value));
}

static void put_note(struct out *out, const struct pl_note *note)
{
    char text[512];

    (void)pl_note_text(note, text, sizeof(text));
    put_string(out, "kind", pl_note_name(note->kind), "{");
    if (note->feed.len > 0) {
        out_char(out, ',');
        text_json_member(out, "feed", note->feed);
    }
    if (note->count > 0) {
        out_word(out, ",\"count\":");
        out_number(out, note->count);
    }
    put_string(out, "text", text, ",");
    if (pl_note_help(note)[0] != '\0')
        put_string(out, "help", pl_note_help(note), ",");
    out_char(out, '}');
}

static void put_notes(const struct pl_snapshot *snap, struct out *out)
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

void json_begin(struct writer *writer)
{
    const struct sheet *sheet = writer->sheet;
    struct out *out = writer->out;

    if (!sheet->follows) {
        out_word(out, "{\"schema\":");
        out_number(out, SCHEMA);
        if (sheet->registry)
            put_string(out, "registry", sheet->registry, ",");
        else if (sheet->view->snap)
            put_string(out, "system", pl_system_name(pl_snapshot_system(sheet->view->snap)), ",");
    }
    out_word(out, ",\"");
    out_word(out, sheet->key);
    out_word(out, sheet->object ? "\":{" : "\":[");
}

void json_rows(struct writer *writer, const void *const *rows, size_t count)
{
    const struct sheet *sheet = writer->sheet;
    struct out *out = writer->out;

    for (size_t i = 0; i < count; i++) {
        bool first = writer->rows + i == 0;

        if (sheet->object) {
            put_pair(sheet, rows[i], first, out);
        } else {
            out_word(out, first ? "\n" : ",\n");
            put_object(sheet, rows[i], out);
        }
        out_drain(out);
    }
}

void json_end(struct writer *writer)
{
    const struct sheet *sheet = writer->sheet;
    struct out *out = writer->out;

    if (writer->rows > 0 && !sheet->object && !sheet->follows && !sheet->followed)
        out_char(out, '\n');
    out_char(out, sheet->object ? '}' : ']');
    if (sheet->followed)
        return;
    if (!sheet->registry && sheet->view->snap)
        put_notes(sheet->view->snap, out);
    out_word(out, "}\n");
}

void jsonl_rows(struct writer *writer, const void *const *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put_object(writer->sheet, rows[i], writer->out);
        out_char(writer->out, '\n');
        out_drain(writer->out);
    }
}
