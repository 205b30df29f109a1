/* SPDX-License-Identifier: BSD-2-Clause */
/* Details as key=value pairs. */
#include "column.h"
#include "model/array.h"

#include <string.h>

/* Appends units other than counts and bytes. */
static void put_unit(struct out *out, const char *unit)
{
    static const char *const shown[] = {"us", "ms", "s", "B/s", "%"};

    for (size_t i = 0; unit && i < COUNT_OF(shown); i++) {
        if (strcmp(unit, shown[i]) == 0)
            out_word(out, unit);
    }
}

/* Returns whether the pair is printed although its value is the default. */
static bool is_whole(const struct view *view, const struct pl_field *column)
{
    return view->data || (column->shown & view->whole) != 0;
}

const struct pl_field *detail_next(const struct view *view, const struct pl_sock *sock, size_t *at,
                                   struct cell *cell)
{
    while (*at < view->pair_count) {
        const struct pl_field *column = view->pairs[(*at)++];

        cell_clear(cell);
        column_get(column, view, sock, cell);
        if (cell->kind != CELL_ABSENT && !(cell->kind == CELL_OWNERS && cell->count == 0) &&
            (is_whole(view, column) || !pl_field_is_quiet(column, view->snap, sock, &cell->value)))
            return column;
    }
    return NULL;
}

void detail_pairs(struct out *out, const struct view *view, const struct pl_sock *sock)
{
    const struct pl_field *column;
    struct cell cell;
    size_t at = 0;
    size_t from = out->len;

    while ((column = detail_next(view, sock, &at, &cell))) {
        if (out->len > from)
            out_char(out, ',');
        out_word(out, column->name);
        out_char(out, '=');
        cell_plain(out, view, &cell, ';', " ,");
        if (cell.kind == CELL_NUMBER)
            put_unit(out, column->unit);
    }
    if (out->len == from)
        out_char(out, '-');
}
