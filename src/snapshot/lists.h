/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lists of a snapshot, a row each: LIST(id, name, type of its items, order). The order is the
 * comparison that lists.c sorts and searches by, or NULL where a list has none of its own. To add
 * a list, add a row: what marks, rolls back and frees goes through all of them.
 */
#ifndef PL_SNAPSHOT_LISTS_H
#define PL_SNAPSHOT_LISTS_H

/* clang-format off */
#define PL_SNAPSHOT_LISTS(LIST) \
    LIST(SOCKS, socks, struct pl_sock, NULL) \
    LIST(ATTRS, attrs, struct pl_attr, NULL) /* in the order of their sockets */ \
    LIST(ATTR_ENDS, attr_ends, size_t, NULL) /* for each socket, once any has an attribute */ \
    LIST(OWNERS, owners, struct pl_owner, NULL) /* joined: in the order of their sockets */ \
    LIST(OWNER_ENDS, owner_ends, uint32_t, NULL) /* for each socket, once joined */ \
    LIST(OTHERS, others, struct pl_sock, NULL) /* not shown, but maybe the other end of one */ \
    LIST(PEERS, peers, struct pl_peer, by_id) \
    LIST(PEER_KEYS, peer_keys, uint64_t, by_number) /* of these */ \
    LIST(PEER_OWNERS, peer_owners, struct pl_owner, by_key_and_pid) /* of these */ \
    LIST(CGROUPS, cgroups, struct pl_cgroup, by_cgroup) \
    LIST(PROCESSES, processes, struct pl_process, by_pid) \
    LIST(NAMES, names, struct pl_name, by_kind_and_id) \
    LIST(ADDRS, addrs, struct pl_addr, NULL) /* of this machine's interfaces */ \
    LIST(NOTES, notes, struct pl_note, NULL) \
    LIST(REFERENCES, references, uint32_t, NULL) /* for each socket, once any is told; 0: not known */ \
    LIST(UNACCEPTED, unaccepted, struct pl_unaccepted, NULL) \
    LIST(CHANGED, changed, uint32_t, NULL) /* pids whose names may be of other processes */
/* clang-format on */

#endif
