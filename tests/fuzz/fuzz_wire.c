/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets: the first byte selects the outermost header, the second how many bytes of the wire were
 * not captured. Headers lie in order; fields cover them without a gap; and the picture and every
 * format print only visible characters.
 */
#include "fuzz.h"

#include "wire/page.h"

#include "api/attempt.h"

#include <string.h>

static void check_fields(const struct page *page)
{
    for (size_t i = 0; i < page->wire.count; i++) {
        const struct page_header *header = &page->headers[i];
        uint32_t end = 0;

        PROMISE(header->count > 0 && header->count <= PL_WIRE_FIELDS);
        PROMISE(i == 0 || header->header->at >= page->headers[i - 1].header->at);
        for (size_t j = 0; j < header->count; j++) {
            const struct pl_wire_field *field = &header->fields[j];

            PROMISE(field->at == end && field->bits > 0);
            end += field->bits;
            PROMISE(field->cut ||
                    (uint64_t)header->header->at * 8 + end <= (uint64_t)page->wire.captured * 8);
        }
        PROMISE(end <= (uint32_t)header->header->len * 8 || page->wire.stop != PL_WIRE_STOP_END);
    }
}

static void check_text(const struct out *out)
{
    PROMISE(out->error == 0);
    for (size_t i = 0; i < out->len; i++)
        PROMISE(out->data[i] == '\n' || out->data[i] == '\t' ||
                (out->data[i] >= ' ' && out->data[i] <= '~'));
}

/* The short way takes what decoding takes. */
static void check_quick(const struct page *page, enum pl_wire_proto first)
{
    const struct pl_wire *wire = &page->wire;
    struct pl_segment quick, segment;

    if (!pl_segment_quick(wire->data, wire->captured, wire->length, first, 1, &quick))
        return;
    PROMISE(pl_segment_get(wire, 1, &segment));
    PROMISE(!(segment.flags & (PL_TCP_SYN | PL_TCP_RST)));
    PROMISE(memcmp(quick.source, segment.source, sizeof(quick.source)) == 0 &&
            memcmp(quick.target, segment.target, sizeof(quick.target)) == 0);
    PROMISE(quick.source_port == segment.source_port && quick.target_port == segment.target_port &&
            quick.family == segment.family);
    PROMISE(quick.seq == segment.seq && quick.ack == segment.ack && quick.data == segment.data &&
            quick.flags == segment.flags && quick.icmp == segment.icmp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {"table", "json", "jsonl", "csv", "tsv", "markdown"};
    static struct page page;
    struct out out = {.fd = -1};
    enum pl_wire_proto first;

    if (size < 2)
        return 0;
    first = (enum pl_wire_proto)(1 + data[0] % (PL_WIRE_PROTO_MAX - 1));
    page.explain = (data[1] & 1) != 0;
    page_decode(&page, data + 2, size - 2, size - 2 + data[1], first);
    check_fields(&page);
    check_quick(&page, first);
    picture_print(&page, false, &out);
    check_text(&out);
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        const struct format *format = view_format_find(formats[i]);
        const struct view view = {.data = format->data, .header = true, .width = data[1] & 127};

        out.len = 0;
        page_print(&page, format, &view, &out);
        check_text(&out);
    }
    (void)pl_wire_guess(data + 2, size - 2);
    out_free(&out);
    return 0;
}
