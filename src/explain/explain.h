/* SPDX-License-Identifier: BSD-2-Clause */
/* Private functions of this directory. */
#ifndef PL_EXPLAIN_EXPLAIN_H
#define PL_EXPLAIN_EXPLAIN_H

#include "api/bind.h"

/* Returns the flags of a socket, PL_REUSE_*. */
unsigned int pl_explain_reuse(const struct pl_snapshot *snap, const struct pl_sock *sock);

#endif
