/* SPDX-License-Identifier: BSD-2-Clause */
/* Helpers for arrays. */
#ifndef PL_MODEL_ARRAY_H
#define PL_MODEL_ARRAY_H

#include <stddef.h>
#include <stdint.h>

/* Number of items of an array; not for pointers. */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* For qsort(3) and pl_lower_bound(). */
static inline int pl_compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/*
 * Returns the index of the first item not before the key in count sorted items of size bytes each,
 * or count. compare(key, item) is positive if the item is before the key. Inline, so that the
 * compiler merges compare into the loop.
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
