/* SPDX-License-Identifier: BSD-2-Clause */
/* The option loop of the personalities: one complaint a command line, with their own status. */
#ifndef CLI_AS_OPTS_H
#define CLI_AS_OPTS_H

#include "opts.h"

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
/* One line: what, the len bytes to blame, and where to read more. Answers status. */
int as_opts_refuse(const char *what, const char *culprit, size_t len, int status);

#endif
