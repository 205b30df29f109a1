/* SPDX-License-Identifier: BSD-2-Clause */
/* Suggestions: the words most like what the user typed. */
#ifndef PL_MODEL_NEAR_H
#define PL_MODEL_NEAR_H

#include <stdbool.h>
#include <stddef.h>

#define PL_NEAR_BYTES 64 /* longer words are not compared */
#define PL_NEAR_WORDS 16
#define PL_NEAR_FEW   8 /* valid words that a message lists at most */

/* A search. Words are borrowed. */
struct pl_near {
    unsigned char wanted[PL_NEAR_BYTES]; /* folded */
    size_t len;                          /* of wanted; 0: too long to compare */
    const char *words[PL_NEAR_WORDS];    /* the closest words, best first */
    unsigned int far[PL_NEAR_WORDS];     /* 2 * distance, + 1 if the first letter differs */
    size_t count, max;
    bool starts; /* also find words that begin with wanted, after all others */
    const char *offered[PL_NEAR_FEW];
    size_t offered_count; /* number of words compared */
};

/* Starts a search for at most max words (PL_NEAR_WORDS). */
void pl_near_start(struct pl_near *near, const char *word, size_t len, size_t max);
/*
 * Compares a word, ignoring case, blanks, hyphens and underscores. It is similar if at most three
 * letters, and about a quarter of them, differ.
 */
void pl_near_add(struct pl_near *near, const char *word);
/*
 * Writes the end of a message: "; did you mean 'a'?", with two words if both are equally close.
 * If none is close and few were compared, "; use a, b or c". Otherwise "". Each word follows
 * prefix.
 */
void pl_near_print(const struct pl_near *near, const char *prefix, char *out, size_t size);

/*
 * Compares two words, ignoring case, blanks, hyphens and underscores: "fin-wait-1", "FIN_WAIT1" and
 * "finwait1" are equal.
 */
bool pl_word_is(const char *own, size_t own_len, const char *word, size_t len);

#endif
