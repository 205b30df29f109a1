/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of options. A row holds the names of an option, its help, what it does and which options
 * contradict it. opts.c parses command lines and prints --help; opts_apply.c applies the rows.
 */
#ifndef CLI_OPTS_H
#define CLI_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum opt_arg {
    OPT_NONE,
    OPT_TEXT,   /* the rest of the bundle, or the next argument */
    OPT_NUMBER, /* optional: digits in the bundle, or a next argument of digits */
};

#define OPT_BRIEF "" /* help: list only the names, several options in a line */

struct opt;
struct opts;

/* Applies opts->value to opts->settings. Returns OPTS_GO_ON or the exit status. */
typedef int opt_set_fn(struct opts *opts, const struct opt *opt);
enum { OPTS_GO_ON = -1 };

/* An option that contradicts the row. */
struct opt_clash {
    int id;           /* 0 ends a list */
    const char *text; /* message after the row's name; NULL: " cannot be combined with OTHER" */
    int unless[2];    /* ids of options that reconcile the two; 0: none */
};

struct opt {
    int id;           /* above 0; 0: help is a heading */
    char letter;      /* 0: none */
    const char *name; /* NULL: none */
    enum opt_arg kind;
    const char *arg;  /* name of the argument in --help */
    const char *help; /* NULL: another name of the row above with the same id, not in --help */

    opt_set_fn *set;     /* NULL: nothing */
    size_t at;           /* offset in the settings of the member to set */
    uint32_t bits;       /* bits that opt_set_bits() adds; the maximum of opt_set_number() */
    const char *choices; /* valid arguments, separated by blanks; NULL: any */
    const char *takes;   /* valid numbers, in messages: "seconds from 1 to 60" */
    const struct opt_clash *clashes; /* NULL: none */
    bool alone;                      /* applied last; contradicts other options and operands */
    bool anywhere;                   /* can be combined even with those */
    bool once;                       /* cannot be given again with another value */
};

/* Returned by opts_next() instead of an id. */
enum { OPT_END = 0, OPT_WORD = -1, OPT_BAD = -2 };
enum { OPT_BY_LETTER = 1, OPT_BY_NAME };

/* What to use instead of options that only other programs have. */
struct opt_other {
    const char *names; /* letters and names without dashes, separated by blanks */
    const char *advice;
};

struct opts {
    const struct opt *table;
    size_t count;
    char **argv;                    /* without the program's name, ends with NULL */
    const char *bundle;             /* letters not yet read of the current argument */
    bool words_only;                /* "--" was read */
    const char *value;              /* argument of the option, NULL if none; or the operand */
    char digits[16];                /* storage of value for a number in a bundle */
    const struct opt_other *others; /* the last one has no names; or NULL */
    char problem[256]; /* after OPT_BAD: the message, with the raw bytes of the argument */
    char advice[128];  /* after OPT_BAD: a suggestion to append; may be empty */
    uint8_t form;      /* how the option was typed, OPT_BY_* */
    bool numbers;      /* "-1" is an operand */
    bool any_case;     /* letters of options in either case */

    /* For opts_apply(). */
    void *settings;
    int (*word)(struct opts *opts); /* applies an operand, as opt_set_fn */
    const char *help;               /* where messages refer to: "portls --help" */
    int status;                     /* exit status after a message */
    uint8_t *given;                 /* by id: how the option was typed, OPT_BY_*; 0: not typed */
    const char *first_word;         /* the first operand, or NULL */
    const char *once_value;         /* of the row with once: a table has one */
};

/* Returns the id of the next option, or OPT_*. */
int opts_next(struct opts *opts);

/* Applies all options and operands. Returns OPTS_GO_ON or the exit status. */
int opts_apply(struct opts *opts);
/* Prints "what 'culprit'", the culprit of len bytes or NULL. Returns opts->status. */
int opts_refuse(const struct opts *opts, const char *what, const char *culprit, size_t len);
/* Returns the index of opts->value in opt->choices; -1 after a message if it is none of them. */
int opts_choice(const struct opts *opts, const struct opt *opt);

/* Set a bool, clear it, add bits to a uint32_t, set a const char *, an unsigned int from 1 to bits,
 * or an unsigned int to the index of a choice. */
opt_set_fn opt_set_true, opt_set_false, opt_set_bits, opt_set_text, opt_set_number, opt_set_choice;

/* What a row does to struct settings, of the file with the table. */
#define AT(member)          .at = offsetof(struct settings, member)
#define ON(member)          .set = opt_set_true, AT(member)
#define OFF(member)         .set = opt_set_false, AT(member)
#define BITS(member, value) .set = opt_set_bits, AT(member), .bits = (value)

struct out;
void opts_help(const struct opt *table, size_t count, struct out *out);

#endif
