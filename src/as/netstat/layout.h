/* SPDX-License-Identifier: BSD-2-Clause */
/* What netstat's lists of internet and of UNIX sockets have in common. */
#ifndef AS_NETSTAT_LAYOUT_H
#define AS_NETSTAT_LAYOUT_H

#include "as/layout.h"

/* Does it list this socket, of those that /proc/net has? */
bool netstat_wants(const struct as_view *view, const struct pl_sock *sock);
/* text, then blanks up to width. */
void netstat_padded(struct out *out, const char *text, size_t len, size_t width);
/* "(only servers)" and the like. */
void netstat_which(const struct as_view *view, struct out *out);
/* "PID/Program name" of the first process that holds it, padded; "-" for none. */
void netstat_program(const struct as_view *view, const struct pl_sock *sock, struct out *out);
/* "Active UNIX domain sockets". */
void netstat_unix_print(const struct as_view *view, struct out *out);

#endif
