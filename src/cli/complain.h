/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages on standard error. */
#ifndef CLI_COMPLAIN_H
#define CLI_COMPLAIN_H

#include "api/library.h"

struct out;

/* Keeps the messages that follow in memory, until NULL is passed. */
void complain_later(struct out *messages);
/* Appends "program: ", the start of each line on stderr. */
void complain_name(struct out *line);
/*
 * Prints one line: "program: what 'culprit'; see help", escaped. A NULL culprit and an empty help
 * are omitted.
 */
void complain(const char *what, const char *culprit, const char *help);
/* The same with a culprit of len bytes, and after following it. */
void complain_at(const char *what, const char *culprit, size_t len, const char *after,
                 const char *help);
/* Prints "program: text". */
void complain_text(const char *text);
/* Prints "program: what 'culprit': reason", the reason that of a positive errno. */
void complain_errno(const char *what, const char *culprit, int error, const char *help);
/*
 * Reports that writing standard output failed; nothing for EPIPE, which means that the reader has
 * exited.
 */
void complain_output(int error);
/* Flushes and frees standard output. Returns the exit status. */
int finish_output(struct out *out);
/* Prints the version of a program and a line "part: value". Returns the exit status. */
int print_program(const char *program, const char *part, const char *value);
/* Prints "program: text of the note; help". */
void complain_note(const struct pl_note *note);
/* Appends that line. */
void complain_note_line(struct out *line, const struct pl_note *note);

#endif
