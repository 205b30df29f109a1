/* SPDX-License-Identifier: BSD-2-Clause */
/* What portname answers: one row a (port, protocol), everything else looked up when printed. */
#ifndef CLI_PORTNAME_ANSWER_H
#define CLI_PORTNAME_ANSWER_H

#include "view/sheet.h"

struct answer {
    struct pl_text local; /* its name in /etc/services; data NULL if it was not asked or found */
    uint16_t port;
    uint8_t proto; /* enum pl_proto */
};

struct answers {
    struct answer *rows;
    size_t count;
    size_t size; /* rows there is room for */
    bool header;
    const struct pl_snapshot *live;    /* NULL: not asked for */
    const struct pl_sock **live_socks; /* its sockets, sorted by protocol and local port */
    size_t live_count;
};

/* false when out of memory. */
bool answers_add(struct answers *answers, const struct answer *row);
/* Takes the sockets of a snapshot, which must outlive answers. false when out of memory. */
bool answers_live(struct answers *answers, const struct pl_snapshot *snap);
void answers_free(struct answers *answers);

/* Sockets whose local port is that of the row, sorted as they are; count of them in *count. */
const struct pl_sock *const *answer_socks(const struct answers *answers, const struct answer *row,
                                          size_t *count);

/* Rows that say the same, from first on: span ports, the same protocols of each. */
struct answer_line {
    const struct answer *first;
    size_t rows;
    unsigned int span;
    unsigned int protos; /* of the first port */
};

/* answer_line.c: the line that begins with row i: as long as it gets. */
struct answer_line answer_line(const struct answers *answers, size_t i);

/* answer_sheet.c */
void answers_print(const struct answers *answers, const struct format *format, struct out *out);

#endif
