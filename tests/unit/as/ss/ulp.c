/* SPDX-License-Identifier: BSD-2-Clause */
#include "layouts.h"

#include "as/ss/layout.h"

static const struct pl_sock sock = {.proto = PL_PROTO_TCP, .family = PL_FAMILY_INET};

static void says(bool mptcp, const struct pl_attr *attrs, size_t count, const char *want)
{
    struct pl_snapshot *snap = one_sock(&sock, attrs, count);
    const struct as_view view = {.snap = snap, .info = true};
    struct out out = {.fd = -1};

    (mptcp ? ss_put_mptcp : ss_put_ulp)(&(struct ss_row){&view, snap->socks.items, &out});
    holds(&out, want);
    pl_snapshot_free(snap);
}

static void tls(void **state)
{
    static const struct pl_attr attrs[] = {STR(ULP, "tls"),     NUM(TLS_VERSION, 0x304),
                                           NUM(TLS_CIPHER, 51), NUM(TLS_RXCONF, 2),
                                           NUM(TLS_TXCONF, 4),  NUM(TLS_ZERO_COPY, 1)};
    static const struct pl_attr odd[] = {NUM(TLS_VERSION, 7), NUM(TLS_CIPHER, 1),
                                         NUM(TLS_RXCONF, 9)};

    (void)state;
    says(false, attrs, COUNT_OF(attrs),
         " tcp-ulp-tls version: 1.3 cipher: aes-gcm-128 rxconf: sw txconf: hw-record zc_ro_tx");
    says(false, odd, COUNT_OF(odd), " version: unknown(7) rxconf: unknown(9)");
    says(false, NULL, 0, "");
}

static void subflows(void **state)
{
    static const struct pl_attr attrs[] = {
        NUM(SUBFLOW_FLAGS, 0x1c3), NUM(SUBFLOW_TOKEN_REM, 0xab), NUM(SUBFLOW_TOKEN_LOC, 0x12345),
        NUM(SUBFLOW_ID_REM, 0),    NUM(SUBFLOW_ID_LOC, 1),       NUM(SUBFLOW_MAP_SEQ, 0xff),
        NUM(SUBFLOW_MAP_SFSEQ, 1), NUM(SUBFLOW_SSN_OFFSET, 0),   NUM(SUBFLOW_MAP_DATALEN, 16)};

    (void)state;
    says(false, attrs, COUNT_OF(attrs),
         " flags:Mmecv token:00ab(id:0)/12345(id:1) seq:ff sfseq:1 ssnoff:0 maplen:10");
}

static void mptcp(void **state)
{
    static const struct pl_attr attrs[] = {NUM(MPTCP_SUBFLOWS, 1), NUM(MPTCP_SUBFLOWS_MAX, 2),
                                           NUM(MPTCP_FLAGS, 3), NUM(MPTCP_TOKEN, 0xb27186f),
                                           NUM(MPTCP_RCV_NXT, 0x381f17951481bb4)};

    (void)state;
    says(true, attrs, COUNT_OF(attrs),
         " subflows:1 subflows_max:2 fallback remote_key token:b27186f rcv_nxt:381f17951481bb4");
    says(true, NULL, 0, "");
}

TEST_MAIN(TEST(tls), TEST(subflows), TEST(mptcp))
