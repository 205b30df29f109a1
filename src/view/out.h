/* SPDX-License-Identifier: BSD-2-Clause */
/* Where rows are written: a buffer that grows, and a descriptor it is emptied into. */
#ifndef VIEW_OUT_H
#define VIEW_OUT_H

#include "api/library.h"

#include <string.h>

struct out {
    char *data;
    size_t len;
    size_t size;
    int fd;      /* -1: memory only */
    size_t foot; /* memory only: where the lines begin that a screen always shows; 0: none */
    int error;   /* positive errno of the first failure; from then on nothing is written */
};

/* More room, out of the way of the common case below. */
bool out_grow(struct out *out, size_t size);

/* size bytes of room behind the end; false when out of memory, which sets error. */
static inline bool out_room(struct out *out, size_t size)
{
    return out->size - out->len >= size || out_grow(out, size);
}

static inline void out_bytes(struct out *out, const char *bytes, size_t len)
{
    if (len == 0 || !out_room(out, len))
        return;
    memcpy(out->data + out->len, bytes, len);
    out->len += len;
}

static inline void out_char(struct out *out, char c)
{
    if (out_room(out, 1))
        out->data[out->len++] = c;
}

void out_word(struct out *out, const char *word);
void out_number(struct out *out, uint64_t n);
void out_pad(struct out *out, size_t blanks);
/* Bytes that are much: with them write(2) itself does not count. */
#define OUT_MUCH 65536

void out_write(struct out *out);

/* Writes what is there once it is much; call it between rows. */
static inline void out_drain(struct out *out)
{
    if (out->len >= OUT_MUCH)
        out_write(out);
}

/* Writes all. 0 or the positive errno of the first failure. */
int out_flush(struct out *out);
void out_free(struct out *out);

#endif
