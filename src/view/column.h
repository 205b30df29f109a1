/* SPDX-License-Identifier: BSD-2-Clause */
/* Cells: the value of a field, as people and machines see it. */
#ifndef VIEW_COLUMN_H
#define VIEW_COLUMN_H

#include "field/field.h"
#include "view.h"

#include <string.h>

enum cell_kind {
    CELL_ABSENT,   /* unknown */
    CELL_WORD,     /* text: a literal of the program */
    CELL_TEXT,     /* text: untrusted bytes */
    CELL_NUMBER,   /* number */
    CELL_TIME,     /* number: seconds since the Epoch */
    CELL_BOOL,     /* number */
    CELL_UNKNOWN,  /* a number without a name: unknown(N) */
    CELL_PROTO,    /* text and sock: "tcp"; "tcp6" in tables */
    CELL_ADDRESS,  /* sock and peer; number: print the IPv4 part of the address */
    CELL_ENDPOINT, /* sock and peer: address and port */
    CELL_OWNERS,   /* owners and count: pid/name in tables, objects in JSON */
    CELL_PAIRS,    /* sock: output of detail_pairs() */
    CELL_OWNER,    /* owners and count; number: the part of each, enum pl_part */
    CELL_HOLDERS,  /* owners: the first; number: how many processes it represents */
    CELL_PORTS,    /* placement: usual ports of a program */
    CELL_REMARK,   /* placement; text: the program in question */
    CELL_OWN,      /* item, printed by put: a kind that only one sheet has */
};

/* Kinds of cells that plain.c prints directly from the record. */
enum plain_kind {
    PLAIN_NONE,
    PLAIN_PROTO,
    PLAIN_RECV_Q,
    PLAIN_SEND_Q,
    PLAIN_LOCAL,
    PLAIN_PEER,
    PLAIN_STATE,
    PLAIN_INODE,
    PLAIN_OWNERS,
};

struct cell;

/* Prints a CELL_OWN cell, parts separated by separator; '\0': as a JSON value. */
typedef void cell_put_fn(struct out *out, const struct view *view, const struct cell *cell,
                         char separator);

struct cell {
    enum cell_kind kind;
    bool peer;
    union {
        struct pl_value value; /* of a field; its first members are accessible directly */
        struct {
            uint64_t number;
            union {
                struct pl_text text;
                cell_put_fn *put;
            };
        };
    };
    union {
        const struct pl_sock *sock;
        const void *item;
    };
    const struct pl_owner *owners;
    size_t count;
    struct pl_placement placement;
};

/* Does not clear placement, which only two kinds of cells read. */
static inline void cell_clear(struct cell *cell)
{
    memset(cell, 0, offsetof(struct cell, placement));
}

/* Returns whether the cell shows a v4-mapped address as IPv4, as groups do. */
static inline bool cell_is_unmapped(const struct cell *cell)
{
    return cell->kind == CELL_ADDRESS && cell->number != 0;
}

/* Returns the address at the end that the cell shows. */
static inline const uint8_t *cell_address(const struct cell *cell)
{
    const uint8_t *addr = cell->peer ? cell->sock->peer_addr : cell->sock->local_addr;

    return cell_is_unmapped(cell) ? addr + 12 : addr;
}

static inline uint8_t cell_family(const struct cell *cell)
{
    return cell_is_unmapped(cell) ? PL_FAMILY_INET : cell->sock->family;
}

static inline uint32_t cell_port(const struct cell *cell)
{
    return cell->peer ? cell->sock->peer_port : cell->sock->local_port;
}

/* Finds a column by name; '-' matches '_', and "port" is valid. NULL if there is none. */
const struct pl_field *column_find(const char *name, size_t len);
/* Other names that column_find() accepts, for suggestions. NULL after the last. */
const char *column_alias(size_t index);

void column_get(const struct pl_field *field, const struct view *view, const struct pl_sock *sock,
                struct cell *cell);
/* Returns the option that shows the column: "-i", "--peers", "--columns"; "" if none is needed. */
const char *column_option(const struct pl_field *column);

/*
 * Fills the cell of the next pair to print, from number *at of view->pairs, and advances *at.
 * Returns NULL if there are no more.
 */
const struct pl_field *detail_next(const struct view *view, const struct pl_sock *sock, size_t *at,
                                   struct cell *cell);
/* Appends key=value pairs of view->pairs that the socket has, or "-". */
void detail_pairs(struct out *out, const struct view *view, const struct pl_sock *sock);

/* Returns false if the endpoint is an internet address. */
bool endpoint_other(struct out *out, const struct view *view, const struct cell *cell);
/* Appends the protocol of a raw, packet or netlink socket, as a name or number. */
void endpoint_protocol(struct out *out, const struct view *view, const struct pl_sock *sock);

/* Appends the cell as text, several owners separated by separator. */
void cell_plain(struct out *out, const struct view *view, const struct cell *cell, char separator,
                const char *also);
/* Separators in a list of owners, to escape in their names. */
#define CELL_OWNER_ALSO " ,;"
/* Appends "812/nginx", or "812/-" if the name is unknown. */
void cell_process(struct out *out, const struct view *view, uint32_t pid);
/*
 * Appends a time in nanoseconds since the Epoch: "2026-11-30T04:18:16.123456789Z"; in tables
 * "04:18:16.123456Z". separator as in cell_put_fn.
 */
void cell_moment(struct out *out, const struct view *view, uint64_t nanoseconds, char separator);
/* Appends the cell as a JSON value; see text.h for text that is not UTF-8. */
void cell_json(struct out *out, const struct view *view, const struct cell *cell);
/* Appends ,"key_hex":[...] if a text of the list is not UTF-8; null for texts that are. */
void json_list_hex(struct out *out, const struct view *view, const char *key,
                   const struct cell *cell);
/* Appends ,"key":value and, if the value is not UTF-8, ,"key_hex":"...". */
void json_member(struct out *out, const struct view *view, const char *key, const struct cell *cell,
                 bool first);
/* A total order; absent cells are last. */
int cell_compare(const struct view *view, const struct cell *a, const struct cell *b);
/* Fills a cell with one part of an owner. */
void cell_owner(const struct view *view, const struct pl_owner *owner, enum pl_part part,
                struct cell *out);

struct sort_key {
    const struct pl_field *column;
    bool descending;
};

enum order { ORDER_DEFAULT, ORDER_KERNEL, ORDER_KEYS };

/* Compares by one key. Absent cells are last, also in descending order. */
int order_cells(const struct view *view, const struct sort_key *key, const struct cell *a,
                const struct cell *b);

/* As in qsort(3), with an argument. */
typedef int order_fn(void *arg, const void *a, const void *b);

/* Sorts rows of any kind, stably. scratch has space for count rows. */
void order_merge(const void **rows, const void **scratch, size_t count, order_fn *compare,
                 void *arg);

/* Fills rows with the count sockets of the snapshot. Returns 0 or -ENOMEM. */
int order_rows(const struct view *view, enum order order, const struct sort_key *keys,
               size_t key_count, const struct pl_sock **rows, size_t count);

#endif
