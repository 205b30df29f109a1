/* SPDX-License-Identifier: BSD-2-Clause */
#include "run.h"

#include "open.h"
#include "repeat.h"
#include "view/summary.h"
#include "view/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- one round ---- */

/* The first feed of sockets that failed: what to name when none worked. */
struct failure {
    bool debug;
    int error; /* positive errno; 0: none failed */
    char feed[64];
};

static void trace(void *arg, const struct pl_trace *trace)
{
    struct failure *failure = arg;
    char text[512];

    if (trace->error != 0 && failure->error == 0) {
        failure->error = trace->error;
        (void)strlcpy(failure->feed, trace->feed, sizeof(failure->feed));
    }
    if (!failure->debug)
        return;
    (void)snprintf(text, sizeof(text), "%s by %s: %llu bytes, %llu us%s%s", trace->feed,
                   trace->path, (unsigned long long)trace->bytes,
                   (unsigned long long)trace->nanoseconds / 1000, trace->error ? ", " : "",
                   trace->error ? strerror(trace->error) : "");
    complain("", text, strlen(text), "");
}

static void print_notes(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    for (size_t i = 0; i < count; i++)
        complain_note(&notes[i]);
}

static bool is_partial(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_sock *socks;

    (void)pl_snapshot_notes(snap, &count);
    if (count > 0)
        return true;
    socks = pl_snapshot_socks(snap, &count);
    for (size_t i = 0; i < count; i++) {
        if (socks[i].owner_unknown == PL_OWNER_NOT_PERMITTED ||
            socks[i].owner_unknown == PL_OWNER_NOT_FOUND)
            return true;
    }
    return false;
}

static int print_summary(const struct settings *settings, const struct pl_snapshot *snap,
                         struct out *out)
{
    const struct view view = {
        .snap = snap, .data = settings->format->data, .header = settings->header};
    int err = summary_print(&view, settings->parts, settings->format, out);

    return err < 0 ? err : -out_flush(out);
}

static const char *host_name(const void *arg, unsigned int family, const uint8_t *addr)
{
    return names_host(arg, family, addr);
}

/* What only a person at a terminal sees, and names of hosts. */
static struct names_hosts *settle_view(const struct settings *settings, struct view *view)
{
    struct names_hosts *hosts = NULL;
    unsigned int limit =
        settings->resolve_seconds > 0 ? settings->resolve_seconds * 1000 : NAMES_DEFAULT_MS;

    if (settings->format->screen) {
        view->width = terminal_width(STDOUT_FILENO);
        view->color = terminal_colors(settings->color ? settings->color : "auto", STDOUT_FILENO);
    }
    view->host_names = settings->resolve;
    if (settings_show_hosts(settings) &&
        names_find_hosts(&settings->sandbox->names, view->snap, limit, &hosts) == 0) {
        view->host = host_name;
        view->host_arg = hosts;
    }
    return hosts;
}

/* -c on a terminal: a round takes the place of the one before. What --debug says there would go. */
static bool is_in_place(const struct settings *settings)
{
    return settings->interval > 0 && settings->format->screen &&
           terminal_width(STDOUT_FILENO) > 0 &&
           !(settings->debug && terminal_width(STDERR_FILENO) > 0);
}

/* Notes follow on the same terminal. */
static int draw(const struct pl_snapshot *snap, const struct out *round)
{
    struct out out = {.fd = STDOUT_FILENO};
    struct out notes = {.fd = STDERR_FILENO};
    int err = round->error;

    repeat_notes(snap, &notes);
    if (err == 0)
        repeat_draw(round, &notes, &out);
    if (err == 0)
        err = out_flush(&out);
    if (err == 0)
        (void)out_flush(&notes);
    out_free(&notes);
    out_free(&out);
    return -err;
}

/* 0 or the positive errno with which printing failed. */
static int print(const struct settings *settings, const struct pl_snapshot *snap, size_t count)
{
    bool place = is_in_place(settings);
    struct out out = {.fd = place ? -1 : STDOUT_FILENO};
    struct overview overview = {0};
    const struct pl_sock **rows = malloc((count > 0 ? count : 1) * sizeof(const struct pl_sock *));
    struct view view = {
        .snap = snap,
        .rows = rows,
        .row_count = count,
        .columns = settings->columns,
        .column_count = settings->column_count,
        .pairs = settings->pairs,
        .pair_count = settings->pair_count,
        .data = settings->format->data,
        .header = settings->header,
        .port_names = !settings->numeric && !settings->overview,
        .user_names = !settings->numeric,
    };
    int err;
    struct names_hosts *hosts;

    if (!rows)
        return ENOMEM;
    if (settings->summary) {
        err = print_summary(settings, snap, &out);
        if (err == 0 && place)
            err = draw(snap, &out);
        out_free(&out);
        free(rows);
        return -err;
    }
    hosts = settle_view(settings, &view);
    err = order_rows(&view, settings->group ? ORDER_KERNEL : settings->order, settings->keys,
                     settings->key_count, rows, count);
    if (err == 0 && settings->overview) {
        view.row_count = overview_reduce(snap, rows, count, &overview);
        view.overview = &overview;
        err = overview.listeners ? 0 : -ENOMEM;
    }
    if (err == 0 && settings->group)
        err = group_print(&view, settings->format, settings->keys, settings->key_count,
                          settings->top, &out);
    if (settings->top > 0 && view.row_count > settings->top)
        view.row_count = settings->top;
    if (err == 0 && !settings->group)
        list_print(&view, settings->format, &out);
    if (err == 0)
        err = place ? draw(snap, &out) : -out_flush(&out);
    names_free_hosts(hosts);
    out_free(&out);
    free(overview.listeners);
    free(rows);
    return -err;
}

/* Those of a listing in place were drawn with it. */
static bool has_notes_left(const struct settings *settings)
{
    if (settings->quiet)
        return true;
    return !settings->format->notes &&
           !(is_in_place(settings) && terminal_width(STDERR_FILENO) > 0);
}

static int show(const struct settings *settings, const struct pl_snapshot *snap)
{
    size_t count;
    int err = 0;

    (void)pl_snapshot_socks(snap, &count);
    if (!settings->quiet)
        err = print(settings, snap, count);
    if (err != 0) {
        complain_output(err);
        return EXIT_FAILED;
    }
    if (has_notes_left(settings))
        print_notes(snap);
    if (settings->strict && is_partial(snap))
        return EXIT_PARTIAL;
    return settings->quiet && count == 0 ? EXIT_NOTHING : EXIT_LISTED;
}

static int one_round(const struct settings *settings, struct pl_reader *reader)
{
    struct failure failure = {.debug = settings->debug};
    struct pl_query query = settings->query;
    struct pl_snapshot *snap;
    int status;
    int err;

    query.trace = trace;
    query.trace_arg = &failure;
    query.phase = sandbox_phase;
    query.phase_arg = settings->sandbox;
    query.users = names_users(&settings->sandbox->names);
    query.users_arg = &settings->sandbox->names;
    err = pl_snapshot_take(reader, &query, &snap);

    if (err == -EIO && settings->replay) {
        complain("the recording has no feed that was asked for: ", settings->replay,
                 strlen(settings->replay), "RECORDINGS in portls(1)");
        return EXIT_USAGE;
    }
    if (err == -EIO && failure.error != 0) {
        complain_errno("cannot read", failure.feed, failure.error, "");
        return EXIT_FAILED;
    }
    if (err < 0) {
        complain_errno("cannot read", "sockets", -err, "");
        return EXIT_FAILED;
    }
    if (settings->record)
        err = pl_reader_commit(reader);
    if (err < 0)
        complain_errno("cannot record to", settings->record, -err, "RECORDINGS in portls(1)");
    status = err < 0 ? EXIT_FAILED : show(settings, snap);
    pl_snapshot_free(snap);
    return status;
}

/* ---- rounds ---- */

int run(struct settings *settings)
{
    struct sandbox *sandbox = settings->sandbox;
    struct pl_reader *reader;
    int status;

    settings_settle(settings);
    settings->query.repeated = settings->interval > 0;
    sandbox->off = settings->no_sandbox;
    sandbox->elevated = settings->elevated;
    sandbox->debug = settings->debug;
    status = open_reader(settings, &reader);
    if (status != EXIT_LISTED)
        return status;
    if (settings->interval > 0)
        repeat_begin();
    for (;;) {
        status = one_round(settings, reader);
        if (settings->interval == 0 || status == EXIT_FAILED || status == EXIT_USAGE)
            break;
        repeat_wait(settings->interval);
    }
    pl_reader_close(reader);
    sandbox_end(sandbox);
    return status;
}
