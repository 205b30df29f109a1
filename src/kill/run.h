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
    const char *netns; /* network namespace to enter; NULL: none */
    bool yes, dry_run, header;

    /* private to run.c and report.c */
    struct session session;
    struct actor actor;
    struct targets targets;
    uint32_t ancestors[64]; /* process ids, portkill first */
    size_t ancestor_count;
    bool terminal;       /* the user can be asked */
    bool tried;          /* to print the results */
    bool printed;        /* all of them */
    unsigned int rounds; /* to wait for a process that is started again */
};

/* Returns a view for a format on the descriptor. */
struct view run_view(const struct run *run, const struct format *format, int fd);
/* report.c: prints the results of the targets. Returns EXIT_DONE or EXIT_FAILED. */
int report_results(struct run *run);
/* Returns the exit status. The filter has been parsed. */
int run_kill(struct run *run);

#endif
