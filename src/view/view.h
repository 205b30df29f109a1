/* SPDX-License-Identifier: BSD-2-Clause */
/* What is shown, and how: the rows and columns of a snapshot, and the formats that print them. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include "out.h"

struct pl_field;

#define VIEW_COLUMNS 64 /* that a table can leave out some of */

/* Listeners that are one to people: sockets of a SO_REUSEPORT group, processes of a pre-fork one. */
struct listener {
    const struct pl_sock *leader;
    const struct pl_owner *owner; /* the first one; NULL if none is known */
    size_t sockets;
    size_t processes;
};

struct overview {
    struct listener *listeners; /* by address of the leader */
    size_t count;
};

struct view {
    const struct pl_snapshot *snap;
    const struct pl_sock *const *rows;
    size_t row_count;
    const struct pl_field *const *columns;
    size_t column_count;
    const struct pl_field *const *pairs; /* of the column details */
    size_t pair_count;
    const struct overview *overview; /* NULL: rows are single sockets */
    bool data; /* a format for machines: no brackets, no suffixes, names and numbers apart */
    bool header;
    bool port_names; /* not -n: names of ports in endpoints */
    bool user_names;
    bool host_names; /* -r: names of hosts in endpoints */
    bool color;
    size_t width; /* of the terminal; 0: as wide as it gets */
    /* Name of an address, NULL if it has none; host NULL: none were asked for. */
    const char *(*host)(const void *arg, unsigned int family, const uint8_t *addr);
    const void *host_arg;
};

/*
 * overview.c: leaves one row of each listener in rows, which are in order of port, protocol and
 * address; answers how many are left. count 0 and listeners NULL when out of memory.
 */
size_t overview_reduce(const struct pl_snapshot *snap, const struct pl_sock **rows, size_t count,
                       struct overview *out);
/* The listener that the row stands for; with sockets 0 if there is none. */
struct listener overview_find(const struct overview *overview, const struct pl_sock *leader);

/* One note in a line, escaped: "owners of 12 sockets are hidden: run as root or ...". */
void view_note(struct out *out, const struct pl_note *note);

#endif
