/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the screen is drawn: a terminal, or the memory of a test. */
#ifndef SCREEN_PAINT_H
#define SCREEN_PAINT_H

#include "view/out.h"

enum style {
    STYLE_NORMAL,
    STYLE_TITLE,  /* status line */
    STYLE_HEADER, /* titles of columns */
    STYLE_NEW,
    STYLE_CHANGED,
    STYLE_CLOSED,
    STYLE_STRONG,
    STYLE_ERROR,
    STYLE_MAX,
    STYLE_SELECTED = 1 << 7, /* bit: the selected row */
};

struct paint {
    int width, height;
    /* Draws text that is escaped and not wider than the rest of the line. */
    void (*put)(void *arg, int y, int x, unsigned int style, const char *text, size_t len);
    void *arg;
};

/* Draws text, cut to limit columns. Returns the columns that it took. */
int paint_text(const struct paint *paint, int y, int x, int limit, unsigned int style,
               const char *text, size_t len);
/*
 * Returns the bytes of the first line of a text that is broken at line feeds, and at blanks so that it has at
 * most that width. *next: where the second line begins.
 */
size_t paint_break(const char *text, size_t len, int width, size_t *next);
/* Draws a word, cut at the edge. Returns the column after it. */
int paint_word(const struct paint *paint, int y, int x, unsigned int style, const char *word);
/* Fills the rest of the line from column x with blanks. */
void paint_fill(const struct paint *paint, int y, int x, unsigned int style);

/* ---- numbers for people: units.c ---- */

/* Appends a number of bytes with three digits: "0", "999", "1.2k", "34M". */
void units_bytes(struct out *out, double bytes);
/* Appends a duration: "5s", "12m", "3h07m", "2d04h". */
void units_duration(struct out *out, uint64_t nanoseconds);
/* Appends microseconds: "850us", "12ms", "1.2s". */
void units_short(struct out *out, uint64_t microseconds);

#endif
