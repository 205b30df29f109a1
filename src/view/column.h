/* SPDX-License-Identifier: BSD-2-Clause */
/* THE column table: every field of a record as users see it. */
#ifndef VIEW_COLUMN_H
#define VIEW_COLUMN_H

#include "view.h"

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
    CELL_OWNER,    /* owners and count: number says which field of each, enum owner_field */
    CELL_HOLDERS,  /* owners: the first, number: how many sockets or processes stand for it */
    CELL_PORTS,    /* placement: the usual ports of a program */
    CELL_REMARK,   /* placement, and text: the program that it speaks of */
    CELL_OWN,      /* item, which put writes: a cell of a kind that only one sheet has */
};

enum owner_field {
    OWNER_PID,
    OWNER_FD,
    OWNER_PROCESS,
    OWNER_COMMAND,
    OWNER_EXE,
    OWNER_UID,
    OWNER_CONTEXT
};

struct cell;

/* Writes a cell of CELL_OWN, its parts apart by the separator; '\0': as a value of JSON. */
typedef void cell_put_fn(struct out *out, const struct view *view, const struct cell *cell,
                         char separator);

struct cell {
    enum cell_kind kind;
    bool peer;
    uint64_t number;
    union {
        struct pl_text text;
        cell_put_fn *put;
    };
    union {
        const struct pl_sock *sock;
        const void *item;
    };
    const struct pl_owner *owners;
    size_t count;
    struct pl_placement placement;
};

/* Of the end that the cell shows. */
static inline const uint8_t *cell_address(const struct cell *cell)
{
    return cell->peer ? cell->sock->peer_addr : cell->sock->local_addr;
}

static inline uint32_t cell_port(const struct cell *cell)
{
    return cell->peer ? cell->sock->peer_port : cell->sock->local_port;
}

/* Which formats have the column by default; the last three with an option only. */
enum {
    SHOWN_TABLE = 1 << 0,
    SHOWN_JSON = 1 << 1,
    SHOWN_CSV = 1 << 2,
    SHOWN_PROCESSES = 1 << 3, /* and with -p */
    SHOWN_EXTENDED = 1 << 4,  /* and with -e; machines get it always */
    SHOWN_PAIR = 1 << 5,      /* in the table as key=value at the end of the line */
    SHOWN_INTERNALS = 1 << 6, /* and with -i */
    SHOWN_MEMORY = 1 << 7,    /* and with -m */
    SHOWN_TIMERS = 1 << 8,    /* and with -o */
    SHOWN_MORE = 1 << 9,      /* and with -e, for machines too */
    SHOWN_CONTEXTS = 1 << 10, /* and with -Z */
    SHOWN_PEERS = 1 << 11,    /* and with --peers */
    SHOWN_QUEUES = 1 << 12,   /* and with --queues */
    SHOWN_FAMILIES = 1 << 13, /* in CSV only when others than TCP and UDP are asked for */
    SHOWN_HOSTS = 1 << 14,    /* and with -r; it shows names of hosts */
};

/* How the number or text of an attribute is shown. */
enum attr_form { ATTR_NUMBER, ATTR_BOOL, ATTR_TEXT, ATTR_TIMER, ATTR_CA_STATE, ATTR_SHUTDOWN };

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

struct column {
    const char *name;  /* snake_case: --columns, JSON key, CSV header */
    const char *title; /* table header, no blanks */
    const char *type;  /* of its JSON value */
    const char *help;
    uint32_t shown;     /* SHOWN_* */
    uint32_t need;      /* PL_NEED_* for people */
    uint32_t data_need; /* and besides for machines */
    uint32_t name_need; /* and besides for people who did not say -n */
    void (*get)(const struct view *view, const struct pl_sock *sock, struct cell *cell);
    bool right;          /* numbers line up at the right */
    const char *unit;    /* of its numbers; NULL: none */
    enum attr_form form; /* where get is NULL: of attr */
    uint16_t attr;       /* enum pl_attr_id */
    enum plain_kind plain;
};

typedef void column_get_fn(const struct view *view, const struct pl_sock *sock, struct cell *cell);

/* column_port.c: what a port is for, who serves it, and who can reach it */
column_get_fn column_service, column_peer_service, column_common, column_class, column_reach,
    column_place, column_usual_ports, column_remark, column_use;

extern const struct column view_columns[];
extern const size_t view_column_count;

/* By name of len bytes, '-' standing for '_' as well; NULL if there is none. */
const struct column *column_find(const char *name, size_t len);

void column_get(const struct column *column, const struct view *view, const struct pl_sock *sock,
                struct cell *cell);
/* "-i", "--peers": the option that shows it; "" where none is needed, "--columns" for none. */
const char *column_option(const struct column *column);

/* detail.c */
column_get_fn detail_peer_inode;
column_get_fn detail_protocol_name;
column_get_fn detail_send_rate;
column_get_fn detail_cgroup;
column_get_fn detail_context;
column_get_fn detail_queue_waiting;
column_get_fn detail_queue_limit;
column_get_fn detail_queue_used;
column_get_fn detail_queue_remark;
column_get_fn detail_overflows;
column_get_fn detail_listen_drops;
column_get_fn detail_peer_pid;
column_get_fn detail_peer_process;
column_get_fn detail_peer_owners;
column_get_fn detail_all;
void detail_get(const struct column *column, const struct view *view, const struct pl_sock *sock,
                struct cell *cell);
/* key=value of every column of view->pairs that the socket has, or "-" */
void detail_pairs(struct out *out, const struct view *view, const struct pl_sock *sock);

/* endpoint.c: false where the endpoint is an internet address. */
bool endpoint_other(struct out *out, const struct view *view, const struct cell *cell);
/* Name or number of what runs over a raw, packet or netlink socket. */
void endpoint_protocol(struct out *out, const struct view *view, const struct pl_sock *sock);

/* cell.c: as people read it; separator stands between several owners. */
void cell_plain(struct out *out, const struct view *view, const struct cell *cell, char separator,
                const char *also);
/* How wide cell_plain() writes it; scratch is for use. */
size_t cell_width(const struct view *view, const struct cell *cell, char separator,
                  const char *also, struct out *scratch);
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
/* One field of an owner as a cell. */
void cell_owner(const struct view *view, const struct pl_owner *owner, enum owner_field field,
                struct cell *out);

/* order.c */
struct sort_key {
    const struct column *column;
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
