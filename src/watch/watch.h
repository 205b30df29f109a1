/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of portwatch. */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include "events.h"
#include "screen/screen.h"

struct watch_settings {
    struct settings list; /* first, for its options: format, columns, messages, quiet, debug */
    const char **words;   /* operands, as typed; owned */
    size_t word_count;
    bool wait, events;            /* neither: the screen */
    struct screen_options screen; /* if so */
    struct event_options event;   /* of --events */
    bool udp;
    bool free, changed;  /* what --wait waits for; neither: a listener */
    bool limited;        /* --timeout was given */
    uint64_t timeout_ns; /* if so */
    char **command;      /* of --wait; NULL: none */
};

/* known.c: refuses a filter with a word that nothing knows. Returns 0 or an exit status. */
int known_check(const struct pl_filter *filter);

/*
 * Waits. Returns the exit status. go: of launch_start(), or -1.
 */
int wait_run(struct watch_settings *settings, int go);

#endif
