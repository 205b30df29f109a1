/* SPDX-License-Identifier: BSD-2-Clause */
#include "filter.h"

uint32_t pl_query_states(const struct pl_query *query)
{
    return query->states & (query->filter ? pl_filter_states(query->filter) : UINT32_MAX);
}

uint32_t pl_query_protos(const struct pl_query *query)
{
    return query->protos & (query->filter ? pl_filter_protos(query->filter) : UINT32_MAX);
}

bool pl_query_match(const struct pl_query *query, const struct pl_sock *sock)
{
    if (!(query->protos & PL_BIT(sock->proto)))
        return false;
    /* If the result is not known yet, the filter is evaluated again on the complete snapshot. */
    if (query->filter && !(query->need & PL_NEED_PEERS) &&
        pl_filter_eval(query->filter, NULL, sock) == PL_FALSE)
        return false;
    /* A socket of an unknown family is shown unless families were requested. */
    if (query->families != 0 &&
        (sock->family >= PL_FAMILY_MAX || !(query->families & PL_BIT(sock->family))))
        return false;
    if (!(sock->have & PL_HAVE_STATE))
        return true;
    if (query->states == 0)
        return sock->state != PL_STATE_BOUND && sock->state != PL_STATE_CLOSED;
    return sock->state < PL_STATE_MAX && (query->states & PL_BIT(sock->state)) != 0;
}
