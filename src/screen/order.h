/* SPDX-License-Identifier: BSD-2-Clause */
/* The columns of connections, and the order of the rows: by keys, not by what is printed. */
#ifndef SCREEN_ORDER_H
#define SCREEN_ORDER_H

#include "rows.h"

enum column {
    COLUMN_PROTO,
    COLUMN_LOCAL,
    COLUMN_PEER,
    COLUMN_STATE,
    COLUMN_RATE_IN,
    COLUMN_RATE_OUT,
    COLUMN_OWNERS,
    COLUMN_AGE,
    COLUMN_RTT,
    COLUMN_BYTES_IN,
    COLUMN_BYTES_OUT,
    COLUMN_RECV_Q,
    COLUMN_SEND_Q,
    COLUMN_MAX,
};

/* What the keys l e a u t o select. */
enum state_choice { STATES_ALL, STATES_LISTENING, STATES_ESTABLISHED };
struct choice {
    enum state_choice states;
    uint32_t protos;    /* bits */
    bool hide_loopback; /* both ends are addresses of the loopback interface */
};

/* Rows that are shown, in their order; row->place is the index + 1. Zeroed: none. */
struct ordering {
    struct row **rows;
    size_t count;
    size_t size;
    bool partial; /* only the first ones are in order */
};

struct order_by {
    enum column column;
    bool descending;
    bool still;   /* rows that have a place keep their order; new ones follow */
    size_t first; /* only so many rows have to be in order; 0: all */
};

bool order_chooses(const struct choice *choice, const struct row *row);
/* Makes the order of the rows that are shown and chosen. Returns 0 or -ENOMEM. */
int order_make(struct ordering *order, const struct rows *rows, const struct choice *choice,
               const struct order_by *by);
void order_free(struct ordering *order);

struct order_rates {
    double in, out;
    bool known; /* some open row has a rate, and none that was open at the start lacks one */
};
/* Returns the sums of the rates of the rows. */
struct order_rates order_rates(const struct ordering *order);

/*
 * A key of up to 16 bytes, or an address, large if it is not IPv4, with its port. A value that is not known
 * is last in both directions.
 */
struct order_key {
    uint64_t high, low;
    uint32_t port;
    bool large, unknown;
};
struct order_key order_key(const struct row *row, enum column column);
/* The first bytes of a text as a number that sorts like it. */
uint64_t order_text(const char *text, size_t len);

#endif
