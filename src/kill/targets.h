/* SPDX-License-Identifier: BSD-2-Clause */
/* Targets: the processes or the sockets to hit, and the sheets that list them. */
#ifndef KILL_TARGETS_H
#define KILL_TARGETS_H

#include "actor.h"
#include "keeper.h"
#include "view/sheet.h"

/* A selected socket and a process that holds it. */
struct hold {
    const struct pl_sock *sock;
    const struct pl_owner *owner; /* NULL: no process */
    size_t at;                    /* position of the socket in the order of rows */
    bool peer;                    /* the socket has one */
};

struct target {
    const struct hold *holds; /* of one process, those without a peer first; or one to close */
    size_t hold_count;
    size_t tried;                 /* index of the hold in the request */
    uint64_t connections, others; /* sockets that the process loses besides */
    struct keeper keeper;
    struct actor_request request;
    struct actor_reply reply; /* of the check, then of the act */
    bool hit;                 /* the actor was asked to act */
    bool subflow;             /* a TCP socket to close that belongs to a connection of MPTCP */
};

struct targets {
    const struct actor_plan *plan; /* borrowed */
    const struct pl_snapshot *snap;
    struct target *rows;
    size_t count;
    struct hold *holds;
    size_t hold_count;
    bool counted; /* connections and others are known */
};

/* Lists the targets of a snapshot of selected sockets. Returns 0 or -ENOMEM. */
int targets_make(const struct pl_snapshot *snap, const struct actor_plan *plan,
                 struct targets *out);
/*
 * Makes a request for the next socket of the same process: one socket that it still holds is enough.
 * Returns false if the process has no other socket in the list.
 */
bool targets_next(const struct targets *targets, struct target *target);
/*
 * Counts what else the processes hold, in a snapshot of all sockets. One that holds the connection of the
 * user's session is refused.
 */
void targets_count(struct targets *targets, const struct pl_snapshot *all);
/* Marks the subflows, in a snapshot of all MPTCP sockets: these have the inodes of their subflows. */
void targets_mark_subflows(struct targets *targets, const struct pl_snapshot *mptcp);
/* Returns the target that is that process, or NULL. */
struct target *targets_find(const struct targets *targets, uint32_t pid);
/* Returns the number of targets that would be hit. */
size_t targets_ready(const struct targets *targets);
void targets_free(struct targets *targets);

/* Describes what a close of the socket does. */
const char *effect_of(const struct pl_sock *sock, bool subflow);

/* ---- page.c ---- */

enum page_stage { PAGE_PREVIEW, PAGE_RESULT, PAGE_DATA };

/* Prints a table of the stage, or the data of all stages. followed: page_rest() follows. */
void page_targets(const struct targets *targets, enum page_stage stage, const struct format *format,
                  struct view *view, bool followed, struct out *out);
/* Prints the sockets of the view's snapshot, which still hold the ports. */
void page_rest(const struct targets *targets, const struct format *format, struct view *view,
               bool follows, struct out *out);

#endif
