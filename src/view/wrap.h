/* SPDX-License-Identifier: BSD-2-Clause */
/* Breaks lines that are longer than the terminal is wide, at blanks where possible. */
#ifndef VIEW_WRAP_H
#define VIEW_WRAP_H

#include "out.h"

#define WRAP_HANG 2 /* blanks before the rest of a line, besides those before its beginning */

/* Returns the terminal columns of a line that may have escape sequences for colours. */
size_t wrap_width(const char *text, size_t len);
/*
 * Returns the bytes of a text that the first line takes: at most width columns, up to a blank. A word that
 * is longer than next columns, the width of the line after it, ends after a comma, or anywhere.
 */
size_t wrap_take(const char *text, size_t len, size_t width, size_t next);
/* Returns the bytes of the blanks at the beginning. */
size_t wrap_blanks(const char *text, size_t len);
/*
 * Breaks the lines since from into lines of at most width columns (0, or too few to read: they stay as they are). What continues a line has
 * so many blanks in front.
 */
void wrap_under(struct out *out, size_t from, size_t width, size_t indent);
/* The same; what continues a line has WRAP_HANG blanks more in front than the line itself. */
void wrap_lines(struct out *out, size_t from, size_t width);

#endif
