/* SPDX-License-Identifier: BSD-2-Clause */
/* replay FILE...: gives each file to a fuzz target, without a fuzzer and with any compiler. */
#include "fuzz.h"

#include <errno.h>

#define INPUT_MAX (1 << 20)

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        uint8_t *bytes = malloc(INPUT_MAX);
        uint8_t *exact;
        size_t len;

        if (!file || !bytes) {
            (void)fprintf(stderr, "replay: %s: %s\n", argv[i], strerror(errno));
            return 1;
        }
        len = fread(bytes, 1, INPUT_MAX, file);
        (void)fclose(file);
        /* Of its own size, so that a byte too far is seen. */
        exact = malloc(len > 0 ? len : 1);
        PROMISE(exact);
        memcpy(exact, bytes, len);
        (void)LLVMFuzzerTestOneInput(exact, len);
        free(exact);
        free(bytes);
    }
    /* A target may have put its standard output away. */
    (void)fprintf(stderr, "%d inputs\n", argc - 1);
    return 0;
}
