/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies of the recordings of tests/recordings, which may be changed and restored. */
#ifndef TEST_FUZZ_RECORDED_H
#define TEST_FUZZ_RECORDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDED_FILES 64

struct recorded_file {
    char *path; /* below the directory of the recording */
    uint8_t *bytes;
    size_t len;
    bool edited;
};

struct recorded {
    char *path; /* of the copy */
    struct recorded_file files[RECORDED_FILES];
    size_t count;
    bool written;
};

/* All recordings, sorted by name. The copies are removed when the program exits. */
struct recorded *recorded_all(size_t *count);
/* Writes the files that differ from the originals. */
void recorded_restore(struct recorded *recording);
/* Replaces a file of the copy; NULL: removes it. */
void recorded_edit(const struct recorded *recording, struct recorded_file *file,
                   const uint8_t *bytes, size_t len);

#endif
