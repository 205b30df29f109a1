/* SPDX-License-Identifier: BSD-2-Clause */
/* struct kinfo_proc of FreeBSD is in the <sys/sysctl.h> of tests/double. */
#ifndef DOUBLE_SYS_USER_H
#define DOUBLE_SYS_USER_H

#endif
