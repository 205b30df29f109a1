/* SPDX-License-Identifier: BSD-2-Clause */
/* What the scripts of the shells have in common. */
#ifndef CLI_COMPLETION_SHELLS_H
#define CLI_COMPLETION_SHELLS_H

#include "cli/opts.h"
#include "view/out.h"

typedef void completion_fn(const char *program, const struct opt *table, size_t count,
                           struct out *out);

completion_fn completion_bash, completion_zsh, completion_fish;

enum completion_kind {
    COMPLETION_NOTHING, /* that could be known */
    COMPLETION_WORDS,
    COMPLETION_COLUMNS, /* a list with commas */
    COMPLETION_SORT,    /* the same, each with '-' before it or not; or "none" */
    COMPLETION_FOLDER,
    COMPLETION_FILE,
    COMPLETION_NAMES, /* portname: what stands behind the options as well */
};

/* What the argument of an option is. */
struct completion_argument {
    const char *option;
    enum completion_kind kind;
    const char *words;
};

/* NULL: the option takes none. */
const struct completion_argument *completion_argument(const struct opt *opt);

/* What can stand behind a word of a filter. */
struct completion_value {
    const char *after;   /* words, separated by blanks */
    int words;           /* enum words; -1: what the columns hold now */
    const char *columns; /* separated by commas; NULL: the one that the word names */
};

extern const struct completion_value completion_values[];
extern const size_t completion_value_count;

/* Are the words of this kind in the script? */
bool completion_uses(int words);

/* What may stand between the word and its value. */
#define COMPLETION_OPERATORS "eq ne neq lt gt le leq ge geq"

/* The text, with the program's name for each '@'. */
void completion_text(const char *text, const char *program, struct out *out);
/* All words of a kind, with blanks; those that a filter can begin with, each once; options. */
void completion_words(int words, struct out *out);
void completion_filter(struct out *out);
void completion_options(const struct opt *table, size_t count, struct out *out);

#endif
