/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel reports a connecting socket before it has a local port, and then again when the attempt is
 * decided. Until then, the responder and the time are all that packets and socket have in common.
 * Several attempts may fit. An attempt is still one row then, but nobody is named as its owner.
 */
#include "pair.h"

#include "attempt.h"

#include <stdlib.h>
#include <string.h>

/* How far the time of connect(2) and that of the SYN may be apart. */
#define NEAR (10 * MILLISECOND)
/* How much farther away anything else must be. */
#define MARGIN MILLISECOND

static bool is_socket(const struct loose *item)
{
    return !(item->attempt->have & PL_ATTEMPT_PACKETS);
}

/* Compares what a socket without a port knows of its attempt, except the time. */
static int compare_responders(const struct pl_attempt *a, const struct pl_attempt *b)
{
    int order = memcmp(a->addrs[1], b->addrs[1], sizeof(a->addrs[1]));

    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    if (order != 0)
        return order;
    return (a->ports[1] > b->ports[1]) - (a->ports[1] < b->ports[1]);
}

static int compare(const void *left, const void *right)
{
    const struct loose *a = left;
    const struct loose *b = right;
    int order = compare_responders(a->attempt, b->attempt);

    if (order != 0)
        return order;
    if (a->attempt->time != b->attempt->time)
        return a->attempt->time < b->attempt->time ? -1 : 1;
    return is_socket(b) - is_socket(a);
}

/* Returns the time between two items of one responder. The first is the earlier one. */
static uint64_t gap(const struct loose *first, const struct loose *second)
{
    return second->attempt->time - first->attempt->time;
}

/* A socket may be bound to an address, but not to a port. */
static bool can_be(const struct loose *socket, const struct loose *packets)
{
    return socket->attempt->have & PL_ATTEMPT_NO_ADDRESS ||
           memcmp(socket->attempt->addrs[0], packets->attempt->addrs[0], 16) == 0;
}

static void join(struct loose *items, size_t socket, size_t packets, bool is_certain)
{
    items[socket].pair = (uint32_t)packets + 1;
    items[socket].is_certain = is_certain;
    items[socket].is_taken = true;
    items[packets].is_taken = true;
}

/* Pairs neighbours if everything else of that responder is farther away. */
static void pair_neighbours(struct loose *items, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        size_t socket = is_socket(&items[i]) ? i : i + 1;
        size_t packets = socket == i ? i + 1 : i;
        uint64_t apart = gap(&items[i], &items[i + 1]);

        if (!is_socket(&items[socket]) || is_socket(&items[packets]) || apart > NEAR ||
            !can_be(&items[socket], &items[packets]))
            continue;
        if ((i == 0 || gap(&items[i - 1], &items[i]) > apart + MARGIN) &&
            (i + 2 == count || gap(&items[i + 1], &items[i + 2]) > apart + MARGIN))
            join(items, socket, packets, true);
    }
}

static bool have_same_owner(const struct pl_attempt *a, const struct pl_attempt *b)
{
    const struct pl_holders *one = a->owners[0];
    const struct pl_holders *other = b->owners[0];

    return one && other && one->count == 1 && other->count == 1 &&
           one->items[0].pid == other->items[0].pid && a->netns == b->netns;
}

/* Returns whether all sockets that are left have one owner, who then sent all packets that are left. */
static bool is_one_owner(const struct loose *items, size_t count)
{
    const struct loose *first = NULL;
    size_t sockets = 0;
    size_t packets = 0;

    for (size_t i = 0; i < count; i++) {
        if (items[i].is_taken)
            continue;
        packets += !is_socket(&items[i]);
        if (!is_socket(&items[i]))
            continue;
        sockets++;
        first = first ? first : &items[i];
        if (!have_same_owner(first->attempt, items[i].attempt))
            return false;
    }
    return sockets >= packets;
}

static size_t next(const struct loose *items, size_t count, size_t at, bool socket)
{
    while (at < count && (items[at].is_taken || is_socket(&items[at]) != socket))
        at++;
    return at;
}

/* Pairs the rest in the order of time. */
static void pair_rest(struct loose *items, size_t count)
{
    bool is_certain = is_one_owner(items, count);
    size_t socket = next(items, count, 0, true);
    size_t packets = next(items, count, 0, false);

    while (socket < count && packets < count) {
        bool before = socket < packets;

        if (gap(&items[before ? socket : packets], &items[before ? packets : socket]) <= NEAR &&
            can_be(&items[socket], &items[packets]))
            join(items, socket, packets, is_certain);
        else
            items[before ? socket : packets].is_taken = true; /* nothing fits */
        socket = next(items, count, socket, true);
        packets = next(items, count, packets, false);
    }
}

void attempt_pair(struct loose *items, size_t count)
{
    if (count == 0)
        return;
    qsort(items, count, sizeof(*items), compare);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1;
             to < count && compare_responders(items[from].attempt, items[to].attempt) == 0; to++)
            ;
        pair_neighbours(items + from, to - from);
        pair_rest(items + from, to - from);
        for (size_t i = from; i < to; i++)
            items[i].pair += items[i].pair != 0 ? (uint32_t)from : 0;
    }
}
