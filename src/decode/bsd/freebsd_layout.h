/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Offsets of fields in records of FreeBSD 12 and later, 64 bit, in bytes. tests/layout/freebsd.c
 * compares them with the system's headers.
 */
#ifndef PL_DECODE_BSD_FREEBSD_LAYOUT_H
#define PL_DECODE_BSD_FREEBSD_LAYOUT_H

enum {
    /* struct xinpgen, netinet/in_pcb.h; struct xunpgen, sys/unpcb.h */
    PL_XINPGEN_SIZE = 64,
    PL_XUNPGEN_SIZE = 32,
    PL_XGEN_GEN = 16, /* u64, of both */

    /* struct xsocket, sys/socketvar.h */
    PL_XSOCKET_SIZE = 240,
    PL_XSOCKET_SO = 8,        /* u64 */
    PL_XSOCKET_QLEN = 104,    /* u32 */
    PL_XSOCKET_QLIMIT = 112,  /* u32 */
    PL_XSOCKET_UID = 120,     /* u32 */
    PL_XSOCKET_TYPE = 156,    /* u16 */
    PL_XSOCKET_OPTIONS = 158, /* u16 */
    PL_XSOCKET_STATE = 162,   /* u16 */
    PL_XSOCKET_RCV_CC = 168,  /* u32 */
    PL_XSOCKET_SND_CC = 204,  /* u32 */

    /* struct xinpcb, netinet/in_pcb.h */
    PL_XINPCB_SIZE = 400,
    PL_XINPCB_SOCKET = 8,  /* struct xsocket */
    PL_XINPCB_FPORT = 252, /* u16, network order */
    PL_XINPCB_LPORT = 254,
    PL_XINPCB_FADDR = 256, /* 16 bytes: IPv6, or 12 of padding and IPv4 */
    PL_XINPCB_LADDR = 272,
    PL_XINPCB_GENCNT = 296, /* u64 */
    PL_XINPCB_VFLAG = 392,  /* u8 */
    PL_XINPCB_IP_P = 394,   /* u8, of raw sockets only */

    /* struct xtcpcb, netinet/tcp_var.h */
    PL_XTCPCB_SIZE = 744,
    PL_XTCPCB_INP = 8,  /* struct xinpcb */
    PL_XTCPCB_CC = 504, /* 16 bytes: congestion control, since 13 */
    PL_XTCPCB_CC_SIZE = 16,
    PL_XTCPCB_STATE = 568, /* i32 */
    PL_XTCPCB_REXMT = 592, /* i32: ms until a timer expires, 0 if it does not run */
    PL_XTCPCB_PERSIST = 596,
    PL_XTCPCB_KEEP = 600,
    PL_XTCPCB_2MSL = 604,
    PL_XTCPCB_CWND = 616, /* u32, bytes, since 13, as those that follow */
    PL_XTCPCB_SSTHRESH = 620,
    PL_XTCPCB_MAXSEG = 624,
    PL_XTCPCB_RCV_WND = 628,
    PL_XTCPCB_SND_WND = 632,

    /* struct xunpcb, sys/unpcb.h */
    PL_XUNPCB_SIZE = 904,
    PL_XUNPCB_UNPP = 8,    /* u64: its own address */
    PL_XUNPCB_CONN = 24,   /* u64: the address of its peer */
    PL_XUNPCB_GENCNT = 48, /* u64 */
    PL_XUNPCB_ADDR = 152,  /* struct sockaddr_un in a slot of 256 */
    PL_XUNPCB_CADDR = 408, /* that of the peer */
    PL_XUNPCB_SLOT = 256,
    PL_XUNPCB_SOCKET = 664, /* struct xsocket */

    /* struct xfile, sys/file.h */
    PL_XFILE_SIZE = 128,
    PL_XFILE_PID = 8,   /* i32 */
    PL_XFILE_FD = 16,   /* i32 */
    PL_XFILE_TYPE = 32, /* u16 */
    PL_XFILE_DATA = 56, /* u64: xso_so of a socket */

    /* struct kinfo_file, sys/user.h; its first field is its size, i32 */
    PL_KINFO_FD_TYPE = 4,    /* i32 */
    PL_KINFO_FD_FD = 8,      /* i32 */
    PL_KINFO_FD_SENDQ = 32,  /* u32 */
    PL_KINFO_FD_DOMAIN = 36, /* i32 */
    PL_KINFO_FD_SOCK_TYPE = 40,
    PL_KINFO_FD_PROTOCOL = 44,
    PL_KINFO_FD_LOCAL = 48, /* struct sockaddr_storage */
    PL_KINFO_FD_PEER = 176,
    PL_KINFO_FD_PCB = 304,   /* u64 */
    PL_KINFO_FD_RECVQ = 332, /* u32 */
    PL_KINFO_FD_END = 336,

    /* struct xsctp_inpcb, xsctp_tcb, xsctp_laddr and xsctp_raddr, netinet/sctp_uio.h */
    PL_XSCTP_INPCB_SIZE = 160,
    PL_XSCTP_INPCB_LAST = 0, /* u32: 1 ends the list; so in all of them */
    PL_XSCTP_INPCB_FLAGS = 4,
    PL_XSCTP_INPCB_LPORT = 32,  /* u16, of this machine's byte order */
    PL_XSCTP_INPCB_SOCKET = 40, /* u64: xso_so */
    PL_XSCTP_INPCB_QLEN = 48,
    PL_XSCTP_INPCB_MAXQLEN = 52,
    PL_XSCTP_TCB_SIZE = 264, /* begins with the address of the peer */
    PL_XSCTP_TCB_LAST = 28,
    PL_XSCTP_TCB_STATE = 36,
    PL_XSCTP_TCB_RPORT = 110, /* u16, of this machine's byte order */
    PL_XSCTP_LADDR_SIZE = 168,
    PL_XSCTP_RADDR_SIZE = 204,
    PL_XSCTP_ADDR_LAST = 28, /* after the address, of both */

    /* struct kinfo_proc, sys/user.h; its first field is its size, i32 */
    PL_KINFO_PROC_SIZE = 1088,
    PL_KINFO_PROC_PID = 72,    /* i32 */
    PL_KINFO_PROC_UID = 168,   /* u32, effective */
    PL_KINFO_PROC_START = 336, /* i64: seconds since the Epoch */
    PL_KINFO_PROC_COMM = 447,  /* 20 bytes */
    PL_KINFO_PROC_COMM_SIZE = 20,
};

#endif
