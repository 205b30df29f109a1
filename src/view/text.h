/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Escapes untrusted bytes for output. No other file does this.
 *
 * Plain text (table, CSV, TSV, stderr): visible UTF-8 is kept. All other bytes, and the bytes of
 * control characters, bidirectional overrides and zero-width characters, become \xHH, and a
 * backslash becomes \\, so that the original bytes can be recovered.
 * JSON: such characters become \uXXXX. A byte that is not UTF-8 becomes U+FFFD, and the caller adds
 * all bytes in hexadecimal under another key.
 */
#ifndef VIEW_TEXT_H
#define VIEW_TEXT_H

#include "out.h"

static inline struct pl_text text_of(const char *word)
{
    return (struct pl_text){word, (uint32_t)strlen(word)};
}

static inline int text_compare(struct pl_text a, struct pl_text b)
{
    uint32_t len = a.len < b.len ? a.len : b.len;
    int order = len > 0 ? memcmp(a.data, b.data, len) : 0;

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* also: more ASCII characters to write as \xHH, such as separators. */
void text_plain(struct out *out, struct pl_text text, const char *also);
/* Includes the quotes. */
void text_json(struct out *out, struct pl_text text);
void text_hex(struct out *out, struct pl_text text);
/* Appends "key":"text" and, if the text is not UTF-8, ,"key_hex":"..." with all its bytes. */
void text_json_member(struct out *out, const char *key, struct pl_text text);
bool text_is_utf8(struct pl_text text);
/* Returns the bytes of the first character of such text, len at least 1, and its terminal columns. */
size_t text_char(const char *text, size_t len, size_t *columns);
/* Returns the terminal columns of text written by text_plain(). */
size_t text_width(const char *text, size_t len);

#endif
