/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrong with the sockets of a snapshot, by fixed rules. */
#ifndef PL_API_DOCTOR_H
#define PL_API_DOCTOR_H

#include "bind.h"

enum pl_severity {
    PL_SEVERITY_NOTE, /* normal, or harmless as far as is known */
    PL_SEVERITY_WARNING,
    PL_SEVERITY_ERROR, /* connections or data are being lost */
    PL_SEVERITY_MAX,
};

/* Returns "note", "warning" or "error"; NULL when out of range. */
const char *pl_severity_name(unsigned int severity);

/* In the order of findings of equal severity. */
enum pl_rule {
    PL_RULE_CLOSE_WAIT,
    PL_RULE_ACCEPT_QUEUE,
    PL_RULE_ACCEPT_OVERFLOW,
    PL_RULE_SYN_QUEUE,
    PL_RULE_EPHEMERAL_PORTS,
    PL_RULE_PORT_IN_RANGE,
    PL_RULE_STUCK_SENDER,
    PL_RULE_DEAD_PEER,
    PL_RULE_SILENT_SERVER,
    PL_RULE_RETRANSMISSIONS,
    PL_RULE_UDP_DROPS,
    PL_RULE_DESCRIPTORS,
    PL_RULE_TCP_MEMORY,
    PL_RULE_EXPOSED,
    PL_RULE_OPEN_V6,
    PL_RULE_MOVED,
    PL_RULE_UNLIKELY,
    PL_RULE_DELETED_EXE,
    PL_RULE_UNEVEN_QUEUES,
    PL_RULE_UNSEEN,
    PL_RULE_MAX,
};

/* Returns "close_wait" and so on; NULL when out of range. */
const char *pl_rule_name(unsigned int rule);

/* A case of a rule. */
enum pl_finding_case {
    PL_CASE_NONE,
    PL_CASE_FULL,     /* queue or memory: at its limit */
    PL_CASE_FILLING,  /* near its limit */
    PL_CASE_HALF,     /* SYN queue: connections that are half open */
    PL_CASE_COOKIES,  /* SYN queue: the kernel sent SYN cookies */
    PL_CASE_DROPPED,  /* SYN queue: the kernel dropped SYNs */
    PL_CASE_ABSENT,   /* server: of this machine, but no socket listens there */
    PL_CASE_PRESSURE, /* memory: past the threshold, or in the past */
};

struct pl_finding {
    enum pl_rule rule;
    enum pl_severity severity;
    enum pl_finding_case kind;
    const struct pl_sock *sock;       /* one of the sockets, the worst; NULL: not about sockets */
    const struct pl_note *note;       /* unseen */
    const struct pl_process *process; /* whose sockets they are; NULL: not known, or of several */
    uint64_t count;                   /* number of sockets */
    uint64_t value;                   /* what the rule measures */
    uint64_t limit;                   /* what the value is compared with; 0: none */
    uint64_t other;                   /* a second measure of the rule */
    uint64_t age_ms;                  /* for how long at least; 0: not known */
    uint64_t more;                    /* findings of this rule that are left out */
    uint32_t seconds;                 /* counted during that time; 0: not counted, or since boot */
    bool boot;                        /* counted since the network namespace exists */
};

/* What is examined. */
struct pl_examination {
    const struct pl_snapshot *now;
    /* Counters and UDP sockets (PL_DOCTOR_EARLIER) some seconds earlier; NULL: none, so that counters
     * are those since boot. */
    const struct pl_snapshot *before;
    uint32_t seconds; /* between the two */
    bool filtered;    /* the snapshot lacks sockets: what concerns all of them is left out */
};

struct pl_findings {
    struct pl_finding *items; /* most severe first */
    size_t count;
};

/* The PL_NEED_* bits of the snapshots. */
#define PL_DOCTOR_NEED                                                                           \
    ((uint32_t)(PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_EXES | PL_NEED_ADDRS | PL_NEED_TIMERS | \
                PL_NEED_MEMORY | PL_NEED_COUNTERS | PL_NEED_FD_LIMITS))
#define PL_DOCTOR_EARLIER ((uint32_t)(PL_NEED_MEMORY | PL_NEED_COUNTERS))

/*
 * Returns whether a rule needs PL_NEED_INTERNALS to decide, or to name a culprit. Reading these
 * takes longer.
 */
bool pl_doctor_wants(const struct pl_examination *examination);
/* Applies all rules. Returns 0 or -ENOMEM. Free the items with free(3). */
int pl_doctor_examine(const struct pl_examination *examination, struct pl_findings *out);

/* Longest text of the functions below, with its NUL. */
#define PL_FINDING_TEXT PL_CAUSE_TEXT

/*
 * Write text to buf, which has PL_FINDING_TEXT bytes. It may contain control bytes from names.
 * pl_finding_text(): a sentence. pl_finding_evidence(): what was measured; may be empty.
 * pl_finding_filter(): a filter of portls that selects exactly the sockets; may be empty.
 * pl_finding_remedy(): what to do. pl_finding_since(): "boot", or a time such as "12 s"; may be
 * empty.
 */
typedef void pl_finding_write(const struct pl_examination *examination,
                              const struct pl_finding *finding, char *buf);
pl_finding_write pl_finding_text, pl_finding_evidence, pl_finding_filter, pl_finding_remedy,
    pl_finding_since;

#endif
