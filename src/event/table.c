/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets by cookie. */
#include "track.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 1024U /* entries */
/* The second pool, in an id. */
#define LARGE 0x80000000U

/* Bytes of an entry, a multiple of those of a number. */
#define SIZE(bytes) ((offsetof(struct pl_tracked, addrs) + (bytes) + 7) / 8 * 8)

/* Fibonacci hashing spreads consecutive cookies. */
static size_t slot_of(const struct pl_table *table, uint64_t cookie)
{
    return (size_t)((cookie * 0x9e3779b97f4a7c15U) >> 32) & table->mask;
}

static struct pl_tracked *at_index(const struct pl_pool *pool, uint32_t index)
{
    char *const *blocks = pool->blocks.items;

    return (struct pl_tracked *)(void *)(blocks[index / BLOCK] + index % BLOCK * pool->size);
}

static struct pl_tracked *at_id(const struct pl_table *table, uint32_t id)
{
    return at_index(&table->pools[id >= LARGE], id & ~LARGE);
}

/* Returns the slot of the cookie, or the empty slot for it. */
static size_t find_slot(const struct pl_table *table, uint64_t cookie)
{
    size_t slot = slot_of(table, cookie);

    while (table->slots[slot] != 0 && at_id(table, table->slots[slot] - 1)->cookie != cookie)
        slot = (slot + 1) & table->mask;
    return slot;
}

struct pl_tracked *pl_table_find(const struct pl_table *table, uint64_t cookie)
{
    size_t slot;

    if (table->count == 0)
        return NULL;
    slot = find_slot(table, cookie);
    return table->slots[slot] != 0 ? at_id(table, table->slots[slot] - 1) : NULL;
}

/* Keeps at least half of the slots empty. */
static bool make_room(struct pl_table *table)
{
    uint32_t *old = table->slots;
    size_t old_size = old ? table->mask + 1 : 0;

    if (table->count + 1 <= old_size / 2)
        return true;
    if (pl_slots_new((table->count + 1) * 2, &table->slots, &table->mask) < 0)
        return false;
    for (size_t i = 0; i < old_size; i++) {
        if (old[i] != 0)
            table->slots[find_slot(table, at_id(table, old[i] - 1)->cookie)] = old[i];
    }
    free(old);
    return true;
}

/* Returns the index of a new entry, or UINT32_MAX. */
static uint32_t take_entry(struct pl_pool *pool)
{
    uint32_t index = pool->free;

    if (index != 0) {
        pool->free = (uint32_t)at_index(pool, index - 1)->opened;
        return index - 1;
    }
    if (pool->end == (uint32_t)pool->blocks.count * BLOCK) {
        char *block = pool->end < LARGE - BLOCK ? malloc(BLOCK * pool->size) : NULL;
        char **added = block ? pl_list_add(&pool->blocks, sizeof(char *)) : NULL;

        if (!added) {
            free(block);
            return UINT32_MAX;
        }
        *added = block;
    }
    return pool->end++;
}

struct pl_tracked *pl_table_add(struct pl_table *table, uint64_t cookie, uint8_t family)
{
    bool large = family != PL_FAMILY_INET;
    struct pl_pool *pool = &table->pools[large];
    struct pl_tracked *entry;
    uint32_t index;

    pool->size = SIZE(large ? 32U : 8U);
    if (!make_room(table))
        return NULL;
    index = take_entry(pool);
    if (index == UINT32_MAX)
        return NULL;
    entry = at_index(pool, index);
    memset(entry, 0, pool->size);
    entry->cookie = cookie;
    entry->family = family;
    entry->flags = large ? PL_TRACK_LARGE : 0;
    table->slots[find_slot(table, cookie)] = (large ? index | LARGE : index) + 1;
    table->count++;
    return entry;
}

/* Moves later entries of the same run into the emptied slot. */
static void close_gap(struct pl_table *table, size_t gap)
{
    size_t slot = gap;

    for (;;) {
        size_t home;

        slot = (slot + 1) & table->mask;
        if (table->slots[slot] == 0)
            break;
        home = slot_of(table, at_id(table, table->slots[slot] - 1)->cookie);
        if (((slot - home) & table->mask) >= ((slot - gap) & table->mask)) {
            table->slots[gap] = table->slots[slot];
            gap = slot;
        }
    }
    table->slots[gap] = 0;
}

void pl_table_remove(struct pl_table *table, struct pl_tracked *entry)
{
    struct pl_pool *pool = &table->pools[(entry->flags & PL_TRACK_LARGE) != 0];
    size_t slot = find_slot(table, entry->cookie);
    uint32_t index = (table->slots[slot] - 1) & ~LARGE;

    close_gap(table, slot);
    pl_holders_drop(entry->holders);
    entry->holders = NULL;
    entry->family = UINT8_MAX; /* free */
    entry->opened = pool->free;
    pool->free = index + 1;
    table->count--;
}

struct pl_tracked *pl_table_next(const struct pl_table *table, size_t *at)
{
    for (; *at < (size_t)table->pools[0].end + table->pools[1].end; ++*at) {
        bool large = *at >= table->pools[0].end;
        size_t index = large ? *at - table->pools[0].end : *at;
        struct pl_tracked *entry = at_index(&table->pools[large], (uint32_t)index);

        if (entry->family != UINT8_MAX) {
            ++*at;
            return entry;
        }
    }
    return NULL;
}

void pl_table_free(struct pl_table *table)
{
    struct pl_tracked *entry;
    size_t at = 0;

    while ((entry = pl_table_next(table, &at)))
        pl_holders_drop(entry->holders);
    for (size_t i = 0; i < 2; i++) {
        char **blocks = table->pools[i].blocks.items;

        for (size_t block = 0; block < table->pools[i].blocks.count; block++)
            free(blocks[block]);
        free(blocks);
    }
    free(table->slots);
    *table = (struct pl_table){0};
}
