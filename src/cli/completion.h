/* SPDX-License-Identifier: BSD-2-Clause */
/* The completion scripts of scripts/completion, embedded by the build. */
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

/* Prints the script of a shell, the same for portls and portname. */
opt_set_fn completion_print;

#endif
