/* SPDX-License-Identifier: BSD-2-Clause */
#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 1024 /* rows that are allocated together */

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

    if (sock->have & PL_HAVE_COOKIE && sock->cookie != 0)
        return sock->cookie;
    sum = hash(sum, &sock->proto, sizeof(sock->proto));
    sum = hash(sum, &sock->family, sizeof(sock->family));
    sum = hash(sum, sock->local_addr, sizeof(sock->local_addr));
    sum = hash(sum, sock->peer_addr, sizeof(sock->peer_addr));
    sum = hash(sum, &sock->local_port, sizeof(sock->local_port));
    sum = hash(sum, &sock->peer_port, sizeof(sock->peer_port));
    /* Listeners that share a port differ in the key. A connection loses its key when it is closed. */
    if (!pl_sock_has_peer(sock))
        sum = hash(sum, &sock->key, sizeof(sock->key));
    /* Cookies are small numbers. */
    return sum | UINT64_C(1) << 63;
}

static struct row *row_of(const struct rows *rows, uint32_t id)
{
    return &rows->blocks[id / BLOCK][id % BLOCK];
}

static size_t home_of(const struct rows *rows, uint64_t identity)
{
    return (size_t)(identity * UINT64_C(0x9e3779b97f4a7c15) >> 32) & rows->mask;
}

/* Returns the slot of an identity, or the empty slot for it. */
static size_t slot_of(const struct rows *rows, uint64_t identity)
{
    size_t slot = home_of(rows, identity);

    while (rows->slots[slot] != 0 &&
           rows_identity(&row_of(rows, rows->slots[slot] - 1)->sock) != identity)
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
    size_t size = rows->slots ? (rows->mask + 1) * 2 : BLOCK;
    uint32_t *slots;

    if (rows->slots && rows->count < (rows->mask + 1) / 2)
        return 0;
    slots = calloc(size, sizeof(*slots));
    if (!slots)
        return -ENOMEM;
    free(rows->slots);
    rows->slots = slots;
    rows->mask = size - 1;
    for (uint32_t id = 0; id < rows->end; id++) {
        const struct row *row = row_of(rows, id);

        if (row->used)
            rows->slots[slot_of(rows, rows_identity(&row->sock))] = id + 1;
    }
    return 0;
}

/* Returns a row that is not used. NULL: out of memory. */
static struct row *take_row(struct rows *rows)
{
    struct row **blocks;
    struct row *row;

    if (rows->free != 0) {
        row = row_of(rows, rows->free - 1);
        rows->free = row->place;
        return row;
    }
    if (rows->end == rows->block_count * BLOCK) {
        blocks = realloc(rows->blocks, (rows->block_count + 1) * sizeof(struct row *));
        if (!blocks)
            return NULL;
        rows->blocks = blocks;
        blocks[rows->block_count] = malloc(BLOCK * sizeof(**blocks));
        if (!blocks[rows->block_count])
            return NULL;
        rows->block_count++;
    }
    row = row_of(rows, rows->end);
    row->id = rows->end++;
    return row;
}

struct row *rows_add(struct rows *rows, const struct pl_sock *sock)
{
    struct row *row = make_slots(rows) == 0 ? take_row(rows) : NULL;

    if (!row)
        return NULL;
    *row = (struct row){.sock = *sock, .id = row->id, .used = true, .shown = true};
    rows->slots[slot_of(rows, rows_identity(sock))] = row->id + 1;
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
        home = home_of(rows, rows_identity(&row_of(rows, rows->slots[at] - 1)->sock));
        if (((at - home) & rows->mask) >= ((at - hole) & rows->mask)) {
            rows->slots[hole] = rows->slots[at];
            hole = at;
        }
    }
    rows->slots[hole] = 0;
}

void rows_remove(struct rows *rows, struct row *row)
{
    empty_slot(rows, slot_of(rows, rows_identity(&row->sock)));
    pl_holders_drop(row->holders);
    free(row->past);
    row->holders = NULL;
    row->past = NULL;
    row->used = false;
    row->place = rows->free;
    rows->free = row->id + 1;
    rows->count--;
}

struct row *rows_next(const struct rows *rows, size_t *at)
{
    while (*at < rows->end) {
        struct row *row = row_of(rows, (uint32_t)(*at)++);

        if (row->used)
            return row;
    }
    return NULL;
}

void rows_free(struct rows *rows)
{
    for (size_t i = 0; i < rows->block_count; i++) {
        for (size_t n = 0; n < BLOCK && i * BLOCK + n < rows->end; n++) {
            if (!rows->blocks[i][n].used)
                continue;
            pl_holders_drop(rows->blocks[i][n].holders);
            free(rows->blocks[i][n].past);
        }
        free(rows->blocks[i]);
    }
    pl_holders_drop(rows->last);
    free(rows->blocks);
    free(rows->slots);
    *rows = (struct rows){0};
}

int rows_copy(const struct rows *rows, struct rows *to)
{
    const struct row *row;
    size_t at = 0;

    while ((row = rows_next(rows, &at))) {
        struct row *copy = rows_add(to, &row->sock);
        uint32_t id = copy ? copy->id : 0;

        if (!copy)
            break;
        *copy = *row;
        copy->id = id;
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
