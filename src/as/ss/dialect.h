/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter language of ss(8). */
#ifndef AS_SS_DIALECT_H
#define AS_SS_DIALECT_H

#include "api/library.h"

/*
 * As pl_filter_parse(), with these differences: a port is the inode of a UNIX socket, the interface
 * of a packet socket, the id of a netlink socket; the last of several family prefixes applies to
 * all endpoints; an unknown mark is 0; "autobound" is also evaluated by the kernel, which records
 * it. family: enum pl_family of addresses without a prefix; 0: IP.
 */
int ss_filter_parse(const char *expression, const struct pl_filter_names *names, uint8_t family,
                    struct pl_filter **out, struct pl_filter_error *error);

#endif
