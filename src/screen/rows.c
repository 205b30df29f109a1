/* SPDX-License-Identifier: BSD-2-Clause */
#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 1024U /* rows that are allocated together */
/* The second pool, in an id. */
#define LARGE 0x80000000U

/* Bytes of a row, a multiple of those of a number. */
#define SIZE(bytes) ((offsetof(struct row, addrs) + (bytes) + 7) / 8 * 8)

_Static_assert(SIZE(8) <= 136 && SIZE(32) <= 160, "100,000 rows take some MB");

/* The hash of FNV-1a. */
static uint64_t hash(uint64_t sum, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < len; i++)
        sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
    return sum;
}

uint64_t rows_identity(const struct pl_sock *sock)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    size_t len = sock->family == PL_FAMILY_INET ? 4 : sizeof(sock->local_addr);

    if (sock->have & PL_HAVE_COOKIE && sock->cookie != 0)
        return sock->cookie;
    sum = hash(sum, &sock->proto, sizeof(sock->proto));
    sum = hash(sum, &sock->family, sizeof(sock->family));
    sum = hash(sum, sock->local_addr, len);
    sum = hash(sum, sock->peer_addr, len);
    sum = hash(sum, &sock->local_port, sizeof(sock->local_port));
    sum = hash(sum, &sock->peer_port, sizeof(sock->peer_port));
    /* Listeners that share a port differ in the key. A connection loses its key when it is closed. */
    if (!pl_sock_has_peer(sock))
        sum = hash(sum, &sock->key, sizeof(sock->key));
    /* Cookies are small numbers. */
    return sum | UINT64_C(1) << 63;
}

uint64_t row_identity(const struct row *row)
{
    struct pl_sock sock;

    if (row->sock.have & PL_HAVE_COOKIE && row->sock.cookie != 0)
        return row->sock.cookie;
    sock = row_sock(row);
    return rows_identity(&sock);
}

/* ---- the socket of a row ---- */

static size_t addr_len(const struct row *row)
{
    return row->large ? 16 : 4;
}

/* The members that both structures have. */
#define EACH_MEMBER(DO) \
    DO(key)             \
    DO(cookie)          \
    DO(local_port)      \
    DO(peer_port)       \
    DO(recv_q)          \
    DO(send_q)          \
    DO(uid)             \
    DO(ifindex)         \
    DO(have)            \
    DO(state)           \
    DO(family)          \
    DO(proto)           \
    DO(type)            \
    DO(flags)           \
    DO(owner_unknown)

struct pl_sock row_sock(const struct row *row)
{
    struct pl_sock sock = {0};

#define GET(member) sock.member = row->sock.member;
    EACH_MEMBER(GET)
#undef GET
    memcpy(sock.local_addr, row->addrs, addr_len(row));
    memcpy(sock.peer_addr, row->addrs + addr_len(row), addr_len(row));
    return sock;
}

void row_set(struct row *row, const struct pl_sock *sock)
{
    if (sock->family != PL_FAMILY_INET && !row->large)
        return;
#define SET(member) row->sock.member = sock->member;
    EACH_MEMBER(SET)
#undef SET
    memcpy(row->addrs, sock->local_addr, addr_len(row));
    memcpy(row->addrs + addr_len(row), sock->peer_addr, addr_len(row));
}

bool row_is_listener(const struct row *row)
{
    const struct pl_sock sock = row_sock(row);

    return pl_sock_is_listener(&sock);
}

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

int rows_compare(const struct row *a, const struct row *b)
{
    size_t len = a->sock.family == PL_FAMILY_INET ? 4 : 16;
    int order = compare(a->sock.proto, b->sock.proto);

    order = order ? order : compare(a->sock.local_port, b->sock.local_port);
    order = order ? order : compare(a->sock.family, b->sock.family);
    order = order ? order : memcmp(a->addrs, b->addrs, len);
    order = order ? order : memcmp(a->addrs + addr_len(a), b->addrs + addr_len(b), len);
    order = order ? order : compare(a->sock.peer_port, b->sock.peer_port);
    return order ? order : compare(a->sock.cookie, b->sock.cookie);
}

/* ---- the table ---- */

static struct row *row_at(const struct rows_pool *pool, uint32_t index)
{
    return (struct row *)(void *)(pool->blocks[index / BLOCK] + index % BLOCK * pool->size);
}

static struct row *row_of(const struct rows *rows, uint32_t id)
{
    return row_at(&rows->pools[id >= LARGE], id & ~LARGE);
}

static size_t home_of(const struct rows *rows, uint64_t identity)
{
    return (size_t)(identity * UINT64_C(0x9e3779b97f4a7c15) >> 32) & rows->mask;
}

/* Returns the slot of an identity, or the empty slot for it. */
static size_t slot_of(const struct rows *rows, uint64_t identity)
{
    size_t slot = home_of(rows, identity);

    while (rows->slots[slot] != 0 && row_identity(row_of(rows, rows->slots[slot] - 1)) != identity)
        slot = (slot + 1) & rows->mask;
    return slot;
}

struct row *rows_find(const struct rows *rows, uint64_t identity)
{
    size_t slot;

    if (!rows->slots)
        return NULL;
    slot = slot_of(rows, identity);
    return rows->slots[slot] != 0 ? row_of(rows, rows->slots[slot] - 1) : NULL;
}

/* Keeps at least half of the slots empty. */
static int make_slots(struct rows *rows)
{
    uint32_t *old = rows->slots;
    size_t old_size = old ? rows->mask + 1 : 0;
    size_t size = old ? old_size * 2 : BLOCK;
    uint32_t *slots;

    if (old && rows->count < old_size / 2)
        return 0;
    slots = calloc(size, sizeof(*slots));
    if (!slots)
        return -ENOMEM;
    rows->slots = slots;
    rows->mask = size - 1;
    for (size_t i = 0; i < old_size; i++) {
        if (old[i] != 0)
            slots[slot_of(rows, row_identity(row_of(rows, old[i] - 1)))] = old[i];
    }
    free(old);
    return 0;
}

/* Returns the index of a row that is not used, or UINT32_MAX: out of memory. */
static uint32_t take_row(struct rows_pool *pool)
{
    uint32_t index = pool->free;
    char **blocks;

    if (index != 0) {
        pool->free = row_at(pool, index - 1)->place;
        return index - 1;
    }
    if (pool->end == pool->block_count * BLOCK) {
        if (pool->end >= LARGE - BLOCK)
            return UINT32_MAX;
        blocks = realloc(pool->blocks, (pool->block_count + 1) * sizeof(char *));
        if (!blocks)
            return UINT32_MAX;
        pool->blocks = blocks;
        blocks[pool->block_count] = malloc(BLOCK * pool->size);
        if (!blocks[pool->block_count])
            return UINT32_MAX;
        pool->block_count++;
    }
    return pool->end++;
}

struct row *rows_add(struct rows *rows, const struct pl_sock *sock)
{
    bool large = sock->family != PL_FAMILY_INET;
    struct rows_pool *pool = &rows->pools[large];
    struct row *row;
    uint32_t index;

    pool->size = SIZE(large ? 32U : 8U);
    index = make_slots(rows) == 0 ? take_row(pool) : UINT32_MAX;
    if (index == UINT32_MAX)
        return NULL;
    row = row_at(pool, index);
    memset(row, 0, pool->size);
    row->used = row->shown = true;
    row->large = large;
    row_set(row, sock);
    rows->slots[slot_of(rows, rows_identity(sock))] = (large ? index | LARGE : index) + 1;
    rows->count++;
    return row;
}

/* Empties a slot, and moves back those that were placed after it because it was taken. */
static void empty_slot(struct rows *rows, size_t hole)
{
    size_t at = hole;

    for (;;) {
        size_t home;

        at = (at + 1) & rows->mask;
        if (rows->slots[at] == 0)
            break;
        home = home_of(rows, row_identity(row_of(rows, rows->slots[at] - 1)));
        if (((at - home) & rows->mask) >= ((at - hole) & rows->mask)) {
            rows->slots[hole] = rows->slots[at];
            hole = at;
        }
    }
    rows->slots[hole] = 0;
}

static void drop(struct row *row)
{
    pl_holders_drop(row->holders);
    free(row->past);
    row->holders = NULL;
    row->past = NULL;
    row->used = false;
}

void rows_remove(struct rows *rows, struct row *row)
{
    struct rows_pool *pool = &rows->pools[row->large];
    size_t slot = slot_of(rows, row_identity(row));
    uint32_t id = rows->slots[slot] - 1;

    empty_slot(rows, slot);
    drop(row);
    row->place = pool->free;
    pool->free = (id & ~LARGE) + 1;
    rows->count--;
}

void rows_forget(struct rows *rows)
{
    for (size_t i = 0; i < ROWS_RECENT; i++) {
        pl_holders_drop(rows->recent[i]);
        rows->recent[i] = NULL;
    }
}

struct row *rows_next(const struct rows *rows, size_t *at)
{
    const struct rows_pool *pools = rows->pools;

    while (*at < (size_t)pools[0].end + pools[1].end) {
        size_t index = (*at)++;
        struct row *row = index < pools[0].end
                              ? row_at(&pools[0], (uint32_t)index)
                              : row_at(&pools[1], (uint32_t)(index - pools[0].end));

        if (row->used)
            return row;
    }
    return NULL;
}

void rows_free(struct rows *rows)
{
    struct row *row;
    size_t at = 0;

    while ((row = rows_next(rows, &at)))
        drop(row);
    for (size_t i = 0; i < 2; i++) {
        for (size_t block = 0; block < rows->pools[i].block_count; block++)
            free(rows->pools[i].blocks[block]);
        free(rows->pools[i].blocks);
    }
    rows_forget(rows);
    free(rows->slots);
    *rows = (struct rows){0};
}

int rows_copy(const struct rows *rows, struct rows *to)
{
    const struct row *row;
    size_t at = 0;

    while ((row = rows_next(rows, &at))) {
        const struct pl_sock sock = row_sock(row);
        struct row *copy = rows_add(to, &sock);

        if (!copy)
            break;
        memcpy(copy, row, rows->pools[row->large].size);
        copy->holders = pl_holders_keep(row->holders);
        copy->past = row->past ? malloc(sizeof(*row->past)) : NULL;
        if (copy->past)
            memcpy(copy->past, row->past, sizeof(*row->past));
        else if (row->past)
            break;
    }
    to->round = rows->round;
    to->marks = rows->marks;
    if (!row)
        return 0;
    rows_free(to);
    return -ENOMEM;
}
