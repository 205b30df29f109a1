/* SPDX-License-Identifier: BSD-2-Clause */
#include "words.h"

#include "view/sheet.h"

/* Words and signs of the filter grammar. check-docs compares them with the parser's own tables. */
static const char *const grammar[] = {
    "and",      "or",    "not",    "(",       ")",       "!",     "&",         "&&",     "|",
    "||",       "=",     "==",     "!=",      "<",       ">",     "<=",        ">=",     "eq",
    "ne",       "neq",   "lt",     "gt",      "le",      "leq",   "ge",        "geq",    "src",
    "dst",      "local", "peer",   "address", "host",    "sport", "dport",     "port",   "state",
    "exclude",  "excl",  "fwmark", "inet:",   "inet6:",  "unix:", "link:",     "vsock:", "kernel",
    "netlink:", "any",   "all",    "default", "matches", "~",     "localhost",
};

/* Of a port: pl_service_class(). */
static const char *const classes[] = {
    "system",  "system-unassigned", "system-reserved", "system-deregistered",
    "user",    "user-unassigned",   "user-reserved",   "user-deregistered",
    "dynamic",
};

static const char *listed(const char *const *words, size_t count, size_t index)
{
    return index < count ? words[index] : NULL;
}

/* Index of the words of an enumeration: those that are empty are no words. */
static const char *named(const char *(*name)(unsigned int number), unsigned int from, size_t index)
{
    const char *word;

    for (unsigned int i = from; (word = name(i)) != NULL; i++) {
        if (word[0] != '\0' && index-- == 0)
            return word;
    }
    return NULL;
}

static const char *note_name(unsigned int kind)
{
    return kind < PL_NOTE_MAX ? pl_note_name(kind) : NULL;
}

static const char *place_name(unsigned int place)
{
    return place < PL_PLACE_MAX ? pl_place_name(place) : NULL;
}

const char *words_name(enum words kind)
{
    static const char *const names[WORDS_MAX] = {
        "column", "format", "proto", "family", "type",  "state",        "owner_unknown",
        "reach",  "place",  "class", "note",   "field", "filter_state", "grammar"};

    return names[kind];
}

const char *words_get(enum words kind, size_t index)
{
    switch (kind) {
    case WORDS_COLUMN:
        return index < PL_FIELD_COLUMNS ? pl_fields[index].name : NULL;
    case WORDS_FORMAT:
        return index < view_format_count ? view_formats[index].name : NULL;
    case WORDS_PROTO:
        return named(pl_proto_name, PL_PROTO_UNKNOWN + 1, index);
    case WORDS_FAMILY:
        return named(pl_family_name, PL_FAMILY_UNSPEC + 1, index);
    case WORDS_TYPE:
        return named(pl_type_name, PL_TYPE_UNKNOWN + 1, index);
    case WORDS_STATE:
        return named(pl_state_name, 0, index);
    case WORDS_REASON:
        return named(pl_owner_unknown_name, 0, index);
    case WORDS_REACH:
        return named(pl_reach_name, 0, index);
    case WORDS_PLACE:
        return named(place_name, 0, index);
    case WORDS_CLASS:
        return listed(classes, sizeof(classes) / sizeof(classes[0]), index);
    case WORDS_NOTE:
        return named(note_name, 0, index);
    case WORDS_FIELD:
        return pl_filter_field(index, NULL);
    case WORDS_FILTER_STATE:
        return pl_filter_state(index);
    case WORDS_GRAMMAR:
        return listed(grammar, sizeof(grammar) / sizeof(grammar[0]), index);
    case WORDS_MAX:
        break;
    }
    return NULL;
}
