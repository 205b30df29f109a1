/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evil makes processes, sockets, control groups and interfaces whose names try to control a terminal,
 * forge a row or break a format, and checks how a program prints them. It shares no code with portls:
 * the rules of what must not be printed are written here a second time.
 */
#ifndef EVIL_H
#define EVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVIL_LONG 4096 /* bytes of the longest name */

struct evil_name {
    const char *bytes; /* contains no NUL, and none follows */
    size_t len;
};

/* evil_names.c: every name, and how many there are. */
const struct evil_name *evil_names(size_t *count);

/* evil_text.c: filters from standard input to standard output. They return exit statuses. */

/*
 * Every byte is part of a visible character of UTF-8 or ends a line. tab: so may a tab; color: and
 * SGR sequences. Prints the number of lines, or the first violation with its position and returns
 * 1.
 */
int evil_plain(bool tab, bool color);
/* Lines "A B x HEX", "A B b BASE64", "A B e ESCAPED", tabs between: to "A B HEX". */
int evil_hex(void);
/* CSV (RFC 4180) to fields with tabs between; 1 where it is no CSV, or a formula. */
int evil_csv(void);

/* evil_make.c: creates everything in folder and the control group, prints the ledger and READY. */
int evil_make(const char *folder, const char *cgroup);
/* In a process that evil_make() started: does not return. */
void evil_child(const char *words);

#endif
