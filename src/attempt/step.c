/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each segment means for its attempt: RFC 9293, section 3.10.7. All comparisons of sequence numbers
 * are modulo 2^32. A number fits a SYN if it is after the SYN, and at most after its data.
 */
#include "attempt.h"

#include <errno.h>

/* Whether the number is from after the SYN to after its data. */
static bool fits(uint32_t number, uint32_t isn, uint32_t data)
{
    return number - (isn + 1) <= data;
}

static uint16_t limit(uint32_t bytes)
{
    return bytes < UINT16_MAX ? (uint16_t)bytes : UINT16_MAX;
}

static void count(uint16_t *counter)
{
    if (*counter < UINT16_MAX)
        ++*counter;
}

static uint32_t since(const struct entry *entry, uint64_t time, uint64_t unit)
{
    uint64_t passed = time > entry->time ? (time - entry->time) / unit : 0;

    return passed < NO_TIME ? (uint32_t)passed : NO_TIME - 1;
}

/* Rounded. */
static uint32_t micros(const struct entry *entry, uint64_t time)
{
    return since(entry, time + 500, 1000);
}

static void take_syn(struct entry *entry, unsigned int end, const struct pl_syn *syn)
{
    entry->have[end] = syn->have;
    entry->mss[end] = syn->mss;
    entry->scale[end] = syn->scale;
}

/* ---- SYN ---- */

static int begin(struct pl_attempts *table, struct key *key)
{
    const struct pl_segment *segment = key->segment;
    struct entry *entry = attempt_insert(table, key, true);

    if (!entry)
        return -ENOMEM;
    entry->state |= HAS_SYN;
    entry->isn = segment->seq;
    entry->syn_count = 1;
    entry->syn_data = limit(segment->data);
    take_syn(entry, 0, &segment->syn);
    return 0;
}

/* The SYN of a SYN-ACK that was captured before it. */
static void join(struct entry *entry, const struct pl_segment *segment)
{
    entry->state = (uint16_t)((entry->state & ~IS_OTHER) | HAS_SYN | IS_ACKED | IS_REVERSED);
    entry->isn = segment->seq;
    entry->syn_count = 1;
    entry->syn_last_us = micros(entry, segment->time);
    entry->syn_data = limit(segment->data);
    entry->taken = limit(entry->other_ack - segment->seq - 1);
    take_syn(entry, 0, &segment->syn);
}

/* A SYN of the initiator again. */
static void repeat(struct entry *entry, const struct pl_segment *segment)
{
    count(&entry->syn_count);
    if (!attempt_has(entry, IS_REVERSED))
        entry->syn_last_us = micros(entry, segment->time);
    if (attempt_has(entry, IS_OTHER)) /* it refused another SYN-ACK, and goes on */
        entry->state &= (uint16_t)~IS_ABANDONED;
}

/* Both ends send a SYN: RFC 9293, figure 7. */
static void cross(struct entry *entry, const struct pl_segment *segment)
{
    entry->state |= HAS_PEER_SYN | IS_CROSSED;
    entry->peer_isn = segment->seq;
    entry->synack_data = limit(segment->data);
    take_syn(entry, 1, &segment->syn);
}

static int on_syn(struct pl_attempts *table, struct key *key)
{
    const struct pl_segment *segment = key->segment;
    struct entry *entry = key->entry;
    int err;

    if (!entry)
        return begin(table, key);
    if (key->by_initiator) {
        if (!attempt_has(entry, HAS_SYN) && !attempt_has(entry, IS_PASSED) &&
            fits(entry->other_ack, segment->seq, segment->data)) {
            join(entry, segment);
            return 0;
        }
        if (attempt_has(entry, HAS_SYN) && segment->seq == entry->isn) {
            if (!attempt_has(entry, IS_PASSED))
                repeat(entry, segment);
            return 0;
        }
    } else if (attempt_has(entry, HAS_SYN) && !(entry->state & (IS_PASSED | IS_ACKED | IS_RST))) {
        if (!attempt_has(entry, HAS_PEER_SYN))
            cross(entry, segment);
        if (segment->seq == entry->peer_isn)
            return 0;
    }
    err = attempt_finish(table, entry, false);
    return err ? err : begin(table, key);
}

/* ---- SYN-ACK ---- */

static int on_lone_synack(struct pl_attempts *table, struct key *key)
{
    const struct pl_segment *segment = key->segment;
    struct entry *entry = attempt_insert(table, key, false);

    if (!entry)
        return -ENOMEM;
    entry->state |= HAS_PEER_SYN | IS_OTHER;
    entry->peer_isn = segment->seq;
    entry->other_ack = segment->ack;
    entry->synack_count = 1;
    entry->synack_us = 0;
    entry->synack_data = limit(segment->data);
    take_syn(entry, 1, &segment->syn);
    return 0;
}

static void count_synack(struct entry *entry, const struct pl_segment *segment)
{
    count(&entry->synack_count);
    if (entry->synack_us == NO_TIME)
        entry->synack_us = micros(entry, segment->time);
}

/* Step 2 acknowledges the initiator's SYN, or is the answer to another one. */
static void take_synack(struct entry *entry, const struct pl_segment *segment)
{
    if (!fits(segment->ack, entry->isn, entry->syn_data)) {
        entry->state |= IS_OTHER;
        entry->other_ack = segment->ack;
        return;
    }
    count_synack(entry, segment);
    if (attempt_is_complete(entry) ||
        (attempt_has(entry, IS_CROSSED) && segment->seq != entry->peer_isn))
        return;
    /* The answers to a repeated SYN may have different numbers: SYN cookies. */
    entry->state = (uint16_t)((entry->state & ~(IS_ICMP | IS_ABANDONED)) | IS_ACKED | HAS_PEER_SYN);
    entry->peer_isn = segment->seq;
    entry->taken = limit(segment->ack - entry->isn - 1);
    entry->synack_data = limit(segment->data);
    take_syn(entry, 1, &segment->syn);
}

static int on_synack(struct pl_attempts *table, struct key *key)
{
    const struct pl_segment *segment = key->segment;
    struct entry *entry = key->entry;

    if (!entry)
        return on_lone_synack(table, key);
    if (attempt_has(entry, IS_PASSED))
        return 0;
    if (!attempt_has(entry, HAS_SYN)) {
        count(&entry->synack_count);
        return 0;
    }
    if (!key->by_initiator) {
        take_synack(entry, segment);
    } else if (attempt_has(entry, HAS_PEER_SYN) && segment->seq == entry->isn &&
               fits(segment->ack, entry->peer_isn, entry->synack_data)) {
        if (segment->ack == entry->peer_isn + 1)
            entry->have[0] |= OWN_SYNACK | (entry->synack_us == NO_TIME ? OWN_SYNACK_FIRST : 0);
        count_synack(entry, segment);
        entry->state |= IS_PEER_ACKED;
    }
    return 0;
}

/* ---- RST ---- */

/* Returns whether an RST of the responder is for this attempt: RFC 9293, 3.10.7.3 and 3.10.7.4. */
static bool is_refusal(const struct entry *entry, const struct pl_segment *segment)
{
    if (segment->bad || !attempt_has(entry, HAS_SYN))
        return false;
    if (attempt_has(entry, IS_ACKED))
        return fits(segment->seq, entry->peer_isn, entry->synack_data);
    return (segment->flags & PL_TCP_ACK) && fits(segment->ack, entry->isn, entry->syn_data);
}

/* Returns whether the initiator refuses a SYN-ACK with it. */
static bool is_abandon(const struct entry *entry, const struct pl_segment *segment)
{
    if (segment->bad || !attempt_has(entry, HAS_SYN))
        return false;
    return (attempt_has(entry, IS_ACKED) && fits(segment->seq, entry->isn, entry->syn_data)) ||
           (attempt_has(entry, IS_OTHER) && segment->seq == entry->other_ack);
}

static void refuse(struct entry *entry, const struct pl_segment *segment, unsigned int state)
{
    entry->state |= (uint16_t)state;
    if (entry->end_us == NO_TIME)
        entry->end_us = micros(entry, segment->time);
}

static int on_rst(struct pl_attempts *table, struct key *key)
{
    const struct pl_segment *segment = key->segment;
    struct entry *entry = key->entry;

    if (!entry) {
        /* An RST with ACK answers a segment that was sent to it. */
        if (table->hurry || attempt_is_recent(table, key->hash))
            return 0;
        entry = attempt_insert(table, key, !(segment->flags & PL_TCP_ACK));
        if (!entry)
            return -ENOMEM;
        refuse(entry, segment, IS_RST);
        return attempt_finish(table, entry, false);
    }
    if (attempt_is_refused_early(entry))
        return 0;
    if (attempt_has(entry, IS_PASSED) || (attempt_is_complete(entry) && !segment->bad))
        return attempt_finish(table, entry, false);
    if (!key->by_initiator && is_refusal(entry, segment))
        refuse(entry, segment, IS_RST);
    else if (!key->by_initiator && attempt_has(entry, HAS_SYN))
        entry->state |= IS_BAD_RST;
    else if (key->by_initiator && is_abandon(entry, segment))
        refuse(entry, segment, IS_ABANDONED);
    return 0;
}

/* ---- other segments ---- */

static int on_late(struct pl_attempts *table, struct key *key)
{
    const struct pl_segment *segment = key->segment;
    /* Which end began is not known; usually it is the one with the higher port. */
    bool by_source = segment->source_port >= segment->target_port;
    struct entry *entry;

    /* Live, a connection that began before is no attempt. */
    if (table->hurry || !(segment->flags & PL_TCP_ACK) || attempt_is_recent(table, key->hash))
        return 0;
    entry = attempt_insert(table, key, by_source);
    if (!entry)
        return -ENOMEM;
    entry->state |= IS_PEER_ACKED;
    return 0;
}

/* Remembers FINs; removes a connection when both ends have sent one. */
static int note_fin(struct pl_attempts *table, const struct key *key)
{
    if (key->segment->flags & PL_TCP_FIN)
        key->entry->state |= key->by_initiator ? HAS_FIN : HAS_PEER_FIN;
    return attempt_has(key->entry, HAS_FIN | HAS_PEER_FIN)
               ? attempt_finish(table, key->entry, false)
               : 0;
}

static void take_third(struct entry *entry, const struct pl_segment *segment)
{
    entry->state = (uint16_t)((entry->state & ~(IS_RST | IS_ABANDONED)) | HAS_THIRD);
    entry->end_us = micros(entry, segment->time);
    entry->third_seq = segment->seq;
    entry->third_ack = segment->ack;
}

/* A segment of the initiator, with ACK: step 3, if it acknowledges the responder's SYN. */
static void take_ack(struct entry *entry, const struct pl_segment *segment)
{
    if (!(entry->state & (IS_ACKED | HAS_PEER_SYN | IS_OTHER | HAS_THIRD)) &&
        fits(segment->seq, entry->isn, entry->syn_data) && segment->ack != 0) {
        /* Step 2 was not captured. Only a segment of the responder proves that there was one. */
        entry->state |= HAS_THIRD;
        entry->end_us = micros(entry, segment->time);
        entry->third_seq = segment->seq;
        entry->third_ack = segment->ack;
        return;
    }
    if (!attempt_has(entry, HAS_PEER_SYN) ||
        !fits(segment->ack, entry->peer_isn, entry->synack_data))
        return;
    entry->state |= IS_PEER_ACKED;
    if (attempt_is_complete(entry) && !attempt_has(entry, HAS_THIRD))
        take_third(entry, segment);
}

static int on_other(struct pl_attempts *table, struct key *key)
{
    const struct pl_segment *segment = key->segment;
    struct entry *entry = key->entry;
    int err = 0;

    if (!entry) {
        err = on_late(table, key);
        entry = key->entry;
        if (err < 0 || !entry)
            return err;
    }
    if (!(segment->flags & PL_TCP_ACK))
        return 0;
    if (!attempt_has(entry, HAS_SYN)) {
        entry->state |= IS_PEER_ACKED;
    } else if (!attempt_has(entry, IS_PASSED) && key->by_initiator) {
        take_ack(entry, segment);
    } else if (!attempt_has(entry, IS_PASSED) && fits(segment->ack, entry->isn, UINT16_MAX)) {
        /* The responder sends data: it has got the third step; or it crossed. */
        if (attempt_has(entry, IS_CROSSED) || attempt_has(entry, HAS_THIRD))
            entry->state |= IS_ACKED;
        if (attempt_has(entry, HAS_THIRD) && !attempt_has(entry, HAS_PEER_SYN)) {
            entry->state |= HAS_PEER_SYN;
            entry->peer_isn = entry->third_ack - 1;
        }
        if (attempt_has(entry, IS_ACKED) && !(entry->have[0] & PL_SYN_FAST_OPEN))
            entry->state |= IS_PEER_ACKED;
        if (attempt_has(entry, IS_CROSSED) && attempt_is_complete(entry) &&
            !attempt_has(entry, HAS_THIRD))
            take_third(entry, segment);
    }
    /* Copies of the SYN-ACK can follow until the responder has got the third step. */
    if (!attempt_has(entry, IS_PASSED) &&
        (attempt_has(entry, HAS_SYN) ? attempt_is_complete(entry) && !key->by_initiator : true)) {
        err = attempt_pass(table, entry, false);
        entry->state |= IS_PASSED;
    }
    return err ? err : note_fin(table, key);
}

/* ---- ICMP ---- */

/* Returns whether the error ends an attempt: not one about the size, nor about the way. */
static bool is_fatal(const struct pl_segment *segment)
{
    if (segment->bad)
        return false;
    if (segment->family == 6)
        return segment->type == 1 || segment->type == 3 || segment->type == 4;
    return (segment->type == 3 && segment->code != 4) || segment->type == 11 || segment->type == 12;
}

/* Returns whether it returns a SYN that did not reach an interface, as if there is no neighbour. */
static bool is_first(const struct pl_attempts *table, const struct key *key)
{
    const unsigned int both = PL_TCP_SYN | PL_TCP_ACK;

    return !key->entry && (key->segment->flags & both) == PL_TCP_SYN && is_fatal(key->segment) &&
           !attempt_is_recent(table, key->hash);
}

static int on_icmp(struct pl_attempts *table, struct key *key)
{
    const struct pl_segment *segment = key->segment;
    int err = is_first(table, key) ? begin(table, key) : 0;
    struct entry *entry = key->entry;

    if (!entry || !key->by_initiator || !is_fatal(segment) || segment->seq != entry->isn ||
        entry->state & (IS_PASSED | IS_ACKED | IS_RST | IS_ICMP) || !attempt_has(entry, HAS_SYN))
        return err;
    entry->type = segment->type;
    entry->code = segment->code;
    refuse(entry, segment, IS_ICMP);
    return err;
}

/* ---- segments ---- */

/* Returns whether the attempts depend on the segment, before it is added. */
static bool matters(const struct key *key, bool hurry)
{
    const struct pl_segment *segment = key->segment;
    const struct entry *entry = key->entry;

    if (!entry || !attempt_has(entry, IS_PASSED))
        return entry || segment->flags & PL_TCP_SYN || (segment->flags & PL_TCP_RST && !hurry);
    if (segment->flags & PL_TCP_SYN) /* the same one again does not */
        return !(segment->flags & PL_TCP_ACK) &&
               !(key->by_initiator && attempt_has(entry, HAS_SYN) && segment->seq == entry->isn);
    return segment->flags & (PL_TCP_FIN | PL_TCP_RST) && entry->state & (HAS_SYN | HAS_PEER_SYN) &&
           !attempt_is_refused_early(entry);
}

bool pl_attempts_matters(const struct pl_attempts *attempts)
{
    return attempts->matters;
}

static int add(struct pl_attempts *attempts, struct key *key)
{
    const struct pl_segment *segment = key->segment;

    if (segment->icmp)
        return on_icmp(attempts, key);
    if (segment->flags & PL_TCP_RST)
        return on_rst(attempts, key);
    if (!(segment->flags & PL_TCP_SYN))
        return on_other(attempts, key);
    return segment->flags & PL_TCP_ACK ? on_synack(attempts, key) : on_syn(attempts, key);
}

int pl_attempts_add(struct pl_attempts *attempts, const struct pl_segment *segment)
{
    const unsigned int decides = PL_TCP_SYN | PL_TCP_RST;
    struct key key;
    int err = 0;

    attempts->matters = false;
    if (segment->time > attempts->now)
        attempts->now = segment->time;
    if (++attempts->packets >= attempts->used / 8 && attempts->now >= attempts->due)
        err = attempt_sweep(attempts);
    if (err == 0 && attempts->hurry && attempts->count >= HURRY_MOST)
        err = attempt_shed(attempts);
    if (err != 0 || (segment->flags & decides) == decides)
        return err;
    attempt_find(attempts, segment, &key);
    attempts->matters = matters(&key, attempts->hurry);
    if (key.entry)
        key.entry->last_ms = since(key.entry, segment->time, MILLISECOND);
    err = add(attempts, &key);
    if (err == 0 && attempts->hurry && key.entry && attempt_has(key.entry, HAS_SYN) &&
        !attempt_has(key.entry, IS_PASSED) && attempt_is_complete(key.entry))
        err = attempt_pass_early(attempts, key.entry);
    return err;
}
