/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Segments that were captured at several interfaces. A table has the last ones: the hash of a segment selects
 * a row.
 */
#include "api/attempt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROWS  4096 /* a power of two */
#define SLOTS 4    /* of a row */
/*
 * A copy follows within microseconds, or later through a queue that delays it. TCP repeats a segment
 * at the earliest after 200 ms on Linux, and then at the same interface first.
 */
#define SOON UINT64_C(100000000)

/* What the copies of a segment have in common. */
struct mark {
    uint8_t source[16], target[16];
    uint16_t ports[2];
    uint32_t seq, ack, data;
    uint16_t flags;
    uint8_t code, type; /* of an ICMP error: the code plus 1, and the type */
};

struct slot {
    struct mark mark;
    uint32_t interface; /* where it was seen first */
    uint64_t time;      /* 0: the slot is free */
};

struct pl_copies {
    struct slot rows[ROWS][SLOTS];
};

int pl_copies_new(struct pl_copies **out)
{
    *out = calloc(1, sizeof(**out));
    return *out ? 0 : -ENOMEM;
}

void pl_copies_free(struct pl_copies *copies)
{
    free(copies);
}

/* FNV-1a. A sender who chooses numbers that collide only gets copies counted. */
static uint32_t hash_of(const struct mark *mark)
{
    const unsigned char *bytes = (const unsigned char *)mark;
    uint32_t hash = 2166136261U;

    for (size_t i = 0; i < sizeof(*mark); i++)
        hash = (hash ^ bytes[i]) * 16777619U;
    return hash;
}

static struct mark mark_of(const struct pl_segment *segment)
{
    struct mark mark;

    _Static_assert(sizeof(struct mark) == 52, "a mark has no padding");
    memcpy(mark.source, segment->source, sizeof(mark.source));
    memcpy(mark.target, segment->target, sizeof(mark.target));
    mark.ports[0] = segment->source_port;
    mark.ports[1] = segment->target_port;
    mark.seq = segment->seq;
    mark.ack = segment->ack;
    mark.data = segment->data;
    mark.flags = segment->flags;
    mark.code = segment->icmp ? (uint8_t)(segment->code + 1) : 0;
    mark.type = segment->type;
    return mark;
}

/* Finds the slot of the segment, or else the one to replace: the oldest. */
static struct slot *find(struct slot row[SLOTS], const struct mark *mark)
{
    struct slot *oldest = row;

    for (size_t i = 0; i < SLOTS; i++) {
        if (row[i].time != 0 && memcmp(&row[i].mark, mark, sizeof(*mark)) == 0)
            return &row[i];
        if (row[i].time < oldest->time)
            oldest = &row[i];
    }
    oldest->time = 0;
    return oldest;
}

bool pl_copies_has(struct pl_copies *copies, const struct pl_segment *segment, uint32_t interface)
{
    struct mark mark = mark_of(segment);
    struct slot *slot = find(copies->rows[hash_of(&mark) % ROWS], &mark);
    uint64_t passed;

    /* Two interfaces may have read the clock in the other order. */
    passed = segment->time > slot->time ? segment->time - slot->time : slot->time - segment->time;
    if (slot->time != 0 && slot->interface != interface && passed < SOON)
        return true;
    *slot = (struct slot){mark, interface, segment->time};
    return false;
}
