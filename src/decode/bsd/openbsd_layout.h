/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Offsets of fields in struct kinfo_file of OpenBSD 7, sys/sysctl.h, in bytes, the same on every
 * processor. tests/layout/openbsd.c compares them with the system's header.
 */
#ifndef PL_DECODE_BSD_OPENBSD_LAYOUT_H
#define PL_DECODE_BSD_OPENBSD_LAYOUT_H

enum {
    PL_KINFO_FILE_SIZE = 632,
    PL_KINFO_FILE_TYPE = 16,       /* u32 */
    PL_KINFO_FILE_COUNT = 20,      /* u32: 0 if there is no file */
    PL_KINFO_FILE_UID = 40,        /* u32: uid of its opener */
    PL_KINFO_FILE_SO_TYPE = 272,   /* u32 */
    PL_KINFO_FILE_SO_STATE = 276,  /* u32, with those of both buffers */
    PL_KINFO_FILE_SO_PCB = 280,    /* u64; without privilege 0 or -1 */
    PL_KINFO_FILE_SO_PROTO = 288,  /* u32 */
    PL_KINFO_FILE_SO_FAMILY = 292, /* u32 */
    PL_KINFO_FILE_LPORT = 304,     /* u32: port in the low two bytes, in network byte order */
    PL_KINFO_FILE_LADDR = 308,     /* 16 bytes */
    PL_KINFO_FILE_FPORT = 324,
    PL_KINFO_FILE_FADDR = 328,
    PL_KINFO_FILE_UNP_CONN = 344, /* u64: so_pcb of the peer */
    PL_KINFO_FILE_PID = 376,      /* u32 */
    PL_KINFO_FILE_FD = 380,       /* i32; negative: text, cwd, root, trace */
    PL_KINFO_FILE_P_UID = 388,    /* u32, effective */
    PL_KINFO_FILE_COMM = 400,     /* 24 bytes */
    PL_KINFO_FILE_COMM_SIZE = 24,
    PL_KINFO_FILE_RCV_CC = 448, /* u64 */
    PL_KINFO_FILE_SND_CC = 456, /* u64 */
    PL_KINFO_FILE_PATH = 488,   /* 104 bytes, perhaps without a NUL */
    PL_KINFO_FILE_PATH_SIZE = 104,
    PL_KINFO_FILE_INP_PROTO = 592, /* u32 */
    PL_KINFO_FILE_T_STATE = 596,   /* u32 */
};

#endif
