/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"
#include "model/array.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

/* Returns the length of the UTF-8 character at the start (RFC 3629), or 0. */
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

/*
 * Characters that a terminal interprets, hides or reorders instead of showing them. Unicode 15.0:
 * control characters (Cc), line and paragraph separators (Zl, Zp), Bidi_Control,
 * Default_Ignorable_Code_Point, private use (Co), noncharacters; and blanks other than ASCII's (Zs,
 * U+2800), which could fake the end of a name.
 */
static const struct {
    uint32_t first, last;
} unseen[] = {
    {0x00, 0x1f},       {0x7f, 0xa0},       {0xad, 0xad},        {0x34f, 0x34f},
    {0x61c, 0x61c},     {0x115f, 0x1160},   {0x1680, 0x1680},    {0x17b4, 0x17b5},
    {0x180b, 0x180f},   {0x2000, 0x200f},   {0x2028, 0x202f},    {0x205f, 0x206f},
    {0x2800, 0x2800},   {0x3000, 0x3000},   {0x3164, 0x3164},    {0xe000, 0xf8ff},
    {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},    {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},   {0xfffe, 0xffff},   {0x1bca0, 0x1bca3},  {0x1d173, 0x1d17a},
    {0x1fffe, 0x1ffff}, {0x2fffe, 0x2ffff}, {0x3fffe, 0x10ffff},
};

static bool is_visible(uint32_t c)
{
    for (size_t i = 0; i < COUNT_OF(unseen) && c >= unseen[i].first; i++) {
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

/* Returns the number of visible ASCII bytes from at on, up to a byte of also or a backslash. */
static size_t span_ascii(struct pl_text text, size_t at, const char *also)
{
    uint64_t stops[2] = {UINT32_MAX, (uint64_t)1 << ('\\' - 64) | (uint64_t)1 << 63};
    size_t end = at;

    for (; *also != '\0'; also++)
        stops[*also >> 6 & 1] |= (uint64_t)1 << (*also & 63);
    while (end < text.len) {
        unsigned char c = (unsigned char)text.data[end];

        if (c >= 0x80 || (stops[c >> 6] >> (c & 63) & 1) != 0)
            break;
        end++;
    }
    return end - at;
}

/* Appends those. Returns the offset of the next character. */
static size_t put_ascii(struct out *out, struct pl_text text, size_t at, const char *also)
{
    size_t len = span_ascii(text, at, also);

    out_bytes(out, text.data + at, len);
    return at + len;
}

void text_plain(struct out *out, struct pl_text text, const char *also)
{
    size_t at = put_ascii(out, text, 0, also);

    for (; at < text.len; at = put_ascii(out, text, at, also)) {
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
    size_t at;

    out_char(out, '"');
    for (at = put_ascii(out, text, 0, "\""); at < text.len; at = put_ascii(out, text, at, "\"")) {
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

void text_json_member(struct out *out, const char *key, struct pl_text text)
{
    out_char(out, '"');
    out_word(out, key);
    out_bytes(out, "\":", 2);
    text_json(out, text);
    if (text_is_utf8(text))
        return;
    out_bytes(out, ",\"", 2);
    out_word(out, key);
    out_word(out, "_hex\":\"");
    text_hex(out, text);
    out_char(out, '"');
}

bool text_is_utf8(struct pl_text text)
{
    size_t at;

    for (at = span_ascii(text, 0, ""); at < text.len; at += span_ascii(text, at, "")) {
        uint32_t c;
        size_t size = take_char(text.data + at, text.len - at, &c);

        if (size == 0)
            return false;
        at += size;
    }
    return true;
}

struct range {
    uint32_t first, last;
};

/* Combining marks: Unicode 15.0, general categories Mn and Me, in blocks used in names. */
static const struct range combining[] = {
    {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x5bf, 0x5bf},   {0x5c1, 0x5c2},
    {0x5c4, 0x5c5},   {0x610, 0x61a},   {0x64b, 0x65f},   {0x670, 0x670},   {0x6d6, 0x6dc},
    {0x6df, 0x6e4},   {0x6e7, 0x6e8},   {0x6ea, 0x6ed},   {0x900, 0x902},   {0x93a, 0x93a},
    {0x93c, 0x93c},   {0x941, 0x948},   {0x94d, 0x94d},   {0xe31, 0xe31},   {0xe34, 0xe3a},
    {0xe47, 0xe4e},   {0x1ab0, 0x1ace}, {0x1dc0, 0x1dff}, {0x20d0, 0x20f0}, {0x302a, 0x302d},
    {0x3099, 0x309a}, {0xfe20, 0xfe2f},
};

/* Two columns wide: Unicode 15.0, East Asian Width W and F. */
static const struct range wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26a1, 0x26a1},   {0x26bd, 0x26be},
    {0x2705, 0x2705},   {0x270a, 0x270b},   {0x2728, 0x2728},   {0x274c, 0x274c},
    {0x2753, 0x2755},   {0x2795, 0x2797},   {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},
    {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0xa4cf},
    {0xa960, 0xa97c},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
    {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18cff}, {0x1b000, 0x1b2ff},
    {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x1fa70, 0x1faff},
    {0x20000, 0x3fffd},
};

static bool is_in(const struct range *ranges, size_t count, uint32_t c)
{
    for (size_t i = 0; i < count && c >= ranges[i].first; i++) {
        if (c <= ranges[i].last)
            return true;
    }
    return false;
}

static size_t char_width(uint32_t c)
{
    if (c < 0x300)
        return 1;
    if (is_in(combining, COUNT_OF(combining), c))
        return 0;
    return is_in(wide, COUNT_OF(wide), c) ? 2 : 1;
}

size_t text_char(const char *text, size_t len, size_t *columns)
{
    uint32_t c = 0;
    size_t size;

    *columns = 1;
    if ((unsigned char)text[0] < 0x80)
        return 1;
    size = take_char(text, len, &c);
    *columns = char_width(c);
    return size > 0 ? size : 1;
}

size_t text_width(const char *text, size_t len)
{
    size_t width = 0;

    for (size_t at = 0; at < len;) {
        size_t columns;

        at += text_char(text + at, len - at, &columns);
        width += columns;
    }
    return width;
}
