/* SPDX-License-Identifier: BSD-2-Clause */
#include "alloc.h"

#include <errno.h>
#include <stddef.h>

/* The linker (--wrap) sends malloc() of the code under test to __wrap_malloc(). */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static unsigned long left;
static bool failed;
static bool inside; /* calloc() and realloc() of some C libraries call malloc(): one allocation */

void alloc_fail(unsigned long nth)
{
    left = nth;
    failed = false;
}

bool alloc_failed(void)
{
    return failed;
}

static bool fails(void)
{
    if (inside || left == 0 || --left > 0)
        return false;
    failed = true;
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    void *got = NULL;

    if (!fails()) {
        inside = true;
        got = __real_calloc(count, size);
        inside = false;
    }
    return got;
}

void *__wrap_realloc(void *old, size_t size)
{
    void *got = NULL;

    if (!fails()) {
        inside = true;
        got = __real_realloc(old, size);
        inside = false;
    }
    return got;
}
