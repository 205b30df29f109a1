/* SPDX-License-Identifier: BSD-2-Clause */
/* A view: the rows and columns of a snapshot to print, and how to print them. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include "out.h"

struct pl_field;

#define VIEW_COLUMNS 64 /* a table hides columns only if there are at most so many */

/* Sockets merged into one row: a SO_REUSEPORT group, or the sockets of a pre-forking server. */
struct listener {
    const struct pl_sock *leader;
    const struct pl_owner *owner; /* the first one; NULL if unknown */
    size_t sockets;
    size_t processes;
};

struct overview {
    struct listener *listeners; /* sorted by the address of the leader */
    size_t count;
};

struct view {
    const struct pl_snapshot *snap;
    const struct pl_sock *const *rows;
    size_t row_count;
    const struct pl_field *const *columns;
    size_t column_count;
    const struct pl_field *const *pairs; /* of the column "details" */
    size_t pair_count;
    uint32_t whole; /* PL_SHOWN_* of pairs to print even if their value is the default */
    const struct overview *overview; /* NULL: rows are single sockets */
    bool data; /* machine-readable: no suffixes, names and numbers in separate columns */
    bool header;
    bool port_names; /* without -n: names of ports in endpoints */
    bool user_names;
    bool host_names; /* -r: host names in endpoints */
    bool color;
    size_t width; /* of the terminal; 0: unlimited */
    /* Returns the host name of an address, or NULL. host NULL: not requested. */
    const char *(*host)(const void *arg, unsigned int family, const uint8_t *addr);
    const void *host_arg;
};

/*
 * Reduces rows, sorted by port, protocol and address, to one per listener. Returns the number left.
 * Out of memory: count 0 and listeners NULL.
 */
size_t overview_reduce(const struct pl_snapshot *snap, const struct pl_sock **rows, size_t count,
                       struct overview *out);
/* Returns the listener of a row; its sockets is 0 if there is none. */
struct listener overview_find(const struct overview *overview, const struct pl_sock *leader);

/* Appends a note as one escaped line: "owners of 12 sockets are hidden; run as root or ...". */
void view_note(struct out *out, const struct pl_note *note);

#endif
