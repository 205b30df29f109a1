/* SPDX-License-Identifier: BSD-2-Clause */
/* Strict checks of the output of the program. Each returns NULL or a message. */
#ifndef TEST_FUZZ_FORMATS_H
#define TEST_FUZZ_FORMATS_H

#include <stddef.h>

/* RFC 8259: one value and a line feed. Every string is UTF-8, no object has a key twice. */
const char *formats_json(const char *text, size_t len);
/* One object per line. */
const char *formats_jsonl(const char *text, size_t len);
/* RFC 4180 with line feeds, or tabs without quotes: every row has as many fields as the first. */
const char *formats_csv(const char *text, size_t len);
const char *formats_tsv(const char *text, size_t len);

#endif
