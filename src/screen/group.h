/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows by process, by remote address or by local port, with the totals of each group. */
#ifndef SCREEN_GROUP_H
#define SCREEN_GROUP_H

#include "order.h"

enum group_kind { GROUP_PROCESS, GROUP_REMOTE, GROUP_PORT };

struct group {
    uint64_t high, low;    /* what its rows have in common */
    const struct row *row; /* one of them */
    uint32_t sockets;
    uint32_t listeners;
    double rate_in, rate_out; /* of the rows that have one */
    uint64_t bytes_in, bytes_out;
    bool lacking;        /* the rate of a socket of the start is still to come */
    bool rated, counted; /* some row has rates, and none lacks them; some has bytes */
};

enum group_column {
    GROUP_NAME,
    GROUP_SOCKETS,
    GROUP_LISTENERS,
    GROUP_RATE_IN,
    GROUP_RATE_OUT,
    GROUP_BYTES_IN,
    GROUP_BYTES_OUT,
    GROUP_COLUMN_MAX,
};

/* Zeroed: no groups. */
struct groups {
    struct group *items;
    size_t count;
};

/* Groups the rows of an order, most first unless by name. Returns 0 or -ENOMEM. */
int groups_make(struct groups *groups, const struct ordering *order, enum group_kind kind,
                enum group_column by, bool descending);
/* Returns whether a row belongs to a group of that kind. */
bool groups_has(const struct group *group, enum group_kind kind, const struct row *row);
void groups_free(struct groups *groups);

#endif
