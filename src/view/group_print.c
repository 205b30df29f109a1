/* SPDX-License-Identifier: BSD-2-Clause */
/* How groups leave: a table as of sockets, with their number in front; JSON, CSV, TSV. */
#include "group.h"
#include "terminal.h"

#include <string.h>

/* ---- table ---- */

struct group_table {
    const struct view *view;       /* of the columns that are left */
    size_t places[GROUP_KEYS];     /* which of the keys they are */
    size_t widths[GROUP_KEYS + 1]; /* of these; the last one is that of the numbers */
};

/* Of one process each: here a number of theirs is a number, no list. */
static bool is_right(const struct column *column)
{
    return column->right || strcmp(column->type, "list of numbers") == 0;
}

static const char *also_of(const struct view *view, size_t at)
{
    return at + 1 == view->column_count ? "" : " ";
}

static void measure(const struct group_entries *groups, size_t *widths, struct out *scratch)
{
    const struct view *view = groups->view;
    size_t *count_width = &widths[GROUP_KEYS];
    char digits[20];

    *count_width = strlen("Count");
    for (size_t i = 0; i < view->column_count; i++)
        widths[i] = strlen(view->columns[i]->title);
    for (size_t row = 0; row < groups->count && scratch->error == 0; row++) {
        size_t own = pl_number_print(groups->items[row].count, digits);

        *count_width = own > *count_width ? own : *count_width;
        for (size_t i = 0; i < view->column_count; i++) {
            own = cell_width(view, &groups->items[row].cells[i], ',', also_of(view, i), scratch);
            widths[i] = own > widths[i] ? own : widths[i];
        }
    }
}

static void put_cell(const struct group_table *table, size_t at, const struct group_entry *entry,
                     struct out *out)
{
    const struct view *view = table->view;
    const struct column *column = view->columns[at];
    const struct cell *cell = entry ? &entry->cells[table->places[at]] : NULL;
    const char *style = "";
    /* No blanks at the end of the line. */
    size_t width = at + 1 < view->column_count || is_right(column) ? table->widths[at] : 0;
    size_t from;

    if (entry && view->color)
        style = terminal_style(column, entry->sock, cell);
    out_word(out, style);
    from = out->len;
    if (cell)
        cell_plain(out, view, cell, ',', also_of(view, at));
    else
        out_word(out, column->title);
    table_align(out, from, width, is_right(column));
    out_word(out, style[0] != '\0' ? TERMINAL_PLAIN : "");
}

/* entry NULL: the header. */
static void put_row(const struct group_table *table, const struct group_entry *entry,
                    struct out *out)
{
    size_t from = out->len;

    if (entry)
        out_number(out, entry->count);
    else
        out_word(out, "Count");
    table_align(out, from, table->widths[GROUP_KEYS], true);
    for (size_t i = 0; i < table->view->column_count; i++) {
        out_char(out, ' ');
        put_cell(table, i, entry, out);
    }
    out_char(out, '\n');
}

/* Keys that a narrow terminal has no room for are left out, and named on the last line. */
static void put_table(const struct group_entries *groups, struct out *out)
{
    const struct column *columns[GROUP_KEYS];
    struct view view = *groups->view;
    struct group_table table = {.view = &view};
    struct out scratch = {.fd = -1};
    bool gone[GROUP_KEYS] = {false};
    size_t numbers;

    measure(groups, table.widths, &scratch);
    out->error = scratch.error != 0 ? scratch.error : out->error;
    out_free(&scratch);
    numbers = table.widths[GROUP_KEYS] + 1;
    if (view.width > 0)
        (void)terminal_fit(view.columns, table.widths, view.column_count,
                           view.width > numbers ? view.width - numbers : 1, gone);
    view.columns = columns;
    view.column_count = 0;
    for (size_t i = 0; i < groups->view->column_count; i++) {
        if (gone[i])
            continue;
        columns[view.column_count] = groups->view->columns[i];
        table.places[view.column_count] = i;
        table.widths[view.column_count++] = table.widths[i];
    }
    if (view.header)
        put_row(&table, NULL, out);
    for (size_t i = 0; i < groups->count; i++) {
        put_row(&table, &groups->items[i], out);
        out_drain(out);
    }
    terminal_name_gone(groups->view->columns, gone, groups->view->column_count, NULL, out);
}

/* ---- for machines ---- */

static void put_values(const struct group_entries *groups, const struct group_entry *entry,
                       char separator, struct out *out)
{
    const struct view *view = groups->view;

    out_number(out, entry->count);
    for (size_t i = 0; i < view->column_count; i++) {
        const struct cell *cell = &entry->cells[i];

        out_char(out, separator);
        if (cell->kind == CELL_OWNERS && cell->count == 0)
            continue;
        if (separator == ',')
            csv_cell(view, cell, out);
        else
            cell_plain(out, view, cell, ';', "");
    }
    out_char(out, '\n');
}

static void put_lines(const struct group_entries *groups, char separator, struct out *out)
{
    const struct view *view = groups->view;

    if (view->header) {
        out_word(out, "count");
        for (size_t i = 0; i < view->column_count; i++) {
            out_char(out, separator);
            out_word(out, view->columns[i]->name);
        }
        out_char(out, '\n');
    }
    for (size_t i = 0; i < groups->count; i++) {
        put_values(groups, &groups->items[i], separator, out);
        out_drain(out);
    }
}

static void put_object(const struct group_entries *groups, const struct group_entry *entry,
                       struct out *out)
{
    const struct view *view = groups->view;

    out_word(out, "{\"count\":");
    out_number(out, entry->count);
    for (size_t i = 0; i < view->column_count; i++) {
        if (entry->cells[i].kind != CELL_ABSENT)
            json_member(out, view, view->columns[i]->name, &entry->cells[i], false);
    }
    out_char(out, '}');
}

static void put_json(const struct group_entries *groups, bool lines, struct out *out)
{
    if (!lines) {
        out_word(out, "{\"schema\":1,\"system\":\"");
        out_word(out, pl_system_name(pl_snapshot_system(groups->view->snap)));
        out_word(out, "\",\"groups\":[");
    }
    for (size_t i = 0; i < groups->count; i++) {
        if (!lines)
            out_word(out, i > 0 ? ",\n" : "\n");
        put_object(groups, &groups->items[i], out);
        if (lines)
            out_char(out, '\n');
        out_drain(out);
    }
    if (lines)
        return;
    out_word(out, groups->count > 0 ? "\n]" : "]");
    json_notes(groups->view->snap, out);
    out_word(out, "}\n");
}

void group_put(const struct group_entries *groups, const char *format, struct out *out)
{
    if (strncmp(format, "json", 4) == 0)
        put_json(groups, strcmp(format, "jsonl") == 0, out);
    else if (groups->view->data)
        put_lines(groups, strcmp(format, "csv") == 0 ? ',' : '\t', out);
    else
        put_table(groups, out);
}
