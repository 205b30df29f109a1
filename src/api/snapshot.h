/* SPDX-License-Identifier: BSD-2-Clause */
/* Private functions of a snapshot. */
#ifndef PL_API_SNAPSHOT_H
#define PL_API_SNAPSHOT_H

#include "attr.h"

/*
 * Who can reach a listener, judged by its address; a firewall may restrict it further. RFC 4291,
 * 1918, 4193, 6598, 3927, 5771.
 */
enum pl_reach {
    PL_REACH_UNKNOWN,
    PL_REACH_LOOPBACK,   /* this machine */
    PL_REACH_LINK_LOCAL, /* the same network segment */
    PL_REACH_PRIVATE,    /* private networks: RFC 1918, 4193, 6598 */
    PL_REACH_PUBLIC,     /* a public address */
    PL_REACH_MULTICAST,  /* a multicast group */
    PL_REACH_ANY_V4,     /* every IPv4 address of this machine */
    PL_REACH_ANY_V6,     /* every IPv6 address */
    PL_REACH_ANY,        /* both */
    PL_REACH_NONE,       /* no interface has the address */
    PL_REACH_MAX,
};

const char *pl_reach_name(unsigned int reach);

/* Appends a note and copies its feed. Returns 0 or -ENOMEM. */
int pl_snapshot_note(struct pl_snapshot *snap, const struct pl_note *note);

/*
 * Replaces the owners of a listed socket by one of them, for filters that are evaluated afterwards.
 * Returns false, and does nothing, if the process is no owner of it.
 */
bool pl_snapshot_sole_owner(struct pl_snapshot *snap, const struct pl_sock *sock, uint32_t pid);

/*
 * The peer's socket, if it is on this machine (PL_NEED_PEERS): its key, 0 if unknown, and its
 * owners, sorted by pid and fd.
 */
uint64_t pl_snapshot_peer_key(const struct pl_snapshot *snap, const struct pl_sock *sock);
const struct pl_owner *pl_snapshot_peer_owners(const struct pl_snapshot *snap,
                                               const struct pl_sock *sock, size_t *count);
/* Returns whether the owner holds the socket only as a fixed file of io_uring: fd is the ring. */
bool pl_snapshot_is_fixed(const struct pl_snapshot *snap, const struct pl_owner *owner);
/*
 * Returns a detail of a socket; id is PL_ATTR_NONE and the rest 0 if the socket does not have it.
 */
struct pl_attr pl_snapshot_attr(const struct pl_snapshot *snap, const struct pl_sock *sock,
                                enum pl_attr_id id);
/* Returns false if counters were not requested (PL_NEED_COUNTERS) or the system lacks this one. */
bool pl_snapshot_counter(const struct pl_snapshot *snap, enum pl_counter counter, uint64_t *value);
/* Returns the path of a control group by PL_ATTR_CGROUP_ID; data is NULL if unknown. */
struct pl_text pl_snapshot_cgroup(const struct pl_snapshot *snap, uint64_t id);
/* Returns the name of an interface; data is NULL if it has none. Needs PL_NEED_LINKS. */
/* Finds the user of that name among those whose names were read. */
bool pl_snapshot_find_user(const struct pl_snapshot *snap, const char *name, uint32_t *uid);
struct pl_text pl_snapshot_link(const struct pl_snapshot *snap, uint32_t ifindex);
/* The same for the interface of a socket, in its network namespace. */
struct pl_text pl_snapshot_link_of(const struct pl_snapshot *snap, const struct pl_sock *sock);
/* Returns whether a process is one of the owners of a socket. Needs PL_NEED_OWNERS. */
bool pl_snapshot_is_held_by(const struct pl_snapshot *snap, const struct pl_sock *sock,
                            uint32_t pid);
/* Returns the inode of the network namespace of a socket; 0: unknown. Needs PL_NEED_NETNS. */
uint32_t pl_snapshot_netns(const struct pl_snapshot *snap, const struct pl_sock *sock);
/*
 * Returns the name of a network namespace by its inode; data is NULL if it has none. Needs
 * PL_NEED_NETNS.
 */
struct pl_text pl_snapshot_netns_name(const struct pl_snapshot *snap, uint32_t inode);
/*
 * Returns the name of a port that is in /etc/services but not in IANA's registry. data is NULL if
 * the port has no such name, or is 0. Needs PL_NEED_SERVICES.
 */
struct pl_text pl_snapshot_local_service(const struct pl_snapshot *snap, unsigned int port,
                                         enum pl_proto proto);
/* Returns that name, or else that of the registry. */
struct pl_text pl_snapshot_service(const struct pl_snapshot *snap, unsigned int port,
                                   enum pl_proto proto);
/*
 * Needs PL_NEED_ADDRS. UNKNOWN: not a listener, no interface addresses could be read, or an IPv6
 * wildcard where the system does not report whether it serves IPv4 too.
 */
enum pl_reach pl_snapshot_reach(const struct pl_snapshot *snap, const struct pl_sock *sock);

/* The kernel's counters of another network namespace than that of the reader. */
struct pl_netns_counters {
    uint32_t netns; /* inode */
    uint32_t known; /* bits of enum pl_counter */
    uint64_t values[PL_COUNTER_MAX];
};

/* Needs PL_NEED_COUNTERS, and a reader with other network namespaces. */
const struct pl_netns_counters *pl_snapshot_netns_counters(const struct pl_snapshot *snap,
                                                           size_t *count);

/* ---- Summary ---------------------------------------------------------------------------------- */

struct pl_state_count {
    uint64_t count;
    uint16_t state; /* as in struct pl_sock; PL_STATE_NONE: unknown */
    uint8_t proto;
    uint8_t family;
};

/* Use of the ephemeral port range on one local address. */
struct pl_port_use {
    uint8_t addr[16];
    uint32_t used;      /* number of different ports */
    uint32_t available; /* ports left in the range */
    uint8_t proto;
    uint8_t family;
};

struct pl_holding {
    uint64_t sockets; /* number of different sockets */
    uint32_t pid;
};

struct pl_summary {
    struct pl_state_count *states; /* sorted by protocol, family and state */
    size_t state_count;
    struct pl_port_use *ports; /* most used first; none if the range is unknown */
    size_t port_count;
    struct pl_holding *holdings; /* most sockets first */
    size_t holding_count;
};

/* Counts the sockets of a snapshot. Returns 0 or -ENOMEM. */
int pl_summary_make(const struct pl_snapshot *snap, struct pl_summary **out);
void pl_summary_free(struct pl_summary *summary);

#endif
