/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Offsets of fields in records of NetBSD 7 and later, in bytes, the same on every processor.
 * tests/layout/netbsd.c compares them with the system's headers.
 */
#ifndef PL_DECODE_BSD_NETBSD_LAYOUT_H
#define PL_DECODE_BSD_NETBSD_LAYOUT_H

enum {
    /* struct kinfo_pcb, sys/sysctl.h */
    PL_KINFO_PCB_SIZE = 640,
    PL_KINFO_PCB_PCBADDR = 0,   /* u64 */
    PL_KINFO_PCB_SOCKADDR = 16, /* u64: joins to ki_fdata */
    PL_KINFO_PCB_FAMILY = 24,   /* u32 */
    PL_KINFO_PCB_TYPE = 28,     /* u32 */
    PL_KINFO_PCB_PROTOCOL = 32, /* u32 */
    PL_KINFO_PCB_PFLAGS = 36,   /* i32 */
    PL_KINFO_PCB_SOSTATE = 40,  /* u32 */
    PL_KINFO_PCB_TSTATE = 48,   /* i32 */
    PL_KINFO_PCB_RCVQ = 56,     /* u64 */
    PL_KINFO_PCB_SNDQ = 64,     /* u64 */
    PL_KINFO_PCB_SRC = 72,      /* a sockaddr in a slot of 264 */
    PL_KINFO_PCB_DST = 336,
    PL_KINFO_PCB_SLOT = 264,
    PL_KINFO_PCB_VNODE = 608, /* u64: of the file a UNIX socket is bound to */
    PL_KINFO_PCB_CONN = 616,  /* u64: ki_pcbaddr of the peer */

    /* struct kinfo_file, sys/sysctl.h */
    PL_KINFO_FILE_SIZE = 120,
    PL_KINFO_FILE_FTYPE = 16, /* u32 */
    PL_KINFO_FILE_FUID = 40,  /* u32: uid of its opener */
    PL_KINFO_FILE_FDATA = 64, /* u64 */
    PL_KINFO_FILE_PID = 104,  /* u32 */
    PL_KINFO_FILE_FD = 108,   /* i32 */

    /* struct kinfo_proc2, sys/sysctl.h */
    PL_KINFO_PROC2_SIZE = 680,
    PL_KINFO_PROC2_PID = 116,  /* i32 */
    PL_KINFO_PROC2_UID = 136,  /* u32, effective */
    PL_KINFO_PROC2_COMM = 368, /* 24 bytes */
    PL_KINFO_PROC2_COMM_SIZE = 24,
    PL_KINFO_PROC2_START = 456, /* u32: seconds since the Epoch; 0: unknown */
};

#endif
