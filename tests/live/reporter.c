/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints the reports of the kernel, one a line, until stdin ends:
 *
 *   reporter [-w bpf|destroy|poll] [-b BYTES] [-u] [-s MILLISECONDS] [-q]
 *
 *   -w  only this way          -b  size of the kernel's buffer
 *   -u  also UDP               -s  first wait, with the source open
 *   -q  only count
 *
 * First line: "open WAY udp|- WHY", when the source is open. Last line: "end REPORTS LOST".
 */
#include "api/library.h"

#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const ways[PL_REPORT_WAY_MAX] = {"bpf", "destroy", "poll"};

struct count {
    uint64_t reports;
    bool quiet;
};

/* Prints a value, or "-" if it is unknown. */
static void put(bool known, uint64_t value)
{
    if (known)
        printf(" %" PRIu64, value);
    else
        printf(" -");
}

static int print(void *arg, const struct pl_report *report)
{
    static const char *const kinds[] = {"state", "bound", "ended"};
    const struct pl_sock *sock = &report->sock;
    struct count *count = arg;
    char text[2][PL_ADDR_TEXT + 1] = {"", ""};
    unsigned int have = report->have;

    count->reports++;
    if (count->quiet)
        return 0;
    text[0][pl_addr_print(sock->family, sock->local_addr, text[0])] = '\0';
    text[1][pl_addr_print(sock->family, sock->peer_addr, text[1])] = '\0';
    printf("%s %s %" PRIu64 " %s %s %s:%" PRIu32 " %s:%" PRIu32, kinds[report->kind],
           pl_proto_name(sock->proto), sock->cookie,
           report->old_state ? pl_state_name(report->old_state) : "-", pl_state_name(sock->state),
           text[0], sock->have & PL_HAVE_LOCAL ? sock->local_port : 0, text[1], sock->peer_port);
    put((have & PL_REPORT_HAVE_NETNS) != 0, report->netns);
    put((have & PL_REPORT_HAVE_PROCESS) != 0, report->pid);
    put((have & PL_REPORT_HAVE_PROCESS) != 0, report->process_uid);
    printf(" %s", have & PL_REPORT_HAVE_PROCESS ? report->process : "-");
    put((sock->have & PL_HAVE_UID) != 0, sock->uid);
    put((sock->have & PL_HAVE_INODE) != 0, sock->key);
    put((have & PL_REPORT_HAVE_BYTES) != 0, report->bytes_in);
    put((have & PL_REPORT_HAVE_BYTES) != 0, report->bytes_out);
    put((have & PL_REPORT_HAVE_RETRANS) != 0, report->retrans);
    put((have & PL_REPORT_HAVE_RTT) != 0, report->rtt_us);
    put((have & PL_REPORT_HAVE_ERROR) != 0, (uint64_t)report->error);
    printf(" %" PRIu64 "\n", report->at.time);
    return 0;
}

/* Reads until stdin ends, and then what is left. */
static int run(struct pl_reports *reports, bool quiet)
{
    struct count count = {.quiet = quiet};
    struct pollfd fds[5] = {{.fd = STDIN_FILENO, .events = POLLIN}};
    uint64_t lost = 0;
    int polled[4];
    size_t fd_count = pl_reports_fds(reports, polled);
    int err = 0;

    for (size_t i = 0; i < fd_count; i++)
        fds[1 + i] = (struct pollfd){.fd = polled[i], .events = POLLIN};
    while (err == 0 && fds[0].revents == 0) {
        if (poll(fds, 1 + fd_count, -1) < 0)
            return 1;
        err = pl_reports_read(reports, print, &count, &lost);
    }
    if (err == 0)
        err = pl_reports_read(reports, print, &count, &lost);
    printf("end %" PRIu64 " %" PRIu64 "\n", count.reports, lost);
    return err == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct pl_reports_want want = {.way = PL_REPORT_BPF};
    struct pl_reader *reader;
    struct pl_reports *reports;
    struct timespec pause = {0};
    bool quiet = false;
    int option;
    int err;

    while ((option = getopt(argc, argv, "w:b:us:q")) != -1) {
        if (option == 'w') {
            want.forced = true;
            for (unsigned int i = 0; i < PL_REPORT_WAY_MAX; i++)
                want.way = strcmp(optarg, ways[i]) == 0 ? (enum pl_report_way)i : want.way;
        } else if (option == 'b') {
            want.buffer = (size_t)strtonum(optarg, 0, INT32_MAX, NULL);
        } else if (option == 's') {
            pause.tv_sec = (time_t)strtonum(optarg, 0, 60000, NULL) / 1000;
            pause.tv_nsec = (long)strtonum(optarg, 0, 60000, NULL) % 1000 * 1000000;
        } else if (option == 'u') {
            want.udp = true;
        } else {
            quiet = true;
        }
    }
    err = pl_reader_open(&reader);
    err = err ? err : pl_reports_open(reader, &want, &reports);
    if (err < 0) {
        (void)fprintf(stderr, "reporter: %s\n", pl_error_text(-err));
        return 1;
    }
    printf("open %s %s %d\n", ways[pl_reports_way(reports)], pl_reports_udp(reports) ? "udp" : "-",
           pl_reports_why_not(reports, PL_REPORT_BPF));
    (void)fflush(stdout);
    (void)nanosleep(&pause, NULL);
    err = run(reports, quiet);
    pl_reports_close(reports);
    pl_reader_close(reader);
    return err;
}
