/* SPDX-License-Identifier: BSD-2-Clause */
/* Where rows are written: a buffer that grows, and a descriptor it is emptied into. */
#ifndef VIEW_OUT_H
#define VIEW_OUT_H

#include <portls.h>

struct out {
    char *data;
    size_t len;
    size_t size;
    int fd;    /* -1: memory only */
    int error; /* positive errno of the first failure; from then on nothing is written */
};

/* size bytes of room behind the end; false when out of memory, which sets error. */
bool out_room(struct out *out, size_t size);
void out_bytes(struct out *out, const char *bytes, size_t len);
void out_word(struct out *out, const char *word);
void out_char(struct out *out, char c);
void out_number(struct out *out, uint64_t n);
void out_pad(struct out *out, size_t blanks);
/* Writes what is there once it is much; call it between rows. */
void out_drain(struct out *out);
/* Writes all. 0 or the positive errno of the first failure. */
int out_flush(struct out *out);
void out_free(struct out *out);

#endif
