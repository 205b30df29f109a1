/* SPDX-License-Identifier: BSD-2-Clause */
#include "run.h"

#include "../view/summary.h"
#include "../view/terminal.h"
#include "replay.h"
#include "resolve.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LISTENING (PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_UNCONN))

static void complain_error(const char *what, const char *culprit, int error, const char *help)
{
    char text[512];

    (void)snprintf(text, sizeof(text), " %s: %s", culprit, strerror(error));
    complain(what, text, strlen(text), help);
}

/* Each name of a list, by callback; an empty name is a bad one. */
static int each_name(const char *list,
                     int (*take)(struct settings *s, const char *name, size_t len),
                     struct settings *settings, const char **bad, size_t *bad_len)
{
    for (;;) {
        size_t len = strcspn(list, ",");

        if (take(settings, list, len) < 0) {
            *bad = list;
            *bad_len = len;
            return -EINVAL;
        }
        if (list[len] == '\0')
            return 0;
        list += len + 1;
    }
}

static int take_column(struct settings *settings, const char *name, size_t len)
{
    const struct column *column = column_find(name, len);

    if (!column || settings->column_count == COLUMNS_MAX)
        return -EINVAL;
    settings->columns[settings->column_count++] = column;
    return 0;
}

int settings_columns(struct settings *settings, const char *list, const char **bad, size_t *bad_len)
{
    settings->column_count = 0;
    return each_name(list, take_column, settings, bad, bad_len);
}

static int take_key(struct settings *settings, const char *name, size_t len)
{
    bool descending = len > 0 && name[0] == '-';
    const struct column *column = column_find(name + descending, len - descending);

    if (!column || settings->key_count == COLUMNS_MAX)
        return -EINVAL;
    settings->keys[settings->key_count++] = (struct sort_key){column, descending};
    return 0;
}

int settings_sort(struct settings *settings, const char *list, const char **bad, size_t *bad_len)
{
    settings->key_count = 0;
    if (strcmp(list, "none") == 0) {
        settings->order = ORDER_KERNEL;
        return 0;
    }
    settings->order = ORDER_KEYS;
    return each_name(list, take_key, settings, bad, bad_len);
}

/* ---- what the settings come to ---- */

/* Columns that an option of their own adds, whatever the format. */
#define DETAILS                                                                                  \
    (SHOWN_INTERNALS | SHOWN_MEMORY | SHOWN_TIMERS | SHOWN_MORE | SHOWN_CONTEXTS | SHOWN_PEERS | \
     SHOWN_QUEUES)

/* A header of CSV names every column, so those that only other families fill are left out. */
static bool is_of_others(const struct settings *settings, uint32_t shown)
{
    const uint32_t usual = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) | PL_BIT(PL_PROTO_UDPLITE);

    return (shown & SHOWN_FAMILIES) != 0 && (settings->format->shown & SHOWN_CSV) != 0 &&
           (settings->query.protos & ~usual) == 0;
}

static void default_columns(struct settings *settings)
{
    for (size_t i = 0; i < view_column_count && settings->column_count < COLUMNS_MAX; i++) {
        uint32_t shown = view_columns[i].shown;

        if ((shown & DETAILS & ~settings->details) != 0 || !(shown & settings->format->shown) ||
            is_of_others(settings, shown) || (shown & SHOWN_PROCESSES && !settings->processes) ||
            (shown & SHOWN_EXTENDED && !settings->extended && !settings->format->data))
            continue;
        if (shown & SHOWN_PAIR && !settings->format->data)
            settings->pairs[settings->pair_count++] = &view_columns[i];
        else
            settings->columns[settings->column_count++] = &view_columns[i];
    }
    if (settings->pair_count > 0)
        settings->columns[settings->column_count++] = column_find("details", strlen("details"));
}

/* Options that say where from, how often and in which dress leave the question open. */
static bool asks_nothing(const struct settings *settings)
{
    return settings->query.protos == 0 && settings->query.families == 0 && !settings->all &&
           !settings->listening && !settings->processes && !settings->extended &&
           settings->details == 0 && settings->column_count == 0 &&
           settings->order == ORDER_DEFAULT && !settings->format->data && !settings->group &&
           !settings->ask.filter && !settings->quiet;
}

/* What is open on this machine, by port, readable at 80 columns. */
static void settle_overview(struct settings *settings)
{
    const char *bad;
    size_t len;

    settings->overview = true;
    settings->listening = settings->processes = true;
    (void)settings_columns(settings, "proto,local,use,reach,user,holders,remark", &bad, &len);
    (void)settings_sort(settings, "local_port,proto,local_address", &bad, &len);
}

/* Counters alone need no socket to be read. */
static void settle_summary(struct settings *settings)
{
    struct pl_query *query = &settings->query;

    query->states = UINT32_MAX;
    ask_query(&settings->ask, query);
    query->need |= PL_NEED_COUNTERS;
    if (settings->all)
        settings->parts |= SUMMARY_STATES;
    if (settings->processes)
        settings->parts |= SUMMARY_PROCESSES;
    if (settings->parts & SUMMARY_PROCESSES)
        query->need |= PL_NEED_OWNERS | PL_NEED_NAMES;
    if (settings->parts == 0)
        query->protos = 0;
    else
        ask_query(&settings->ask, query);
}

static void settle(struct settings *settings)
{
    struct pl_query *query = &settings->query;

    if (settings->summary) {
        settle_summary(settings);
        return;
    }
    if (asks_nothing(settings))
        settle_overview(settings);
    query->any_order = settings->order != ORDER_KERNEL;
    if (settings->all)
        query->states = UINT32_MAX;
    else if (settings->listening)
        query->states = LISTENING;
    ask_query(&settings->ask, query);
    if (settings->column_count == 0)
        default_columns(settings);
    for (size_t i = 0; i < settings->column_count; i++) {
        query->need |= settings->columns[i]->need;
        if (settings->format->data)
            query->need |= settings->columns[i]->data_need;
        else if (!settings->numeric)
            query->need |= settings->columns[i]->name_need;
    }
    for (size_t i = 0; i < settings->pair_count; i++)
        query->need |= settings->pairs[i]->need;
    for (size_t i = 0; i < settings->key_count; i++)
        query->need |= settings->keys[i].column->need | settings->keys[i].column->name_need;
}

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

    if (trace->error != 0 && failure->error == 0) {
        failure->error = trace->error;
        (void)strlcpy(failure->feed, trace->feed, sizeof(failure->feed));
    }
    if (!failure->debug)
        return;
    (void)fprintf(stderr, "%s: %s by %s: %llu bytes, %llu us%s%s\n", getprogname(), trace->feed,
                  trace->path, (unsigned long long)trace->bytes,
                  (unsigned long long)trace->nanoseconds / 1000, trace->error ? ", " : "",
                  trace->error ? strerror(trace->error) : "");
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
    int err = settings->format->data ? summary_json(snap, settings->parts, out)
                                     : summary_table(snap, settings->parts, settings->header, out);

    return err < 0 ? err : -out_flush(out);
}

static const char *host_name(const void *arg, unsigned int family, const uint8_t *addr)
{
    return resolve_name(arg, family, addr);
}

/* What only a person at a terminal sees, and names of hosts. */
static struct resolve *settle_view(const struct settings *settings, struct view *view)
{
    struct resolve *resolve = NULL;
    unsigned int limit =
        settings->resolve_seconds > 0 ? settings->resolve_seconds * 1000 : RESOLVE_DEFAULT_MS;

    if (!view->data) {
        view->width = terminal_width(STDOUT_FILENO);
        view->color = terminal_colors(settings->color ? settings->color : "auto", STDOUT_FILENO);
    }
    if (settings->resolve && !view->data && resolve_snapshot(view->snap, limit, &resolve) == 0) {
        view->host = host_name;
        view->host_arg = resolve;
    }
    return resolve;
}

/* 0 or the positive errno with which printing failed. */
static int print(const struct settings *settings, const struct pl_snapshot *snap, size_t count)
{
    struct out out = {.fd = STDOUT_FILENO};
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
    struct resolve *resolve;

    if (!rows)
        return ENOMEM;
    if (settings->summary) {
        err = print_summary(settings, snap, &out);
        out_free(&out);
        free(rows);
        return -err;
    }
    err = order_rows(&view, settings->order, settings->keys, settings->key_count, rows, count);
    if (err == 0 && settings->overview) {
        view.row_count = overview_reduce(snap, rows, count, &overview);
        view.overview = &overview;
        err = overview.groups ? 0 : -ENOMEM;
    }
    resolve = settle_view(settings, &view);
    if (err == 0 && settings->group)
        err = group_print(&view, settings->format->name, settings->top, &out);
    if (settings->top > 0 && view.row_count > settings->top)
        view.row_count = settings->top;
    if (err == 0 && !settings->group)
        settings->format->print(&view, &out);
    if (err == 0)
        err = -out_flush(&out);
    resolve_free(resolve);
    out_free(&out);
    free(overview.groups);
    free(rows);
    return -err;
}

static int show(const struct settings *settings, const struct pl_snapshot *snap)
{
    size_t count;
    int err = 0;

    (void)pl_snapshot_socks(snap, &count);
    if (!settings->quiet)
        err = print(settings, snap, count);
    if (err != 0) {
        /* A reader that has seen enough is no failure to talk about. */
        if (err != EPIPE)
            complain_error("cannot write", "standard output", err, "");
        return EXIT_FAILED;
    }
    if (!settings->format->notes || settings->quiet)
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
    err = pl_snapshot_take(reader, &query, &snap);

    if (err == -EIO && settings->replay) {
        complain("the recording has no feed that was asked for: ", settings->replay,
                 strlen(settings->replay), "RECORDINGS in portls(1)");
        return EXIT_USAGE;
    }
    if (err == -EIO && failure.error != 0) {
        complain_error("cannot read", failure.feed, failure.error, "");
        return EXIT_FAILED;
    }
    if (err < 0) {
        complain_error("cannot read", "sockets", -err, "");
        return EXIT_FAILED;
    }
    if (settings->record)
        err = pl_reader_commit(reader);
    if (err < 0)
        complain_error("cannot record to", settings->record, -err, "RECORDINGS in portls(1)");
    status = err < 0 ? EXIT_FAILED : show(settings, snap);
    pl_snapshot_free(snap);
    return status;
}

/* ---- the reader ---- */

static int open_reader(const struct settings *settings, struct pl_reader **out)
{
    struct pl_reader *inner;
    int err;

    if (settings->replay)
        return replay_open(settings->replay, out);
    err = pl_reader_open(&inner);
    if (err < 0) {
        complain_error("cannot read", "this system", -err, "");
        return EXIT_FAILED;
    }
    *out = inner;
    if (!settings->record)
        return EXIT_LISTED;
    err = pl_reader_record(inner, settings->record, out);
    if (err < 0) {
        pl_reader_close(inner);
        complain_error("cannot record to", settings->record, -err, "RECORDINGS in portls(1)");
        return err == -EEXIST || err == -ENOTEMPTY || err == -EINVAL ? EXIT_USAGE : EXIT_FAILED;
    }
    return EXIT_LISTED;
}

/* In place on a terminal; elsewhere every round has its header, so they can be told apart. */
static void begin_round(void)
{
    struct out out = {.fd = STDOUT_FILENO};

    if (terminal_width(STDOUT_FILENO) > 0)
        out_word(&out, TERMINAL_CLEAR);
    (void)out_flush(&out);
    out_free(&out);
}

int run(struct settings *settings)
{
    struct pl_reader *reader;
    int status;

    settle(settings);
    status = open_reader(settings, &reader);
    if (status != EXIT_LISTED)
        return status;
    for (;;) {
        if (settings->interval > 0 && !settings->quiet)
            begin_round();
        status = one_round(settings, reader);
        if (settings->interval == 0 || status == EXIT_FAILED || status == EXIT_USAGE)
            break;
        (void)sleep(settings->interval);
    }
    pl_reader_close(reader);
    return status;
}
