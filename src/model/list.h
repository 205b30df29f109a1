/* SPDX-License-Identifier: BSD-2-Clause */
/* A list that grows, and searching what is in order. */
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

#endif
