/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the tests of portkill's actor. They end with a message if the test itself cannot go on. */
#ifndef LIVE_KILL_LIB_H
#define LIVE_KILL_LIB_H

#include "kill/actor.h"

_Noreturn void kl_die(const char *what);

/* Every socket, with its owners. */
struct pl_snapshot *kl_list(void);
/* Finds the socket of an inode in a snapshot; NULL: it is not listed. */
const struct pl_sock *kl_by_key(const struct pl_snapshot *snap, uint64_t key);
const struct pl_sock *kl_by_cookie(const struct pl_snapshot *snap, uint64_t cookie);
/* Returns the cookie of the socket with that local port and state; 0: none is listed. */
uint64_t kl_find(uint16_t port, enum pl_state state);
/* Returns the inode of a descriptor. */
uint64_t kl_key(int fd);
uint64_t kl_cookie(int fd);

/* Starts an actor for a selector. The plan, of which selector is set here, must outlive it. */
void kl_start(struct actor *actor, struct actor_plan *plan, const char *selector);
/* Ends it, and frees the selector. */
void kl_end(struct actor *actor, struct actor_plan *plan);
/* "done/keeps_port", "changed/socket_gone:ESRCH" */
const char *kl_words(const struct actor_reply *reply, char buf[96]);

/* Loopback addresses of both families; port 0: any. A type of socket(2). */
int kl_bind(int family, int type, uint16_t port, int option); /* SO_REUSEADDR ...; 0: none */
uint16_t kl_port(int fd);

#endif
