/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The field table: one row per property of a socket. Columns, filters, sorting, groups and all
 * formats use it. view/ converts values to text.
 */
#ifndef PL_FIELD_FIELD_H
#define PL_FIELD_FIELD_H

#include "api/library.h"
#include "api/published.h"

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
        PL_FIELD_DEV, /* number of columns; the fields after them are for filters only */
};

enum pl_field_kind {
    PL_KIND_NUMBER,
    PL_KIND_BOOL, /* a number, 0 or 1 */
    PL_KIND_MASK, /* a number with a name; numbers in filters are below 64 */
    PL_KIND_TEXT,
    PL_KIND_ADDRESS, /* addr, of family */
};

/* How formats print the field. */
enum pl_field_form {
    PL_FORM_NUMBER, /* the first value, by its kind */
    PL_FORM_BOOL,
    PL_FORM_WORD,
    PL_FORM_TEXT,
    PL_FORM_ADDRESS,
    PL_FORM_PROTO,    /* tables: tcp6 and udp6 for IPv6 */
    PL_FORM_PORT,     /* absent for raw sockets, where the number is a protocol */
    PL_FORM_USER,     /* tables: the uid if there is no name */
    PL_FORM_NAME,     /* tables: the number if there is no name */
    PL_FORM_JOINED,   /* all values, separated by commas */
    PL_FORM_PARTS,    /* list: part of each owner */
    PL_FORM_PORTS,    /* list: the usual ports of a program */
    PL_FORM_ENDPOINT, /* address and port */
    PL_FORM_HOST,     /* host name of the address */
    PL_FORM_OWNERS,   /* pid/name of each owner; JSON: objects */
    PL_FORM_HOLDERS,  /* pid/name of the first owner, and their number */
    PL_FORM_REMARK,   /* text about an unusual port */
    PL_FORM_PAIRS,    /* key=value of the details */
};

/* Which formats include the column by default, or with which option. */
enum {
    PL_SHOWN_TABLE = 1 << 0,
    PL_SHOWN_JSON = 1 << 1,
    PL_SHOWN_CSV = 1 << 2,
    PL_SHOWN_PROCESSES = 1 << 3, /* with -p */
    PL_SHOWN_EXTENDED = 1 << 4,  /* tables: with -e; data formats: always */
    PL_SHOWN_PAIR = 1 << 5,      /* tables: as key=value at the end of the row */
    PL_SHOWN_INTERNALS = 1 << 6, /* with -i */
    PL_SHOWN_MEMORY = 1 << 7,    /* with -m */
    PL_SHOWN_TIMERS = 1 << 8,    /* with -o */
    PL_SHOWN_MORE = 1 << 9,      /* with -e, in all formats */
    PL_SHOWN_CONTEXTS = 1 << 10, /* with -Z */
    PL_SHOWN_PEERS = 1 << 11,    /* with --peers */
    PL_SHOWN_QUEUES = 1 << 12,   /* with --queues */
    PL_SHOWN_FAMILIES = 1 << 13, /* CSV: only if families other than TCP and UDP are requested */
    PL_SHOWN_HOSTS = 1 << 14,    /* with -r */
    PL_SHOWN_NETNS = 1 << 15,    /* with -N */
};

/* Values of a detail that are the default or carry no information. */
enum {
    PL_QUIET_ZERO = 1 << 0,     /* 0, false, an empty text */
    PL_QUIET_USUAL = 1 << 1,    /* the member usual: a default, or "no limit" */
    PL_QUIET_LISTENER = 1 << 2, /* any value of a listener */
    PL_QUIET_STILL = 1 << 3,    /* 0 without a connection */
    PL_QUIET_V6 = 1 << 4,       /* 0 of an IPv6 socket */
    PL_QUIET_ALWAYS = 1 << 5,   /* any value */
    PL_QUIET_BESIDE = 1 << 6,   /* any value if the field beside has one */
};

/* Parts of an owner. */
enum pl_part {
    PL_PART_PID, /* this and the next are members of struct pl_owner, the others of its process */
    PL_PART_FD,
    PL_PART_PROCESS,
    PL_PART_COMMAND,
    PL_PART_EXE,
    PL_PART_UID,
    PL_PART_CONTEXT,
    PL_PART_STARTED,
    PL_PART_CONTAINER, /* these are of its control group */
    PL_PART_CONTAINER_ID,
    PL_PART_RUNTIME,
    PL_PART_IMAGE,
    PL_PART_POD,
    PL_PART_POD_NAMESPACE,
    PL_PART_UNIT,
};

struct pl_value {
    uint64_t number;
    struct pl_text text; /* data is NULL if there is none */
    const uint8_t *addr;
    uint8_t family;
    bool word;   /* text is a constant that needs no escaping */
    bool absent; /* number is that of an owner that has none; no condition is true of it */
};

struct pl_field;

/*
 * Gets value number i of the socket. Returns false if there are no more. The caller sets *out to
 * {0}. snap may be NULL if pl_field_is_early().
 */
typedef bool pl_get_fn(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, size_t i, struct pl_value *out);

struct pl_field {
    const char *name;  /* snake_case: --columns, JSON key, CSV header, filters */
    const char *title; /* table header, without blanks */
    const char *type;  /* JSON type */
    const char *unit;  /* NULL: none */
    const char *help;
    enum pl_field_id id;
    enum pl_field_kind kind;
    enum pl_field_form form;
    pl_get_fn *get; /* NULL: not for filters; the form gets the value */
    /* PL_KIND_MASK: returns the name of a number, or NULL if it has none. */
    const char *(*word)(unsigned int number);
    /* PL_KIND_MASK: returns the bits that a name stands for, 0 for none. NULL: use word. */
    uint64_t (*words)(const char *word, size_t len);

    uint32_t shown;      /* PL_SHOWN_* */
    uint32_t need;       /* PL_NEED_* to get its value */
    uint32_t shown_need; /* PL_NEED_* to print it, */
    uint32_t data_need;  /* additionally in data formats, */
    uint32_t name_need;  /* additionally in tables without -n */

    uint32_t have;   /* PL_HAVE_* that the socket must have */
    uint16_t offset; /* of a member of struct pl_sock */
    uint16_t part;   /* enum pl_part, pl_attr_id or pl_counter */
    uint16_t
        other; /* flag of numbers without a name: printed as unknown(N), no value for filters */
    uint16_t beside; /* enum pl_field_id, for PL_QUIET_BESIDE */
    uint8_t quiet;   /* PL_QUIET_* */
    uint64_t usual;  /* for PL_QUIET_USUAL */
    bool peer;       /* describes the other end */
    bool inner;      /* describes the listener where a published port ends */
    bool right;      /* align right */
    bool named;      /* PL_KIND_TEXT, PL_KIND_MASK: a name that also has a number */
    bool late;       /* known only when the snapshot is complete, regardless of need */
    bool told;       /* if no socket has a value, the source does not report it */
    bool diag;       /* /proc/net does not report it */
    bool listener;   /* depends on the owners of listeners only */
};

extern const struct pl_field pl_fields[PL_FIELD_MAX];

static inline const struct pl_field *pl_field_row(enum pl_field_id id)
{
    return &pl_fields[id];
}

/* Returns whether name, of len bytes, is the name of the field. '-' and '_' are equal. */
bool pl_field_is_named(const struct pl_field *field, const char *name, size_t len);
/* Is it the title of the field, as in the header of a table? Ignores case. */
bool pl_field_is_titled(const struct pl_field *field, const char *title, size_t len);
/* Returns the field of filters with that name, alias or title, or NULL. */
const struct pl_field *pl_field_find(const char *name, size_t len);

/* Returns the attribute whose value the field is, or PL_ATTR_NONE. */
enum pl_attr_id pl_field_attr(const struct pl_field *field);
/* Returns the field whose value is the attribute, or NULL. */
const struct pl_field *pl_field_of_attr(enum pl_attr_id id);

/* Returns whether tables omit this value of a detail unless its option is given twice. */
bool pl_field_is_quiet(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, const struct pl_value *value);

/* Returns whether the value is known before the snapshot is complete. */
bool pl_field_is_early(const struct pl_field *field);

/* Gets a part of an owner. An unknown process has no texts and no uid. */
void pl_owner_part(const struct pl_snapshot *snap, const struct pl_owner *owner, enum pl_part part,
                   struct pl_value *out);
/* Returns the owners of the socket, or of its peer if the field describes that. */
const struct pl_owner *pl_field_owners(const struct pl_field *field, const struct pl_snapshot *snap,
                                       const struct pl_sock *sock, size_t *count);

/*
 * Compares a listener's port with the usual ports of its programs. If several processes hold the
 * socket, the best match is used; *program is its name.
 */
enum pl_place pl_field_judge(const struct pl_snapshot *snap, const struct pl_sock *sock,
                             struct pl_placement *out, struct pl_text *program);

/* words.c: return the bits of an enumeration's name, 0 for none. Ignore case, '-' and '_'. */
uint64_t pl_field_words(const struct pl_field *field, const char *word, size_t len);
struct pl_near;
/* words.c: adds the words of a field with an enumeration to a search. */
void pl_field_words_near(const struct pl_field *field, struct pl_near *near);
uint64_t pl_words_state(const char *word, size_t len);
uint64_t pl_words_proto(const char *word, size_t len);
uint64_t pl_words_family(const char *word, size_t len);
uint64_t pl_words_reach(const char *word, size_t len);

/* Sets the text to a constant. Returns false if word is NULL. */
bool pl_value_word(const char *word, struct pl_value *out);

/* member.c */
pl_get_fn pl_get_byte, pl_get_half, pl_get_word, pl_get_long, pl_get_type, pl_get_port,
    pl_get_address, pl_get_reason, pl_get_v6only, pl_get_link, pl_get_user, pl_get_owner,
    pl_get_attr;
/* port.c */
pl_get_fn pl_get_service, pl_get_local_service, pl_get_common, pl_get_use, pl_get_class,
    pl_get_reach, pl_get_place, pl_get_usual_ports, pl_get_remark;
/* sequence.c */
pl_get_fn pl_get_sequence, pl_get_opened_by;
/* published.c */
pl_get_fn pl_get_published, pl_get_published_by, pl_get_translated;
/* detail.c */
pl_get_fn pl_get_netns, pl_get_netns_name, pl_get_protocol_name, pl_get_peer_inode,
    pl_get_send_rate, pl_get_cgroup, pl_get_queue, pl_get_queue_used, pl_get_queue_remark,
    pl_get_counter, pl_get_autobound, pl_get_details;

#endif
