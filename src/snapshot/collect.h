/* SPDX-License-Identifier: BSD-2-Clause */
/* A snapshot while it is taken. */
#ifndef PL_CORE_COLLECT_H
#define PL_CORE_COLLECT_H

#include "snapshot.h"
#include "source/source.h"

struct pl_collect {
    struct pl_reader *reader;
    const struct pl_query *query;
    struct pl_snapshot *snap;
    uint32_t need;
    bool any_socks; /* a feed of sockets worked */
    bool any_proc;  /* and one of them was /proc, which may tell a socket twice */
    bool large;     /* so many sockets that threads pay */
    bool beside;    /* this reads in a thread of its own: the trace is called when it is over */
    struct pl_trace traced;
    bool has_trace;
    bool owners_read; /* beside the sockets */
    int error;        /* of what was read beside */
    /* of the feed being read */
    bool last_try;
    bool changed;
    bool damaged;
    uint64_t bytes;
};

/* The first rank that works fills the slot; when none does, a note says why the first did not. */
int pl_collect_slot(struct pl_collect *c, unsigned int slot, struct pl_request *request);
/* collect_names.c: names of processes, users, interfaces and the like. */
int pl_collect_names(struct pl_collect *c);

#endif
