/* SPDX-License-Identifier: BSD-2-Clause */
/* The names: every control character, and known ways to mislead programs. */
#include "evil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 512

static struct evil_name names[NAMES_MAX];
static size_t name_count;

static void add(const char *bytes, size_t len)
{
    char *copy = malloc(len);

    if (!copy || name_count == NAMES_MAX)
        abort();
    memcpy(copy, bytes, len);
    names[name_count++] = (struct evil_name){copy, len};
}

/* Encodes c as UTF-8, surrogates too. */
static size_t encode(uint32_t c, char *out)
{
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = len; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(first[len] | c);
    return len;
}

static void add_code(uint32_t c)
{
    char text[8] = "u";
    size_t len = 1 + encode(c, text + 1);

    text[len++] = 'v';
    add(text, len);
}

static void add_controls(void)
{
    for (int c = 1; c < 0x100; c++) {
        char text[] = {'a', (char)c, 'b'};

        if (c < 0x20 || (c >= 0x7f && c < 0xa0))
            add(text, sizeof(text));
    }
    for (uint32_t c = 0x80; c < 0xa0; c++)
        add_code(c);
}

/* Bidirectional, zero-width, separators, blanks, ignorable, tags, private, noncharacters. */
static const uint32_t codes[] = {
    0x061c,  0x200e,  0x200f,  0x202a,  0x202b, 0x202c,   0x202d, 0x202e, 0x2066, 0x2067,  0x2068,
    0x2069,  0x200b,  0x200c,  0x200d,  0x2060, 0xfeff,   0x2028, 0x2029, 0x00a0, 0x00ad,  0x034f,
    0x115f,  0x1680,  0x17b4,  0x180e,  0x2000, 0x200a,   0x202f, 0x205f, 0x2061, 0x206f,  0x2800,
    0x3000,  0x3164,  0xe000,  0xfdd0,  0xfe0f, 0xffa0,   0xfff9, 0xfffe, 0xffff, 0x1bca0, 0x1d173,
    0x1ffff, 0xe0001, 0xe0041, 0xf0000, 0xd800, 0x10ffff, 0xdfff,
};

static const char *const words[] = {
    /* escape sequences: color, title, clipboard, clear, cursor, device control, 8 bits */
    "\033[31mred",
    "\033]0;owned\007",
    "\033]52;c;aWQK\007",
    "\033[2J\033[H",
    "\033[8m",
    "\033[1A\033[2K",
    "\033P+q544e\033\\",
    "\2332J",
    "\302\2332J",
    "\033(0",
    "\016\017",
    "\b\b\b\b",
    "x\r      ",
    /* forged rows and fields */
    "x\ntcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN 1/sshd",
    "x\n",
    "\n\n\n",
    "x\tLISTEN\t1",
    "x LISTEN 1/sshd",
    " x",
    "x ",
    "   ",
    "x)",
    "a) R 1 (b",
    ") (",
    "1/sshd",
    "x,1/sshd",
    "x;1/sshd",
    "-",
    "*",
    "*:*",
    "x\",pid=1,fd=3)",
    "\",pid=1,fd=3),(\"sshd",
    "x\":1,\"y\":\"",
    "\"},{\"pid\":1",
    "a\",\"b",
    "\"",
    "\"\"",
    "a,b",
    "a;b",
    "'",
    "\\",
    "\\x41",
    "\\u0041",
    "\\\\",
    "\\n",
    "%s%n%s%n",
    "%d",
    "null",
    "#x",
    /* formulas of spreadsheets */
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "a;=1",
    "\t=1",
    /* commands of a shell */
    "$(id)",
    "$(>PWNED)",
    "`>PWNED`",
    "x;>PWNED",
    "${x:=$(id)}",
    "--help",
    "~root",
    "!!",
    "a*",
    /* invalid UTF-8: single bytes, truncated, overlong, too high, surrogates, five bytes */
    "\377",
    "\376\377",
    "\200",
    "\303(",
    "x\303",
    "x\342\202",
    "x\360\237\220",
    "\300\257",
    "\301\201",
    "\340\200\257",
    "\360\200\200\257",
    "\364\220\200\200",
    "\355\240\200\355\260\200",
    "\370\210\200\200\200",
    "\303\050\303\050",
    /* harmless: must be printed unchanged */
    "plain",
    "\303\251t\303\251",
    "\346\227\245\346\234\254",
    "\360\237\220\247",
    "e\314\201",
};

static void add_long(void)
{
    static const char piece[] = "\033[31m\377\n\tlong name\302\205\342\200\256";
    char text[EVIL_LONG];

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = piece[i % (sizeof(piece) - 1)];
    add(text, sizeof(text));
    memset(text, 'x', sizeof(text));
    add(text, sizeof(text));
}

const struct evil_name *evil_names(size_t *count)
{
    if (name_count == 0) {
        add_controls();
        for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
            add_code(codes[i]);
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
            add(words[i], strlen(words[i]));
        add_long();
    }
    *count = name_count;
    return names;
}
