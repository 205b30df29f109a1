/* SPDX-License-Identifier: BSD-2-Clause */
/* The scripts of scripts/completion, one a shell, which the build embeds. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "opts.h"

struct completion {
    const char *shell;
    const char *script;
    size_t len;
};

/* Ends with a NULL shell. */
extern const struct completion completions[];

/* Prints the script of a shell of opt->choices, the same for portls and portname. */
opt_set_fn completion_print;

#endif
