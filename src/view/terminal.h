/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals: size, colours, columns that fit, and redrawing in place. */
#ifndef VIEW_TERMINAL_H
#define VIEW_TERMINAL_H

#include "sheet.h"

/* Returns the columns of a terminal; 0 if fd is not one or its size is unknown. */
size_t terminal_width(int fd);
/*
 * Returns the columns that a table on fd may occupy: COLUMNS of the environment if fd is a terminal
 * or the same pipe as errors (standard error), else terminal_width(). 0: unlimited.
 */
size_t terminal_columns(int fd, int errors);
/* Returns the columns at which lines on fd are wrapped; 0: it is not a terminal, so they are not. */
size_t terminal_wrap(int fd);
/* Returns its rows, or 0. */
size_t terminal_height(int fd);
/* Whether the environment names a terminal that has no escape sequences. */
bool terminal_is_dumb(void);
/* Evaluates --color: "always", "never", or "auto", which depends on the environment and fd. */
bool terminal_colors(const char *when, int fd);

/* Returns whether the column is more important than showing all processes of a socket. */
bool terminal_is_dear(const char *name);
/*
 * Sets gone[i] for the columns to hide, empty and least important ones first, until a row of these widths and the
 * blanks between fits into limit; of those, shows again what fits, most important first. Never
 * hides pinned columns or all others. Returns false if it still does not fit. count is at most
 * VIEW_COLUMNS.
 */
bool terminal_fit(const struct sheet_column *columns, const size_t *widths, size_t count,
                  size_t limit, bool *gone);
/* Appends the foot of a table: the hidden columns, and the shortened one (NULL: none). */
void terminal_name_gone(const struct sheet_column *columns, const bool *gone, size_t count,
                        const struct sheet_column *shortened, struct out *out);

/* Returns the escape sequence for a cell by its value, or "". */
const char *terminal_style(const struct pl_field *field, const struct pl_sock *sock,
                           const struct cell *cell);
#define TERMINAL_PLAIN "\033[0m"

/*
 * Returns the terminal rows that a text occupies, lines wrapped at width columns (0: not wrapped).
 */
size_t terminal_rows(const char *text, size_t len, size_t width);
/*
 * Replaces the contents of the terminal by a text of at most room rows (0: all), lines wrapped at
 * width columns (0: not wrapped). If lines do not fit, prints their number instead, and the foot of
 * the text.
 */
void terminal_frame(const struct out *text, size_t width, size_t room, struct out *out);

#endif
