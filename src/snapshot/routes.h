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
/* Whether connections to the listener take the route instead. */
bool pl_route_takes(const struct pl_sock *sock, const struct pl_route *route);
/* Returns the first route that connections to the listener, which may not exist, take; or NULL. */
const struct pl_route *pl_route_of(const struct pl_snapshot *snap, const struct pl_sock *sock);
/* Returns where connections to that port end, which the route takes. */
struct pl_target pl_route_target(const struct pl_route *route, uint16_t port);
/* Returns "nftables" or "iptables". */
const char *pl_route_by(const struct pl_route *route);
#define PL_TARGET_TEXT (2 * (PL_ADDR_TEXT + 2) + 32)
/* Writes "10.0.0.2:80", "[fd00::2]:80" or ":80"; ranges have "-". No NUL. Returns the length. */
size_t pl_target_print(const struct pl_target *target, char buf[PL_TARGET_TEXT]);
/* IPPROTO_*; 0: no rule has the protocol. */
uint8_t pl_number_of(unsigned int proto);
/*
 * rules.c: with PL_NEED_RULES, adds a socket in the state PUBLISHED for each port that a route has and no
 * listener. After the owners were joined. Adds the last port of each, uint16_t, to the list. 0 or -ENOMEM.
 */
int pl_rules_add_rows(struct pl_snapshot *snap, struct pl_list *last_ports);
/* Whether only connections that this machine opens reach the published port. */
bool pl_published_is_sent(const struct pl_snapshot *snap, const struct pl_sock *sock);
/*
 * Sets the remarks of these rows, the last ones, and of the listeners that a route takes, after their
 * targets are known. 0 or -ENOMEM.
 */
int pl_rules_set_remarks(struct pl_snapshot *snap, const struct pl_list *last_ports);

#endif
