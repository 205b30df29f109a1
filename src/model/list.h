/* SPDX-License-Identifier: BSD-2-Clause */
/* A growing list. */
#ifndef PL_MODEL_LIST_H
#define PL_MODEL_LIST_H

#include <stddef.h>

/* Items of one size, which callers pass. Zeroed: an empty list. */
struct pl_list {
    void *items;
    size_t count;
    size_t size; /* allocated items */
};

/* Doubles the allocation. Returns 0 or -ENOMEM. Outlined from the common case. */
int pl_list_grow(struct pl_list *list, size_t item);

/* Appends space for an item of that size. Returns NULL when out of memory. */
static inline void *pl_list_add(struct pl_list *list, size_t item)
{
    if (list->count == list->size && pl_list_grow(list, item) < 0)
        return NULL;
    return (char *)list->items + item * list->count++;
}

/*
 * Returns the item equal to the key, which is an item, in a sorted list, or NULL. Inline as
 * pl_lower_bound().
 */
static inline void *pl_list_find(const struct pl_list *list, const void *key, size_t item,
                                 int (*compare)(const void *, const void *))
{
    size_t low = 0;
    size_t high = list->items ? list->count : 0;

    while (low < high) {
        size_t middle = (low + high) / 2;
        void *found = (char *)list->items + middle * item;
        int order = compare(key, found);

        if (order == 0)
            return found;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* Sorts as qsort(3). */
void pl_list_sort(struct pl_list *list, size_t item, int (*compare)(const void *, const void *));
/* Keeps only the first of adjacent equal items. */
void pl_list_unique(struct pl_list *list, size_t item, int (*compare)(const void *, const void *));

#endif
