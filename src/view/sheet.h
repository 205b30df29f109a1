/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A sheet: rows of cells under columns. Every command produces sheets, and every format prints any
 * sheet.
 */
#ifndef VIEW_SHEET_H
#define VIEW_SHEET_H

#include "column.h"

struct sheet_column {
    const char *name;  /* snake_case: JSON key, CSV header */
    const char *title; /* table header, without blanks */
    uint32_t shown;    /* PL_SHOWN_*: the formats that include it */
    unsigned int id;   /* for the sheet's cell() */
    bool right;        /* aligned right, as numbers are */
    bool pinned;       /* never hidden on a narrow terminal */
    bool empty;        /* set by the table: no row has a value */
    enum plain_kind plain;
    size_t width;                       /* minimum width in a fixed sheet */
    const struct pl_field *field;       /* for the sheet's cell(); NULL: none */
    const struct sheet_column *shorter; /* replaces the column on a narrow terminal; NULL: none */
};

struct sheet {
    const char *key;                    /* JSON key of the list of rows */
    const struct sheet_column *columns; /* borrowed, as all pointers here */
    size_t column_count;
    /* How to print cells; its rows and columns are not used. */
    const struct view *view;
    /*
     * In JSON, the date of the registry that the rows are from. NULL: the rows are from the view's
     * snapshot, if it has one, whose system and notes are printed too.
     */
    const char *registry;
    /* Fills a cell, CELL_ABSENT before, of a row of the sheet's own type. */
    void (*cell)(const struct sheet *sheet, const void *row, const struct sheet_column *column,
                 struct cell *cell);
    /*
     * Returns the escape sequence before a cell on a terminal with colours, or "". NULL: no
     * colours.
     */
    const char *(*style)(const struct sheet_column *column, const void *row,
                         const struct cell *cell);
    void *arg;     /* for cell() */
    bool fixed;    /* a table uses the columns' widths; else those of the first rows */
    bool stream;   /* rows come one by one: hidden columns are named before them */
    bool loose;    /* without a header, only as wide as its rows; no header without rows */
    bool object;   /* in JSON, each row is a member of one object: name and value */
    bool follows;  /* not the first sheet of the document */
    bool followed; /* another sheet follows in the same document */
};

struct format;

/* The state while printing one sheet. */
struct writer {
    const struct format *format;
    const struct sheet *sheet;
    struct out *out;
    struct out scratch; /* for use by the format */
    size_t rows;        /* number of rows printed */
    void *own;          /* owned by the format */
};

/* An output format. Errors are stored in out. */
struct format {
    const char *name;
    uint32_t shown;   /* PL_SHOWN_*: selects the default columns */
    bool data;        /* machine-readable: no suffixes, names and numbers in separate columns */
    bool notes;       /* prints the notes itself */
    bool keyed;       /* a name of a column is a key, so that no column can be there twice */
    bool several;     /* can print several sheets in sequence */
    bool screen;      /* on a terminal: colours, fit to the width, redrawn in place */
    char separator;   /* of csv.c */
    const char *only; /* the only column that it prints; NULL: any */
    void (*begin)(struct writer *writer); /* NULL: nothing to do */
    void (*rows)(struct writer *writer, const void *const *rows, size_t count);
    void (*end)(struct writer *writer); /* NULL: nothing to do */
};

extern const struct format view_formats[];
extern const size_t view_format_count;

/* Returns NULL if no format has that name. */
const struct format *view_format_find(const char *name);

/*
 * Call sheet_begin() once, sheet_rows() any number of times, and sheet_end() once. Unless the sheet
 * is fixed, a table takes its widths from the rows of the first call.
 */
void sheet_begin(struct writer *writer, const struct sheet *sheet, const struct format *format,
                 struct out *out);
void sheet_rows(struct writer *writer, const void *const *rows, size_t count);
void sheet_end(struct writer *writer);
/* Prints a whole sheet. */
void sheet_print(const struct sheet *sheet, const struct format *format, const void *const *rows,
                 size_t count, struct out *out);
/* The same for an array of count items of size bytes. */
void sheet_print_items(const struct sheet *sheet, const struct format *format, const void *items,
                       size_t size, size_t count, struct out *out);
/*
 * Returns a fixed sheet of the columns of the view, for rows that are printed as they arrive. columns has
 * room for them. width returns the width of the widest cell that is expected; a title may be wider. The
 * caller sets key, cell and style.
 */
struct sheet sheet_of_stream(const struct view *view, size_t (*width)(const struct pl_field *field),
                             struct sheet_column *columns);
static inline void sheet_cell(const struct sheet *sheet, const void *row,
                              const struct sheet_column *column, struct cell *cell)
{
    cell_clear(cell);
    sheet->cell(sheet, row, column, cell);
}

/* Moves the output since from to scratch, to be rewritten. Returns its length. */
static inline size_t sheet_take(struct out *out, size_t from, struct out *scratch)
{
    scratch->len = 0;
    out_bytes(scratch, out->data + from, out->len - from);
    out->len = from;
    return scratch->len;
}

void table_begin(struct writer *writer);
void table_rows(struct writer *writer, const void *const *rows, size_t count);
void table_end(struct writer *writer);
void json_begin(struct writer *writer);
void json_rows(struct writer *writer, const void *const *rows, size_t count);
void json_end(struct writer *writer);

void jsonl_rows(struct writer *writer, const void *const *rows, size_t count);
void csv_begin(struct writer *writer);
void csv_rows(struct writer *writer, const void *const *rows, size_t count);
void pids_rows(struct writer *writer, const void *const *rows, size_t count);
void pids_end(struct writer *writer);
void markdown_begin(struct writer *writer);
void markdown_rows(struct writer *writer, const void *const *rows, size_t count);

/* Fills a cell of the view's overview, whose rows are the leaders of its listeners. */
void overview_cell(const struct sheet *sheet, const void *row, const struct sheet_column *column,
                   struct cell *cell);
/* Prints the sockets of the view. */
void list_print(const struct view *view, const struct format *format, struct out *out);

#endif
