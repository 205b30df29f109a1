/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sorts rows by protocol, local port, local address, peer and cookie; equal rows keep the kernel's
 * order. Radix sort by one number at a time, within the rows equal so far.
 */
#include "column.h"
#include "model/array.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define RADIX_BITS    8
#define RADIX         (1U << RADIX_BITS)
#define INSERTION_MAX 24 /* below this number of rows, comparing is faster than counting buckets */

/* Small, because rows and items are the main memory of a listing besides its sockets. */
struct item {
    uint32_t key;
    uint32_t index; /* of the socket in the snapshot */
};

/* The form of a key: a byte, a number, four bytes of an address, half of the cookie. */
enum form { BYTE, WORD, ADDRESS, COOKIE_HIGH, COOKIE_LOW };

#define AT(form, field, more)                                     \
    {                                                             \
        form, (uint8_t)(offsetof(struct pl_sock, field) + (more)) \
    }
static const struct {
    uint8_t form;
    uint8_t offset;
} stages[] = {
    AT(BYTE, proto, 0),          AT(WORD, local_port, 0),    AT(BYTE, family, 0),
    AT(ADDRESS, local_addr, 0),  AT(ADDRESS, local_addr, 4), AT(ADDRESS, local_addr, 8),
    AT(ADDRESS, local_addr, 12), AT(ADDRESS, peer_addr, 0),  AT(ADDRESS, peer_addr, 4),
    AT(ADDRESS, peer_addr, 8),   AT(ADDRESS, peer_addr, 12), AT(WORD, peer_port, 0),
    AT(COOKIE_HIGH, cookie, 0),  AT(COOKIE_LOW, cookie, 0),
};

#define STAGES COUNT_OF(stages)

/* The first stages for the rest of an IPv6 address, and their number. */
#define LOCAL_MORE 4
#define PEER_MORE  8
#define MORE       3

static inline uint32_t read_key(enum form form, const uint8_t *at)
{
    uint32_t word;
    uint64_t cookie;

    switch (form) {
    case BYTE:
        return *at;
    case WORD:
        memcpy(&word, at, sizeof(word));
        return word;
    case ADDRESS:
        return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    case COOKIE_HIGH:
    case COOKIE_LOW:
        break;
    }
    memcpy(&cookie, at, sizeof(cookie));
    return (uint32_t)(form == COOKIE_HIGH ? cookie >> 32 : cookie);
}

/* Reads the keys of one form, a compile-time constant. Returns the bits in which they differ. */
static inline uint32_t read_form(const struct pl_sock *socks, struct item *items, size_t count,
                                 size_t offset, enum form form)
{
    uint32_t differing = 0;

    for (size_t i = 0; i < count; i++) {
        items[i].key = read_key(form, (const uint8_t *)&socks[items[i].index] + offset);
        differing |= items[i].key ^ items[0].key;
    }
    return differing;
}

static uint32_t read_keys(const struct pl_sock *socks, struct item *items, size_t count,
                          size_t stage)
{
    size_t offset = stages[stage].offset;

    switch ((enum form)stages[stage].form) {
    case BYTE:
        return read_form(socks, items, count, offset, BYTE);
    case WORD:
        return read_form(socks, items, count, offset, WORD);
    case ADDRESS:
        return read_form(socks, items, count, offset, ADDRESS);
    case COOKIE_HIGH:
        return read_form(socks, items, count, offset, COOKIE_HIGH);
    case COOKIE_LOW:
        break;
    }
    return read_form(socks, items, count, offset, COOKIE_LOW);
}

/* These rows have one family. IPv4 addresses have only one stage. */
static size_t skip_empty(const struct pl_sock *sock, size_t stage)
{
    bool more = stage == LOCAL_MORE || stage == PEER_MORE;

    return more && sock->family == PL_FAMILY_INET ? stage + MORE : stage;
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

/* Stable, least significant byte first. Skips bytes that all keys share. */
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
                       size_t count, size_t stage)
{
    uint32_t differing = 0;
    size_t group = 0;

    while (stage < STAGES && differing == 0) {
        stage = skip_empty(&socks[items[0].index], stage);
        differing = read_keys(socks, items, count, stage++);
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

/* If pointers are as large as items, the memory of the rows serves as scratch space. */
static int default_order(const struct pl_sock *socks, const struct pl_sock **rows, size_t count)
{
    bool large = sizeof(*rows) >= sizeof(struct item);
    struct item *items = count > UINT32_MAX ? NULL : malloc(count * sizeof(*items));
    struct item *scratch = large ? (void *)rows : malloc(count * sizeof(*scratch));
    int err = items && scratch ? 0 : -ENOMEM;

    if (err == 0) {
        for (size_t i = 0; i < count; i++)
            items[i].index = (uint32_t)i;
        sort_stage(socks, items, scratch, count, 0);
        for (size_t i = 0; i < count; i++)
            rows[i] = &socks[items[i].index];
    }
    if (!large)
        free(scratch);
    free(items);
    return err;
}

/* ---- by columns ---- */

#define KNOWN_KEYS 3

struct by_keys {
    const struct view *view;
    const struct sort_key *keys;
    size_t count;
    /* A row is compared several times in sequence: caches the cells of its first keys. */
    struct {
        const void *row;
        struct cell cell;
    } known[KNOWN_KEYS][2];
};

static const struct cell *key_cell(struct by_keys *by, size_t key, size_t side, const void *row,
                                   struct cell *other)
{
    struct cell *cell = key < KNOWN_KEYS ? &by->known[key][side].cell : other;

    if (key < KNOWN_KEYS && by->known[key][side].row == row)
        return cell;
    if (key < KNOWN_KEYS)
        by->known[key][side].row = row;
    cell_clear(cell);
    column_get(by->keys[key].column, by->view, row, cell);
    return cell;
}

static int compare_rows(void *arg, const void *a, const void *b)
{
    struct by_keys *by = arg;
    int order = 0;

    for (size_t key = 0; key < by->count && order == 0; key++) {
        struct cell x;
        struct cell y;

        order = order_cells(by->view, &by->keys[key], key_cell(by, key, 0, a, &x),
                            key_cell(by, key, 1, b, &y));
    }
    return order;
}

int order_cells(const struct view *view, const struct sort_key *key, const struct cell *a,
                const struct cell *b)
{
    bool absent = a->kind == CELL_ABSENT || b->kind == CELL_ABSENT;
    int order = cell_compare(view, a, b);

    return key->descending && !absent ? -order : order;
}

void order_merge(const void **rows, const void **scratch, size_t count, order_fn *compare,
                 void *arg)
{
    size_t half = count / 2;
    size_t left = 0;
    size_t right = half;

    if (count < 2)
        return;
    order_merge(rows, scratch, half, compare, arg);
    order_merge(rows + half, scratch, count - half, compare, arg);
    for (size_t i = 0; i < count; i++) {
        bool take_left =
            left < half && (right == count || compare(arg, rows[left], rows[right]) <= 0);

        scratch[i] = take_left ? rows[left++] : rows[right++];
    }
    memcpy(rows, scratch, count * sizeof(*rows));
}

int order_rows(const struct view *view, enum order order, const struct sort_key *keys,
               size_t key_count, const struct pl_sock **rows, size_t count)
{
    struct by_keys by = {.view = view, .keys = keys, .count = key_count};
    const void **scratch;
    size_t sock_count;
    const struct pl_sock *socks = pl_snapshot_socks(view->snap, &sock_count);
    int err;

    if (count < 2 || order == ORDER_KERNEL) {
        for (size_t i = 0; i < count && i < sock_count; i++)
            rows[i] = &socks[i];
        return 0;
    }
    err = default_order(socks, rows, count);
    if (err < 0 || order == ORDER_DEFAULT)
        return err;
    scratch = malloc(count * sizeof(const void *));
    if (!scratch)
        return -ENOMEM;
    /* A stable sort: rows with equal keys keep the default order. */
    order_merge((const void **)rows, scratch, count, compare_rows, &by);
    free(scratch);
    return 0;
}
