/* SPDX-License-Identifier: BSD-2-Clause */
/* Arrays: how many items one has, and searching one that is in order. */
#ifndef PL_MODEL_ARRAY_H
#define PL_MODEL_ARRAY_H

#include <stddef.h>
#include <stdint.h>

/* Items of an array, not of a pointer. */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* For qsort(3) and for searching uint32_t. */
static inline int pl_compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/*
 * Index of the first of count items, of size bytes each and in order, that is not before the key;
 * count: all are. compare(key, item) is positive for an item that is before the key. Inline: the
 * compiler makes the comparison part of the loop.
 */
static inline size_t pl_lower_bound(const void *key, const void *items, size_t count, size_t size,
                                    int (*compare)(const void *key, const void *item))
{
    size_t low = 0;

    while (low < count) {
        size_t middle = low + (count - low) / 2;

        if (compare(key, (const char *)items + middle * size) > 0)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

#endif
