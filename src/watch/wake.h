/* SPDX-License-Identifier: BSD-2-Clause */
/* Wakes a wait when the kernel reports a change of one of its ports. */
#ifndef WATCH_WAKE_H
#define WATCH_WAKE_H

#include "api/report.h"
#include "ports.h"

struct wake {
    struct pl_reports *reports; /* NULL: none; owned */
    const struct ports *ports;
    uint32_t netns;   /* inode of the network namespace; 0: unknown */
    bool reported;    /* a report of one of the ports arrived */
    bool due;         /* a report of one of the ports arrived, or reports were lost */
    uint64_t soon_ns; /* until then, the table may not show yet what was reported */
};

/*
 * Opens the reports: of this way, or unless forced, of the best one from this on that is allowed.
 * Polling needs none. Returns 0 or a negative errno.
 */
int wake_open(struct wake *wake, struct pl_reader *reader, enum pl_report_way way, bool forced,
              bool udp);
/* Whether listeners on all of the ports are reported when they are opened. */
bool wake_reports_listeners(const struct wake *wake);
/* Writes how changes are noticed, for --debug: "polled every 20 ms; no bpf: REASON". */
void wake_describe(const struct wake *wake, char *text, size_t size);
/*
 * Sleeps for that many milliseconds, or until a report of one of the ports arrives. Returns false if
 * the descriptor go is closed at its other end; -1: none.
 */
bool wake_sleep(struct wake *wake, int go, uint64_t ms);
void wake_close(struct wake *wake);

#endif
