/* SPDX-License-Identifier: BSD-2-Clause */
/* Process ids in ascending order, each once, one per line. */
#include "model/array.h"
#include "view/sheet.h"

#include <stdlib.h>
#include <string.h>

void pids_rows(struct writer *writer, const void *const *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct cell cell;

        sheet_cell(writer->sheet, rows[i], writer->sheet->columns, &cell);
        for (size_t n = 0; cell.kind == CELL_OWNER && n < cell.count; n++)
            out_bytes(&writer->scratch, (const char *)&cell.owners[n].pid, sizeof(uint32_t));
    }
}

void pids_end(struct writer *writer)
{
    size_t count = writer->scratch.len / sizeof(uint32_t);
    uint32_t last = 0;

    if (count > 0)
        qsort(writer->scratch.data, count, sizeof(uint32_t), pl_compare_u32);
    for (size_t i = 0; i < count; i++) {
        uint32_t pid;

        memcpy(&pid, writer->scratch.data + i * sizeof(pid), sizeof(pid));
        if (i > 0 && pid == last)
            continue;
        out_number(writer->out, pid);
        out_char(writer->out, '\n');
        last = pid;
    }
}
