/* SPDX-License-Identifier: BSD-2-Clause */
/* Details of sockets and counters of a network namespace. */
#ifndef PL_API_ATTR_H
#define PL_API_ATTR_H

#include <portls.h>

/* Details of a socket besides the members of struct pl_sock; names: src/field/details.def. */
enum pl_attr_id {
    PL_ATTR_NONE,
    PL_ATTR_PATH,     /* text: unescaped UNIX name; an abstract one starts with a NUL */
    PL_ATTR_PEER_KEY, /* number: key of the peer's socket (UNIX) */
    PL_ATTR_PEER_PATH,
    PL_ATTR_PROTOCOL,   /* of IP, or an EtherType, or NETLINK_*; see pl_protocol_name() */
    PL_ATTR_GROUPS,     /* netlink: bit set of multicast groups, group 1 the lowest bit */
    PL_ATTR_PEER_GROUP, /* netlink: multicast group of the peer of a connected socket */
    PL_ATTR_QUEUE,      /* XDP: queue of the interface */
    PL_ATTR_RX_RING,
    PL_ATTR_TX_RING, /* XDP: descriptors */
    PL_ATTR_LOCAL_ADDRESSES,
    PL_ATTR_PEER_ADDRESSES, /* SCTP, text: all addresses, separated by commas */
    PL_ATTR_ASSOCIATION,    /* SCTP, text: RFC 9260 state of the association */

    /* PL_NEED_TIMERS */
    PL_ATTR_TIMER,      /* enum pl_timer */
    PL_ATTR_TIMER_LEFT, /* ms */
    PL_ATTR_RETRIES,    /* of the running timer */

    /* PL_NEED_MEMORY; bytes, except drops */
    PL_ATTR_RMEM_ALLOC,
    PL_ATTR_RCVBUF,
    PL_ATTR_WMEM_ALLOC,
    PL_ATTR_SNDBUF,
    PL_ATTR_FORWARD_ALLOC,
    PL_ATTR_WMEM_QUEUED,
    PL_ATTR_OPTMEM,
    PL_ATTR_BACKLOG,
    PL_ATTR_DROPS,
    PL_ATTR_XDP_RX_DROPPED,
    PL_ATTR_XDP_RX_INVALID,
    PL_ATTR_XDP_RX_FULL,
    PL_ATTR_XDP_FILL_EMPTY,
    PL_ATTR_XDP_TX_INVALID,
    PL_ATTR_XDP_TX_EMPTY,

    /* PL_NEED_MORE; 0 or 1 unless noted */
    PL_ATTR_SHUTDOWN, /* bits: 1 receiving, 2 sending is shut down */
    PL_ATTR_TOS,
    PL_ATTR_TCLASS,
    PL_ATTR_MARK,
    PL_ATTR_CLASS_ID,
    PL_ATTR_CGROUP_ID, /* id of the control group; its path: pl_snapshot_cgroup() */
    PL_ATTR_RECVERR,
    PL_ATTR_FREEBIND,
    PL_ATTR_HDRINCL,
    PL_ATTR_MC_LOOP,
    PL_ATTR_TRANSPARENT,
    PL_ATTR_MC_ALL,
    PL_ATTR_NODEFRAG,
    PL_ATTR_BIND_ADDRESS_NO_PORT,
    PL_ATTR_RECVERR_RFC4884,
    PL_ATTR_DEFER_CONNECT,
    PL_ATTR_CONNECTION_ORIENTED, /* the kernel keeps a struct inet_connection_sock for it */
    PL_ATTR_VFS_INODE,
    PL_ATTR_VFS_DEVICE,     /* UNIX: of the socket's file */
    PL_ATTR_WAITING_INODES, /* UNIX listener, text: inodes of waiting sockets, with blanks */
    PL_ATTR_PACKET_VERSION,
    PL_ATTR_PACKET_COPY_THRESHOLD,
    PL_ATTR_PACKET_FLAGS,
    PL_ATTR_PACKET_FANOUT, /* id in the low 16 bits, type above */
    /* rings of a packet socket */
    PL_ATTR_PACKET_RX_BLOCK_SIZE,
    PL_ATTR_PACKET_RX_BLOCKS,
    PL_ATTR_PACKET_RX_FRAME_SIZE,
    PL_ATTR_PACKET_RX_FRAMES,
    PL_ATTR_PACKET_RX_TIMEOUT,
    PL_ATTR_PACKET_RX_FEATURES,
    PL_ATTR_PACKET_TX_BLOCK_SIZE,
    PL_ATTR_PACKET_TX_BLOCKS,
    PL_ATTR_PACKET_TX_FRAME_SIZE,
    PL_ATTR_PACKET_TX_FRAMES,
    PL_ATTR_PACKET_TX_TIMEOUT,
    PL_ATTR_PACKET_TX_FEATURES,
    /* memory that an XDP socket shares with the kernel */
    PL_ATTR_XDP_UMEM_SIZE,
    PL_ATTR_XDP_UMEM_ID,
    PL_ATTR_XDP_UMEM_PAGES,
    PL_ATTR_XDP_UMEM_CHUNK_SIZE,
    PL_ATTR_XDP_UMEM_HEADROOM,
    PL_ATTR_XDP_UMEM_IFINDEX,
    PL_ATTR_XDP_UMEM_QUEUE,
    PL_ATTR_XDP_UMEM_FLAGS,
    PL_ATTR_XDP_UMEM_REFS,
    PL_ATTR_XDP_FILL_RING,
    PL_ATTR_XDP_COMPLETION_RING,

    /* PL_NEED_INTERNALS: struct tcp_info, in the order and units of the kernel */
    PL_ATTR_CA_STATE,
    PL_ATTR_RETRANSMITS,
    PL_ATTR_PROBES,
    PL_ATTR_BACKOFF,
    PL_ATTR_TIMESTAMPS,
    PL_ATTR_SACK,
    PL_ATTR_WSCALE,
    PL_ATTR_ECN,
    PL_ATTR_ECN_SEEN,
    PL_ATTR_SYN_DATA,
    PL_ATTR_USEC_TIMESTAMPS,
    PL_ATTR_TFO_CHILD,
    PL_ATTR_SND_WSCALE,
    PL_ATTR_RCV_WSCALE,
    PL_ATTR_APP_LIMITED,
    PL_ATTR_FASTOPEN_FAIL,
    PL_ATTR_RTO,
    PL_ATTR_ATO,
    PL_ATTR_SND_MSS,
    PL_ATTR_RCV_MSS,
    PL_ATTR_UNACKED,
    PL_ATTR_SACKED,
    PL_ATTR_LOST,
    PL_ATTR_RETRANS,
    PL_ATTR_FACKETS,
    PL_ATTR_LAST_DATA_SENT,
    PL_ATTR_LAST_ACK_SENT,
    PL_ATTR_LAST_DATA_RECV,
    PL_ATTR_LAST_ACK_RECV,
    PL_ATTR_PMTU,
    PL_ATTR_RCV_SSTHRESH,
    PL_ATTR_RTT,
    PL_ATTR_RTTVAR,
    PL_ATTR_SND_SSTHRESH,
    PL_ATTR_CWND,
    PL_ATTR_ADVMSS,
    PL_ATTR_REORDERING,
    PL_ATTR_RCV_RTT,
    PL_ATTR_RCV_SPACE,
    PL_ATTR_TOTAL_RETRANS,
    PL_ATTR_PACING_RATE,
    PL_ATTR_MAX_PACING_RATE,
    PL_ATTR_BYTES_ACKED,
    PL_ATTR_BYTES_RECEIVED,
    PL_ATTR_SEGS_OUT,
    PL_ATTR_SEGS_IN,
    PL_ATTR_NOTSENT,
    PL_ATTR_MIN_RTT,
    PL_ATTR_DATA_SEGS_IN,
    PL_ATTR_DATA_SEGS_OUT,
    PL_ATTR_DELIVERY_RATE,
    PL_ATTR_BUSY_TIME,
    PL_ATTR_RWND_LIMITED,
    PL_ATTR_SNDBUF_LIMITED,
    PL_ATTR_DELIVERED,
    PL_ATTR_DELIVERED_CE,
    PL_ATTR_BYTES_SENT,
    PL_ATTR_BYTES_RETRANS,
    PL_ATTR_DSACK_DUPS,
    PL_ATTR_REORD_SEEN,
    PL_ATTR_RCV_OOOPACK,
    PL_ATTR_SND_WND,
    PL_ATTR_RCV_WND,
    PL_ATTR_REHASH,
    PL_ATTR_TOTAL_RTO,
    PL_ATTR_TOTAL_RTO_RECOVERIES,
    PL_ATTR_TOTAL_RTO_TIME,
    PL_ATTR_RECEIVED_CE,
    PL_ATTR_DELIVERED_E1_BYTES,
    PL_ATTR_DELIVERED_E0_BYTES,
    PL_ATTR_DELIVERED_CE_BYTES,
    PL_ATTR_RECEIVED_E1_BYTES,
    PL_ATTR_RECEIVED_E0_BYTES,
    PL_ATTR_RECEIVED_CE_BYTES,
    PL_ATTR_ACCECN,
    /* congestion control and upper protocols */
    PL_ATTR_CONGESTION, /* text: name of the algorithm */
    PL_ATTR_VEGAS_ENABLED,
    PL_ATTR_VEGAS_RTTCNT,
    PL_ATTR_VEGAS_RTT,
    PL_ATTR_VEGAS_MINRTT,
    PL_ATTR_DCTCP_ENABLED,
    PL_ATTR_DCTCP_CE_STATE,
    PL_ATTR_DCTCP_ALPHA,
    PL_ATTR_DCTCP_AB_ECN,
    PL_ATTR_DCTCP_AB_TOT,
    PL_ATTR_BBR_BW,
    PL_ATTR_BBR_MIN_RTT,
    PL_ATTR_BBR_PACING_GAIN,
    PL_ATTR_BBR_CWND_GAIN,
    PL_ATTR_ULP, /* text: "tls", "mptcp" */
    PL_ATTR_TLS_VERSION,
    PL_ATTR_TLS_CIPHER,
    PL_ATTR_TLS_RXCONF,
    PL_ATTR_TLS_TXCONF,
    PL_ATTR_TLS_ZERO_COPY, /* sendfile(2) without copying */
    /* TCP sockets that are subflows of an MPTCP socket */
    PL_ATTR_SUBFLOW_TOKEN_REM,
    PL_ATTR_SUBFLOW_TOKEN_LOC,
    PL_ATTR_SUBFLOW_RELWRITE_SEQ,
    PL_ATTR_SUBFLOW_MAP_SEQ,
    PL_ATTR_SUBFLOW_MAP_SFSEQ,
    PL_ATTR_SUBFLOW_SSN_OFFSET,
    PL_ATTR_SUBFLOW_MAP_DATALEN,
    PL_ATTR_SUBFLOW_FLAGS,
    PL_ATTR_SUBFLOW_ID_REM,
    PL_ATTR_SUBFLOW_ID_LOC,
    /* struct mptcp_info */
    PL_ATTR_MPTCP_SUBFLOWS,
    PL_ATTR_MPTCP_ADD_ADDR_SIGNAL,
    PL_ATTR_MPTCP_ADD_ADDR_ACCEPTED,
    PL_ATTR_MPTCP_SUBFLOWS_MAX,
    PL_ATTR_MPTCP_ADD_ADDR_SIGNAL_MAX,
    PL_ATTR_MPTCP_ADD_ADDR_ACCEPTED_MAX,
    PL_ATTR_MPTCP_FLAGS,
    PL_ATTR_MPTCP_TOKEN,
    PL_ATTR_MPTCP_WRITE_SEQ,
    PL_ATTR_MPTCP_SND_UNA,
    PL_ATTR_MPTCP_RCV_NXT,
    PL_ATTR_MPTCP_LOCAL_ADDR_USED,
    PL_ATTR_MPTCP_LOCAL_ADDR_MAX,
    PL_ATTR_MPTCP_CSUM,
    PL_ATTR_MPTCP_RETRANSMITS,
    PL_ATTR_MPTCP_BYTES_RETRANS,
    PL_ATTR_MPTCP_BYTES_SENT,
    PL_ATTR_MPTCP_BYTES_RECEIVED,
    PL_ATTR_MPTCP_BYTES_ACKED,
    PL_ATTR_MPTCP_SUBFLOWS_TOTAL,
    PL_ATTR_MPTCP_LAST_DATA_SENT,
    PL_ATTR_MPTCP_LAST_DATA_RECV,
    PL_ATTR_MPTCP_LAST_ACK_RECV,
    PL_ATTR_PCB,      /* number: address of the control block, the target of PEER_PCB (BSDs) */
    PL_ATTR_PEER_PCB, /* number: of the peer (BSDs) */
    PL_ATTR_LAST_PID, /* number: process that last used it, not necessarily an owner (macOS) */
    PL_ATTR_MAX,
};

/* The running timer, numbered as in struct inet_diag_msg. */
enum pl_timer {
    PL_TIMER_NONE,
    PL_TIMER_RETRANSMIT,
    PL_TIMER_KEEPALIVE,
    PL_TIMER_TIME_WAIT,
    PL_TIMER_PROBE, /* zero window probe */
};

/*
 * Counters of the whole network namespace. SOMAXCONN: limit of each accept queue; EPHEMERAL_*:
 * ports for sockets that do not bind one; UNPRIVILEGED_FIRST: ports below it need a
 * privilege. Names: pl_counter_info().
 */
enum pl_counter {
    PL_COUNTER_SOCKETS_USED,
    PL_COUNTER_TCP_INUSE,
    PL_COUNTER_TCP_ORPHAN,
    PL_COUNTER_TCP_TIME_WAIT,
    PL_COUNTER_TCP_ALLOC,
    PL_COUNTER_TCP_MEMORY, /* pages, of the whole machine */
    PL_COUNTER_TCP_ESTABLISHED,
    PL_COUNTER_UDP_INUSE,
    PL_COUNTER_UDP_MEMORY, /* pages, of the whole machine */
    PL_COUNTER_UDPLITE_INUSE,
    PL_COUNTER_RAW_INUSE,
    PL_COUNTER_FRAG_INUSE,
    PL_COUNTER_FRAG_MEMORY, /* bytes */
    PL_COUNTER_TCP6_INUSE,
    PL_COUNTER_UDP6_INUSE,
    PL_COUNTER_UDPLITE6_INUSE,
    PL_COUNTER_RAW6_INUSE,
    PL_COUNTER_FRAG6_INUSE,
    PL_COUNTER_FRAG6_MEMORY, /* bytes */
    PL_COUNTER_LISTEN_OVERFLOWS,
    PL_COUNTER_LISTEN_DROPS,
    PL_COUNTER_SOMAXCONN,
    PL_COUNTER_EPHEMERAL_FIRST,
    PL_COUNTER_EPHEMERAL_LAST,
    PL_COUNTER_UNPRIVILEGED_FIRST,
    PL_COUNTER_TCP_SEGS_OUT,
    PL_COUNTER_TCP_SEGS_RETRANS,
    PL_COUNTER_SYN_COOKIES,
    PL_COUNTER_SYN_DROPS,
    PL_COUNTER_MEMORY_PRESSURES,
    PL_COUNTER_TCP_MEMORY_PRESSURE, /* pages: above, buffers become smaller */
    PL_COUNTER_TCP_MEMORY_LIMIT,    /* pages */
    PL_COUNTER_MAX,                 /* at most 32: pl_snapshot.counted */
};

struct pl_counter_info {
    const char *name; /* snake_case */
    const char *unit;
    const char *help;
    const char *machine; /* the unit, if Linux counts for all network namespaces; else NULL */
};

/* Returns NULL when out of range. */
const struct pl_counter_info *pl_counter_info(unsigned int counter);

struct pl_attr {
    uint16_t id;   /* enum pl_attr_id */
    uint16_t text; /* 1: u.text and len; 0: u.num */
    uint32_t len;
    union {
        uint64_t num;
        const char *text;
    } u;
};

#endif
