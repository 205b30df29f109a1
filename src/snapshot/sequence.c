/* SPDX-License-Identifier: BSD-2-Clause */
/* Sequence numbers of sockets, by cookie: the kernel never gives one to two sockets. */
#include "order.h"

const struct pl_sequence *pl_snapshot_sequence(const struct pl_snapshot *snap,
                                               const struct pl_sock *sock)
{
    const struct pl_sequence wanted = {.cookie = sock->cookie};

    if (!(sock->have & PL_HAVE_COOKIE) || sock->proto != PL_PROTO_TCP)
        return NULL;
    return pl_list_find(&snap->sequences, &wanted, sizeof(wanted), by_sequence_cookie);
}
