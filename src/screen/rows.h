/* SPDX-License-Identifier: BSD-2-Clause */
/* The sockets that the screen knows, by identity, with what changed about them and when. */
#ifndef SCREEN_ROWS_H
#define SCREEN_ROWS_H

#include "api/event.h"
#include "api/library.h"

/* Times are nanoseconds of a clock that is never set. */

enum row_mark { ROW_SAME, ROW_NEW, ROW_CHANGED, ROW_CLOSED };

/* row.have */
enum {
    ROW_HAVE_BYTES = 1 << 0,
    ROW_HAVE_RATE = 1 << 1,
    ROW_HAVE_RTT = 1 << 2,
    ROW_BEFORE = 1 << 3, /* existed when the screen was started: its age is not known */
    ROW_JUDGED = 1 << 4, /* shown is that of the current filter */
};

/* What a row keeps of its socket, which is one of TCP or UDP. Members are those of struct pl_sock. */
struct row_sock {
    uint64_t key;
    uint64_t cookie;
    uint32_t local_port;
    uint32_t peer_port;
    uint32_t recv_q;
    uint32_t send_q;
    uint32_t uid;
    uint32_t ifindex;
    uint16_t have;
    uint16_t state;
    uint8_t family;
    uint8_t proto;
    uint8_t type;
    uint8_t flags : 4;
    uint8_t owner_unknown : 4;
};

/* States of a socket before the present one, oldest first. */
#define ROW_PAST 8
struct row_past {
    uint64_t since; /* when the present state was first seen */
    uint32_t count;
    struct {
        uint64_t since;
        uint16_t state;
    } items[ROW_PAST];
};

/* There may be 100,000 of them. row_sock() and row_since() return the fields that are stored in another form. */
struct row {
    struct row_sock sock;
    struct pl_holders *holders; /* NULL: unknown; owned */
    struct row_past *past;      /* NULL: no other state was seen; owned */
    uint64_t first;             /* when it was first seen */
    uint64_t marked;            /* when its mark was set */
    uint64_t sampled;           /* when its counters were read; 0: never */
    uint64_t bytes_in, bytes_out;
    float rate_in, rate_out; /* bytes per second */
    uint32_t rtt_us;
    uint32_t place; /* in the order on the screen + 1; 0: none */
    uint8_t have;   /* ROW_* */
    uint8_t mark;   /* enum row_mark */
    uint8_t round;  /* of the last table that had it */
    bool used : 1;
    bool shown : 1;  /* the filter selects it */
    bool large : 1;  /* addrs has 32 bytes, else 8 */
    uint8_t addrs[]; /* local, then peer */
};

/* Rows of one size, in blocks. */
struct rows_pool {
    char **blocks;
    size_t block_count;
    size_t size;   /* bytes of a row */
    uint32_t end;  /* rows that were ever used */
    uint32_t free; /* index + 1 of the first free row, which is chained by place */
};

#define ROWS_RECENT 64

/* Rows do not move while they exist. A zeroed table is empty. */
struct rows {
    struct rows_pool pools[2]; /* IPv4, and the others */
    uint32_t *slots;
    size_t mask;
    size_t count;
    uint32_t round;   /* number of tables so far */
    bool marks;       /* some rows may have a mark, which ends */
    uint32_t unowned; /* open rows whose owners are not looked up yet */
    /* Holders of the table that is merged, by process id: many sockets share them. */
    struct pl_holders *recent[ROWS_RECENT];
};

/* What happened to a row. Called for each change; the row is as it was left. */
typedef void rows_change_fn(void *arg, const struct row *row, enum row_mark mark);

/* A table of the kernel. */
struct rows_table {
    const struct pl_snapshot *snap;
    uint64_t at;     /* when it was requested */
    uint32_t protos; /* bits of those that it has */
    bool owners;     /* it has the owners */
    /* NULL: the rows keep what they are; else judges each row */
    const struct pl_filter *filter;
    bool known;             /* a row has each value that the filter compares */
    rows_change_fn *change; /* NULL: none */
    void *arg;
};

/* What identifies a socket: its cookie, else what comes closest. The state does not. */
uint64_t rows_identity(const struct pl_sock *sock);
uint64_t row_identity(const struct row *row);
struct pl_sock row_sock(const struct row *row);
/* Replaces the socket. One that was IPv4 does not get another family. */
void row_set(struct row *row, const struct pl_sock *sock);
bool row_is_listener(const struct row *row);
/* Orders rows as listings do. */
int rows_compare(const struct row *a, const struct row *b);
/* Returns when the state was first seen. */
static inline uint64_t row_since(const struct row *row)
{
    return row->past ? row->past->since : row->first;
}
/*
 * Returns whether the rate of a socket that was open at the start needs another sample: a sum without it would
 * be one of a part.
 */
static inline bool row_lacks_rate(const struct row *row)
{
    return row->have & ROW_BEFORE && row->sampled != 0 && !(row->have & ROW_HAVE_RATE);
}
struct row *rows_find(const struct rows *rows, uint64_t identity);
/* Adds a row. NULL: out of memory. */
struct row *rows_add(struct rows *rows, const struct pl_sock *sock);
void rows_remove(struct rows *rows, struct row *row);
/* Drops the holders that were kept to share them. */
void rows_forget(struct rows *rows);
/* Returns the next row after *at, which starts at 0; NULL after the last. Rows may be removed. */
struct row *rows_next(const struct rows *rows, size_t *at);
void rows_free(struct rows *rows);
/* Copies all rows to an empty table. Returns 0 or -ENOMEM. */
int rows_copy(const struct rows *rows, struct rows *to);

/* ---- merge.c ---- */

/* Takes over a table: new, changed and missing sockets get their marks. Returns 0 or -ENOMEM. */
int rows_merge(struct rows *rows, const struct rows_table *table);
/* Takes over sockets that were read again: only the rows that exist and are open change. */
void rows_again(struct rows *rows, const struct rows_table *table);
/* Takes over an event of the kernel. Returns the row, or NULL: none concerns the screen. */
struct row *rows_event(struct rows *rows, const struct pl_event *event, uint64_t now);
/*
 * Removes the rows that were closed that long ago, and the marks of the others that are older than
 * two seconds. Returns whether something changed.
 */
bool rows_expire(struct rows *rows, uint64_t now, uint64_t keep);

#endif
