/* SPDX-License-Identifier: BSD-2-Clause */
/* What is shown, and how: the rows and columns of a snapshot, and the formats that print them. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include "out.h"

struct column;

#define VIEW_COLUMNS 64 /* that a table can leave out some of */

/* Listeners that are one to people: sockets of a SO_REUSEPORT group, processes of a pre-fork one. */
struct group {
    const struct pl_sock *leader;
    const struct pl_owner *owner; /* the first one; NULL if none is known */
    size_t sockets;
    size_t processes;
};

struct overview {
    struct group *groups; /* by address of the leader */
    size_t count;
};

struct view {
    const struct pl_snapshot *snap;
    const struct pl_sock *const *rows;
    size_t row_count;
    const struct column *const *columns;
    size_t column_count;
    const struct column *const *pairs; /* of the column details */
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

struct format {
    const char *name;
    const char *help;
    bool data;
    bool notes;     /* it prints the notes itself, so they are not for stderr */
    uint32_t shown; /* SHOWN_* of column.h: which columns it has by default */
    void (*print)(const struct view *view, struct out *out);
};

extern const struct format view_formats[];
extern const size_t view_format_count;

const struct format *view_format_find(const char *name);

/*
 * overview.c: leaves one row of each group in rows, which are in order of port, protocol and
 * address; answers how many are left. count 0 and groups NULL when out of memory.
 */
size_t overview_reduce(const struct pl_snapshot *snap, const struct pl_sock **rows, size_t count,
                       struct overview *out);
/* The group that the row stands for; with sockets 0 if there is none. */
struct group overview_find(const struct overview *overview, const struct pl_sock *leader);

void table_print(const struct view *view, struct out *out);
void json_print(const struct view *view, struct out *out);
/* ,"notes":[...] */
void json_notes(const struct pl_snapshot *snap, struct out *out);
void jsonl_print(const struct view *view, struct out *out);
void csv_print(const struct view *view, struct out *out);
void tsv_print(const struct view *view, struct out *out);

/* One note in a line, escaped: "owners of 12 sockets hidden: run as root or ...". */
void view_note(struct out *out, const struct pl_note *note);

#endif
