/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the lines of two tables; the last word is owners, "812/nginx,813/nginx". */
#include "fault.h"

#include <string.h>

#define LINES_MAX 1024
#define WORDS_MAX 16

struct line {
    const char *word[WORDS_MAX];
    size_t len[WORDS_MAX];
    size_t count;
    bool used;
};

static bool is_word(const struct line *line, size_t n, const char *word)
{
    return line->len[n] == strlen(word) && memcmp(line->word[n], word, line->len[n]) == 0;
}

static size_t lines_of(const char *text, struct line *lines)
{
    size_t count = 0;

    while (*text && count < LINES_MAX) {
        const char *end = text + strcspn(text, "\n");
        struct line *line = &lines[count++];

        line->count = 0;
        line->used = false;
        for (text += strspn(text, " "); text < end && line->count < WORDS_MAX;
             text += strspn(text, " ")) {
            line->word[line->count] = text;
            line->len[line->count] = strcspn(text, " \n");
            text += line->len[line->count++];
        }
        text = *end ? end + 1 : end;
    }
    return count;
}

/* Whether this is one of the owners in whole, or one of them without its name. */
static bool has_owner(const struct line *whole, const char *owner, size_t len, struct lack *lack)
{
    size_t last = whole->count - 1;
    const char *at = whole->word[last];
    const char *end = at + whole->len[last];
    bool nameless = len > 2 && memcmp(owner + len - 2, "/-", 2) == 0;

    while (at < end) {
        size_t span = strcspn(at, ", \n");

        if (span == len && memcmp(at, owner, len) == 0)
            return true;
        if (nameless && span >= len && memcmp(at, owner, len - 1) == 0) {
            lack->rows = true;
            return true;
        }
        at += span + 1;
    }
    return false;
}

/* "*:80" serves IPv4, too. If the kernel does not report that, it is "[::]:80". */
static bool is_less(const struct line *whole, const struct line *run, size_t n)
{
    return whole->len[n] > 2 && run->len[n] == whole->len[n] + 3 &&
           memcmp(whole->word[n], "*:", 2) == 0 && memcmp(run->word[n], "[::]:", 5) == 0 &&
           memcmp(whole->word[n] + 2, run->word[n] + 5, whole->len[n] - 2) == 0;
}

static bool is_row(const struct line *whole, const struct line *run, struct lack *lack)
{
    size_t last = whole->count - 1;
    const char *at;
    const char *end;

    if (whole->count != run->count || whole->used)
        return false;
    for (size_t i = 0; i < last; i++) {
        if (!is_word(run, i, "-") && !is_less(whole, run, i) &&
            (whole->len[i] != run->len[i] ||
             memcmp(whole->word[i], run->word[i], run->len[i]) != 0))
            return false;
    }
    if (is_word(run, last, "-")) {
        lack->rows |= !is_word(whole, last, "-");
        return true;
    }
    if (run->len[last] < whole->len[last])
        lack->owners = true;
    for (at = run->word[last], end = at + run->len[last]; at < end;) {
        size_t span = strcspn(at, ", \n");

        if (!has_owner(whole, at, span, lack))
            return false;
        at += span + 1;
    }
    return true;
}

const char *compare_table(const char *whole, const char *run, struct lack *lack)
{
    static struct line a[LINES_MAX];
    static struct line b[LINES_MAX];
    size_t rows = lines_of(run, a);
    size_t all = lines_of(whole, b);

    if (run[0] == '\0' || run[strlen(run) - 1] != '\n')
        return "a table that ends within a line";
    for (size_t i = 0; i < rows; i++) {
        size_t j = 0;

        while (j < all && !is_row(&b[j], &a[i], lack))
            j++;
        if (j == all)
            return "a line that is not in the whole listing";
        b[j].used = true;
    }
    if (rows < all)
        lack->rows = true;
    return NULL;
}
