/* SPDX-License-Identifier: BSD-2-Clause */
/* Storage of records: arrays, and an arena for texts. The sink of every decoder. */
#ifndef PL_SNAPSHOT_SNAPSHOT_H
#define PL_SNAPSHOT_SNAPSHOT_H

#include "api/published.h"
#include "beside.h"
#include "decode/decode.h"
#include "lists.h"
#include "model/list.h"

#include <errno.h>

struct pl_arena_block;

struct pl_name {
    enum pl_name_kind kind;
    uint32_t id;
    uint32_t netns; /* of an interface, as in struct pl_sock */
    struct pl_text text;
};

/* The peer of the socket with that id: its cookie, or else its key. */
struct pl_peer {
    uint64_t id;
    uint64_t key;
};

struct pl_cgroup {
    uint64_t id;
    struct pl_text path;
};

struct pl_port_range {
    uint16_t first, last;
};

/* A port of this machine, or several, whose connections a rule sends elsewhere. */
struct pl_route {
    struct pl_nat_match match;
    struct pl_target target;
    uint32_t order; /* as they were found */
    bool iptables;
    bool here; /* another port of this machine */
    bool sent; /* connections that this machine opens */
};

/* Two endpoints, with IPv4 addresses as v4-mapped ones. */
struct pl_pair {
    uint8_t local[16];
    uint8_t peer[16];
    uint32_t local_port;
    uint32_t peer_port;
    uint32_t proto; /* no padding: the bytes are hashed and compared */
};

/* How the two ends of a connection see it, if rules translate its addresses. */
struct pl_translation {
    struct pl_pair seen;   /* by one end */
    struct pl_pair other;  /* by the other end: local is its own endpoint */
    struct pl_text remark; /* "to 10.0.0.2:80", "from 10.0.0.2:80"; NULL data: no socket asked */
    bool opened;           /* the first end opened it */
};

struct pl_shape;

/* Details of one socket; shape is NULL if it has none. See details.c. */
struct pl_details {
    const struct pl_shape *shape;
    const uint8_t *bytes;
};

/* Why the owners of a socket are unknown. */
enum pl_unseen_why { PL_UNSEEN_HIDDEN, PL_UNSEEN_OUTSIDE, PL_UNSEEN_MAX };

/* Sockets for which the filter could not be evaluated, except listed ones without an owner. */
struct pl_unseen {
    uint64_t count;
    uint64_t left_out; /* of these, dropped by the filter */
};

#define SEEN_WORDS (PL_ATTR_MAX / 64 + 1)

#define PL_LIST_ID(id, name, type, order, late)     PL_LIST_##id,
#define PL_LIST_MEMBER(id, name, type, order, late) struct pl_list name;

enum pl_list_id { PL_SNAPSHOT_LISTS(PL_LIST_ID) PL_LIST_MAX };

struct pl_snapshot {
    struct pl_sink sink;
    const struct pl_query *query; /* while it is taken: selects the sockets */
    enum pl_system system;
    const struct pl_feed *feed; /* being read, for notes */
    uint32_t space; /* the network namespace that it is read from, as in struct pl_sock */
    uint32_t netns; /* inode of that of the reader; 0: unknown */
    union {
        struct pl_list lists[PL_LIST_MAX];
        struct {
            PL_SNAPSHOT_LISTS(PL_LIST_MEMBER)
        };
    };
    uint64_t counters[PL_COUNTER_MAX];
    uint64_t seen[SEEN_WORDS];         /* bits of enum pl_attr_id: no socket has any other */
    const struct pl_shape *recent[64]; /* by a hash of the ids of details */
    uint32_t counted;                  /* bits of enum pl_counter: those that are known */
    bool doubtful;                     /* a socket has PL_FLAG_DOUBTFUL */
    bool twins;                        /* several sockets have the same key */
    size_t reference_next;             /* index after the last match */
    struct pl_text reference_name;     /* name of the last match */
    size_t found;                      /* descriptors of sockets, listed or not */
    size_t closed;                     /* processes whose list of descriptors was refused */
    size_t denied;                     /* processes whose descriptors could not be read */
    bool early;                        /* owners were read before keys was made */
    bool hidden;                       /* some processes are not even visible */
    uint32_t lacks;                    /* PL_LACK_* of the reader of descriptors */
    uint32_t detail_lacks;             /* PL_LACK_* of the reader of details; 0: none */
    struct pl_unseen unseen[PL_UNSEEN_MAX];
    size_t unsure;         /* processes whose names could not be verified */
    int unsure_error;      /* positive errno of that */
    bool ownerless;        /* owners could not be read; a note has the reason */
    uint16_t widest_route; /* difference of the last and the first port of a route, at most */
    bool rules_cut;        /* rules that translate addresses lead to more ports than are kept */
    uint32_t *keys;        /* open-addressed table: index + 1 of the first socket with a key */
    size_t key_mask;
    struct pl_arena_block *arena;
};

/* Whether a socket may have that detail. */
static inline bool pl_snapshot_saw(const struct pl_snapshot *snap, enum pl_attr_id id)
{
    return (snap->seen[id / 64] & UINT64_C(1) << id % 64) != 0;
}

/* Whether it is a listener, or a port that a rule publishes. */
static inline bool pl_sock_serves(const struct pl_sock *sock)
{
    return pl_sock_is_listener(sock) || sock->state == PL_STATE_PUBLISHED;
}

/* The state before a reading, for pl_snapshot_rollback(). */
struct pl_mark {
    size_t counts[PL_LIST_MAX];
    size_t found, closed, denied, unsure;
    uint64_t seen[SEEN_WORDS];
    bool hidden;
};

/* pl_socks_add() and so on: append a copy of the item. Return 0 or -ENOMEM. */
/* NOLINTBEGIN(bugprone-macro-parentheses): a type takes none */
#define PL_LIST_ADD(id, name, type, order, late)                                  \
    static inline int pl_##name##_add(struct pl_snapshot *snap, const type *item) \
    {                                                                             \
        type *added = pl_list_add(&snap->name, sizeof(*added));                   \
                                                                                  \
        if (!added)                                                               \
            return -ENOMEM;                                                       \
        *added = *item;                                                           \
        return 0;                                                                 \
    }
/* NOLINTEND(bugprone-macro-parentheses) */
PL_SNAPSHOT_LISTS(PL_LIST_ADD)

int pl_snapshot_new(enum pl_system system, const struct pl_query *query, struct pl_snapshot **out);
/* Memory that lives as long as the snapshot. NULL when out of memory. */
void *pl_snapshot_take_bytes(struct pl_snapshot *snap, size_t len, size_t align);
/* Copies a text into it, unless its data is NULL. */
int pl_snapshot_keep_text(struct pl_snapshot *snap, struct pl_text *text);
/* group.c. Copies a group and its texts into it, without escapes, unless it is NULL. */
int pl_snapshot_keep_group(struct pl_snapshot *snap, const struct pl_group **group);
/* Moves a row to a lower index. The caller then ends the lists with pl_snapshot_end_rows(). */
static inline void pl_snapshot_move_row(struct pl_snapshot *snap, size_t to, size_t from)
{
    struct pl_sock *socks = snap->socks.items;
    struct pl_details *details = snap->details.items;

    socks[to] = socks[from];
    if (to < snap->details.count)
        details[to] = from < snap->details.count ? details[from] : (struct pl_details){0};
}

static inline void pl_snapshot_end_rows(struct pl_snapshot *snap, size_t count)
{
    snap->socks.count = count;
    if (snap->details.count > count)
        snap->details.count = count;
}

/* details.c. Sets the details of the socket with that index, which has none. 0 or -ENOMEM. */
int pl_details_put(struct pl_snapshot *snap, size_t sock, const struct pl_attr *attrs,
                   size_t count);
/* Writes them to out, at most PL_ATTR_MAX. Returns their number. */
size_t pl_details_get(const struct pl_snapshot *snap, size_t sock, struct pl_attr *out);

/* lists.c. Saves the state, and restores it after a failed reading. */
struct pl_mark pl_snapshot_mark(const struct pl_snapshot *snap);
void pl_snapshot_rollback(struct pl_snapshot *snap, const struct pl_mark *mark);
/* Sorts a list that has an order. */
void pl_snapshot_sort(struct pl_snapshot *snap, enum pl_list_id id);
/* Sorts the late lists. */
void pl_join_settle(struct pl_snapshot *snap);
/* snapshot.c. Merges what several feeds report about one process, after the list was sorted. */
void pl_processes_merge(struct pl_snapshot *snap);
/* Part of pl_snapshot_free(). */
void pl_snapshot_free_lists(struct pl_snapshot *snap);

/*
 * Allocates an open-addressed hash table for count items: a slot is 0, or the index + 1 of an item.
 * At least half of the slots stay empty. Returns 0, -EOVERFLOW or -ENOMEM.
 */
int pl_slots_new(size_t count, uint32_t **slots, size_t *mask);

/*
 * join.c. Makes the table of keys, before owners are read. Drops duplicate rows: /proc/net may list
 * a socket twice while others come and go.
 */
int pl_join_prepare(struct pl_snapshot *snap);
/* Whether a socket has that key. */
bool pl_join_wants(const struct pl_snapshot *snap, uint64_t key);
/* Sets the uid of the socket with that key, unless it is known. */
void pl_join_uid(struct pl_snapshot *snap, uint64_t key, uint32_t uid);
/*
 * After the owners were read: sorts them by socket, and sets the reason of each socket without one.
 */
int pl_join_owners(struct pl_snapshot *snap);
/*
 * After pl_join_owners(): adds owners, whose descriptor is a ring of io_uring, to sockets that have
 * none.
 */
int pl_join_fixed(struct pl_snapshot *snap, const struct pl_list *owners);
/*
 * Returns why the owners of a socket are unknown; PL_UNSEEN_MAX: they are known, or there are none.
 */
static inline enum pl_unseen_why pl_join_unseen(const struct pl_snapshot *snap,
                                                const struct pl_sock *sock)
{
    if (sock->owner_unknown == PL_OWNER_NOT_PERMITTED)
        return PL_UNSEEN_HIDDEN;
    if (sock->owner_unknown == PL_OWNER_NOT_FOUND && snap->lacks & PL_LACK_PIDS)
        return PL_UNSEEN_OUTSIDE;
    return PL_UNSEEN_MAX;
}

/* Adds the key of the peer whose control block is known. */
int pl_join_peers(struct pl_snapshot *snap);
/*
 * peer.c. Finds the peers, after all sockets were read. pl_peer_owner() then keeps the owners of
 * peers, which pl_join_settle() sorts.
 */
int pl_peer_join(struct pl_snapshot *snap);
int pl_peer_owner(struct pl_snapshot *snap, const struct pl_owner *owner);
/*
 * translated.c: keeps a connection of the network namespace of the reader. After the list was sorted, returns how
 * the other end of a socket's connection sees it, or NULL; and keeps the remark on that.
 */
int pl_translated_put(struct pl_sink *sink, const struct pl_flow *flow);
const struct pl_translation *pl_translated_find(const struct pl_snapshot *snap,
                                                const struct pl_sock *sock);
int pl_translated_keep(struct pl_snapshot *snap, const struct pl_translation *found);
/* peer.c: the endpoints of a socket; turned: as its peer has them. */
struct pl_pair pl_pair_of(const struct pl_sock *sock, bool turned);
/* Returns why the owners of the peer are unknown, as pl_join_unseen(). */
enum pl_unseen_why pl_peer_unseen(const struct pl_snapshot *snap, const struct pl_sock *sock);
/* Returns the owners that were kept for a socket, or NULL. */
const struct pl_owner *pl_peer_owners_of(const struct pl_snapshot *snap, uint64_t key,
                                         size_t *count);
/*
 * published.c. Before the owners are read: keeps those of all listeners, as owners of peers. After
 * everything was read and sorted, and before the filter: finds where published ports end.
 */
int pl_published_prepare(struct pl_snapshot *snap);
int pl_published_join(struct pl_snapshot *snap);
/*
 * verify.c. Returns, for each of the sorted pids, its lowest descriptor of a socket, which is the
 * least likely to be closed meanwhile. The caller frees the array.
 */
int pl_verify_prepare(const struct pl_snapshot *snap, const uint32_t *pids, size_t count,
                      struct pl_owner **out);
/*
 * program.c: replaces names that Linux truncated at PL_COMM_MAX bytes by those of the executable,
 * the script or the first argument, if they begin with them.
 */
void pl_snapshot_complete_names(struct pl_snapshot *snap);
/* After pl_join_settle(): removes the names of processes that no longer hold it, with a note. */
int pl_verify(struct pl_snapshot *snap);

/* references.c: takes a row of /proc/net/unix, after the sockets were read. */
int pl_references_put(struct pl_snapshot *snap, const struct pl_reference *row);

/* The protocols that pl_counters_derive() needs for every counter. */
#define PL_COUNTED_PROTOS \
    (PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) | PL_BIT(PL_PROTO_RAW) | PL_BIT(PL_PROTO_UNIX))
/* counters.c: adds a counter of the network namespace that is being read. 0 or -ENOMEM. */
int pl_counters_put(struct pl_snapshot *snap, enum pl_counter id, uint64_t value);
/*
 * counters.c. Counts the sockets of these protocols, which were all read, where the system has no
 * counters. Call it before the filter drops sockets.
 */
void pl_counters_derive(struct pl_snapshot *snap, uint32_t protos);

/*
 * merge.c. Merges rows of one socket, from index `from` on: rows with equal keys, or without a key
 * and otherwise equal. The first one remains, with the owners of all.
 */
int pl_merge_socks(struct pl_snapshot *snap, size_t from);

#endif
