/* SPDX-License-Identifier: BSD-2-Clause */
#include "field.h"
#include "api/sequence.h"
#include "model/array.h"

#include <string.h>
#include <strings.h>

/* ---- macros used in the rows ---- */

/* Kind, type of the JSON value, and form. */
#define AS(what, json, how) .kind = PL_KIND_##what, .type = (json), .form = PL_FORM_##how
#define NUMBER              AS(NUMBER, "number", NUMBER), .right = true
#define BOOL                AS(BOOL, "boolean", BOOL)
#define TEXT                AS(TEXT, "string", TEXT)
#define WORD(name_of)       AS(MASK, "string", WORD), .word = (name_of)

/* Source of the value: a member of struct pl_sock, an owner, or a system counter. */
#define MEMBER(m) .offset = offsetof(struct pl_sock, m)
#define VALUE(m)                                      \
    .get = _Generic(((struct pl_sock *)0)->m, uint8_t \
                    : pl_get_byte, uint16_t           \
                    : pl_get_half, uint32_t           \
                    : pl_get_word, uint64_t           \
                    : pl_get_long),                   \
    MEMBER(m)
#define PORT(m)    AS(NUMBER, "number", PORT), .right = true, .get = pl_get_port, MEMBER(m)
#define ADDRESS(m) AS(ADDRESS, "string", ADDRESS), .get = pl_get_address, MEMBER(m)
#define LINK(bits) TEXT, .get = pl_get_link, .have = (bits), .named = true, .diag = true
#define NUMBERS(p) AS(NUMBER, "list of numbers", PARTS), .get = pl_get_owner, .part = PL_PART_##p
#define TEXTS(p)   AS(TEXT, "list of strings", PARTS), .get = pl_get_owner, .part = PL_PART_##p
#define COUNTER(c) NUMBER, .get = pl_get_counter, .part = PL_COUNTER_##c, .told = true

#define SEQUENCE(n)                                                        \
    NUMBER, .get = pl_get_sequence, .part = PL_SEQUENCE_##n, .told = true, \
            NEED(PL_NEED_SEQUENCE | PL_NEED_NUMBERS)

#define LOCAL_END   .have = PL_HAVE_LOCAL
#define PEER_END    .have = PL_HAVE_PEER, .peer = true
#define NEED(needs) .need = (needs), .shown_need = (needs)
#define OWN         PL_NEED_OWNERS
#define NAMES       (PL_NEED_OWNERS | PL_NEED_NAMES)
#define GROUPED     (PL_NEED_OWNERS | PL_NEED_GROUPS)
#define NAMED       (GROUPED | PL_NEED_CONTAINERS)
#define PUBLISHED   (PL_NEED_PUBLISHED | PL_NEED_OWNERS | PL_NEED_COMMANDS | PL_NEED_ADDRS)
#define LINKS       PL_NEED_LINKS

#define TABLE    PL_SHOWN_TABLE
#define JSON     PL_SHOWN_JSON
#define CSV      PL_SHOWN_CSV
#define DATA     (PL_SHOWN_JSON | PL_SHOWN_CSV)
#define P        PL_SHOWN_PROCESSES
#define E        PL_SHOWN_EXTENDED
#define HOSTS    PL_SHOWN_HOSTS
#define N        PL_SHOWN_NETNS
#define QUEUES   PL_SHOWN_QUEUES
#define FAMILIES PL_SHOWN_FAMILIES

/* Kinds of details. */
#define KIND_NUMBER   AS(NUMBER, "number", NUMBER)
#define KIND_BOOL     BOOL
#define KIND_TEXT     TEXT
#define KIND_TIMER    WORD(pl_timer_name), .named = true
#define KIND_CA_STATE WORD(pl_ca_state_name), .named = true
#define KIND_SHUTDOWN WORD(pl_shutdown_name), .named = true
#define RIGHT_NUMBER  true
#define RIGHT_TEXT    false

/* Values of details that tables omit. */
#define SHOWN        .quiet = 0
#define ZERO         .quiet = PL_QUIET_ZERO
#define VALUE_OF(n)  .quiet = PL_QUIET_USUAL, .usual = (n)
#define ZERO_OR(n)   .quiet = PL_QUIET_ZERO | PL_QUIET_USUAL, .usual = (n)
#define FLOW         .quiet = (PL_QUIET_ZERO | PL_QUIET_LISTENER)
#define FLOW_OR(n)   .quiet = PL_QUIET_ZERO | PL_QUIET_LISTENER | PL_QUIET_USUAL, .usual = (n)
#define WINDOW       .quiet = PL_QUIET_STILL
#define IPV4_ONLY    .quiet = PL_QUIET_USUAL | PL_QUIET_V6, .usual = 1
#define ALWAYS       .quiet = PL_QUIET_ALWAYS
#define BESIDE(name) .quiet = PL_QUIET_BESIDE, .beside = PL_FIELD_##name

/* ---- rows ---- */

#define FIELD(row, word, heading, text, where, ...) \
    [PL_FIELD_##row] = {.id = PL_FIELD_##row,       \
                        .name = (word),             \
                        .title = (heading),         \
                        .help = (text),             \
                        .shown = (where),           \
                        __VA_ARGS__},
/* A field that tables show as key=value at the end of the row. */
#define PAIR(row, word, text, option, ...) \
    FIELD(row, word, word, text, (option) | PL_SHOWN_PAIR | TABLE | DATA, __VA_ARGS__)
/* The value of an attribute: shown by an option, or a column of some families. */
#define DETAIL(option, how, word, row, omitted, of, text)                                       \
    FIELD(row, word, word, text, PL_SHOWN_##option | PL_SHOWN_PAIR | TABLE | DATA, KIND_##how,  \
          .get = pl_get_attr, .part = PL_ATTR_##row, .right = true, .unit = (of), .told = true, \
          omitted, NEED(PL_NEED_##option))
#define ATTRIBUTE(how, word, heading, row, of, text)                                 \
    FIELD(row, word, heading, text, DATA | FAMILIES, KIND_##how, .get = pl_get_attr, \
          .part = PL_ATTR_##row, .right = RIGHT_##how, .unit = (of), .late = true)

const struct pl_field pl_fields[PL_FIELD_MAX] = {
#include "fields.def"
};

bool pl_field_is_named(const struct pl_field *field, const char *name, size_t len)
{
    const char *own = field->name;
    size_t at = 0;

    while (at < len && own[at] != '\0' &&
           (own[at] == name[at] || (own[at] == '_' && name[at] == '-')))
        at++;
    return at == len && own[at] == '\0';
}

bool pl_field_is_titled(const struct pl_field *field, const char *title, size_t len)
{
    return strlen(field->title) == len && strncasecmp(field->title, title, len) == 0;
}

/* Several columns are titled PID/Program; a filter compares the name of the program. */
static const char *const programs[] = {"program", "PID/Program"};

const struct pl_field *pl_field_find(const char *name, size_t len)
{
    for (size_t i = 0; i < PL_FIELD_MAX; i++) {
        if (pl_fields[i].get && pl_field_is_named(&pl_fields[i], name, len))
            return &pl_fields[i];
    }
    for (size_t i = 0; i < COUNT_OF(programs); i++) {
        if (strlen(programs[i]) == len && strncasecmp(programs[i], name, len) == 0)
            return &pl_fields[PL_FIELD_PROCESS];
    }
    for (size_t i = 0; i < PL_FIELD_MAX; i++) {
        if (pl_fields[i].get && pl_field_is_titled(&pl_fields[i], name, len))
            return &pl_fields[i];
    }
    return NULL;
}

bool pl_field_is_early(const struct pl_field *field)
{
    return field->need == 0 && !field->late;
}

const char *pl_filter_field(size_t index, const char **help)
{
    for (size_t i = 0; i < PL_FIELD_MAX; i++) {
        if (!pl_fields[i].get || index-- > 0)
            continue;
        if (help)
            *help = pl_fields[i].help;
        return pl_fields[i].name;
    }
    return NULL;
}

enum pl_attr_id pl_field_attr(const struct pl_field *field)
{
    return field->get == pl_get_attr ? (enum pl_attr_id)field->part : PL_ATTR_NONE;
}

const struct pl_field *pl_field_of_attr(enum pl_attr_id id)
{
    for (size_t i = 0; i < PL_FIELD_MAX; i++) {
        if (id != PL_ATTR_NONE && pl_field_attr(&pl_fields[i]) == id)
            return &pl_fields[i];
    }
    return NULL;
}
