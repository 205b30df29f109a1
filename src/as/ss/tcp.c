/* SPDX-License-Identifier: BSD-2-Clause */
/* -i for TCP: struct tcp_info with ss's names, order, units and rounding. */
#include "layout.h"

#include <stdio.h>

#define RTO_UNSET         3000000
#define SSTHRESH_INFINITE 0xffff
#define REORDERING_USUAL  3
#define VEGAS_RTT_UNSET   0x7fffffff

static const struct ss_part agreed[] = {
    {PL_ATTR_TIMESTAMPS, " ts", SS_NAME},     {PL_ATTR_SACK, " sack", SS_NAME},
    {PL_ATTR_ECN, " ecn", SS_NAME},           {PL_ATTR_ECN_SEEN, " ecnseen", SS_NAME},
    {PL_ATTR_SYN_DATA, " fastopen", SS_NAME},
};

static const struct ss_part sent[] = {
    {PL_ATTR_SND_WSCALE, " wscale:", SS_NUMBER, SS_WITH, PL_ATTR_WSCALE},
    {PL_ATTR_RCV_WSCALE, ",", SS_NUMBER, SS_WITH, PL_ATTR_WSCALE},
    {PL_ATTR_RTO, " rto:", SS_MS, SS_SET, RTO_UNSET},
    {PL_ATTR_BACKOFF, " backoff:"},
    {PL_ATTR_RTT, " rtt:", SS_MS},
    {PL_ATTR_RTTVAR, "/", SS_MS, SS_WITH, PL_ATTR_RTT},
    {PL_ATTR_ATO, " ato:", SS_MS},
    {PL_ATTR_SND_MSS, " mss:"},
    {PL_ATTR_PMTU, " pmtu:"},
    {PL_ATTR_RCV_MSS, " rcvmss:"},
    {PL_ATTR_ADVMSS, " advmss:"},
    {PL_ATTR_CWND, " cwnd:"},
    {PL_ATTR_SND_SSTHRESH, " ssthresh:", SS_NUMBER, SS_BELOW, SSTHRESH_INFINITE},
    {PL_ATTR_BYTES_SENT, " bytes_sent:"},
    {PL_ATTR_BYTES_RETRANS, " bytes_retrans:"},
    {PL_ATTR_BYTES_ACKED, " bytes_acked:"},
    {PL_ATTR_BYTES_RECEIVED, " bytes_received:"},
    {PL_ATTR_SEGS_OUT, " segs_out:"},
    {PL_ATTR_SEGS_IN, " segs_in:"},
    {PL_ATTR_DATA_SEGS_OUT, " data_segs_out:"},
    {PL_ATTR_DATA_SEGS_IN, " data_segs_in:"},
    {PL_ATTR_DCTCP_ENABLED, " dctcp:fallback_mode", SS_NAME, SS_ZERO},
    {PL_ATTR_DCTCP_CE_STATE, " dctcp:(ce_state:", SS_NUMBER, SS_WITH, PL_ATTR_DCTCP_ENABLED},
    {PL_ATTR_DCTCP_ALPHA, ",alpha:", SS_NUMBER, SS_WITH, PL_ATTR_DCTCP_ENABLED},
    {PL_ATTR_DCTCP_AB_ECN, ",ab_ecn:", SS_NUMBER, SS_WITH, PL_ATTR_DCTCP_ENABLED},
    {PL_ATTR_DCTCP_AB_TOT, ",ab_tot:", SS_NUMBER, SS_WITH, PL_ATTR_DCTCP_ENABLED},
    {PL_ATTR_DCTCP_ENABLED, ")", SS_NAME},
    {PL_ATTR_BBR_BW, " bbr:(bw:", SS_RATE, SS_GIVEN},
    {PL_ATTR_BBR_MIN_RTT, ",mrtt:", SS_MS, SS_BESIDE, PL_ATTR_BBR_BW},
    {PL_ATTR_BBR_PACING_GAIN, ",pacing_gain:", SS_GAIN},
    {PL_ATTR_BBR_CWND_GAIN, ",cwnd_gain:", SS_GAIN},
    {PL_ATTR_BBR_BW, ")", SS_NAME, SS_GIVEN},
};

static const struct ss_part since[] = {
    {PL_ATTR_LAST_DATA_SENT, " lastsnd:"},
    {PL_ATTR_LAST_DATA_RECV, " lastrcv:"},
    {PL_ATTR_LAST_ACK_RECV, " lastack:"},
    {PL_ATTR_PACING_RATE, " pacing_rate ", SS_RATE, SS_SET, UINT64_MAX},
};

static const struct ss_part pacing_limit[] = {
    {PL_ATTR_MAX_PACING_RATE, "/", SS_RATE, SS_SET, UINT64_MAX},
};

static const struct ss_part delivered[] = {
    {PL_ATTR_DELIVERY_RATE, " delivery_rate ", SS_RATE},
    {PL_ATTR_DELIVERED, " delivered:"},
    {PL_ATTR_DELIVERED_CE, " delivered_ce:"},
    {PL_ATTR_APP_LIMITED, " app_limited", SS_NAME},
};

static const struct ss_part received[] = {
    {PL_ATTR_DSACK_DUPS, " dsack_dups:"},
    {PL_ATTR_FACKETS, " fackets:"},
    {PL_ATTR_REORDERING, " reordering:", SS_NUMBER, SS_OTHER, REORDERING_USUAL},
    {PL_ATTR_REORD_SEEN, " reord_seen:"},
    {PL_ATTR_RCV_RTT, " rcv_rtt:", SS_MS},
    {PL_ATTR_RCV_SPACE, " rcv_space:"},
    {PL_ATTR_RCV_SSTHRESH, " rcv_ssthresh:"},
    {PL_ATTR_NOTSENT, " notsent:"},
    {PL_ATTR_MIN_RTT, " minrtt:", SS_MS, SS_SET, UINT32_MAX},
    {PL_ATTR_RCV_OOOPACK, " rcv_ooopack:"},
    {PL_ATTR_SND_WND, " snd_wnd:"},
};

/* Congestion window per round trip time, of Vegas if reported. Bits per second. */
static double send_rate(const struct ss_row *row)
{
    uint64_t rtt = ss_number(row, PL_ATTR_RTT);
    uint64_t vegas = ss_number(row, PL_ATTR_VEGAS_RTT);

    if (ss_number(row, PL_ATTR_VEGAS_ENABLED) != 0 && vegas != 0 && vegas != VEGAS_RTT_UNSET)
        rtt = vegas;
    if (rtt == 0)
        return 0;
    return (double)ss_number(row, PL_ATTR_CWND) * (double)ss_number(row, PL_ATTR_SND_MSS) *
           8000000. / (double)rtt;
}

static void put_rates(const struct ss_row *row)
{
    uint64_t pacing = ss_number(row, PL_ATTR_PACING_RATE);

    if (send_rate(row) > 0)
        ss_put_rate(row, " send ", send_rate(row));
    SS_PARTS(row, since);
    if (pacing != 0 && pacing != UINT64_MAX)
        SS_PARTS(row, pacing_limit);
    SS_PARTS(row, delivered);
}

/* A time in milliseconds and its share of the busy time. */
static void put_share(const struct ss_row *row, const char *name, enum pl_attr_id id, uint64_t busy)
{
    uint64_t us = ss_number(row, id);
    char share[32];

    if (us == 0)
        return;
    ss_put_field(row, name, us / 1000);
    (void)snprintf(share, sizeof(share), "ms(%.1f%%)", 100.0 * (double)us / (double)busy);
    out_word(row->out, share);
}

static void put_busy(const struct ss_row *row)
{
    uint64_t busy = ss_number(row, PL_ATTR_BUSY_TIME);

    if (busy == 0)
        return;
    ss_put_field(row, " busy:", busy / 1000);
    out_word(row->out, "ms");
    put_share(row, " rwnd_limited:", PL_ATTR_RWND_LIMITED, busy);
    put_share(row, " sndbuf_limited:", PL_ATTR_SNDBUF_LIMITED, busy);
}

static void put_nonzero(const struct ss_row *row, const char *name, enum pl_attr_id id)
{
    if (ss_number(row, id) != 0)
        ss_put_field(row, name, ss_number(row, id));
}

static void put_losses(const struct ss_row *row)
{
    uint64_t now = ss_number(row, PL_ATTR_RETRANS);
    uint64_t ever = ss_number(row, PL_ATTR_TOTAL_RETRANS);

    put_nonzero(row, " unacked:", PL_ATTR_UNACKED);
    if (now != 0 || ever != 0) {
        ss_put_field(row, " retrans:", now);
        ss_put_field(row, "/", ever);
    }
    put_nonzero(row, " lost:", PL_ATTR_LOST);
    /* For a listener it is the backlog. */
    if (row->sock->state != PL_STATE_LISTEN)
        put_nonzero(row, " sacked:", PL_ATTR_SACKED);
}

void ss_put_tcp(const struct ss_row *row)
{
    if (!row->view->info || !ss_has(row, PL_ATTR_CA_STATE))
        return;
    if (row->view->timers)
        SS_PARTS(row, agreed);
    if (ss_text(row, PL_ATTR_CONGESTION).len > 0)
        ss_put_text(row, " ", PL_ATTR_CONGESTION, " ");
    SS_PARTS(row, sent);
    put_rates(row);
    put_busy(row);
    put_losses(row);
    SS_PARTS(row, received);
}
