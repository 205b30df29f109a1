/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * THE field table: what a filter can ask of a socket. A column of the view has the name of the
 * field it shows; a test holds the two together.
 */
#ifndef PL_FIELD_FIELD_H
#define PL_FIELD_FIELD_H

#include <portls.h>

enum pl_field_id {
#define FIELD(id, ...)                         PL_FIELD_##id,
#define DETAIL(option, how, word, id, ...)     PL_FIELD_##id,
#define ATTRIBUTE(word, heading, how, id, ...) PL_FIELD_##id,
#define COMPUTED(...)
#include "fields.def"
#undef FIELD
#undef DETAIL
#undef ATTRIBUTE
#undef COMPUTED
    PL_FIELD_MAX
};

enum pl_field_kind {
    PL_KIND_NUMBER,
    PL_KIND_BOOL, /* a number, 0 or 1 */
    PL_KIND_MASK, /* one of a few words: number is its place, below 64 */
    PL_KIND_TEXT,
    PL_KIND_ADDRESS, /* addr, of family */
};

struct pl_value {
    uint64_t number;
    struct pl_text text;
    const uint8_t *addr;
    uint8_t family;
};

/* The text of a word that lives for ever; false: there is none. */
bool pl_value_literal(const char *word, struct pl_value *out);

struct pl_field {
    enum pl_field_id id;
    const char *name;
    enum pl_field_kind kind;
    uint32_t need; /* PL_NEED_*: with any, the value is known only once a snapshot is whole */
    /* The value number i of those that the socket has; false: there is none. */
    bool (*get)(const struct pl_field *field, const struct pl_snapshot *snap,
                const struct pl_sock *sock, size_t i, struct pl_value *out);
    /* PL_KIND_MASK: the bits a word of len bytes stands for, 0 for a word that is none. */
    uint64_t (*words)(const char *word, size_t len);
    uint32_t have;   /* PL_HAVE_* */
    uint16_t offset; /* of the member of struct pl_sock, its size */
    uint8_t size;
    uint16_t part; /* which member of an owner or process; id of an attribute */
    bool named;    /* PL_KIND_TEXT, PL_KIND_MASK: a word for something that has a number, too */
    bool late;     /* known only once a snapshot is whole, whatever need says */
    bool told;     /* where no socket has a value, the source does not tell it */
    bool diag;     /* /proc/net does not tell it */
    bool listener; /* about the owners of listeners alone */
    const char *help;
};

const struct pl_field *pl_field_row(enum pl_field_id id);
/* By name, '-' standing for '_' as well; NULL if there is none. */
const struct pl_field *pl_field_find(const char *name, size_t len);

/* The attribute it is the value of; PL_ATTR_NONE: of none, or of several. */
enum pl_attr_id pl_field_attr(const struct pl_field *field);
/* Whose value the attribute is; NULL: of none. */
const struct pl_field *pl_field_of_attr(enum pl_attr_id id);

/* Is the value known before the snapshot is whole? */
bool pl_field_is_early(const struct pl_field *field);

/* field_words.c: words of the enumerations, in any case, '-' and '_' left out of account. */
uint64_t pl_words_state(const char *word, size_t len);
uint64_t pl_words_proto(const char *word, size_t len);
uint64_t pl_words_family(const char *word, size_t len);
uint64_t pl_words_type(const char *word, size_t len);
uint64_t pl_words_reason(const char *word, size_t len);
uint64_t pl_words_reach(const char *word, size_t len);
uint64_t pl_words_place(const char *word, size_t len);
uint64_t pl_words_timer(const char *word, size_t len);
uint64_t pl_words_ca_state(const char *word, size_t len);
uint64_t pl_words_shutdown(const char *word, size_t len);

/* field_port.c: get() of fields about a port; part 1 is the one of the other end. */
typedef bool pl_get_fn(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, size_t i, struct pl_value *out);
pl_get_fn pl_get_service, pl_get_common, pl_get_use, pl_get_class, pl_get_reach, pl_get_place,
    pl_get_usual_ports, pl_get_remark;
/* field_detail.c */
pl_get_fn pl_get_protocol_name, pl_get_peer_inode, pl_get_send_rate, pl_get_queue_used,
    pl_get_queue_remark, pl_get_counter, pl_get_autobound, pl_get_details;

#endif
