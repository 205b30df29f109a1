/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports of the kernel: records that the programs of source/linux/events/code.c write into a ring
 * buffer, and messages of the multicast groups of sock_diag(7).
 */
#ifndef PL_DECODE_LINUX_EVENT_H
#define PL_DECODE_LINUX_EVENT_H

#include "api/report.h"
#include "decode/bytes.h"

/* Offsets in a record. Numbers are in the byte order of this machine unless stated. */
enum {
    PL_EVENT_TIME = 0, /* nanoseconds since boot: CLOCK_BOOTTIME */
    PL_EVENT_COOKIE = 8,
    PL_EVENT_INODE = 16, /* of the socket; 0: no descriptor refers to it */
    PL_EVENT_BYTES_IN = 24,
    PL_EVENT_BYTES_OUT = 32,
    PL_EVENT_PEER = 40, /* IPv4: the first 4 bytes */
    PL_EVENT_LOCAL = 56,
    PL_EVENT_PID = 72, /* of the running process */
    PL_EVENT_UID = 76, /* of that process */
    PL_EVENT_SOCK_UID = 80,
    PL_EVENT_NETNS = 84,
    PL_EVENT_IFINDEX = 88,
    PL_EVENT_RETRANS = 92,
    PL_EVENT_SRTT = 96,      /* 1/8 microseconds */
    PL_EVENT_UNACKED = 100,  /* the first sequence number that the peer did not acknowledge */
    PL_EVENT_EXPECTED = 104, /* the next sequence number of the peer */
    PL_EVENT_ERROR = 108,    /* u16 */
    PL_EVENT_OLD = 110,      /* u8: state of include/net/tcp_states.h */
    PL_EVENT_NEW = 111,      /* u8 */
    PL_EVENT_KIND = 112,     /* u8: enum pl_report_kind */
    PL_EVENT_TCP = 113,      /* u8: 1 if the seven numbers of TCP are set; else 0 */
    PL_EVENT_FAMILY = 114,
    PL_EVENT_PROTOCOL = 116,
    PL_EVENT_PEER_PORT = 118,  /* in network byte order */
    PL_EVENT_LOCAL_PORT = 120, /* 0: not chosen yet, or no longer bound */
    PL_EVENT_SPORT = 122,      /* of TCP: the last local port, in network byte order */
    PL_EVENT_SHUTDOWN = 124,   /* u8: bits of enum sock_shutdown_cmd; 3 after close(2) */
    PL_EVENT_V6ONLY = 125,     /* u8: not 0 if the socket accepts only IPv6; of IPv6 */
    PL_EVENT_NAME = 126,       /* of the running thread: TASK_COMM_LEN bytes */
    PL_EVENT_SIZE = 142,       /* at most 144: with its head, the ring has 152 bytes for a record */
};

/*
 * epoch: nanoseconds between the Epoch and the boot. Returns 0, or -EBADMSG if the record is damaged
 * or of an unknown protocol.
 */
int pl_linux_event(const struct pl_slice *record, uint64_t epoch, struct pl_report *out);

/*
 * Offsets in a record of a dropped segment with SYN. Both kinds of records differ in length.
 * Addresses, ports and numbers are those of its headers, in network byte order.
 */
enum {
    PL_DROP_TIME = 0, /* as PL_EVENT_TIME */
    PL_DROP_SOURCE = 8,
    PL_DROP_TARGET = 24, /* IPv4: the first 4 bytes of each */
    PL_DROP_PORTS = 40,  /* of the source, of the target */
    PL_DROP_SEQ = 44,
    PL_DROP_ACK = 48,
    PL_DROP_REASON = 52,  /* enum skb_drop_reason of this kernel */
    PL_DROP_NETNS = 56,   /* 0: not known */
    PL_DROP_FLAGS = 60,   /* u8: those of TCP */
    PL_DROP_VERSION = 61, /* u8: 4 or 6 */
    PL_DROP_SIZE = 62,
};

/* Takes such a record; stores the number of the reason. Returns as pl_linux_event(). */
int pl_linux_drop(const struct pl_slice *record, uint64_t epoch, struct pl_report *out,
                  uint32_t *reason);

/*
 * Takes a datagram of messages; those that report no destroyed socket are skipped. Returns 0,
 * -EBADMSG if it is damaged, or the value of take() that stopped it. now and netns are put into each
 * report.
 */
int pl_linux_destroyed(const struct pl_slice *datagram, const struct pl_moment *now, uint32_t netns,
                       pl_report_fn *take, void *arg);

#endif
