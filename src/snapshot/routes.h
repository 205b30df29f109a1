/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports of this machine that rules of the packet filter publish. */
#ifndef PL_SNAPSHOT_ROUTES_H
#define PL_SNAPSHOT_ROUTES_H

#include "snapshot.h"

/* Fills the list of routes, after the rules and the addresses were read. 0 or -ENOMEM. */
int pl_routes_find(struct pl_snapshot *snap);

#endif
