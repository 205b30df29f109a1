/* SPDX-License-Identifier: BSD-2-Clause */
/* The headers of one packet, as a picture or as a sheet. */
#ifndef WIRE_PAGE_H
#define WIRE_PAGE_H

#include "api/wire.h"
#include "view/sheet.h"

/* A header and its fields. */
struct page_header {
    const struct pl_wire_header *header;
    struct pl_wire_field fields[PL_WIRE_FIELDS];
    size_t count;
};

struct page {
    struct pl_wire wire;
    struct page_header headers[PL_WIRE_HEADERS];
    bool explain; /* add a sentence for each field */
};

/* Bytes of a meaning, with the NUL. */
#define PAGE_MEANING 160

/* Decodes a packet that begins with a header of this protocol. */
void page_decode(struct page *page, const uint8_t *data, size_t captured, size_t length,
                 enum pl_wire_proto first);

/* Returns the first header to print on a terminal: the one of a cooked capture, which is on no wire, is last. */
size_t page_first(const struct page *page);
/* Writes the value of a field as people read it: a number, an address, bytes in hexadecimal. */
void page_value(const struct page *page, const struct page_header *header,
                const struct pl_wire_field *field, struct out *out);
/* Writes what the value means, "" if nothing more than the value. */
void page_meaning(const struct page *page, const struct page_header *header,
                  const struct pl_wire_field *field, char meaning[PAGE_MEANING]);

/* A part of a text. */
struct page_line {
    const char *text;
    size_t len;
};

/* Breaks text into lines of at most width characters, at blanks where possible. */
size_t page_wrap(const char *text, size_t len, size_t width, struct page_line *lines, size_t max);

#define PICTURE_WIDTH 65

/* Draws the headers as RFCs do: 32 bits in a row. color: escape sequences of a terminal. */
void picture_print(const struct page *page, bool color, struct out *out);
void page_print(const struct page *page, const struct format *format, const struct view *view,
                struct out *out);

#endif
