/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks output byte by byte. */
#include "evil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES (1 << 20)

/* Decodes a character of RFC 3629; -1: invalid. */
static int32_t next_char(const unsigned char *s, size_t len, size_t *size)
{
    static const struct {
        unsigned char mask, value;
        uint32_t least;
    } forms[] = {{0x80, 0, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

    for (size_t form = 0; form < 4; form++) {
        uint32_t c = s[0] & (unsigned char)~forms[form].mask;

        if ((s[0] & forms[form].mask) != forms[form].value)
            continue;
        if (form + 1 > len)
            return -1;
        for (size_t i = 1; i <= form; i++) {
            if ((s[i] & 0xc0) != 0x80)
                return -1;
            c = c << 6 | (s[i] & 0x3f);
        }
        *size = form + 1;
        return c < forms[form].least || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? -1
                                                                                    : (int32_t)c;
    }
    return -1;
}

/* Controls, bidirectional, zero-width, separators, blanks that are not ASCII's, unassigned. */
static bool is_hidden(int32_t c)
{
    static const int32_t ranges[][2] = {
        {0, 0x1f},          {0x7f, 0xa0},        {0xad, 0xad},       {0x34f, 0x34f},
        {0x61c, 0x61c},     {0x115f, 0x1160},    {0x1680, 0x1680},   {0x17b4, 0x17b5},
        {0x180b, 0x180f},   {0x2000, 0x200f},    {0x2028, 0x202f},   {0x205f, 0x206f},
        {0x2800, 0x2800},   {0x3000, 0x3000},    {0x3164, 0x3164},   {0xe000, 0xf8ff},
        {0xfdd0, 0xfdef},   {0xfe00, 0xfe0f},    {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
        {0xfff0, 0xfffb},   {0xfffe, 0xffff},    {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
        {0x1fffe, 0x1ffff}, {0xe0000, 0x10ffff},
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    }
    return false;
}

/* Returns the length of an SGR sequence such as "\033[1;4;33m", or 0. */
static size_t take_color(const unsigned char *s, size_t len)
{
    size_t at = 2;

    if (len < 3 || s[0] != 033 || s[1] != '[')
        return 0;
    while (at < len && strchr("0123456789;", s[at]) && s[at] != '\0')
        at++;
    return at < len && s[at] == 'm' ? at + 1 : 0;
}

static unsigned char *read_all(size_t *len)
{
    size_t size = LINE_BYTES;
    unsigned char *text = malloc(size);
    size_t got;

    *len = 0;
    while (text && (got = fread(text + *len, 1, size - *len, stdin)) > 0) {
        *len += got;
        if (*len == size)
            text = realloc(text, size *= 2);
    }
    if (!text)
        abort();
    return text;
}

int evil_plain(bool tab, bool color)
{
    size_t len;
    unsigned char *text = read_all(&len);
    size_t lines = 0;
    size_t at = 0;

    while (at < len) {
        size_t size = color ? take_color(text + at, len - at) : 0;
        int32_t c = size > 0 ? 'm' : next_char(text + at, len - at, &size);

        if (c < 0 || (is_hidden(c) && c != '\n' && !(tab && c == '\t'))) {
            printf("line %zu: byte %#x at %zu\n", lines + 1, text[at], at);
            break;
        }
        lines += c == '\n';
        at += size;
    }
    if (at == len && len > 0 && text[len - 1] != '\n') {
        printf("the last line has no end\n");
        at = 0;
    }
    if (at == len)
        printf("%zu\n", lines);
    free(text);
    return at == len ? 0 : 1;
}

/* ---- values back to bytes ---- */

static int digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = c != '\0' ? strchr(digits, c) : NULL;

    return found ? (int)(found - digits) : -1;
}

/* Decodes \xHH and \\. portls writes nothing else after a backslash. */
static bool put_escaped(const char *s)
{
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;

        if (c == '\\' && s[1] == 'x' && digit(s[2]) >= 0 && digit(s[3]) >= 0) {
            c = (unsigned char)(digit(s[2]) << 4 | digit(s[3]));
            s += 3;
        } else if (c == '\\' && *++s != '\\') {
            return false;
        }
        printf("%02x", c);
    }
    return true;
}

static bool put_base64(const char *s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned int bits = 0;
    int have = 0;

    for (; *s != '\0' && *s != '='; s++) {
        const char *found = strchr(digits, *s);

        if (!found)
            return false;
        bits = bits << 6 | (unsigned int)(found - digits);
        have += 6;
        if (have >= 8) {
            have -= 8;
            printf("%02x", bits >> have & 0xff);
        }
    }
    return true;
}

int evil_hex(void)
{
    static char line[LINE_BYTES];

    while (fgets(line, sizeof(line), stdin)) {
        char *field[4] = {line, NULL, NULL, NULL};
        bool fine;

        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 1; i < 4; i++) {
            char *tab = strchr(field[i - 1], '\t');

            if (!tab)
                return 1;
            *tab = '\0';
            field[i] = tab + 1;
        }
        printf("%s\t%s\t", field[0], field[1]);
        fine = field[2][0] == 'x'   ? fputs(field[3], stdout) >= 0
               : field[2][0] == 'b' ? put_base64(field[3])
                                    : put_escaped(field[3]);
        printf(fine ? "\n" : "?\n");
    }
    return 0;
}

/* ---- CSV ---- */

/* Returns the end of the field of RFC 4180 at at, or NULL if it is invalid. */
static const char *put_field(const char *at)
{
    if (strchr("=+-@|\t\r", *at) && *at != '\0')
        return NULL;
    if (*at != '"') {
        for (; !strchr(",\n", *at); at++) {
            if (*at == '"' || (*at == ';' && strchr("=+-@|", at[1]) && at[1] != '\0'))
                return NULL;
            putchar(*at);
        }
        return at;
    }
    if (strchr("=+-@|", at[1]) && at[1] != '\0')
        return NULL;
    for (at++; *at != '"' || at[1] == '"'; at++) {
        if (*at == '\0' || *at == '\n')
            return NULL;
        at += *at == '"';
        putchar(*at);
    }
    at++;
    return strchr(",\n", *at) ? at : NULL;
}

int evil_csv(void)
{
    static char line[LINE_BYTES];
    size_t number = 0;

    while (fgets(line, sizeof(line), stdin)) {
        const char *at = put_field(line);

        number++;
        while (at && *at == ',') {
            putchar('\t');
            at = put_field(at + 1);
        }
        if (!at) {
            printf("\nline %zu is no CSV, or a formula\n", number);
            return 1;
        }
        putchar('\n');
    }
    return 0;
}
