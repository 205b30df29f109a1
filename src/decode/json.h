/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values in a JSON text (RFC 8259), for files of which few are needed: nothing is stored, and a value is
 * a part of the text. What is skipped is not validated.
 */
#ifndef PL_DECODE_JSON_H
#define PL_DECODE_JSON_H

#include "bytes.h"

/*
 * Gets the value of the member with that name, or of the first one if several have it. Returns false
 * if the object has no such member.
 */
bool pl_json_get(struct pl_slice object, const char *name, struct pl_slice *value);
/* Gets the next item. *rest is the array at first. Returns false after the last, or an error. */
bool pl_json_next(struct pl_slice *rest, struct pl_slice *value);
/*
 * Writes the characters of a string, without a NUL. Returns false if the value is no string, is
 * malformed, or is longer than size.
 */
bool pl_json_string(struct pl_slice value, char *out, size_t size, uint32_t *len);

#endif
