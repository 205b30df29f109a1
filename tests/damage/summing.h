/* SPDX-License-Identifier: BSD-2-Clause */
/* A sink that keeps a checksum of each record, to compare two decodings record by record. */
#ifndef TEST_SUMMING_H
#define TEST_SUMMING_H

#include "decode/decode.h"

#define RECORDS_MAX 65536

struct summing {
    struct pl_sink sink;
    uint64_t sums[RECORDS_MAX]; /* of the first records */
    size_t count;
    size_t notes;
    bool senseless; /* a text without data, or a number out of range */
};

/* Returns it to its initial state. */
void summing_reset(struct summing *s);

#endif
