/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sequence numbers and counters of TCP connections, which sock_diag(7) does not report, or not at the
 * same moment. A program of source/linux/bpf writes a record for each connection that is not in
 * TIME_WAIT.
 */
#ifndef PL_DECODE_LINUX_SEQUENCE_H
#define PL_DECODE_LINUX_SEQUENCE_H

/* Offsets in a record. Numbers are in the byte order of this machine. */
enum {
    PL_SEQUENCE_AT_COOKIE = 0,          /* u64; 0: none yet */
    PL_SEQUENCE_AT_BYTES_ACKED = 8,     /* u64; with the SYN and the FIN */
    PL_SEQUENCE_AT_BYTES_RECEIVED = 16, /* u64; with the FIN */
    PL_SEQUENCE_AT_BYTES_SENT = 24,     /* u64; without SYN and FIN */
    PL_SEQUENCE_AT_BYTES_RETRANS = 32,  /* u64 */
    PL_SEQUENCE_AT_UNACKED = 40,        /* u32: snd_una; of a half-open connection, its own ISN */
    PL_SEQUENCE_AT_NEXT = 44,           /* u32: snd_nxt */
    PL_SEQUENCE_AT_WRITTEN = 48,        /* u32: write_seq */
    PL_SEQUENCE_AT_EXPECTED = 52,      /* u32: rcv_nxt; of a half-open connection, the peer's ISN */
    PL_SEQUENCE_AT_BACKLOG = 56,       /* u32: limit of the listener that it was accepted from */
    PL_SEQUENCE_AT_STATE = 60,         /* u8: include/net/tcp_states.h */
    PL_SEQUENCE_AT_FAST = 61,          /* u8: 1: data of a SYN was accepted (Fast Open) */
    PL_SEQUENCE_AT_REPAIRED = 62,      /* u8: not 0: its numbers were set with TCP_REPAIR */
    PL_SEQUENCE_AT_DELIVERED = 64,     /* u32: segments, with the SYN and the FIN */
    PL_SEQUENCE_AT_DATA_SEGS = 68,     /* u32: segments sent with data, each time */
    PL_SEQUENCE_AT_PACKETS_OUT = 72,   /* u32: segments sent and not acknowledged */
    PL_SEQUENCE_AT_SACKED = 76,        /* u32: those of them that the peer has */
    PL_SEQUENCE_AT_TOTAL_RETRANS = 80, /* u32: segments, with SYN and FIN */
    PL_SEQUENCE_SIZE = 88,
};

/* include/net/tcp_states.h. The state of a request that a listener keeps is not that of RFC 9293. */
enum {
    PL_SEQUENCE_ESTABLISHED = 1,
    PL_SEQUENCE_SYN_SENT = 2,
    PL_SEQUENCE_SYN_RECV = 3,
    PL_SEQUENCE_FIN_WAIT1 = 4,
    PL_SEQUENCE_FIN_WAIT2 = 5,
    PL_SEQUENCE_TIME_WAIT = 6,
    PL_SEQUENCE_CLOSE = 7,
    PL_SEQUENCE_CLOSE_WAIT = 8,
    PL_SEQUENCE_LAST_ACK = 9,
    PL_SEQUENCE_LISTEN = 10,
    PL_SEQUENCE_CLOSING = 11,
    PL_SEQUENCE_REQUEST = 12,
};

#endif
