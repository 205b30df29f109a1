/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of a row of iproute2 6.1's ss. Each begins with the blank that keeps it from the last. */
#ifndef VIEW_SS_H
#define VIEW_SS_H

#include "as/layout.h"

/* Number of a detail; 0 where the kernel did not give it, as ss has it. */
uint64_t ss_number(const struct as_view *view, const struct pl_sock *sock, enum pl_attr_id id);
/* data is NULL where the kernel did not give it. */
struct pl_text ss_text(const struct as_view *view, const struct pl_sock *sock, enum pl_attr_id id);
bool ss_has(const struct as_view *view, const struct pl_sock *sock, enum pl_attr_id id);
/* The rest of the row on a line of its own, unless one line is wanted. */
void ss_break(const struct as_view *view, struct out *out);
void ss_put_field(struct out *out, const char *name, uint64_t n);
/* At least so many digits. */
void ss_put_hex(struct out *out, const char *name, uint64_t n, unsigned int digits);
/* The number of an IP protocol by which ss names and treats a row of the internet families. */
unsigned int ss_protocol(const struct as_view *view, const struct pl_sock *sock);

/* ss_address.c: both ends. */
void ss_put_ends(const struct as_view *view, const struct pl_sock *sock, struct out *out);

/* ss_details.c: what -o, -e, -m, -i and their like add. */
void ss_put_details(const struct as_view *view, const struct pl_sock *sock, struct out *out);
void ss_put_memory(const struct as_view *view, const struct pl_sock *sock, struct out *out);

/* ss_family.c: the same of packet, UNIX, netlink and XDP sockets. */
void ss_put_family_details(const struct as_view *view, const struct pl_sock *sock, struct out *out);
/* uid, inode, cookie, mark, control group. */
void ss_put_identity(const struct as_view *view, const struct pl_sock *sock, struct out *out);

/* ss_tcp.c, ss_ulp.c: -i */
void ss_put_tcp(const struct as_view *view, const struct pl_sock *sock, struct out *out);
void ss_put_ulp(const struct as_view *view, const struct pl_sock *sock, struct out *out);
void ss_put_mptcp(const struct as_view *view, const struct pl_sock *sock, struct out *out);

#endif
