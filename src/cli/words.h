/* SPDX-License-Identifier: BSD-2-Clause */
/* Every word that options, filters and output know, by kind: for completions and for checks. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include <stddef.h>

enum words {
    WORDS_COLUMN,
    WORDS_FORMAT,
    WORDS_PROTO,
    WORDS_FAMILY,
    WORDS_TYPE,
    WORDS_STATE, /* as shown */
    WORDS_REASON,
    WORDS_REACH,
    WORDS_PLACE,
    WORDS_CLASS,
    WORDS_NOTE,
    WORDS_FIELD,        /* of filters */
    WORDS_FILTER_STATE, /* states and groups of them, as filters know them */
    WORDS_GRAMMAR,      /* what else has a meaning there */
    WORDS_MAX,
};

/* "column": its name. */
const char *words_name(enum words kind);
/* One after the other; NULL behind the last. */
const char *words_get(enum words kind, size_t index);

#endif
