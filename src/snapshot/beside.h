/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What only the layouts of other programs need of a snapshot: more bits of pl_query.need, and what
 * is kept beside the sockets.
 */
#ifndef PL_SNAPSHOT_BESIDE_H
#define PL_SNAPSHOT_BESIDE_H

#include "api/library.h"

/* Of the bits that portls.h reserves. */
enum {
    PL_NEED_REFERENCES = 1 << 24, /* pl_snapshot_references() and pl_snapshot_unaccepted() */
    PL_NEED_SIGHT = 1 << 25,      /* pl_snapshot_sight(), even where no socket is listed */
    PL_NEED_REPEATS = 1 << 26,    /* netlink sockets with port and groups, both times */
    PL_NEED_UNIX_DIAG = 1 << 27,  /* pl_query.way does not hold for UNIX sockets */
};

/*
 * How often the kernel refers to a UNIX socket (Linux, PL_NEED_REFERENCES, no filter).
 * false: not known.
 */
bool pl_snapshot_references(const struct pl_snapshot *snap, const struct pl_sock *sock,
                            uint32_t *count);

/* A UNIX connection that waits to be accepted; no process can hold it yet. Linux, as above. */
struct pl_unaccepted {
    size_t before;       /* index of the socket it stands before in the kernel's table */
    struct pl_text name; /* its listener's */
    uint32_t references;
    uint16_t state; /* enum pl_state; UNCONN: closed by the other end */
    uint8_t type;   /* enum pl_type */
};
const struct pl_unaccepted *pl_snapshot_unaccepted(const struct pl_snapshot *snap, size_t *count);

/*
 * How much of the descriptors of processes could be seen (PL_NEED_OWNERS). All 0: owners were not
 * asked for, or no socket was listed and PL_NEED_SIGHT not said.
 */
struct pl_sight {
    size_t found;  /* descriptors that are sockets, whether these are listed or not */
    size_t closed; /* processes whose list of descriptors was refused */
    size_t denied; /* processes that refused something, these included */
};
struct pl_sight pl_snapshot_sight(const struct pl_snapshot *snap);

#endif
