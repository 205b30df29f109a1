/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cells of sockets that are short, ASCII and stand in one place of the record: the table writes them
 * without a struct cell, in their width. A long listing is made of them. What they cannot be is written the
 * usual way, with the same text: cell_plain().
 */
#ifndef VIEW_FORMAT_PLAIN_H
#define VIEW_FORMAT_PLAIN_H

#include "view/sheet.h"

/* A word with room for a copy by one store; len 0: it is none, or longer. */
struct plain_word {
    char text[15];
    uint8_t len;
};

/* An owner as it is written, by pid: few processes hold the sockets of a long listing. */
#define PLAIN_OWNER_SLOTS 64
struct plain_owner {
    uint32_t pid;
    uint32_t len; /* 0: empty, or too long, or not of ASCII alone */
    char text[40];
};

struct plain_column {
    size_t width;
    enum plain_kind kind;
};

/* What is the same for all rows of a listing. */
struct plain {
    struct plain_word states[PL_STATE_MAX];
    struct plain_word protos[PL_PROTO_MAX][2]; /* [1]: of IPv6 */
    bool endpoints;                            /* no names in them: of ports or hosts */
    const struct view *view;
    struct plain_column *columns;
    size_t count;
    struct out *scratch;
    struct plain_owner *owners; /* PLAIN_OWNER_SLOTS, where there is a column of them */
};

/* Bytes that a cell may write to besides its width. */
#define PLAIN_ROOM 80

/* How the table can write the column of a field. */
enum plain_kind plain_kind_of(const struct pl_field *field);
/*
 * As wide as the titles. false when out of memory; else for plain_free(). scratch is borrowed: its
 * error is to be looked at in the end.
 */
bool plain_init(struct plain *plain, const struct view *view, const struct sheet_column *columns,
                size_t count, struct out *scratch);
void plain_free(struct plain *plain);
/*
 * Rows are sockets where a column is of a kind besides PLAIN_NONE, else anything. From..end come next: they stand in memory in no order, so it is asked for all of them at once
 * and not for each when it is there.
 */
void plain_expect(const struct plain *plain, const void *const *rows, size_t from, size_t end);
/*
 * Widens a column for what rows from..end have in it, up to the first whose cell is none of these;
 * which that is, or end.
 */
size_t plain_measure(const struct plain *plain, size_t column, const void *const *rows, size_t from,
                     size_t end);
/*
 * Writes the cells of a row from column on at *p, each with a blank behind it, and moves *p; up to
 * the first that is none of these: which that is, or how many columns there are.
 */
size_t plain_write(const struct plain *plain, size_t column, const struct pl_sock *sock, char **p);

/* An internet endpoint without zone and names at p, which has room for PLAIN_ROOM bytes; its end. */
char *plain_endpoint(const struct pl_sock *sock, bool peer, char *p);
/* Serves IPv4 too: "*". */
bool plain_is_dual_stack(const struct pl_sock *sock, const uint8_t *addr);

#endif
