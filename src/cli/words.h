/* SPDX-License-Identifier: BSD-2-Clause */
/* Every word that options, filters and output know: for completions and for checks. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "opts.h"
#include "view/out.h"

/* Prints "kind\tword" lines of filters and output. */
void words_print(struct out *out);
/* The same of the words that options take: the kind is the option. */
void words_print_choices(const struct opt *table, size_t count, struct out *out);

#endif
