/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds names as people type them, and suggests similar ones. */
#include "model/array.h"
#include "table.h"

#include <string.h>

/* Longer names are not suggested. */
#define NAME_MAX_BYTES 64U
#define DISTANCE_MAX   3U

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Skips characters that are not compared. Returns the next one, 0 at the end. */
static unsigned char letter(const char **name)
{
    while (**name == ' ' || **name == '-' || **name == '_')
        (*name)++;
    return **name == '\0' ? 0 : lower(*(*name)++);
}

int pl_service_compare(const char *a, const char *b)
{
    for (;;) {
        unsigned char x = letter(&a);
        unsigned char y = letter(&b);

        if (x != y)
            return x < y ? -1 : 1;
        if (x == 0)
            return 0;
    }
}

static int compare_key(const void *name, const void *key)
{
    return pl_service_compare(name, pl_service_string(((const struct pl_service_key *)key)->name));
}

bool pl_service_step(const struct pl_service_key *keys, size_t count, const char *name, size_t *at,
                     uint16_t *row)
{
    const char *rest = name;
    size_t i = *at;

    if (letter(&rest) == 0)
        return false;
    if (i == 0)
        i = pl_lower_bound(name, keys, count, sizeof(*keys), compare_key);
    else
        while (i < count && keys[i].row == keys[i - 1].row)
            i++;
    if (i >= count || pl_service_compare(pl_service_string(keys[i].name), name) != 0)
        return false;
    *row = keys[i].row;
    *at = i + 1;
    return true;
}

bool pl_service_contains(const char *text, const char *word)
{
    if (*word == '\0')
        return false;
    for (; *text != '\0'; text++) {
        size_t i = 0;

        while (word[i] != '\0' && lower(text[i]) == lower(word[i]))
            i++;
        if (word[i] == '\0')
            return true;
    }
    return false;
}

bool pl_service_list_contains(const char *list, const char *word)
{
    for (; *list != '\0'; list += strlen(list) + 1)
        if (pl_service_contains(list, word))
            return true;
    return false;
}

bool pl_service_search(const char *word, size_t *at, struct pl_service *out)
{
    for (size_t i = *at; i < pl_service_row_count; i++) {
        const struct pl_service_row *row = &pl_service_rows[i];

        if (row->status != PL_SERVICE_ASSIGNED && row->status != PL_SERVICE_UNNAMED)
            continue;
        if (pl_service_contains(pl_service_string(row->name), word) ||
            pl_service_list_contains(pl_service_string(row->aliases), word) ||
            pl_service_contains(pl_service_string(row->text), word)) {
            pl_service_fill(row, out);
            *at = i + 1;
            return true;
        }
    }
    *at = pl_service_row_count;
    return false;
}

static size_t fold(const char *name, unsigned char *out)
{
    size_t len = 0;
    unsigned char c;

    while ((c = letter(&name)) != 0) {
        if (len == NAME_MAX_BYTES)
            return 0;
        out[len++] = c;
    }
    return len;
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
    unsigned int rows[3][NAME_MAX_BYTES + 1];

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

/* The names found so far, by distance, then in the order of finding. */
struct guess {
    const char **names;
    unsigned int *far;
    size_t count;
    size_t max;
};

static void guess_add(struct guess *guess, const char *name, unsigned int far)
{
    size_t place = guess->count;

    for (size_t i = 0; i < guess->count; i++)
        if (pl_service_compare(guess->names[i], name) == 0)
            return;
    while (place > 0 && guess->far[place - 1] > far)
        place--;
    if (place == guess->max)
        return;
    if (guess->count < guess->max)
        guess->count++;
    for (size_t i = guess->count - 1; i > place; i--) {
        guess->names[i] = guess->names[i - 1];
        guess->far[i] = guess->far[i - 1];
    }
    guess->names[place] = name;
    guess->far[place] = far;
}

#define GUESS_MAX 16U

size_t pl_service_suggest(const char *name, const char **out, size_t max)
{
    unsigned char wanted[NAME_MAX_BYTES];
    unsigned char other[NAME_MAX_BYTES];
    unsigned int far[GUESS_MAX] = {0};
    size_t len = fold(name, wanted);
    unsigned int limit = smaller((unsigned int)(len + 2) / 3, DISTANCE_MAX);
    struct guess guess = {out, far, 0, max < GUESS_MAX ? max : GUESS_MAX};
    const struct {
        const struct pl_service_key *keys;
        size_t count;
    } indexes[] = {
        {pl_common_keys, pl_common_key_count},
        {pl_service_keys, pl_service_key_count},
    };

    if (len == 0)
        return 0;
    for (size_t i = 0; i < COUNT_OF(indexes); i++) {
        for (size_t j = 0; j < indexes[i].count; j++) {
            const char *candidate = pl_service_string(indexes[i].keys[j].name);
            size_t other_len = fold(candidate, other);
            unsigned int d = other_len ? distance(wanted, len, other, other_len, limit) : limit + 1;

            if (d <= limit && d < len)
                guess_add(&guess, candidate, d);
        }
    }
    return guess.count;
}
