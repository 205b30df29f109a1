/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts rows by the values of some columns. A socket that several processes hold is counted once
 * for each different value.
 */
#include "group.h"

#include "terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FOLD_ENTRIES 4096

/* A group, or, before counting, the key values of one socket. */
struct group_entry {
    struct cell cells[GROUP_KEYS];
    const struct pl_sock *sock; /* one of the counted sockets */
    uint64_t count;             /* number of different sockets */
};

struct group_entries {
    const struct view *view; /* its columns are the keys */
    struct group_entry *items;
    const void **rows; /* the sorted items, followed by as much scratch space */
    size_t count, size;
};

static struct group_entry *add(struct group_entries *groups)
{
    if (groups->count == groups->size) {
        size_t size = groups->size > 0 ? groups->size * 2 : 256;
        struct group_entry *items = realloc(groups->items, size * sizeof(*items));

        if (!items)
            return NULL;
        groups->items = items;
        groups->size = size;
    }
    groups->items[groups->count] = (struct group_entry){.count = 1};
    return &groups->items[groups->count++];
}

/* The processes that the keys of a socket use: those of the socket and those of its peer. */
struct lists {
    const struct pl_owner *owners[2];
    size_t counts[2];
    size_t used;
};

static size_t list_of(struct lists *lists, const struct cell *cell)
{
    size_t i = 0;

    while (i < lists->used && lists->owners[i] != cell->owners)
        i++;
    if (i == lists->used && i < 2) {
        lists->owners[i] = cell->owners;
        lists->counts[i] = cell->count;
        lists->used++;
    }
    return i < 2 ? i : 1;
}

/* Adds the row for process at[i] of each list i. */
static int add_row(struct group_entries *groups, const struct pl_sock *sock,
                   const struct cell *cells, struct lists *lists, const size_t *at)
{
    struct group_entry *entry = add(groups);

    if (!entry)
        return -ENOMEM;
    entry->sock = sock;
    for (size_t i = 0; i < groups->view->column_count; i++) {
        const struct cell *cell = &cells[i];

        entry->cells[i] = *cell;
        /* Machine-readable formats do not distinguish tcp and tcp6. */
        if (cell->kind == CELL_PROTO && groups->view->data)
            entry->cells[i].kind = CELL_WORD;
        /* 10.0.0.1 and ::ffff:10.0.0.1 are one host. */
        if (cell->kind == CELL_ADDRESS)
            entry->cells[i].number = pl_addr_is_mapped(sock->family, cell_address(cell));
        if (cell->kind == CELL_OWNER)
            cell_owner(groups->view, &cell->owners[at[list_of(lists, cell)]],
                       (enum pl_part)cell->number, &entry->cells[i]);
    }
    return 0;
}

static int expand(struct group_entries *groups, const struct pl_sock *sock)
{
    const struct view *view = groups->view;
    struct cell cells[GROUP_KEYS] = {{0}};
    struct lists lists = {.counts = {1, 1}};
    size_t at[2];
    int err = 0;

    for (size_t i = 0; i < view->column_count; i++) {
        column_get(view->columns[i], view, sock, &cells[i]);
        if (cells[i].kind == CELL_OWNER)
            (void)list_of(&lists, &cells[i]);
    }
    for (at[0] = 0; at[0] < lists.counts[0]; at[0]++) {
        for (at[1] = 0; at[1] < lists.counts[1] && err == 0; at[1]++)
            err = add_row(groups, sock, cells, &lists, at);
    }
    return err;
}

/* ---- order ---- */

struct order_by {
    const struct view *view;
    const struct sort_key *keys;
    size_t key_count;
    bool json;       /* compare JSON output */
    struct out a, b; /* scratch */
};

/* Returns whether cells of this kind are equal if their output is. */
static bool is_shown(const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_ENDPOINT:
    case CELL_OWNERS:
    case CELL_PAIRS:
    case CELL_HOLDERS:
    case CELL_PORTS:
    case CELL_REMARK:
    case CELL_OWN:
        return true;
    case CELL_ABSENT:
    case CELL_ADDRESS:
    case CELL_WORD:
    case CELL_TEXT:
    case CELL_NUMBER:
    case CELL_TIME:
    case CELL_BOOL:
    case CELL_UNKNOWN:
    case CELL_PROTO:
    case CELL_OWNER:
        break;
    }
    return false;
}

static void put_text(const struct order_by *by, const struct cell *cell, struct out *out)
{
    out->len = 0;
    if (by->json)
        cell_json(out, by->view, cell);
    else
        cell_plain(out, by->view, cell, ';', "");
}

static int by_text(struct order_by *by, const struct cell *a, const struct cell *b)
{
    size_t len;
    int order;

    put_text(by, a, &by->a);
    put_text(by, b, &by->b);
    len = by->a.len < by->b.len ? by->a.len : by->b.len;
    order = len > 0 ? memcmp(by->a.data, by->b.data, len) : 0;
    return order != 0 ? order : (by->a.len > by->b.len) - (by->a.len < by->b.len);
}

static int by_cells(struct order_by *by, const struct group_entry *a, const struct group_entry *b)
{
    int order = 0;

    for (size_t i = 0; i < by->view->column_count && order == 0; i++) {
        if (a->cells[i].kind == b->cells[i].kind && is_shown(&a->cells[i]))
            order = by_text(by, &a->cells[i], &b->cells[i]);
        else
            order = cell_compare(by->view, &a->cells[i], &b->cells[i]);
    }
    return order;
}

/* Sorts equal rows of a socket next to each other. */
static int by_cells_and_sock(void *by, const void *a, const void *b)
{
    const struct group_entry *x = a;
    const struct group_entry *y = b;
    int order = by_cells(by, x, y);

    return order != 0 ? order : (x->sock > y->sock) - (x->sock < y->sock);
}

/* Sorts by --sort, then largest count first, then by the group's columns. */
static int by_keys(void *arg, const void *a, const void *b)
{
    const struct order_by *by = arg;
    const struct view *view = by->view;
    const struct group_entry *x = a;
    const struct group_entry *y = b;
    int order = 0;

    for (size_t i = 0; i < by->key_count && order == 0; i++) {
        size_t at = 0;

        while (at + 1 < view->column_count && view->columns[at] != by->keys[i].column)
            at++;
        order = order_cells(view, &by->keys[i], &x->cells[at], &y->cells[at]);
    }
    if (order == 0)
        order = (x->count < y->count) - (x->count > y->count);
    for (size_t i = 0; i < view->column_count && order == 0; i++)
        order = cell_compare(view, &x->cells[i], &y->cells[i]);
    return order;
}

static int sort_entries(struct group_entries *groups, struct order_by *by, order_fn *compare)
{
    size_t count = groups->count;
    const void **rows = realloc(groups->rows, (2 * count + 1) * sizeof(const void *));

    if (!rows)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        rows[i] = &groups->items[i];
    groups->rows = rows;
    order_merge(rows, rows + count, count, compare, by);
    return by->a.error != 0 || by->b.error != 0 ? -ENOMEM : 0;
}

/* Merges equal entries. All entries of a socket must be present, because it is counted once. */
static int fold(struct group_entries *groups, struct order_by *by)
{
    struct group_entry *items;
    size_t kept = 0;
    int err = sort_entries(groups, by, by_cells_and_sock);

    if (err < 0)
        return err;
    items = malloc((groups->count + 1) * sizeof(*items));
    if (!items)
        return -ENOMEM;
    for (size_t i = 0; i < groups->count; i++) {
        const struct group_entry *entry = groups->rows[i];

        if (kept == 0 || by_cells(by, &items[kept - 1], entry) != 0) {
            items[kept++] = *entry;
        } else if (items[kept - 1].sock != entry->sock) {
            items[kept - 1].count += entry->count;
            items[kept - 1].sock = entry->sock;
        }
    }
    free(groups->items);
    groups->items = items;
    groups->size = groups->count + 1;
    groups->count = kept;
    return by->a.error != 0 || by->b.error != 0 ? -ENOMEM : 0;
}

/* Merges regularly, so that memory grows with the number of groups, not of sockets. */
static int count_rows(struct group_entries *groups, struct order_by *by)
{
    size_t limit = FOLD_ENTRIES;
    int err = 0;

    for (size_t i = 0; i < groups->view->row_count && err == 0; i++) {
        err = expand(groups, groups->view->rows[i]);
        if (err == 0 && groups->count >= limit) {
            err = fold(groups, by);
            limit = groups->count > FOLD_ENTRIES / 4 ? groups->count * 4 : FOLD_ENTRIES;
        }
    }
    err = err ? err : fold(groups, by);
    return err ? err : sort_entries(groups, by, by_keys);
}

/* ---- the sheet ---- */

static void group_cell(const struct sheet *sheet, const void *row,
                       const struct sheet_column *column, struct cell *cell)
{
    const struct group_entry *entry = row;

    (void)sheet;
    if (column->id == GROUP_COUNT)
        *cell = (struct cell){.kind = CELL_NUMBER, .number = entry->count};
    else
        *cell = entry->cells[column->id];
}

static const char *group_style(const struct sheet_column *column, const void *row,
                               const struct cell *cell)
{
    return terminal_style(column->field, ((const struct group_entry *)row)->sock, cell);
}

size_t group_columns(const struct view *view, struct sheet_column out[GROUP_KEYS + 1])
{
    out[0] = (struct sheet_column){
        .name = "count", .title = "Count", .id = GROUP_COUNT, .right = true, .pinned = true};
    for (size_t i = 0; i < view->column_count; i++) {
        const struct pl_field *key = view->columns[i];

        /* A group has one process: its number is printed as a number, not a list. */
        out[i + 1] = (struct sheet_column){
            .name = key->name,
            .title = key->title,
            .id = (unsigned int)i,
            .field = key,
            .right = key->right || strcmp(key->type, "list of numbers") == 0,
        };
    }
    return view->column_count + 1;
}

static void put_sheet(const struct group_entries *groups, const struct format *format,
                      struct out *out)
{
    const struct view *view = groups->view;
    struct sheet_column columns[GROUP_KEYS + 1];
    const struct sheet sheet = {.key = "groups",
                                .columns = columns,
                                .column_count = group_columns(view, columns),
                                .view = view,
                                .cell = group_cell,
                                .followed = view->explain && format->several,
                                .style = group_style};

    sheet_print(&sheet, format, groups->rows, groups->count, out);
}

int group_print(const struct view *view, const struct format *format, const struct sort_key *keys,
                size_t key_count, size_t top, struct out *out)
{
    struct group_entries groups = {.view = view};
    struct order_by by = {.view = view,
                          .keys = keys,
                          .key_count = key_count,
                          .json = (format->shown & PL_SHOWN_JSON) != 0,
                          .a = {.fd = -1},
                          .b = {.fd = -1}};
    int err = count_rows(&groups, &by);

    if (top > 0 && groups.count > top)
        groups.count = top;
    if (err == 0)
        put_sheet(&groups, format, out);
    out_free(&by.a);
    out_free(&by.b);
    free(groups.items);
    free(groups.rows);
    return err;
}
