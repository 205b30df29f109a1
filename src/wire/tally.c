/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attempts are equal if their keys are printed alike. An attacker who sends packets chooses the keys, so
 * the groups are in a balanced tree, not in a hash table.
 */
#include "tally.h"

#include "view/group.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

struct tally_group {
    struct attempt_row row; /* the first one of the group */
    uint64_t count;
    size_t place; /* how many groups are older */
    size_t len;   /* of key */
    char *key;
};

struct tally {
    const struct view *view;
    struct sheet row_sheet; /* prints the keys of an attempt */
    struct sheet_column row_columns[ATTEMPT_COLUMNS];
    void *root;                 /* of tsearch(3) */
    struct tally_group **items; /* of the tree */
    size_t count, size;
    struct out key; /* scratch */
};

struct tally *tally_new(const struct view *view)
{
    struct tally *tally = calloc(1, sizeof(*tally));

    if (!tally)
        return NULL;
    tally->view = view;
    tally->row_sheet = columns_sheet(view, tally->row_columns);
    tally->key.fd = -1;
    return tally;
}

static int by_key(const void *a, const void *b)
{
    const struct tally_group *x = a;
    const struct tally_group *y = b;
    size_t len = x->len < y->len ? x->len : y->len;
    int order = memcmp(x->key, y->key, len);

    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

void tally_free(struct tally *tally)
{
    if (!tally)
        return;
    for (size_t i = 0; i < tally->count; i++) {
        (void)tdelete(tally->items[i], &tally->root, by_key);
        owners_drop(&tally->items[i]->row);
        free(tally->items[i]->key);
        free(tally->items[i]);
    }
    free(tally->items);
    out_free(&tally->key);
    free(tally);
}

/* Prints the keys as filters and machines read them, each with its length: no value imitates two. */
static int print_key(struct tally *tally, const struct attempt_row *row)
{
    const struct sheet *sheet = &tally->row_sheet;

    tally->key.len = 0;
    for (size_t i = 0; i < sheet->column_count; i++) {
        struct cell cell = {0};
        size_t start = tally->key.len;
        size_t len;

        sheet->cell(sheet, row, &sheet->columns[i], &cell);
        cell_plain(&tally->key, tally->view, &cell, ';', "");
        len = tally->key.len - start;
        out_bytes(&tally->key, (const char *)&len, sizeof(len));
    }
    return tally->key.error != 0 ? -ENOMEM : 0;
}

static struct tally_group *entry_new(const struct tally *tally, const struct attempt_row *row)
{
    struct tally_group *entry = calloc(1, sizeof(*entry));
    char *key = malloc(tally->key.len);

    if (!entry || !key) {
        free(entry);
        free(key);
        return NULL;
    }
    memcpy(key, tally->key.data, tally->key.len);
    *entry =
        (struct tally_group){.row = *row, .place = tally->count, .len = tally->key.len, .key = key};
    owners_keep(&entry->row);
    return entry;
}

static int grow(struct tally *tally)
{
    size_t size = tally->size > 0 ? tally->size * 2 : 64;
    struct tally_group **items;

    if (tally->count < tally->size)
        return 0;
    items = realloc(tally->items, size * sizeof(*items));
    if (!items)
        return -ENOMEM;
    tally->items = items;
    tally->size = size;
    return 0;
}

int tally_add(struct tally *tally, const struct attempt_row *row)
{
    struct tally_group **found;
    struct tally_group wanted = {0};
    struct tally_group *entry;

    if (print_key(tally, row) < 0 || grow(tally) < 0)
        return -ENOMEM;
    wanted.key = tally->key.data;
    wanted.len = tally->key.len;
    found = tfind(&wanted, &tally->root, by_key);
    if (found) {
        (*found)->count++;
        return 0;
    }
    entry = entry_new(tally, row);
    if (!entry)
        return -ENOMEM;
    entry->count = 1;
    if (!tsearch(entry, &tally->root, by_key)) {
        owners_drop(&entry->row);
        free(entry->key);
        free(entry);
        return -ENOMEM;
    }
    tally->items[tally->count++] = entry;
    return 0;
}

/* ---- the sheet ---- */

static int by_count(const void *a, const void *b)
{
    const struct tally_group *x = *(const struct tally_group *const *)a;
    const struct tally_group *y = *(const struct tally_group *const *)b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return (x->place > y->place) - (x->place < y->place);
}

static void tally_cell(const struct sheet *sheet, const void *item,
                       const struct sheet_column *column, struct cell *cell)
{
    const struct tally *tally = sheet->arg;
    const struct tally_group *entry = item;

    if (column->id == GROUP_COUNT)
        *cell = (struct cell){.kind = CELL_NUMBER, .number = entry->count};
    else
        tally->row_sheet.cell(&tally->row_sheet, &entry->row, &tally->row_columns[column->id],
                              cell);
}

int tally_print(struct tally *tally, const struct format *format, struct out *out)
{
    struct sheet_column columns[GROUP_KEYS + 1];
    const struct sheet sheet = {.key = "groups",
                                .columns = columns,
                                .column_count = group_columns(tally->view, columns),
                                .view = tally->view,
                                .cell = tally_cell,
                                .arg = tally};
    const void **rows = malloc((tally->count + 1) * sizeof(*rows));

    if (!rows)
        return -ENOMEM;
    if (tally->count > 0)
        qsort(tally->items, tally->count, sizeof(struct tally_group *), by_count);
    for (size_t i = 0; i < tally->count; i++)
        rows[i] = tally->items[i];
    sheet_print(&sheet, format, rows, tally->count, out);
    free(rows);
    return 0;
}
