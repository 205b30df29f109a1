/* SPDX-License-Identifier: BSD-2-Clause */
/* Joins owners to sockets by key. */
#include "model/array.h"
#include "order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NO_SLOT SIZE_MAX

/* Fibonacci hashing spreads consecutive inodes. */
static size_t hash_key(uint64_t key)
{
    return (size_t)((key * 0x9e3779b97f4a7c15U) >> 32);
}

static size_t slot_of(const struct pl_snapshot *snap, uint64_t key)
{
    return hash_key(key) & snap->key_mask;
}

/* Returns the index + 1 of the first socket with that key, or 0. */
static uint32_t find_key(const struct pl_snapshot *snap, uint64_t key)
{
    const struct pl_sock *socks = snap->socks.items;
    size_t slot;

    if (!snap->keys || key == 0)
        return 0;
    for (slot = slot_of(snap, key); snap->keys[slot] != 0; slot = (slot + 1) & snap->key_mask) {
        if (socks[snap->keys[slot] - 1].key == key)
            return snap->keys[slot];
    }
    return 0;
}

/*
 * Two rows of one socket. Equal keys are not sufficient: MPTCP connections share their inode. The
 * sink drops those of netlink, unless PL_NEED_REPEATS keeps them.
 */
static bool is_repeat(const struct pl_sock *a, const struct pl_sock *b)
{
    return a->netns == b->netns && a->proto == b->proto && a->proto != PL_PROTO_NETLINK &&
           a->family == b->family && a->local_port == b->local_port &&
           a->peer_port == b->peer_port &&
           memcmp(a->local_addr, b->local_addr, sizeof(a->local_addr)) == 0 &&
           memcmp(a->peer_addr, b->peer_addr, sizeof(a->peer_addr)) == 0;
}

int pl_join_prepare(struct pl_snapshot *snap)
{
    struct pl_sock *socks = snap->socks.items;
    size_t kept = 0;
    int err;

    free(snap->keys);
    snap->keys = NULL;
    err = pl_slots_new(snap->socks.count, &snap->keys, &snap->key_mask);
    if (err < 0)
        return err;
    for (size_t i = 0; i < snap->socks.count; i++) {
        uint32_t found = find_key(snap, socks[i].key);
        size_t slot;

        if (found != 0 && is_repeat(&socks[found - 1], &socks[i]))
            continue;
        if (kept < i)
            pl_snapshot_move_row(snap, kept, i);
        kept++;
        snap->twins |= found != 0;
        if (socks[i].key == 0 || found != 0)
            continue;
        slot = slot_of(snap, socks[i].key);
        while (snap->keys[slot] != 0)
            slot = (slot + 1) & snap->key_mask;
        snap->keys[slot] = (uint32_t)kept;
    }
    pl_snapshot_end_rows(snap, kept);
    return 0;
}

bool pl_join_wants(const struct pl_snapshot *snap, uint64_t key)
{
    return find_key(snap, key) != 0;
}

void pl_join_uid(struct pl_snapshot *snap, uint64_t key, uint32_t uid)
{
    uint32_t found = find_key(snap, key);
    struct pl_sock *socks = snap->socks.items;

    if (found == 0 || socks[found - 1].have & PL_HAVE_UID)
        return;
    socks[found - 1].uid = uid;
    socks[found - 1].have |= PL_HAVE_UID;
}

/* By pid, descriptor and key: two descriptor tables of one process may use the same number. */
static int compare_owners(const void *a, const void *b)
{
    const struct pl_owner *x = a;
    const struct pl_owner *y = b;

    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    if (x->fd != y->fd)
        return x->fd < y->fd ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

/*
 * Whether its process has closed a socket without an owner. FreeBSD 14 does not report whether a
 * descriptor refers to a socket.
 */
static bool is_closed(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    const uint32_t closing = PL_BIT(PL_STATE_FIN_WAIT1) | PL_BIT(PL_STATE_FIN_WAIT2) |
                             PL_BIT(PL_STATE_CLOSING) | PL_BIT(PL_STATE_LAST_ACK);

    return snap->system != PL_SYSTEM_LINUX && sock->proto == PL_PROTO_TCP &&
           sock->state < PL_STATE_MAX && (closing & PL_BIT(sock->state)) != 0;
}

/*
 * Returns why a socket has no owner. On Linux, only a socket that a process holds or held has an
 * inode, and a socket leaves ESTABLISHED and CLOSE_WAIT when its process closes it. Therefore one
 * in these states without an inode was never accepted.
 */
static unsigned int reason(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    if (sock->state == PL_STATE_TIME_WAIT)
        return PL_OWNER_TIME_WAIT;
    /* On Linux, a process holds one with an inode: it comes from a simultaneous open. */
    if (sock->state == PL_STATE_SYN_RECV && (sock->key == 0 || snap->system != PL_SYSTEM_LINUX))
        return PL_OWNER_SYN_RECV;
    if (sock->proto == PL_PROTO_NETLINK && sock->local_port == 0)
        return PL_OWNER_KERNEL;
    if (sock->flags & PL_FLAG_ACCEPT_QUEUE)
        return PL_OWNER_ACCEPT_QUEUE;
    if (sock->flags & PL_FLAG_ORPHAN)
        return PL_OWNER_ORPHAN;
    if (sock->key == 0 && snap->system == PL_SYSTEM_LINUX) {
        if (sock->state == PL_STATE_ESTABLISHED || sock->state == PL_STATE_CLOSE_WAIT)
            return sock->proto == PL_PROTO_TCP || sock->proto == PL_PROTO_SMC
                       ? PL_OWNER_ACCEPT_QUEUE
                       : PL_OWNER_ORPHAN;
        return PL_OWNER_ORPHAN;
    }
    if (snap->ownerless)
        return PL_OWNER_NOT_ASKED;
    if (snap->denied > 0 || snap->hidden)
        return PL_OWNER_NOT_PERMITTED;
    return is_closed(snap, sock) ? PL_OWNER_ORPHAN : PL_OWNER_NOT_FOUND;
}

/* Replaces each count by the index of the first owner of that socket. */
static void counts_to_starts(uint32_t *counts, size_t n)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        uint32_t count = counts[i];

        counts[i] = sum;
        sum += count;
    }
}

/* Moves each owner to the index in its key, in place. */
static void permute(struct pl_owner *owners, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        while (owners[i].key != i) {
            struct pl_owner owner = owners[i];

            owners[i] = owners[owner.key];
            owners[owner.key] = owner;
        }
    }
}

/* Sets the keys of owners, which are in the order of their sockets. */
static void restore_keys(struct pl_snapshot *snap, const uint32_t *ends)
{
    const struct pl_sock *socks = snap->socks.items;
    struct pl_owner *owners = snap->owners.items;

    for (size_t i = 0, at = 0; i < snap->socks.count; i++) {
        for (; at < ends[i]; at++)
            owners[at].key = socks[i].key;
    }
}

/* Distances of prefetching, in owners: of a slot, then of its socket. */
#define SLOT_AHEAD 16
#define SOCK_AHEAD 8

/*
 * Replaces each key by the index of its socket, and drops owners of other sockets. Prefetches: a
 * table of 100,000 sockets is larger than the caches.
 */
static int keys_to_indices(struct pl_snapshot *snap)
{
    const struct pl_sock *socks = snap->socks.items;
    struct pl_owner *owners = snap->owners.items;
    size_t count = snap->owners.count;
    size_t kept = 0;
    int err = 0;

    for (size_t i = 0; i < count && err == 0; i++) {
        struct pl_owner owner = owners[i];
        uint32_t found;

        if (count - i > SLOT_AHEAD)
            __builtin_prefetch(&snap->keys[slot_of(snap, owners[i + SLOT_AHEAD].key)]);
        if (count - i > SOCK_AHEAD) {
            found = snap->keys[slot_of(snap, owners[i + SOCK_AHEAD].key)];
            if (found != 0)
                __builtin_prefetch(&socks[found - 1].key);
        }
        if (snap->early) /* else put_owner() did */
            err = pl_peer_owner(snap, &owner);
        found = find_key(snap, owner.key);
        owner.key = found - 1;
        if (found != 0)
            owners[kept++] = owner;
    }
    snap->owners.count = kept;
    return err;
}

/*
 * Sorts owners by socket: a counting sort that keeps the order of pid and fd. Meanwhile their keys
 * are first the index of the socket, then the index of the owner.
 */
static int order_owners(struct pl_snapshot *snap)
{
    struct pl_owner *owners = snap->owners.items;
    int err = keys_to_indices(snap);
    size_t count = snap->owners.count;
    uint32_t *ends;

    if (err < 0)
        return err;
    if (!snap->twins) { /* large: free it before the next allocation */
        free(snap->keys);
        snap->keys = NULL;
    }
    ends = calloc(snap->socks.count > 0 ? snap->socks.count : 1, sizeof(*ends));
    if (!ends)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        ends[owners[i].key]++;
    counts_to_starts(ends, snap->socks.count);
    for (size_t i = 0; i < count; i++)
        owners[i].key = ends[owners[i].key]++;
    permute(owners, count);
    restore_keys(snap, ends);
    snap->owner_ends = (struct pl_list){ends, snap->socks.count, snap->socks.count};
    return 0;
}

static bool in_order(const struct pl_list *list)
{
    const struct pl_owner *owners = list->items;

    for (size_t i = 1; i < list->count; i++) {
        if (compare_owners(&owners[i - 1], &owners[i]) >= 0)
            return false;
    }
    return true;
}

/* Returns the index of the first socket with the key of socket i. */
static size_t first_twin(const struct pl_snapshot *snap, size_t i)
{
    const struct pl_sock *socks = snap->socks.items;
    uint32_t found = find_key(snap, socks[i].key);

    return found != 0 ? found - 1 : i;
}

/*
 * Copies the owners of the first socket with a key to the others: an MPTCP connection and its
 * subflows, an SCTP endpoint and its associations.
 */
static int spread_owners(struct pl_snapshot *snap)
{
    const struct pl_owner *owners = snap->owners.items;
    const uint32_t *ends = snap->owner_ends.items;
    struct pl_list spread = {0};
    struct pl_list spread_ends = {0};

    for (size_t i = 0; i < snap->socks.count; i++) {
        size_t first = first_twin(snap, i);
        uint32_t *end = pl_list_add(&spread_ends, sizeof(*end));

        for (uint32_t j = first > 0 ? ends[first - 1] : 0; end && j < ends[first]; j++) {
            struct pl_owner *owner = pl_list_add(&spread, sizeof(*owner));

            if (!owner)
                end = NULL;
            else
                *owner = owners[j];
        }
        if (!end || spread.count > UINT32_MAX) {
            free(spread.items);
            free(spread_ends.items);
            return -ENOMEM;
        }
        *end = (uint32_t)spread.count;
    }
    free(snap->owners.items);
    free(snap->owner_ends.items);
    snap->owners = spread;
    snap->owner_ends = spread_ends;
    return 0;
}

int pl_join_owners(struct pl_snapshot *snap)
{
    struct pl_sock *socks = snap->socks.items;
    const uint32_t *ends;
    int err;

    if (!in_order(&snap->owners)) {
        pl_list_sort(&snap->owners, sizeof(struct pl_owner), compare_owners);
        pl_list_unique(&snap->owners, sizeof(struct pl_owner), compare_owners);
    }
    err = order_owners(snap);
    err = err == 0 && snap->twins ? spread_owners(snap) : err;
    if (err < 0)
        return err;
    ends = snap->owner_ends.items;
    for (size_t i = 0; ends && i < snap->socks.count; i++) {
        bool none = ends[i] == (i > 0 ? ends[i - 1] : 0);

        socks[i].owner_unknown = (none ? reason(snap, &socks[i]) : PL_OWNER_KNOWN) & 15U;
    }
    return 0;
}

int pl_join_fixed(struct pl_snapshot *snap, const struct pl_list *owners)
{
    const struct pl_owner *items = owners->items;
    const struct pl_sock *socks = snap->socks.items;
    int err;

    free(snap->owner_ends.items);
    snap->owner_ends = (struct pl_list){0};
    snap->early = false;
    err = pl_join_prepare(snap);
    for (size_t i = 0; i < owners->count && err == 0; i++) {
        uint32_t found = find_key(snap, items[i].key);

        err = pl_fixed_add(snap, &items[i]);
        err = err ? err : pl_peer_owner(snap, &items[i]);
        if (err == 0 && found != 0 && socks[found - 1].owner_unknown != PL_OWNER_KNOWN)
            err = pl_owners_add(snap, &items[i]);
    }
    return err < 0 ? err : pl_join_owners(snap);
}

bool pl_snapshot_is_fixed(const struct pl_snapshot *snap, const struct pl_owner *owner)
{
    return snap->fixed.count > 0 &&
           pl_list_find(&snap->fixed, owner, sizeof(*owner), by_key_and_pid) != NULL;
}

/* ---- peers ---- */

/* Returns the slot of the socket with that control block, or the empty slot for it. */
static uint32_t *find_pcb(const struct pl_snapshot *snap, uint32_t *slots, size_t mask,
                          uint64_t pcb)
{
    const struct pl_sock *socks = snap->socks.items;
    size_t slot = hash_key(pcb) & mask;

    while (slots[slot] != 0 &&
           pl_snapshot_attr(snap, &socks[slots[slot] - 1], PL_ATTR_PCB).u.num != pcb)
        slot = (slot + 1) & mask;
    return &slots[slot];
}

static int set_peer_key(struct pl_snapshot *snap, size_t sock, uint64_t key)
{
    struct pl_attr attrs[PL_ATTR_MAX];
    size_t count = pl_details_get(snap, sock, attrs);

    attrs[count++] = (struct pl_attr){.id = PL_ATTR_PEER_KEY, .u.num = key};
    return pl_details_put(snap, sock, attrs, count);
}

int pl_join_peers(struct pl_snapshot *snap)
{
    const struct pl_sock *socks = snap->socks.items;
    size_t count = snap->socks.count;
    uint32_t *slots;
    size_t mask;
    int err;

    if (!pl_snapshot_saw(snap, PL_ATTR_PEER_PCB))
        return 0;
    err = pl_slots_new(count, &slots, &mask);
    for (size_t i = 0; i < count && err == 0; i++) {
        const struct pl_attr pcb = pl_snapshot_attr(snap, &socks[i], PL_ATTR_PCB);
        uint32_t *slot = pcb.id != 0 ? find_pcb(snap, slots, mask, pcb.u.num) : NULL;

        if (slot && *slot == 0)
            *slot = (uint32_t)(i + 1);
    }
    for (size_t i = 0; i < count && err == 0; i++) {
        const struct pl_attr pcb = pl_snapshot_attr(snap, &socks[i], PL_ATTR_PEER_PCB);
        uint32_t found = pcb.id != 0 ? *find_pcb(snap, slots, mask, pcb.u.num) : 0;

        if (found != 0 && socks[found - 1].key != 0)
            err = set_peer_key(snap, i, socks[found - 1].key);
    }
    free(slots);
    return err;
}
