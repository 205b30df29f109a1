/* SPDX-License-Identifier: BSD-2-Clause */
#include "sheet.h"

#include <errno.h>
#include <stdlib.h>

void sheet_nothing(struct writer *writer)
{
    (void)writer;
}

void sheet_print(const struct sheet *sheet, const struct format *format, const void *const *rows,
                 size_t count, struct out *out)
{
    struct writer writer = {.sheet = sheet, .out = out};

    format->begin(&writer);
    if (count > 0)
        format->rows(&writer, rows, count);
    format->end(&writer);
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
