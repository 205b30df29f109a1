/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Draws headers as RFC 9293, figure 1: 32 bits in a row, two characters a bit. A field that does not
 * end with the row continues in the next one.
 */
#include "page.h"

#include "model/array.h"
#include "view/terminal.h"
#include "view/wrap.h"

#include <string.h>

#define ROW_BITS   32U
#define LINES_MAX  24 /* of one cell */
#define CELL_BYTES 512
#define WIDE       15 /* characters from which on a cell has its meaning */
#define PADDED     9  /* characters from which on a blank is on each side */
#define TEXT_WIDTH 79 /* of lines below a picture */

#define STYLE_WRONG "\033[31m"
#define STYLE_SET   "\033[1m"

/* A part of a field in one row of bits. */
struct segment {
    const struct pl_wire_field *field;
    uint32_t from, to;   /* bits of the row */
    size_t first, count; /* its lines in struct drawing */
};

struct row {
    struct segment segments[ROW_BITS];
    size_t count;
    size_t height;
};

struct drawing {
    const struct page *page;
    const struct page_header *header;
    bool color;
    struct out *out;
    struct out text; /* of the cells of a row */
    struct page_line lines[ROW_BITS * LINES_MAX];
    size_t line_count;
};

/* ---- text of a cell ---- */

size_t page_wrap(const char *text, size_t len, size_t width, struct page_line *lines, size_t max)
{
    size_t count = 0;

    while (len > 0 && count < max) {
        size_t taken = wrap_take(text, len, width, width);

        lines[count++] = (struct page_line){text, taken};
        taken += taken < len && text[taken] == ' ';
        text += taken;
        len -= taken;
    }
    return count;
}

static uint32_t segment_bits(const struct segment *segment)
{
    return segment->to - segment->from;
}

/* Returns the bits of the widest part of a field, and where it begins in the header. */
static uint32_t widest(const struct pl_wire_field *field, uint32_t *at)
{
    uint32_t best = 0;

    for (uint32_t from = field->at; from < field->at + field->bits;) {
        uint32_t row_end = (from / ROW_BITS + 1) * ROW_BITS;
        uint32_t end = field->at + field->bits < row_end ? field->at + field->bits : row_end;

        if (end - from > best) {
            best = end - from;
            *at = from;
        }
        from = end;
    }
    return best;
}

static void put_cell(struct drawing *drawing, const struct pl_wire_field *field, size_t width)
{
    struct out *out = &drawing->text;
    char meaning[PAGE_MEANING];

    if (width < WIDE && field->fault != PL_WIRE_BAD_NONE)
        out_word(out, "! ");
    page_meaning(drawing->page, drawing->header, field, meaning);
    if (width > 1) {
        out_word(out, pl_wire_field_title(field->id));
        out_char(out, ' ');
    }
    if (field->cut)
        out_word(out, width < WIDE ? "?" : "");
    else
        page_value(drawing->page, drawing->header, field, out);
    if (width == 1) {
        out_char(out, ' ');
        out_word(out, pl_wire_field_title(field->id));
    }
    if (width < WIDE)
        return;
    if (meaning[0] != '\0') {
        out_word(out, field->cut ? "(" : " (");
        out_word(out, meaning);
        out_char(out, ')');
    }
    if (field->fault != PL_WIRE_BAD_NONE) {
        out_word(out, " ! ");
        out_word(out, pl_wire_fault_text(field->fault));
    }
}

/* Fills the text of a row's cells and sets its height. */
static void fill(struct drawing *drawing, struct row *row, uint32_t number)
{
    size_t from[ROW_BITS + 1];

    drawing->text.len = 0;
    for (size_t i = 0; i < row->count; i++) {
        const struct segment *segment = &row->segments[i];
        uint32_t at = 0;

        from[i] = drawing->text.len;
        (void)widest(segment->field, &at);
        if (at == number * ROW_BITS + segment->from)
            put_cell(drawing, segment->field, segment_bits(segment) * 2 - 1);
        else if (segment_bits(segment) < ROW_BITS && segment_bits(segment) * 2 - 1 >= WIDE)
            out_word(&drawing->text, "...");
    }
    from[row->count] = drawing->text.len;
    drawing->line_count = 0;
    row->height = 1;
    for (size_t i = 0; i < row->count && drawing->text.error == 0; i++) {
        struct segment *segment = &row->segments[i];
        size_t width = segment_bits(segment) * 2 - 1;

        segment->first = drawing->line_count;
        segment->count = page_wrap(drawing->text.data + from[i], from[i + 1] - from[i],
                                   width >= PADDED ? width - 2 : width,
                                   drawing->lines + drawing->line_count, LINES_MAX);
        drawing->line_count += segment->count;
        if (segment->count > row->height)
            row->height = segment->count;
    }
}

/* ---- lines ---- */

/* Returns the field of a bit, or NULL after the end of the header. */
static const struct pl_wire_field *field_of(const struct row *row, uint32_t bit)
{
    for (size_t i = 0; i < row->count; i++) {
        if (bit >= row->segments[i].from && bit < row->segments[i].to)
            return row->segments[i].field;
    }
    return NULL;
}

/* Returns whether fields meet before this bit, or one ends there. */
static bool has_edge(const struct row *row, uint32_t bit)
{
    const struct pl_wire_field *left = bit > 0 ? field_of(row, bit - 1) : NULL;
    const struct pl_wire_field *right = bit < ROW_BITS ? field_of(row, bit) : NULL;

    return left != right;
}

/* Draws the border between two rows; either may be empty. */
static void put_border(const struct row *above, const struct row *below, struct out *out)
{
    char line[PICTURE_WIDTH + 1];
    size_t len = PICTURE_WIDTH;

    for (uint32_t bit = 0; bit <= ROW_BITS; bit++) {
        bool edge = has_edge(above, bit) || has_edge(below, bit);
        size_t at = (size_t)bit * 2;

        line[at] = edge ? '+' : ' ';
        if (bit == ROW_BITS)
            break;
        line[at + 1] = field_of(above, bit) == field_of(below, bit) ? ' ' : '-';
        if (!edge && bit > 0 && line[at - 1] == '-' && line[at + 1] == '-')
            line[at] = '-';
    }
    while (len > 0 && line[len - 1] == ' ')
        len--;
    out_bytes(out, line, len);
    out_char(out, '\n');
}

static const char *style_of(const struct drawing *drawing, const struct pl_wire_field *field)
{
    if (!drawing->color)
        return "";
    if (field->fault != PL_WIRE_BAD_NONE)
        return STYLE_WRONG;
    return drawing->header->header->proto == PL_WIRE_TCP && field->bits == 1 && field->value != 0
               ? STYLE_SET
               : "";
}

static void put_line(const struct drawing *drawing, const struct row *row, size_t number)
{
    struct out *out = drawing->out;

    for (size_t i = 0; i < row->count; i++) {
        const struct segment *segment = &row->segments[i];
        size_t width = segment_bits(segment) * 2 - 1;
        size_t pad = width >= PADDED ? 1 : 0;
        const char *style = style_of(drawing, segment->field);
        struct page_line line = {"", 0};

        if (number < segment->count)
            line = drawing->lines[segment->first + number];
        out_char(out, '|');
        out_pad(out, pad);
        out_word(out, style);
        out_bytes(out, line.text, line.len);
        out_word(out, style[0] != '\0' ? TERMINAL_PLAIN : "");
        out_pad(out, width - pad - line.len);
    }
    out_word(out, "|\n");
}

/* ---- a header ---- */

/* Stores the parts of fields in a row; next is the first field that is not complete before it. */
static void divide(const struct page_header *header, uint32_t number, size_t *next, struct row *row)
{
    uint32_t start = number * ROW_BITS;

    row->count = 0;
    while (*next < header->count && row->count < ROW_BITS) {
        const struct pl_wire_field *field = &header->fields[*next];
        uint32_t end = field->at + field->bits;
        uint32_t from = field->at > start ? field->at : start;
        uint32_t to = end < start + ROW_BITS ? end : start + ROW_BITS;

        if (from < to)
            row->segments[row->count++] =
                (struct segment){.field = field, .from = from - start, .to = to - start};
        if (end > start + ROW_BITS)
            break;
        ++*next;
        if (end == start + ROW_BITS)
            break;
    }
}

static void put_heading(const struct drawing *drawing)
{
    const struct pl_wire_header *header = drawing->header->header;
    struct out *out = drawing->out;

    out_word(out, pl_wire_title(header->proto));
    out_word(out, " header");
    if (header->quoted)
        out_word(out, ", returned by ICMP");
    out_word(out, ": ");
    out_number(out, header->len);
    out_word(out, " bytes");
    if (header->at > 0) {
        out_word(out, " from byte ");
        out_number(out, header->at);
    }
    out_word(out, "\n\n 0                   1                   2                   3\n"
                  " 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1\n");
}

/* Appends text in lines that begin with first, and then with blanks. */
static void put_paragraph(const struct drawing *drawing, const char *first, const struct out *text)
{
    struct page_line lines[LINES_MAX];
    size_t indent = strlen(first);
    size_t count = page_wrap(text->data, text->len, TEXT_WIDTH - indent, lines, LINES_MAX);

    for (size_t i = 0; i < count; i++) {
        if (i == 0)
            out_word(drawing->out, first);
        else
            out_pad(drawing->out, indent);
        out_bytes(drawing->out, lines[i].text, lines[i].len);
        out_char(drawing->out, '\n');
    }
}

/* What is wrong, and with --explain a sentence for each field. */
static void put_legend(struct drawing *drawing)
{
    const struct page_header *header = drawing->header;
    struct out *text = &drawing->text;
    char meaning[PAGE_MEANING];

    for (size_t i = 0; i < header->count; i++) {
        const struct pl_wire_field *field = &header->fields[i];

        if (field->fault == PL_WIRE_BAD_NONE)
            continue;
        text->len = 0;
        out_word(text, pl_wire_field_title(field->id));
        out_char(text, ' ');
        page_value(drawing->page, header, field, text);
        if (field->fault == PL_WIRE_BAD_CHECKSUM) {
            page_meaning(drawing->page, header, field, meaning);
            out_char(text, ' ');
            out_word(text, meaning);
        } else {
            out_word(text, ": ");
            out_word(text, pl_wire_fault_text(field->fault));
        }
        put_paragraph(drawing, "wrong: ", text);
    }
    for (size_t i = 0; i < header->count && drawing->page->explain; i++) {
        text->len = 0;
        out_word(text, pl_wire_field_title(header->fields[i].id));
        out_word(text, ": ");
        out_word(text, pl_wire_field_text(header->fields[i].id));
        put_paragraph(drawing, "  ", text);
    }
}

static void put_header(struct drawing *drawing)
{
    const struct page_header *header = drawing->header;
    const struct pl_wire_field *last = &header->fields[header->count - 1];
    uint32_t rows = (last->at + last->bits + ROW_BITS - 1) / ROW_BITS;
    struct row above = {.count = 0};
    struct row row;
    size_t next = 0;

    put_heading(drawing);
    for (uint32_t number = 0; number < rows; number++) {
        divide(header, number, &next, &row);
        put_border(&above, &row, drawing->out);
        fill(drawing, &row, number);
        for (size_t i = 0; i < row.height; i++)
            put_line(drawing, &row, i);
        above = row;
    }
    row.count = 0;
    put_border(&above, &row, drawing->out);
    put_legend(drawing);
}

/* The data after the last header. */
static void put_data(const struct pl_wire *wire, struct out *out)
{
    const struct pl_wire_header *last = &wire->headers[wire->count - 1];

    if (wire->stop != PL_WIRE_STOP_END || last->whole <= last->len)
        return;
    out_word(out, "\ndata: ");
    out_number(out, last->whole - last->len);
    out_word(out, last->whole - last->len == 1 ? " byte\n" : " bytes\n");
}

void picture_print(const struct page *page, bool color, struct out *out)
{
    struct drawing drawing = {.page = page, .color = color, .out = out, .text = {.fd = -1}};

    const size_t first = page_first(page);

    for (size_t i = first; i < page->wire.count; i++) {
        drawing.header = &page->headers[i];
        if (i > first)
            out_char(out, '\n');
        put_header(&drawing);
    }
    put_data(&page->wire, out);
    if (first > 0) {
        drawing.header = &page->headers[0];
        out_char(out, '\n');
        put_header(&drawing);
    }
    if (drawing.text.error != 0)
        out->error = drawing.text.error;
    out_free(&drawing.text);
}
