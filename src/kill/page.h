/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the sheets of portkill. */
#ifndef KILL_PAGE_H
#define KILL_PAGE_H

#include "targets.h"

/* Stages in which a column is printed, bits 1 << enum page_stage. */
enum { PREVIEW = 1 << PAGE_PREVIEW, OUTCOME = 1 << PAGE_RESULT, DATA = 1 << PAGE_DATA };

struct page_column {
    unsigned int stages;
    struct sheet_column column;
};

/* The id of a column that is a field of the socket. */
#define PAGE_FIELD                1000
#define FIELD_OF(name, title, id) name, title, 0, PAGE_FIELD, .field = &pl_fields[id]

/* Copies the columns of the stage. Returns their number. */
size_t page_pick(const struct page_column *table, size_t count, enum page_stage stage,
                 struct sheet_column *out);
/* Prints text that may contain anything. separator: as of cell_put_fn. */
void page_put(struct out *out, const char *text, char separator);

#endif
