/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Derives the initial sequence numbers of a connection from its counters. Linux does not keep them, but
 * counts what was acknowledged since: the SYN too at the end that sent the first one, but not the SYN at
 * the end that answered it. The numbers have 32 bits and the counters 64, so this holds after any wrap.
 *
 * Numbers that are not certain are left out. A segment that this machine discarded before it left was
 * counted as sent, so the counters alone do not prove which end is which. A socket that was accepted
 * still has the limit of its listener's queue. One that connected has none, unless a program used the
 * socket before, to listen or for an accepted connection: then the segments have to agree too.
 */
#include "sequence.h"

#include "decode/decode.h"

#include <errno.h>

#define STATES(a, b, c, d) (1U << (a) | 1U << (b) | 1U << (c) | 1U << (d))

/* The states before the SYN is acknowledged. */
#define SENDS_SYN (1U << PL_SEQUENCE_SYN_SENT | 1U << PL_SEQUENCE_SYN_RECV)

/* The states after a FIN was queued, and after one was received. */
#define SENT_FIN \
    STATES(PL_SEQUENCE_FIN_WAIT1, PL_SEQUENCE_FIN_WAIT2, PL_SEQUENCE_CLOSING, PL_SEQUENCE_LAST_ACK)
#define GOT_FIN \
    STATES(PL_SEQUENCE_CLOSE_WAIT, PL_SEQUENCE_LAST_ACK, PL_SEQUENCE_CLOSING, PL_SEQUENCE_TIME_WAIT)

struct record {
    const struct pl_slice *bytes;
    size_t at;
    unsigned int state;
    uint32_t unacked, next, written, expected;
    uint32_t acked; /* the low half of the counter */
};

static bool is_in(const struct record *r, unsigned int states)
{
    return r->state < 32 && (states >> r->state & 1) != 0;
}

static uint64_t counter(const struct record *r, size_t at)
{
    return pl_slice_u64(r->bytes, r->at + at);
}

static uint32_t segments(const struct record *r, size_t at)
{
    return pl_slice_u32(r->bytes, r->at + at);
}

/* The FIN is the last of what is written. */
static bool has_sent_fin(const struct record *r)
{
    return is_in(r, SENT_FIN) && r->next == r->written;
}

/*
 * Whether the segments show a whole connection: its handshake, and no segment that this machine
 * discarded. Both ends count the segment of their SYN as delivered. TCP_REPAIR makes connections
 * without one, and may leave segments that were never sent, but wait for an acknowledgement.
 */
static bool is_whole(const struct record *r)
{
    const uint32_t delivered = segments(r, PL_SEQUENCE_AT_DELIVERED);
    const uint32_t sacked = segments(r, PL_SEQUENCE_AT_SACKED);
    const uint32_t numbered = delivered - sacked + segments(r, PL_SEQUENCE_AT_PACKETS_OUT);
    const uint32_t retrans = segments(r, PL_SEQUENCE_AT_TOTAL_RETRANS);
    const uint32_t first = segments(r, PL_SEQUENCE_AT_DATA_SEGS) - retrans;

    /* SYN and FIN may be sent again too, and are no data. A difference below 0 is a large one. */
    return delivered != sacked && numbered - first - 1 - (has_sent_fin(r) ? 1 : 0) <= retrans;
}

static uint64_t sent_bytes(const struct record *r)
{
    return counter(r, PL_SEQUENCE_AT_BYTES_SENT) - counter(r, PL_SEQUENCE_AT_BYTES_RETRANS);
}

/* Fast Open may delay the SYN until there is data. Until then, the numbers are not set. */
static bool has_sent_syn(const struct record *r)
{
    return (uint32_t)(r->next - r->unacked) == sent_bytes(r) + 1 && r->next == r->written;
}

static enum pl_opened opened_by(const struct record *r)
{
    const bool accepted = pl_slice_u32(r->bytes, r->at + PL_SEQUENCE_AT_BACKLOG) != 0;
    const uint64_t numbered =
        counter(r, PL_SEQUENCE_AT_BYTES_ACKED) + (uint32_t)(r->next - r->unacked);
    const uint64_t odd = numbered - sent_bytes(r) - (has_sent_fin(r) ? 1 : 0);

    if (r->state == PL_SEQUENCE_SYN_SENT)
        return PL_OPENED_LOCAL;
    /* Of a connection that was made, the SYN is acknowledged. */
    if (r->state != PL_SEQUENCE_SYN_RECV && counter(r, PL_SEQUENCE_AT_BYTES_ACKED) == 0 &&
        !accepted)
        return PL_OPENED_UNKNOWN;
    if (odd == 1 && !accepted)
        return PL_OPENED_LOCAL;
    return odd == 0 && accepted && is_whole(r) ? PL_OPENED_PEER : PL_OPENED_UNKNOWN;
}

static void set_number(struct pl_sequence *out, enum pl_sequence_number which, uint32_t number)
{
    out->numbers[which] = number;
    out->have |= (uint8_t)(1U << which);
}

/* A request keeps both initial numbers. Without data in the SYN, it has sent and expects no more. */
static void set_request(const struct record *r, struct pl_sequence *out)
{
    out->opened = PL_OPENED_PEER;
    set_number(out, PL_SEQUENCE_ISN, r->unacked);
    set_number(out, PL_SEQUENCE_PEER_ISN, r->expected);
    set_number(out, PL_SEQUENCE_NEXT_SEQ, r->unacked + 1);
    set_number(out, PL_SEQUENCE_NEXT_ACK, r->expected + 1);
}

static void set_initial(const struct record *r, struct pl_sequence *out)
{
    const uint32_t received = (uint32_t)counter(r, PL_SEQUENCE_AT_BYTES_RECEIVED);
    const bool fast = pl_slice_u8(r->bytes, r->at + PL_SEQUENCE_AT_FAST) != 0;

    out->opened = (uint8_t)opened_by(r);
    if (out->opened != PL_OPENED_UNKNOWN && (r->state != PL_SEQUENCE_SYN_SENT || has_sent_syn(r)))
        set_number(out, PL_SEQUENCE_ISN,
                   r->unacked - r->acked - (out->opened == PL_OPENED_PEER ? 1 : 0));
    /* Linux does not count a FIN that came in a SYN with data. */
    if (r->state != PL_SEQUENCE_SYN_SENT &&
        (out->opened != PL_OPENED_UNKNOWN ||
         (is_whole(r) && segments(r, PL_SEQUENCE_AT_TOTAL_RETRANS) == 0)) &&
        !(fast && is_in(r, GOT_FIN) && out->opened != PL_OPENED_LOCAL))
        set_number(out, PL_SEQUENCE_PEER_ISN, r->expected - received - 1);
}

static void read_record(const struct record *r, struct pl_sequence *out)
{
    if (r->state == PL_SEQUENCE_REQUEST) {
        set_request(r, out);
        return;
    }
    out->restored = pl_slice_u8(r->bytes, r->at + PL_SEQUENCE_AT_REPAIRED) != 0;
    if (!out->restored)
        set_initial(r, out);
    /* Without its initial number, a SYN that is not acknowledged may not have been sent. */
    if (!is_in(r, SENDS_SYN) || out->have & 1U << PL_SEQUENCE_ISN)
        set_number(out, PL_SEQUENCE_NEXT_SEQ, r->next);
    if (r->state != PL_SEQUENCE_SYN_SENT)
        set_number(out, PL_SEQUENCE_NEXT_ACK, r->expected);
}

static bool is_connection(unsigned int state)
{
    return state >= PL_SEQUENCE_ESTABLISHED && state <= PL_SEQUENCE_REQUEST &&
           state != PL_SEQUENCE_TIME_WAIT && state != PL_SEQUENCE_CLOSE &&
           state != PL_SEQUENCE_LISTEN;
}

/* A socket without a cookie was not listed. */
int pl_decode_linux_sequence(const struct pl_input *in, struct pl_sink *sink)
{
    const struct pl_slice *bytes = &in->bytes;
    const size_t end = bytes->len - bytes->len % PL_SEQUENCE_SIZE;

    for (size_t at = 0; at < end; at += PL_SEQUENCE_SIZE) {
        const struct record record = {
            .bytes = bytes,
            .at = at,
            .state = pl_slice_u8(bytes, at + PL_SEQUENCE_AT_STATE),
            .unacked = pl_slice_u32(bytes, at + PL_SEQUENCE_AT_UNACKED),
            .next = pl_slice_u32(bytes, at + PL_SEQUENCE_AT_NEXT),
            .written = pl_slice_u32(bytes, at + PL_SEQUENCE_AT_WRITTEN),
            .expected = pl_slice_u32(bytes, at + PL_SEQUENCE_AT_EXPECTED),
            .acked = (uint32_t)pl_slice_u64(bytes, at + PL_SEQUENCE_AT_BYTES_ACKED),
        };
        struct pl_sequence sequence = {.cookie = pl_slice_u64(bytes, at + PL_SEQUENCE_AT_COOKIE)};
        int err;

        if (sequence.cookie == 0 || !is_connection(record.state))
            continue;
        read_record(&record, &sequence);
        err = sink->sequence(sink, &sequence);
        if (err < 0)
            return err;
    }
    return end == bytes->len ? 0 : -EBADMSG;
}
