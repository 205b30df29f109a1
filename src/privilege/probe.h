/* SPDX-License-Identifier: BSD-2-Clause */
/* The process that binds sockets for "why --probe". */
#ifndef PRIVILEGE_PROBE_H
#define PRIVILEGE_PROBE_H

#include "api/bind.h"

struct probe {
    int fd; /* to the process; negative: none */
};

/*
 * Starts a process that can bind sockets as these describe, and nothing else. Call it before
 * privileges are dropped. user: it becomes that user, which requires the privilege to do so; or
 * PL_UID_UNKNOWN. off: it is not confined otherwise. Returns 0 or a negative errno.
 */
int probe_start(struct probe *out, const struct pl_bind *binds, size_t count, uint32_t user,
                bool off);
/*
 * Binds a socket as the one with this index describes, with ifindex as the zone of a link-local
 * address, and closes it. *error: the positive errno of bind(2), or 0. Returns 0, or a negative errno
 * if the process does not answer.
 */
int probe_ask(const struct probe *probe, size_t index, uint32_t ifindex, int *error);
void probe_end(struct probe *probe);

#endif
