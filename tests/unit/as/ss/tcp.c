/* SPDX-License-Identifier: BSD-2-Clause */
#include "layouts.h"

#include "as/ss/layout.h"

static const struct pl_sock sock = {.have = PL_HAVE_COOKIE,
                                    .proto = PL_PROTO_TCP,
                                    .family = PL_FAMILY_INET,
                                    .state = PL_STATE_ESTABLISHED};

static void says(bool numeric, const struct pl_attr *attrs, size_t count, const char *want)
{
    struct pl_snapshot *snap = one_sock(&sock, attrs, count);
    const struct as_view view = {.snap = snap, .info = true, .timers = true, .numeric = numeric};
    struct out out = {.fd = -1};

    ss_put_tcp(&(struct ss_row){&view, snap->socks.items, &out});
    holds(&out, want);
    pl_snapshot_free(snap);
}

static void words(void **state)
{
    static const struct pl_attr attrs[] = {NUM(CA_STATE, 0),
                                           NUM(TIMESTAMPS, 1),
                                           NUM(SACK, 1),
                                           STR(CONGESTION, "cubic"),
                                           NUM(WSCALE, 1),
                                           NUM(SND_WSCALE, 7),
                                           NUM(RCV_WSCALE, 10),
                                           NUM(RTO, 204000),
                                           NUM(BACKOFF, 1),
                                           NUM(RTT, 31),
                                           NUM(RTTVAR, 17),
                                           NUM(ATO, 40000),
                                           NUM(SND_MSS, 1448),
                                           NUM(PMTU, 1500),
                                           NUM(CWND, 10),
                                           NUM(SND_SSTHRESH, 20),
                                           NUM(BYTES_SENT, 5),
                                           NUM(LAST_DATA_SENT, 3),
                                           NUM(PACING_RATE, 125000),
                                           NUM(MAX_PACING_RATE, UINT64_MAX),
                                           NUM(DELIVERY_RATE, 12),
                                           NUM(APP_LIMITED, 1),
                                           NUM(BUSY_TIME, 8000),
                                           NUM(RWND_LIMITED, 1000),
                                           NUM(RETRANS, 0),
                                           NUM(TOTAL_RETRANS, 4),
                                           NUM(SACKED, 2),
                                           NUM(REORDERING, 5),
                                           NUM(MIN_RTT, 1500),
                                           NUM(SND_WND, 65536)};

    (void)state;
    says(false, attrs, COUNT_OF(attrs),
         " ts sack cubic wscale:7,10 rto:204 backoff:1 rtt:0.031/0.017 ato:40 mss:1448 pmtu:1500"
         " cwnd:10 ssthresh:20 bytes_sent:5 send 3.74Gbps lastsnd:3 pacing_rate 1Mbps"
         " delivery_rate 96bps app_limited busy:8ms rwnd_limited:1ms(12.5%) retrans:0/4 sacked:2"
         " reordering:5 minrtt:1.5 snd_wnd:65536");
}

/* Unset values are not printed; with -n, rates have all digits. */
static void unset(void **state)
{
    static const struct pl_attr attrs[] = {
        NUM(CA_STATE, 0),           NUM(RTO, 3000000),        NUM(SND_SSTHRESH, 0x7fffffff),
        NUM(REORDERING, 3),         NUM(MIN_RTT, UINT32_MAX), NUM(PACING_RATE, 1250),
        NUM(MAX_PACING_RATE, 2500), NUM(WSCALE, 0),           NUM(SND_WSCALE, 7)};

    (void)state;
    says(true, attrs, COUNT_OF(attrs), " pacing_rate 10000bps/20000bps");
    says(false, attrs, COUNT_OF(attrs), " pacing_rate 10kbps/20kbps");
    says(false, NULL, 0, "");
}

static void algorithms(void **state)
{
    static const struct pl_attr bbr[] = {NUM(CA_STATE, 0),          NUM(REORDERING, 3),
                                         NUM(BBR_BW, 250000000000), NUM(BBR_MIN_RTT, 4),
                                         NUM(BBR_PACING_GAIN, 739), NUM(BBR_CWND_GAIN, 512)};
    static const struct pl_attr dctcp[] = {NUM(CA_STATE, 0), NUM(REORDERING, 3),
                                           NUM(DCTCP_ENABLED, 1), NUM(DCTCP_ALPHA, 1024)};
    static const struct pl_attr fallback[] = {NUM(CA_STATE, 0), NUM(REORDERING, 3),
                                              NUM(DCTCP_ENABLED, 0)};
    static const struct pl_attr vegas[] = {
        NUM(CA_STATE, 0),     NUM(REORDERING, 3), NUM(RTT, 0),       NUM(VEGAS_ENABLED, 1),
        NUM(VEGAS_RTT, 1000), NUM(CWND, 1),       NUM(SND_MSS, 1000)};

    (void)state;
    says(false, bbr, COUNT_OF(bbr), " bbr:(bw:2Tbps,mrtt:0.004,pacing_gain:2.88672,cwnd_gain:2)");
    says(false, dctcp, COUNT_OF(dctcp), " dctcp:(ce_state:0,alpha:1024,ab_ecn:0,ab_tot:0)");
    says(false, fallback, COUNT_OF(fallback), " dctcp:fallback_mode");
    says(false, vegas, COUNT_OF(vegas), " mss:1000 cwnd:1 send 8Mbps");
}

TEST_MAIN(TEST(words), TEST(unset), TEST(algorithms))
