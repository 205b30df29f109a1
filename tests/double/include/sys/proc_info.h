/* SPDX-License-Identifier: BSD-2-Clause */
/* What the reader of macOS uses of its <sys/proc_info.h>, for tests/double on Linux. */
#ifndef DOUBLE_SYS_PROC_INFO_H
#define DOUBLE_SYS_PROC_INFO_H

#include <stdint.h>

#include "decode/bsd/darwin_layout.h"

#define PROC_ALL_PIDS 1

#define PROC_PIDLISTFDS            1
#define PROC_PIDT_SHORTBSDINFO     13
#define PROC_PIDLISTFILEPORTS      14
#define PROC_PIDFILEPORTSOCKETINFO 3
#define PROC_PIDFDSOCKETINFO       3
#define PROC_PIDPATHINFO_MAXSIZE   4096
#define PROX_FDTYPE_SOCKET         2

struct proc_fdinfo {
    int32_t proc_fd;
    uint32_t proc_fdtype;
};

struct proc_fileportinfo {
    uint32_t proc_fileport;
    uint32_t proc_fdtype;
};

/* The reader passes these on: only their sizes matter. */
struct socket_fdinfo {
    uint8_t bytes[PL_FDINFO_SIZE];
};

struct proc_bsdshortinfo {
    uint32_t pbsi_pid, pbsi_ppid;
    uint8_t bytes[PL_SHORTINFO_SIZE - 8];
};

#endif
