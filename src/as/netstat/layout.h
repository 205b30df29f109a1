/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by netstat's lists of internet and UNIX sockets. */
#ifndef AS_NETSTAT_LAYOUT_H
#define AS_NETSTAT_LAYOUT_H

#include "as/layout.h"

/* Whether the socket is selected by -a, by -l, or without either. */
bool netstat_wants(const struct as_view *view, const struct pl_sock *sock);
/* Prints text, padded to width. */
void netstat_padded(struct out *out, const char *text, size_t len, size_t width);
/* "(only servers)" and the like. */
void netstat_which(const struct as_view *view, struct out *out);
/* Prints "PID/Program name" of the first process that holds the socket, or "-", padded. */
void netstat_program(const struct as_view *view, const struct pl_sock *sock, struct out *out);
/* "Active UNIX domain sockets". */
void netstat_unix_print(const struct as_view *view, struct out *out);

#endif
