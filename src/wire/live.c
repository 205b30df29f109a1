/* SPDX-License-Identifier: BSD-2-Clause */
/* portwire [FILTER]: prints attempts as they are made. */
#include "live.h"

#include "api/states.h"
#include "cli/clock.h"
#include "cli/complain.h"
#include "cli/status.h"
#include "cli/stop.h"

#include <errno.h>
#include <limits.h>
#include <sys/select.h>
#include <unistd.h>

#define POLL_MS 20 /* for a descriptor that pselect(2) cannot wait for */

static void shorten(int *limit, uint64_t ms)
{
    if (*limit < 0 || ms < (uint64_t)*limit)
        *limit = ms < INT_MAX ? (int)ms : INT_MAX;
}

/* Waits for input of a source, its time limit, the end, or a signal. */
static void wait_more(const struct live_source *sources, size_t count, uint64_t until,
                      const sigset_t *open)
{
    struct timespec wait;
    fd_set input;
    int most = -1;
    int limit = -1;

    FD_ZERO(&input);
    for (size_t i = 0; i < count; i++) {
        int fds[LIVE_FDS];
        size_t fd_count = sources[i].fds(sources[i].arg, fds);
        int due = sources[i].timeout(sources[i].arg);

        if (due >= 0)
            shorten(&limit, (uint64_t)due);
        for (size_t n = 0; n < fd_count; n++) {
            if (fds[n] < 0 || fds[n] >= FD_SETSIZE) {
                shorten(&limit, POLL_MS);
                continue;
            }
            FD_SET(fds[n], &input);
            most = fds[n] > most ? fds[n] : most;
        }
    }
    if (until != 0) {
        uint64_t now = clock_now();

        shorten(&limit, now < until ? (until - now + CLOCK_MS - 1) / CLOCK_MS : 0);
    }
    wait = (struct timespec){limit / 1000, limit % 1000 * (long)CLOCK_MS};
    if (pselect(most + 1, &input, NULL, NULL, limit < 0 ? NULL : &wait, open) > 0) {
        /* Linux delivers no signal in a call that found input. */
        wait = (struct timespec){0};
        (void)pselect(0, NULL, NULL, NULL, &wait, open);
    }
}

int live_loop(const struct live_source *sources, size_t count, struct printer *printer,
              uint64_t until, const sigset_t *open)
{
    size_t failed = count;
    int err = 0;

    while (err == 0 && !stop_wanted() && (until == 0 || clock_now() < until)) {
        wait_more(sources, count, until, open);
        for (size_t i = 0; i < count && err == 0; i++) {
            err = sources[i].step(sources[i].arg);
            failed = err != 0 ? i : count;
        }
        if (printer && out_flush(&printer->out) != 0 && err == 0)
            err = -ECANCELED;
    }
    /* The rows that follow begin after the ^C. */
    if (printer && stop_wanted() && printer->settings->format->screen && isatty(STDOUT_FILENO))
        out_char(&printer->out, '\n');
    /* After an error, what the others know is printed, too. */
    for (size_t i = 0; i < count && err != -ECANCELED; i++) {
        int ended = i != failed ? sources[i].end(sources[i].arg) : 0;

        if (ended == -ECANCELED)
            break;
        err = err != 0 ? err : ended;
    }
    return err;
}

void live_note(const char *what)
{
    char text[80];

    (void)snprintf(text, sizeof(text), "%s; Ctrl-C ends the capture", what);
    if (isatty(STDERR_FILENO))
        complain_text(text);
}

/* ---- the sources together ---- */

/* An attempt waits that long for what another source knows of it. */
#define PATIENCE (300 * CLOCK_MS)

struct live {
    struct printer printer;
    struct reports *reports; /* NULL: not used */
    struct packets *packets; /* NULL: not used */
    struct links links;
    struct pl_joiner *joiner;
};

/* A pl_attempt_fn of each source. */
static int take_part(void *arg, const struct pl_attempt *attempt)
{
    const struct live *live = arg;

    return pl_joiner_add(live->joiner, attempt, clock_now());
}

/* A pl_attempt_fn of the joiner. */
static int take_joined(void *arg, const struct pl_attempt *attempt)
{
    struct live *live = arg;
    struct pl_attempt explained;

    /* With -i, other interfaces have the packets of the others. */
    if (live->printer.settings->interface_count > 0 && !(attempt->have & PL_ATTEMPT_PACKETS))
        return 0;
    explained = *attempt;
    if (live->reports)
        reports_explain(live->reports, &explained);
    return printer_take(&live->printer, &explained);
}

/* A pl_attempt_fn that requests the packets of an attempt. */
static int ask_packets(void *arg, const struct pl_attempt *attempt)
{
    const struct live *live = arg;

    return pl_attempts_decide(packets_table(live->packets), attempt);
}

static size_t no_fds(void *arg, int fds[LIVE_FDS])
{
    (void)arg;
    fds[0] = -1;
    return 0;
}

static int joiner_timeout(void *arg)
{
    const struct live *live = arg;
    uint64_t due = pl_joiner_due(live->joiner);
    uint64_t now = clock_now();

    if (due == 0)
        return -1;
    return due > now ? (int)((due - now) / CLOCK_MS) + 1 : 0;
}

static int joiner_step(void *arg)
{
    const struct live *live = arg;

    return pl_joiner_step(live->joiner, clock_now());
}

static int joiner_end(void *arg)
{
    const struct live *live = arg;

    return pl_joiner_end(live->joiner);
}

/* Opens the sources that are wanted and permitted. Returns 0, or an exit status after a message. */
static int open_sources(struct attempts *settings, struct live *live)
{
    const enum live_from from = settings->source;
    int err = 0;
    int status = EXIT_DONE;

    if (from != LIVE_PACKETS)
        err = reports_open(settings->sandbox, take_part, live, &live->reports);
    if (from == LIVE_STATES && err < 0) {
        reports_complain("the kernel does not report states of sockets", -err, "");
        return EXIT_FAILED;
    }
    settings->reported = live->reports && settings->interface_count == 0 && !settings->record;
    if (from != LIVE_STATES)
        status = packets_open(settings, take_part, live, &live->packets);
    if (status == EXIT_DONE && err < 0)
        reports_complain("owners of connections are not known", -err, "");
    if (status == EXIT_DONE && live->reports)
        reports_note_drops(live->reports);
    return status;
}

static int open_joiner(struct live *live)
{
    struct pl_joiner_want want = {
        .patience = PATIENCE,
        .packets = live->packets != NULL,
        .states = live->reports != NULL,
        .unknown = live->reports ? PL_OWNER_NOT_FOUND : PL_OWNER_NOT_ASKED,
        .take = take_joined,
        .ask = ask_packets,
        .arg = live,
    };
    int status = printer_keys(want.keys);

    if (status != EXIT_DONE)
        return status;
    if (pl_joiner_new(&want, &live->joiner) == 0)
        return EXIT_DONE;
    complain_text("out of memory");
    return EXIT_FAILED;
}

/* Prints until the end. Returns the exit status. */
static int run(struct live *live, const sigset_t *open)
{
    struct printer *printer = &live->printer;
    const struct attempts *settings = printer->settings;
    struct live_source sources[4];
    size_t count = 0;
    uint64_t until = settings->for_ns != 0 ? clock_now() + settings->for_ns : 0;
    bool missed;
    int err;
    int status;

    if (live->reports)
        sources[count++] = reports_source(live->reports);
    if (live->packets)
        sources[count++] = packets_source(live->packets);
    sources[count++] = links_source(&live->links);
    sources[count++] = (struct live_source){live, no_fds, joiner_timeout, joiner_step, joiner_end};
    printer_begin(printer);
    err = -out_flush(&printer->out);
    if (err == 0) {
        live_note("waiting for attempts to connect");
        err = live_loop(sources, count, printer, until, open);
    }
    status = printer_finish(printer);
    missed = live->packets && packets_note(live->packets);
    missed |= live->reports && reports_note(live->reports);
    missed |= pl_joiner_forgotten(live->joiner) > 0;
    printer_note(pl_joiner_forgotten(live->joiner),
                 "SYN was dropped whose reason is not shown: there were too many",
                 "SYNs were dropped whose reasons are not shown: there were too many");
    if (status != EXIT_DONE)
        return status;
    if (err != 0 && err != -ECANCELED)
        return EXIT_FAILED;
    return missed && settings->strict ? EXIT_PARTIAL : EXIT_DONE;
}

int live_run(struct attempts *settings)
{
    static struct live live;
    struct sandbox *sandbox = settings->sandbox;
    sigset_t open;
    int status;

    if (settings->source != LIVE_PACKETS) {
        sandbox_start_helper(sandbox, true, false);
        owners_names(&sandbox->names);
    }
    printer_prepare(&live.printer, settings);
    live.printer.out.wait = stop_writable;
    stop_catch(&open);
    links_open(settings, &live.links);
    status = open_sources(settings, &live);
    if (status == EXIT_DONE)
        status = open_joiner(&live);
    if (status == EXIT_DONE) {
        /* The sources are open: nothing else is needed. */
        sandbox_enter(sandbox);
        status = run(&live, &open);
    }
    reports_close(live.reports);
    packets_close(live.packets);
    links_close(&live.links);
    pl_joiner_free(live.joiner);
    return status;
}
