/* SPDX-License-Identifier: BSD-2-Clause */
#include "json.h"

static void skip_blanks(struct pl_slice *s)
{
    size_t at = 0;

    while (at < s->len && s->data[at] != '\0' && strchr(" \t\r\n", s->data[at]))
        at++;
    *s = pl_slice_part(s, at, s->len);
}

/* Removes one byte after blanks. */
static bool take(struct pl_slice *s, uint8_t byte)
{
    skip_blanks(s);
    if (s->len == 0 || s->data[0] != byte)
        return false;
    *s = pl_slice_part(s, 1, s->len);
    return true;
}

/* Returns the length of a string with its quotes; 0: it does not end. */
static size_t string_length(const struct pl_slice *s)
{
    for (size_t at = 1; at < s->len; at++) {
        if (s->data[at] == '"')
            return at + 1;
        at += s->data[at] == '\\';
    }
    return 0;
}

/* Of an object or array: up to its last bracket. */
static size_t nested_length(const struct pl_slice *s)
{
    size_t depth = 0;

    for (size_t at = 0; at < s->len; at++) {
        uint8_t byte = s->data[at];
        struct pl_slice rest = pl_slice_part(s, at, s->len);
        size_t len = byte == '"' ? string_length(&rest) : 1;

        if (len == 0)
            return 0;
        at += len - 1;
        if (byte == '{' || byte == '[')
            depth++;
        else if ((byte == '}' || byte == ']') && --depth == 0)
            return at + 1;
    }
    return 0;
}

/* Of a number or keyword. */
static size_t word_length(const struct pl_slice *s)
{
    size_t at = 0;

    while (at < s->len && s->data[at] > ' ' && !strchr(",:]}", s->data[at]))
        at++;
    return at;
}

/* Removes a value. */
static bool take_value(struct pl_slice *rest, struct pl_slice *value)
{
    size_t len;

    skip_blanks(rest);
    if (rest->len == 0)
        return false;
    if (rest->data[0] == '"')
        len = string_length(rest);
    else if (rest->data[0] == '{' || rest->data[0] == '[')
        len = nested_length(rest);
    else
        len = word_length(rest);
    *value = pl_slice_part(rest, 0, len);
    *rest = pl_slice_part(rest, len, rest->len);
    return len > 0;
}

bool pl_json_get(struct pl_slice object, const char *name, struct pl_slice *value)
{
    struct pl_slice key;
    struct pl_slice found;

    if (!take(&object, '{'))
        return false;
    do {
        if (!take_value(&object, &key) || key.data[0] != '"' || !take(&object, ':') ||
            !take_value(&object, &found))
            return false;
        key = pl_slice_part(&key, 1, key.len - 2);
        if (pl_slice_is(&key, name)) {
            *value = found;
            return true;
        }
    } while (take(&object, ','));
    return false;
}

bool pl_json_next(struct pl_slice *rest, struct pl_slice *value)
{
    return (take(rest, '[') || take(rest, ',')) && take_value(rest, value);
}

/* ---- strings ---- */

/* Appends a character as UTF-8. Returns the number of bytes, 0 if there is no room. */
static size_t put_char(uint32_t c, char *out, size_t room)
{
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t firsts[] = {0, 0, 0xc0, 0xe0, 0xf0};

    if (len > room)
        return 0;
    for (size_t i = len - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(firsts[len] | c);
    return len;
}

/* "\u00e9", or a pair of surrogates. Removes it. */
static bool take_code(struct pl_slice *s, uint32_t *out)
{
    struct pl_slice first = pl_slice_part(s, 2, 4);
    struct pl_slice second = pl_slice_part(s, 8, 4);
    uint64_t code;
    uint64_t low;

    if (first.len != 4 || !pl_text_hex(&first, UINT16_MAX, &code))
        return false;
    *out = (uint32_t)code;
    if (code < 0xd800 || code > 0xdfff) {
        *s = pl_slice_part(s, 6, s->len);
        return true;
    }
    if (code > 0xdbff || second.len != 4 || s->data[6] != '\\' || s->data[7] != 'u' ||
        !pl_text_hex(&second, UINT16_MAX, &low) || low < 0xdc00 || low > 0xdfff)
        return false;
    *out = (uint32_t)(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
    *s = pl_slice_part(s, 12, s->len);
    return true;
}

/* Removes an escape, which begins with a backslash. */
static bool take_escape(struct pl_slice *s, uint32_t *out)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    const char *letter;

    if (s->len < 2)
        return false;
    if (s->data[1] == 'u')
        return take_code(s, out);
    letter = s->data[1] != '\0' ? strchr(letters, s->data[1]) : NULL;
    if (!letter)
        return false;
    *out = (uint8_t)meant[letter - letters];
    *s = pl_slice_part(s, 2, s->len);
    return true;
}

bool pl_json_string(struct pl_slice value, char *out, size_t size, uint32_t *len)
{
    struct pl_slice rest = pl_slice_part(&value, 1, value.len > 1 ? value.len - 2 : 0);
    size_t at = 0;

    if (value.len < 2 || value.data[0] != '"' || string_length(&value) != value.len)
        return false;
    while (rest.len > 0) {
        uint32_t c;
        size_t added = at < size;

        if (rest.data[0] != '\\') {
            if (added > 0)
                out[at] = (char)rest.data[0];
            rest = pl_slice_part(&rest, 1, rest.len);
        } else if (take_escape(&rest, &c)) {
            added = put_char(c, out + at, size - at);
        } else {
            return false;
        }
        if (added == 0)
            return false;
        at += added;
    }
    *len = (uint32_t)at;
    return true;
}
