/* SPDX-License-Identifier: BSD-2-Clause */
/* replay FILE: gives each input of a kept corpus to a fuzz target, without a fuzzer and with any
   compiler. */
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
    /* A target may have put its standard output away. */
    (void)fprintf(stderr, "%d inputs\n", inputs);
    return inputs == 0;
}
