/* SPDX-License-Identifier: BSD-2-Clause */
/* A growing output buffer, and the descriptor to which it is flushed. */
#ifndef VIEW_OUT_H
#define VIEW_OUT_H

#include "api/library.h"

#include <string.h>

#define OUT_LEAST 4096 /* PIPE_BUF of Linux */

struct out {
    char *data;
    size_t len;
    size_t size;
    int fd;      /* -1: memory only */
    size_t foot; /* memory only: offset of the lines that a screen always shows; 0: none */
    int error;   /* positive errno of the first failure, after which nothing is written */
    /*
     * Waits until the descriptor takes OUT_LEAST bytes without blocking. Returns false: it does not, and
     * nothing more is written. NULL: write(2) blocks.
     */
    bool (*wait)(int fd);
};

/* Grows the buffer; outlined from the common case. */
bool out_grow(struct out *out, size_t size);

/* Reserves size bytes at the end. On failure sets error and returns false. */
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
/* Enough bytes that the cost of write(2) does not matter. */
#define OUT_MUCH 65536

void out_write(struct out *out);

/* Writes the buffer if it is large. Call it between rows. */
static inline void out_drain(struct out *out)
{
    if (out->len >= OUT_MUCH)
        out_write(out);
}

/* Writes the buffer. Returns 0 or the positive errno of the first failure. */
int out_flush(struct out *out);
void out_free(struct out *out);

#endif
