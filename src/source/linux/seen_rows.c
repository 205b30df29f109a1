/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows that are read from the descriptors of all processes: each socket once. */
#include "seen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BOUND     13 /* include/net/tcp_states.h */
#define ROWS_MOST (UINT32_MAX / 2)

struct pl_linux_seen_row *pl_seen_row(const struct pl_linux_seen *seen, uint32_t row)
{
    return (struct pl_linux_seen_row *)(void *)seen->rows.data + row;
}

bool pl_seen_is_bound(const struct pl_linux_seen_row *row)
{
    return row->message[PL_BOUND_MSG_STATE] == BOUND;
}

static uint32_t inode_of(const struct pl_linux_seen_row *row)
{
    uint32_t inode;

    memcpy(&inode, row->message + PL_BOUND_MSG_INODE, sizeof(inode));
    return inode;
}

/* Returns where an equal row is, or a free place: a socket has a row for each of its descriptors. */
static uint32_t *slot_of(const struct pl_linux_seen *seen, const struct pl_linux_seen_row *row)
{
    uint64_t key = (uint64_t)row->netns << 32 | inode_of(row);
    size_t slot = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & seen->mask;

    for (; seen->slots[slot] != 0; slot = (slot + 1) & seen->mask) {
        const struct pl_linux_seen_row *other = pl_seen_row(seen, seen->slots[slot] - 1);

        if (inode_of(other) == inode_of(row) && other->netns == row->netns)
            break;
    }
    return &seen->slots[slot];
}

/* Empties the places, and makes them more than twice as many as rows. */
static int make_slots(struct pl_linux_seen *seen)
{
    size_t count = seen->rows.len / sizeof(struct pl_linux_seen_row);
    size_t mask = 1023;

    if (count >= ROWS_MOST)
        return -EOVERFLOW;
    while (mask < count * 4)
        mask = mask * 2 + 1;
    free(seen->slots);
    seen->slots = calloc(mask + 1, sizeof(*seen->slots));
    if (!seen->slots)
        return -ENOMEM;
    seen->mask = mask;
    for (uint32_t i = 0; i < count; i++)
        *slot_of(seen, pl_seen_row(seen, i)) = i + 1;
    return 0;
}

static int take_rows(void *arg, const void *bytes, size_t len)
{
    struct pl_linux_seen *seen = arg;
    const struct pl_linux_seen_row *rows = bytes;
    int err = 0;

    for (size_t i = 0; i < len / sizeof(*rows) && err == 0; i++) {
        size_t count = seen->rows.len / sizeof(*rows);
        uint32_t *slot;

        if (count * 2 >= seen->mask)
            err = make_slots(seen);
        if (err < 0)
            break;
        slot = slot_of(seen, &rows[i]);
        if (*slot != 0)
            continue;
        *slot = (uint32_t)count + 1;
        err = pl_buffer_add(&seen->rows, &rows[i], sizeof(rows[i]));
    }
    return err;
}

/* Whether the socket of a message has a row in the namespace of this process. */
static bool has_row(const struct pl_linux_seen *seen, const uint8_t *message)
{
    struct pl_linux_seen_row row = {.netns = seen->here.netns};

    memcpy(row.message + PL_BOUND_MSG_INODE, message + PL_BOUND_MSG_INODE, sizeof(uint32_t));
    return inode_of(&row) != 0 && *slot_of(seen, &row) != 0;
}

int pl_seen_rows_read(struct pl_linux_seen *seen)
{
    int err = make_slots(seen);

    return err ? err : pl_linux_read_seen(&seen->bpf, take_rows, seen);
}

static int take_again(void *arg, const void *bytes, size_t len)
{
    struct pl_linux_seen *seen = arg;
    const struct pl_linux_seen_row *rows = bytes;

    for (size_t i = 0; i < len / sizeof(*rows); i++) {
        uint32_t slot = *slot_of(seen, &rows[i]);

        if (slot != 0 &&
            pl_seen_is_bound(pl_seen_row(seen, slot - 1)) == pl_seen_is_bound(&rows[i]))
            pl_seen_row(seen, slot - 1)->again = 1;
    }
    return 0;
}

int pl_seen_rows_again(struct pl_linux_seen *seen)
{
    return pl_linux_read_seen(&seen->bpf, take_again, seen);
}

struct lacking {
    struct pl_linux_seen *seen;
    pl_chunk_fn *chunk;
    void *arg;
};

/* Passes on the messages of a dump whose sockets the pass does not have. */
static int take_lacking(void *arg, const void *bytes, size_t len)
{
    const struct lacking *lacking = arg;
    const uint8_t *at = bytes;
    int err = 0;

    while (err == 0 && len > 0) {
        uint32_t size = 0;

        if (len >= sizeof(size))
            memcpy(&size, at + PL_BOUND_LENGTH, sizeof(size));
        size = (size + 3) & ~UINT32_C(3);
        if (size == 0 || size > len)
            size = (uint32_t)len; /* the decoder reports it */
        if (size < PL_BOUND_MSG_INODE + sizeof(uint32_t) || !has_row(lacking->seen, at))
            err = lacking->chunk(lacking->arg, at, size);
        at += size;
        len -= size;
    }
    return err;
}

int pl_seen_add_bound(struct pl_linux_seen *seen, const struct pl_request *request,
                      pl_chunk_fn *chunk, void *arg, struct pl_reading *reading)
{
    struct lacking lacking = {seen, chunk, arg};
    struct pl_request bound = *request;

    bound.states = PL_BIT(PL_STATE_BOUND);
    return pl_linux_read_diag(&bound, take_lacking, &lacking, reading);
}
