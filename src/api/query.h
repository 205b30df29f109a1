/* SPDX-License-Identifier: BSD-2-Clause */
/* What the programs ask of a query besides <portls.h>. */
#ifndef PL_API_QUERY_H
#define PL_API_QUERY_H

#include <portls.h>

/* Bits of pl_query.need that <portls.h> reserves. */
enum {
    PL_NEED_LINKS = 1 << 6,      /* names of interfaces */
    PL_NEED_ADDRS = 1 << 7,      /* addresses of interfaces, for pl_snapshot_reach() */
    PL_NEED_SERVICES = 1 << 8,   /* /etc/services, for ports without a name in the built-in table */
    PL_NEED_INTERNALS = 1 << 16, /* attributes of TCP and MPTCP internals */
    PL_NEED_MEMORY = 1 << 17,    /* of memory and drops */
    PL_NEED_TIMERS = 1 << 18,    /* of timers */
    PL_NEED_MORE = 1 << 19,      /* of socket options and the like */
    PL_NEED_CGROUPS = 1 << 20,   /* paths of control groups */
    PL_NEED_PEERS = 1 << 21,     /* the socket at the other end */
    PL_NEED_CONTEXTS = 1 << 22,  /* pl_process.context */
    PL_NEED_COUNTERS = 1 << 23,  /* pl_snapshot_counter(); without protocols, counters alone */
    /* Bits from 24 on are those of snapshot/beside.h. */
};

/* Called after each feed that was read, for --debug. path says how ("netlink", "scan", ...). */
struct pl_trace {
    const char *feed;
    const char *title; /* as in struct pl_note */
    const char *path;
    int error; /* positive errno, 0 if it worked */
    uint64_t nanoseconds;
    uint64_t bytes;
};

/* How far a snapshot has come; told once each, in this order, by the thread that takes it. */
enum pl_phase {
    PL_PHASE_SOCKS,     /* the sockets have been read */
    PL_PHASE_PROCESSES, /* and whatever needs rights over other processes */
};

/* Takes lines "uid:name\n"; bytes live for the call. 0, or a negative errno that stops it all. */
typedef int pl_users_take_fn(void *arg, const void *bytes, size_t len);

/*
 * Names of count users, and, if all, of all the others that the system lists. 0 or a negative
 * errno. Names that could not be looked up are left out: then *partial is a positive errno that
 * says why. Otherwise it is left as it is.
 */
typedef int pl_users_fn(void *users_arg, const uint32_t *uids, size_t count, bool all,
                        pl_users_take_fn *take, void *arg, int *partial);

struct pl_query_hooks {
    const uint16_t
        *shown; /* enum pl_attr_id: a note tells which of them privileges hide. Borrowed */
    size_t shown_count;
    bool repeated; /* more snapshots of the query follow: pl_reader_prepare() is for all of them */
    void (*trace)(void *arg, const struct pl_trace *trace);
    void *trace_arg;
    /* For a caller that drops privileges as soon as they are no longer needed; may be NULL. */
    void (*phase)(void *arg, enum pl_phase phase);
    void *phase_arg;
    /* Called instead of pl_users_read(), which may load modules and open sockets; may be NULL. */
    pl_users_fn *users;
    void *users_arg;
};

/* Does the query show this socket? The library itself asks this for every record. */
bool pl_query_match(const struct pl_query *query, const struct pl_sock *sock);

#endif
