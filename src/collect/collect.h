/* SPDX-License-Identifier: BSD-2-Clause */
/* A snapshot while it is taken. */
#ifndef PL_COLLECT_COLLECT_H
#define PL_COLLECT_COLLECT_H

#include "snapshot/snapshot.h"
#include "source/source.h"

struct pl_collect {
    struct pl_reader *reader;
    const struct pl_query *query;
    const struct pl_query_hooks *hooks; /* of the query; not NULL */
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
/* doubtful.c: once the sockets are there, drops and counts rows that a name may have forged. */
int pl_collect_doubtful(struct pl_collect *c);
/* names.c: names of processes, users, interfaces and the like. */
int pl_collect_names(struct pl_collect *c);

/* filter.c: only the sockets that match stay. */
void pl_collect_filter(struct pl_snapshot *snap, const struct pl_filter *filter);
/* A note for each field the filter asks for and nobody told; proc: /proc/net was read. */
int pl_collect_note_untold(struct pl_snapshot *snap, const struct pl_filter *filter, bool proc);
/*
 * hidden.c: notes about the sockets whose owners were hidden: those in the table, and those that a
 * filter left out because of that.
 */
int pl_hidden_note(struct pl_snapshot *snap);
/* Counts a socket, which stays or not, if only its hidden owners could have decided that. */
void pl_hidden_count(struct pl_snapshot *snap, const struct pl_filter *filter,
                     const struct pl_sock *sock, bool stays);
/*
 * hidden_details.c: what of PL_LACK_* keeps that detail from us; 0: nothing, as far as we know.
 * Asked before a filter takes sockets away.
 */
uint32_t pl_hidden_detail(const struct pl_snapshot *snap, enum pl_attr_id id);
/* A note about those of the query that are kept from us, if any. */
int pl_hidden_note_details(struct pl_snapshot *snap, const struct pl_query *query);

#endif
