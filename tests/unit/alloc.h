/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes allocations fail, in the programs of tests that include this. */
#ifndef TEST_ALLOC_H
#define TEST_ALLOC_H

#include <stdbool.h>

/* Makes the nth allocation from now fail once (1: the next; 0: none). */
void alloc_fail(unsigned long nth);
/* Whether it has failed. */
bool alloc_failed(void);

#endif
