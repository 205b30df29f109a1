/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters that the kernel applies to its sockets: INET_DIAG_REQ_BYTECODE of sock_diag(7). */
#ifndef PL_SOURCE_LINUX_BYTECODE_H
#define PL_SOURCE_LINUX_BYTECODE_H

#include "source/source.h"

#define PL_BYTECODE_MAX 4096 /* bytes */

/* Returns the length of the code, a multiple of 4. 0: no filter, or one that does not fit. */
size_t pl_linux_bytecode(const struct pl_push *push, size_t count, uint8_t buf[PL_BYTECODE_MAX]);

/* Returns the local (peer) port that the tree requires, or 0. */
uint16_t pl_linux_push_port(const struct pl_push *push, size_t count, enum pl_push_kind side);

#endif
