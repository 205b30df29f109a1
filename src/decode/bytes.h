/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounds-checked reading of untrusted bytes and text. */
#ifndef PL_DECODE_BYTES_H
#define PL_DECODE_BYTES_H

#include <portls.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Untrusted bytes, and the byte order of the machine that wrote them. */
struct pl_slice {
    const uint8_t *data;
    size_t len;
    bool big_endian;
};

/*
 * A decoder checks the length of a record once. These functions check again: a field beyond the end
 * reads as 0, so a mistake in a decoder discloses no memory.
 */
static inline bool pl_slice_fits(const struct pl_slice *s, size_t at, size_t len)
{
    return at <= s->len && len <= s->len - at;
}

static inline uint8_t pl_slice_u8(const struct pl_slice *s, size_t at)
{
    return pl_slice_fits(s, at, 1) ? s->data[at] : 0;
}

/* In network byte order. */
static inline uint16_t pl_slice_be16(const struct pl_slice *s, size_t at)
{
    const uint8_t *b;

    if (!pl_slice_fits(s, at, 2))
        return 0;
    b = s->data + at;
    return (uint16_t)(b[0] << 8 | b[1]);
}

static inline uint16_t pl_slice_u16(const struct pl_slice *s, size_t at)
{
    uint16_t value = pl_slice_be16(s, at);

    if (!s->big_endian)
        value = (uint16_t)((value & 0xffU) << 8 | value >> 8);
    return value;
}

static inline uint32_t pl_slice_u32(const struct pl_slice *s, size_t at)
{
    const uint8_t *b;

    if (!pl_slice_fits(s, at, 4))
        return 0;
    b = s->data + at;
    if (s->big_endian)
        return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static inline uint64_t pl_slice_u64(const struct pl_slice *s, size_t at)
{
    uint64_t first = pl_slice_u32(s, at);
    uint64_t second = pl_slice_u32(s, at + 4);

    if (!pl_slice_fits(s, at, 8))
        return 0;
    return s->big_endian ? first << 32 | second : second << 32 | first;
}

/* Copies len bytes; bytes beyond the end become 0. */
static inline void pl_slice_copy(const struct pl_slice *s, size_t at, void *out, size_t len)
{
    size_t there = at < s->len ? s->len - at : 0;
    size_t copied = len < there ? len : there;

    if (copied > 0)
        memcpy(out, s->data + at, copied);
    if (copied < len)
        memset((uint8_t *)out + copied, 0, len - copied);
}

/* Returns the part [at, at + len), truncated at the end of s. */
static inline struct pl_slice pl_slice_part(const struct pl_slice *s, size_t at, size_t len)
{
    size_t from = at < s->len ? at : s->len;
    size_t there = s->len - from;

    return (struct pl_slice){
        .data = from > 0 ? s->data + from : s->data,
        .len = len < there ? len : there,
        .big_endian = s->big_endian,
    };
}

/* Whether the slice equals the word. */
static inline bool pl_slice_is(const struct pl_slice *s, const char *word)
{
    return s->len == strlen(word) && memcmp(s->data, word, s->len) == 0;
}

static inline struct pl_text pl_slice_text(const struct pl_slice *s)
{
    return (struct pl_text){(const char *)s->data, (uint32_t)s->len};
}

/* Returns the part after the last separator, or all of the text. */
static inline struct pl_text pl_text_after(struct pl_text text, char separator)
{
    for (uint32_t i = text.len; i > 0; i--) {
        if (text.data[i - 1] == separator)
            return (struct pl_text){text.data + i, text.len - i};
    }
    return text;
}

/* Returns the part before the first byte c, or all of it. */
struct pl_slice pl_slice_until(const struct pl_slice *s, uint8_t c);

/* Returns the part up to and including the last line feed. The rest is an incomplete line. */
struct pl_slice pl_text_whole(const struct pl_slice *s);

/* Remove a piece of text from the front of *rest. Return false if there is none. */
bool pl_text_line(struct pl_slice *rest, struct pl_slice *line); /* without its line feed */
bool pl_text_word(struct pl_slice *rest, struct pl_slice *word); /* between blanks */
bool pl_text_part(struct pl_slice *rest, uint8_t separator, struct pl_slice *part);

/* Parse the whole slice as a number. Return false if it is none, or above max. */
bool pl_text_dec(const struct pl_slice *s, uint64_t max, uint64_t *out);
bool pl_text_hex(const struct pl_slice *s, uint64_t max, uint64_t *out);

#endif
