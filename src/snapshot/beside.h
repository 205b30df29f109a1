/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parts of a snapshot that only the layouts of other programs need, and their bits of
 * pl_query.need.
 */
#ifndef PL_SNAPSHOT_BESIDE_H
#define PL_SNAPSHOT_BESIDE_H

#include "api/library.h"

/* In the range that portls.h reserves. */
enum {
    PL_NEED_REFERENCES = 1 << 24, /* pl_snapshot_references() and pl_snapshot_unaccepted() */
    PL_NEED_SIGHT = 1 << 25,      /* pl_snapshot_sight(), even if no socket is listed */
    PL_NEED_REPEATS = 1 << 26,    /* both rows of netlink sockets with port and groups */
    PL_NEED_UNIX_DIAG = 1 << 27,  /* ignore pl_query.way for UNIX sockets */
};

/*
 * Returns the number of references to a UNIX socket (Linux, PL_NEED_REFERENCES, no filter), or
 * false if unknown.
 */
bool pl_snapshot_references(const struct pl_snapshot *snap, const struct pl_sock *sock,
                            uint32_t *count);

/* A UNIX connection that was not accepted yet, so no process can hold it. Linux, as above. */
struct pl_unaccepted {
    size_t before;       /* index of the socket that follows it in the kernel's table */
    struct pl_text name; /* of its listener */
    uint32_t references;
    uint16_t state; /* enum pl_state; UNCONN: closed by the other end */
    uint8_t type;   /* enum pl_type */
};
const struct pl_unaccepted *pl_snapshot_unaccepted(const struct pl_snapshot *snap, size_t *count);

/*
 * Counts of the search for owners (PL_NEED_OWNERS). All are 0 if no search was made: no socket is
 * listed, and PL_NEED_SIGHT is not set.
 */
struct pl_sight {
    size_t found;  /* descriptors of sockets, listed or not */
    size_t closed; /* processes whose list of descriptors was refused */
    size_t denied; /* processes that were not read completely, including these */
};
struct pl_sight pl_snapshot_sight(const struct pl_snapshot *snap);

#endif
