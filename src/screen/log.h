/* SPDX-License-Identifier: BSD-2-Clause */
/* The last events. */
#ifndef SCREEN_LOG_H
#define SCREEN_LOG_H

#include "rows.h"

#define LOG_MAX 1000

/* Zeroed: empty. */
struct log {
    struct pl_event *items; /* LOG_MAX, a ring */
    size_t next;
    size_t count;
    uint64_t total; /* events so far, also those that were overwritten */
};

/* Adds an event. Without memory, the log stays empty. */
void log_add(struct log *log, const struct pl_event *event);
/*
 * Returns the difference of two tables for a row, whose holders it borrows. time: nanoseconds since the Epoch.
 */
struct pl_event log_event(const struct row *row, enum row_mark mark, uint64_t time);
/* Returns the event before which there were index newer ones, or NULL. */
const struct pl_event *log_get(const struct log *log, size_t index);
/* Returns what happened: "connect", "new". */
const char *log_word(const struct pl_event *event);
int log_copy(const struct log *log, struct log *to);
void log_free(struct log *log);

#endif
