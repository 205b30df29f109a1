/* SPDX-License-Identifier: BSD-2-Clause */
/* A view: the rows and columns of a snapshot to print, and how to print them. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include "out.h"

struct pl_field;

#define VIEW_COLUMNS 64 /* a table hides columns only if there are at most so many */

/* A program that holds the sockets of a row of the overview. */
struct program {
    const struct pl_owner *owner; /* of its process with the lowest id */
    size_t processes;
};

/* Sockets merged into one row of the overview. */
struct listener {
    const struct pl_sock *leader;
    const struct pl_sock *second; /* the IPv6 socket, if the leader is an IPv4 socket; NULL: none */
    struct program *programs;     /* sorted by process id */
    size_t program_count;
    size_t sockets; /* of the family that has more */
    size_t at;      /* index of the leader among the rows that were merged */
};

struct overview {
    struct listener *listeners; /* sorted by the address of the leader */
    size_t count;
    struct program *programs; /* of all listeners */
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
    bool explain;        /* explanations follow the rows */
    bool port_names;     /* names of ports in endpoints */
    bool protocol_names; /* without -n: of raw, packet and netlink sockets in endpoints */
    bool user_names;
    bool host_names; /* -r: host names in endpoints */
    bool color;
    size_t width; /* for the columns of a table; 0: unlimited */
    size_t wrap;  /* columns of the terminal, at which lines are wrapped; 0: they are not */
    /* Returns the host name of an address, or NULL. host NULL: not requested. */
    const char *(*host)(const void *arg, unsigned int family, const uint8_t *addr);
    const void *host_arg;
};

/*
 * Reduces rows to one per listener, and stores them in their order. Returns the number left. Out of
 * memory: count 0 and listeners NULL. Else call overview_free().
 */
size_t overview_reduce(const struct pl_snapshot *snap, const struct pl_sock **rows, size_t count,
                       struct overview *out);
void overview_free(struct overview *overview);

/* Appends a note as one escaped line: "owners of 12 sockets are hidden; run as root or ...". */
void view_note(struct out *out, const struct pl_note *note);

#endif
