/* SPDX-License-Identifier: BSD-2-Clause */
/* When a part of a row is there, and how it is written. */
#include "layouts.h"

#include "as/ss/layout.h"

static const struct pl_sock sock = {.proto = PL_PROTO_TCP, .family = PL_FAMILY_INET};
static const struct pl_attr attrs[] = {NUM(RTT, 1500), NUM(CWND, 10), NUM(LOST, 0),
                                       STR(ULP, "a b")};

static void says(bool numeric, const struct ss_part *parts, size_t count, const char *want)
{
    struct pl_snapshot *snap = one_sock(&sock, attrs, COUNT_OF(attrs));
    const struct as_view view = {.snap = snap, .numeric = numeric};
    struct out out = {.fd = -1};

    ss_put_parts(&(struct ss_row){&view, snap->socks.items, &out}, parts, count);
    holds(&out, want);
    pl_snapshot_free(snap);
}

static void forms(void **state)
{
    static const struct ss_part parts[] = {
        {PL_ATTR_RTT, " n:"},          {PL_ATTR_RTT, " x:", SS_HEX},
        {PL_ATTR_RTT, " ms:", SS_MS},  {PL_ATTR_RTT, " g:", SS_GAIN},
        {PL_ATTR_RTT, " r:", SS_RATE}, {PL_ATTR_RTT, " name", SS_NAME}};

    (void)state;
    says(false, parts, COUNT_OF(parts), " n:1500 x:5dc ms:1.5 g:5.85938 r:12kbps name");
    says(true, parts, COUNT_OF(parts), " n:1500 x:5dc ms:1.5 g:5.85938 r:12000bps name");
}

/* Parts whose condition holds, and parts whose condition does not. */
static void conditions(void **state)
{
    static const struct ss_part there[] = {
        {PL_ATTR_CWND, " a:"},
        {PL_ATTR_CWND, " b:", SS_NUMBER, SS_BELOW, 11},
        {PL_ATTR_LOST, " c:", SS_NUMBER, SS_OTHER, 3},
        {PL_ATTR_LOST, " d:", SS_NUMBER, SS_GIVEN},
        {PL_ATTR_LOST, " e:", SS_NUMBER, SS_ZERO},
        {PL_ATTR_LOST, " f:", SS_NUMBER, SS_WITH, PL_ATTR_CWND},
        {PL_ATTR_RTO, " g:", SS_NUMBER, SS_BESIDE, PL_ATTR_LOST},
        {PL_ATTR_RTO, " h:", SS_NUMBER, SS_ALWAYS},
    };
    static const struct ss_part gone[] = {
        {PL_ATTR_LOST, " a:"},
        {PL_ATTR_CWND, " a:", SS_NUMBER, SS_SET, 10},
        {PL_ATTR_CWND, " b:", SS_NUMBER, SS_BELOW, 10},
        {PL_ATTR_LOST, " b:", SS_NUMBER, SS_BELOW, 10},
        {PL_ATTR_CWND, " c:", SS_NUMBER, SS_OTHER, 10},
        {PL_ATTR_RTO, " d:", SS_NUMBER, SS_GIVEN},
        {PL_ATTR_RTO, " e:", SS_NUMBER, SS_ZERO},
        {PL_ATTR_CWND, " e:", SS_NUMBER, SS_ZERO},
        {PL_ATTR_CWND, " f:", SS_NUMBER, SS_WITH, PL_ATTR_LOST},
        {PL_ATTR_CWND, " g:", SS_NUMBER, SS_BESIDE, PL_ATTR_RTO},
        {PL_ATTR_ULP, " text is no number:"},
    };

    (void)state;
    says(false, there, COUNT_OF(there), " a:10 b:10 c:0 d:0 e:0 f:0 g:0 h:0");
    says(false, gone, COUNT_OF(gone), "");
}

static void texts(void **state)
{
    struct pl_snapshot *snap = one_sock(&sock, attrs, COUNT_OF(attrs));
    const struct as_view view = {.snap = snap};
    struct out out = {.fd = -1};
    const struct ss_row row = {&view, snap->socks.items, &out};

    (void)state;
    ss_put_text(&row, " ulp:", PL_ATTR_ULP, " ");
    ss_put_text(&row, " none:", PL_ATTR_CONGESTION, " ");
    ss_put_hex(&row, " x:", 0xab, 4);
    ss_put_hex(&row, " x:", 0, 1);
    ss_break(&row);
    holds(&out, " ulp:a\\x20b x:00ab x:0\n\t");
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(forms), TEST(conditions), TEST(texts))
