/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports of the kernel about sockets that change, and the source that delivers them. */
#ifndef PL_API_REPORT_H
#define PL_API_REPORT_H

#include <portls.h>

#include <stdbool.h>

/* Ways to learn of changes, best first. */
enum pl_report_way {
    PL_REPORT_BPF,     /* tracepoint inet_sock_set_state; hooks of the root control group for UDP */
    PL_REPORT_DESTROY, /* multicast groups of sock_diag(7): the end of TCP and UDP sockets */
    PL_REPORT_POLL,    /* none: the caller compares snapshots */
    PL_REPORT_WAY_MAX,
};

/* Returns "bpf", "destroy", "poll", as in --source. NULL for a number outside the enumeration. */
const char *pl_report_way_name(unsigned int way);

enum pl_report_kind {
    PL_REPORT_STATE, /* old_state to sock.state */
    PL_REPORT_BOUND, /* UDP: bound to a port */
    PL_REPORT_ENDED, /* UDP: closed by its last holder. PL_REPORT_DESTROY: removed by the kernel */
    /*
     * A SYN or a SYN-ACK was dropped on this machine. sock has only the ends: its local end is the one that
     * sent the SYN. unacked is the number of the SYN; old_state: SYN_SENT, or SYN_RECV of a SYN-ACK.
     */
    PL_REPORT_DROPPED,
};

/* pl_report.have */
enum {
    PL_REPORT_HAVE_PROCESS = 1 << 0, /* pid, process_uid, process */
    PL_REPORT_HAVE_NETNS = 1 << 1,
    PL_REPORT_HAVE_BYTES = 1 << 2, /* bytes_in, bytes_out */
    PL_REPORT_HAVE_RETRANS = 1 << 3,
    PL_REPORT_HAVE_RTT = 1 << 4,
    PL_REPORT_HAVE_ERROR = 1 << 5,
    PL_REPORT_RELEASED = 1 << 6,     /* the last descriptor was closed, by the running process */
    PL_REPORT_HAVE_NUMBERS = 1 << 7, /* unacked, expected */
};

/* A time by two clocks, in nanoseconds. */
struct pl_moment {
    uint64_t time;   /* since the Epoch */
    uint64_t steady; /* of a clock that is never set, for durations: since the boot */
};

struct pl_report {
    struct pl_sock sock; /* with the cookie; sock.state is the new state, CLOSED for a closed one */
    struct pl_moment at;
    /*
     * Received, and acknowledged by the peer, since the socket was opened. Linux counts a SYN and a
     * FIN as one byte each.
     */
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint32_t unacked;     /* the first sequence number that the peer did not acknowledge */
    uint32_t expected;    /* the next sequence number of the peer */
    uint32_t retrans;     /* segments */
    uint32_t rtt_us;      /* microseconds */
    uint32_t netns;       /* inode of the network namespace */
    uint32_t pid;         /* of the running process; it owns the socket only at some transitions */
    uint32_t process_uid; /* its real user id */
    int error;            /* positive errno of the socket; 0: none */
    uint16_t old_state;   /* as pl_sock.state */
    uint8_t kind;         /* enum pl_report_kind */
    uint8_t have;         /* PL_REPORT_HAVE_* */
    /* PL_REPORT_DROPPED: the kernel's name of the reason: "NETFILTER_DROP". Valid as long as the source. */
    const char *reason;
    char process[16]; /* name of the process, NUL-terminated, not escaped */
};

/* What to open. */
struct pl_reports_want {
    enum pl_report_way way; /* the best one to try */
    bool forced;            /* fail rather than take another way */
    bool udp;               /* also report bound and closed UDP sockets */
    bool drops;             /* also report dropped SYNs */
    size_t buffer;          /* bytes of the kernel's buffer; 0: the default */
};

struct pl_reports; /* opaque */

/* Takes a report, valid during the call. Any value but 0 stops the reading. */
typedef int pl_report_fn(void *arg, const struct pl_report *report);

/*
 * Opens the best way that the kernel allows; privileges may be dropped afterwards. Returns 0 or a
 * negative errno. No report that follows the call is missed. The reader must outlive the reports.
 */
int pl_reports_open(struct pl_reader *reader, const struct pl_reports_want *want,
                    struct pl_reports **out);
enum pl_report_way pl_reports_way(const struct pl_reports *reports);
/*
 * Returns the positive errno, for pl_error_text(), of a way that failed; of the way that is used, why
 * it does not report UDP sockets; otherwise 0.
 */
int pl_reports_why_not(const struct pl_reports *reports, enum pl_report_way way);
/* Whether UDP sockets are reported. */
bool pl_reports_udp(const struct pl_reports *reports);
/* Returns 0 if dropped SYNs are reported, or the positive errno, for pl_error_text(), why not. */
int pl_reports_drops(const struct pl_reports *reports);
/* Stores descriptors to poll(2) for input. Returns their number, 0 for PL_REPORT_POLL. */
size_t pl_reports_fds(const struct pl_reports *reports, int fds[4]);
/*
 * Passes on all waiting reports in the order of the kernel, and does not wait. Adds to *lost the
 * number of reports that did not fit into the kernel's buffer since the last call. Returns 0, a
 * negative errno, or the value of take() that stopped it; the next call continues after that report.
 */
int pl_reports_read(struct pl_reports *reports, pl_report_fn *take, void *arg, uint64_t *lost);
void pl_reports_close(struct pl_reports *reports);

#endif
