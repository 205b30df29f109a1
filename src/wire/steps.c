/* SPDX-License-Identifier: BSD-2-Clause */
/* An attempt as the steps of the handshake, with the numbers checked: RFC 9293, section 3.5. */
#include "attempts.h"

#include "model/array.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

size_t steps_span(uint32_t us, char text[STEP_TIME], const char *separator)
{
    static const char *const units[] = {"us", "ms", "s"};
    unsigned int unit = us < 1000 ? 0 : us < 1000000 ? 1 : 2;
    uint32_t whole = unit == 0 ? us : unit == 1 ? us / 1000 : us / 1000000;
    uint32_t part = unit == 1 ? us % 1000 : us / 1000 % 1000;
    char *end = text + pl_number_print(whole, text);

    if (unit > 0) {
        *end++ = '.';
        for (uint32_t ten = 100; ten > 0; ten /= 10)
            *end++ = (char)('0' + part / ten % 10);
    }
    return (size_t)(stpcpy(stpcpy(end, separator), units[unit]) - text);
}

void steps_time(uint32_t us, char text[STEP_TIME])
{
    (void)steps_span(us, text, " ");
}

/* ---- parts of texts ---- */

__attribute__((format(printf, 2, 3))) static void add(char text[STEP_TEXT], const char *format, ...)
{
    size_t len = strlen(text);
    va_list list;

    va_start(list, format);
    (void)vsnprintf(text + len, STEP_TEXT - len, format, list);
    va_end(list);
}

/* "ACK = SYN + 1: 1422624491 + 1", and the exceptions: data in the SYN, and numbers that wrap. */
static void add_check(char text[STEP_TEXT], uint32_t isn, uint32_t data, uint32_t ack)
{
    uint32_t taken = ack - isn - 1;

    if (taken == 0 && data == 0)
        add(text, "ACK = SYN + 1: %" PRIu32 " + 1", isn);
    else if (taken <= data)
        add(text, "ACK = SYN + 1 + %" PRIu32 " of %" PRIu32 " bytes: %" PRIu32 " + %" PRIu32, taken,
            data, isn, taken + 1);
    else
        add(text, "ACK is not SYN + 1 = %" PRIu32, isn + 1);
    if (taken <= data && ack <= isn)
        add(text, " = %" PRIu32 " modulo 2^32", ack);
}

static void add_options(char text[STEP_TEXT], const struct pl_syn *syn)
{
    static const struct {
        uint16_t option;
        const char *name;
    } names[] = {
        {PL_SYN_SACK, "SACK"},   {PL_SYN_TIMESTAMPS, "timestamps"},
        {PL_SYN_ECN, "ECN"},     {PL_SYN_ACCECN, "accurate ECN"},
        {PL_SYN_MPTCP, "MPTCP"}, {PL_SYN_JOIN, "MPTCP join"},
        {PL_SYN_MD5, "MD5"},     {PL_SYN_AO, "TCP-AO"},
    };
    size_t before = strlen(text);

    if (syn->have & PL_SYN_MSS)
        add(text, ", MSS %u", syn->mss);
    if (syn->have & PL_SYN_SCALE)
        add(text, ", window scale %u", syn->scale);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (syn->have & names[i].option)
            add(text, ", %s", names[i].name);
    }
    if (syn->have & PL_SYN_FAST_OPEN)
        add(text, ", Fast Open%s", syn->have & PL_SYN_COOKIE ? " cookie" : "");
    if (before == 0 && text[0] == ',')
        memmove(text, text + 2, strlen(text + 2) + 1);
}

static void add_again(char text[STEP_TEXT], unsigned int count, uint32_t us)
{
    char time[STEP_TIME];

    if (count < 2)
        return;
    add(text, "%ssent %u times", text[0] != '\0' ? "; " : "", count);
    if (us == 0)
        return;
    steps_time(us, time);
    add(text, ", the last after %s", time);
}

/* ---- steps ---- */

static struct step *begin(struct step *steps, size_t *count, bool by_responder, const char *title)
{
    struct step *step = &steps[(*count)++];

    *step = (struct step){.by_responder = by_responder};
    add(step->title, "%s", title);
    return step;
}

static void set_time(struct step *step, uint32_t us)
{
    step->timed = true;
    step->us = us;
}

static void put_syn(const struct pl_attempt *attempt, struct step *steps, size_t *count)
{
    struct step *step = begin(steps, count, false, "SYN");

    add(step->title, "  seq %" PRIu32, attempt->isn);
    if (attempt->syn_data > 0)
        add(step->check, "with %u bytes of data", attempt->syn_data);
    add_options(step->text, &attempt->syn);
    add_again(step->text, attempt->syn_count, attempt->syn_last_us);
    if (attempt->have & PL_ATTEMPT_PACKETS)
        set_time(step, 0);
    step->lesson = "Step 1: the client sends its random initial sequence number.";
}

static void put_crossing(const struct pl_attempt *attempt, struct step *steps, size_t *count)
{
    struct step *step = begin(steps, count, true, "SYN");

    add(step->title, "  seq %" PRIu32, attempt->peer_isn);
    add(step->check, "both ends send a SYN");
    add_options(step->text, &attempt->peer_syn);
    step->lesson = "A simultaneous open: each end must acknowledge the SYN of the other.";
}

static void put_other(const struct pl_attempt *attempt, struct step *steps, size_t *count)
{
    struct step *step = begin(steps, count, true, "SYN,ACK");

    add(step->title, "  ack %" PRIu32, attempt->other_ack);
    if (attempt->have & PL_ATTEMPT_SYN)
        add_check(step->check, attempt->isn, attempt->syn_data, attempt->other_ack);
    else
        add(step->check, "its SYN was not captured");
    if (attempt->have & PL_ATTEMPT_SYN)
        step->lesson = "It answers another SYN, so the client must refuse it with an RST.";
}

static void put_bad_rst(const struct pl_attempt *attempt, struct step *steps, size_t *count)
{
    struct step *step = begin(steps, count, true, "RST");

    add(step->check, "does not acknowledge SYN + 1 = %" PRIu32 ": ignored", attempt->isn + 1);
    step->lesson = "Only an RST that acknowledges the SYN refuses it; another one may be forged.";
}

/* The second SYN of a simultaneous open is answered as any other. */
static void put_own_synack(const struct pl_attempt *attempt, struct step *steps, size_t *count)
{
    uint32_t ack = attempt->peer_isn + 1;
    struct step *step = begin(steps, count, false, "SYN,ACK");

    add(step->title, "  seq %" PRIu32 "  ack %" PRIu32, attempt->isn, ack);
    add_check(step->check, attempt->peer_isn, 0, ack);
    if (attempt->have & PL_ATTEMPT_OWN_SYNACK_FIRST && attempt->have & PL_ATTEMPT_SYNACK_TIME)
        set_time(step, attempt->synack_us);
    step->lesson = "The client acknowledges the other SYN, and repeats its own number.";
}

static void put_synack(const struct pl_attempt *attempt, struct step *steps, size_t *count)
{
    uint32_t ack = attempt->isn + 1 + attempt->taken;
    struct step *step = begin(steps, count, true, "SYN,ACK");

    add(step->title, "  seq %" PRIu32 "  ack %" PRIu32, attempt->peer_isn, ack);
    add_check(step->check, attempt->isn,
              attempt->have & PL_ATTEMPT_PACKETS ? attempt->syn_data : attempt->taken, ack);
    if (!(attempt->have & PL_ATTEMPT_CROSSED)) {
        add_options(step->text, &attempt->peer_syn);
        add_again(step->text, attempt->synack_count, 0);
    }
    if (attempt->have & PL_ATTEMPT_SYNACK_TIME && !(attempt->have & PL_ATTEMPT_OWN_SYNACK_FIRST))
        set_time(step, attempt->synack_us);
    step->lesson = "Step 2: the server acknowledges it, and sends its own random number.";
}

static void put_third(const struct pl_attempt *attempt, struct step *steps, size_t *count)
{
    struct step *step = begin(steps, count, false, "ACK");

    add(step->title, "  seq %" PRIu32 "  ack %" PRIu32, attempt->third_seq, attempt->third_ack);
    if (attempt->synack_count > 0)
        add_check(step->check, attempt->peer_isn, attempt->synack_data, attempt->third_ack);
    else if (attempt->have & PL_ATTEMPT_PACKETS)
        add(step->check, "the SYN-ACK was not captured");
    else
        add_check(step->check, attempt->peer_isn, 0, attempt->third_ack);
    if (attempt->have & PL_ATTEMPT_PACKETS)
        set_time(step, attempt->end_us);
    step->lesson = "Step 3: the client acknowledges it in the same way. The connection is open.";
}

static void put_end(const struct pl_attempt *attempt, struct step *steps, size_t *count)
{
    bool by_initiator = attempt->verdict == PL_VERDICT_ABANDONED;
    bool icmp = attempt->verdict == PL_VERDICT_ICMP;
    const char *text = icmp ? pl_attempt_icmp(attempt) : NULL;
    struct step *step = begin(steps, count, !by_initiator, icmp ? "ICMP" : "RST");

    if (icmp)
        add(step->title, "  type %u code %u", attempt->icmp_type, attempt->icmp_code);
    if (text)
        add(step->check, "%s", text);
    if (attempt->verdict == PL_VERDICT_RST && attempt->synack_count == 0)
        add(step->check, "ACK = SYN + 1: %" PRIu32 " + 1", attempt->isn);
    set_time(step, attempt->end_us);
    step->lesson = icmp ? "A router or the server returns the SYN, so the client gives up."
                   : by_initiator
                       ? "The client does not want the connection: a scan, or a program that ended."
                       : "Nothing listens on the port, or a firewall rejects the SYN.";
}

size_t steps_of(const struct pl_attempt *attempt, struct step steps[STEPS])
{
    /* Without packets, what was sent follows from the kernel's numbers. */
    const bool numbers = !(attempt->have & PL_ATTEMPT_PACKETS);
    const struct {
        bool is;
        void (*put)(const struct pl_attempt *attempt, struct step *steps, size_t *count);
    } rows[] = {
        {attempt->have & PL_ATTEMPT_SYN || (numbers && attempt->have & PL_ATTEMPT_ISN), put_syn},
        {attempt->have & PL_ATTEMPT_CROSSED, put_crossing},
        {attempt->have & PL_ATTEMPT_OTHER, put_other},
        {attempt->have & PL_ATTEMPT_BAD_RST, put_bad_rst},
        {attempt->have & PL_ATTEMPT_OWN_SYNACK, put_own_synack},
        {(attempt->have & PL_ATTEMPT_SYN && attempt->synack_count > 0) ||
             (numbers && attempt->have & PL_ATTEMPT_PEER_ISN),
         put_synack},
        {attempt->have & PL_ATTEMPT_THIRD, put_third},
        {attempt->have & PL_ATTEMPT_END && attempt->have & PL_ATTEMPT_SYN, put_end},
    };
    size_t count = 0;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (rows[i].is)
            rows[i].put(attempt, steps, &count);
    }
    return count;
}

/* ---- remarks ---- */

__attribute__((format(printf, 2, 3))) static void remark(struct out *out, const char *format, ...)
{
    char text[STEP_TEXT];
    va_list list;

    va_start(list, format);
    (void)vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    out_word(out, text);
}

static const char *again(struct out *out, size_t from)
{
    return out->len > from ? "; " : "";
}

/* "dropped here 3 times: NETFILTER_DROP, a rule of the firewall (netfilter)" */
static void remark_drops(struct out *out, const struct pl_attempt *attempt, const char *separator)
{
    const char *text = pl_drop_text(attempt->drop_reason);
    char times[24] = "";

    if (attempt->drop_count > 1)
        (void)snprintf(times, sizeof(times), " %u times", attempt->drop_count);
    remark(out, "%s%s dropped on this machine%s: %s%s%s", separator,
           attempt->have & PL_ATTEMPT_DROPPED_ANSWER ? "SYN-ACK" : "SYN", times,
           attempt->drop_reason, text ? ", " : "", text ? text : "");
}

/* "accept queue full: 3 waiting, limit 2; ListenOverflows rose by 8" */
static void remark_queue(struct out *out, const struct pl_attempt *attempt, size_t from)
{
    if (attempt->have & PL_ATTEMPT_QUEUE && attempt->queue > attempt->queue_limit)
        remark(out, "%saccept queue full%s: %" PRIu32 " waiting, limit %" PRIu32, again(out, from),
               attempt->overflows != 0 ? "" : " now", attempt->queue, attempt->queue_limit);
    if (attempt->overflows != 0)
        remark(out, "%sListenOverflows rose by %" PRIu32, again(out, from), attempt->overflows);
    if (attempt->syn_drops != 0)
        remark(out, "%sSYN queue full: TCPReqQFullDrop rose by %" PRIu32, again(out, from),
               attempt->syn_drops);
}

void columns_remark(struct out *out, const struct pl_attempt *attempt)
{
    const uint32_t have = attempt->have;
    size_t from = out->len;
    char time[STEP_TIME];

    if (attempt->syn_count > 1) {
        steps_time(attempt->syn_last_us, time);
        remark(out, "SYN %u times%s%s", attempt->syn_count, have & PL_ATTEMPT_PACKETS ? " in " : "",
               have & PL_ATTEMPT_PACKETS ? time : "");
    }
    if (attempt->synack_count > 1 && !(have & PL_ATTEMPT_CROSSED))
        remark(out, "%sSYN-ACK %u times", again(out, from), attempt->synack_count);
    if (attempt->syn.have & PL_SYN_BAD)
        remark(out, "%sthe checksum of the SYN is wrong", again(out, from));
    if (attempt->peer_syn.have & PL_SYN_BAD)
        remark(out, "%sthe checksum of the %s is wrong", again(out, from),
               have & PL_ATTEMPT_CROSSED ? "responder's SYN" : "SYN-ACK");
    if (have & PL_ATTEMPT_REVERSED)
        remark(out, "%sSYN-ACK captured before its SYN", again(out, from));
    if (have & PL_ATTEMPT_OTHER && have & PL_ATTEMPT_SYN)
        remark(out, "%sa SYN-ACK acknowledges %" PRIu32 ", not %" PRIu32, again(out, from),
               attempt->other_ack, attempt->isn + 1);
    if (have & PL_ATTEMPT_BAD_RST)
        remark(out, "%san RST does not acknowledge the SYN: ignored", again(out, from));
    if (attempt->syn_data > 0)
        remark(out, "%s%u bytes in the SYN", again(out, from), attempt->syn_data);
    if (attempt->syn_data > 0 && attempt->synack_count > 0)
        remark(out, ", %u acknowledged", attempt->taken);
    if (have & PL_ATTEMPT_THIRD && attempt->synack_count == 0 && have & PL_ATTEMPT_PACKETS)
        remark(out, "%sACK %" PRIu32 ", but its SYN-ACK was not captured", again(out, from),
               attempt->third_ack);
    if (have & PL_ATTEMPT_THIRD && !(have & PL_ATTEMPT_CROSSED) &&
        attempt->third_seq - (attempt->isn + 1) > attempt->syn_data)
        remark(out, "%sthe third step has sequence number %" PRIu32 ", not %" PRIu32,
               again(out, from), attempt->third_seq, attempt->isn + 1);
    if (attempt->verdict == PL_VERDICT_RST && !(have & PL_ATTEMPT_PACKETS))
        remark(out, "%sconnection refused, by an RST or an ICMP port unreachable",
               again(out, from));
    if (columns_error(attempt) && attempt->verdict != PL_VERDICT_RST)
        remark(out, "%sconnect(2) failed with %s", again(out, from), columns_error(attempt));
    if (have & PL_ATTEMPT_CLOSED) {
        steps_time(attempt->connect_us, time);
        remark(out, "%sits program closed it%s%s", again(out, from),
               have & PL_ATTEMPT_CONNECT_TIME ? " after " : "",
               have & PL_ATTEMPT_CONNECT_TIME ? time : "");
    }
    if (attempt->verdict == PL_VERDICT_ICMP && have & PL_ATTEMPT_PACKETS)
        remark(out, "%sICMP %s", again(out, from),
               pl_attempt_icmp(attempt) ? pl_attempt_icmp(attempt) : "error");
    if (have & PL_ATTEMPT_DROPPED)
        remark_drops(out, attempt, again(out, from));
    remark_queue(out, attempt, from);
    if (attempt->verdict == PL_VERDICT_STRAY)
        remark(out, "%s",
               have & PL_ATTEMPT_RST_SEEN
                   ? "RST of no attempt"
                   : "SYN-ACK whose SYN was not captured, or has other addresses");
}
