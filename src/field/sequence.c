/* SPDX-License-Identifier: BSD-2-Clause */
/* Sequence numbers of TCP connections, and which end opened them. */
#include "api/sequence.h"
#include "field.h"
#include "model/array.h"

bool pl_get_sequence(const struct pl_field *field, const struct pl_snapshot *snap,
                     const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    const struct pl_sequence *found = i == 0 ? pl_snapshot_sequence(snap, sock) : NULL;

    if (!found || !(found->have & PL_BIT(field->part)))
        return false;
    out->number = found->numbers[field->part];
    return true;
}

/* The details that show which end opened a connection. */
enum { SENT, RETRANS, ACKED, UNACKED, TOTAL_RETRANS, DELIVERED, DATA_SEGS, QUIET_TIME, COUNTS };

static bool read_counts(const struct pl_snapshot *snap, const struct pl_sock *sock,
                        uint64_t counts[COUNTS])
{
    static const enum pl_attr_id ids[COUNTS] = {
        [SENT] = PL_ATTR_BYTES_SENT,
        [RETRANS] = PL_ATTR_BYTES_RETRANS,
        [ACKED] = PL_ATTR_BYTES_ACKED,
        [UNACKED] = PL_ATTR_UNACKED,
        [TOTAL_RETRANS] = PL_ATTR_TOTAL_RETRANS,
        [DELIVERED] = PL_ATTR_DELIVERED,
        [DATA_SEGS] = PL_ATTR_DATA_SEGS_OUT,
        [QUIET_TIME] = PL_ATTR_LAST_DATA_SENT,
    };

    for (size_t i = 0; i < COUNTS; i++) {
        const struct pl_attr attr = pl_snapshot_attr(snap, sock, ids[i]);

        if (attr.id == PL_ATTR_NONE)
            return false;
        counts[i] = attr.u.num;
    }
    return true;
}

/*
 * The SYN counts as an acknowledged byte at the end that opened the connection, and not at the other.
 * That is certain only if nothing was lost or is under way, and if as many segments were delivered as
 * were sent: Linux counts a segment as sent that this machine discarded. Both ends count the segment of
 * their SYN as delivered. After a FIN, only an end that sent no data is certain. Linux reads the state
 * before the counters: in between, a FIN could be sent with the last data.
 */
static enum pl_opened opened_by_counts(const struct pl_sock *sock, const uint64_t counts[COUNTS])
{
    const bool fin = sock->state == PL_STATE_FIN_WAIT2;
    const uint64_t odd = counts[ACKED] - counts[SENT] - (fin ? 1 : 0);

    if (counts[UNACKED] != 0 || counts[TOTAL_RETRANS] != 0 || counts[RETRANS] != 0)
        return PL_OPENED_UNKNOWN;
    if (counts[DELIVERED] != counts[DATA_SEGS] + 1 + (fin ? 1 : 0))
        return PL_OPENED_UNKNOWN;
    if (counts[SENT] != 0 && (fin || counts[QUIET_TIME] == 0))
        return PL_OPENED_UNKNOWN;
    if (odd == 1)
        return PL_OPENED_LOCAL;
    return odd == 0 ? PL_OPENED_PEER : PL_OPENED_UNKNOWN;
}

static enum pl_opened opened_by(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    const struct pl_sequence *found = pl_snapshot_sequence(snap, sock);
    uint64_t counts[COUNTS];

    if (found && found->opened != PL_OPENED_UNKNOWN)
        return (enum pl_opened)found->opened;
    if (sock->proto != PL_PROTO_TCP)
        return PL_OPENED_UNKNOWN;
    if (sock->state == PL_STATE_SYN_SENT)
        return PL_OPENED_LOCAL;
    /* A request of a listener has no inode; a socket that sent a SYN itself has one. */
    if (sock->state == PL_STATE_SYN_RECV && sock->key == 0 &&
        pl_snapshot_system(snap) == PL_SYSTEM_LINUX)
        return PL_OPENED_PEER;
    if (found && found->restored)
        return PL_OPENED_UNKNOWN;
    if (sock->state != PL_STATE_ESTABLISHED && sock->state != PL_STATE_CLOSE_WAIT &&
        sock->state != PL_STATE_FIN_WAIT2)
        return PL_OPENED_UNKNOWN;
    return read_counts(snap, sock, counts) ? opened_by_counts(sock, counts) : PL_OPENED_UNKNOWN;
}

bool pl_get_opened_by(const struct pl_field *field, const struct pl_snapshot *snap,
                      const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)field;
    out->number = i == 0 ? (uint64_t)opened_by(snap, sock) : 0;
    return out->number != PL_OPENED_UNKNOWN;
}
