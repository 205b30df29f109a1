/* SPDX-License-Identifier: BSD-2-Clause */
/* What portls says of itself: --help, --version, --list-columns, --list-words, --completion. */
#ifndef CLI_ABOUT_H
#define CLI_ABOUT_H

#include "opts.h"

/* Each prints on standard output and answers the exit status. */
int about_help(const struct opt *table, size_t count);
int about_version(void);
int about_columns(void);
int about_words(void);
int about_completion(const struct opt *table, size_t count, const char *shell);

#endif
