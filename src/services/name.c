/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds names as people type them, and suggests similar ones. */
#include "model/array.h"
#include "model/near.h"
#include "table.h"

#include <string.h>

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

size_t pl_service_suggest(const char *name, const char **out, size_t max)
{
    const struct {
        const struct pl_service_key *keys;
        size_t count;
    } indexes[] = {
        {pl_common_keys, pl_common_key_count},
        {pl_service_keys, pl_service_key_count},
    };
    struct pl_near near;

    pl_near_start(&near, name, strlen(name), max);
    for (size_t i = 0; i < COUNT_OF(indexes); i++) {
        for (size_t j = 0; j < indexes[i].count; j++)
            pl_near_add(&near, pl_service_string(indexes[i].keys[j].name));
    }
    memcpy(out, near.words, near.count * sizeof(*out));
    return near.count;
}
