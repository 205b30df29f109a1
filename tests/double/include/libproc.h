/* SPDX-License-Identifier: BSD-2-Clause */
/* What the reader of macOS uses of <libproc.h>, for tests/double on Linux. */
#ifndef DOUBLE_LIBPROC_H
#define DOUBLE_LIBPROC_H

#include <stdint.h>

int proc_listpids(uint32_t kind, uint32_t kind_info, void *buffer, int size);
int proc_pidinfo(int pid, int flavor, uint64_t arg, void *buffer, int size);
int proc_pidfdinfo(int pid, int fd, int flavor, void *buffer, int size);
int proc_pidfileportinfo(int pid, uint32_t port, int flavor, void *buffer, int size);
int proc_pidpath(int pid, void *buffer, uint32_t size);

#endif
