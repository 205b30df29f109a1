/* SPDX-License-Identifier: BSD-2-Clause */
/* Explanations of keywords after other output. */
#ifndef VIEW_EXPLAIN_H
#define VIEW_EXPLAIN_H

#include "api/explain.h"
#include "sheet.h"

/*
 * Prints explanations, in tables on two lines each. follows: after another sheet of the same
 * document; registry as in struct sheet.
 */
void explain_print(const struct pl_explanation *const *items, size_t count, const struct view *view,
                   const char *registry, const struct format *format, bool follows,
                   struct out *out);
/* Prints the explanations of the keywords in the columns of a listing, after it. */
void explain_listing(const struct view *view, const struct format *format, struct out *out);

#endif
