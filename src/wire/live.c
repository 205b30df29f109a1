/* SPDX-License-Identifier: BSD-2-Clause */
/* portwire [FILTER]: prints attempts as they are made. */
#include "live.h"

#include "cli/clock.h"
#include "cli/complain.h"
#include "cli/status.h"
#include "cli/stop.h"
#include "model/array.h"

#include <errno.h>
#include <limits.h>
#include <sys/select.h>

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
    int err = 0;

    while (err == 0 && !stop_wanted() && (until == 0 || clock_now() < until)) {
        wait_more(sources, count, until, open);
        for (size_t i = 0; i < count && err == 0; i++)
            err = sources[i].step(sources[i].arg);
        if (out_flush(&printer->out) != 0 && err == 0)
            err = -ECANCELED;
    }
    for (size_t i = 0; i < count && err == 0; i++)
        err = sources[i].end(sources[i].arg);
    return err;
}

/* Prints until the end. Returns the exit status. */
static int run(struct printer *printer, struct packets *packets, const sigset_t *open)
{
    const struct attempts *settings = printer->settings;
    const struct live_source sources[] = {packets_source(packets)};
    uint64_t until = settings->for_ns != 0 ? clock_now() + settings->for_ns : 0;
    bool missed;
    int err;
    int status;

    printer_begin(printer);
    err = -out_flush(&printer->out);
    if (err == 0)
        err = live_loop(sources, COUNT_OF(sources), printer, until, open);
    status = printer_finish(printer);
    missed = packets_note(packets);
    if (status != EXIT_DONE)
        return status;
    if (err != 0 && err != -ECANCELED)
        return EXIT_FAILED;
    return missed && settings->strict ? EXIT_PARTIAL : EXIT_DONE;
}

int live_run(struct attempts *settings)
{
    static struct printer printer;
    struct packets *packets = NULL;
    sigset_t open;
    int status;

    printer_prepare(&printer, settings);
    stop_catch(&open);
    status = packets_open(settings, &printer, &packets);
    if (status == EXIT_DONE) {
        /* The capture is open: nothing else is needed. */
        sandbox_enter(settings->sandbox);
        status = run(&printer, packets, &open);
    }
    packets_close(packets);
    return status;
}
