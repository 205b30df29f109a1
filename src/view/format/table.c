/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table, for people and awk: column widths from the data, nothing truncated, no trailing
 * blanks, no empty cells. Only cells of the last column contain blanks, and never at their ends.
 */
#include "model/array.h"
#include "plain.h"
#include "view/terminal.h"
#include "view/text.h"
#include "view/wrap.h"

#include <errno.h>
#include <stdlib.h>

struct table {
    const struct sheet *sheet;
    const struct sheet_column *columns; /* all columns of the sheet, or those that fit */
    size_t count;
    struct plain plain; /* widths, and cells that plain.c prints */
    struct out *scratch;
    bool begun; /* widths are known and titles printed */
    bool narrow;
    bool gone[VIEW_COLUMNS]; /* narrow: columns that do not fit */
    struct sheet_column kept[VIEW_COLUMNS];
    const struct sheet_column *shortened;
};

/* Escapes a blank at the start or end of the text written since from. */
static void escape_ends(struct out *out, size_t from)
{
    static const char blank[] = "\\x20";
    const size_t more = sizeof(blank) - 2;

    if (out->len > from && out->data[out->len - 1] == ' ') {
        out->len--;
        out_word(out, blank);
    }
    if (out->len > from && out->data[from] == ' ' && out_room(out, more)) {
        memmove(out->data + from + more, out->data + from, out->len - from);
        memcpy(out->data + from, blank, more + 1);
        out->len += more;
    }
}

static void write_cell(const struct table *table, size_t at, const struct cell *cell,
                       struct out *out)
{
    bool blanks = at + 1 == table->count;
    size_t from = out->len;

    cell_plain(out, table->sheet->view, cell, ',', blanks ? "" : " ");
    if (blanks)
        escape_ends(out, from);
}

/* Returns the printed width of a cell. */
static size_t written_width(struct table *table, size_t at, const void *row)
{
    struct out *scratch = table->scratch;
    struct cell cell;
    size_t width;

    sheet_cell(table->sheet, row, &table->columns[at], &cell);
    write_cell(table, at, &cell, scratch);
    width = text_width(scratch->data, scratch->len);
    scratch->len = 0;
    return width;
}

/* Rows to measure column by column; as many as fit into the fastest cache. */
#define BLOCK 64

static void measure_block(struct table *table, size_t column, const void *const *rows, size_t from,
                          size_t end)
{
    size_t *width = &table->plain.columns[column].width;

    while ((from = plain_measure(&table->plain, column, rows, from, end)) < end) {
        size_t own = written_width(table, column, rows[from++]);

        if (own > *width)
            *width = own;
    }
}

/* The last column has no padding unless aligned right. Returns the number of columns to measure. */
static size_t end_line(struct table *table)
{
    bool right = table->columns[table->count - 1].right;

    if (!right)
        table->plain.columns[table->count - 1].width = 0;
    return table->count - !right;
}

/* Measures all rows before printing. Titles count even with -H, which only omits their line. */
static void measure(struct table *table, const void *const *rows, size_t row_count)
{
    size_t count = end_line(table);

    for (size_t row = 0; row < row_count && table->scratch->error == 0; row += BLOCK) {
        size_t end = row_count - row < BLOCK ? row_count : row + BLOCK;

        plain_expect(&table->plain, rows, row, end);
        for (size_t column = 0; column < count; column++)
            measure_block(table, column, rows, row, end);
    }
}

/* Pads the cell written since from. */
static void align(struct out *out, size_t from, size_t width, bool right)
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

static void put_cell(const struct table *table, size_t at, const void *row, struct out *out)
{
    const struct sheet *sheet = table->sheet;
    const struct sheet_column *column = &table->columns[at];
    const char *style = "";
    struct cell cell;
    size_t from;

    sheet_cell(sheet, row, column, &cell);
    if (sheet->view->color && sheet->style)
        style = sheet->style(column, row, &cell);
    if (style[0] != '\0')
        out_word(out, style);
    from = out->len;
    write_cell(table, at, &cell, out);
    align(out, from, table->plain.columns[at].width, column->right);
    if (style[0] != '\0')
        out_word(out, TERMINAL_PLAIN);
}

static void put_titles(const struct table *table, struct out *out)
{
    for (size_t i = 0; i < table->count; i++) {
        size_t from;

        if (i > 0)
            out_char(out, ' ');
        from = out->len;
        out_word(out, table->columns[i].title);
        align(out, from, table->plain.columns[i].width, table->columns[i].right);
    }
    out_char(out, '\n');
}

/* Prints the rest of a row, from a cell that plain_write() cannot print. */
static void put_rest(const struct table *table, size_t column, const void *row, size_t room,
                     struct out *out)
{
    while (column < table->count) {
        char *p;

        put_cell(table, column, row, out);
        out_char(out, ' ');
        if (!out_room(out, room))
            return;
        column++;
        p = out->data + out->len;
        if (!table->sheet->view->color) /* plain.c writes no escape sequences */
            column = plain_write(&table->plain, column, row, &p);
        out->len = (size_t)(p - out->data);
    }
}

/* Returns where the last column begins. */
static size_t last_column(const struct table *table)
{
    size_t at = table->count - 1;

    for (size_t i = 0; i + 1 < table->count; i++)
        at += table->plain.columns[i].width;
    return at;
}

static void put_rows(const struct table *table, const void *const *rows, size_t count,
                     struct out *out)
{
    bool color = table->sheet->view->color;
    size_t indent = last_column(table);
    size_t room = table->count * PLAIN_ROOM;

    for (size_t i = 0; i < table->count; i++)
        room += table->plain.columns[i].width;
    for (size_t i = 0; i < count && out_room(out, room); i++) {
        char *p = out->data + out->len;
        size_t from = out->len;
        size_t column;

        if (i % BLOCK == 0)
            plain_expect(&table->plain, rows, i, count - i < BLOCK ? count : i + BLOCK);
        column = color ? 0 : plain_write(&table->plain, 0, rows[i], &p);

        out->len = (size_t)(p - out->data);
        if (column < table->count)
            put_rest(table, column, rows[i], room, out);
        if (out->error == 0)
            out->data[out->len - 1] = '\n'; /* instead of the last blank */
        wrap_under(out, from, table->sheet->view->wrap, indent);
        out_drain(out);
    }
}

/* ---- on a terminal that is too narrow ---- */

/* Wider than any terminal: it is wrapped, and has no padding. */
static bool is_details(const struct sheet_column *column)
{
    return strcmp(column->name, "details") == 0;
}

/* Returns the width of a column, also of the last one. */
static size_t width_of(struct table *table, size_t at, const void *const *rows, size_t count)
{
    size_t width = strlen(table->columns[at].title);

    if (is_details(&table->columns[at]))
        return width;
    for (size_t row = 0; row < count; row++) {
        size_t own = written_width(table, at, rows[row]);

        if (own > width)
            width = own;
    }
    return width;
}

/* Replaces the first column that has a shorter form. Returns the replaced column, or NULL. */
static const struct sheet_column *shorten(struct table *table, size_t *widths,
                                          const void *const *rows, size_t count)
{
    for (size_t i = 0; i < table->count; i++) {
        if (!table->kept[i].shorter)
            continue;
        table->kept[i] = *table->kept[i].shorter;
        widths[i] = width_of(table, i, rows, count);
        return &table->sheet->columns[i];
    }
    return NULL;
}

/* Returns whether a hidden column is more important than showing all processes of a socket. */
static bool is_dear(const struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->gone[i] && !table->kept[i].empty && terminal_is_dear(table->columns[i].name))
            return true;
    }
    return false;
}

static bool hides_any(const struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->gone[i])
            return true;
    }
    return false;
}

/* What a cell without a value prints. */
static const char *const nothing[] = {"-", "*", "*:*"};
/* States of sockets that only wait for peers: they follow from the protocol. */
static const char *const waiting[] = {"LISTEN", "UNCONN"};

/* Marks columns as empty that have only such cells. */
static void mark_empty(struct table *table, const char *const *words, size_t word_count,
                       const void *const *rows, size_t count)
{
    struct out *scratch = table->scratch;

    for (size_t at = 0; at < table->count; at++) {
        bool all = count > 0 && !table->kept[at].empty;

        for (size_t row = 0; row < count && all; row++) {
            struct cell cell;
            size_t word = 0;

            sheet_cell(table->sheet, rows[row], &table->kept[at], &cell);
            write_cell(table, at, &cell, scratch);
            while (word < word_count && (scratch->len != strlen(words[word]) ||
                                         memcmp(scratch->data, words[word], scratch->len) != 0))
                word++;
            all = word < word_count;
            scratch->len = 0;
        }
        table->kept[at].empty |= all;
    }
}

/* Wide columns of a fixed sheet that does not fit become narrower. Some cells will be wider. */
#define WIDE     20
#define SQUEEZED 15

static void squeeze(const struct table *table, size_t *widths)
{
    for (size_t i = 0; i < table->count; i++)
        widths[i] = widths[i] >= WIDE ? SQUEEZED : widths[i];
}

/* Hides columns that do not fit. */
static void fit(struct table *table, const void *const *rows, size_t row_count)
{
    const struct sheet *sheet = table->sheet;
    size_t count = table->count;
    size_t widths[VIEW_COLUMNS];
    bool fits;

    memcpy(table->kept, sheet->columns, count * sizeof(*sheet->columns));
    table->columns = table->kept;
    for (size_t i = 0; i < count; i++)
        widths[i] = is_details(&table->kept[i]) ? width_of(table, i, rows, row_count)
                                                : table->plain.columns[i].width;
    widths[count - 1] = width_of(table, count - 1, rows, row_count);
    fits = terminal_fit(table->kept, widths, count, sheet->view->width, table->gone);
    if (sheet->fixed && (!fits || is_dear(table))) {
        squeeze(table, widths);
        (void)terminal_fit(table->kept, widths, count, sheet->view->width, table->gone);
    } else if (!sheet->fixed && (!fits || hides_any(table)))
        mark_empty(table, nothing, COUNT_OF(nothing), rows, row_count);
    if (!sheet->fixed &&
        (!terminal_fit(table->kept, widths, count, sheet->view->width, table->gone) ||
         is_dear(table))) {
        table->shortened = shorten(table, widths, rows, row_count);
        mark_empty(table, waiting, COUNT_OF(waiting), rows, row_count);
        (void)terminal_fit(table->kept, widths, count, sheet->view->width, table->gone);
    }
    table->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (table->gone[i])
            continue;
        table->plain.columns[table->count] =
            (struct plain_column){.width = widths[i], .kind = table->kept[i].plain};
        table->kept[table->count++] = table->kept[i];
    }
    table->plain.count = table->count;
    end_line(table);
}

/* ---- the writer ---- */

static void name_gone(const struct table *table, struct out *out)
{
    const struct sheet *sheet = table->sheet;

    terminal_name_gone(sheet->columns, table->gone, sheet->column_count, table->shortened, out);
}

/* Computes widths from the first rows. */
static void settle(struct table *table, const void *const *rows, size_t count, struct out *out)
{
    const struct sheet *sheet = table->sheet;

    table->begun = true;
    for (size_t i = 0; i < table->count; i++) {
        if (sheet->fixed)
            table->plain.columns[i].width = table->columns[i].width;
        else if (sheet->loose && !sheet->view->header)
            table->plain.columns[i].width = 0;
    }
    if (!sheet->fixed)
        measure(table, rows, count);
    table->narrow = sheet->view->width > 0 && table->count <= VIEW_COLUMNS;
    if (table->narrow)
        fit(table, rows, count);
    if (table->narrow && sheet->stream)
        name_gone(table, out);
    if (table->scratch->error == 0 && sheet->view->header && (count > 0 || !sheet->loose))
        put_titles(table, out);
}

void table_begin(struct writer *writer)
{
    const struct sheet *sheet = writer->sheet;
    struct out *scratch = &writer->scratch;
    struct table *table = calloc(1, sizeof(*table));

    if (sheet->follows)
        out_char(writer->out, '\n');
    if (!table ||
        !plain_init(&table->plain, sheet->view, sheet->columns, sheet->column_count, scratch)) {
        free(table);
        writer->out->error = ENOMEM;
        return;
    }
    table->sheet = sheet;
    table->columns = sheet->columns;
    table->count = sheet->column_count;
    table->scratch = scratch;
    writer->own = table;
    if (sheet->fixed)
        settle(table, NULL, 0, writer->out);
}

void table_rows(struct writer *writer, const void *const *rows, size_t count)
{
    struct table *table = writer->own;

    if (!table || table->count == 0)
        return;
    if (!table->begun)
        settle(table, rows, count, writer->out);
    if (table->scratch->error == 0)
        put_rows(table, rows, count, writer->out);
}

void table_end(struct writer *writer)
{
    struct table *table = writer->own;

    if (!table)
        return;
    if (!table->begun && table->count > 0)
        settle(table, NULL, 0, writer->out);
    if (table->narrow && !table->sheet->stream)
        name_gone(table, writer->out);
    plain_free(&table->plain);
    free(table);
}
