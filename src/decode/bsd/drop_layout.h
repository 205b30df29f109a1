/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers and sizes in the request of tcpdrop(8), the same on every processor. tests/layout compares
 * them with the headers of each system.
 */
#ifndef PL_DECODE_BSD_DROP_LAYOUT_H
#define PL_DECODE_BSD_DROP_LAYOUT_H

enum {
    PL_DROP_INET_SIZE = 16,   /* struct sockaddr_in */
    PL_DROP_INET6_SIZE = 28,  /* struct sockaddr_in6 */
    PL_DROP_INET6_SCOPE = 24, /* sin6_scope_id in it */

    PL_DROP_FREEBSD = 15, /* TCPCTL_DROP, netinet/tcp_var.h */
    PL_DROP_FREEBSD_INET6 = 28,
    PL_DROP_FREEBSD_SLOT = 128, /* struct sockaddr_storage */
    PL_DROP_FREEBSD_SIZE = 256,

    PL_DROP_NETBSD = 33,
    PL_DROP_NETBSD_INET6 = 24,
    PL_DROP_NETBSD_SLOT = 128,
    PL_DROP_NETBSD_SIZE = 256,

    PL_DROP_OPENBSD = 19,
    PL_DROP_OPENBSD_INET6 = 24,
    PL_DROP_OPENBSD_SLOT = 256,
    PL_DROP_OPENBSD_SIZE = 528, /* struct tcp_ident_mapping */

    PL_DROP_SIZE_MAX = PL_DROP_OPENBSD_SIZE,
};

#endif
