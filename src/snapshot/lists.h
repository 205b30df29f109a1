/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lists of a snapshot: LIST(id, name, type of its items, order, late). order is a comparison of
 * order.h, by which a list is sorted and searched, or NULL. pl_join_settle() sorts the late ones,
 * after everything was read. To add a list, add a row: marking, rollback, sorting and freeing follow.
 */
#ifndef PL_SNAPSHOT_LISTS_H
#define PL_SNAPSHOT_LISTS_H

/* clang-format off */
#define PL_SNAPSHOT_LISTS(LIST) \
    LIST(SOCKS, socks, struct pl_sock, NULL, false) \
    LIST(DETAILS, details, struct pl_details, NULL, false) /* of each socket, up to the last one with details */ \
    LIST(UNIX_KEYS, unix_keys, uint64_t, by_number, false) /* of rows of /proc/net/unix; see collect/doubtful.c */ \
    LIST(OWNERS, owners, struct pl_owner, NULL, false) /* after the join: by socket */ \
    LIST(OWNER_ENDS, owner_ends, uint32_t, NULL, false) /* end of the owners of each socket, after the join */ \
    LIST(FIXED, fixed, struct pl_owner, by_key_and_pid, true) /* owners whose descriptor is a ring of io_uring */ \
    LIST(OTHERS, others, struct pl_sock, NULL, false) /* not listed, but may be peers */ \
    LIST(PEERS, peers, struct pl_peer, by_id, false) \
    LIST(PEER_KEYS, peer_keys, uint64_t, by_number, false) /* of peers */ \
    LIST(PEER_OWNERS, peer_owners, struct pl_owner, by_key_and_pid, true) /* of peers */ \
    LIST(CGROUPS, cgroups, struct pl_cgroup, by_cgroup, true) \
    LIST(CONTAINERS, containers, struct pl_container, by_uid_and_id, true) \
    LIST(PROCESSES, processes, struct pl_process, by_pid, true) \
    LIST(NAMES, names, struct pl_name, by_kind_and_id, true) \
    LIST(ADDRS, addrs, struct pl_addr, NULL, false) /* of interfaces */ \
    LIST(RESERVED, reserved, struct pl_port_range, NULL, false) /* ports that are not ephemeral */ \
    LIST(REUSES, reuses, struct pl_reuse, by_cookie, true) \
    LIST(SEQUENCES, sequences, struct pl_sequence, by_sequence_cookie, true) \
    LIST(LISTENERS, listeners, struct pl_sock, NULL, false) /* listed or not: PL_NEED_PUBLISHED */ \
    LIST(NAT, nat, struct pl_nat_rule, by_nat_chain, false) \
    LIST(ROUTES, routes, struct pl_route, by_first_port, false) /* what these rules publish */ \
    LIST(TRANSLATIONS, translations, struct pl_translation, by_seen, false) \
    LIST(PUBLISHED, published, struct pl_published, by_host_port, false) \
    LIST(NOTES, notes, struct pl_note, NULL, false) \
    LIST(SPACE_COUNTERS, space_counters, struct pl_netns_counters, NULL, false) \
    LIST(REFERENCES, references, uint32_t, NULL, false) /* of each socket; 0: unknown */ \
    LIST(UNACCEPTED, unaccepted, struct pl_unaccepted, NULL, false) \
    LIST(CHANGED, changed, uint32_t, NULL, false) /* pids whose names may be of other processes */
/* clang-format on */

#endif
