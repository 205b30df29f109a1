/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes to standard error when something cannot be done. */
#ifndef CLI_COMPLAIN_H
#define CLI_COMPLAIN_H

#include "api/library.h"

struct out;

/* "program: ", as every line of stderr begins; whoever starts a program chooses its name. */
void complain_name(struct out *line);
/* "program: what: culprit; see help", the culprit escaped, in one line on stderr. */
void complain(const char *what, const char *culprit, size_t len, const char *help);
/* "program: text". */
void complain_text(const char *text);
/* what, culprit and the words of a positive errno. */
void complain_errno(const char *what, const char *culprit, int error, const char *help);
/* Standard output could not be written, a positive errno: but of a reader that has seen enough
 * (EPIPE) there is nothing to say. */
void complain_output(int error);
/* Writes and frees the standard output of a program. Returns its exit status; see status.h. */
int finish_output(struct out *out);
/* "program: what could not be seen: what would help", the same way. */
void complain_note(const struct pl_note *note);
/* That line, with its end, as complain_note() writes it. */
void complain_note_line(struct out *line, const struct pl_note *note);

#endif
