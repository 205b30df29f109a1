/* SPDX-License-Identifier: BSD-2-Clause */
/* Network namespaces, network_namespaces(7). Only Linux has them. */
#ifndef PL_API_NETNS_H
#define PL_API_NETNS_H

#include <portls.h>

#define PL_NETNS_SEVERAL 4

/* Containers that one name may mean. */
struct pl_netns_several {
    size_t count; /* of all of them; the first PL_NETNS_SEVERAL are here */
    struct {
        char id[64 + 1]; /* of the container; empty: it has none */
        uint32_t pid;    /* a process in it */
    } items[PL_NETNS_SEVERAL];
};

/*
 * Makes this process, which must have one thread, a member of a network namespace: its name in
 * /run/netns, the path of a file with a slash, the ID of a process, its inode as N or net:[N], the name
 * of a container, or its ID or at least the first 12 digits of that. Names of containers are read from
 * the files of their runtimes. Call it before pl_reader_open(). Returns 0 or a negative errno:
 * -ENOENT: no namespace has that name; -ESRCH: no process has that ID; -EINVAL: the file is not one;
 * -EEXIST: several containers match: *several has them; -EPERM, -EACCES: a privilege is missing;
 * -ENOTSUP: this system has none.
 */
int pl_netns_enter(const char *which, struct pl_netns_several *several);

/* Of other network namespaces than that of this process. */
struct pl_netns_listeners {
    uint64_t listeners; /* TCP sockets in LISTEN, and UDP sockets without a peer */
    uint64_t spaces;    /* network namespaces that have any */
};

/*
 * Counts listeners of other network namespaces that processes are in. Requires cap_sys_admin, and one
 * thread. Processes that cannot be read are ignored. Returns 0 or a negative errno; then *out is not
 * complete. -E2BIG: it would take longer than a millisecond; -EPERM: a privilege is missing; -ENOTSUP: this system has none.
 */
int pl_netns_count_listeners(struct pl_netns_listeners *out);

/*
 * Opens sockets in every other network namespace that a process or a mount keeps, so that snapshots
 * list its sockets too. Requires cap_sys_admin; reading does not. pl_reader_prepare() adds those that
 * only a descriptor or a socket keeps, if BPF is permitted. What cannot be seen becomes a note of each
 * snapshot. Returns 0 or a negative errno. -ENOTSUP: this system has none.
 */
int pl_reader_add_netns(struct pl_reader *reader);

/* For a reader of pl_reader_replay(): snapshots list all network namespaces that the recording has. */
void pl_reader_replay_netns(struct pl_reader *reader);

#endif
