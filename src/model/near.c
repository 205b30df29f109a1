/* SPDX-License-Identifier: BSD-2-Clause */
#include "near.h"

#include <stdio.h>
#include <string.h>

#define DISTANCE_MAX 3U
#define STARTS_MIN   2U /* letters */

/* Drops characters that are not compared. Returns the length, or 0 for words that are too long. */
static size_t fold(const char *word, size_t len, unsigned char *out)
{
    size_t count = 0;

    for (size_t i = 0; i < len; i++) {
        char c = word[i];

        if (c == ' ' || c == '-' || c == '_')
            continue;
        if (count == PL_NEAR_BYTES)
            return 0;
        out[count++] = (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return count;
}

static unsigned int smaller(unsigned int a, unsigned int b)
{
    return a < b ? a : b;
}

/*
 * Optimal string alignment distance: the number of letters to insert, delete, replace or swap with
 * their neighbour. Returns limit + 1 if it exceeds limit.
 */
static unsigned int distance(const unsigned char *a, size_t a_len, const unsigned char *b,
                             size_t b_len, unsigned int limit)
{
    unsigned int rows[3][PL_NEAR_BYTES + 1];

    if ((a_len > b_len ? a_len - b_len : b_len - a_len) > limit)
        return limit + 1;
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = (unsigned int)j;
    for (size_t i = 1; i <= a_len; i++) {
        unsigned int *now = rows[i % 3];
        const unsigned int *last = rows[(i + 2) % 3];
        const unsigned int *before = rows[(i + 1) % 3];
        unsigned int best = (unsigned int)i;

        now[0] = (unsigned int)i;
        for (size_t j = 1; j <= b_len; j++) {
            now[j] =
                smaller(last[j - 1] + (a[i - 1] != b[j - 1]), smaller(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = smaller(now[j], before[j - 2] + 1);
            best = smaller(best, now[j]);
        }
        if (best > limit)
            return limit + 1;
    }
    return rows[a_len % 3][b_len];
}

void pl_near_start(struct pl_near *near, const char *word, size_t len, size_t max)
{
    *near = (struct pl_near){.max = max < PL_NEAR_WORDS ? max : PL_NEAR_WORDS};
    near->len = fold(word, len, near->wanted);
}

static bool is_listed(const struct pl_near *near, const unsigned char *word, size_t len)
{
    unsigned char other[PL_NEAR_BYTES];

    for (size_t i = 0; i < near->count; i++) {
        if (fold(near->words[i], strlen(near->words[i]), other) == len &&
            memcmp(other, word, len) == 0)
            return true;
    }
    return false;
}

/* Sorted by distance, then in the order of adding. */
static void insert(struct pl_near *near, const char *word, unsigned int far)
{
    size_t place = near->count;

    while (place > 0 && near->far[place - 1] > far)
        place--;
    if (place == near->max)
        return;
    if (near->count < near->max)
        near->count++;
    for (size_t i = near->count - 1; i > place; i--) {
        near->words[i] = near->words[i - 1];
        near->far[i] = near->far[i - 1];
    }
    near->words[place] = word;
    near->far[place] = far;
}

void pl_near_add(struct pl_near *near, const char *word)
{
    unsigned int limit = smaller((unsigned int)(near->len + 2) / 4, DISTANCE_MAX);
    unsigned char other[PL_NEAR_BYTES];
    size_t len = fold(word, strlen(word), other);
    unsigned int far;

    if (near->offered_count < PL_NEAR_FEW)
        near->offered[near->offered_count] = word;
    near->offered_count++;
    if (near->len == 0 || len == 0)
        return;
    far = distance(near->wanted, near->len, other, len, limit);
    if (far > limit && near->starts && near->len >= STARTS_MIN && len > near->len &&
        memcmp(near->wanted, other, near->len) == 0)
        far = limit;
    if (far <= limit && far < near->len && !is_listed(near, other, len))
        insert(near, word, 2 * far + (near->wanted[0] != other[0]));
}

void pl_near_print(const struct pl_near *near, const char *prefix, char *out, size_t size)
{
    bool close = near->count > 0;
    size_t count = close ? 1 : near->offered_count;
    const char *const *words = close ? near->words : near->offered;
    const char *quote = close ? "'" : "";

    out[0] = '\0';
    if (near->count > 1 && near->far[1] == near->far[0])
        count = 2;
    if (count > PL_NEAR_FEW)
        return;
    for (size_t i = 0; i < count; i++) {
        const char *before = i + 1 < count ? ", " : " or ";
        size_t len = strlen(out);

        if (i == 0)
            before = close ? "; did you mean " : "; use ";
        (void)snprintf(out + len, size - len, "%s%s%s%s%s", before, quote, prefix, words[i], quote);
    }
    if (close)
        (void)snprintf(out + strlen(out), size - strlen(out), "?");
}

bool pl_word_is(const char *own, size_t own_len, const char *word, size_t len)
{
    unsigned char a[PL_NEAR_BYTES];
    unsigned char b[PL_NEAR_BYTES];
    size_t count = fold(own, own_len, a);

    return count > 0 && fold(word, len, b) == count && memcmp(a, b, count) == 0;
}
