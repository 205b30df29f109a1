/* SPDX-License-Identifier: BSD-2-Clause */
/* How the actor judges a socket by a new listing, on every system. */
#ifndef KILL_ACTOR_JUDGE_H
#define KILL_ACTOR_JUDGE_H

#include "actor.h"

/* Sets outcome, detail and error. Returns false, for the caller to return. */
bool actor_fail(struct actor_reply *reply, enum actor_outcome outcome, enum actor_detail detail,
                int error);
/* Returns 0, or the negative errno of a feed of sockets that could not be read. */
int actor_missing(const struct pl_snapshot *snap);
/*
 * Evaluates the selector for a row. sock NULL: it is not listed; err: 0, or why it may exist all the
 * same. On failure sets reply and returns false.
 */
bool actor_judge(const struct pl_filter *selector, const struct pl_snapshot *snap,
                 const struct pl_sock *sock, int err, struct actor_reply *reply);
/* Compares the process of the request with what was listed. On failure sets reply and returns false. */
bool actor_is_listed(const struct actor_request *request, const struct pl_snapshot *snap,
                     struct actor_reply *reply);

#endif
