/* SPDX-License-Identifier: BSD-2-Clause */
/* What the reader of NetBSD uses of its <paths.h>, for tests/double on Linux. */
#ifndef DOUBLE_PATHS_H
#define DOUBLE_PATHS_H

/* Writes to the log that the kernel's memory is opened. */
const char *double_kmem(void);

#define _PATH_KMEM double_kmem()

#endif
