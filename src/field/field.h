/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of fields. A field is one fact about a socket, and has one row: what it is called, what
 * it needs, how it is shown, and a getter of its values. Filters compare these values; columns,
 * sort keys, groups and all formats show them. The view turns a value into text.
 */
#ifndef PL_FIELD_FIELD_H
#define PL_FIELD_FIELD_H

#include "api/library.h"

/* Rows of fields.def, in the order of columns. */
enum pl_field_id {
#define FIELD(id, ...)                        PL_FIELD_##id,
#define PAIR(id, ...)                         PL_FIELD_##id,
#define DETAIL(option, kind, name, id, ...)   PL_FIELD_##id,
#define ATTRIBUTE(kind, name, title, id, ...) PL_FIELD_##id,
#include "fields.def"
#undef FIELD
#undef PAIR
#undef DETAIL
#undef ATTRIBUTE
    PL_FIELD_MAX,
    PL_FIELD_COLUMNS =
        PL_FIELD_DEV, /* number of columns; the rows after them are for filters only */
};

/* What a value is, and so how filters compare it. */
enum pl_field_kind {
    PL_KIND_NUMBER,
    PL_KIND_BOOL,    /* a number, 0 or 1 */
    PL_KIND_MASK,    /* a number with a word; a filter tests it against a set of numbers below 64 */
    PL_KIND_TEXT,    /* text */
    PL_KIND_ADDRESS, /* addr and family */
};

/* How the view writes the field. The first five write the first value, by its kind. */
enum pl_field_form {
    PL_FORM_NUMBER,
    PL_FORM_BOOL,
    PL_FORM_WORD,
    PL_FORM_TEXT,
    PL_FORM_ADDRESS,
    PL_FORM_PROTO, /* a word; people read tcp6 and udp6 for IPv6 sockets */
    PL_FORM_PORT,  /* a number; not of a raw socket (it is the protocol), nor the peer of netlink */
    PL_FORM_USER,  /* a text; people get the number if there is no name, machines nothing */
    PL_FORM_JOINED,   /* a text; two values are one word with a comma */
    PL_FORM_PARTS,    /* a list: one part of each owner */
    PL_FORM_PORTS,    /* a list: the ports where the program usually listens */
    PL_FORM_ENDPOINT, /* address and port */
    PL_FORM_HOST,     /* host name of the address */
    PL_FORM_OWNERS,   /* pid/name of each owner; objects in JSON */
    PL_FORM_HOLDERS,  /* pid/name of the first owner, and the number of holders */
    PL_FORM_REMARK,   /* a sentence about the program and its port */
    PL_FORM_PAIRS,    /* key=value of each detail */
};

/*
 * Formats that have the column by default: table, JSON, CSV. Each other bit is a condition: the
 * column is shown only if the option is given as well.
 */
enum {
    PL_SHOWN_TABLE = 1 << 0,
    PL_SHOWN_JSON = 1 << 1,
    PL_SHOWN_CSV = 1 << 2,
    PL_SHOWN_PROCESSES = 1 << 3, /* with -p */
    PL_SHOWN_EXTENDED = 1 << 4,  /* with -e; machine formats need no option */
    PL_SHOWN_PAIR = 1 << 5, /* no condition: the table shows key=value at the end of the line */
    PL_SHOWN_INTERNALS = 1 << 6, /* with -i */
    PL_SHOWN_MEMORY = 1 << 7,    /* with -m */
    PL_SHOWN_TIMERS = 1 << 8,    /* with -o */
    PL_SHOWN_MORE = 1 << 9,      /* with -e, in all formats */
    PL_SHOWN_CONTEXTS = 1 << 10, /* with -Z */
    PL_SHOWN_PEERS = 1 << 11,    /* with --peers */
    PL_SHOWN_QUEUES = 1 << 12,   /* with --queues */
    PL_SHOWN_FAMILIES = 1 << 13, /* in CSV, only if protocols besides TCP and UDP are listed */
    PL_SHOWN_HOSTS = 1 << 14,    /* with -r: the column shows host names */
};

/* Parts of an owner: two of its own, the others of its process. */
enum pl_part {
    PL_PART_PID,
    PL_PART_FD,
    PL_PART_PROCESS,
    PL_PART_COMMAND,
    PL_PART_EXE,
    PL_PART_UID,
    PL_PART_CONTEXT,
};

struct pl_value {
    uint64_t number;
    struct pl_text text; /* data is NULL if there is none */
    const uint8_t *addr;
    uint8_t family;
    bool word; /* text is a constant of the program: it needs no escaping */
};

struct pl_field;

/*
 * Gets value number i of the field. Returns false if the socket has no such value; values are
 * numbered from 0 without gaps. The caller clears *out first. If the field is early
 * (pl_field_is_early()), snap may be NULL.
 */
typedef bool pl_get_fn(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, size_t i, struct pl_value *out);

struct pl_field {
    const char *name;  /* snake_case: in --columns, filters, JSON and CSV */
    const char *title; /* header of a table, without blanks */
    const char *type;  /* of the JSON value */
    const char *unit;  /* of the number; NULL: none */
    const char *help;
    enum pl_field_id id;
    enum pl_field_kind kind;
    enum pl_field_form form;
    pl_get_fn *get; /* NULL: filters do not know the field, and the form says all */
    /* PL_KIND_MASK: returns the word of a number, or NULL if it has none. */
    const char *(*word)(unsigned int number);
    /* PL_KIND_MASK: returns the set of numbers that a word of a filter stands for, 0 for an unknown
     * word. NULL: the words that the function above returns. */
    uint64_t (*words)(const char *word, size_t len);

    uint32_t shown;      /* PL_SHOWN_* */
    uint32_t need;       /* PL_NEED_* to get the value */
    uint32_t shown_need; /* to show the column; */
    uint32_t data_need;  /* in addition, in machine formats; */
    uint32_t name_need;  /* in addition, in a table without -n */

    uint32_t have;   /* PL_HAVE_* that a socket must have */
    uint16_t offset; /* of the member of struct pl_sock */
    uint16_t part;   /* for the getter: enum pl_part, pl_attr_id or pl_counter */
    uint16_t
        other;  /* bit that marks a number without a word: it is shown as unknown(N), and a filter
                      * that tests for presence finds none */
    bool peer;  /* the field is about the other end */
    bool right; /* aligned to the right in tables */
    bool named; /* the text or word is the name of a number, which filters accept as well */
    bool late;  /* not early, although need is 0 */
    bool told;  /* if no socket has a value, the source does not report the field */
    bool diag;  /* /proc/net does not report it */
    bool listener; /* about owners, and only of listeners */
};

extern const struct pl_field pl_fields[PL_FIELD_MAX];

static inline const struct pl_field *pl_field_row(enum pl_field_id id)
{
    return &pl_fields[id];
}

/* Is name, of len bytes, the name of the field? '-' may stand for '_'. */
bool pl_field_is_named(const struct pl_field *field, const char *name, size_t len);
/* Returns the field that filters know by that name, or NULL. */
const struct pl_field *pl_field_find(const char *name, size_t len);

/* Returns the attribute that the field shows as it is, or PL_ATTR_NONE. */
enum pl_attr_id pl_field_attr(const struct pl_field *field);
/* Returns the field that shows the attribute as it is, or NULL. */
const struct pl_field *pl_field_of_attr(enum pl_attr_id id);

/* Is the value known from the socket alone, before the snapshot is complete? */
bool pl_field_is_early(const struct pl_field *field);

/* Gets one part of an owner. An unknown process has no texts, and PL_UID_UNKNOWN as its uid. */
void pl_owner_part(const struct pl_snapshot *snap, const struct pl_owner *owner, enum pl_part part,
                   struct pl_value *out);
/* Returns the owners that the field is about: of this end, or of the other. */
const struct pl_owner *pl_field_owners(const struct pl_field *field, const struct pl_snapshot *snap,
                                       const struct pl_sock *sock, size_t *count);

/*
 * Judges by the names of its processes whether a listener has its usual port. If there are several,
 * the one that fits best counts, since a socket may be held by others as well (systemd). Then *out
 * is filled, and *program is its name. Returns PL_PLACE_UNKNOWN if there is nothing to say; of *out
 * only place is set then.
 */
enum pl_place pl_field_judge(const struct pl_snapshot *snap, const struct pl_sock *sock,
                             struct pl_placement *out, struct pl_text *program);

/*
 * words.c: the set of numbers that a word of a filter stands for, 0 if it is unknown. Case, '-' and
 * '_' are ignored.
 */
uint64_t pl_field_words(const struct pl_field *field, const char *word, size_t len);
uint64_t pl_words_state(const char *word, size_t len);
uint64_t pl_words_proto(const char *word, size_t len);
uint64_t pl_words_family(const char *word, size_t len);

/* Sets text to a constant. Returns false if it is NULL or empty. */
bool pl_value_word(const char *word, struct pl_value *out);

/* member.c: members of the record, its owners and its attributes. */
pl_get_fn pl_get_byte, pl_get_half, pl_get_word, pl_get_long, pl_get_type, pl_get_port,
    pl_get_address, pl_get_reason, pl_get_v6only, pl_get_link, pl_get_user, pl_get_owner,
    pl_get_attr;
/* port.c: what a port is for, who serves it, who can reach it */
pl_get_fn pl_get_service, pl_get_common, pl_get_use, pl_get_class, pl_get_reach, pl_get_place,
    pl_get_usual_ports, pl_get_remark;
/* detail.c: computed from several values */
pl_get_fn pl_get_protocol_name, pl_get_peer_inode, pl_get_send_rate, pl_get_cgroup, pl_get_queue,
    pl_get_queue_used, pl_get_queue_remark, pl_get_counter, pl_get_autobound, pl_get_details;

#endif
