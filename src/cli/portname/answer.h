/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Results of portname: one row per port and protocol. Other data is looked up when a row is
 * printed.
 */
#ifndef CLI_PORTNAME_ANSWER_H
#define CLI_PORTNAME_ANSWER_H

#include "view/explain.h"

struct answer {
    struct pl_text local; /* name that only services(5) has; data NULL: it has no name there */
    uint16_t port;
    uint8_t proto; /* enum pl_proto */
};

#define ANSWER_WORDS 64 /* explanations at most */

struct answers {
    struct answer *rows;
    size_t count;
    size_t size;                                      /* allocated rows */
    const struct pl_explanation *words[ANSWER_WORDS]; /* keywords of portls */
    size_t word_count;
    bool header;
    size_t wrap;                       /* columns at which lines are wrapped; 0: not */
    bool unused;                       /* the rows are ports that no socket uses */
    const char *services;              /* path of services(5); NULL: /etc/services */
    const struct pl_snapshot *live;    /* NULL: not requested */
    const struct pl_sock **live_socks; /* its sockets, sorted by protocol and local port */
    size_t live_count;
};

/* Returns false when out of memory. */
bool answers_add(struct answers *answers, const struct answer *row);
/* Keeps the sockets of a snapshot, which must outlive answers. Returns false when out of memory. */
bool answers_live(struct answers *answers, const struct pl_snapshot *snap);
/* Removes the ports that a socket uses. */
void answers_drop_used(struct answers *answers);
void answers_free(struct answers *answers);

/* Returns the sockets whose local port is that of the row; their number in *count. */
const struct pl_sock *const *answer_socks(const struct answers *answers, const struct answer *row,
                                          size_t *count);

/* Rows with the same text, starting at first: span ports with the same protocols each. */
struct answer_line {
    const struct answer *first;
    size_t rows;
    unsigned int span;
    unsigned int protos; /* of the first port */
};

/* Returns the longest line that starts at row i. */
struct answer_line answer_line(const struct answers *answers, size_t i);

void answers_print(const struct answers *answers, const struct format *format, struct out *out);

#endif
