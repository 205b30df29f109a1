/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the source of reports. Functions return 0 or a negative errno unless stated. */
#ifndef PL_SOURCE_LINUX_EVENTS_EVENTS_H
#define PL_SOURCE_LINUX_EVENTS_EVENTS_H

#include "source/linux/bpf/bpf.h"

/* Types and members of this kernel that the programs use. */
enum pl_events_want {
    PL_EVENTS_TRACE, /* the tracepoint */
    PL_EVENTS_ANY_LOCAL,
    PL_EVENTS_ANY_NUM,
    PL_EVENTS_FAMILY,
    PL_EVENTS_STATE,
    PL_EVENTS_DEVICE,
    PL_EVENTS_NET,
    PL_EVENTS_NET_NS,
    PL_EVENTS_NS_NUMBER,
    PL_EVENTS_ERROR,
    PL_EVENTS_PROTOCOL,
    PL_EVENTS_UID,
    PL_EVENTS_SOCKET,
    PL_EVENTS_SOCKET_FILE,
    PL_EVENTS_FILE_INODE,
    PL_EVENTS_INODE_NUMBER,
    PL_EVENTS_SPORT,
    PL_EVENTS_RECEIVED,
    PL_EVENTS_ACKED,
    PL_EVENTS_SRTT,
    PL_EVENTS_RETRANS,
    PL_EVENTS_UNACKED,
    PL_EVENTS_EXPECTED,
    PL_EVENTS_NEEDED, /* those above; a kernel without IPv6 lacks the next three */
    PL_EVENTS_PEER6 = PL_EVENTS_NEEDED,
    PL_EVENTS_LOCAL6,
    PL_EVENTS_V6ONLY, /* a bit field */
    PL_EVENTS_SHUTDOWN,
    PL_EVENTS_STATE_WANTS,
    PL_EVENTS_FREE_SKB = PL_EVENTS_STATE_WANTS, /* the tracepoint of dropped packets */
    PL_EVENTS_REASONS,
    PL_EVENTS_SKB_HEAD,
    PL_EVENTS_SKB_TAIL,
    PL_EVENTS_SKB_PROTOCOL, /* in a struct without a name, which ends where SKB_TAIL begins */
    PL_EVENTS_SKB_NETWORK,
    PL_EVENTS_DEVICE_NET,
    PL_EVENTS_DROP_NEEDED,
    PL_EVENTS_SKB_SOCK = PL_EVENTS_DROP_NEEDED,
    PL_EVENTS_WANTS
};

/* Copies the table of what to look up; names get the reasons why packets are dropped. */
void pl_events_wants(struct pl_btf_want wants[PL_EVENTS_WANTS], struct pl_btf_names *names);
/* -ENOTSUP: a struct of this kernel is not as the programs expect. */
int pl_events_check(const struct pl_btf_want wants[PL_EVENTS_WANTS]);

/* What the programs count. */
struct pl_events_counts {
    uint64_t lost;   /* records that did not fit */
    uint64_t caught; /* changes that the second program took, since the first one was not run */
};

/* Marks of changes, 8 bytes each, for each processor. */
#define PL_EVENTS_MARKS 64

/*
 * code.c: the two programs of the tracepoint, and the one of a hook for UDP sockets. ring is the
 * descriptor of the ring buffer; counts, of an array of one struct pl_events_counts; marks, of an array
 * for each processor.
 */
void pl_events_code_state(const struct pl_btf_want wants[PL_EVENTS_WANTS], int ring, int counts,
                          int marks, bool second, struct pl_bpf_code *out);
void pl_events_code_udp(const struct pl_btf_want wants[PL_EVENTS_WANTS], enum pl_report_kind kind,
                        int ring, int counts, struct pl_bpf_code *out);

/* drop.c: returns 0, or -ENOTSUP if this kernel has no reasons: they came with Linux 5.17. */
int pl_events_check_drop(const struct pl_btf_want wants[PL_EVENTS_WANTS]);
/* Begins the program that writes a record for each TCP segment with SYN that the kernel drops. */
void pl_events_code_drop(const struct pl_btf_want wants[PL_EVENTS_WANTS], int ring, int counts,
                         struct pl_bpf_code *out);
/* Returns the name of a reason; NULL: no SYN was lost. */
const char *pl_events_reason(const struct pl_btf_names *names, uint32_t reason);

/* bpf.c, destroy.c: open a way; see struct pl_reader_ops. */
int pl_events_open_bpf(const struct pl_reports_want *want, struct pl_reports **out);
int pl_events_open_destroy(struct pl_reader *reader, const struct pl_reports_want *want,
                           struct pl_reports **out);

/* Nanoseconds of clock_gettime(2). */
uint64_t pl_events_clock(int clock);

#endif
