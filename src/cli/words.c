/* SPDX-License-Identifier: BSD-2-Clause */
#include "words.h"
#include "model/array.h"

#include "api/explain.h"
#include "sibling.h"

#include "api/bind.h"
#include "api/doctor.h"
#include "api/sequence.h"
#include "view/sheet.h"

#include <stdio.h>
#include <string.h>

/* Keywords and signs of filters. check-docs compares them with the parser's tables. */
static const char *const grammar[] = {
    "and",
    "or",
    "not",
    "(",
    ")",
    "!",
    "&",
    "&&",
    "|",
    "||",
    "=",
    "==",
    "!=",
    "<",
    ">",
    "<=",
    ">=",
    "eq",
    "ne",
    "neq",
    "lt",
    "gt",
    "le",
    "leq",
    "ge",
    "geq",
    "src",
    "dst",
    "local",
    "peer",
    "remote",
    "foreign",
    "address",
    "host",
    "sport",
    "lport",
    "dport",
    "rport",
    "port",
    "state",
    "exclude",
    "excl",
    "fwmark",
    "inet:",
    "inet6:",
    "unix:",
    "link:",
    "vsock:",
    "kernel",
    "netlink:",
    "any",
    "all",
    "default",
    "matches",
    "~",
    "localhost",
    "net",
    "Local-Address",
    "Foreign-Address",
};

/* Classes of ports: pl_service_class(). */
static const char *const classes[] = {
    "system",  "system-unassigned", "system-reserved", "system-deregistered",
    "user",    "user-unassigned",   "user-reserved",   "user-deregistered",
    "dynamic",
};

static const char *grammar_word(unsigned int index)
{
    return index < COUNT_OF(grammar) ? grammar[index] : NULL;
}

static const char *class_word(unsigned int index)
{
    return index < COUNT_OF(classes) ? classes[index] : NULL;
}

/* Keywords of a kind that only the table of explanations lists. */
static const char *explained(const char *kind, unsigned int index)
{
    const struct pl_explanation *row;

    for (size_t i = 0; (row = pl_explanation_row(i)) != NULL; i++)
        if (strcmp(row->kind, kind) == 0 && index-- == 0)
            return row->word;
    return NULL;
}

static const char *queue_word(unsigned int index)
{
    return explained("queue_remark", index);
}

static const char *association_word(unsigned int index)
{
    return explained("association", index);
}

static const char *column_word(unsigned int index)
{
    return index < PL_FIELD_COLUMNS ? pl_fields[index].name : NULL;
}

static const char *format_word(unsigned int index)
{
    return index < view_format_count ? view_formats[index].name : NULL;
}

static const char *note_word(unsigned int kind)
{
    return kind < PL_NOTE_MAX ? pl_note_name(kind) : NULL;
}

static const char *place_word(unsigned int place)
{
    return place < PL_PLACE_MAX ? pl_place_name(place) : NULL;
}

static const char *field_word(unsigned int index)
{
    return pl_filter_field(index, NULL);
}

static const char *filter_state_word(unsigned int index)
{
    return pl_filter_state(index);
}

/* The first ones are commands of portls itself. */
static const char *command_word(unsigned int index)
{
    static const char *const own[] = {"why", "doctor"};

    return index < COUNT_OF(own) ? own[index]
                                 : sibling_command(index - (unsigned int)COUNT_OF(own));
}

static const struct {
    const char *kind;
    const char *(*word)(unsigned int index); /* NULL after the last; "": unused number */
    unsigned int first;
} kinds[] = {
    {"column", column_word, 0},
    {"format", format_word, 0},
    {"proto", pl_proto_name, PL_PROTO_UNKNOWN + 1},
    {"family", pl_family_name, PL_FAMILY_UNSPEC + 1},
    {"type", pl_type_name, PL_TYPE_UNKNOWN + 1},
    {"state", pl_state_name, 0}, /* as printed */
    {"owner_unknown", pl_owner_unknown_name, 0},
    {"reach", pl_reach_name, 0},
    {"opened_by", pl_opened_name, 0},
    {"place", place_word, 0},
    {"class", class_word, 0},
    {"queue_remark", queue_word, 0},
    {"association", association_word, 0},
    {"timer", pl_timer_name, 0},
    {"ca_state", pl_ca_state_name, 0},
    {"shutdown", pl_shutdown_name, 0},
    {"note", note_word, 0},
    {"field", field_word, 0},               /* fields of filters */
    {"filter_state", filter_state_word, 0}, /* states and groups of states in filters */
    {"grammar", grammar_word, 0},           /* all other keywords of filters */
    {"command", command_word, 0},           /* if the first argument */
    {"cause", pl_cause_name, 0},            /* of "why" */
    {"finding", pl_rule_name, 0},           /* of "doctor" */
    {"severity", pl_severity_name, 0},
};

/* Prints a keyword, with its explanation if there is one. */
static void put_word(struct out *out, const char *kind, const char *word, size_t len)
{
    const struct pl_explanation *item =
        pl_explanation_get(kind, (struct pl_text){word, (uint32_t)len});

    out_word(out, kind);
    out_char(out, '\t');
    out_bytes(out, word, len);
    if (item) {
        out_char(out, '\t');
        out_word(out, item->text);
        out_char(out, ' ');
        out_word(out, item->advice);
    }
    out_char(out, '\n');
}

void words_print(struct out *out)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        const char *word;

        for (unsigned int j = kinds[i].first; (word = kinds[i].word(j)) != NULL; j++) {
            if (word[0] != '\0')
                put_word(out, kinds[i].kind, word, strlen(word));
        }
    }
}

bool words_is_filter(const char *word)
{
    static const char *const of_filters[] = {"proto", "family", "field", "filter_state", "grammar"};

    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        bool wanted = false;
        const char *other;

        for (size_t n = 0; n < COUNT_OF(of_filters); n++)
            wanted |= strcmp(kinds[i].kind, of_filters[n]) == 0;
        for (unsigned int j = kinds[i].first; wanted && (other = kinds[i].word(j)) != NULL; j++) {
            if (strcmp(other, word) == 0)
                return true;
        }
    }
    return false;
}

void words_print_choices(const struct opt *table, size_t count, struct out *out)
{
    for (size_t i = 0; i < count; i++) {
        const char *word = table[i].choices;
        char kind[32];

        (void)snprintf(kind, sizeof(kind), "--%s", table[i].name ? table[i].name : "");
        for (size_t len; word && *word != '\0'; word += len + (word[len] == ' ')) {
            len = strcspn(word, " ");
            put_word(out, kind, word, len);
        }
    }
}
