/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields as cells: what a value becomes for people and machines. */
#ifndef VIEW_COLUMN_H
#define VIEW_COLUMN_H

#include "field/field.h"
#include "view.h"

#include <string.h>

enum cell_kind {
    CELL_ABSENT,   /* the system did not give it */
    CELL_WORD,     /* a literal of ours: text */
    CELL_TEXT,     /* anybody's bytes: text */
    CELL_NUMBER,   /* number */
    CELL_BOOL,     /* number */
    CELL_UNKNOWN,  /* a number without a name: unknown(N) */
    CELL_PROTO,    /* text and sock: "tcp", for people "tcp6" */
    CELL_ADDRESS,  /* sock and peer */
    CELL_ENDPOINT, /* sock and peer: address and port */
    CELL_OWNERS,   /* owners and count: pid/name for people, objects in JSON */
    CELL_PAIRS,    /* sock: what detail_pairs() writes */
    CELL_OWNER,    /* owners and count: number says which part of each, enum pl_part */
    CELL_HOLDERS,  /* owners: the first, number: how many sockets or processes stand for it */
    CELL_PORTS,    /* placement: the usual ports of a program */
    CELL_REMARK,   /* placement, and text: the program that it speaks of */
    CELL_OWN,      /* item, which put writes: a cell of a kind that only one sheet has */
};

/* Cells that plain.c writes straight from the record. */
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

/* Writes a cell of CELL_OWN, its parts apart by the separator; '\0': as a value of JSON. */
typedef void cell_put_fn(struct out *out, const struct view *view, const struct cell *cell,
                         char separator);

struct cell {
    enum cell_kind kind;
    bool peer;
    union {
        struct pl_value value; /* of a field; its first members are taken by name */
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

/* placement is only read where the kind of cell has one. */
static inline void cell_clear(struct cell *cell)
{
    memset(cell, 0, offsetof(struct cell, placement));
}

/* Of the end that the cell shows. */
static inline const uint8_t *cell_address(const struct cell *cell)
{
    return cell->peer ? cell->sock->peer_addr : cell->sock->local_addr;
}

static inline uint32_t cell_port(const struct cell *cell)
{
    return cell->peer ? cell->sock->peer_port : cell->sock->local_port;
}

/* By name of len bytes, '-' standing for '_' as well; also "port". NULL if there is none. */
const struct pl_field *column_find(const char *name, size_t len);

void column_get(const struct pl_field *field, const struct view *view, const struct pl_sock *sock,
                struct cell *cell);
/* "-i", "--peers": the option that shows it; "" where none is needed, "--columns" for none. */
const char *column_option(const struct pl_field *column);

/* detail.c: key=value of every column of view->pairs that the socket has, or "-" */
void detail_pairs(struct out *out, const struct view *view, const struct pl_sock *sock);

/* endpoint.c: false where the endpoint is an internet address. */
bool endpoint_other(struct out *out, const struct view *view, const struct cell *cell);
/* Name or number of what runs over a raw, packet or netlink socket. */
void endpoint_protocol(struct out *out, const struct view *view, const struct pl_sock *sock);

/* cell.c: as people read it; separator stands between several owners. */
void cell_plain(struct out *out, const struct view *view, const struct cell *cell, char separator,
                const char *also);
/* cell_json.c: as a JSON value; of CELL_TEXT and CELL_OWNERS that is not UTF-8 too, see text.h. */
void cell_json(struct out *out, const struct view *view, const struct cell *cell);
/* ,"key_hex":[...] where one of the texts of a list is not UTF-8; null for those that are. */
void json_list_hex(struct out *out, const struct view *view, const char *key,
                   const struct cell *cell);
/* ,"key":value and, where the value is not UTF-8, ,"key_hex":"..." */
void json_member(struct out *out, const struct view *view, const char *key, const struct cell *cell,
                 bool first);
/* Total order; absent comes last. */
int cell_compare(const struct view *view, const struct cell *a, const struct cell *b);
/* One part of an owner as a cell. */
void cell_owner(const struct view *view, const struct pl_owner *owner, enum pl_part part,
                struct cell *out);

/* order.c */
struct sort_key {
    const struct pl_field *column;
    bool descending;
};

enum order { ORDER_DEFAULT, ORDER_KERNEL, ORDER_KEYS };

/* By one key; what is not known stays last either way. */
int order_cells(const struct view *view, const struct sort_key *key, const struct cell *a,
                const struct cell *b);

/* As for qsort(3), with an argument for its own. */
typedef int order_fn(void *arg, const void *a, const void *b);

/* Sorts rows of any kind, stable. scratch has room for as many. */
void order_merge(const void **rows, const void **scratch, size_t count, order_fn *compare,
                 void *arg);

/* Fills rows (count of them) with the sockets of the view's snapshot. 0 or -ENOMEM. */
int order_rows(const struct view *view, enum order order, const struct sort_key *keys,
               size_t key_count, const struct pl_sock **rows, size_t count);

#endif
