/* SPDX-License-Identifier: BSD-2-Clause */
/* Explanations of the keywords that listings print. */
#ifndef PL_API_EXPLAIN_H
#define PL_API_EXPLAIN_H

#include <portls.h>

/* Arrays, because pointers would need relocation at each start. */
struct pl_explanation {
    char kind[16];    /* the field that has the keyword as a value: "state" */
    char word[20];    /* as portls prints it */
    char also[44];    /* other spellings, separated by blanks */
    char text[124];   /* the meaning, one sentence */
    char advice[132]; /* when it is normal, or what to do */
};

/* Returns an explanation by its position in the table; NULL after the last. */
const struct pl_explanation *pl_explanation_row(size_t index);
/* Returns the explanation of a value of a field, or NULL. */
const struct pl_explanation *pl_explanation_get(const char *kind, struct pl_text word);
/*
 * Iterates over explanations of a word or another spelling of it, ignoring case, blanks, hyphens
 * and underscores. *at is 0 at first. Returns NULL after the last.
 */
const struct pl_explanation *pl_explanation_find(const char *word, size_t *at);

#endif
