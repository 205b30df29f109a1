/* SPDX-License-Identifier: BSD-2-Clause */
#include "group.h"

#include "model/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A group while it is collected. A row without what the groups have in common belongs to the group 0. */
struct key {
    uint64_t high, low;
};

static struct key process_key(const struct row *row)
{
    if (!row->holders || row->holders->count == 0)
        return (struct key){0};
    return (struct key){row->holders->items[0].pid, 1};
}

static struct key remote_key(const struct row *row)
{
    const struct pl_sock sock = row_sock(row);
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    const uint8_t *addr = sock.peer_addr;

    if (!pl_sock_has_peer(&sock))
        return (struct key){0};
    /* One remote machine, whichever family the socket has. */
    if (sock.family == PL_FAMILY_INET6 && memcmp(addr, mapped, sizeof(mapped)) == 0)
        return (struct key){4, order_text((const char *)addr + 12, 4)};
    if (sock.family == PL_FAMILY_INET)
        return (struct key){4, order_text((const char *)addr, 4)};
    return (struct key){order_text((const char *)addr, 8), order_text((const char *)addr + 8, 8)};
}

/* The local port of a listener, and the port of the server of a connection: the lower one. */
static struct key port_key(const struct row *row)
{
    const struct pl_sock sock = row_sock(row);
    uint32_t port = sock.local_port;

    if (pl_sock_has_peer(&sock) && sock.peer_port != 0 && sock.peer_port < port)
        port = sock.peer_port;
    return (struct key){sock.proto, (uint64_t)port + 1};
}

static struct key key_of(const struct row *row, enum group_kind kind)
{
    switch (kind) {
    case GROUP_PROCESS:
        return process_key(row);
    case GROUP_REMOTE:
        return remote_key(row);
    case GROUP_PORT:
        break;
    }
    return port_key(row);
}

bool groups_has(const struct group *group, enum group_kind kind, const struct row *row)
{
    struct key key = key_of(row, kind);

    return key.high == group->high && key.low == group->low;
}

static void add_row(struct group *group, const struct row *row)
{
    group->sockets++;
    group->listeners += row_is_listener(row);
    group->lacking |= row_lacks_rate(row);
    if (row->have & ROW_HAVE_RATE) {
        group->rate_in += (double)row->rate_in;
        group->rate_out += (double)row->rate_out;
        group->rated = true;
    }
    if (row->have & ROW_HAVE_BYTES) {
        group->bytes_in += row->bytes_in;
        group->bytes_out += row->bytes_out;
        group->counted = true;
    }
}

/* ---- order of groups ---- */

static int compare(double a, double b)
{
    return (a > b) - (a < b);
}

static double value_of(const struct group *group, enum group_column by)
{
    switch (by) {
    case GROUP_LISTENERS:
        return group->listeners;
    case GROUP_RATE_IN:
        return group->rated ? group->rate_in : -1;
    case GROUP_RATE_OUT:
        return group->rated ? group->rate_out : -1;
    case GROUP_BYTES_IN:
        return group->counted ? (double)group->bytes_in : -1;
    case GROUP_BYTES_OUT:
        return group->counted ? (double)group->bytes_out : -1;
    case GROUP_NAME:
    case GROUP_SOCKETS:
    case GROUP_COLUMN_MAX:
        break;
    }
    return group->sockets;
}

static int by_identity(const void *a, const void *b)
{
    const struct group *x = a;
    const struct group *y = b;
    int order = (x->high > y->high) - (x->high < y->high);

    return order ? order : (x->low > y->low) - (x->low < y->low);
}

/* The order of names is that of identities, except of processes, which have names. */
static int by_name(const struct group *a, const struct group *b)
{
    struct order_key x = order_key(a->row, COLUMN_OWNERS);
    struct order_key y = order_key(b->row, COLUMN_OWNERS);
    int order = x.unknown - y.unknown;

    order = order ? order : (x.high > y.high) - (x.high < y.high);
    return order ? order : (x.low > y.low) - (x.low < y.low);
}

/* Sorts by insertion into halves: stable, so that equal groups keep the order of identities. */
static void sort(struct group *groups, struct group *scratch, size_t count, enum group_kind kind,
                 enum group_column by, bool descending)
{
    size_t half = count / 2;
    size_t left = 0;
    size_t right = half;

    if (count < 2)
        return;
    sort(groups, scratch, half, kind, by, descending);
    sort(groups + half, scratch, count - half, kind, by, descending);
    for (size_t i = 0; i < count; i++) {
        int order = 0;

        if (left < half && right < count) {
            if (by != GROUP_NAME)
                order = compare(value_of(&groups[left], by), value_of(&groups[right], by));
            else if (kind == GROUP_PROCESS)
                order = by_name(&groups[left], &groups[right]);
            else
                order = by_identity(&groups[left], &groups[right]);
        }
        order = descending ? -order : order;
        scratch[i] =
            right == count || (left < half && order <= 0) ? groups[left++] : groups[right++];
    }
    memcpy(groups, scratch, count * sizeof(*groups));
}

/* ---- groups ---- */

/* Merges adjacent groups of the same identity. */
static size_t merge(struct group *groups, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || by_identity(&groups[kept - 1], &groups[i]) != 0) {
            groups[kept] = groups[i];
            kept++;
        }
        add_row(&groups[kept - 1], groups[i].row);
    }
    for (size_t i = 0; i < kept; i++)
        groups[i].rated &= !groups[i].lacking;
    return kept;
}

int groups_make(struct groups *groups, const struct ordering *order, enum group_kind kind,
                enum group_column by, bool descending)
{
    struct group *items;
    struct group *scratch;

    groups_free(groups);
    if (order->count == 0)
        return 0;
    items = calloc(order->count, sizeof(*items));
    if (!items)
        return -ENOMEM;
    for (size_t i = 0; i < order->count; i++) {
        struct key key = key_of(order->rows[i], kind);

        items[i] = (struct group){.high = key.high, .low = key.low, .row = order->rows[i]};
    }
    qsort(items, order->count, sizeof(*items), by_identity);
    groups->count = merge(items, order->count);
    groups->items = items;
    scratch = malloc(groups->count * sizeof(*scratch));
    if (!scratch) {
        groups_free(groups);
        return -ENOMEM;
    }
    sort(groups->items, scratch, groups->count, kind, by, descending);
    free(scratch);
    return 0;
}

void groups_free(struct groups *groups)
{
    free(groups->items);
    *groups = (struct groups){0};
}
