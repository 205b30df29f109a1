/* SPDX-License-Identifier: BSD-2-Clause */
/* Records events to a directory, whose journal the launcher opens. */
#include "state.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * The sockets at the start are events, too: without a state before them, found in a table. All have
 * the same time, by which a replay knows them.
 */
static void record_rows(struct screen *screen)
{
    uint64_t now = screen_time();
    struct row *row;
    size_t at = 0;

    while ((row = rows_next(&screen->rows, &at))) {
        if (row->mark != ROW_CLOSED)
            record_event(screen, &(struct pl_event){.sock = row_sock(row),
                                                    .time = now,
                                                    .have = PL_EVENT_HAVE_SOCK | PL_EVENT_COMPARED,
                                                    .kind = PL_EVENT_STATE,
                                                    .holders = row->holders});
    }
    screen->record.events = 0;
}

/* Ends the recording after an error. */
static void fail(struct screen *screen, int err)
{
    bool begun = screen->record.journal != NULL;
    char text[sizeof(screen->message)];

    pl_journal_close(screen->record.journal);
    screen->record.journal = NULL;
    (void)snprintf(text, sizeof(text), "cannot record to %.60s: %s", screen->record.name,
                   err == -EEXIST             ? "it exists already"
                   : err == -ELOOP            ? "other users could change a symbolic link of it"
                   : err == -ENOTSUP          ? "events of this system cannot be recorded"
                   : screen->launcher.pid > 0 ? pl_error_text(-err)
                                              : "portwatch has more privileges than its user");
    screen_say(screen, text);
    /* Nobody may look at the screen then: it is said once more when the screen ends. */
    if (begun)
        complain_text(text);
}

void record_start(struct screen *screen)
{
    struct launch_order order = {.kind = LAUNCH_RECORD, .system = (uint32_t)screen->system};
    struct record *record = &screen->record;
    char text[sizeof(screen->message)];
    int fd;
    int err;

    (void)strlcpy(record->name, screen->editor.text, sizeof(record->name));
    (void)strlcpy(order.path, record->name, sizeof(order.path));
    fd = launcher_open(&screen->launcher, &order);
    err = fd < 0 ? fd : pl_journal_open(fd, &record->journal);
    if (err < 0) {
        fail(screen, err);
        return;
    }
    (void)snprintf(text, sizeof(text), "recording to %.60s; r ends it", record->name);
    screen_say(screen, text);
    record_rows(screen);
    record_flush(screen);
}

void record_event(struct screen *screen, const struct pl_event *event)
{
    struct record *record = &screen->record;
    int err = record->journal ? pl_journal_add(record->journal, event) : 0;

    record->events++;
    if (err < 0)
        fail(screen, err);
}

void record_flush(struct screen *screen)
{
    struct record *record = &screen->record;
    int err = record->journal ? pl_journal_flush(record->journal) : 0;

    if (err < 0)
        fail(screen, err);
}

void record_stop(struct screen *screen)
{
    struct record *record = &screen->record;
    char text[sizeof(screen->message)];

    if (record->journal)
        read_events(screen); /* reports are collected for a while: those until now belong to it */
    record_flush(screen);
    if (!record->journal)
        return;
    pl_journal_close(record->journal);
    record->journal = NULL;
    (void)snprintf(text, sizeof(text), "recorded %llu event%s to %.60s",
                   (unsigned long long)record->events, record->events == 1 ? "" : "s",
                   record->name);
    screen_say(screen, text);
}
