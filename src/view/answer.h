/* SPDX-License-Identifier: BSD-2-Clause */
/* What portname answers: one row a (port, protocol), everything else looked up when printed. */
#ifndef VIEW_ANSWER_H
#define VIEW_ANSWER_H

#include "out.h"

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

void answer_table(const struct answers *answers, struct out *out);
void answer_tsv(const struct answers *answers, struct out *out);
void answer_json(const struct answers *answers, struct out *out);
void answer_jsonl(const struct answers *answers, struct out *out);

#endif
