/* SPDX-License-Identifier: BSD-2-Clause */
#include "list.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int pl_list_grow(struct pl_list *list, size_t item)
{
    size_t size = list->size > 0 ? list->size * 2 : 64;
    void *items = size <= SIZE_MAX / item ? realloc(list->items, size * item) : NULL;

    if (!items)
        return -ENOMEM;
    list->items = items;
    list->size = size;
    return 0;
}

void pl_list_sort(struct pl_list *list, size_t item, int (*compare)(const void *, const void *))
{
    if (list->count > 1)
        qsort(list->items, list->count, item, compare);
}

void pl_list_unique(struct pl_list *list, size_t item, int (*compare)(const void *, const void *))
{
    char *items = list->items;
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (kept > 0 && compare(items + (kept - 1) * item, items + i * item) == 0)
            continue;
        if (kept < i)
            memcpy(items + kept * item, items + i * item, item);
        kept++;
    }
    list->count = kept;
}
