/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter language as ss(8) has it. */
#ifndef AS_SS_DIALECT_H
#define AS_SS_DIALECT_H

#include "api/library.h"

/*
 * As pl_filter_parse(): but a port is the inode of a UNIX socket, the interface of a packet socket,
 * the id of a netlink socket; of several families that stand before endpoints the last one counts
 * for all; a mark that is not known is 0; and "autobound" is also asked of the kernel, which
 * remembers who bound by itself. family: enum pl_family of addresses that do not say theirs; 0: of
 * IP.
 */
int ss_filter_parse(const char *expression, const struct pl_filter_names *names, uint8_t family,
                    struct pl_filter **out, struct pl_filter_error *error);

#endif
