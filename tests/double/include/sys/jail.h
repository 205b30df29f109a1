/* SPDX-License-Identifier: BSD-2-Clause */
/* What the reader of FreeBSD uses of its <sys/jail.h>, for tests/double on Linux. */
#ifndef DOUBLE_SYS_JAIL_H
#define DOUBLE_SYS_JAIL_H

#include <sys/uio.h>

int jail_get(struct iovec *params, unsigned int count, int flags);

#endif
