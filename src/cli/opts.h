/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options, a row each: how they are typed, what --help says of them, what they do, and what they do
 * not go with. opts.c reads command lines, opts_apply.c does what the rows say.
 */
#ifndef CLI_OPTS_H
#define CLI_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum opt_arg {
    OPT_NONE,
    OPT_TEXT,   /* the rest of the bundle, or the next word */
    OPT_NUMBER, /* optional: digits in the bundle, or a next word of digits */
};

struct opt;
struct opts;

/* What an option does with opts->settings and opts->value. Returns the exit status, or one of: */
typedef int opt_set_fn(struct opts *opts, const struct opt *opt);
enum {
    OPTS_GO_ON = -1,
    OPTS_WORD = -2, /* opts->value is a word of its own */
};

/* An option that a row does not go with. */
struct opt_clash {
    int id; /* 0 ends a list */
    const char
        *text;     /* for after the row's name; NULL: " cannot be combined with " and the other's */
    int unless[2]; /* ids of options that reconcile them; 0: none */
};

struct opt {
    int id;           /* what opts_next() answers: above 0 */
    char letter;      /* 0: has only a name */
    const char *name; /* NULL: has only a letter */
    enum opt_arg kind;
    const char *arg;  /* name of the argument in --help */
    const char *help; /* NULL: another name of a row above with the same id, not in --help */

    opt_set_fn *set; /* NULL: nothing */
    size_t at;       /* offset in the settings of what it sets */
    uint32_t bits;   /* what opt_set_bits() adds; the largest number for opt_set_number() */
    const char
        *choices;      /* words that its argument may be, with blanks between them; NULL: others */
    const char *takes; /* what opt_set_number() says of its argument: "seconds from 1 to 60" */
    const struct opt_clash *clashes; /* NULL: none */
    bool alone; /* done last, and without other options or words: it is about the program itself */
    bool anywhere; /* goes even with those */
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
    char problem[256];  /* after OPT_BAD: the message, with the raw bytes of the argument */
    bool numbers;       /* "-1" is a word */

    /* For opts_apply(). */
    void *settings;
    int (*word)(struct opts *opts); /* what a word does, as opt_set_fn */
    const char *help;               /* where complaints point to: "portls --help" */
    int status;                     /* exit status of a complaint */
    bool *given;                    /* by id: which options there were */
    const char *first_word;         /* NULL: none */
};

/* id of the next option, or OPT_*. */
int opts_next(struct opts *opts);

/* Does what all options and words say. OPTS_GO_ON, or the exit status. */
int opts_apply(struct opts *opts);
/* Prints "what 'culprit'", the culprit of len bytes or NULL. Returns opts->status. */
int opts_refuse(const struct opts *opts, const char *what, const char *culprit, size_t len);
/* Which of the words of opt->choices is opts->value; a complaint and -1: none. */
int opts_choice(const struct opts *opts, const struct opt *opt);

/* Set a bool, clear it, add bits to a uint32_t, set a const char *, an unsigned int from 1 to bits
 * or, as opts_choice() has it, to the index of a word. */
opt_set_fn opt_set_true, opt_set_false, opt_set_bits, opt_set_text, opt_set_number, opt_set_choice;

struct out;
void opts_help(const struct opt *table, size_t count, struct out *out);

#endif
