/* SPDX-License-Identifier: BSD-2-Clause */
#include "hex.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* A line, or the part of it that has digits. */
struct line {
    const char *text;
    size_t start; /* of the line */
    size_t at, len;
    size_t number;
};

static bool is_digit(char c)
{
    return isxdigit((unsigned char)c) != 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool separates(char c)
{
    return is_blank(c) || (c != '\0' && strchr(":,-;\"'\\", c));
}

static uint8_t value_of(char c)
{
    if (c >= '0' && c <= '9')
        return (uint8_t)(c - '0');
    return (uint8_t)(tolower((unsigned char)c) - 'a' + 10);
}

static size_t count_digits(const struct line *line, size_t at)
{
    size_t from = at;

    while (at < line->len && is_digit(line->text[at]))
        at++;
    return at - from;
}

static size_t skip_blanks(const struct line *line, size_t at)
{
    while (at < line->len && is_blank(line->text[at]))
        at++;
    return at;
}

/* Skips "0x" and "\x" before digits. */
static size_t skip_prefix(const struct line *line, size_t at)
{
    bool x = at + 2 < line->len && (line->text[at + 1] == 'x' || line->text[at + 1] == 'X') &&
             is_digit(line->text[at + 2]);

    return x && (line->text[at] == '0' || line->text[at] == '\\') ? at + 2 : at;
}

/*
 * Returns where the digits begin after an offset such as "0x0010:", "00000010:", "0010   " or, before
 * pairs of digits, "000010 "; 0 if the line has no offset. Stores the offset.
 */
static size_t skip_offset(const struct line *line, uint32_t *offset)
{
    size_t at = skip_prefix(line, skip_blanks(line, line->at));
    size_t digits = count_digits(line, at);
    size_t end = at + digits;
    size_t next = skip_blanks(line, end);
    bool pairs;

    if (digits < 4 || digits > 8)
        return 0;
    for (*offset = 0; at < end; at++)
        *offset = *offset << 4 | value_of(line->text[at]);
    if (end + 1 < line->len && line->text[end] == ':' && is_blank(line->text[end + 1]))
        return end + 1;
    pairs =
        count_digits(line, next) == 2 && (next + 2 == line->len || is_blank(line->text[next + 2]));
    return next > end && (next >= end + 2 || pairs) ? next : 0;
}

/* ---- bytes ---- */

static void fail(struct hex *hex, enum hex_error error, const struct line *line, size_t at)
{
    hex->error = error;
    hex->line = line->number;
    hex->column = at - line->start + 1;
    hex->culprit = at < line->len ? line->text[at] : '\0';
}

static bool put(struct hex *hex, const struct line *line, size_t at)
{
    if (hex->count == HEX_BYTES) {
        fail(hex, HEX_LARGE, line, at);
        return false;
    }
    hex->bytes[hex->count++] =
        (uint8_t)(value_of(line->text[at]) << 4 | value_of(line->text[at + 1]));
    return true;
}

/* Reads a group of digits; a single one is a byte only after "0x". Returns the position after it. */
static size_t take_group(struct hex *hex, const struct line *line, size_t at)
{
    size_t digits = count_digits(line, at);
    bool marked = at >= 2 && (line->text[at - 1] == 'x' || line->text[at - 1] == 'X');

    if (digits == 1 && marked && hex->count < HEX_BYTES) {
        hex->bytes[hex->count++] = value_of(line->text[at]);
        return at + 1;
    }
    for (size_t i = 0; i + 1 < digits; i += 2) {
        if (!put(hex, line, at + i))
            return line->len;
    }
    if (digits % 2 != 0)
        fail(hex, HEX_ODD, line, at + digits - 1);
    return at + digits;
}

static void take_free(struct hex *hex, const struct line *line)
{
    size_t at = line->at;

    while (at < line->len && hex->error == HEX_FINE) {
        at = skip_prefix(line, at);
        if (is_digit(line->text[at]))
            at = take_group(hex, line, at);
        else if (separates(line->text[at]))
            at++;
        else
            fail(hex, HEX_DIGIT, line, at);
    }
}

/* Returns whether groups of this many digits are at this position, separated from what follows. */
static bool is_group(const struct line *line, size_t at, size_t digits)
{
    size_t end = at + digits;

    return count_digits(line, at) == digits && (end == line->len || is_blank(line->text[end]));
}

#define ROW_BYTES 16 /* of a dump, unless the next offset shows that there are more */

/*
 * Reads groups of equal length after an offset. Characters follow after two blanks, or after a bar;
 * so at most room bytes are read, and two blanks end the row unless a whole half of it is before
 * them (hexdump -C).
 */
static void take_row(struct hex *hex, const struct line *line, size_t at, size_t room)
{
    size_t digits = count_digits(line, skip_blanks(line, at));
    size_t from = hex->count;

    at = skip_blanks(line, at);
    while (at < line->len && hex->error == HEX_FINE && hex->count - from < room) {
        size_t blanks;
        bool last =
            digits > 2 && count_digits(line, at) % 2 == 0 && count_digits(line, at) < digits;

        if (!is_group(line, at, digits) && !(last && is_group(line, at, count_digits(line, at)))) {
            if (hex->count == from)
                fail(hex, count_digits(line, at) % 2 != 0 ? HEX_ODD : HEX_DIGIT, line,
                     at + count_digits(line, at));
            return;
        }
        at = take_group(hex, line, at);
        blanks = skip_blanks(line, at) - at;
        at += blanks;
        if (blanks > 1 && !(digits == 2 && hex->count - from == ROW_BYTES / 2))
            return;
    }
}

/* ---- lines ---- */

static bool next_line(const char *text, size_t len, struct line *line)
{
    size_t at = line->number > 0 ? line->len + 1 : line->at;

    if (at > len || (at == len && line->number > 0))
        return false;
    line->text = text;
    line->start = line->at = at;
    line->len = at;
    while (line->len < len && text[line->len] != '\n')
        line->len++;
    line->number++;
    return true;
}

/* Returns the bytes of a row: the difference to the offset of the next. */
static size_t row_room(const char *text, size_t len, const struct line *line, uint32_t offset)
{
    struct line next = *line;
    uint32_t there;

    if (!next_line(text, len, &next) || skip_offset(&next, &there) == 0 || there <= offset ||
        there - offset > 256)
        return ROW_BYTES;
    return there - offset;
}

/* Reads the first packet of a dump: a line without an offset describes it, or separates packets. */
static void take_rows(struct hex *hex, const char *text, size_t len)
{
    struct line line = {.at = 0};
    uint32_t offset;

    while (hex->error == HEX_FINE && next_line(text, len, &line)) {
        size_t digits = skip_offset(&line, &offset);

        if (digits > 0 && offset == 0 && hex->count > 0)
            return;
        if (digits > 0)
            take_row(hex, &line, digits, row_room(text, len, &line, offset));
    }
}

static bool has_rows(const char *text, size_t len)
{
    struct line line = {.at = 0};
    uint32_t offset;

    while (next_line(text, len, &line)) {
        if (skip_offset(&line, &offset) > 0)
            return true;
    }
    return false;
}

/* Returns the position after the first brace; counts the lines before it. */
static size_t after_brace(const char *text, size_t len, struct line *line)
{
    size_t at = 0;

    while (at < len && text[at] != '{') {
        if (text[at++] == '\n') {
            line->number++;
            line->start = at;
        }
    }
    return at < len ? at + 1 : len;
}

static bool ends_part(char c)
{
    return c == '\n' || c == '}' || c == '/';
}

/* Reads what is between braces, without comments. */
static void take_array(struct hex *hex, const char *text, size_t len)
{
    struct line line = {.text = text, .number = 1};

    for (size_t at = after_brace(text, len, &line);
         at < len && text[at] != '}' && hex->error == HEX_FINE;) {
        if (text[at] == '/' && at + 1 < len && text[at + 1] == '*') {
            at += 2;
            while (at + 1 < len && !(text[at] == '*' && text[at + 1] == '/'))
                at++;
            at = at + 2 < len ? at + 2 : len;
            continue;
        }
        line.at = at;
        line.len = at + 1;
        while (text[at] != '\n' && line.len < len && !ends_part(text[line.len]))
            line.len++;
        if (text[at] != '\n') {
            take_free(hex, &line);
        } else {
            line.number++;
            line.start = at + 1;
        }
        at = line.len;
    }
}

enum hex_error hex_read(struct hex *hex, const char *text, size_t len)
{
    struct line line = {.at = 0};

    hex->count = 0;
    hex->error = HEX_FINE;
    hex->line = hex->column = 0;
    if (memchr(text, '{', len))
        take_array(hex, text, len);
    else if (has_rows(text, len))
        take_rows(hex, text, len);
    else
        while (hex->error == HEX_FINE && next_line(text, len, &line))
            take_free(hex, &line);
    if (hex->error == HEX_FINE && hex->count == 0)
        hex->error = HEX_EMPTY;
    return hex->error;
}
