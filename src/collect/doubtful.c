/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows of /proc/net/unix that the name of another socket may have forged. Such a row stays if a
 * process of this network namespace holds a UNIX socket with its inode, and no other row has it.
 */
#include "collect.h"
#include "model/array.h"
#include "snapshot/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int add_inode(struct pl_list *inodes, uint64_t key)
{
    uint32_t *inode = pl_list_add(inodes, sizeof(*inode));

    if (!inode)
        return -ENOMEM;
    *inode = (uint32_t)key;
    return 0;
}

/*
 * Lists the keys of all rows, and the inodes of the doubtful ones. A recording needs the inodes of
 * all: a replay reads the table in one chunk, which makes other rows doubtful.
 */
static int list_keys(struct pl_snapshot *snap, bool whole, struct pl_list *inodes)
{
    const struct pl_sock *socks = snap->socks.items;
    const uint64_t *keys;
    int err = 0;

    for (size_t i = 0; i < snap->socks.count && err == 0; i++) {
        if (socks[i].proto == PL_PROTO_UNIX)
            err = pl_unix_keys_add(snap, &socks[i].key);
        if (err == 0 && socks[i].flags & PL_FLAG_DOUBTFUL)
            err = add_inode(inodes, socks[i].key);
    }
    keys = snap->unix_keys.items;
    for (size_t i = 0; whole && i < snap->unix_keys.count && err == 0; i++)
        err = add_inode(inodes, keys[i]);
    pl_list_sort(inodes, sizeof(uint32_t), pl_compare_u32);
    pl_list_unique(inodes, sizeof(uint32_t), pl_compare_u32);
    pl_snapshot_sort(snap, PL_LIST_UNIX_KEYS);
    return err;
}

static bool is_unique(const struct pl_snapshot *snap, uint64_t key)
{
    const uint64_t *keys = snap->unix_keys.items;
    const uint64_t *found = pl_list_find(&snap->unix_keys, &key, sizeof(key), by_number);

    return found && (found == keys || found[-1] != key) &&
           (found + 1 == keys + snap->unix_keys.count || found[1] != key);
}

static int compare_keys(const void *a, const void *b)
{
    uint64_t x = ((const struct pl_owner *)a)->key;
    uint64_t y = ((const struct pl_owner *)b)->key;

    return (x > y) - (x < y);
}

/* Drops the rows that nothing confirms. Returns their number. */
static uint64_t settle(struct pl_snapshot *snap, const struct pl_list *holders)
{
    struct pl_sock *socks = snap->socks.items;
    uint64_t dropped = 0;
    size_t kept = 0;

    for (size_t i = 0; i < snap->socks.count; i++) {
        const struct pl_owner holder = {.key = socks[i].key};

        if (socks[i].flags & PL_FLAG_DOUBTFUL &&
            (!pl_list_find(holders, &holder, sizeof(holder), compare_keys) ||
             !is_unique(snap, socks[i].key))) {
            dropped++;
            continue;
        }
        socks[i].flags &= PL_FLAG_DOUBTFUL - 1;
        pl_snapshot_move_row(snap, kept++, i);
    }
    pl_snapshot_end_rows(snap, kept);
    return dropped;
}

int pl_collect_doubtful(struct pl_collect *c)
{
    const struct pl_feed *table = pl_feed_find("linux/proc/net/unix");
    struct pl_collect beside = {.reader = c->reader, .query = c->query, .hooks = c->hooks};
    struct pl_list inodes = {0};
    struct pl_request request = {0};
    struct pl_note note = {.kind = PL_NOTE_AMBIGUOUS,
                           .feed = {table->name, (uint32_t)strlen(table->name)},
                           .title = table->title};
    int err = 0;

    if (c->snap->doubtful || (c->reader->whole && c->any_proc))
        err = list_keys(c->snap, c->reader->whole, &inodes);
    request.ids = inodes.items;
    request.id_count = inodes.count;
    if (err == 0 && inodes.count > 0)
        err = pl_snapshot_new(c->reader->abi.system, c->query, &beside.snap);
    if (err == 0 && beside.snap)
        err = pl_collect_slot(&beside, PL_SLOT_HOLDERS, &request);
    if (err == 0 && beside.snap) {
        pl_list_sort(&beside.snap->owners, sizeof(struct pl_owner), compare_keys);
        note.count = settle(c->snap, &beside.snap->owners);
    }
    if (err == 0 && note.count > 0)
        err = pl_snapshot_note(c->snap, &note);
    pl_snapshot_free(beside.snap);
    free(inodes.items);
    return err;
}
