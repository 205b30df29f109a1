/* SPDX-License-Identifier: BSD-2-Clause */
#include "wake.h"

#include "api/reader.h"
#include "cli/clock.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/*
 * The kernel reports LISTEN before it adds the socket to the table that is dumped, and the end of a
 * socket before it removes it: for so long, the table is read every millisecond.
 */
#define SOON_MS 50

#define REPORT_FDS 4

int wake_open(struct wake *wake, struct pl_reader *reader, enum pl_report_way way, bool forced,
              bool udp)
{
    const struct pl_reports_want want = {.way = way, .forced = forced, .udp = udp};
    struct stat self;
    int err;

    if (stat("/proc/self/ns/net", &self) == 0)
        wake->netns = (uint32_t)self.st_ino;
    err = pl_reports_open(reader, &want, &wake->reports);
    if (err < 0)
        wake->reports = NULL;
    return err;
}

/* Whether every listener of the protocol is reported. */
static bool is_reported(const struct wake *wake, const char *proto)
{
    return strcmp(proto, "tcp") == 0 ||
           (strcmp(proto, "udp") == 0 && pl_reports_udp(wake->reports));
}

bool wake_reports_listeners(const struct wake *wake)
{
    const struct ports *ports = wake->ports;

    if (!wake->reports || pl_reports_way(wake->reports) != PL_REPORT_BPF)
        return false;
    for (size_t i = 0; i < ports->count; i++) {
        for (size_t n = 0; n < ports->targets[i].count; n++) {
            if (!is_reported(wake, ports->targets[i].ports[n].proto))
                return false;
        }
    }
    return true;
}

void wake_describe(const struct wake *wake, char *text, size_t size)
{
    (void)snprintf(text, size, "%s",
                   wake_reports_listeners(wake) ? "reported by bpf" : "polled every 20 ms");
    for (enum pl_report_way way = PL_REPORT_BPF; way < PL_REPORT_POLL && wake->reports; way++) {
        int why = pl_reports_why_not(wake->reports, way);
        size_t len = strlen(text);

        if (why != 0)
            (void)snprintf(text + len, size - len, "; no %s: %s", pl_report_way_name(way),
                           pl_error_text(why));
    }
}

static bool concerns(const struct wake *wake, const struct pl_report *report)
{
    const struct ports *ports = wake->ports;

    if (report->have & PL_REPORT_HAVE_NETNS && wake->netns != 0 && report->netns != wake->netns)
        return false;
    for (size_t i = 0; i < ports->count; i++) {
        for (size_t n = 0; n < ports->targets[i].count; n++) {
            if (ports->targets[i].ports[n].number == report->sock.local_port)
                return true;
        }
    }
    return false;
}

static int take(void *arg, const struct pl_report *report)
{
    struct wake *wake = arg;

    if (concerns(wake, report))
        wake->due = wake->reported = true;
    return 0;
}

/* Reads all waiting reports. */
static void read_reports(struct wake *wake)
{
    uint64_t lost = 0;

    if (wake->reports && pl_reports_read(wake->reports, take, wake, &lost) < 0)
        lost = 1;
    wake->due |= lost > 0;
}

bool wake_sleep(struct wake *wake, int go, uint64_t ms)
{
    uint64_t end = clock_now() + ms * CLOCK_MS;
    struct pollfd polled[1 + REPORT_FDS] = {{.fd = go}};
    int fds[REPORT_FDS];
    nfds_t count = 1;

    for (size_t i = 0, all = wake->reports ? pl_reports_fds(wake->reports, fds) : 0; i < all; i++)
        polled[count++] = (struct pollfd){.fd = fds[i], .events = POLLIN};
    wake->due = false;
    while (!wake->due) {
        uint64_t time = clock_now();
        bool soon = time < wake->soon_ns;
        uint64_t left = time < end ? (end - time + CLOCK_MS - 1) / CLOCK_MS : 0;
        int ready = poll(polled, count, (int)(soon && left > 1 ? 1 : left));

        if (ready > 0 && polled[0].revents != 0)
            return false;
        if (ready <= 0)
            return true;
        read_reports(wake);
    }
    wake->soon_ns = clock_now() + SOON_MS * CLOCK_MS;
    return true;
}

void wake_close(struct wake *wake)
{
    pl_reports_close(wake->reports);
    wake->reports = NULL;
}
