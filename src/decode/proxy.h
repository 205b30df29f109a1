/* SPDX-License-Identifier: BSD-2-Clause */
/* Proxies that publish ports of containers, by their arguments. */
#ifndef PL_DECODE_PROXY_H
#define PL_DECODE_PROXY_H

#include "api/published.h"

#include "bytes.h"

/*
 * Returns the name of the proxy whose arguments are in command, separated by NULs or blanks, or NULL
 * if the program is not a proxy for that port. If the arguments contain the target of its
 * connections, sets *known and stores the target in *out.
 */
const char *pl_decode_proxy(struct pl_text command, const struct pl_host_port *port,
                            struct pl_target *out, bool *known);

#endif
