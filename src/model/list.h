/* SPDX-License-Identifier: BSD-2-Clause */
/* A list that grows. */
#ifndef PL_MODEL_LIST_H
#define PL_MODEL_LIST_H

#include <stddef.h>

/* Items of one size, which the user of the list knows. All 0: an empty list. */
struct pl_list {
    void *items;
    size_t count;
    size_t size; /* items there is room for */
};

/* Doubles the room. 0 or -ENOMEM. Out of the way of the common case below. */
int pl_list_grow(struct pl_list *list, size_t item);

/* Room for one item of that size at the end; NULL when out of memory. */
static inline void *pl_list_add(struct pl_list *list, size_t item)
{
    if (list->count == list->size && pl_list_grow(list, item) < 0)
        return NULL;
    return (char *)list->items + item * list->count++;
}

/*
 * An item of a list in order that is equal to the key, which is an item too; NULL: there is none.
 * Inline, as pl_lower_bound() is.
 */
static inline void *pl_list_find(const struct pl_list *list, const void *key, size_t item,
                                 int (*compare)(const void *, const void *))
{
    size_t low = 0;
    size_t high = list->count;

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

/* By the comparison, which is as for qsort(3). */
void pl_list_sort(struct pl_list *list, size_t item, int (*compare)(const void *, const void *));
/* Of equal items that stand together, the first one stays. */
void pl_list_unique(struct pl_list *list, size_t item, int (*compare)(const void *, const void *));

#endif
