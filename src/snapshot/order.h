/* SPDX-License-Identifier: BSD-2-Clause */
/* Comparisons for the lists of lists.h. Inline, so that searches are fast. */
#ifndef PL_SNAPSHOT_ORDER_H
#define PL_SNAPSHOT_ORDER_H

#include "snapshot.h"

static inline int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static inline int by_id(const void *a, const void *b)
{
    const struct pl_peer *x = a;
    const struct pl_peer *y = b;

    return x->id < y->id ? -1 : x->id > y->id;
}

static inline int by_cgroup(const void *a, const void *b)
{
    const struct pl_cgroup *x = a;
    const struct pl_cgroup *y = b;

    return x->id < y->id ? -1 : x->id > y->id;
}

static inline int by_cookie(const void *a, const void *b)
{
    const struct pl_reuse *x = a;
    const struct pl_reuse *y = b;

    if (x->cookie != y->cookie)
        return x->cookie < y->cookie ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

static inline int by_sequence_cookie(const void *a, const void *b)
{
    const struct pl_sequence *x = a;
    const struct pl_sequence *y = b;

    return x->cookie < y->cookie ? -1 : x->cookie > y->cookie;
}

/* Ids have PL_CONTAINER_ID bytes. */
static inline int by_uid_and_id(const void *a, const void *b)
{
    const struct pl_container *x = a;
    const struct pl_container *y = b;

    if (x->uid != y->uid)
        return x->uid < y->uid ? -1 : 1;
    return memcmp(x->id.data, y->id.data, PL_CONTAINER_ID);
}

static inline int by_pid(const void *a, const void *b)
{
    const struct pl_process *x = a;
    const struct pl_process *y = b;

    return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static inline int by_kind_and_id(const void *a, const void *b)
{
    const struct pl_name *x = a;
    const struct pl_name *y = b;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return x->netns < y->netns ? -1 : x->netns > y->netns;
}

static inline int by_nat_chain(const void *a, const void *b)
{
    const struct pl_nat_rule *x = a;
    const struct pl_nat_rule *y = b;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->kind == PL_NAT_BASE && x->priority != y->priority)
        return x->priority < y->priority ? -1 : 1;
    if (x->chain != y->chain)
        return x->chain < y->chain ? -1 : 1;
    if (x->kind == PL_NAT_ELEMENT && memcmp(x->key, y->key, sizeof(x->key)) != 0)
        return memcmp(x->key, y->key, sizeof(x->key));
    return x->order < y->order ? -1 : x->order > y->order;
}

static inline int by_first_port(const void *a, const void *b)
{
    const struct pl_route *x = a;
    const struct pl_route *y = b;

    if (x->match.first != y->match.first)
        return x->match.first < y->match.first ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static inline int by_seen(const void *a, const void *b)
{
    const struct pl_translation *x = a;
    const struct pl_translation *y = b;

    return memcmp(&x->seen, &y->seen, sizeof(x->seen));
}

static inline int by_host_port(const void *a, const void *b)
{
    const struct pl_published *x = a;
    const struct pl_published *y = b;
    int order = memcmp(x->at.addr, y->at.addr, sizeof(x->at.addr));

    if (x->at.netns != y->at.netns)
        return x->at.netns < y->at.netns ? -1 : 1;
    if (x->at.port != y->at.port)
        return x->at.port < y->at.port ? -1 : 1;
    if (x->at.proto != y->at.proto)
        return x->at.proto < y->at.proto ? -1 : 1;
    if (x->at.family != y->at.family)
        return x->at.family < y->at.family ? -1 : 1;
    if (order != 0)
        return order;
    return x->order < y->order ? -1 : x->order > y->order;
}

static inline int by_key_and_pid(const void *a, const void *b)
{
    const struct pl_owner *x = a;
    const struct pl_owner *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    return x->fd < y->fd ? -1 : x->fd > y->fd;
}

#endif
