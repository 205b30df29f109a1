/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Merges rows of one socket. A table with a row per descriptor repeats shared sockets, and both
 * tables of OpenBSD list most sockets.
 *
 * Rows with the same key are one socket. If the system hides the keys, the key of a descriptor's
 * row is its index in the table, and a socket's row has none. Then one row without a key is dropped
 * for each equal row of a descriptor. Different sockets may be equal (SO_REUSEPORT): equal rows of
 * descriptors are merged only if exactly one row of a socket is equal to them.
 */
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A key below this is an index: no kernel has sockets at such addresses. */
#define PLACE_LIMIT (1U << 24)

#define DROPPED UINT32_MAX

struct identity {
    uint32_t first;    /* row with a key, else a row without */
    uint32_t keyed;    /* rows with a key */
    uint32_t keyless;  /* rows without a key */
    uint32_t left_out; /* of these, dropped so far */
};

struct merge {
    struct pl_snapshot *snap;
    size_t from;
    size_t count;
    size_t mask;
    uint32_t *slots;             /* open-addressed: row + 1, counted from `from` */
    uint32_t *to;                /* row that replaces a row: itself, another, or DROPPED */
    struct identity *identities; /* by their first row */
};

static struct pl_sock *sock_at(const struct merge *m, uint32_t row)
{
    return (struct pl_sock *)m->snap->socks.items + m->from + row;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ at[i]) * 0x100000001b3U; /* FNV-1a */
    return hash;
}

static struct pl_text path_of(const struct merge *m, const struct pl_sock *sock)
{
    const struct pl_attr attr = pl_snapshot_attr(m->snap, sock, PL_ATTR_PATH);

    return attr.text ? (struct pl_text){attr.u.text, attr.len} : (struct pl_text){"", 0};
}

static uint64_t hash_identity(const struct merge *m, const struct pl_sock *sock)
{
    const uint8_t kinds[] = {sock->proto, sock->family, sock->type};
    struct pl_text path = path_of(m, sock);
    uint64_t hash = mix(0xcbf29ce484222325U, kinds, sizeof(kinds));

    hash = mix(hash, &sock->local_port, sizeof(sock->local_port));
    hash = mix(hash, &sock->peer_port, sizeof(sock->peer_port));
    hash = mix(hash, sock->local_addr, sizeof(sock->local_addr));
    hash = mix(hash, sock->peer_addr, sizeof(sock->peer_addr));
    return mix(hash, path.data, path.len);
}

static bool same_identity(const struct merge *m, const struct pl_sock *a, const struct pl_sock *b)
{
    struct pl_text x = path_of(m, a);
    struct pl_text y = path_of(m, b);

    return a->netns == b->netns && a->proto == b->proto && a->family == b->family &&
           a->type == b->type && a->local_port == b->local_port && a->peer_port == b->peer_port &&
           a->ifindex == b->ifindex &&
           memcmp(a->local_addr, b->local_addr, sizeof(a->local_addr)) == 0 &&
           memcmp(a->peer_addr, b->peer_addr, sizeof(a->peer_addr)) == 0 && x.len == y.len &&
           memcmp(x.data, y.data, x.len) == 0;
}

static bool same_key(const struct merge *m, const struct pl_sock *a, const struct pl_sock *b)
{
    (void)m;
    return a->key == b->key;
}

static size_t slot_of(const struct merge *m, uint64_t hash)
{
    return (size_t)((hash * 0x9e3779b97f4a7c15U) >> 32) & m->mask;
}

/* Returns the first row that is the same, or this one. */
static uint32_t first_same(struct merge *m, uint32_t row, uint64_t hash,
                           bool (*same)(const struct merge *m, const struct pl_sock *a,
                                        const struct pl_sock *b))
{
    size_t slot = slot_of(m, hash);

    for (; m->slots[slot] != 0; slot = (slot + 1) & m->mask) {
        if (same(m, sock_at(m, m->slots[slot] - 1), sock_at(m, row)))
            return m->slots[slot] - 1;
    }
    m->slots[slot] = row + 1;
    return row;
}

static void merge_keys(struct merge *m)
{
    for (uint32_t row = 0; row < m->count; row++) {
        const struct pl_sock *sock = sock_at(m, row);

        m->to[row] = sock->key != 0 ? first_same(m, row, sock->key, same_key) : row;
    }
}

static struct identity *identity_of(struct merge *m, uint32_t row)
{
    return &m->identities[first_same(m, row, hash_identity(m, sock_at(m, row)), same_identity)];
}

static void merge_identities(struct merge *m)
{
    memset(m->slots, 0, (m->mask + 1) * sizeof(*m->slots));
    for (uint32_t row = 0; row < m->count; row++) {
        struct identity *identity = identity_of(m, row);
        bool keyed = sock_at(m, row)->key != 0;

        if (m->to[row] != row)
            continue;
        if (keyed && identity->keyed == 0)
            identity->first = row;
        identity->keyed += keyed;
        identity->keyless += !keyed;
    }
    for (uint32_t row = 0; row < m->count; row++) {
        struct identity *identity = identity_of(m, row);
        uint64_t key = sock_at(m, row)->key;

        if (m->to[row] != row)
            continue;
        if (key == 0 && identity->left_out < identity->keyed) {
            identity->left_out++;
            m->to[row] = DROPPED;
        } else if (key != 0 && key < PLACE_LIMIT && identity->keyless == 1) {
            m->to[row] = identity->first;
        }
    }
}

/* Gives owners of merged rows the key of the row that remains. */
static void move_owners(struct merge *m)
{
    struct pl_owner *owners = m->snap->owners.items;

    memset(m->slots, 0, (m->mask + 1) * sizeof(*m->slots));
    for (uint32_t row = 0; row < m->count; row++) {
        uint64_t key = sock_at(m, row)->key;

        if (key != 0 && key < PLACE_LIMIT)
            (void)first_same(m, row, key, same_key);
    }
    for (size_t i = 0; i < m->snap->owners.count; i++) {
        uint64_t key = owners[i].key;
        size_t slot = slot_of(m, key);

        if (key >= PLACE_LIMIT)
            continue;
        while (m->slots[slot] != 0 && sock_at(m, m->slots[slot] - 1)->key != key)
            slot = (slot + 1) & m->mask;
        if (m->slots[slot] != 0)
            owners[i].key = sock_at(m, m->to[m->slots[slot] - 1])->key;
    }
}

static void close_gaps(struct merge *m)
{
    size_t kept = m->from;

    for (uint32_t row = 0; row < m->count; row++) {
        if (m->to[row] == row)
            pl_snapshot_move_row(m->snap, kept++, m->from + row);
    }
    pl_snapshot_end_rows(m->snap, kept);
}

int pl_merge_socks(struct pl_snapshot *snap, size_t from)
{
    struct merge m = {.snap = snap, .from = from, .count = snap->socks.count - from};
    int err;

    if (m.count >= DROPPED / 4)
        return -EOVERFLOW;
    err = pl_slots_new(m.count, &m.slots, &m.mask);
    if (err < 0)
        return err;
    m.to = calloc(m.count > 0 ? m.count : 1, sizeof(*m.to));
    m.identities = calloc(m.count > 0 ? m.count : 1, sizeof(*m.identities));
    if (m.slots && m.to && m.identities) {
        merge_keys(&m);
        merge_identities(&m);
        move_owners(&m);
        close_gaps(&m);
    } else {
        err = -ENOMEM;
    }
    free(m.slots);
    free(m.to);
    free(m.identities);
    return err;
}
