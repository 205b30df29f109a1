/* SPDX-License-Identifier: BSD-2-Clause */
#include "list.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

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
