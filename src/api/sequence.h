/* SPDX-License-Identifier: BSD-2-Clause */
/* Sequence numbers of living TCP connections, RFC 9293, section 3.4. */
#ifndef PL_API_SEQUENCE_H
#define PL_API_SEQUENCE_H

#include <portls.h>

/* Which end opened a connection: the one that sent the first SYN. */
enum pl_opened {
    PL_OPENED_UNKNOWN,
    PL_OPENED_LOCAL, /* this end */
    PL_OPENED_PEER,  /* the other end */
    PL_OPENED_MAX,
};

/* Returns NULL when out of range. */
const char *pl_opened_name(unsigned int opened);

/* The numbers of struct pl_sequence. */
enum pl_sequence_number {
    PL_SEQUENCE_ISN,      /* initial sequence number of this end */
    PL_SEQUENCE_PEER_ISN, /* initial sequence number of the peer */
    PL_SEQUENCE_NEXT_SEQ, /* sequence number of the next new byte that this end sends */
    PL_SEQUENCE_NEXT_ACK, /* sequence number that this end expects next, which it acknowledges */
    PL_SEQUENCE_NUMBERS
};

struct pl_sequence {
    uint64_t cookie; /* of the socket */
    uint32_t numbers[PL_SEQUENCE_NUMBERS];
    uint8_t have;   /* bits of enum pl_sequence_number: those that are certain */
    uint8_t opened; /* enum pl_opened */
    bool restored;  /* TCP_REPAIR set its numbers: its counters do not show which end opened it */
};

/* Returns the numbers of a socket, or NULL if they are unknown. Needs PL_NEED_SEQUENCE. */
const struct pl_sequence *pl_snapshot_sequence(const struct pl_snapshot *snap,
                                               const struct pl_sock *sock);

#endif
