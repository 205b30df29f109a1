/* SPDX-License-Identifier: BSD-2-Clause */
/* -i of a TCP socket: struct tcp_info in ss's words, order, units and roundings. */
#include "layout.h"
#include "model/array.h"

#include "view/text.h"

#include <stdio.h>

#define MS                1000.0 /* of the kernel's microseconds */
#define BITS              8.0    /* of its bytes a second */
#define GAIN              256.0  /* BBR: 1 */
#define RTO_UNSET         3000000
#define SSTHRESH_INFINITE 0xffff
#define REORDERING_USUAL  3
#define VEGAS_RTT_UNSET   0x7fffffff

/* What is being written, so that the tables below can be short. */
struct row {
    const struct as_view *view;
    const struct pl_sock *sock;
    struct out *out;
};

static uint64_t number(const struct row *row, enum pl_attr_id id)
{
    return ss_number(row->view, row->sock, id);
}

/* "%g": six digits at most, without trailing zeros. */
static void put_real(const struct row *row, const char *name, double n)
{
    char text[32];

    out_word(row->out, name);
    (void)snprintf(text, sizeof(text), "%g", n);
    out_word(row->out, text);
}

static void put_number(const struct row *row, const char *name, uint64_t n)
{
    out_word(row->out, name);
    out_number(row->out, n);
}

/* A field that is not 0. */
struct field {
    enum pl_attr_id id;
    const char *name;
};

static void put_fields(const struct row *row, const struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t n = number(row, fields[i].id);

        if (n != 0)
            put_number(row, fields[i].name, n);
    }
}

static void put_ms(const struct row *row, const char *name, enum pl_attr_id id)
{
    if (number(row, id) != 0)
        put_real(row, name, (double)number(row, id) / MS);
}

static void put_flag(const struct row *row, const char *name, enum pl_attr_id id)
{
    if (number(row, id) != 0)
        out_word(row->out, name);
}

/* Bits a second, by thousands; with -n all digits. */
static void put_rate(const struct row *row, const char *name, double bits)
{
    static const struct {
        double unit;
        char letter;
    } units[] = {{1e12, 'T'}, {1e9, 'G'}, {1e6, 'M'}, {1e3, 'k'}};
    char text[64];
    size_t at = 0;

    out_word(row->out, name);
    while (at < COUNT_OF(units) && bits < units[at].unit)
        at++;
    if (row->view->numeric)
        (void)snprintf(text, sizeof(text), "%.0f", bits);
    else if (at < COUNT_OF(units))
        (void)snprintf(text, sizeof(text), "%.3g%c", bits / units[at].unit, units[at].letter);
    else
        (void)snprintf(text, sizeof(text), "%g", bits);
    out_word(row->out, text);
    out_word(row->out, "bps");
}

static void put_agreed(const struct row *row)
{
    struct pl_text congestion = ss_text(row->view, row->sock, PL_ATTR_CONGESTION);

    if (row->view->timers) {
        put_flag(row, " ts", PL_ATTR_TIMESTAMPS);
        put_flag(row, " sack", PL_ATTR_SACK);
        put_flag(row, " ecn", PL_ATTR_ECN);
        put_flag(row, " ecnseen", PL_ATTR_ECN_SEEN);
        put_flag(row, " fastopen", PL_ATTR_SYN_DATA);
    }
    if (congestion.len > 0) {
        out_char(row->out, ' ');
        text_plain(row->out, congestion, " ");
    }
    if (number(row, PL_ATTR_WSCALE) != 0) {
        put_number(row, " wscale:", number(row, PL_ATTR_SND_WSCALE));
        put_number(row, ",", number(row, PL_ATTR_RCV_WSCALE));
    }
}

static void put_times(const struct row *row)
{
    if (number(row, PL_ATTR_RTO) != RTO_UNSET)
        put_ms(row, " rto:", PL_ATTR_RTO);
    if (number(row, PL_ATTR_BACKOFF) != 0)
        put_number(row, " backoff:", number(row, PL_ATTR_BACKOFF));
    if (number(row, PL_ATTR_RTT) != 0) {
        put_ms(row, " rtt:", PL_ATTR_RTT);
        put_real(row, "/", (double)number(row, PL_ATTR_RTTVAR) / MS);
    }
    put_ms(row, " ato:", PL_ATTR_ATO);
}

static void put_amounts(const struct row *row)
{
    static const struct field sizes[] = {
        {PL_ATTR_SND_MSS, " mss:"},   {PL_ATTR_PMTU, " pmtu:"}, {PL_ATTR_RCV_MSS, " rcvmss:"},
        {PL_ATTR_ADVMSS, " advmss:"}, {PL_ATTR_CWND, " cwnd:"},
    };
    static const struct field counts[] = {
        {PL_ATTR_BYTES_SENT, " bytes_sent:"},       {PL_ATTR_BYTES_RETRANS, " bytes_retrans:"},
        {PL_ATTR_BYTES_ACKED, " bytes_acked:"},     {PL_ATTR_BYTES_RECEIVED, " bytes_received:"},
        {PL_ATTR_SEGS_OUT, " segs_out:"},           {PL_ATTR_SEGS_IN, " segs_in:"},
        {PL_ATTR_DATA_SEGS_OUT, " data_segs_out:"}, {PL_ATTR_DATA_SEGS_IN, " data_segs_in:"},
    };
    uint64_t threshold = number(row, PL_ATTR_SND_SSTHRESH);

    put_fields(row, sizes, COUNT_OF(sizes));
    if (threshold != 0 && threshold < SSTHRESH_INFINITE)
        put_number(row, " ssthresh:", threshold);
    put_fields(row, counts, COUNT_OF(counts));
}

static void put_algorithm(const struct row *row)
{
    if (ss_has(row->view, row->sock, PL_ATTR_DCTCP_ENABLED)) {
        if (number(row, PL_ATTR_DCTCP_ENABLED) == 0) {
            out_word(row->out, " dctcp:fallback_mode");
        } else {
            put_number(row, " dctcp:(ce_state:", number(row, PL_ATTR_DCTCP_CE_STATE));
            put_number(row, ",alpha:", number(row, PL_ATTR_DCTCP_ALPHA));
            put_number(row, ",ab_ecn:", number(row, PL_ATTR_DCTCP_AB_ECN));
            put_number(row, ",ab_tot:", number(row, PL_ATTR_DCTCP_AB_TOT));
            out_char(row->out, ')');
        }
    }
    if (!ss_has(row->view, row->sock, PL_ATTR_BBR_BW))
        return;
    put_rate(row, " bbr:(bw:", (double)number(row, PL_ATTR_BBR_BW) * BITS);
    put_real(row, ",mrtt:", (double)number(row, PL_ATTR_BBR_MIN_RTT) / MS);
    if (number(row, PL_ATTR_BBR_PACING_GAIN) != 0)
        put_real(row, ",pacing_gain:", (double)number(row, PL_ATTR_BBR_PACING_GAIN) / GAIN);
    if (number(row, PL_ATTR_BBR_CWND_GAIN) != 0)
        put_real(row, ",cwnd_gain:", (double)number(row, PL_ATTR_BBR_CWND_GAIN) / GAIN);
    out_char(row->out, ')');
}

/* What the congestion window lets through in a round trip, as Vegas measures it or TCP. */
static double send_rate(const struct row *row)
{
    uint64_t rtt = number(row, PL_ATTR_RTT);
    uint64_t vegas = number(row, PL_ATTR_VEGAS_RTT);

    if (number(row, PL_ATTR_VEGAS_ENABLED) != 0 && vegas != 0 && vegas != VEGAS_RTT_UNSET)
        rtt = vegas;
    if (rtt == 0)
        return 0;
    return (double)number(row, PL_ATTR_CWND) * (double)number(row, PL_ATTR_SND_MSS) * 8000000. /
           (double)rtt;
}

static bool is_rate(uint64_t bytes)
{
    return bytes != 0 && bytes != UINT64_MAX;
}

static void put_rates(const struct row *row)
{
    static const struct field since[] = {
        {PL_ATTR_LAST_DATA_SENT, " lastsnd:"},
        {PL_ATTR_LAST_DATA_RECV, " lastrcv:"},
        {PL_ATTR_LAST_ACK_RECV, " lastack:"},
    };
    static const struct field delivered[] = {
        {PL_ATTR_DELIVERED, " delivered:"},
        {PL_ATTR_DELIVERED_CE, " delivered_ce:"},
    };
    uint64_t pacing = number(row, PL_ATTR_PACING_RATE);
    uint64_t limit = number(row, PL_ATTR_MAX_PACING_RATE);

    if (send_rate(row) > 0)
        put_rate(row, " send ", send_rate(row));
    put_fields(row, since, COUNT_OF(since));
    if (is_rate(pacing)) {
        put_rate(row, " pacing_rate ", (double)pacing * BITS);
        if (is_rate(limit))
            put_rate(row, "/", (double)limit * BITS);
    }
    if (number(row, PL_ATTR_DELIVERY_RATE) != 0)
        put_rate(row, " delivery_rate ", (double)number(row, PL_ATTR_DELIVERY_RATE) * BITS);
    put_fields(row, delivered, COUNT_OF(delivered));
    put_flag(row, " app_limited", PL_ATTR_APP_LIMITED);
}

/* Time spent so, and its share of the time spent sending. */
static void put_share(const struct row *row, const char *name, enum pl_attr_id id, uint64_t busy)
{
    uint64_t us = number(row, id);
    char share[32];

    if (us == 0)
        return;
    put_number(row, name, us / 1000);
    (void)snprintf(share, sizeof(share), "ms(%.1f%%)", 100.0 * (double)us / (double)busy);
    out_word(row->out, share);
}

static void put_busy(const struct row *row)
{
    uint64_t busy = number(row, PL_ATTR_BUSY_TIME);

    if (busy == 0)
        return;
    put_number(row, " busy:", busy / 1000);
    out_word(row->out, "ms");
    put_share(row, " rwnd_limited:", PL_ATTR_RWND_LIMITED, busy);
    put_share(row, " sndbuf_limited:", PL_ATTR_SNDBUF_LIMITED, busy);
}

static void put_losses(const struct row *row)
{
    static const struct field segments[] = {
        {PL_ATTR_DSACK_DUPS, " dsack_dups:"},
        {PL_ATTR_FACKETS, " fackets:"},
    };
    uint64_t now = number(row, PL_ATTR_RETRANS);
    uint64_t ever = number(row, PL_ATTR_TOTAL_RETRANS);

    if (number(row, PL_ATTR_UNACKED) != 0)
        put_number(row, " unacked:", number(row, PL_ATTR_UNACKED));
    if (now != 0 || ever != 0) {
        put_number(row, " retrans:", now);
        put_number(row, "/", ever);
    }
    if (number(row, PL_ATTR_LOST) != 0)
        put_number(row, " lost:", number(row, PL_ATTR_LOST));
    /* Of a listener it is the limit of its queue. */
    if (number(row, PL_ATTR_SACKED) != 0 && row->sock->state != PL_STATE_LISTEN)
        put_number(row, " sacked:", number(row, PL_ATTR_SACKED));
    put_fields(row, segments, COUNT_OF(segments));
    if (number(row, PL_ATTR_REORDERING) != REORDERING_USUAL)
        put_number(row, " reordering:", number(row, PL_ATTR_REORDERING));
    if (number(row, PL_ATTR_REORD_SEEN) != 0)
        put_number(row, " reord_seen:", number(row, PL_ATTR_REORD_SEEN));
}

static void put_receiver(const struct row *row)
{
    static const struct field space[] = {
        {PL_ATTR_RCV_SPACE, " rcv_space:"},
        {PL_ATTR_RCV_SSTHRESH, " rcv_ssthresh:"},
        {PL_ATTR_NOTSENT, " notsent:"},
    };
    static const struct field rest[] = {
        {PL_ATTR_RCV_OOOPACK, " rcv_ooopack:"},
        {PL_ATTR_SND_WND, " snd_wnd:"},
    };

    put_ms(row, " rcv_rtt:", PL_ATTR_RCV_RTT);
    put_fields(row, space, COUNT_OF(space));
    if (number(row, PL_ATTR_MIN_RTT) != UINT32_MAX)
        put_ms(row, " minrtt:", PL_ATTR_MIN_RTT);
    put_fields(row, rest, COUNT_OF(rest));
}

void ss_put_tcp(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    const struct row row = {view, sock, out};

    if (!view->info || !ss_has(view, sock, PL_ATTR_CA_STATE))
        return;
    put_agreed(&row);
    put_times(&row);
    put_amounts(&row);
    put_algorithm(&row);
    put_rates(&row);
    put_busy(&row);
    put_losses(&row);
    put_receiver(&row);
}
