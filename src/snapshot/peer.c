/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the peer of a socket on this machine. The kernel reports the key of a UNIX socket's peer.
 * The peer of an internet socket has the same two endpoints, swapped; v4-mapped addresses are
 * compared as IPv4 addresses.
 */
#include "model/array.h"
#include "order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct table {
    struct pl_snapshot *snap;
    uint32_t *slots; /* index + 1 */
    size_t mask;
};

static size_t total(const struct pl_snapshot *snap)
{
    return snap->socks.count + snap->others.count;
}

static const struct pl_sock *sock_at(const struct pl_snapshot *snap, size_t i)
{
    const struct pl_sock *socks = snap->socks.items;
    const struct pl_sock *others = snap->others.items;

    return i < snap->socks.count ? &socks[i] : &others[i - snap->socks.count];
}

static void copy_addr(uint8_t *out, const struct pl_sock *sock, const uint8_t *addr)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

    if (sock->family == PL_FAMILY_INET) {
        memcpy(out, mapped, sizeof(mapped));
        memcpy(out + sizeof(mapped), addr, 4);
    } else {
        memcpy(out, addr, 16);
    }
}

/* Ignores the zone of link-local addresses: both sockets are on this machine. */
struct pl_pair pl_pair_of(const struct pl_sock *sock, bool turned)
{
    struct pl_pair pair = {.proto = sock->proto};

    copy_addr(turned ? pair.peer : pair.local, sock, sock->local_addr);
    pair.local_port = turned ? sock->peer_port : sock->local_port;
    pair.peer_port = turned ? sock->local_port : sock->peer_port;
    /* Unconnected: all bytes are 0. */
    if (pl_sock_has_peer(sock))
        copy_addr(turned ? pair.local : pair.peer, sock, sock->peer_addr);
    return pair;
}

static size_t slot_of(const struct table *table, const struct pl_pair *pair)
{
    const uint8_t *bytes = (const uint8_t *)pair;
    uint64_t hash = 0xcbf29ce484222325U;

    for (size_t i = 0; i < sizeof(*pair); i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3U;
    return (size_t)(hash >> 16) & table->mask;
}

static bool is_inet(const struct pl_sock *sock)
{
    return (sock->family == PL_FAMILY_INET || sock->family == PL_FAMILY_INET6) &&
           (sock->have & PL_HAVE_LOCAL) && sock->proto != PL_PROTO_RAW;
}

/*
 * Returns the index + 1 of the socket with these endpoints in a network namespace, or 0. Among several unconnected sockets
 * (SO_REUSEPORT) only the kernel knows the peer: returns 0. Among connected ones, returns the first
 * that a process may hold.
 */
static uint32_t find_pair(const struct table *table, const struct pl_pair *wanted, uint32_t netns,
                          bool single)
{
    uint32_t found = 0;

    for (size_t slot = slot_of(table, wanted); table->slots[slot] != 0;
         slot = (slot + 1) & table->mask) {
        const struct pl_sock *sock = sock_at(table->snap, table->slots[slot] - 1);
        struct pl_pair pair = pl_pair_of(sock, false);

        if (sock->netns != netns || memcmp(&pair, wanted, sizeof(pair)) != 0)
            continue;
        if (found != 0 && single)
            return 0;
        if (found == 0 || sock_at(table->snap, found - 1)->key == 0)
            found = table->slots[slot];
    }
    return found;
}

static bool is_datagram(const struct pl_sock *sock)
{
    return sock->proto == PL_PROTO_UDP || sock->proto == PL_PROTO_UDPLITE;
}

static struct pl_pair without_peer(const struct pl_pair *pair)
{
    struct pl_pair alone = *pair;

    memset(alone.peer, 0, sizeof(alone.peer));
    alone.peer_port = 0;
    return alone;
}

/* An unconnected datagram socket receives from connected sockets of this machine. */
static uint32_t find_receiver(const struct table *table, const struct pl_sock *sock)
{
    static const uint8_t any4[16] = {[10] = 0xff, [11] = 0xff};
    const struct pl_pair turned = pl_pair_of(sock, true);
    struct pl_pair pair = without_peer(&turned);
    uint8_t own[16];
    bool v4;
    bool here;
    uint32_t found;

    copy_addr(own, sock, sock->local_addr);
    v4 = memcmp(pair.local, any4, 12) == 0;
    here = memcmp(own, pair.local, 16) == 0 || (v4 && pair.local[12] == 127);
    if (!here || !is_datagram(sock))
        return 0;
    found = find_pair(table, &pair, sock->netns, true);
    if (found == 0 && v4) {
        memcpy(pair.local, any4, 16);
        found = find_pair(table, &pair, sock->netns, true);
    }
    if (found == 0) {
        memset(pair.local, 0, sizeof(pair.local));
        found = find_pair(table, &pair, sock->netns, true);
        if (found != 0 && v4 && (sock_at(table->snap, found - 1)->flags & PL_FLAG_V6ONLY))
            found = 0;
    }
    return found;
}

static bool is_loopback(const uint8_t addr[16])
{
    static const uint8_t v4[13] = {[10] = 0xff, [11] = 0xff, [12] = 127};
    static const uint8_t v6[16] = {[15] = 1};

    return memcmp(addr, v4, sizeof(v4)) == 0 || memcmp(addr, v6, sizeof(v6)) == 0;
}

/*
 * Finds the other end of a connection in another network namespace. Several may have the same addresses:
 * then only the kernel knows.
 */
static uint32_t find_elsewhere(const struct table *table, const struct pl_pair *wanted,
                               uint32_t netns)
{
    uint32_t found = 0;

    if (is_loopback(wanted->local))
        return 0;
    for (size_t slot = slot_of(table, wanted); table->slots[slot] != 0;
         slot = (slot + 1) & table->mask) {
        const struct pl_sock *sock = sock_at(table->snap, table->slots[slot] - 1);
        struct pl_pair pair = pl_pair_of(sock, false);

        if (sock->netns == netns || memcmp(&pair, wanted, sizeof(pair)) != 0)
            continue;
        if (found != 0)
            return 0;
        found = table->slots[slot];
    }
    return found;
}

/*
 * The same of a connection that rules translate, which may end in any network namespace. Loopback addresses are
 * those of the network namespace whose rules were read.
 */
static uint32_t find_translated(const struct table *table, const struct pl_sock *sock,
                                const struct pl_translation *translation)
{
    const struct pl_pair *other = &translation->other;
    const struct pl_pair alone = without_peer(other);
    uint32_t found = find_pair(table, other, 0, false);

    found = found != 0 ? found : find_elsewhere(table, other, 0);
    if (found != 0 || !is_datagram(sock) || !translation->opened)
        return found;
    found = find_pair(table, &alone, 0, true);
    return found != 0 ? found : find_elsewhere(table, &alone, 0);
}

/* Returns how the other end sees the connection of a socket, or NULL if rules do not translate it. */
static const struct pl_translation *translation_of(const struct pl_snapshot *snap,
                                                   const struct pl_sock *sock)
{
    const struct pl_translation *found = pl_translated_find(snap, sock);

    return found && (sock->netns == 0 || !is_loopback(found->seen.local)) ? found : NULL;
}

static uint32_t find_inet(const struct table *table, const struct pl_sock *sock)
{
    const struct pl_translation *translation;
    struct pl_pair turned;
    uint32_t found;

    if (!is_inet(sock) || !pl_sock_has_peer(sock))
        return 0;
    translation = translation_of(table->snap, sock);
    if (translation)
        return find_translated(table, sock, translation);
    turned = pl_pair_of(sock, true);
    found = find_pair(table, &turned, sock->netns, false);
    found = found != 0 ? found : find_receiver(table, sock);
    return found != 0 ? found : find_elsewhere(table, &turned, sock->netns);
}

static int fill_table(struct table *table)
{
    int err = pl_slots_new(total(table->snap), &table->slots, &table->mask);

    if (err < 0)
        return err;
    for (size_t i = 0; i < total(table->snap); i++) {
        const struct pl_sock *sock = sock_at(table->snap, i);
        struct pl_pair pair;
        size_t slot;

        if (!is_inet(sock))
            continue;
        pair = pl_pair_of(sock, false);
        slot = slot_of(table, &pair);
        while (table->slots[slot] != 0)
            slot = (slot + 1) & table->mask;
        table->slots[slot] = (uint32_t)(i + 1);
    }
    return 0;
}

/* ---- joining ---- */

/* A unique id of a socket, independent of its index. */
static uint64_t id_of(const struct pl_sock *sock)
{
    return sock->have & PL_HAVE_COOKIE ? sock->cookie : sock->key;
}

static int add_peer(struct pl_snapshot *snap, const struct pl_sock *sock, uint64_t key)
{
    const struct pl_peer peer = {.id = id_of(sock), .key = key};

    if (key == 0 || peer.id == 0)
        return 0;
    return pl_peers_add(snap, &peer) < 0 ? -ENOMEM : pl_peer_keys_add(snap, &key);
}

int pl_peer_join(struct pl_snapshot *snap)
{
    struct table table = {.snap = snap};
    const struct pl_sock *socks = snap->socks.items;
    int err;

    pl_snapshot_sort(snap, PL_LIST_TRANSLATIONS);
    err = fill_table(&table);
    for (size_t i = 0; i < snap->socks.count && err == 0; i++) {
        const struct pl_attr attr = pl_snapshot_attr(snap, &socks[i], PL_ATTR_PEER_KEY);
        uint32_t found = attr.id != 0 ? 0 : find_inet(&table, &socks[i]);
        const struct pl_translation *translation = translation_of(snap, &socks[i]);

        err = translation ? pl_translated_keep(snap, translation) : 0;
        if (err < 0)
            break;
        if (attr.id != 0)
            err = add_peer(snap, &socks[i], attr.u.num);
        else if (found != 0)
            err = add_peer(snap, &socks[i], sock_at(snap, found - 1)->key);
    }
    free(table.slots);
    free(snap->others.items);
    snap->others = (struct pl_list){0};
    pl_snapshot_sort(snap, PL_LIST_PEERS);
    pl_snapshot_sort(snap, PL_LIST_PEER_KEYS);
    return err;
}

int pl_peer_owner(struct pl_snapshot *snap, const struct pl_owner *owner)
{
    if (snap->peer_keys.count == 0 ||
        !pl_list_find(&snap->peer_keys, &owner->key, sizeof(uint64_t), by_number))
        return 0;
    return pl_peer_owners_add(snap, owner);
}

uint64_t pl_snapshot_peer_key(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    const struct pl_peer *found = pl_list_find(&snap->peers, &(struct pl_peer){.id = id_of(sock)},
                                               sizeof(struct pl_peer), by_id);

    return found ? found->key : 0;
}

static int compare_key(const void *key, const void *owner)
{
    uint64_t x = *(const uint64_t *)key;
    uint64_t y = ((const struct pl_owner *)owner)->key;

    return x < y ? -1 : x > y;
}

const struct pl_owner *pl_peer_owners_of(const struct pl_snapshot *snap, uint64_t key,
                                         size_t *count)
{
    const struct pl_owner *owners = snap->peer_owners.items;
    size_t low;
    size_t end;

    *count = 0;
    if (key == 0)
        return NULL;
    low = pl_lower_bound(&key, owners, snap->peer_owners.count, sizeof(*owners), compare_key);
    for (end = low; end < snap->peer_owners.count && owners[end].key == key;)
        end++;
    *count = end - low;
    return end > low ? &owners[low] : NULL;
}

const struct pl_owner *pl_snapshot_peer_owners(const struct pl_snapshot *snap,
                                               const struct pl_sock *sock, size_t *count)
{
    return pl_peer_owners_of(snap, pl_snapshot_peer_key(snap, sock), count);
}

/* The peer is a socket of this machine with an inode, and no owner of it is known. */
enum pl_unseen_why pl_peer_unseen(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    size_t count;

    (void)pl_snapshot_peer_owners(snap, sock, &count);
    if (count > 0 || snap->ownerless || pl_snapshot_peer_key(snap, sock) == 0)
        return PL_UNSEEN_MAX;
    if (snap->denied > 0 || snap->hidden)
        return PL_UNSEEN_HIDDEN;
    return snap->lacks & PL_LACK_PIDS ? PL_UNSEEN_OUTSIDE : PL_UNSEEN_MAX;
}
