/* SPDX-License-Identifier: BSD-2-Clause */
/* portwatch --events. */
#ifndef WATCH_EVENTS_H
#define WATCH_EVENTS_H

#include "cli/settings.h"

#include "api/event.h"

/* Options of --events. */
struct event_options {
    bool states;
    bool all_netns;
    bool udp;
    bool forced; /* way is the only one */
    enum pl_report_way way;
    unsigned int count;  /* events until the end; 0: no limit */
    unsigned int buffer; /* KiB of the kernel's buffer; 0: the default */
    uint64_t for_ns;     /* nanoseconds until the end; 0: no limit */
};

/* Prints events. Returns the exit status. */
int events_run(struct settings *settings, const struct event_options *options);

/* ---- way.c ---- */

/* Reports what the way does not show, and with debug, why no better one is used. */
void way_tell(const struct pl_reports *reports, const struct event_options *options, bool debug,
              bool quiet);
/* Reports that a way cannot be used. error: a positive errno. Returns the exit status. */
int way_refuse(enum pl_report_way way, int error);

/* ---- sheet.c ---- */

/* An event and, unless it has none, its socket in the snapshot of the view. */
struct event_row {
    const struct pl_event *event;
    const struct pl_sock *sock;
};

/* Returns the column of events with that name or title, or NULL. '-' matches '_'. */
const struct pl_field *events_column(const char *name, size_t len);
bool events_is_column(const struct pl_field *field);
/* Adds the default columns of the format, if there are no others. */
void events_columns(struct settings *settings, bool all_netns);
/* A sheet of the columns of the view. columns has room for them. */
struct sheet events_sheet(const struct view *view, struct sheet_column *columns);

#endif
