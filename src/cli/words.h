/* SPDX-License-Identifier: BSD-2-Clause */
/* Keywords of options, filters and output, for completions and checks. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "opts.h"
#include "view/out.h"

/* Prints the keywords of filters and output, "kind\tword" per line. */
void words_print(struct out *out);
/* Returns whether the word is a keyword of filters. */
bool words_is_filter(const char *word);
/* Prints the valid arguments of options the same way; the kind is the option. */
void words_print_choices(const struct opt *table, size_t count, struct out *out);

#endif
