/* SPDX-License-Identifier: BSD-2-Clause */
/* What the readers of the BSDs and macOS use of their <sys/sysctl.h>, for tests/double on Linux. */
#ifndef DOUBLE_SYS_SYSCTL_H
#define DOUBLE_SYS_SYSCTL_H

#include <stddef.h>

#define CTL_KERN 1

/* All BSDs, the same number */
#define KERN_PROC_PID 1

/* FreeBSD */
#define KERN_PROC          14
#define KERN_PROC_PROC     8
#define KERN_PROC_ARGS     7
#define KERN_PROC_FILEDESC 33
#define KERN_PROC_PATHNAME 12 /* of NetBSD, too, with another number */

/* NetBSD */
#define KERN_PROC2    47
#define KERN_PROC_ALL 0
#define KERN_FILE2    77
#define PCB_ALL       0

/* OpenBSD */
#define KERN_FILE 73

/* NetBSD and OpenBSD; KERN_PROC_ARGS differs on each */
#define KERN_FILE_BYFILE 1
#define KERN_FILE_BYPID  2
#define KERN_PROC_ARGV   1

/* macOS */
#define KERN_ARGMAX    8
#define KERN_PROCARGS2 49

/* Only their parents matter, of the struct of FreeBSD and of OpenBSD. */
struct kinfo_proc {
    int ki_ppid, p_ppid;
};

struct kinfo_proc2 {
    int p_ppid;
};

int sysctl(const int *mib, unsigned int count, void *old, size_t *old_len, const void *new,
           size_t new_len);
int sysctlnametomib(const char *name, int *mib, size_t *count);

#endif
