/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows that compare a decoder's offsets with the system's own header when this is compiled.
 * scripts/cross lists them: one line each, beginning with OFFSET, SIZE or VALUE.
 */
#ifndef TEST_LAYOUT_H
#define TEST_LAYOUT_H

#include <stddef.h>

#define OFFSET(type, field, number) \
    _Static_assert(offsetof(type, field) == (number), #type "." #field);
#define VALUE(name, number) _Static_assert((name) == (number), #name);
#define SIZE(type, number)  _Static_assert(sizeof(type) == (number), "size of " #type);

#endif
