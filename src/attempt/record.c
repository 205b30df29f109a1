/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts as they are passed on: verdicts, and their names. */
#include "attempt.h"

#include "model/array.h"

#include <string.h>

static const struct {
    const char *name, *text;
} verdicts[PL_VERDICT_MAX] = {
    [PL_VERDICT_NONE] = {"none", ""},
    [PL_VERDICT_COMPLETED] = {"completed", "all three steps of the handshake"},
    [PL_VERDICT_SIMULTANEOUS] = {"completed_simultaneous",
                                 "both ends sent a SYN, and each acknowledged that of the other"},
    [PL_VERDICT_RST] = {"refused_rst",
                        "an RST that acknowledges the SYN: no listener, or a firewall"},
    [PL_VERDICT_ICMP] = {"refused_icmp", "an ICMP error that returns the SYN"},
    [PL_VERDICT_NO_ANSWER] = {"no_answer", "no answer to the SYN was captured"},
    [PL_VERDICT_TRYING] = {"still_trying", "no answer to the SYN yet"},
    [PL_VERDICT_HALF_OPEN] = {"half_open", "a SYN-ACK, but no third step was captured"},
    [PL_VERDICT_ABANDONED] = {"abandoned", "the initiator answered the SYN-ACK with an RST"},
    [PL_VERDICT_LATE] = {"late", "the connection began before its first packet was captured"},
    [PL_VERDICT_STRAY] = {"stray", "a SYN-ACK or an RST of no attempt that was captured"},
};

const char *pl_verdict_name(unsigned int verdict)
{
    return verdict < PL_VERDICT_MAX ? verdicts[verdict].name : NULL;
}

const char *pl_verdict_text(unsigned int verdict)
{
    return verdict < PL_VERDICT_MAX ? verdicts[verdict].text : NULL;
}

/* RFC 792, RFC 1122 3.2.2.1, RFC 4443. */
static const struct {
    uint8_t family, type, code;
    const char *text;
} errors[] = {
    {4, 3, 0, "network unreachable"},
    {4, 3, 1, "host unreachable"},
    {4, 3, 2, "protocol unreachable"},
    {4, 3, 3, "port unreachable"},
    {4, 3, 5, "source route failed"},
    {4, 3, 6, "network unknown"},
    {4, 3, 7, "host unknown"},
    {4, 3, 8, "host isolated"},
    {4, 3, 9, "network prohibited"},
    {4, 3, 10, "host prohibited"},
    {4, 3, 11, "network unreachable for this type of service"},
    {4, 3, 12, "host unreachable for this type of service"},
    {4, 3, 13, "prohibited by a filter"},
    {4, 3, 14, "host precedence violation"},
    {4, 3, 15, "precedence cutoff"},
    {4, 11, 0, "time to live exceeded"},
    {4, 11, 1, "reassembly time exceeded"},
    {4, 12, 0, "invalid field in the header"},
    {6, 1, 0, "no route"},
    {6, 1, 1, "prohibited by a filter"},
    {6, 1, 2, "beyond the scope of the source address"},
    {6, 1, 3, "address unreachable"},
    {6, 1, 4, "port unreachable"},
    {6, 1, 5, "source address prohibited"},
    {6, 1, 6, "route rejected"},
    {6, 3, 0, "hop limit exceeded"},
    {6, 3, 1, "reassembly time exceeded"},
    {6, 4, 0, "invalid field in the header"},
    {6, 4, 1, "next header unknown"},
    {6, 4, 2, "option unknown"},
};

const char *pl_attempt_icmp(const struct pl_attempt *attempt)
{
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        if (errors[i].family == attempt->family && errors[i].type == attempt->icmp_type &&
            errors[i].code == attempt->icmp_code)
            return errors[i].text;
    }
    return NULL;
}

enum pl_verdict attempt_verdict(const struct entry *entry, bool going_on)
{
    const uint16_t state = entry->state;

    if (!(state & HAS_SYN))
        return state & IS_PEER_ACKED ? PL_VERDICT_LATE : PL_VERDICT_STRAY;
    if (attempt_is_complete(entry))
        return state & IS_CROSSED ? PL_VERDICT_SIMULTANEOUS : PL_VERDICT_COMPLETED;
    if (state & IS_RST)
        return PL_VERDICT_RST;
    if (state & IS_ABANDONED)
        return PL_VERDICT_ABANDONED;
    if (state & (IS_ACKED | IS_PEER_ACKED))
        return PL_VERDICT_HALF_OPEN;
    if (state & IS_ICMP)
        return PL_VERDICT_ICMP;
    /* The third step acknowledges an answer that was not captured. */
    return going_on && !(state & HAS_THIRD) ? PL_VERDICT_TRYING : PL_VERDICT_NO_ANSWER;
}

/* The known members, by the state of an entry. */
static const struct {
    uint16_t state;
    uint32_t have;
} known[] = {
    {HAS_SYN, PL_ATTEMPT_SYN | PL_ATTEMPT_ISN},
    {HAS_PEER_SYN, PL_ATTEMPT_PEER_SYN | PL_ATTEMPT_PEER_ISN},
    {HAS_THIRD, PL_ATTEMPT_THIRD},
    {IS_OTHER, PL_ATTEMPT_OTHER},
    {IS_BAD_RST, PL_ATTEMPT_BAD_RST},
    {IS_CROSSED, PL_ATTEMPT_CROSSED},
    {IS_REVERSED, PL_ATTEMPT_REVERSED},
    {IS_RST, PL_ATTEMPT_END | PL_ATTEMPT_RST_SEEN},
    {IS_ABANDONED, PL_ATTEMPT_END},
    {IS_ICMP, PL_ATTEMPT_END},
};

/* Of an entry that began with its SYN-ACK, syn_last_us is the time of the SYN. */
static void set_times(const struct entry *entry, struct pl_attempt *attempt)
{
    bool reversed = (entry->state & IS_REVERSED) != 0;
    uint32_t syn = reversed ? entry->syn_last_us : 0;

    attempt->time += (uint64_t)syn * 1000;
    attempt->syn_last_us = reversed ? 0 : entry->syn_last_us;
    attempt->end_us = entry->end_us != NO_TIME && entry->end_us > syn ? entry->end_us - syn : 0;
    if (entry->synack_us == NO_TIME || !(entry->state & HAS_SYN))
        return;
    attempt->synack_us = entry->synack_us;
    attempt->have |= reversed ? 0 : PL_ATTEMPT_SYNACK_TIME;
    if (entry->state & HAS_THIRD && entry->end_us >= entry->synack_us) {
        attempt->third_us = entry->end_us - entry->synack_us;
        attempt->have |= PL_ATTEMPT_THIRD_TIME;
    }
}

int attempt_pass(const struct pl_attempts *table, const struct entry *entry, bool going_on)
{
    struct pl_attempt attempt = {
        .time = entry->time,
        .ports = {entry->ports[0], entry->ports[1]},
        .isn = entry->isn,
        .peer_isn = entry->peer_isn,
        .have = PL_ATTEMPT_PACKETS | PL_ATTEMPT_SYN_COUNT | PL_ATTEMPT_SYNACK_COUNT,
        .third_seq = entry->third_seq,
        .third_ack = entry->third_ack,
        .other_ack = entry->other_ack,
        .syn_count = entry->syn_count,
        .synack_count = entry->synack_count,
        .syn_data = entry->syn_data,
        .taken = entry->taken,
        .synack_data = entry->synack_data,
        .syn = {entry->have[0] & (uint16_t)(OWN_SYNACK_FIRST - 1), entry->mss[0], entry->scale[0]},
        .peer_syn = {entry->have[1], entry->mss[1], entry->scale[1]},
        .family = entry->state & IS_V6 ? 6 : 4,
        .verdict = (uint8_t)attempt_verdict(entry, going_on),
        .icmp_type = entry->type,
        .icmp_code = entry->code,
    };

    memcpy(attempt.addrs, entry->addrs, sizeof(attempt.addrs));
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (entry->state & known[i].state)
            attempt.have |= known[i].have;
    }
    if (entry->state & IS_CROSSED && entry->have[0] & OWN_SYNACK)
        attempt.have |= PL_ATTEMPT_OWN_SYNACK |
                        (entry->have[0] & OWN_SYNACK_FIRST ? PL_ATTEMPT_OWN_SYNACK_FIRST : 0U);
    set_times(entry, &attempt);
    return table->take(table->arg, &attempt);
}
