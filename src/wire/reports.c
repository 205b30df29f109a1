/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts from the kernel's reports about sockets, in all network namespaces. */
#include "live.h"
#include "queues.h"

#include "api/netns.h"
#include "api/reader.h"
#include "api/report.h"
#include "api/states.h"
#include "cli/complain.h"
#include "cli/status.h"
#include "source/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SECOND UINT64_C(1000000000)

/* After that many reports, more follow: collect them, since waking up costs more than a report. */
#define BUSY    16
#define BUSY_MS 20

struct reports {
    struct pl_reader *reader;
    struct pl_reports *source;
    struct pl_states *states;
    struct queues *queues;
    uint64_t lost;
    size_t taken; /* reports in the last step */
};

/* ---- opening ---- */

/* Reads which processes listen. Without it, only later listeners have owners. */
static int load(struct reports *reports)
{
    const struct pl_query query = {
        .protos = PL_BIT(PL_PROTO_TCP),
        .states = PL_BIT(PL_STATE_LISTEN),
        .need = PL_NEED_OWNERS | PL_NEED_NAMES,
        .any_order = true,
    };
    struct pl_snapshot *snap = NULL;
    int err = pl_snapshot_take(reports->reader, &query, &snap);

    if (err == 0)
        err = pl_states_load(reports->states, snap);
    pl_snapshot_free(snap);
    return err == -ENOMEM ? err : 0;
}

static int open_all(struct reports *reports, bool elevated, pl_attempt_fn *take, void *arg)
{
    const struct pl_reports_want want = {.way = PL_REPORT_BPF, .forced = true, .drops = true};
    int err = pl_reader_open(&reports->reader);

    if (err < 0) {
        reports->reader = NULL;
        return err;
    }
    err = pl_reports_open(reports->reader, &want, &reports->source);
    if (err < 0) {
        reports->source = NULL;
        return err;
    }
    err = pl_states_new(pl_reader_netns(reports->reader), take, arg, &reports->states);
    /* Owners of listeners there; not for a program with more privileges than its user. */
    if (err == 0 && !elevated)
        (void)pl_reader_add_netns(reports->reader);
    err = err ? err : load(reports);
    if (err == 0 && !(reports->queues = queues_open(reports->reader)))
        err = -ENOMEM;
    return err;
}

int reports_open(const struct sandbox *sandbox, pl_attempt_fn *take, void *arg,
                 struct reports **out)
{
    struct reports *reports = calloc(1, sizeof(*reports));
    int err = reports ? 0 : -ENOMEM;

    sandbox_raise(sandbox);
    if (err == 0)
        err = open_all(reports, sandbox->elevated, take, arg);
    if (err < 0) {
        reports_close(reports);
        reports = NULL;
    }
    *out = reports;
    return err;
}

void reports_complain(const char *before, int error, const char *after)
{
    char text[256];

    (void)snprintf(text, sizeof(text), "%s: %s%s%s", before, pl_error_text(error),
                   error == EPERM ? "; it needs cap_bpf and cap_perfmon" : "", after);
    complain_text(text);
}

void reports_note_drops(const struct reports *reports)
{
    char text[256];
    int error = pl_reports_drops(reports->source);

    if (error == 0)
        return;
    (void)snprintf(text, sizeof(text), "why a SYN is dropped is not known: %s",
                   error == ENOTSUP ? "this needs Linux 5.17" : pl_error_text(error));
    complain_text(text);
}

void reports_close(struct reports *reports)
{
    if (!reports)
        return;
    pl_reports_close(reports->source);
    pl_states_free(reports->states);
    queues_close(reports->queues);
    pl_reader_close(reports->reader);
    free(reports);
}

/* ---- reading ---- */

static int take_report(void *arg, const struct pl_report *report)
{
    struct reports *reports = arg;

    reports->taken++;
    return pl_states_report(reports->states, report);
}

static int step(void *arg)
{
    struct reports *reports = arg;
    int err;

    queues_step(reports->queues);
    reports->taken = 0;
    err = pl_reports_read(reports->source, take_report, reports, &reports->lost);
    if (err < 0 && err != -ECANCELED)
        complain_errno("cannot read reports of the kernel", NULL, -err, "");
    return err;
}

void reports_explain(const struct reports *reports, struct pl_attempt *attempt)
{
    queues_explain(reports->queues, attempt);
}

static size_t get_fds(void *arg, int fds[LIVE_FDS])
{
    const struct reports *reports = arg;

    return reports->taken < BUSY ? pl_reports_fds(reports->source, fds) : 0;
}

static int get_timeout(void *arg)
{
    const struct reports *reports = arg;

    return reports->taken < BUSY ? -1 : BUSY_MS;
}

static uint64_t now(clockid_t clock)
{
    struct timespec t = {0};

    (void)clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static int end(void *arg)
{
    struct reports *reports = arg;
#ifdef CLOCK_BOOTTIME
    const struct pl_moment moment = {now(CLOCK_REALTIME), now(CLOCK_BOOTTIME)};
#else
    const struct pl_moment moment = {now(CLOCK_REALTIME), now(CLOCK_MONOTONIC)};
#endif
    int err = step(reports);

    return err ? err : pl_states_end(reports->states, &moment);
}

struct live_source reports_source(struct reports *reports)
{
    return (struct live_source){reports, get_fds, get_timeout, step, end};
}

bool reports_note(const struct reports *reports)
{
    printer_note(reports->lost, "report of the kernel was lost: its buffer was full",
                 "reports of the kernel were lost: its buffer was full");
    return reports->lost > 0;
}
