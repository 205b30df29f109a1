/* SPDX-License-Identifier: BSD-2-Clause */
/* Private functions of this directory. */
#ifndef PL_EXPLAIN_EXPLAIN_H
#define PL_EXPLAIN_EXPLAIN_H

#include "api/bind.h"

#include <stdarg.h>

/* Returns the flags of a socket, PL_REUSE_*. */
unsigned int pl_explain_reuse(const struct pl_snapshot *snap, const struct pl_sock *sock);

/* pl_bind_judge() for a socket of a snapshot. */
enum pl_bind_verdict pl_explain_judge(const struct pl_snapshot *snap, const struct pl_bind *bind,
                                      const struct pl_sock *sock, unsigned int reuse);

/* Whether the address is of this machine. *any: some address of its family is known. */
bool pl_explain_is_local(const struct pl_snapshot *snap, const struct pl_bind *bind, bool *any);

/* Appends to a text of PL_CAUSE_TEXT bytes, as vprintf(3). */
__attribute__((format(printf, 2, 0))) void pl_explain_put(char *buf, const char *format,
                                                          va_list args);
/* Appends "127.0.0.1:80" or "[::1]:80". */
void pl_explain_end(char *buf, unsigned int family, const uint8_t *addr, unsigned int port);

#endif
