/* SPDX-License-Identifier: BSD-2-Clause */
/* The option loop of the personalities: one complaint a command line, with their own status. */
#ifndef CLI_AS_OPTS_H
#define CLI_AS_OPTS_H

#include "cli/opts.h"

struct as_opts {
    const char *name; /* of the personality */
    const struct opt *table;
    size_t count;
    int refused; /* ids from this one on are options that it has and we do not */
    int status;  /* exit status of a bad option */
    /* An option or word: -1 to go on, else the exit status. */
    int (*apply)(void *arg, int id, const char *value);
    void *arg;
};

/* -1 when all is read, else the exit status; what is wrong has been said. */
int as_opts_walk(const struct as_opts *options, char **argv);
/*
 * Prints who is spoken to, if that is not "", and what the options of the table mean. The exit
 * status: 0, or AS_OPTS_UNWRITTEN, said on stderr.
 */
#define AS_OPTS_UNWRITTEN 1
int as_opts_help(const struct opt *table, size_t count, const char *who);
/* One line: what, the len bytes to blame, and where to read more. Answers status. */
int as_opts_refuse(const char *what, const char *culprit, size_t len, int status);

#endif
