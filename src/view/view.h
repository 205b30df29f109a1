/* SPDX-License-Identifier: BSD-2-Clause */
/* What is shown, and how: the rows and columns of a snapshot, and the formats that print them. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include "out.h"

struct column;

struct view {
    const struct pl_snapshot *snap;
    const struct pl_sock *const *rows;
    size_t row_count;
    const struct column *const *columns;
    size_t column_count;
    const struct column *const *pairs; /* of the column details */
    size_t pair_count;
    bool data; /* a format for machines: no brackets, no suffixes, names and numbers apart */
    bool header;
    bool numeric; /* -n */
};

struct format {
    const char *name;
    const char *help;
    bool data;
    bool notes;     /* it prints the notes itself, so they are not for stderr */
    uint32_t shown; /* SHOWN_* of column.h: which columns it has by default */
    void (*print)(const struct view *view, struct out *out);
};

extern const struct format view_formats[];
extern const size_t view_format_count;

const struct format *view_format_find(const char *name);

void table_print(const struct view *view, struct out *out);
void json_print(const struct view *view, struct out *out);
void jsonl_print(const struct view *view, struct out *out);
void csv_print(const struct view *view, struct out *out);
void tsv_print(const struct view *view, struct out *out);

/* One note in a line, escaped: "owners of 12 sockets hidden: run as root or ...". */
void view_note(struct out *out, const struct pl_note *note);

#endif
