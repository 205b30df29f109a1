/* SPDX-License-Identifier: BSD-2-Clause */
/* A kept corpus: a file with a netstring, "LENGTH:BYTES,", for each input. */
#ifndef TEST_CORPUS_H
#define TEST_CORPUS_H

#include "fuzz.h"

#include <errno.h>

#define CORPUS_INPUT_MAX 10000000

/*
 * Reads the next input into memory of exactly its size, so that sanitizers detect reads past it.
 * The caller frees it. Returns NULL at the end of the file. Exits if the file is malformed.
 */
static inline uint8_t *corpus_next(FILE *file, const char *path, size_t *len)
{
    uint8_t *bytes;
    int c = fgetc(file);

    if (c == EOF && !ferror(file))
        return NULL;
    for (*len = 0; c >= '0' && c <= '9' && *len < CORPUS_INPUT_MAX; c = fgetc(file))
        *len = *len * 10 + (size_t)(c - '0');
    bytes = malloc(*len > 0 ? *len : 1);
    PROMISE(bytes);
    if (c != ':' || fread(bytes, 1, *len, file) != *len || fgetc(file) != ',') {
        (void)fprintf(stderr, "%s: no netstring at byte %ld\n", path, ftell(file));
        exit(1);
    }
    return bytes;
}

/* Exits if the file cannot be opened. */
static inline FILE *corpus_open(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (!file) {
        (void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(1);
    }
    return file;
}

#endif
