/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets: the first byte selects the outermost header, the second how many bytes of the wire were
 * not captured. Headers lie in order; fields cover them without a gap; and the picture and every
 * format print only visible characters.
 */
#include "fuzz.h"

#include "wire/page.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {"table", "json", "jsonl", "csv", "tsv", "markdown"};
    static struct page page;
    struct out out = {.fd = -1};

    if (size < 2)
        return 0;
    page.explain = (data[1] & 1) != 0;
    page_decode(&page, data + 2, size - 2, size - 2 + data[1],
                (enum pl_wire_proto)(1 + data[0] % (PL_WIRE_PROTO_MAX - 1)));
    check_fields(&page);
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
