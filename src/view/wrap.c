/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrap.h"

#include "text.h"

/* Columns that the rest of a line has at least, or it is not indented. Lines of a narrower terminal are not broken. */
#define NARROWEST 24

/* Returns the bytes of the character or escape sequence at the beginning, and its columns. */
static size_t step(const char *text, size_t len, size_t *columns)
{
    const char *end = text[0] == '\033' ? memchr(text, 'm', len) : NULL;

    if (!end)
        return text_char(text, len, columns);
    *columns = 0;
    return (size_t)(end - text) + 1;
}

size_t wrap_width(const char *text, size_t len)
{
    size_t width = 0;

    for (size_t at = 0; at < len;) {
        size_t columns;

        at += step(text + at, len - at, &columns);
        width += columns;
    }
    return width;
}

size_t wrap_blanks(const char *text, size_t len)
{
    size_t count = 0;

    while (count < len && text[count] == ' ')
        count++;
    return count;
}

/* Returns whether the word at the beginning is wider than so many columns. */
static bool is_long(const char *text, size_t len, size_t columns)
{
    const char *end = memchr(text, ' ', len);

    return wrap_width(text, end ? (size_t)(end - text) : len) > columns;
}

size_t wrap_take(const char *text, size_t len, size_t width, size_t next)
{
    size_t at = wrap_blanks(text, len);
    size_t used = at;
    size_t blank = 0; /* the last place to break at, 0: none */
    size_t comma = 0;
    size_t word;

    while (at < len) {
        size_t columns;
        size_t size = step(text + at, len - at, &columns);

        if (text[at] == ' ' && text[at - 1] != ' ')
            blank = at;
        if (used + columns > width && at > 0)
            break;
        used += columns;
        at += size;
        if (text[at - 1] == ',')
            comma = at;
    }
    if (at >= len)
        return len;
    word = blank + wrap_blanks(text + blank, len - blank);
    if (comma > word && is_long(text + word, len - word, next))
        return comma;
    return blank > 0 ? blank : at;
}

/* Appends a line without its newline. */
static void put_line(struct out *out, const char *line, size_t len, size_t width, size_t indent)
{
    size_t room = width;
    size_t next;

    if (indent + NARROWEST > width)
        indent = width < WRAP_HANG + NARROWEST ? 0 : WRAP_HANG;
    next = width - indent;
    while (len > 0) {
        size_t taken = wrap_take(line, len, room, next);

        out_bytes(out, line, taken);
        taken += wrap_blanks(line + taken, len - taken);
        line += taken;
        len -= taken;
        if (len == 0)
            break;
        out_char(out, '\n');
        out_pad(out, indent);
        room = next;
    }
}

/* hang: indent is relative to that of each line. */
static void wrap(struct out *out, size_t from, size_t width, size_t indent, bool hang)
{
    struct out text = {.fd = -1};
    size_t end;

    if (width < NARROWEST || out->error != 0)
        return;
    out_bytes(&text, out->data + from, out->len - from);
    if (text.error != 0)
        out->error = text.error;
    out->len = from;
    for (size_t at = 0; at < text.len; at = end + 1) {
        const char *line = text.data + at;
        const char *newline = memchr(line, '\n', text.len - at);
        size_t len = newline ? (size_t)(newline - line) : text.len - at;

        end = at + len;
        if (wrap_width(line, len) <= width)
            out_bytes(out, line, len);
        else
            put_line(out, line, len, width, indent + (hang ? wrap_blanks(line, len) : 0));
        if (newline)
            out_char(out, '\n');
    }
    out_free(&text);
}

void wrap_under(struct out *out, size_t from, size_t width, size_t indent)
{
    wrap(out, from, width, indent, false);
}

void wrap_lines(struct out *out, size_t from, size_t width)
{
    wrap(out, from, width, WRAP_HANG, true);
}
