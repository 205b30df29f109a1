/* SPDX-License-Identifier: BSD-2-Clause */
#include "bytes.h"

#include <string.h>

struct pl_slice pl_slice_until(const struct pl_slice *s, uint8_t c)
{
    const uint8_t *found = s->len > 0 ? memchr(s->data, c, s->len) : NULL;

    return pl_slice_part(s, 0, found ? (size_t)(found - s->data) : s->len);
}

bool pl_text_line(struct pl_slice *rest, struct pl_slice *line)
{
    return pl_text_part(rest, '\n', line);
}

struct pl_slice pl_text_whole(const struct pl_slice *s)
{
    size_t len = s->len;

    while (len > 0 && s->data[len - 1] != '\n')
        len--;
    return pl_slice_part(s, 0, len);
}

bool pl_text_word(struct pl_slice *rest, struct pl_slice *word)
{
    size_t from = 0;
    size_t to;

    while (from < rest->len && (rest->data[from] == ' ' || rest->data[from] == '\t'))
        from++;
    to = from;
    while (to < rest->len && rest->data[to] != ' ' && rest->data[to] != '\t')
        to++;
    if (to == from)
        return false;
    *word = pl_slice_part(rest, from, to - from);
    *rest = pl_slice_part(rest, to, rest->len);
    return true;
}

bool pl_text_part(struct pl_slice *rest, uint8_t separator, struct pl_slice *part)
{
    if (rest->len == 0)
        return false;
    *part = pl_slice_until(rest, separator);
    *rest = pl_slice_part(rest, part->len + 1, rest->len);
    return true;
}

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

static bool number(const struct pl_slice *s, unsigned int base, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;

    if (s->len == 0)
        return false;
    for (size_t i = 0; i < s->len; i++) {
        unsigned int d = (unsigned int)digit(s->data[i]);

        if (d >= base || value > (max - d) / base || d > max)
            return false;
        value = value * base + d;
    }
    *out = value;
    return true;
}

bool pl_text_dec(const struct pl_slice *s, uint64_t max, uint64_t *out)
{
    return number(s, 10, max, out);
}

bool pl_text_hex(const struct pl_slice *s, uint64_t max, uint64_t *out)
{
    return number(s, 16, max, out);
}
