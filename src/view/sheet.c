/* SPDX-License-Identifier: BSD-2-Clause */
#include "sheet.h"

#include <errno.h>
#include <stdlib.h>

void sheet_begin(struct writer *writer, const struct sheet *sheet, const struct format *format,
                 struct out *out)
{
    *writer = (struct writer){.format = format, .sheet = sheet, .out = out, .scratch = {.fd = -1}};
    if (format->begin)
        format->begin(writer);
}

void sheet_rows(struct writer *writer, const void *const *rows, size_t count)
{
    if (count > 0)
        writer->format->rows(writer, rows, count);
    writer->rows += count;
}

void sheet_end(struct writer *writer)
{
    if (writer->format->end)
        writer->format->end(writer);
    if (writer->scratch.error != 0)
        writer->out->error = writer->scratch.error;
    out_free(&writer->scratch);
}

void sheet_print(const struct sheet *sheet, const struct format *format, const void *const *rows,
                 size_t count, struct out *out)
{
    struct writer writer;

    sheet_begin(&writer, sheet, format, out);
    sheet_rows(&writer, rows, count);
    sheet_end(&writer);
}

void sheet_print_items(const struct sheet *sheet, const struct format *format, const void *items,
                       size_t size, size_t count, struct out *out)
{
    const void **rows = malloc((count > 0 ? count : 1) * sizeof(const void *));

    if (!rows) {
        out->error = ENOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++)
        rows[i] = (const char *)items + i * size;
    sheet_print(sheet, format, rows, count, out);
    free(rows);
}

struct sheet sheet_of_stream(const struct view *view, size_t (*width)(const struct pl_field *field),
                             struct sheet_column *columns)
{
    for (size_t i = 0; i < view->column_count; i++) {
        const struct pl_field *field = view->columns[i];
        bool padded = i + 1 < view->column_count || field->right;
        size_t title = strlen(field->title);
        size_t cells = width(field);

        columns[i] = (struct sheet_column){
            .name = field->name,
            .title = field->title,
            .right = field->right,
            .width = !padded         ? 0
                     : cells > title ? cells
                                     : title,
            .field = field,
        };
    }
    return (struct sheet){.columns = columns,
                          .column_count = view->column_count,
                          .view = view,
                          .fixed = true,
                          .stream = true};
}
