/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A sheet is rows of cells under columns: every command produces sheets, and every format writes
 * any sheet.
 */
#ifndef VIEW_SHEET_H
#define VIEW_SHEET_H

#include "column.h"

struct sheet_column {
    const char *name;  /* snake_case: key of JSON, header of CSV */
    const char *title; /* header of a table, without blanks */
    uint32_t shown;    /* PL_SHOWN_*: the formats that have it, for who chooses from a table */
    unsigned int id;   /* for the sheet's cell() */
    bool right;        /* numbers line up at the right */
    bool pinned;       /* never hidden on a narrow terminal */
    enum plain_kind plain;
    size_t width;                       /* of a fixed sheet: as wide as a table has it at least */
    const struct pl_field *field;       /* for the sheet's cell(); NULL: none */
    const struct sheet_column *shorter; /* takes its place on a narrow terminal; NULL: none */
};

struct sheet {
    const char *key;                    /* in JSON, of the list of rows */
    const struct sheet_column *columns; /* borrowed, as everything here */
    size_t column_count;
    /* How cells are written; its own rows and columns do not count. */
    const struct view *view;
    /* In JSON, the date of the registry that the rows are from; NULL: the rows are from the snapshot
     * of the view, whose system and notes stand beside them. */
    const char *registry;
    /* The cell of a row, which is whatever the sheet has for rows; *cell is CELL_ABSENT before. */
    void (*cell)(const struct sheet *sheet, const void *row, const struct sheet_column *column,
                 struct cell *cell);
    /* How to begin a cell on a terminal with colours: an escape sequence, or "". NULL: no colours. */
    const char *(*style)(const struct sheet_column *column, const void *row,
                         const struct cell *cell);
    void *arg;    /* for cell() */
    bool fixed;   /* a table has the widths of the columns; else what the first rows need */
    bool loose;   /* without titles a table is only as wide as its rows; without rows it has none */
    bool object;  /* in JSON, a row is a member of one object: its name and its value */
    bool follows; /* a second sheet in the same document */
    bool followed; /* another sheet follows in the same document */
};

struct format;

/* The state of writing one sheet. */
struct writer {
    const struct format *format;
    const struct sheet *sheet;
    struct out *out;
    struct out scratch; /* memory for the format to use */
    size_t rows;        /* number of rows already written */
    void *own;          /* of the format */
};

/* How a sheet leaves. Failures are out's. */
struct format {
    const char *name;
    uint32_t shown; /* PL_SHOWN_* of field.h: which columns it has by default */
    bool data;    /* for machines: no brackets or suffixes, names and numbers in separate columns */
    bool notes;   /* it prints the notes itself, so they are not for stderr */
    bool several; /* sheets can follow each other in it */
    bool screen;  /* a terminal has colours, a width and rounds in place for it */
    char separator;                       /* of csv.c, between cells */
    void (*begin)(struct writer *writer); /* NULL: nothing before */
    void (*rows)(struct writer *writer, const void *const *rows, size_t count);
    void (*end)(struct writer *writer); /* NULL: there is nothing behind the rows */
};

extern const struct format view_formats[];
extern const size_t view_format_count;

/* NULL if there is none of that name. */
const struct format *view_format_find(const char *name);

/*
 * Call sheet_begin() once, sheet_rows() any number of times, and sheet_end() once. Unless the sheet
 * is fixed, a table takes its widths from the rows of the first call.
 */
void sheet_begin(struct writer *writer, const struct sheet *sheet, const struct format *format,
                 struct out *out);
void sheet_rows(struct writer *writer, const void *const *rows, size_t count);
void sheet_end(struct writer *writer);
/* Calls all three. */
void sheet_print(const struct sheet *sheet, const struct format *format, const void *const *rows,
                 size_t count, struct out *out);
/* The same for an array of count items, each of size bytes. */
void sheet_print_items(const struct sheet *sheet, const struct format *format, const void *items,
                       size_t size, size_t count, struct out *out);
static inline void sheet_cell(const struct sheet *sheet, const void *row,
                              const struct sheet_column *column, struct cell *cell)
{
    cell_clear(cell);
    sheet->cell(sheet, row, column, cell);
}

/* For formats that write what stands in out since from once more: takes it into scratch; its length. */
static inline size_t sheet_take(struct out *out, size_t from, struct out *scratch)
{
    scratch->len = 0;
    out_bytes(scratch, out->data + from, out->len - from);
    out->len = from;
    return scratch->len;
}

/* table.c, json.c, csv.c, markdown.c */
void table_begin(struct writer *writer);
void table_rows(struct writer *writer, const void *const *rows, size_t count);
void table_end(struct writer *writer);
void json_begin(struct writer *writer);
void json_rows(struct writer *writer, const void *const *rows, size_t count);
void json_end(struct writer *writer);

void jsonl_rows(struct writer *writer, const void *const *rows, size_t count);
void csv_begin(struct writer *writer);
void csv_rows(struct writer *writer, const void *const *rows, size_t count);
void markdown_begin(struct writer *writer);
void markdown_rows(struct writer *writer, const void *const *rows, size_t count);

/* list.c: the rows and columns of the view, which are sockets, as a sheet in one format. */
void list_print(const struct view *view, const struct format *format, struct out *out);

#endif
