/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct tcp_info (include/uapi/linux/tcp.h), struct mptcp_info (mptcp.h), congestion control
 * (inet_diag.h), and upper protocols (tls.h, mptcp.h). Kernels append fields to these structs:
 * those of older kernels are shorter.
 */
#include "diag.h"
#include "model/array.h"

enum {
    DIAG_INFO = 2,
    DIAG_VEGASINFO = 3,
    DIAG_DCTCPINFO = 9,
    DIAG_BBRINFO = 16,
    DIAG_ULP_INFO = 19
};

static const struct pl_attr_field tcp_fields[] = {
    {1, 1, 0, 0, PL_ATTR_CA_STATE},
    {2, 1, 0, 0, PL_ATTR_RETRANSMITS},
    {3, 1, 0, 0, PL_ATTR_PROBES},
    {4, 1, 0, 0, PL_ATTR_BACKOFF},
    {5, 1, 0, 1, PL_ATTR_TIMESTAMPS},
    {5, 1, 1, 1, PL_ATTR_SACK},
    {5, 1, 2, 1, PL_ATTR_WSCALE},
    {5, 1, 3, 1, PL_ATTR_ECN},
    {5, 1, 4, 1, PL_ATTR_ECN_SEEN},
    {5, 1, 5, 1, PL_ATTR_SYN_DATA},
    {5, 1, 6, 1, PL_ATTR_USEC_TIMESTAMPS},
    {5, 1, 7, 1, PL_ATTR_TFO_CHILD},
    {8, 4, 0, 0, PL_ATTR_RTO},
    {12, 4, 0, 0, PL_ATTR_ATO},
    {16, 4, 0, 0, PL_ATTR_SND_MSS},
    {20, 4, 0, 0, PL_ATTR_RCV_MSS},
    {24, 4, 0, 0, PL_ATTR_UNACKED},
    {28, 4, 0, 0, PL_ATTR_SACKED},
    {32, 4, 0, 0, PL_ATTR_LOST},
    {36, 4, 0, 0, PL_ATTR_RETRANS},
    {40, 4, 0, 0, PL_ATTR_FACKETS},
    {44, 4, 0, 0, PL_ATTR_LAST_DATA_SENT},
    {48, 4, 0, 0, PL_ATTR_LAST_ACK_SENT},
    {52, 4, 0, 0, PL_ATTR_LAST_DATA_RECV},
    {56, 4, 0, 0, PL_ATTR_LAST_ACK_RECV},
    {60, 4, 0, 0, PL_ATTR_PMTU},
    {64, 4, 0, 0, PL_ATTR_RCV_SSTHRESH},
    {68, 4, 0, 0, PL_ATTR_RTT},
    {72, 4, 0, 0, PL_ATTR_RTTVAR},
    {76, 4, 0, 0, PL_ATTR_SND_SSTHRESH},
    {80, 4, 0, 0, PL_ATTR_CWND},
    {84, 4, 0, 0, PL_ATTR_ADVMSS},
    {88, 4, 0, 0, PL_ATTR_REORDERING},
    {92, 4, 0, 0, PL_ATTR_RCV_RTT},
    {96, 4, 0, 0, PL_ATTR_RCV_SPACE},
    {100, 4, 0, 0, PL_ATTR_TOTAL_RETRANS},
    {104, 8, 0, 0, PL_ATTR_PACING_RATE},
    {112, 8, 0, 0, PL_ATTR_MAX_PACING_RATE},
    {120, 8, 0, 0, PL_ATTR_BYTES_ACKED},
    {128, 8, 0, 0, PL_ATTR_BYTES_RECEIVED},
    {136, 4, 0, 0, PL_ATTR_SEGS_OUT},
    {140, 4, 0, 0, PL_ATTR_SEGS_IN},
    {144, 4, 0, 0, PL_ATTR_NOTSENT},
    {148, 4, 0, 0, PL_ATTR_MIN_RTT},
    {152, 4, 0, 0, PL_ATTR_DATA_SEGS_IN},
    {156, 4, 0, 0, PL_ATTR_DATA_SEGS_OUT},
    {160, 8, 0, 0, PL_ATTR_DELIVERY_RATE},
    {168, 8, 0, 0, PL_ATTR_BUSY_TIME},
    {176, 8, 0, 0, PL_ATTR_RWND_LIMITED},
    {184, 8, 0, 0, PL_ATTR_SNDBUF_LIMITED},
    {192, 4, 0, 0, PL_ATTR_DELIVERED},
    {196, 4, 0, 0, PL_ATTR_DELIVERED_CE},
    {200, 8, 0, 0, PL_ATTR_BYTES_SENT},
    {208, 8, 0, 0, PL_ATTR_BYTES_RETRANS},
    {216, 4, 0, 0, PL_ATTR_DSACK_DUPS},
    {220, 4, 0, 0, PL_ATTR_REORD_SEEN},
    {224, 4, 0, 0, PL_ATTR_RCV_OOOPACK},
    {228, 4, 0, 0, PL_ATTR_SND_WND},
    {232, 4, 0, 0, PL_ATTR_RCV_WND},
    {236, 4, 0, 0, PL_ATTR_REHASH},
    {240, 2, 0, 0, PL_ATTR_TOTAL_RTO},
    {242, 2, 0, 0, PL_ATTR_TOTAL_RTO_RECOVERIES},
    {244, 4, 0, 0, PL_ATTR_TOTAL_RTO_TIME},
    {248, 4, 0, 0, PL_ATTR_RECEIVED_CE},
    {252, 4, 0, 0, PL_ATTR_DELIVERED_E1_BYTES},
    {256, 4, 0, 0, PL_ATTR_DELIVERED_E0_BYTES},
    {260, 4, 0, 0, PL_ATTR_DELIVERED_CE_BYTES},
    {264, 4, 0, 0, PL_ATTR_RECEIVED_E1_BYTES},
    {268, 4, 0, 0, PL_ATTR_RECEIVED_E0_BYTES},
    {272, 4, 0, 0, PL_ATTR_RECEIVED_CE_BYTES},
    /* Four bytes, shown as one number: their layout changed from two u16 to bits. */
    {276, 4, 0, 0, PL_ATTR_ACCECN},
};

/* Bit fields of one byte: the first are the low bits on little-endian machines. */
static const struct pl_attr_field tcp_bits_little[] = {
    {6, 1, 0, 15, PL_ATTR_SND_WSCALE},
    {6, 1, 4, 15, PL_ATTR_RCV_WSCALE},
    {7, 1, 0, 1, PL_ATTR_APP_LIMITED},
    {7, 1, 1, 3, PL_ATTR_FASTOPEN_FAIL},
};

static const struct pl_attr_field tcp_bits_big[] = {
    {6, 1, 4, 15, PL_ATTR_SND_WSCALE},
    {6, 1, 0, 15, PL_ATTR_RCV_WSCALE},
    {7, 1, 7, 1, PL_ATTR_APP_LIMITED},
    {7, 1, 5, 3, PL_ATTR_FASTOPEN_FAIL},
};

static const struct pl_attr_field mptcp_fields[] = {
    {0, 1, 0, 0, PL_ATTR_MPTCP_SUBFLOWS},
    {1, 1, 0, 0, PL_ATTR_MPTCP_ADD_ADDR_SIGNAL},
    {2, 1, 0, 0, PL_ATTR_MPTCP_ADD_ADDR_ACCEPTED},
    {3, 1, 0, 0, PL_ATTR_MPTCP_SUBFLOWS_MAX},
    {4, 1, 0, 0, PL_ATTR_MPTCP_ADD_ADDR_SIGNAL_MAX},
    {5, 1, 0, 0, PL_ATTR_MPTCP_ADD_ADDR_ACCEPTED_MAX},
    {8, 4, 0, 0, PL_ATTR_MPTCP_FLAGS},
    {12, 4, 0, 0, PL_ATTR_MPTCP_TOKEN},
    {16, 8, 0, 0, PL_ATTR_MPTCP_WRITE_SEQ},
    {24, 8, 0, 0, PL_ATTR_MPTCP_SND_UNA},
    {32, 8, 0, 0, PL_ATTR_MPTCP_RCV_NXT},
    {40, 1, 0, 0, PL_ATTR_MPTCP_LOCAL_ADDR_USED},
    {41, 1, 0, 0, PL_ATTR_MPTCP_LOCAL_ADDR_MAX},
    {42, 1, 0, 0, PL_ATTR_MPTCP_CSUM},
    {44, 4, 0, 0, PL_ATTR_MPTCP_RETRANSMITS},
    {48, 8, 0, 0, PL_ATTR_MPTCP_BYTES_RETRANS},
    {56, 8, 0, 0, PL_ATTR_MPTCP_BYTES_SENT},
    {64, 8, 0, 0, PL_ATTR_MPTCP_BYTES_RECEIVED},
    {72, 8, 0, 0, PL_ATTR_MPTCP_BYTES_ACKED},
    {80, 1, 0, 0, PL_ATTR_MPTCP_SUBFLOWS_TOTAL},
    {84, 4, 0, 0, PL_ATTR_MPTCP_LAST_DATA_SENT},
    {88, 4, 0, 0, PL_ATTR_MPTCP_LAST_DATA_RECV},
    {92, 4, 0, 0, PL_ATTR_MPTCP_LAST_ACK_RECV},
};

static const struct pl_attr_field vegas_fields[] = {
    {0, 4, 0, 0, PL_ATTR_VEGAS_ENABLED},
    {4, 4, 0, 0, PL_ATTR_VEGAS_RTTCNT},
    {8, 4, 0, 0, PL_ATTR_VEGAS_RTT},
    {12, 4, 0, 0, PL_ATTR_VEGAS_MINRTT},
};

static const struct pl_attr_field dctcp_fields[] = {
    {0, 2, 0, 0, PL_ATTR_DCTCP_ENABLED}, {2, 2, 0, 0, PL_ATTR_DCTCP_CE_STATE},
    {4, 4, 0, 0, PL_ATTR_DCTCP_ALPHA},   {8, 4, 0, 0, PL_ATTR_DCTCP_AB_ECN},
    {12, 4, 0, 0, PL_ATTR_DCTCP_AB_TOT},
};

static const struct pl_attr_field bbr_fields[] = {
    {8, 4, 0, 0, PL_ATTR_BBR_MIN_RTT},
    {12, 4, 0, 0, PL_ATTR_BBR_PACING_GAIN},
    {16, 4, 0, 0, PL_ATTR_BBR_CWND_GAIN},
};

/* Attributes inside INET_DIAG_ULP_INFO. */
enum { ULP_NAME = 1, ULP_TLS = 2, ULP_MPTCP = 3 };

struct nested {
    uint16_t type;
    uint8_t width;
    enum pl_attr_id id;
};

#define TLS_ZC_RO_TX 5

static const struct nested tls_numbers[] = {
    {1, 2, PL_ATTR_TLS_VERSION},
    {2, 2, PL_ATTR_TLS_CIPHER},
    {3, 2, PL_ATTR_TLS_TXCONF},
    {4, 2, PL_ATTR_TLS_RXCONF},
};

static const struct nested subflow_numbers[] = {
    {1, 4, PL_ATTR_SUBFLOW_TOKEN_REM},    {2, 4, PL_ATTR_SUBFLOW_TOKEN_LOC},
    {3, 4, PL_ATTR_SUBFLOW_RELWRITE_SEQ}, {4, 8, PL_ATTR_SUBFLOW_MAP_SEQ},
    {5, 4, PL_ATTR_SUBFLOW_MAP_SFSEQ},    {6, 4, PL_ATTR_SUBFLOW_SSN_OFFSET},
    {7, 2, PL_ATTR_SUBFLOW_MAP_DATALEN},  {8, 4, PL_ATTR_SUBFLOW_FLAGS},
    {9, 1, PL_ATTR_SUBFLOW_ID_REM},       {10, 1, PL_ATTR_SUBFLOW_ID_LOC},
};

static void read_nested(struct pl_slice rest, const struct nested *numbers, size_t count,
                        struct pl_attrs *attrs)
{
    struct pl_nlattr attr;

    while (pl_nlattr_next(&rest, &attr)) {
        for (size_t i = 0; i < count; i++) {
            const struct pl_attr_field field = {0, numbers[i].width, 0, 0, numbers[i].id};

            if (numbers[i].type == attr.type)
                pl_attrs_fields(attrs, &attr.value, &field, 1);
        }
    }
}

static void read_tls(struct pl_slice value, struct pl_attrs *attrs)
{
    struct pl_slice rest = value;
    struct pl_nlattr attr;

    read_nested(value, tls_numbers, COUNT_OF(tls_numbers), attrs);
    while (pl_nlattr_next(&rest, &attr)) {
        if (attr.type == TLS_ZC_RO_TX)
            pl_attrs_num(attrs, PL_ATTR_TLS_ZERO_COPY, 1);
    }
}

static void read_ulp(struct pl_slice rest, struct pl_attrs *attrs)
{
    struct pl_nlattr attr;

    while (pl_nlattr_next(&rest, &attr)) {
        struct pl_slice name = pl_slice_until(&attr.value, '\0');

        if (attr.type == ULP_NAME && name.len > 0)
            pl_attrs_text(attrs, PL_ATTR_ULP, &name);
        else if (attr.type == ULP_TLS)
            read_tls(attr.value, attrs);
        else if (attr.type == ULP_MPTCP)
            read_nested(attr.value, subflow_numbers, COUNT_OF(subflow_numbers), attrs);
    }
}

/* The bandwidth has two halves, low first. */
static void read_bbr(const struct pl_slice *value, struct pl_attrs *attrs)
{
    if (value->len >= 8)
        pl_attrs_num(attrs, PL_ATTR_BBR_BW,
                     pl_slice_u32(value, 0) | (uint64_t)pl_slice_u32(value, 4) << 32);
    pl_attrs_fields(attrs, value, bbr_fields, COUNT_OF(bbr_fields));
}

static void read_info(unsigned int proto, const struct pl_slice *value, struct pl_attrs *attrs)
{
    if (proto == PL_PROTO_TCP) {
        pl_attrs_fields(attrs, value, tcp_fields, COUNT_OF(tcp_fields));
        pl_attrs_fields(attrs, value, value->big_endian ? tcp_bits_big : tcp_bits_little,
                        COUNT_OF(tcp_bits_little));
    } else if (proto == PL_PROTO_MPTCP) {
        pl_attrs_fields(attrs, value, mptcp_fields, COUNT_OF(mptcp_fields));
    }
}

void pl_linux_tcp_detail(unsigned int proto, unsigned int type, const struct pl_slice *value,
                         struct pl_attrs *attrs)
{
    switch (type) {
    case DIAG_INFO:
        read_info(proto, value, attrs);
        break;
    case DIAG_VEGASINFO:
        pl_attrs_fields(attrs, value, vegas_fields, COUNT_OF(vegas_fields));
        break;
    case DIAG_DCTCPINFO:
        pl_attrs_fields(attrs, value, dctcp_fields, COUNT_OF(dctcp_fields));
        break;
    case DIAG_BBRINFO:
        read_bbr(value, attrs);
        break;
    case DIAG_ULP_INFO:
        read_ulp(*value, attrs);
        break;
    default:
        break;
    }
}
