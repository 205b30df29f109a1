/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lists of a snapshot, a row each: LIST(id, name, type of its items, order, late). The order is
 * the comparison of order.h that a list is sorted and searched by, or NULL where it has none; late:
 * pl_join_settle() sorts it, once everything is there. To add a list, add a row: what marks, rolls
 * back, settles and frees goes through all of them.
 */
#ifndef PL_SNAPSHOT_LISTS_H
#define PL_SNAPSHOT_LISTS_H

/* clang-format off */
#define PL_SNAPSHOT_LISTS(LIST) \
    LIST(SOCKS, socks, struct pl_sock, NULL, false) \
    LIST(DETAILS, details, struct pl_details, NULL, false) /* of each socket, up to the last that has any */ \
    LIST(UNIX_KEYS, unix_keys, uint64_t, by_number, false) /* of rows of /proc/net/unix that are not shown; see collect/doubtful.c */ \
    LIST(OWNERS, owners, struct pl_owner, NULL, false) /* joined: in the order of their sockets */ \
    LIST(OWNER_ENDS, owner_ends, uint32_t, NULL, false) /* for each socket, once joined */ \
    LIST(OTHERS, others, struct pl_sock, NULL, false) /* not shown, but maybe the other end of one */ \
    LIST(PEERS, peers, struct pl_peer, by_id, false) \
    LIST(PEER_KEYS, peer_keys, uint64_t, by_number, false) /* of these */ \
    LIST(PEER_OWNERS, peer_owners, struct pl_owner, by_key_and_pid, true) /* of these */ \
    LIST(CGROUPS, cgroups, struct pl_cgroup, by_cgroup, true) \
    LIST(PROCESSES, processes, struct pl_process, by_pid, true) \
    LIST(NAMES, names, struct pl_name, by_kind_and_id, true) \
    LIST(ADDRS, addrs, struct pl_addr, NULL, false) /* of this machine's interfaces */ \
    LIST(NOTES, notes, struct pl_note, NULL, false) \
    LIST(REFERENCES, references, uint32_t, NULL, false) /* for each socket, once any is told; 0: not known */ \
    LIST(UNACCEPTED, unaccepted, struct pl_unaccepted, NULL, false) \
    LIST(CHANGED, changed, uint32_t, NULL, false) /* pids whose names may be of other processes */
/* clang-format on */

#endif
