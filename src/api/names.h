/* SPDX-License-Identifier: BSD-2-Clause */
/* Converts numbers to names and back, and numbers and addresses to text. */
#ifndef PL_API_NAMES_H
#define PL_API_NAMES_H

#include <portls.h>

/*
 * Returns the name of PL_ATTR_PROTOCOL of a raw, packet or netlink socket: "icmp", "arp", "route";
 * or NULL.
 */
const char *pl_protocol_name(unsigned int proto, uint64_t number);
/* Names of PL_ATTR_TIMER, PL_ATTR_CA_STATE and PL_ATTR_SHUTDOWN; NULL when out of range. */
const char *pl_timer_name(unsigned int timer);
const char *pl_ca_state_name(unsigned int state);
const char *pl_shutdown_name(unsigned int directions);

/* Parses a name, ignoring case. -EINVAL if it is unknown. */
int pl_system_parse(const char *word, enum pl_system *out);
int pl_proto_parse(const char *word, enum pl_proto *out);

/* Writes n in decimal without a NUL; buf has 20 bytes. Returns the length. */
size_t pl_number_print(uint64_t n, char *buf);
/* The longest name of a process in the Linux kernel: TASK_COMM_LEN without the NUL. */
#define PL_COMM_MAX 15U

bool pl_addr_is_any(unsigned int family, const uint8_t *addr);
bool pl_addr_is_mapped(unsigned int family, const uint8_t *addr); /* ::ffff:a.b.c.d */
bool pl_addr_is_link_local(unsigned int family, const uint8_t *addr);

#endif
