/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of taking a snapshot. */
#ifndef PL_COLLECT_COLLECT_H
#define PL_COLLECT_COLLECT_H

#include "snapshot/snapshot.h"
#include "source/source.h"

struct pl_collect {
    struct pl_reader *reader;
    const struct pl_query *query;
    const struct pl_query_hooks *hooks; /* of the query; not NULL */
    struct pl_snapshot *snap;
    const struct pl_space *space; /* being read; NULL: the network namespace of the reader */
    uint32_t need;
    uint32_t filled; /* bits of the protocols whose sockets were read */
    bool any_socks;  /* a feed of sockets worked, or the system cannot list them */
    bool any_proc;   /* one of them was of /proc, which may list a socket twice */
    bool large;      /* threads are faster for so many sockets */
    bool beside;     /* runs in a second thread: hooks->trace() is called after it has ended */
    struct pl_trace traced;
    bool has_trace;
    bool owners_read; /* by the second thread */
    int error;        /* of the second thread */
    int bound_error;  /* negative errno: bound sockets could not be read */
    /* of the feed being read */
    bool last_try;
    bool changed;
    bool damaged;
    uint64_t bytes;
};

/*
 * slot.c: tries the ranks of a slot in order, until a feed works. If none does, adds a note why the first
 * failed.
 */
int pl_collect_slot(struct pl_collect *c, unsigned int slot, struct pl_request *request);
/*
 * everywhere.c: calls read() for the network namespace of the reader, and for each that the reader has
 * opened besides. It returns 0 or a negative errno, which ends that.
 */
int pl_collect_everywhere(struct pl_collect *c, int (*read)(struct pl_collect *c, void *arg),
                          void *arg);
/* The same, but for other network namespaces only if the snapshot has sockets in them. */
int pl_collect_where_sockets_are(struct pl_collect *c, int (*read)(struct pl_collect *c, void *arg),
                                 void *arg);
/* Adds a note why a feed was not read. */
int pl_collect_note_missed(const struct pl_collect *c, const struct pl_feed *feed, int error,
                           bool only_details);
/* Adds a note if targets of rules were left out at a limit, unless the feed of rules has one. */
int pl_collect_note_rules_cut(const struct pl_collect *c);
/* Reads sockets again, without a dump. -ENOTSUP: the reader cannot. */
int pl_collect_again(struct pl_collect *c, enum pl_proto proto, const struct pl_sock *socks,
                     size_t count);
/* Reads one feed into the snapshot. On failure, the snapshot is unchanged. */
int pl_collect_feed(struct pl_collect *c, struct pl_request *request);
/* doubtful.c: after the sockets, drops and counts rows that a name may have forged. */
int pl_collect_doubtful(struct pl_collect *c);
/*
 * bound.c: after the sockets, reads those that are only bound, if the table of TCP lacks them. Later,
 * adds a note if they could not be read.
 */
int pl_collect_bound(struct pl_collect *c);
int pl_collect_note_bound(const struct pl_collect *c);
/* reuse.c: after the sockets, the flags that permit others on their ports. Without them, no note. */
int pl_collect_reuse(struct pl_collect *c);
/* sequence.c: after the sockets, whose cookies the records have. */
int pl_collect_sequence(struct pl_collect *c);
/* nat.c: after the sockets, rules that translate addresses. */
int pl_collect_nat(struct pl_collect *c);
/* The same for connections whose addresses they translate. */
int pl_collect_flows(struct pl_collect *c);
/* fixed.c: copies the notes of another snapshot. */
int pl_collect_take_notes(struct pl_snapshot *snap, const struct pl_snapshot *from);
/*
 * fixed.c: reads a slot into a new snapshot, and moves its notes to that of c. The caller frees it.
 * 0 or a negative errno.
 */
int pl_collect_beside(struct pl_collect *c, unsigned int slot, struct pl_request *request,
                      struct pl_snapshot **out);
/* Whether all readable processes were read, and none holds the socket. */
static inline bool pl_collect_is_unowned(const struct pl_sock *sock)
{
    return sock->key != 0 && (sock->owner_unknown == PL_OWNER_NOT_FOUND ||
                              sock->owner_unknown == PL_OWNER_NOT_PERMITTED);
}
/* fixed.c: after the owners, finds those that hold a socket only in a ring of io_uring. */
int pl_collect_fixed(struct pl_collect *c);
/* served.c: after that, finds UDP sockets that the kernel serves for tunnel interfaces. */
int pl_collect_served(struct pl_collect *c);
/* names.c: reads names of processes, users, interfaces and so on. */
int pl_collect_names(struct pl_collect *c);
/* Part of that: names of the containers of the processes that were read. */
int pl_collect_containers(struct pl_collect *c);

/* filter.c: drops sockets that do not match. */
void pl_collect_filter(struct pl_snapshot *snap, const struct pl_filter *filter);
/* Adds a note for each field of the filter that no socket has. proc: /proc/net was read. */
int pl_collect_note_untold(struct pl_snapshot *snap, const struct pl_filter *filter, bool proc);
/* hidden.c: adds notes about sockets with hidden owners, listed or dropped by the filter. */
int pl_hidden_note(struct pl_snapshot *snap);
/* Counts a socket if its hidden owners decide whether the filter matches. stays: it is listed. */
void pl_hidden_count(struct pl_snapshot *snap, const struct pl_filter *filter,
                     const struct pl_sock *sock, bool stays);
/*
 * hidden_details.c: returns the missing privileges, bits PL_LACK_*, for which the kernel withholds
 * that detail, or 0. Call it before the filter drops sockets.
 */
uint32_t pl_hidden_detail(const struct pl_snapshot *snap, enum pl_attr_id id);
/* Adds a note if requested details are withheld. */
int pl_hidden_note_details(struct pl_snapshot *snap, const struct pl_query *query);

/* Whether the kernel lacks this table because it lacks IPv6. */
static inline bool pl_lacks_ipv6(const struct pl_feed *feed, int error)
{
    return feed->optional && error == -EAFNOSUPPORT;
}

#endif
