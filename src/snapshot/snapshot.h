/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the records live: flat arrays, and an arena for texts. It is the sink of every decoder. */
#ifndef PL_SNAPSHOT_SNAPSHOT_H
#define PL_SNAPSHOT_SNAPSHOT_H

#include "beside.h"
#include "decode/decode.h"
#include "lists.h"
#include "model/list.h"

#include <errno.h>

struct pl_arena_block;

struct pl_name {
    enum pl_name_kind kind;
    uint32_t id;
    struct pl_text text;
};

/* The other end of a socket, which is told by its cookie, or by its key where it has none. */
struct pl_peer {
    uint64_t id;
    uint64_t key;
};

struct pl_cgroup {
    uint64_t id;
    struct pl_text path;
};

struct pl_shape;

/* Details of one socket; shape is NULL if it has none. See details.c. */
struct pl_details {
    const struct pl_shape *shape;
    const uint8_t *bytes;
};

/* Why nobody can tell who holds a socket. */
enum pl_unseen_why { PL_UNSEEN_HIDDEN, PL_UNSEEN_OUTSIDE, PL_UNSEEN_MAX };

/* Sockets of which a filter could not be decided, but for those that show it by their own row. */
struct pl_unseen {
    uint64_t count;
    uint64_t left_out; /* of these, by the filter */
};

#define SEEN_WORDS (PL_ATTR_MAX / 64 + 1)

#define PL_LIST_ID(id, name, type, order, late)     PL_LIST_##id,
#define PL_LIST_MEMBER(id, name, type, order, late) struct pl_list name;

enum pl_list_id { PL_SNAPSHOT_LISTS(PL_LIST_ID) PL_LIST_MAX };

struct pl_snapshot {
    struct pl_sink sink;
    const struct pl_query *query; /* while it is taken: other sockets are left out */
    enum pl_system system;
    const struct pl_feed *feed; /* being read: notes name it */
    union {
        struct pl_list lists[PL_LIST_MAX];
        struct {
            PL_SNAPSHOT_LISTS(PL_LIST_MEMBER)
        };
    };
    uint64_t counters[PL_COUNTER_MAX];
    uint64_t seen[SEEN_WORDS];         /* bits of enum pl_attr_id: no socket has any other */
    const struct pl_shape *recent[64]; /* by a hash of the ids of details */
    uint32_t counted;                  /* bits of enum pl_counter: which of them the system gave */
    bool doubtful;                     /* a socket has PL_FLAG_DOUBTFUL */
    bool twins;                        /* there are sockets that share their key */
    size_t reference_next;             /* the socket behind the one told last */
    struct pl_text reference_name;     /* whose name this was */
    size_t found;                      /* descriptors of sockets, listed or not */
    size_t closed;                     /* processes whose list of descriptors was refused */
    size_t denied;                     /* processes whose descriptors could not be read */
    bool early;                        /* owners came with the sockets, before keys was made */
    bool hidden;                       /* and some that cannot even be counted */
    uint32_t lacks;                    /* PL_LACK_* of whoever read the descriptors */
    uint32_t detail_lacks;             /* and of whoever read details of sockets; 0: nothing kept */
    struct pl_unseen unseen[PL_UNSEEN_MAX];
    size_t unsure;    /* processes of which nobody could tell whether their names are theirs, */
    int unsure_error; /* and why: positive errno */
    bool ownerless;   /* no way to the owners worked, which a note says */
    uint32_t *keys;   /* open-addressed table: index + 1 of the socket with that key */
    size_t key_mask;
    struct pl_arena_block *arena;
};

/*
 * The network namespace of a socket, as an index of the snapshot: readers know one, this process's.
 * Endpoints mean a socket only together with it. Keys do not need it: inodes of Linux and addresses
 * of kernels are unique on a machine, so that an owner finds its socket in whichever namespace.
 */
enum { PL_NETNS_THIS };

static inline uint16_t pl_snapshot_netns(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    (void)snap;
    (void)sock;
    return PL_NETNS_THIS;
}

/* Whether a socket may have that detail. */
static inline bool pl_snapshot_saw(const struct pl_snapshot *snap, enum pl_attr_id id)
{
    return (snap->seen[id / 64] & UINT64_C(1) << id % 64) != 0;
}

/* What a failed reading has to take back. */
struct pl_mark {
    size_t counts[PL_LIST_MAX];
    size_t found, closed, denied, unsure;
    uint64_t seen[SEEN_WORDS];
    bool hidden;
};

/* pl_socks_add() and so on: one more item, copied, at the end of that list. 0 or -ENOMEM. */
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

/* lists.c. What there is, and back to that. */
struct pl_mark pl_snapshot_mark(const struct pl_snapshot *snap);
void pl_snapshot_rollback(struct pl_snapshot *snap, const struct pl_mark *mark);
/* By the order of the list, which it must have. */
void pl_snapshot_sort(struct pl_snapshot *snap, enum pl_list_id id);
/* Sorts all that is only put in order once everything is there. */
void pl_join_settle(struct pl_snapshot *snap);
/* For pl_snapshot_free(). */
void pl_snapshot_free_lists(struct pl_snapshot *snap);

/*
 * An open-addressed table for count items, which are found by the hash of something: their index
 * + 1, or 0 where the table is empty, as half of it stays. 0, -EOVERFLOW or -ENOMEM.
 */
int pl_slots_new(size_t count, uint32_t **slots, size_t *mask);

/*
 * join.c. Before owners are read: the table of keys they are looked up in. Rows of a socket that
 * was told twice, as /proc/net does while others come and go, are dropped on the way.
 */
int pl_join_prepare(struct pl_snapshot *snap);
/* Is key that of a socket in the table? */
bool pl_join_wants(const struct pl_snapshot *snap, uint64_t key);
/* Who opened the socket with that key, unless its table has said it. */
void pl_join_uid(struct pl_snapshot *snap, uint64_t key, uint32_t uid);
/* After: owners in the order of their sockets, and a reason for every socket without one. */
int pl_join_owners(struct pl_snapshot *snap);
/* Why nobody can tell who holds the socket; PL_UNSEEN_MAX: it is known, or known that nobody does. */
static inline enum pl_unseen_why pl_join_unseen(const struct pl_snapshot *snap,
                                                const struct pl_sock *sock)
{
    if (sock->owner_unknown == PL_OWNER_NOT_PERMITTED)
        return PL_UNSEEN_HIDDEN;
    if (sock->owner_unknown == PL_OWNER_NOT_FOUND && snap->lacks & PL_LACK_PIDS)
        return PL_UNSEEN_OUTSIDE;
    return PL_UNSEEN_MAX;
}

/* Peers named by the address of their control block, by their key instead. */
int pl_join_peers(struct pl_snapshot *snap);
/*
 * peer.c. Once all sockets are there: who is at the other end of whom. Then every owner is offered
 * to pl_peer_owner(), which keeps those of peers; pl_join_settle() makes them findable.
 */
int pl_peer_join(struct pl_snapshot *snap);
int pl_peer_owner(struct pl_snapshot *snap, const struct pl_owner *owner);
/* Why nobody can tell who holds the other end, as pl_join_unseen(). */
enum pl_unseen_why pl_peer_unseen(const struct pl_snapshot *snap, const struct pl_sock *sock);
/*
 * verify.c. For each of the pids, which stand in order, a descriptor that it held when owners were
 * read: that of the lowest number, which is the least likely to be closed. The caller frees it.
 */
int pl_verify_prepare(const struct pl_snapshot *snap, const uint32_t *pids, size_t count,
                      struct pl_owner **out);
/* Settled: takes the names of processes that no longer held it; notes count them. */
int pl_verify(struct pl_snapshot *snap);

/* references.c: a row of /proc/net/unix, once the sockets are there. */
int pl_references_put(struct pl_snapshot *snap, const struct pl_reference *row);

/*
 * merge.c. Rows from the socket with index `from` on may be one socket: of equal keys, or without a
 * key and equal in all else. The first of them stays, with the owners of all.
 */
int pl_merge_socks(struct pl_snapshot *snap, size_t from);

#endif
