/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The field table: all that is known of a socket, one row each. Columns, filters, sorting, groups
 * and every format come from it. How a value becomes text is the view's business.
 */
#ifndef PL_FIELD_FIELD_H
#define PL_FIELD_FIELD_H

#include "api/library.h"

/* The rows of fields.def, in their order. */
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
    PL_FIELD_COLUMNS = PL_FIELD_DEV, /* from here on fields of filters alone, no columns */
};

enum pl_field_kind {
    PL_KIND_NUMBER,
    PL_KIND_BOOL, /* a number, 0 or 1 */
    PL_KIND_MASK, /* a number that has a word; those of filters are below 64 */
    PL_KIND_TEXT,
    PL_KIND_ADDRESS, /* addr, of family */
};

/* How the view writes it. The value is what filters compare. */
enum pl_field_form {
    PL_FORM_NUMBER, /* the first value, by its kind */
    PL_FORM_BOOL,
    PL_FORM_WORD,
    PL_FORM_TEXT,
    PL_FORM_ADDRESS,
    PL_FORM_PROTO,    /* for people tcp6 and udp6 */
    PL_FORM_PORT,     /* none of a raw socket, whose number is a protocol */
    PL_FORM_USER,     /* for people a number where there is no name; machines ask for uid */
    PL_FORM_JOINED,   /* all values as one word, with commas between */
    PL_FORM_PARTS,    /* a list: part of each owner */
    PL_FORM_PORTS,    /* a list: the usual ports of a program */
    PL_FORM_ENDPOINT, /* address and port */
    PL_FORM_HOST,     /* name of the address */
    PL_FORM_OWNERS,   /* pid/name of each; for machines, objects */
    PL_FORM_HOLDERS,  /* pid/name of the first, and how many there are */
    PL_FORM_REMARK,   /* what is odd about the port, in words */
    PL_FORM_PAIRS,    /* key=value of the details */
};

/* Which formats have the column by default; the last three with an option only. */
enum {
    PL_SHOWN_TABLE = 1 << 0,
    PL_SHOWN_JSON = 1 << 1,
    PL_SHOWN_CSV = 1 << 2,
    PL_SHOWN_PROCESSES = 1 << 3, /* and with -p */
    PL_SHOWN_EXTENDED = 1 << 4,  /* and with -e; machines get it always */
    PL_SHOWN_PAIR = 1 << 5,      /* in the table as key=value at the end of the line */
    PL_SHOWN_INTERNALS = 1 << 6, /* and with -i */
    PL_SHOWN_MEMORY = 1 << 7,    /* and with -m */
    PL_SHOWN_TIMERS = 1 << 8,    /* and with -o */
    PL_SHOWN_MORE = 1 << 9,      /* and with -e, for machines too */
    PL_SHOWN_CONTEXTS = 1 << 10, /* and with -Z */
    PL_SHOWN_PEERS = 1 << 11,    /* and with --peers */
    PL_SHOWN_QUEUES = 1 << 12,   /* and with --queues */
    PL_SHOWN_FAMILIES = 1 << 13, /* in CSV only when others than TCP and UDP are asked for */
    PL_SHOWN_HOSTS = 1 << 14,    /* and with -r; it shows names of hosts */
};

/* What can be known of an owner and its process. */
enum pl_part {
    PL_PART_PID, /* of the owner itself */
    PL_PART_FD,
    PL_PART_PROCESS,
    PL_PART_COMMAND,
    PL_PART_EXE,
    PL_PART_UID,
    PL_PART_CONTEXT,
};

struct pl_value {
    uint64_t number;
    struct pl_text text; /* data is NULL where there is none */
    const uint8_t *addr;
    uint8_t family;
    bool word; /* text is a word of ours, which lives for ever and needs no escaping */
};

struct pl_field;

/*
 * The value number i of those that the socket has; false: there are no more. *out is {0} before.
 * snap may be NULL where pl_field_is_early().
 */
typedef bool pl_get_fn(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, size_t i, struct pl_value *out);

struct pl_field {
    const char *name;  /* snake_case: --columns, JSON key, CSV header, filters */
    const char *title; /* table header, no blanks */
    const char *type;  /* of its JSON value */
    const char *unit;  /* of its numbers; NULL: none */
    const char *help;
    enum pl_field_id id;
    enum pl_field_kind kind;
    enum pl_field_form form;
    pl_get_fn *get; /* NULL: not for filters, the view has a form for it */
    /* PL_KIND_MASK: the word of a number; NULL for one that has none. */
    const char *(*word)(unsigned int number);
    /* PL_KIND_MASK: the bits that a word of len bytes stands for, 0 for none. NULL: as word says. */
    uint64_t (*words)(const char *word, size_t len);

    uint32_t shown;      /* PL_SHOWN_* */
    uint32_t need;       /* PL_NEED_* to know its value */
    uint32_t shown_need; /* to show it, */
    uint32_t data_need;  /* besides for machines, */
    uint32_t name_need;  /* and besides for people who did not say -n */

    uint32_t have;   /* PL_HAVE_* that it takes */
    uint16_t offset; /* of the member of struct pl_sock */
    uint16_t part;   /* enum pl_part, pl_attr_id or pl_counter */
    uint16_t other;  /* a bit of numbers without a word: shown as unknown(N), and no value */
    bool peer;       /* of the other end */
    bool right;      /* numbers line up at the right */
    bool named;      /* PL_KIND_TEXT, PL_KIND_MASK: a word for something that has a number, too */
    bool late;       /* known only once a snapshot is whole, whatever need says */
    bool told;       /* where no socket has a value, the source does not tell it */
    bool diag;       /* /proc/net does not tell it */
    bool listener;   /* about the owners of listeners alone */
};

extern const struct pl_field pl_fields[PL_FIELD_MAX];

static inline const struct pl_field *pl_field_row(enum pl_field_id id)
{
    return &pl_fields[id];
}

/* Is name, of len bytes, the name of the field? '-' stands for '_' as well. */
bool pl_field_is_named(const struct pl_field *field, const char *name, size_t len);
/* The field of filters of that name; NULL if there is none. */
const struct pl_field *pl_field_find(const char *name, size_t len);

/* The attribute it is the value of; PL_ATTR_NONE: of none, or of several. */
enum pl_attr_id pl_field_attr(const struct pl_field *field);
/* Whose value the attribute is; NULL: of none. */
const struct pl_field *pl_field_of_attr(enum pl_attr_id id);

/* Is the value known before the snapshot is whole? */
bool pl_field_is_early(const struct pl_field *field);

/* One part of an owner. A process that is not known has no texts, and PL_UID_UNKNOWN. */
void pl_owner_part(const struct pl_snapshot *snap, const struct pl_owner *owner, enum pl_part part,
                   struct pl_value *out);
/* The owners of this end or the other. */
const struct pl_owner *pl_field_owners(const struct pl_field *field, const struct pl_snapshot *snap,
                                       const struct pl_sock *sock, size_t *count);

/*
 * Where the programs of a listener usually are, by the name of the one that fits best: a process at
 * home there explains a socket that others hold too. *program is that name.
 */
enum pl_place pl_field_judge(const struct pl_snapshot *snap, const struct pl_sock *sock,
                             struct pl_placement *out, struct pl_text *program);

/* words.c: words of the enumerations, in any case, '-' and '_' left out of account. */
uint64_t pl_field_words(const struct pl_field *field, const char *word, size_t len);
uint64_t pl_words_state(const char *word, size_t len);
uint64_t pl_words_proto(const char *word, size_t len);
uint64_t pl_words_family(const char *word, size_t len);

/* The text of a word that lives for ever; false: there is none. */
bool pl_value_word(const char *word, struct pl_value *out);

/* member.c: what the record, its owners and its attributes hold. */
pl_get_fn pl_get_byte, pl_get_half, pl_get_word, pl_get_long, pl_get_type, pl_get_port,
    pl_get_address, pl_get_reason, pl_get_v6only, pl_get_link, pl_get_user, pl_get_owner,
    pl_get_attr;
/* port.c: about a port */
pl_get_fn pl_get_service, pl_get_common, pl_get_use, pl_get_class, pl_get_reach, pl_get_place,
    pl_get_usual_ports, pl_get_remark;
/* detail.c: put together of several things */
pl_get_fn pl_get_protocol_name, pl_get_peer_inode, pl_get_send_rate, pl_get_cgroup, pl_get_queue,
    pl_get_queue_used, pl_get_queue_remark, pl_get_counter, pl_get_autobound, pl_get_details;

#endif
