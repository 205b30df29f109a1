/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fast printing of cells that are short, ASCII, and stored in one place of the record: the table
 * prints them without a struct cell, already padded. Other cells are printed by cell_plain(), with
 * the same text.
 */
#ifndef VIEW_FORMAT_PLAIN_H
#define VIEW_FORMAT_PLAIN_H

#include "view/sheet.h"

/* A word with space for a copy by a single store. len 0: none, or too long. */
struct plain_word {
    char text[15];
    uint8_t len;
};

/* Text of an owner by pid: few processes hold the sockets of a long listing. */
#define PLAIN_OWNER_SLOTS 64
struct plain_owner {
    uint32_t pid;
    uint32_t len; /* 0: empty, too long, or not ASCII */
    char text[40];
};

struct plain_column {
    size_t width;
    enum plain_kind kind;
};

/* Data common to all rows of a listing. */
struct plain {
    struct plain_word states[PL_STATE_MAX];
    struct plain_word protos[PL_PROTO_MAX][2]; /* [1]: IPv6 */
    bool endpoints;                            /* endpoints have no names of ports or hosts */
    const struct view *view;
    struct plain_column *columns;
    size_t count;
    struct out *scratch;
    struct plain_owner *owners; /* PLAIN_OWNER_SLOTS, if there is a column of owners */
};

/* Bytes that printing a cell may write beyond its width. */
#define PLAIN_ROOM 80

/* Returns how to print the column of a field. */
enum plain_kind plain_kind_of(const struct pl_field *field);
/*
 * Sets widths to those of the titles. Returns false when out of memory; else call plain_free().
 * scratch is borrowed: check its error at the end.
 */
bool plain_init(struct plain *plain, const struct view *view, const struct sheet_column *columns,
                size_t count, struct out *scratch);
void plain_free(struct plain *plain);
/*
 * Prefetches rows from..end, which are scattered in memory. Rows are sockets if a column has a kind
 * other than PLAIN_NONE.
 */
void plain_expect(const struct plain *plain, const void *const *rows, size_t from, size_t end);
/*
 * Widens a column for rows from..end, up to the first cell that plain.c cannot print. Returns the
 * index of that row, or end.
 */
size_t plain_measure(const struct plain *plain, size_t column, const void *const *rows, size_t from,
                     size_t end);
/*
 * Writes the cells of a row from column on at *p, each followed by a blank, and advances *p, up to
 * the first that plain.c cannot print. Returns the index of that column, or the number of columns.
 */
size_t plain_write(const struct plain *plain, size_t column, const struct pl_sock *sock, char **p);

/*
 * Writes an internet endpoint without zone and names at p, with space for PLAIN_ROOM bytes. Returns
 * its end.
 */
char *plain_endpoint(const struct pl_sock *sock, bool peer, char *p);
/* Returns whether a wildcard serves IPv4 too: "*". */
bool plain_is_dual_stack(const struct pl_sock *sock, const uint8_t *addr);

#endif
