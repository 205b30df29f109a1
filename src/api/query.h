/* SPDX-License-Identifier: BSD-2-Clause */
/* Private parts of a query. */
#ifndef PL_API_QUERY_H
#define PL_API_QUERY_H

#include <portls.h>

/* Bits of pl_query.need that <portls.h> reserves. */
enum {
    PL_NEED_LINKS = 1 << 6,       /* names of interfaces */
    PL_NEED_ADDRS = 1 << 7,       /* addresses of interfaces, for pl_snapshot_reach() */
    PL_NEED_SERVICES = 1 << 8,    /* /etc/services */
    PL_NEED_STARTED = 1 << 9,     /* pl_process.started */
    PL_NEED_NETNS = 1 << 10,      /* names of network namespaces */
    PL_NEED_INTERFACES = 1 << 11, /* LINKS and ADDRS, also without sockets */
    PL_NEED_GROUPS = 1 << 12,     /* pl_process.group */
    PL_NEED_CONTAINERS = 1 << 13, /* pl_snapshot_container() */
    PL_NEED_FD_LIMITS = 1 << 14,  /* pl_process.fd_limit */
    PL_NEED_REUSE = 1 << 15,      /* flags that permit others on a port, for pl_bind_explain() */
    PL_NEED_INTERNALS = 1 << 16,  /* details: TCP and MPTCP internals */
    PL_NEED_MEMORY = 1 << 17,     /* details: memory and drops */
    PL_NEED_TIMERS = 1 << 18,     /* details: timers */
    PL_NEED_MORE = 1 << 19,       /* details: socket options and similar */
    PL_NEED_CGROUPS = 1 << 20,    /* paths of control groups */
    PL_NEED_PEERS = 1 << 21,      /* the peer's socket */
    PL_NEED_CONTEXTS = 1 << 22,   /* pl_process.context */
    PL_NEED_COUNTERS = 1 << 23,   /* pl_snapshot_counter(); without protocols, only the counters */
    PL_NEED_PUBLISHED = 1 << 28,  /* pl_snapshot_published() */
    PL_NEED_RULES = 1 << 29,    /* ports that rules publish and no socket has: PL_STATE_PUBLISHED */
    PL_NEED_SEQUENCE = 1 << 30, /* pl_snapshot_sequence() */
    /* snapshot/beside.h defines the bits from 24 to 27. */
};

/* The numbers of pl_snapshot_sequence() are shown: if they cannot be read, there is a note. */
#define PL_NEED_NUMBERS (UINT32_C(1) << 31)

/* Describes a feed after it was read, for --debug. path is the method: "netlink", "scan", ... */
struct pl_trace {
    const char *feed;
    const char *title; /* as in struct pl_note */
    const char *path;
    int error; /* positive errno, 0 on success */
    uint64_t nanoseconds;
    uint64_t bytes;
};

/* The progress of a snapshot: each phase is reported once, in this order, by the calling thread. */
enum pl_phase {
    PL_PHASE_SOCKS,     /* the sockets have been read */
    PL_PHASE_PROCESSES, /* everything that needs privileges over other processes has been read */
};

/* Takes lines "uid:name\n", valid during the call. Returns 0, or a negative errno to stop. */
typedef int pl_users_take_fn(void *arg, const void *bytes, size_t len);

/*
 * Looks up the names of count users and, if all, of all other users of the system. Returns 0 or a
 * negative errno. If some names could not be looked up, sets *partial to a positive errno;
 * otherwise leaves it unchanged.
 */
typedef int pl_users_fn(void *users_arg, const uint32_t *uids, size_t count, bool all,
                        pl_users_take_fn *take, void *arg, int *partial);

struct pl_query_hooks {
    const uint16_t *shown; /* enum pl_attr_id: a note lists those that are withheld. Borrowed */
    size_t shown_count;
    bool repeated; /* more snapshots follow: pl_reader_prepare() serves all of them */
    /* PL_NEED_REUSE: only sockets with these local ports, from first to last; 0 and 0: all. */
    uint16_t reuse_first, reuse_last;
    bool every_user; /* PL_NEED_USERS of a recording: also if no socket is listed */
    void (*trace)(void *arg, const struct pl_trace *trace);
    void *trace_arg;
    /* For callers that drop privileges as early as possible; may be NULL. */
    void (*phase)(void *arg, enum pl_phase phase);
    void *phase_arg;
    /* Replaces pl_users_read(), which may load modules and open sockets; may be NULL. */
    pl_users_fn *users;
    void *users_arg;
};

/* Return query->states and query->protos without those that its filter excludes. */
uint32_t pl_query_states(const struct pl_query *query);
uint32_t pl_query_protos(const struct pl_query *query);

/* Returns whether the query selects this socket. Called for every record. */
bool pl_query_match(const struct pl_query *query, const struct pl_sock *sock);

/*
 * Takes a snapshot of these sockets of one protocol, which are looked up one by one: without a dump, owners and
 * names. A socket that it lacks may exist all the same. -ENOTSUP: the system cannot do that.
 */
int pl_snapshot_again(struct pl_reader *reader, const struct pl_query *query, enum pl_proto proto,
                      const struct pl_sock *socks, size_t count, struct pl_snapshot **out);

#endif
