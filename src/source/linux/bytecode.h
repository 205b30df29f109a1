/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters that the kernel runs over its sockets: INET_DIAG_REQ_BYTECODE of sock_diag(7). */
#ifndef PL_SOURCE_LINUX_BYTECODE_H
#define PL_SOURCE_LINUX_BYTECODE_H

#include "source/source.h"

#define PL_BYTECODE_MAX 4096 /* bytes */

/* Bytes of code in buf, a multiple of 4; 0: nothing to filter, or more than fits. */
size_t pl_linux_bytecode(const struct pl_push *push, size_t count, uint8_t buf[PL_BYTECODE_MAX]);

/* The one local (peer) port that all sockets of the tree have; 0 if there is no such. */
uint16_t pl_linux_push_port(const struct pl_push *push, size_t count, enum pl_push_kind side);

#endif
