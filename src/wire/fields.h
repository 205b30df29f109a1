/* SPDX-License-Identifier: BSD-2-Clause */
/* The fields of attempts. */
#ifndef WIRE_FIELDS_H
#define WIRE_FIELDS_H

#include "attempts.h"

#include "filter/filter.h"

enum id {
    COLUMN_TIME,
    COLUMN_VERDICT,
    COLUMN_INITIATOR,
    COLUMN_INITIATOR_ADDRESS,
    COLUMN_INITIATOR_PORT,
    COLUMN_RESPONDER,
    COLUMN_RESPONDER_ADDRESS,
    COLUMN_RESPONDER_PORT,
    COLUMN_ISN,
    COLUMN_PEER_ISN,
    COLUMN_SYNS,
    COLUMN_SYN_LAST,
    COLUMN_SYNACKS,
    COLUMN_SYNACK_TIME,
    COLUMN_THIRD_TIME,
    COLUMN_REFUSED_TIME,
    COLUMN_SYN_DATA,
    COLUMN_SYN_TAKEN,
    COLUMN_MSS,
    COLUMN_PEER_MSS,
    COLUMN_SCALE,
    COLUMN_PEER_SCALE,
    COLUMN_SACK,
    COLUMN_TIMESTAMPS,
    COLUMN_ECN,
    COLUMN_FAST_OPEN,
    COLUMN_MPTCP,
    COLUMN_MD5,
    COLUMN_AO,
    COLUMN_ICMP_TYPE,
    COLUMN_ICMP_CODE,
    COLUMN_ICMP,
    COLUMN_REMARK,
    COLUMN_CONNECT_TIME,
    COLUMN_ERRNO,
    COLUMN_OWNERS,
    COLUMN_PID,
    COLUMN_PROCESS,
    COLUMN_USER,
    COLUMN_OWNER_UNKNOWN,
    COLUMN_NETNS,
    COLUMN_SOURCE,
    COLUMN_DROP_REASON,
    COLUMN_DROP_COUNT,
    COLUMN_DROP_NETNS,
    COLUMN_QUEUE,
    COLUMN_QUEUE_LIMIT,
    COLUMN_OVERFLOWS,
    COLUMN_SYN_DROPS,
    COLUMN_MAX,
};

extern const struct pl_field attempt_fields[COLUMN_MAX];

/* Returns the attempt whose row begins with the socket. */
static inline const struct pl_attempt *attempt_of(const struct pl_sock *sock)
{
    return &((const struct attempt_row *)(const void *)sock)->attempt;
}

/*
 * An ask.parse with the fields of own, whose rows begin with a socket that has its ends. Sets the fields that
 * own shares with sockets.
 */
int fields_parse(struct ask *ask, const struct pl_filter_names *names, const struct pl_record *own,
                 struct pl_filter_error *error);

/* ---- owners.c ---- */

/* A pl_get_fn of the fields of owners. */
bool owners_get(const struct pl_field *field, const struct pl_snapshot *snap,
                const struct pl_sock *sock, size_t i, struct pl_value *out);
void owners_cell(const struct pl_field *field, const struct pl_sock *sock, struct cell *cell);

#endif
