/* SPDX-License-Identifier: BSD-2-Clause */
/* The live screen of portwatch. */
#ifndef SCREEN_SCREEN_H
#define SCREEN_SCREEN_H

#include "cli/settings.h"

#include "api/report.h"

struct screen_options {
    uint64_t keep;     /* nanoseconds for which closed rows stay */
    uint64_t interval; /* least nanoseconds between two tables */
    const char *self;  /* argv[0] */
    bool forced;       /* way is the only one */
    enum pl_report_way way;
};

/* Returns whether the screen can be used; if not, after a message with the alternatives. */
bool screen_usable(void);
/* Shows it until the user quits. The filter is that of settings->ask. Returns the exit status. */
int screen_run(struct settings *settings, const struct screen_options *options);

#endif
