/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay FILE: runs a fuzz target with each input of a kept corpus. Needs no fuzzer and no clang.
 */
#include "corpus.h"

int main(int argc, char **argv)
{
    FILE *file = corpus_open(argc == 2 ? argv[1] : "");
    uint8_t *bytes;
    size_t len;
    int inputs = 0;

    while ((bytes = corpus_next(file, argv[1], &len))) {
        (void)LLVMFuzzerTestOneInput(bytes, len);
        free(bytes);
        inputs++;
    }
    (void)fclose(file);
    /* A target may have closed standard output. */
    (void)fprintf(stderr, "%d inputs\n", inputs);
    return inputs == 0;
}
