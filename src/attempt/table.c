/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of attempts. The hash is multilinear with random keys. A sender who does not know the keys cannot
 * choose endpoints that collide more often than by chance.
 */
#include "attempt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_LEAST 1024U

static uint32_t word_of(const uint8_t *bytes)
{
    uint32_t word;

    memcpy(&word, bytes, sizeof(word));
    return word;
}

uint64_t attempt_hash(const uint64_t *keys, unsigned int family, const uint8_t *a, uint16_t a_port,
                      const uint8_t *b, uint16_t b_port)
{
    size_t words = family == 4 ? 1 : 4;
    int order = a_port != b_port ? (a_port < b_port ? -1 : 1) : memcmp(a, b, words * 4);
    const uint8_t *first = order <= 0 ? a : b;
    const uint8_t *second = order <= 0 ? b : a;
    uint32_t ports = order <= 0 ? (uint32_t)a_port << 16 | b_port : (uint32_t)b_port << 16 | a_port;
    uint64_t sum = keys[0] + keys[1] * ports + keys[2] * family;

    for (size_t i = 0; i < words; i++)
        sum += keys[3 + 2 * i] * word_of(first + 4 * i) + keys[4 + 2 * i] * word_of(second + 4 * i);
    return sum;
}

static uint64_t hash_of_entry(const struct pl_attempts *table, const struct entry *entry)
{
    return attempt_hash(table->keys, entry->state & IS_V6 ? 6 : 4, entry->addrs[0], entry->ports[0],
                        entry->addrs[1], entry->ports[1]);
}

/* The upper half of the sum is the one that is universal. */
static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

static bool is_end(const struct entry *entry, unsigned int end, const uint8_t *addr, uint16_t port,
                   unsigned int family)
{
    return entry->ports[end] == port && word_of(entry->addrs[end]) == word_of(addr) &&
           (family == 4 || memcmp(entry->addrs[end] + 4, addr + 4, 12) == 0);
}

/* Returns whether the entry has the ends of the segment. */
static bool fits(const struct entry *entry, struct key *key)
{
    const struct pl_segment *segment = key->segment;
    const unsigned int family = segment->family;
    bool forward, backward;

    if (((entry->state & IS_V6) != 0) != (family == 6))
        return false;
    forward = is_end(entry, 0, segment->source, segment->source_port, family) &&
              is_end(entry, 1, segment->target, segment->target_port, family);
    backward = is_end(entry, 1, segment->source, segment->source_port, family) &&
               is_end(entry, 0, segment->target, segment->target_port, family);
    /* Of a socket that is connected to itself, the SYN-ACK is the answer. */
    key->by_initiator = forward && backward ? (segment->flags & (PL_TCP_SYN | PL_TCP_ACK)) !=
                                                  (PL_TCP_SYN | PL_TCP_ACK)
                                            : forward;
    return forward || backward;
}

void attempt_find(struct pl_attempts *table, const struct pl_segment *segment, struct key *out)
{
    uint32_t tag;

    *out = (struct key){.segment = segment};
    out->hash = attempt_hash(table->keys, segment->family, segment->source, segment->source_port,
                             segment->target, segment->target_port);
    tag = tag_of(out->hash);
    for (uint32_t i = tag & table->mask; table->slots[i].at != 0; i = (i + 1) & table->mask) {
        struct entry *entry = &table->entries[table->slots[i].at - 1];

        if (table->slots[i].hash == tag && fits(entry, out)) {
            out->entry = entry;
            return;
        }
    }
}

/* ---- changes ---- */

static void place(struct slot *slots, uint32_t mask, struct slot slot)
{
    uint32_t i = slot.hash & mask;

    while (slots[i].at != 0)
        i = (i + 1) & mask;
    slots[i] = slot;
}

/* Doubles the index when three quarters are used. */
static int grow_index(struct pl_attempts *table)
{
    uint32_t count = table->mask + 1;
    struct slot *slots;

    if (table->count < count / 4 * 3)
        return 0;
    if (count > UINT32_MAX / 4)
        return -ENOMEM;
    slots = calloc((size_t)count * 2, sizeof(*slots));
    if (!slots)
        return -ENOMEM;
    for (uint32_t i = 0; i < count; i++) {
        if (table->slots[i].at != 0)
            place(slots, count * 2 - 1, table->slots[i]);
    }
    free(table->slots);
    table->slots = slots;
    table->mask = count * 2 - 1;
    return 0;
}

static struct entry *take_entry(struct pl_attempts *table)
{
    struct entry *entry;

    if (table->free != 0) {
        entry = &table->entries[table->free - 1];
        table->free = entry->isn;
        return entry;
    }
    if (table->used == table->room) {
        uint32_t room = table->room == 0 ? SLOTS_LEAST : table->room + table->room / 2;
        struct entry *entries =
            room < UINT32_MAX / 2 ? realloc(table->entries, (size_t)room * sizeof(*entries)) : NULL;

        if (!entries)
            return NULL;
        table->entries = entries;
        table->room = room;
    }
    return &table->entries[table->used++];
}

struct entry *attempt_insert(struct pl_attempts *table, struct key *key, bool by_source)
{
    const struct pl_segment *segment = key->segment;
    struct entry *entry = grow_index(table) == 0 ? take_entry(table) : NULL;

    if (!entry)
        return NULL;
    *entry = (struct entry){
        .time = segment->time,
        .ports = {by_source ? segment->source_port : segment->target_port,
                  by_source ? segment->target_port : segment->source_port},
        .synack_us = NO_TIME,
        .end_us = NO_TIME,
        .state = segment->family == 6 ? IS_V6 : 0,
    };
    memcpy(entry->addrs[0], by_source ? segment->source : segment->target, 16);
    memcpy(entry->addrs[1], by_source ? segment->target : segment->source, 16);
    place(table->slots, table->mask,
          (struct slot){tag_of(key->hash), (uint32_t)(entry - table->entries) + 1});
    table->count++;
    key->entry = entry;
    key->by_initiator = by_source;
    return entry;
}

bool attempt_is_recent(const struct pl_attempts *table, uint64_t hash)
{
    return table->recent[tag_of(hash) % RECENT] == hash;
}

void attempt_remember(struct pl_attempts *table, uint64_t hash)
{
    table->recent[tag_of(hash) % RECENT] = hash;
}

void attempt_remove(struct pl_attempts *table, struct entry *entry)
{
    uint64_t hash = hash_of_entry(table, entry);
    uint32_t at = (uint32_t)(entry - table->entries) + 1;
    uint32_t gap = tag_of(hash) & table->mask;

    while (table->slots[gap].at != at)
        gap = (gap + 1) & table->mask;
    /* Moves those that the gap would hide. */
    for (uint32_t i = (gap + 1) & table->mask; table->slots[i].at != 0; i = (i + 1) & table->mask) {
        uint32_t home = table->slots[i].hash & table->mask;

        if (((i - home) & table->mask) >= ((i - gap) & table->mask)) {
            table->slots[gap] = table->slots[i];
            gap = i;
        }
    }
    table->slots[gap] = (struct slot){0, 0};
    table->count--;
    attempt_remember(table, hash);
    entry->state = 0;
    entry->isn = table->free;
    table->free = at;
}

/* ---- life ---- */

int pl_attempts_new(const uint64_t keys[PL_ATTEMPT_KEYS], pl_attempt_fn *take, void *arg,
                    struct pl_attempts **out)
{
    struct pl_attempts *table = calloc(1, sizeof(*table));

    if (table) {
        table->slots = calloc(SLOTS_LEAST, sizeof(*table->slots));
        table->mask = SLOTS_LEAST - 1;
    }
    if (!table || !table->slots) {
        free(table);
        return -ENOMEM;
    }
    memcpy(table->keys, keys, sizeof(table->keys));
    table->take = take;
    table->arg = arg;
    *out = table;
    return 0;
}

void pl_attempts_free(struct pl_attempts *attempts)
{
    if (!attempts)
        return;
    free(attempts->slots);
    free(attempts->entries);
    free(attempts);
}

size_t pl_attempts_count(const struct pl_attempts *attempts, size_t *bytes)
{
    *bytes = (size_t)attempts->used * sizeof(struct entry) +
             ((size_t)attempts->mask + 1) * sizeof(struct slot);
    return attempts->count;
}
