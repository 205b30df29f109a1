/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows counted by what some columns hold. A socket of several processes counts for each of them
 * once, where a column of theirs is among the keys.
 */
#include "group.h"

#include "column.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    struct cell cells[GROUP_KEYS];
    uint64_t count;
};

struct entries {
    const struct view *view;
    struct entry *items;
    size_t count, size;
};

static struct entry *add(struct entries *entries)
{
    if (entries->count == entries->size) {
        size_t size = entries->size > 0 ? entries->size * 2 : 256;
        struct entry *items = realloc(entries->items, size * sizeof(*items));

        if (!items)
            return NULL;
        entries->items = items;
        entries->size = size;
    }
    entries->items[entries->count] = (struct entry){.count = 1};
    return &entries->items[entries->count++];
}

/* The cells of a row with the owner number at. */
static int add_row(struct entries *entries, const struct cell *cells, size_t at)
{
    struct entry *entry = add(entries);

    if (!entry)
        return -ENOMEM;
    for (size_t i = 0; i < entries->view->column_count; i++) {
        const struct cell *cell = &cells[i];

        entry->cells[i] = *cell;
        /* For machines tcp and tcp6 are one protocol. */
        if (cell->kind == CELL_PROTO && entries->view->data)
            entry->cells[i].kind = CELL_WORD;
        if (cell->kind == CELL_OWNER)
            cell_owner(entries->view, &cell->owners[at], (enum owner_field)cell->number,
                       &entry->cells[i]);
    }
    return 0;
}

static int expand(struct entries *entries, const struct pl_sock *sock)
{
    const struct view *view = entries->view;
    struct cell cells[GROUP_KEYS] = {{0}};
    const struct cell *owners = NULL;
    int err = 0;

    for (size_t i = 0; i < view->column_count; i++) {
        column_get(view->columns[i], view, sock, &cells[i]);
        if (cells[i].kind == CELL_OWNER)
            owners = &cells[i];
    }
    if (!owners)
        return add_row(entries, cells, 0);
    for (size_t at = 0; at < owners->count && err == 0; at++) {
        if (at == 0 || owners->owners[at].pid != owners->owners[at - 1].pid)
            err = add_row(entries, cells, at);
    }
    return err;
}

static int by_cells(const struct view *view, const struct entry *a, const struct entry *b)
{
    int order = 0;

    for (size_t i = 0; i < view->column_count && order == 0; i++)
        order = cell_compare(view, &a->cells[i], &b->cells[i]);
    return order;
}

/* The largest first; those of one size as they stood. */
static int by_count(const struct view *view, const struct entry *a, const struct entry *b)
{
    (void)view;
    return a->count > b->count ? -1 : a->count < b->count;
}

typedef int compare_fn(const struct view *view, const struct entry *a, const struct entry *b);

static void merge_sort(const struct view *view, struct entry *items, struct entry *scratch,
                       size_t count, compare_fn *compare)
{
    size_t half = count / 2;
    size_t left = 0;
    size_t right = half;

    if (count < 2)
        return;
    merge_sort(view, items, scratch, half, compare);
    merge_sort(view, items + half, scratch, count - half, compare);
    for (size_t i = 0; i < count; i++) {
        bool take_left =
            left < half && (right == count || compare(view, &items[left], &items[right]) <= 0);

        scratch[i] = items[take_left ? left++ : right++];
    }
    memcpy(items, scratch, count * sizeof(*items));
}

static int count_equal(struct entries *entries)
{
    struct entry *items = entries->items;
    struct entry *scratch = malloc((entries->count > 0 ? entries->count : 1) * sizeof(*scratch));
    size_t kept = 0;

    if (!scratch)
        return -ENOMEM;
    merge_sort(entries->view, items, scratch, entries->count, by_cells);
    for (size_t i = 0; i < entries->count; i++) {
        if (kept > 0 && by_cells(entries->view, &items[kept - 1], &items[i]) == 0)
            items[kept - 1].count++;
        else
            items[kept++] = items[i];
    }
    entries->count = kept;
    merge_sort(entries->view, items, scratch, kept, by_count);
    free(scratch);
    return 0;
}

/* ---- formats ---- */

static void put_line(const struct entries *entries, const struct entry *entry, char separator,
                     size_t width, struct out *out)
{
    const struct view *view = entries->view;
    char digits[20];
    size_t len = entry ? pl_number_print(entry->count, digits) : strlen("count");

    out_pad(out, len < width ? width - len : 0);
    if (entry)
        out_bytes(out, digits, len);
    else
        out_word(out, view->data ? "count" : "Count");
    for (size_t i = 0; i < view->column_count; i++) {
        out_char(out, separator);
        if (entry && separator == ',')
            csv_cell(view, &entry->cells[i], out);
        else if (entry)
            cell_plain(out, view, &entry->cells[i], ';',
                       view->data || i + 1 == view->column_count ? "" : " ");
        else
            out_word(out, view->data ? view->columns[i]->name : view->columns[i]->title);
    }
    out_char(out, '\n');
}

static void put_lines(const struct entries *entries, char separator, struct out *out)
{
    size_t width = entries->view->data ? 0 : strlen("Count");
    char digits[20];

    if (!entries->view->data && entries->count > 0 &&
        pl_number_print(entries->items[0].count, digits) > width)
        width = pl_number_print(entries->items[0].count, digits);
    if (entries->view->header)
        put_line(entries, NULL, separator, width, out);
    for (size_t i = 0; i < entries->count; i++)
        put_line(entries, &entries->items[i], separator, width, out);
}

static void put_object(const struct entries *entries, const struct entry *entry, struct out *out)
{
    const struct view *view = entries->view;

    out_word(out, "{\"count\":");
    out_number(out, entry->count);
    for (size_t i = 0; i < view->column_count; i++) {
        if (entry->cells[i].kind != CELL_ABSENT)
            json_member(out, view, view->columns[i]->name, &entry->cells[i], false);
    }
    out_char(out, '}');
}

static void put_json(const struct entries *entries, bool lines, struct out *out)
{
    if (!lines) {
        out_word(out, "{\"schema\":1,\"system\":\"");
        out_word(out, pl_system_name(pl_snapshot_system(entries->view->snap)));
        out_word(out, "\",\"groups\":[");
    }
    for (size_t i = 0; i < entries->count; i++) {
        if (!lines)
            out_word(out, i > 0 ? ",\n" : "\n");
        put_object(entries, &entries->items[i], out);
        if (lines)
            out_char(out, '\n');
    }
    if (lines)
        return;
    out_word(out, entries->count > 0 ? "\n]" : "]");
    json_notes(entries->view->snap, out);
    out_word(out, "}\n");
}

int group_print(const struct view *view, const char *format, size_t top, struct out *out)
{
    struct entries entries = {.view = view};
    int err = 0;

    for (size_t i = 0; i < view->row_count && err == 0; i++)
        err = expand(&entries, view->rows[i]);
    if (err == 0)
        err = count_equal(&entries);
    if (top > 0 && entries.count > top)
        entries.count = top;
    if (err == 0 && strncmp(format, "json", 4) == 0)
        put_json(&entries, strcmp(format, "jsonl") == 0, out);
    else if (err == 0)
        put_lines(&entries, strcmp(format, "csv") == 0 ? ',' : view->data ? '\t' : ' ', out);
    free(entries.items);
    return err;
}
