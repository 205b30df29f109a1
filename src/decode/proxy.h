/* SPDX-License-Identifier: BSD-2-Clause */
/* Proxies that publish ports of containers, by their arguments. */
#ifndef PL_DECODE_PROXY_H
#define PL_DECODE_PROXY_H

#include "api/published.h"

#include "bytes.h"

/*
 * Returns the name of the proxy that holds the socket of that port, or NULL if it is none. command:
 * its arguments, separated by NULs or blanks. Sets *known, and *out if the arguments contain where
 * it connects to.
 */
const char *pl_decode_proxy(struct pl_text command, const struct pl_host_port *port,
                            struct pl_target *out, bool *known);

#endif
