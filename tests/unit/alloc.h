/* SPDX-License-Identifier: BSD-2-Clause */
/* Allocations that fail when told to: for programs made with portls_unit(... ALLOC). */
#ifndef TEST_ALLOC_H
#define TEST_ALLOC_H

#include <stdbool.h>

/* The nth allocation from now (1: the next) fails, once; 0: none does. */
void alloc_fail(unsigned long nth);
/* Did it? */
bool alloc_failed(void);

#endif
