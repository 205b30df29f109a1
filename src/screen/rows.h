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

/* States of a socket before the present one, oldest first. */
#define ROW_PAST 8
struct row_past {
    uint32_t count;
    struct {
        uint64_t since;
        uint16_t state;
    } items[ROW_PAST];
};

struct row {
    struct pl_sock sock;
    struct pl_holders *holders; /* NULL: unknown; owned */
    struct row_past *past;      /* NULL: no other state was seen; owned */
    uint64_t first;             /* when it was first seen */
    uint64_t since;             /* when its state was first seen */
    uint64_t marked;            /* when its mark was set */
    uint64_t sampled;           /* when its counters were read; 0: never */
    uint64_t bytes_in, bytes_out;
    float rate_in, rate_out; /* bytes per second */
    uint32_t rtt_us;
    uint32_t round; /* of the last table that had it */
    uint32_t place; /* in the order on the screen + 1; 0: none */
    uint32_t id;
    uint8_t have; /* ROW_* */
    uint8_t mark; /* enum row_mark */
    bool used;
    bool shown; /* the filter selects it */
};

/* Rows do not move while they exist. A zeroed table is empty. */
struct rows {
    struct row **blocks;
    size_t block_count;
    uint32_t end;  /* rows that were ever used */
    uint32_t free; /* id + 1 of the first free row, which is chained by place */
    uint32_t *slots;
    size_t mask;
    size_t count;
    uint32_t round;
    bool marks;              /* some rows may have a mark, which ends */
    uint32_t unowned;        /* open rows whose owners are not looked up yet */
    struct pl_holders *last; /* of the row that was merged last, to share them */
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
    rows_change_fn *change; /* NULL: none */
    void *arg;
};

/* What identifies a socket: its cookie, else what comes closest. The state does not. */
uint64_t rows_identity(const struct pl_sock *sock);
struct row *rows_find(const struct rows *rows, uint64_t identity);
/* Adds a row. NULL: out of memory. */
struct row *rows_add(struct rows *rows, const struct pl_sock *sock);
void rows_remove(struct rows *rows, struct row *row);
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
