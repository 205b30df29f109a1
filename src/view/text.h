/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes that somebody else chose, made safe to show: the only place where that is done.
 *
 * Plain text (table, CSV, TSV, stderr): valid, visible UTF-8 stays; every other byte, and those of
 * control characters, bidirectional overrides and zero-width characters, becomes \xHH, and a
 * backslash \\, so that the bytes can be had back.
 * JSON: such characters become \uXXXX; a byte that is not UTF-8 becomes U+FFFD, and the caller
 * adds the whole name in hexadecimal under a key of its own.
 */
#ifndef VIEW_TEXT_H
#define VIEW_TEXT_H

#include "out.h"

static inline struct pl_text text_of(const char *word)
{
    return (struct pl_text){word, (uint32_t)strlen(word)};
}

/* also: further ASCII characters to write as \xHH (separators of the place it stands in). */
void text_plain(struct out *out, struct pl_text text, const char *also);
/* With its quotes. */
void text_json(struct out *out, struct pl_text text);
void text_hex(struct out *out, struct pl_text text);
/* "key":"text" and, where the text is not UTF-8, ,"key_hex":"..." with all its bytes. */
void text_json_member(struct out *out, const char *key, struct pl_text text);
bool text_is_utf8(struct pl_text text);
/* Columns on a terminal of text that text_plain() wrote. */
size_t text_width(const char *text, size_t len);

#endif
