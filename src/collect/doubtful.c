/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows of /proc/net/unix that the name of another socket may have forged. Such a row stays if a
 * process of this network namespace holds a UNIX socket with its inode, and no other row has it. If
 * only rows in doubt have it, the first stays, without the values in which they differ.
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

/* The doubtful rows with one key. */
struct doubt {
    uint64_t key;
    size_t rows;
    size_t kept; /* index of the row that stays; SIZE_MAX: none yet */
};

static bool has_others(const struct pl_list *unix_keys, const struct doubt *doubt)
{
    const uint64_t *keys = unix_keys->items;
    size_t next =
        pl_lower_bound(&doubt->key, keys, unix_keys->count, sizeof(*keys), by_number) + doubt->rows;

    return next < unix_keys->count && keys[next] == doubt->key;
}

/* Sorted by key, which is the first member. */
static int list_doubtful(const struct pl_snapshot *snap, struct pl_list *list)
{
    const struct pl_sock *socks = snap->socks.items;
    struct doubt *doubts;
    size_t count = 0;

    for (size_t i = 0; i < snap->socks.count; i++) {
        struct doubt *doubt;

        if (!(socks[i].flags & PL_FLAG_DOUBTFUL))
            continue;
        doubt = pl_list_add(list, sizeof(*doubt));
        if (!doubt)
            return -ENOMEM;
        *doubt = (struct doubt){.key = socks[i].key, .rows = 1, .kept = SIZE_MAX};
    }
    pl_list_sort(list, sizeof(*doubts), by_number);
    doubts = list->items;
    for (size_t i = 0; i < list->count; i++) {
        if (count > 0 && doubts[count - 1].key == doubts[i].key)
            doubts[count - 1].rows++;
        else
            doubts[count++] = doubts[i];
    }
    list->count = count;
    return 0;
}

/* Removes the values of row kept in which row i differs. */
static void mix(struct pl_snapshot *snap, size_t kept, size_t i)
{
    struct pl_sock *to = &((struct pl_sock *)snap->socks.items)[kept];
    const struct pl_sock *from = &((struct pl_sock *)snap->socks.items)[i];
    const struct pl_attr one = pl_snapshot_attr(snap, to, PL_ATTR_PATH);
    const struct pl_attr other = pl_snapshot_attr(snap, from, PL_ATTR_PATH);

    if (to->state != from->state) {
        to->state = PL_STATE_NONE;
        to->have &= (uint16_t)~PL_HAVE_STATE;
    }
    if (to->type != from->type)
        to->type = PL_TYPE_UNKNOWN;
    if (one.id == PL_ATTR_NONE || (one.id == other.id && one.len == other.len &&
                                   memcmp(one.u.text, other.u.text, one.len) == 0))
        return;
    /* The table has no other details. */
    ((struct pl_details *)snap->details.items)[kept] = (struct pl_details){0};
}

static int compare_keys(const void *a, const void *b)
{
    uint64_t x = ((const struct pl_owner *)a)->key;
    uint64_t y = ((const struct pl_owner *)b)->key;

    return (x > y) - (x < y);
}

/* Drops the rows that nothing confirms, and counts them. */
static int settle(struct pl_snapshot *snap, const struct pl_list *holders, uint64_t *dropped)
{
    struct pl_sock *socks = snap->socks.items;
    struct pl_list list = {0};
    size_t kept = 0;
    int err = list_doubtful(snap, &list);

    for (size_t i = 0; i < snap->socks.count && err == 0; i++) {
        const struct pl_owner holder = {.key = socks[i].key};
        struct doubt *doubt = NULL;

        if (socks[i].flags & PL_FLAG_DOUBTFUL)
            doubt = pl_list_find(&list, &holder.key, sizeof(*doubt), by_number);
        if (doubt && (!pl_list_find(holders, &holder, sizeof(holder), compare_keys) ||
                      has_others(&snap->unix_keys, doubt))) {
            ++*dropped;
            continue;
        }
        if (doubt && doubt->kept != SIZE_MAX) {
            mix(snap, doubt->kept, i);
            ++*dropped;
            continue;
        }
        if (doubt)
            doubt->kept = kept;
        socks[i].flags &= PL_FLAG_DOUBTFUL - 1;
        pl_snapshot_move_row(snap, kept++, i);
    }
    if (err == 0)
        pl_snapshot_end_rows(snap, kept);
    free(list.items);
    return err;
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
        err = settle(c->snap, &beside.snap->owners, &note.count);
    }
    if (err == 0 && note.count > 0)
        err = pl_snapshot_note(c->snap, &note);
    pl_snapshot_free(beside.snap);
    free(inodes.items);
    return err;
}
