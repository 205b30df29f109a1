/* SPDX-License-Identifier: BSD-2-Clause */
/* The headers as a sheet: a row per field. */
#include "page.h"

#include "model/array.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void page_decode(struct page *page, const uint8_t *data, size_t captured, size_t length,
                 enum pl_wire_proto first)
{
    pl_wire_decode(&page->wire, data, captured, length, first);
    for (size_t i = 0; i < page->wire.count; i++) {
        struct page_header *header = &page->headers[i];

        header->header = &page->wire.headers[i];
        header->count = pl_wire_fields(&page->wire, header->header, header->fields);
    }
}

size_t page_first(const struct page *page)
{
    enum pl_wire_proto first = page->wire.headers[0].proto;

    return page->wire.count > 1 && (first == PL_WIRE_SLL || first == PL_WIRE_SLL2);
}

enum id {
    HEADER,
    PLACE,
    QUOTED,
    OFFSET,
    OFFSET_BITS,
    BITS,
    OPTION,
    FIELD,
    RAW,
    VALUE,
    MEANING,
    WRONG,
    TEXT
};

#define DATA (PL_SHOWN_JSON | PL_SHOWN_CSV)
#define ALL  (PL_SHOWN_TABLE | DATA)

static const struct sheet_column columns[] = {
    {"header", "Header", ALL, HEADER},
    {"header_offset", "Header-Offset", DATA, PLACE},
    {"quoted", "Quoted", DATA, QUOTED},
    {"offset", "Offset", PL_SHOWN_TABLE, OFFSET},
    {"offset_bits", "Offset-Bits", DATA, OFFSET_BITS, .right = true},
    {"bits", "Bits", ALL, BITS, .right = true},
    {"option", "Option", DATA, OPTION},
    {"field", "Field", ALL, FIELD, .pinned = true},
    {"raw", "Raw", ALL, RAW},
    {"value", "Value", DATA, VALUE},
    {"meaning", "Meaning", ALL, MEANING, .pinned = true},
    {"wrong", "Wrong", DATA, WRONG},
    {"explanation", "Explanation", DATA, TEXT},
};

struct row {
    const struct page *page;
    const struct page_header *header;
    const struct pl_wire_field *field;
};

static const struct row *row_of(const struct cell *cell)
{
    return cell->item;
}

/* In hexadecimal; a field that begins inside a byte as a number. */
static void put_raw(struct out *out, const struct view *view, const struct cell *cell,
                    char separator)
{
    const struct row *row = row_of(cell);
    const struct pl_wire_field *field = row->field;
    uint32_t at = row->header->header->at + field->at / 8;
    char text[24];

    (void)view;
    out_word(out, separator == '\0' ? "\"" : "");
    if (field->at % 8 != 0 || field->bits % 8 != 0) {
        (void)snprintf(text, sizeof(text), "%0*llx", (int)((field->bits + 3) / 4),
                       (unsigned long long)field->value);
        out_word(out, text);
    } else {
        for (uint32_t i = 0; i < field->bits / 8; i++) {
            (void)snprintf(text, sizeof(text), "%02x", row->page->wire.data[at + i]);
            out_word(out, text);
        }
    }
    out_word(out, separator == '\0' ? "\"" : "");
}

/* Addresses and long fields as text. */
static void put_value(struct out *out, const struct view *view, const struct cell *cell,
                      char separator)
{
    const struct row *row = row_of(cell);

    (void)view;
    out_word(out, separator == '\0' ? "\"" : "");
    page_value(row->page, row->header, row->field, out);
    out_word(out, separator == '\0' ? "\"" : "");
}

/* Where a field begins: byte, and bit if it is not the first of the byte. */
static void put_offset(struct out *out, const struct view *view, const struct cell *cell,
                       char separator)
{
    const struct pl_wire_field *field = row_of(cell)->field;

    (void)view;
    (void)separator;
    out_number(out, field->at / 8);
    if (field->at % 8 != 0) {
        out_char(out, '.');
        out_number(out, field->at % 8);
    }
}

/* Everything that the value means, and in a table also what is wrong. */
static void put_meaning(struct out *out, const struct view *view, const struct cell *cell,
                        char separator)
{
    const struct row *row = row_of(cell);
    char meaning[PAGE_MEANING];

    out_word(out, separator == '\0' ? "\"" : "");
    page_meaning(row->page, row->header, row->field, meaning);
    if (view->data || row->field->cut) {
        out_word(out, meaning);
    } else {
        page_value(row->page, row->header, row->field, out);
        if (meaning[0] != '\0') {
            out_word(out, " (");
            out_word(out, meaning);
            out_char(out, ')');
        }
    }
    if (!view->data && row->field->fault != PL_WIRE_BAD_NONE) {
        out_word(out, "; wrong: ");
        out_word(out, pl_wire_fault_text(row->field->fault));
    }
    if (!view->data && row->page->explain) {
        out_word(out, " - ");
        out_word(out, pl_wire_field_text(row->field->id));
    }
    out_word(out, separator == '\0' ? "\"" : "");
}

static void set_word(struct cell *cell, const char *word)
{
    cell->text = (struct pl_text){word, (uint32_t)strlen(word)};
    cell->kind = word[0] != '\0' ? CELL_WORD : CELL_ABSENT;
}

static void set_number(struct cell *cell, uint64_t number)
{
    cell->kind = CELL_NUMBER;
    cell->number = number;
}

static void set_own(struct cell *cell, cell_put_fn *put, const struct row *row)
{
    cell->kind = CELL_OWN;
    cell->put = put;
    cell->item = row;
}

static bool is_text(const struct row *row)
{
    switch (row->field->id) {
    case PL_WIRE_F_SOURCE_ADDRESS:
    case PL_WIRE_F_DESTINATION_ADDRESS:
    case PL_WIRE_F_ADDRESS:
    case PL_WIRE_F_GATEWAY:
    case PL_WIRE_F_ETH_DESTINATION:
    case PL_WIRE_F_ETH_SOURCE:
        return true;
    default:
        return row->field->bits > 64;
    }
}

static void page_cell(const struct sheet *sheet, const void *item,
                      const struct sheet_column *column, struct cell *cell)
{
    const struct row *row = item;
    const struct pl_wire_field *field = row->field;
    char meaning[PAGE_MEANING];

    switch ((enum id)column->id) {
    case HEADER:
        set_word(cell, pl_wire_name(row->header->header->proto));
        break;
    case PLACE:
        set_number(cell, row->header->header->at);
        break;
    case QUOTED:
        if (row->header->header->quoted) {
            cell->kind = CELL_BOOL;
            cell->number = 1;
        }
        break;
    case OFFSET:
        set_own(cell, put_offset, row);
        break;
    case OFFSET_BITS:
        set_number(cell, field->at);
        break;
    case BITS:
        set_number(cell, field->bits);
        break;
    case OPTION:
        set_word(cell, field->option ? pl_wire_field_name(field->option) : "");
        break;
    case FIELD:
        set_word(cell, pl_wire_field_name(field->id));
        break;
    case RAW:
        if (!field->cut)
            set_own(cell, put_raw, row);
        break;
    case VALUE:
        if (!field->cut && is_text(row))
            set_own(cell, put_value, row);
        else if (!field->cut)
            set_number(cell, field->value);
        break;
    case MEANING:
        page_meaning(row->page, row->header, field, meaning);
        if (meaning[0] != '\0' || !sheet->view->data)
            set_own(cell, put_meaning, row);
        break;
    case WRONG:
        set_word(cell, pl_wire_fault_text(field->fault));
        break;
    case TEXT:
        set_word(cell, row->page->explain ? pl_wire_field_text(field->id) : "");
        break;
    }
}

void page_print(const struct page *page, const struct format *format, const struct view *view,
                struct out *out)
{
    struct sheet_column shown[COUNT_OF(columns)];
    struct sheet sheet = {.key = "fields", .columns = shown, .view = view, .cell = page_cell};
    const size_t first = format->screen ? page_first(page) : 0;
    size_t count = 0;
    size_t all = 0;
    struct row *rows;

    for (size_t i = 0; i < page->wire.count; i++)
        all += page->headers[i].count;
    rows = malloc((all + 1) * sizeof(*rows));
    if (!rows) {
        out->error = ENOMEM;
        return;
    }
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        if (columns[i].shown & format->shown && (columns[i].id != TEXT || page->explain))
            shown[sheet.column_count++] = columns[i];
    }
    for (size_t i = 0; i < page->wire.count; i++) {
        const struct page_header *header = &page->headers[(i + first) % page->wire.count];

        for (size_t j = 0; j < header->count; j++)
            rows[count++] = (struct row){page, header, &header->fields[j]};
    }
    sheet_print_items(&sheet, format, rows, sizeof(*rows), count, out);
    free(rows);
}
