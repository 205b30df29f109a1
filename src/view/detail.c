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

void detail_pairs(struct out *out, const struct view *view, const struct pl_sock *sock)
{
    bool any = false;

    for (size_t i = 0; i < view->pair_count; i++) {
        const struct pl_field *column = view->pairs[i];
        struct cell cell = {0};

        column_get(column, view, sock, &cell);
        if (cell.kind == CELL_ABSENT || (cell.kind == CELL_OWNERS && cell.count == 0))
            continue;
        if (any)
            out_char(out, ',');
        any = true;
        out_word(out, column->name);
        out_char(out, '=');
        cell_plain(out, view, &cell, ';', " ,");
        if (cell.kind == CELL_NUMBER)
            put_unit(out, column->unit);
    }
    if (!any)
        out_char(out, '-');
}
