/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attempts to open a TCP connection, made of the kernel's reports about the sockets of this machine,
 * and the join of these with attempts that are put together from packets.
 */
#ifndef PL_API_STATES_H
#define PL_API_STATES_H

#include "attempt.h"
#include "event.h"

/* ---- from reports ---- */

struct pl_states; /* opaque */

/*
 * netns: inode of the network namespace of the reader; 0: unknown. take() gets each end of an attempt
 * that is on this machine as a separate attempt, and dropped SYNs as attempts with PL_ATTEMPT_DROPPED
 * that have no verdict: the joiner adds them to the others. These return 0, a negative errno, or what take()
 * returned.
 */
int pl_states_new(uint32_t netns, pl_attempt_fn *take, void *arg, struct pl_states **out);
/* Loads the sockets that exist, with their owners, so that those of listeners are known. */
int pl_states_load(struct pl_states *states, const struct pl_snapshot *snap);
/* Takes a report, as a pl_report_fn whose arg is the states. */
int pl_states_report(void *arg, const struct pl_report *report);
/* Passes on the attempts that are not decided yet. now: by the steady clock of reports. */
int pl_states_end(struct pl_states *states, const struct pl_moment *now);
void pl_states_free(struct pl_states *states);

/* ---- the join ---- */

struct pl_joiner; /* opaque */

struct pl_joiner_want {
    uint64_t keys[PL_ATTEMPT_KEYS]; /* random */
    uint64_t patience;              /* nanoseconds that a part waits for the others */
    bool packets, states;           /* the sources that are used */
    uint8_t unknown;                /* enum pl_owner_unknown of attempts that no report is about */
    pl_attempt_fn *take;
    /*
     * Called before an attempt is passed on without its packets: may add them. NULL: they cannot be
     * asked for.
     */
    pl_attempt_fn *ask;
    void *arg; /* of both */
};

/* These return 0, a negative errno, or what take() returned. */
int pl_joiner_new(const struct pl_joiner_want *want, struct pl_joiner **out);
/*
 * Adds an attempt of one source, or dropped SYNs. now: of a clock that is never set, in nanoseconds. Its owners are
 * kept.
 */
int pl_joiner_add(struct pl_joiner *joiner, const struct pl_attempt *attempt, uint64_t now);
/* Passes on the attempts that have waited long enough. */
int pl_joiner_step(struct pl_joiner *joiner, uint64_t now);
/* Passes on all of them. */
int pl_joiner_end(struct pl_joiner *joiner);
/* Returns when pl_joiner_step() has work; 0: never. */
uint64_t pl_joiner_due(const struct pl_joiner *joiner);
/* Returns the number of attempts that wait. */
size_t pl_joiner_count(const struct pl_joiner *joiner);
/* Returns the number of drops that were forgotten before their attempt was passed on: there were too many. */
uint64_t pl_joiner_forgotten(const struct pl_joiner *joiner);
void pl_joiner_free(struct pl_joiner *joiner);

#endif
