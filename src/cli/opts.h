/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks a table of options: parsing, --help, and what completions and checks read. */
#ifndef CLI_OPTS_H
#define CLI_OPTS_H

#include <stdbool.h>
#include <stddef.h>

enum opt_arg {
    OPT_NONE,
    OPT_TEXT,   /* the rest of the bundle, or the next word */
    OPT_NUMBER, /* optional: digits in the bundle, or a next word of digits */
};

struct opt {
    int id;           /* what opts_next() answers: above 0 */
    char letter;      /* 0: has only a name */
    const char *name; /* NULL: has only a letter */
    enum opt_arg kind;
    const char *arg;  /* name of the argument in --help */
    const char *help; /* NULL: another name of the row with the same id, not in --help */
};

/* A word that is no option, and the two ways it ends. */
enum { OPT_END = 0, OPT_WORD = -1, OPT_BAD = -2 };

struct opts {
    const struct opt *table;
    size_t count;
    char **argv;        /* ends with NULL; the program's name skipped */
    const char *bundle; /* letters left in the word being read */
    bool words_only;    /* after "--" */
    const char *value;  /* argument of the option, NULL if it has none; or the word */
    char digits[16];    /* where value points for a number out of a bundle */
    char problem[256];  /* after OPT_BAD: what is wrong, with the culprit, raw bytes in it */
};

/* id of the next option, or OPT_*. */
int opts_next(struct opts *opts);

struct out;
void opts_help(const struct opt *table, size_t count, struct out *out);

#endif
