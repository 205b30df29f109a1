/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages about the way in which the kernel reports changes. */
#include "events.h"

#include "api/reader.h"
#include "cli/complain.h"
#include "cli/status.h"
#include "model/array.h"

#include <errno.h>
#include <stdio.h>

int way_refuse(enum pl_report_way way, int error)
{
    char text[256];

    (void)snprintf(text, sizeof(text), "cannot receive events by %s: %s%s", pl_report_way_name(way),
                   pl_error_text(error),
                   way == PL_REPORT_BPF && error == EPERM ? "; this needs cap_bpf and cap_perfmon"
                                                          : "");
    complain_text(text);
    return EXIT_FAILED;
}

static void tell_reasons(const struct pl_reports *reports)
{
    enum pl_report_way used = pl_reports_way(reports);
    char text[256];

    for (enum pl_report_way way = PL_REPORT_BPF; way < used; way++) {
        int why = pl_reports_why_not(reports, way);

        (void)snprintf(text, sizeof(text), "events by %s: %s", pl_report_way_name(way),
                       why != 0 ? pl_error_text(why) : "not tried");
        complain_text(text);
    }
    (void)snprintf(text, sizeof(text), "events by %s", pl_report_way_name(used));
    complain_text(text);
    if (pl_reports_why_not(reports, used) != 0) {
        (void)snprintf(text, sizeof(text), "UDP sockets by %s: %s", pl_report_way_name(used),
                       pl_error_text(pl_reports_why_not(reports, used)));
        complain_text(text);
    }
}

/* Prints a note, and why BPF is not used, where there is BPF and the user did not exclude it. */
static void tell(const char *note, int error)
{
    char text[400];

    if (error == 0 || error == ENOTSUP) {
        complain_text(note);
        return;
    }
    (void)snprintf(text, sizeof(text), "%s; BPF cannot be used: %s%s", note, pl_error_text(error),
                   error == EPERM ? "; it needs cap_bpf and cap_perfmon" : "");
    complain_text(text);
}

void way_tell(const struct pl_reports *reports, const struct event_options *options, bool debug,
              bool quiet)
{
    enum pl_report_way way = pl_reports_way(reports);
    int why = way == PL_REPORT_BPF ? 0 : pl_reports_why_not(reports, PL_REPORT_BPF);
    const struct {
        bool applies;
        const char *text;
    } notes[] = {
        {way == PL_REPORT_DESTROY,
         "the kernel reports only ends; beginnings are found by comparing tables: short connections "
         "have no beginning and no process"},
        {way == PL_REPORT_POLL,
         "events are found by comparing tables: short connections are missed"},
        {way == PL_REPORT_BPF && options->udp && !pl_reports_udp(reports),
         "UDP sockets are found by comparing tables: those that are closed soon are missed"},
        {way != PL_REPORT_BPF && options->all_netns,
         "events of other network namespaces are not shown: they need cap_bpf and cap_perfmon"},
    };

    if (debug)
        tell_reasons(reports);
    for (size_t i = 0; i < COUNT_OF(notes) && !quiet; i++) {
        if (notes[i].applies)
            tell(notes[i].text, why);
        why = notes[i].applies ? 0 : why; /* once */
    }
}
