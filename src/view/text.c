/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

/* Length of the UTF-8 character at the front (RFC 3629), 0 if there is none. */
static size_t take_char(const char *data, size_t len, uint32_t *out)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *s = (const unsigned char *)data;
    size_t size = s[0] < 0x80   ? 1
                  : s[0] < 0xc2 ? 0
                  : s[0] < 0xe0 ? 2
                  : s[0] < 0xf0 ? 3
                  : s[0] < 0xf5 ? 4
                                : 0;
    uint32_t c = s[0];

    if (size == 0 || size > len)
        return 0;
    if (size > 1)
        c &= 0x7fU >> size;
    for (size_t i = 1; i < size; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (s[i] & 0x3fU);
    }
    if (size > 1 && (c < least[size] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)))
        return 0;
    *out = c;
    return size;
}

/* What a terminal would obey, hide or reorder by, instead of showing it. */
static const struct {
    uint32_t first, last;
} unseen[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},     {0x180e, 0x180e},
    {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xe000, 0xf8ff},   {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0x1d173, 0x1d17a}, {0xe0000, 0x10ffff},
};

static bool is_visible(uint32_t c)
{
    for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]) && c >= unseen[i].first; i++) {
        if (c <= unseen[i].last)
            return false;
    }
    return true;
}

static void put_hex(struct out *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        out_bytes(out, "\\x", 2);
        out_char(out, hex_digits[byte >> 4]);
        out_char(out, hex_digits[byte & 15]);
    }
}

void text_plain(struct out *out, struct pl_text text, const char *also)
{
    size_t at = 0;

    while (at < text.len) {
        uint32_t c = 0;
        size_t size = take_char(text.data + at, text.len - at, &c);

        if (c == '\\')
            out_bytes(out, "\\\\", 2);
        else if (size == 0 || !is_visible(c) || (c < 0x80 && strchr(also, (int)c)))
            put_hex(out, text.data + at, size > 0 ? size : 1);
        else
            out_bytes(out, text.data + at, size);
        at += size > 0 ? size : 1;
    }
}

static void put_u(struct out *out, uint32_t unit)
{
    out_bytes(out, "\\u", 2);
    for (int shift = 12; shift >= 0; shift -= 4)
        out_char(out, hex_digits[unit >> shift & 15]);
}

static void json_char(struct out *out, const char *bytes, size_t size, uint32_t c)
{
    if (size == 0) {
        put_u(out, 0xfffd);
    } else if (c == '"' || c == '\\') {
        out_char(out, '\\');
        out_char(out, (char)c);
    } else if (is_visible(c)) {
        out_bytes(out, bytes, size);
    } else if (c > 0xffff) {
        put_u(out, 0xd800 + ((c - 0x10000) >> 10));
        put_u(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
    } else {
        put_u(out, c);
    }
}

void text_json(struct out *out, struct pl_text text)
{
    size_t at = 0;

    out_char(out, '"');
    while (at < text.len) {
        uint32_t c = 0;
        size_t size = take_char(text.data + at, text.len - at, &c);

        json_char(out, text.data + at, size, c);
        at += size > 0 ? size : 1;
    }
    out_char(out, '"');
}

void text_hex(struct out *out, struct pl_text text)
{
    for (uint32_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.data[i];

        out_char(out, hex_digits[byte >> 4]);
        out_char(out, hex_digits[byte & 15]);
    }
}

bool text_is_utf8(struct pl_text text)
{
    size_t at = 0;

    while (at < text.len) {
        uint32_t c;
        size_t size = take_char(text.data + at, text.len - at, &c);

        if (size == 0)
            return false;
        at += size;
    }
    return true;
}

size_t text_width(const char *text, size_t len)
{
    size_t width = 0;
    size_t at = 0;

    for (uint64_t word; len - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, text + at, sizeof(word));
        if ((word & 0x8080808080808080U) != 0)
            break;
        width += sizeof(word);
    }
    for (; at < len; at++)
        width += ((unsigned char)text[at] & 0xc0) != 0x80;
    return width;
}
