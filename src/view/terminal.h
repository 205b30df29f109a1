/* SPDX-License-Identifier: BSD-2-Clause */
/* What is special about a terminal: it is only so wide, and it has colours. */
#ifndef VIEW_TERMINAL_H
#define VIEW_TERMINAL_H

#include "sheet.h"

/* Columns of the terminal behind a descriptor; 0: it is none, or does not say. */
size_t terminal_width(int fd);
/* Its lines; 0 as above. */
size_t terminal_height(int fd);
/* --color: always, never, or auto, which asks the environment and the descriptor. */
bool terminal_colors(const char *when, int fd);

/*
 * Which of the columns give way so that a row of these widths, a blank apart, fits into limit: the
 * least important ones first, never a pinned one, nor all others. gone[i] becomes true for those. false: it still does not fit.
 */
bool terminal_fit(const struct sheet_column *columns, const size_t *widths, size_t count,
                  size_t limit, bool *gone);
/* The foot of a table: which columns are not shown, which one is shortened (NULL: none). */
void terminal_name_gone(const struct sheet_column *columns, const bool *gone, size_t count,
                        const struct sheet_column *shortened, struct out *out);

/* How to begin the cell of a column by what it means: an escape sequence, or "". */
const char *terminal_style(const struct pl_field *field, const struct pl_sock *sock,
                           const struct cell *cell);
#define TERMINAL_PLAIN "\033[0m"

/* How many lines of a terminal that is width columns wide (0: any) a text of lines takes. */
size_t terminal_rows(const char *text, size_t len, size_t width);
/*
 * A text of lines in place of what the terminal shows: at most room lines of it (0: all) where each
 * is width columns wide (0: no line goes on in the next). If there are more, a line in their place
 * counts them, and the text's foot stands below it.
 */
void terminal_frame(const struct out *text, size_t width, size_t room, struct out *out);

#endif
