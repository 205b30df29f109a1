/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints events as they happen: a batch is printed and flushed before the next one is read. */
#include "events.h"

#include "cli/clock.h"
#include "cli/print.h"
#include "cli/session.h"
#include "cli/stop.h"
#include "view/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#define MILLISECOND UINT64_C(1000000)

/* Events in a batch, so that its memory is bounded. */
#define BATCH 1024
/*
 * After a batch of that many events, more follow: collect them for some milliseconds, since waking
 * up costs more than an event.
 */
#define BUSY    16
#define BUSY_MS 20

#define HELP "EVENTS in portwatch(1)"

struct printer {
    struct settings *settings;
    const struct event_options *options;
    struct session session;
    struct pl_stream *stream;
    struct pl_journal *journal; /* of --record; NULL: none */
    struct pl_batch *batch;
    struct pl_query_hooks hooks;
    struct view view;
    struct sheet sheet;
    struct sheet_column columns[COLUMNS_MAX];
    struct writer writer;
    struct out out;
    struct event_row *rows; /* BATCH */
    size_t taken;           /* events since the last wait */
    uint64_t printed;
    uint64_t lost; /* number of lost events */
    uint64_t end;  /* CLOCK_MONOTONIC; 0: none */
    bool enough;
    int error;    /* negative errno of printing */
    int recorded; /* negative errno of the journal */
};

/* ---- printing ---- */

/* Selects the events to print: those that match, as many as are still wanted. */
static size_t select_rows(struct printer *printer, const struct pl_snapshot *snap)
{
    const struct pl_filter *filter = printer->settings->ask.filter;
    const struct event_options *options = printer->options;
    size_t count;
    const struct pl_event *events = pl_batch_events(printer->batch, &count);
    size_t sock_count;
    const struct pl_sock *sock = pl_snapshot_socks(snap, &sock_count);
    size_t kept = 0;

    for (size_t i = 0; i < count && !printer->enough; i++) {
        bool has = (events[i].have & PL_EVENT_HAVE_SOCK) != 0;
        const struct pl_sock *own = has ? sock++ : NULL;

        if (own && ((events[i].kind == PL_EVENT_STATE && !options->states) ||
                    (own->proto == PL_PROTO_UDP && !options->udp) ||
                    (events[i].have & PL_EVENT_FOREIGN && !options->all_netns) ||
                    (filter && !pl_filter_match(filter, snap, own))))
            continue;
        printer->rows[kept++] = (struct event_row){&events[i], own};
        printer->printed += has;
        printer->enough = options->count != 0 && has && printer->printed >= options->count;
    }
    return kept;
}

/* Prints the batch and empties it. Returns 0 or a negative errno. */
static int print_batch(struct printer *printer)
{
    const void *rows[BATCH];
    const struct pl_snapshot *snap;
    size_t count;
    int err;

    (void)pl_batch_events(printer->batch, &count);
    if (count == 0)
        return 0;
    err = pl_batch_settle(printer->batch, &snap);
    if (err == 0) {
        printer->view.snap = snap;
        count = select_rows(printer, snap);
        for (size_t i = 0; i < count; i++)
            rows[i] = &printer->rows[i];
        if (count > 0 && !printer->settings->quiet)
            sheet_rows(&printer->writer, rows, count);
        printer->error = printer->error ? printer->error : -printer->out.error;
    }
    pl_batch_clear(printer->batch);
    printer->view.snap = NULL;
    return err;
}

/* A pl_event_fn. */
static int take_event(void *arg, const struct pl_event *event)
{
    struct printer *printer = arg;
    size_t count;
    int err;

    if (printer->enough)
        return -ECANCELED;
    err = pl_batch_add(printer->batch, event);
    if (err == -EEXIST) {
        err = print_batch(printer);
        err = err ? err : pl_batch_add(printer->batch, event);
    }
    if (err == 0 && printer->journal)
        err = pl_journal_add(printer->journal, event);
    printer->taken++;
    if (event->kind == PL_EVENT_LOST)
        printer->lost += event->count;
    (void)pl_batch_events(printer->batch, &count);
    if (err == 0 && count == BATCH)
        err = print_batch(printer);
    return err ? err : printer->error;
}

/* Prints what was collected. Returns 0 or a negative errno. */
static int flush(struct printer *printer)
{
    int err = print_batch(printer);

    if (err == 0 && printer->journal)
        err = printer->recorded = pl_journal_flush(printer->journal);
    if (printer->error == 0 && printer->out.len > 0)
        printer->error = -out_flush(&printer->out);
    return err ? err : printer->error;
}

/* ---- the stream ---- */

/* Waits for input, a signal, the next table or the end. macOS has no ppoll(2). */
static void wait_more(const struct printer *printer, const sigset_t *open)
{
    int limit = pl_stream_timeout(printer->stream);
    size_t count = 0;
    struct timespec wait;
    fd_set input;
    int fds[4];
    int most = -1;

    FD_ZERO(&input);
    if (printer->taken < BUSY)
        count = pl_stream_fds(printer->stream, fds);
    else
        limit = limit >= 0 && limit < BUSY_MS ? limit : BUSY_MS;
    for (size_t i = 0; i < count; i++) {
        /* pselect(2) cannot wait for it. */
        if (fds[i] >= FD_SETSIZE) {
            limit = limit >= 0 && limit < BUSY_MS ? limit : BUSY_MS;
            continue;
        }
        FD_SET(fds[i], &input);
        most = fds[i] > most ? fds[i] : most;
    }
    if (printer->end != 0) {
        uint64_t at = clock_now();
        uint64_t left = at < printer->end ? (printer->end - at + MILLISECOND - 1) / MILLISECOND : 0;

        if (limit < 0 || left < (uint64_t)limit)
            limit = left < INT32_MAX ? (int)left : INT32_MAX;
    }
    wait = (struct timespec){limit / 1000, limit % 1000 * (long)MILLISECOND};
    if (pselect(most + 1, &input, NULL, NULL, limit < 0 ? NULL : &wait, open) > 0) {
        /* Linux delivers no signal in a call that found input. */
        wait = (struct timespec){0};
        (void)pselect(0, NULL, NULL, NULL, &wait, open);
    }
}

static int loop(struct printer *printer, const sigset_t *open)
{
    int err = 0;

    while (err == 0 && !printer->enough && !stop_wanted() &&
           (printer->end == 0 || clock_now() < printer->end)) {
        wait_more(printer, open);
        printer->taken = 0;
        err = pl_stream_step(printer->stream);
        if (err == 0 || err == -ECANCELED)
            err = flush(printer);
    }
    return err;
}

static int open_stream(void *arg, struct pl_reader *reader)
{
    struct printer *printer = arg;
    const struct event_options *options = printer->options;
    const struct pl_query *query = &printer->settings->query;
    const struct pl_stream_want want = {
        .reports = {.way = options->way,
                    .forced = options->forced,
                    .udp = (query->protos & PL_BIT(PL_PROTO_UDP)) != 0,
                    .buffer = (size_t)options->buffer * 1024},
        .query = query,
        .states = options->states || printer->settings->record,
        .owners = (query->need & PL_NEED_OWNERS) != 0,
        .all_netns = options->all_netns,
    };
    int err = pl_stream_open(reader, &want, take_event, printer, &printer->stream);

    return err < 0 ? way_refuse(options->way, -err) : EXIT_DONE;
}

/* Sets a snapshot without sockets: JSON prints its system before and its notes after the events. */
static int settle_nothing(struct printer *printer)
{
    const struct pl_snapshot *snap = NULL;
    int err;

    pl_batch_clear(printer->batch);
    err = pl_batch_settle(printer->batch, &snap);
    printer->view.snap = snap;
    return err;
}

/* Prepares and begins the output. Returns 0 or an exit status after a message. */
static int begin_output(struct printer *printer)
{
    struct settings *settings = printer->settings;
    int err;

    printer->hooks.users = names_users(&settings->sandbox->names);
    printer->hooks.users_arg = &settings->sandbox->names;
    settings->query.hooks = &printer->hooks;
    settings->query.filter = settings->ask.filter;
    printer->view = (struct view){
        .columns = settings->columns,
        .column_count = settings->column_count,
        .data = settings->format->data,
        .header = settings->header,
        .protocol_names = !settings->numeric,
        .user_names = !settings->numeric,
        .width = settings->format->screen ? terminal_columns(STDOUT_FILENO, STDERR_FILENO) : 0,
        .wrap = settings->format->screen ? terminal_wrap(STDOUT_FILENO) : 0,
        .color = settings->format->screen &&
                 terminal_colors(settings->color ? settings->color : "auto", STDOUT_FILENO),
    };
    printer->out.fd = STDOUT_FILENO;
    printer->out.wait = stop_writable;
    printer->sheet = events_sheet(&printer->view, printer->columns);
    printer->rows = calloc(BATCH, sizeof(*printer->rows));
    err = printer->rows ? pl_batch_new(printer->session.reader, &settings->query, &printer->batch)
                        : -ENOMEM;
    err = err ? err : settle_nothing(printer);
    if (err < 0) {
        complain_errno("cannot print events", NULL, -err, "");
        return EXIT_FAILED;
    }
    if (!settings->quiet)
        sheet_begin(&printer->writer, &printer->sheet, settings->format, &printer->out);
    printer->error = -out_flush(&printer->out);
    return EXIT_DONE;
}

/* Takes the first table. Returns 0 or an exit status after a message. */
static int begin_stream(struct printer *printer)
{
    const struct settings *settings = printer->settings;
    struct pl_snapshot *first = NULL;
    int err = pl_stream_start(printer->stream, &first);

    if (err < 0) {
        complain_errno("cannot read sockets", NULL, -err, "");
        return EXIT_FAILED;
    }
    if (!settings->quiet)
        print_notes(first);
    pl_snapshot_free(first);
    way_tell(pl_stream_reports(printer->stream), printer->options, settings->debug,
             settings->quiet);
    if (!settings->record)
        return EXIT_DONE;
    err = pl_journal_create(printer->session.reader, &printer->journal);
    err = err ? err : pl_reader_commit(printer->session.reader);
    if (err < 0)
        complain_errno("cannot record to", settings->record, -err, "");
    return err < 0 ? EXIT_FAILED : EXIT_DONE;
}

/* Prints the events of a recording. Returns 0 or a negative errno. */
static int replay(struct printer *printer)
{
    int err = pl_journal_replay(printer->session.reader, take_event, printer);
    int flushed = flush(printer);

    return err ? err : flushed;
}

/* Ends the output, and returns the exit status after messages. */
static int end(struct printer *printer, int err)
{
    uint64_t lost = printer->stream ? pl_stream_lost(printer->stream) : printer->lost;
    char text[96];

    if (err == 0)
        err = settle_nothing(printer);
    if (printer->error == 0 && !printer->settings->quiet) {
        sheet_end(&printer->writer);
        printer->error = -out_flush(&printer->out);
    }
    if (printer->error != 0) {
        complain_output(-printer->error);
        return EXIT_FAILED;
    }
    if (printer->recorded != 0) {
        complain_errno("cannot record to", printer->settings->record, -printer->recorded, "");
        return EXIT_FAILED;
    }
    if (err == -EBADMSG) {
        complain("the journal is damaged; the events before the damage were printed:",
                 printer->settings->replay, HELP);
        return printer->settings->strict ? EXIT_PARTIAL : EXIT_DONE;
    }
    if (err < 0) {
        complain_errno("cannot read sockets", NULL, -err, "");
        return EXIT_FAILED;
    }
    if (lost > 0) {
        (void)snprintf(text, sizeof(text), "%llu event%s lost: the kernel's buffer was full",
                       (unsigned long long)lost, lost == 1 ? " was" : "s were");
        complain_text(text);
    }
    return lost > 0 && printer->settings->strict ? EXIT_PARTIAL : EXIT_DONE;
}

static int run_stream(struct printer *printer, const sigset_t *open)
{
    bool replays = printer->settings->replay != NULL;
    int status = replays ? EXIT_DONE : begin_stream(printer);
    int err;

    if (status == EXIT_DONE && replays && !pl_journal_exists(printer->session.reader)) {
        complain("the recording has no events:", printer->settings->replay, HELP);
        status = EXIT_USAGE;
    }
    if (status == EXIT_DONE)
        status = begin_output(printer);
    if (status != EXIT_DONE)
        return status;
    err = replays ? replay(printer) : loop(printer, open);
    return end(printer, err == -ECANCELED ? 0 : err);
}

int events_run(struct settings *settings, const struct event_options *options)
{
    static struct printer printer; /* too large for a small stack */
    sigset_t open;
    int status;

    printer.settings = settings;
    printer.options = options;
    printer.end = options->for_ns != 0 ? clock_now() + options->for_ns : 0;
    settings->processes = true;
    events_columns(settings, options->all_netns);
    settings_settle(settings);
    settings->query.protos = PL_BIT(PL_PROTO_TCP) | (options->udp ? PL_BIT(PL_PROTO_UDP) : 0);
    settings->query.states = 0;
    printer.session = (struct session){.record = settings->record,
                                       .replay = settings->replay,
                                       .netns = settings->netns,
                                       .interval = settings->replay ? 0 : 1,
                                       .failed = EXIT_FAILED,
                                       .sandbox = settings->sandbox,
                                       .opened = open_stream,
                                       .opened_arg = &printer};
    stop_catch(&open);
    status = session_open(&printer.session, &settings->query);
    if (status == EXIT_DONE)
        status = run_stream(&printer, &open);
    pl_stream_close(printer.stream);
    pl_journal_close(printer.journal);
    pl_batch_free(printer.batch);
    out_free(&printer.out);
    free(printer.rows);
    session_close(&printer.session);
    return status;
}
