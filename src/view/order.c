/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order of rows: by protocol, local port, local address, peer, cookie, as the kernel told them
 * where all of these are equal. Sorted by one of these numbers after the other, each time only
 * within the rows that the earlier ones left equal.
 */
#include "column.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STAGES        14
#define RADIX_BITS    8
#define RADIX         (1U << RADIX_BITS)
#define INSERTION_MAX 24 /* rows: below it counting buckets costs more than comparing */

/* Small: with the rows it is what a listing needs of memory besides its sockets. */
struct item {
    uint32_t key;
    uint32_t index; /* of the socket */
};

static uint32_t word_of(const uint8_t *addr, unsigned int word)
{
    const uint8_t *at = addr + (size_t)word * 4;

    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t stage_key(const struct pl_sock *sock, unsigned int stage)
{
    switch (stage) {
    case 0:
        return sock->proto;
    case 1:
        return sock->local_port;
    case 2:
        return sock->family;
    case 3:
    case 4:
    case 5:
    case 6:
        return word_of(sock->local_addr, stage - 3);
    case 7:
    case 8:
    case 9:
    case 10:
        return word_of(sock->peer_addr, stage - 7);
    case 11:
        return sock->peer_port;
    case 12:
        return (uint32_t)(sock->cookie >> 32);
    default:
        return (uint32_t)sock->cookie;
    }
}

static void insertion_sort(struct item *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct item item = items[i];
        size_t at = i;

        for (; at > 0 && items[at - 1].key > item.key; at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

/* Stable, least significant byte first; a byte that all keys share is skipped. */
static void radix_sort(struct item *items, struct item *scratch, size_t count, uint32_t differing)
{
    struct item *from = items;
    struct item *to = scratch;

    for (unsigned int shift = 0; shift < 32; shift += RADIX_BITS) {
        size_t starts[RADIX] = {0};
        size_t sum = 0;
        struct item *swap = from;

        if ((differing >> shift & (RADIX - 1)) == 0)
            continue;
        for (size_t i = 0; i < count; i++)
            starts[from[i].key >> shift & (RADIX - 1)]++;
        for (size_t i = 0; i < RADIX; i++) {
            size_t n = starts[i];

            starts[i] = sum;
            sum += n;
        }
        for (size_t i = 0; i < count; i++)
            to[starts[from[i].key >> shift & (RADIX - 1)]++] = from[i];
        from = to;
        to = swap;
    }
    if (from != items)
        memcpy(items, from, count * sizeof(*items));
}

static void sort_stage(const struct pl_sock *socks, struct item *items, struct item *scratch,
                       size_t count, unsigned int stage)
{
    uint32_t differing = 0;
    size_t group = 0;

    for (; stage < STAGES && differing == 0; stage++) {
        for (size_t i = 0; i < count; i++) {
            items[i].key = stage_key(&socks[items[i].index], stage);
            differing |= items[i].key ^ items[0].key;
        }
    }
    if (differing == 0)
        return;
    if (count <= INSERTION_MAX)
        insertion_sort(items, count);
    else
        radix_sort(items, scratch, count, differing);
    for (size_t i = 1; i <= count; i++) {
        if (i < count && items[i].key == items[group].key)
            continue;
        if (i - group > 1)
            sort_stage(socks, items + group, scratch, i - group, stage);
        group = i;
    }
}

static int default_order(const struct pl_sock *socks, const struct pl_sock **rows, size_t count)
{
    struct item *items = count > UINT32_MAX ? NULL : malloc(count * 2 * sizeof(*items));

    if (!items)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        items[i].index = (uint32_t)i;
    sort_stage(socks, items, items + count, count, 0);
    for (size_t i = 0; i < count; i++)
        rows[i] = &socks[items[i].index];
    free(items);
    return 0;
}

/* ---- by columns ---- */

struct by_keys {
    const struct view *view;
    const struct sort_key *keys;
    size_t count;
};

static int compare_rows(const struct by_keys *by, const struct pl_sock *a, const struct pl_sock *b)
{
    for (size_t i = 0; i < by->count; i++) {
        const struct sort_key *key = &by->keys[i];
        struct cell x = {0};
        struct cell y = {0};
        int order;

        column_get(key->column, by->view, a, &x);
        column_get(key->column, by->view, b, &y);
        order = cell_compare(by->view, &x, &y);
        if (order != 0) {
            /* What is not known stays last either way. */
            bool absent = x.kind == CELL_ABSENT || y.kind == CELL_ABSENT;

            return key->descending && !absent ? -order : order;
        }
    }
    return 0;
}

/* Merge sort: stable, so that rows the keys leave equal keep the default order. */
static void merge_sort(const struct by_keys *by, const struct pl_sock **rows,
                       const struct pl_sock **scratch, size_t count)
{
    size_t half = count / 2;
    size_t left = 0;
    size_t right = half;

    if (count < 2)
        return;
    merge_sort(by, rows, scratch, half);
    merge_sort(by, rows + half, scratch, count - half);
    for (size_t i = 0; i < count; i++) {
        bool take_left =
            left < half && (right == count || compare_rows(by, rows[left], rows[right]) <= 0);

        scratch[i] = take_left ? rows[left++] : rows[right++];
    }
    memcpy(rows, scratch, count * sizeof(*rows));
}

int order_rows(const struct view *view, enum order order, const struct sort_key *keys,
               size_t key_count, const struct pl_sock **rows, size_t count)
{
    const struct by_keys by = {.view = view, .keys = keys, .count = key_count};
    const struct pl_sock **scratch;
    size_t sock_count;
    const struct pl_sock *socks = pl_snapshot_socks(view->snap, &sock_count);
    int err;

    for (size_t i = 0; i < count && i < sock_count; i++)
        rows[i] = &socks[i];
    if (count < 2 || order == ORDER_KERNEL)
        return 0;
    err = default_order(socks, rows, count);
    if (err < 0 || order == ORDER_DEFAULT)
        return err;
    scratch = malloc(count * sizeof(const struct pl_sock *));
    if (!scratch)
        return -ENOMEM;
    merge_sort(&by, rows, scratch, count);
    free(scratch);
    return 0;
}
