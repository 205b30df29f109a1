/* SPDX-License-Identifier: BSD-2-Clause */
/* unpack FILE DIR: writes each input of a kept corpus to a separate file in DIR, for libFuzzer. */
#include "corpus.h"

int main(int argc, char **argv)
{
    FILE *file = corpus_open(argc == 3 ? argv[1] : "");
    uint8_t *bytes;
    size_t len;
    int inputs = 0;

    while ((bytes = corpus_next(file, argv[1], &len))) {
        char path[4096];
        FILE *input;
        size_t written;

        PROMISE(snprintf(path, sizeof(path), "%s/kept-%d", argv[2], ++inputs) < (int)sizeof(path));
        input = fopen(path, "wb");
        written = input ? fwrite(bytes, 1, len, input) : 0;
        if (!input || fclose(input) || written != len) {
            (void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
            return 1;
        }
        free(bytes);
    }
    (void)fclose(file);
    return 0;
}
