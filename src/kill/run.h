/* SPDX-License-Identifier: BSD-2-Clause */
/* One run of portkill: select, preview, ask, act, report. */
#ifndef KILL_RUN_H
#define KILL_RUN_H

#include "cli/ask.h"
#include "cli/session.h"
#include "targets.h"

/* The answer to the question is taken from a terminal, or --yes. */
struct run {
    struct ask ask;
    struct pl_query query;
    struct sandbox sandbox;
    struct actor_plan plan;
    const struct format *format;
    const char *color, *replay;
    bool yes, dry_run, header;

    /* private to run.c */
    struct session session;
    struct actor actor;
    struct targets targets;
    uint32_t ancestors[64]; /* process ids, portkill first */
    size_t ancestor_count;
    bool terminal; /* the user can be asked */
};

/* Returns the exit status. The filter has been parsed. */
int run_kill(struct run *run);

#endif
