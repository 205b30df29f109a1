/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounds-checked reading of bytes and of text that came from outside. */
#ifndef PL_DECODE_BYTES_H
#define PL_DECODE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of somebody else, and the byte order of the machine that wrote them. */
struct pl_slice {
    const uint8_t *data;
    size_t len;
    bool big_endian;
};

/*
 * A decoder checks the length of a record once and then reads its fields by offset. The check is
 * made here again: a field beyond the end reads as 0, so that a mistake shows nothing of memory.
 */
uint8_t pl_slice_u8(const struct pl_slice *s, size_t at);
uint16_t pl_slice_u16(const struct pl_slice *s, size_t at);
uint32_t pl_slice_u32(const struct pl_slice *s, size_t at);
uint64_t pl_slice_u64(const struct pl_slice *s, size_t at);
/* In network order, whatever the machine's. */
uint16_t pl_slice_be16(const struct pl_slice *s, size_t at);
/* Copies len bytes; what lies beyond the end becomes 0. */
void pl_slice_copy(const struct pl_slice *s, size_t at, void *out, size_t len);
/* The part [at, at + len), cut at the end of s. */
struct pl_slice pl_slice_part(const struct pl_slice *s, size_t at, size_t len);
/* Up to the first byte c, or all of it. */
struct pl_slice pl_slice_until(const struct pl_slice *s, uint8_t c);

/* Text: each takes its piece off the front of *rest; false when there is none. */
bool pl_text_line(struct pl_slice *rest, struct pl_slice *line); /* without its line feed */
bool pl_text_word(struct pl_slice *rest, struct pl_slice *word); /* between blanks */
bool pl_text_part(struct pl_slice *rest, uint8_t separator, struct pl_slice *part);

/* The whole slice as a number of at most max; false if it is not one. */
bool pl_text_dec(const struct pl_slice *s, uint64_t max, uint64_t *out);
bool pl_text_hex(const struct pl_slice *s, uint64_t max, uint64_t *out);

#endif
