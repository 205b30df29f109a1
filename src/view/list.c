/* SPDX-License-Identifier: BSD-2-Clause */
/* The sheet of a listing: a row per socket, a column per field. */
#include "sheet.h"
#include "terminal.h"
#include "view/format/plain.h"

#include <errno.h>
#include <stdlib.h>

static void list_cell(const struct sheet *sheet, const void *row, const struct sheet_column *column,
                      struct cell *cell)
{
    column_get(column->field, sheet->view, row, cell);
}

static const char *list_style(const struct sheet_column *column, const void *row,
                              const struct cell *cell)
{
    return terminal_style(column->field, row, cell);
}

static struct sheet_column from_field(const struct pl_field *field)
{
    return (struct sheet_column){.name = field->name,
                                 .title = field->title,
                                 .right = field->right,
                                 .plain = plain_kind_of(field),
                                 .field = field};
}

void list_print(const struct view *view, const struct format *format, struct out *out)
{
    size_t count = view->column_count;
    struct sheet_column *columns = malloc((count + 1) * sizeof(*columns));
    const struct sheet sheet = {.key = "sockets",
                                .columns = columns,
                                .column_count = count,
                                .view = view,
                                .cell = view->overview ? overview_cell : list_cell,
                                .followed = view->explain && format->several,
                                .style = list_style};

    if (!columns) {
        out->error = ENOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        columns[i] = from_field(view->columns[i]);
        /* plain.c prints the single socket. */
        if (view->overview)
            columns[i].plain = PLAIN_NONE;
        /* On a narrow terminal: the first process, and the number of processes. */
        if (view->columns[i]->id == PL_FIELD_OWNERS)
            columns[i].shorter = &columns[count];
    }
    columns[count] = from_field(pl_field_row(PL_FIELD_HOLDERS));
    sheet_print(&sheet, format, (const void *const *)view->rows, view->row_count, out);
    free(columns);
}
