/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports of this machine that rules of the packet filter publish. */
#ifndef PL_SNAPSHOT_ROUTES_H
#define PL_SNAPSHOT_ROUTES_H

#include "snapshot.h"

/* Fills the list of routes, after the rules and the addresses were read. 0 or -ENOMEM. */
int pl_routes_find(struct pl_snapshot *snap);

/* Whether a listener gets what is sent to the address. */
bool pl_listener_hears(const struct pl_sock *sock, unsigned int family, const uint8_t *addr);
struct pl_host_port pl_port_of(const struct pl_sock *sock);
/* IPPROTO_*; 0: no rule has the protocol. */
uint8_t pl_number_of(unsigned int proto);
/*
 * rules.c: with PL_NEED_RULES, adds a socket in the state PUBLISHED for each port that a route has and no
 * listener. After the owners were joined. Adds the last port of each, uint16_t, to the list. 0 or -ENOMEM.
 */
int pl_rules_add_rows(struct pl_snapshot *snap, struct pl_list *last_ports);
/* Sets the remarks of these rows, the last ones, after their targets are known. 0 or -ENOMEM. */
int pl_rules_set_remarks(struct pl_snapshot *snap, const struct pl_list *last_ports);

#endif
