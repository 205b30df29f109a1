/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Offsets of fields in records of macOS, in bytes from the start of an item, the same on both
 * processors, xnu 4903 to 11417. The pcblist_n items are private (bsd/netinet/in_pcb.h, tcp_var.h,
 * bsd/sys/socketvar.h, unpcb.h, packed to 4 bytes). tests/layout/darwin.c compares those of libproc
 * with the header.
 */
#ifndef PL_DECODE_BSD_DARWIN_LAYOUT_H
#define PL_DECODE_BSD_DARWIN_LAYOUT_H

enum {
    /* struct xinpgen and xunpgen: head and tail */
    PL_XGEN_SIZE = 24,
    PL_XGEN_COUNT = 4, /* u32 */
    PL_XGEN_GEN = 8,   /* u64 */

    /* every item: u32 length of itself, u32 kind; the next begins at a multiple of 8 */
    PL_ITEM_HEAD = 8,
    PL_ITEM_KIND = 4,

    /* struct xinpcb_n */
    PL_XINPCB_SIZE = 104,
    PL_XINPCB_FPORT = 16, /* u16, network order */
    PL_XINPCB_LPORT = 18,
    PL_XINPCB_VFLAG = 44, /* u8 */
    PL_XINPCB_IP_P = 46,  /* u8 */
    PL_XINPCB_FADDR = 48, /* 16 bytes: IPv6, or 12 of padding and IPv4 */
    PL_XINPCB_LADDR = 64,

    /* struct xsocket_n: 104 bytes, up to macOS 12 the first 76 of them */
    PL_XSOCKET_SIZE_12 = 76,
    PL_XSOCKET_SIZE = 104,
    PL_XSOCKET_SO = 8,        /* u64, hashed: equal to soi_so */
    PL_XSOCKET_TYPE = 16,     /* i16 */
    PL_XSOCKET_OPTIONS = 20,  /* u32 */
    PL_XSOCKET_STATE = 26,    /* i16 */
    PL_XSOCKET_FAMILY = 40,   /* i32 */
    PL_XSOCKET_QLEN = 44,     /* i16 */
    PL_XSOCKET_QLIMIT = 48,   /* i16 */
    PL_XSOCKET_UID = 64,      /* u32 */
    PL_XSOCKET_LAST_PID = 68, /* i32: process that last used the socket */

    /* struct xsockbuf_n */
    PL_XSOCKBUF_SIZE = 32,
    PL_XSOCKBUF_CC = 8, /* u32 */

    /* struct xsockstat_n */
    PL_XSOCKSTAT_SIZE = 136,

    /* struct xtcpcb_n */
    PL_XTCPCB_SIZE = 204,
    PL_XTCPCB_STATE = 36,   /* i32 */
    PL_XTCPCB_RCV_WND = 88, /* u32 */
    PL_XTCPCB_SND_WND = 96,
    PL_XTCPCB_CWND = 100,
    PL_XTCPCB_MAXSEG = 132,

    /* struct xunpcb_n */
    PL_XUNPCB_SIZE = 588,
    PL_XUNPCB_UNPP = 8,  /* u64 */
    PL_XUNPCB_CONN = 32, /* u64 */
    PL_XUNPCB_ADDR = 76, /* struct sockaddr_un in a slot of 256 */
    PL_XUNPCB_CADDR = 332,
    PL_XUNPCB_SLOT = 256,

    /* struct socket_fdinfo, sys/proc_info.h */
    PL_FDINFO_SIZE = 792,
    PL_FDINFO_SO = 160,       /* u64 */
    PL_FDINFO_PCB = 168,      /* u64 */
    PL_FDINFO_TYPE = 176,     /* i32 */
    PL_FDINFO_PROTOCOL = 180, /* i32 */
    PL_FDINFO_FAMILY = 184,   /* i32 */
    PL_FDINFO_OPTIONS = 188,  /* i16 */
    PL_FDINFO_STATE = 192,    /* i16 */
    PL_FDINFO_QLEN = 194,     /* i16 */
    PL_FDINFO_QLIMIT = 198,   /* i16 */
    PL_FDINFO_RCV_CC = 208,   /* u32 */
    PL_FDINFO_SND_CC = 232,   /* u32 */
    PL_FDINFO_KIND = 256,     /* i32 */
    PL_FDINFO_FPORT = 264,    /* i32: 2 bytes in network order, widened */
    PL_FDINFO_LPORT = 268,
    PL_FDINFO_VFLAG = 288, /* u8 */
    PL_FDINFO_FADDR = 296, /* 16 bytes */
    PL_FDINFO_LADDR = 312,
    PL_FDINFO_TCP_STATE = 344,   /* i32 */
    PL_FDINFO_UN_CONN_PCB = 272, /* u64 */
    PL_FDINFO_UN_ADDR = 280,     /* struct sockaddr_un in a slot of 255 */
    PL_FDINFO_UN_CADDR = 535,
    PL_FDINFO_UN_SLOT = 255,

    /* struct proc_bsdshortinfo, sys/proc_info.h */
    PL_SHORTINFO_SIZE = 64,
    PL_SHORTINFO_COMM = 16, /* 16 bytes */
    PL_SHORTINFO_COMM_SIZE = 16,
    PL_SHORTINFO_UID = 36, /* u32, effective */
};

#endif
