/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A sink that computes a sum of each record, so that two decodings can be compared record by
 * record.
 */
#ifndef TEST_SUMMING_H
#define TEST_SUMMING_H

#include "decode/decode.h"

#define RECORDS_MAX 65536

struct summing {
    struct pl_sink sink;
    uint64_t sums[RECORDS_MAX]; /* of the first records, in their order */
    size_t count;
    size_t notes;
    bool senseless; /* a text without data, or a number out of its range */
};

/* Makes it as new. */
void summing_reset(struct summing *s);

#endif
