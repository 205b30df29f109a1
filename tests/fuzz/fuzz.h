/* SPDX-License-Identifier: BSD-2-Clause */
/* For all fuzz targets. */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Like assert(3), also in release builds. */
#define PROMISE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "broken promise: %s (%s:%d)\n", #condition, __FILE__, __LINE__); \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Checks that text has no control byte but the allowed ones. */
static inline void promise_plain(const char *text, size_t len, const char *allowed)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        PROMISE(c >= 0x20 || (c != 0 && strchr(allowed, c)));
        PROMISE(c != 0x7f);
        /* C1 as UTF-8 */
        PROMISE(!(c == 0xc2 && i + 1 < len && (unsigned char)text[i + 1] < 0xa0));
    }
}

#endif
