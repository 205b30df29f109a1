/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes to standard error when something cannot be done. */
#ifndef CLI_COMPLAIN_H
#define CLI_COMPLAIN_H

#include <portls.h>

struct out;

/* "program: ", as every line of stderr begins; whoever starts a program chooses its name. */
void complain_name(struct out *line);
/* "program: what: culprit; see help", the culprit escaped, in one line on stderr. */
void complain(const char *what, const char *culprit, size_t len, const char *help);
/* "program: what could not be seen: what would help", the same way. */
/* what, culprit and the words of a positive errno. */
void complain_errno(const char *what, const char *culprit, int error, const char *help);
void complain_note(const struct pl_note *note);

#endif
