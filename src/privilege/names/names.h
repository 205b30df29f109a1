/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of hosts, users and services, as the name services of this system have them. They are
 * looked up in this process, or by a helper process, which a sandbox around this one leaves free.
 */
#ifndef PRIVILEGE_NAMES_NAMES_H
#define PRIVILEGE_NAMES_NAMES_H

#include "api/library.h"

struct names_helper;

/* How names are looked up. All zero: in this process. */
struct names {
    const struct names_helper *helper; /* NULL: there is none */
    int to, from;                      /* pipes to and from it */
    bool out_of_step; /* an exchange broke off: what the helper says next is no answer */
};

/* The library that names of hosts come from: "c-ares"; "C library" in a build without it. */
const char *names_built(void);

/*
 * Starts the helper, if a lookup may load code or open sockets. users: names of users are wanted;
 * others: also of hosts or services. confine is called in the helper to drop its privileges; it
 * closes all files but from and to. To be called with the rights of the whole program and no secret.
 * Without a helper, for whatever reason, names are looked up in this process.
 */
typedef void names_confine_fn(int from, int to);
void names_start_helper(struct names *names, bool users, bool others, names_confine_fn *confine);
/* Ends the helper, if there is one. */
void names_end_helper(struct names *names);

/* The name of a user or of a port of enum pl_proto. Writes at most size bytes and no NUL; returns
 * the length, 0 for no name. */
size_t names_user(struct names *names, uint32_t uid, char *buf, size_t size);
size_t names_service(struct names *names, uint32_t port, unsigned int proto, char *buf,
                     size_t size);

/* The other way round, before a sandbox is entered. Addresses of a host of a family, or of any
 * (PL_FAMILY_UNSPEC): how many were written, at most max. A port of enum pl_proto; -1: no such
 * service. */
size_t names_addresses(const char *host, unsigned int family, struct pl_host *out, size_t max);
int names_port(const char *service, unsigned int proto);

/* For pl_query_hooks.users, whose users_arg is then names. NULL: the library is to look them up itself. */
pl_users_fn *names_users(const struct names *names);

/*
 * Names of the addresses in a snapshot: each asked for once, all at the same time, at most limit_ms
 * milliseconds. What did not answer has no name.
 */
#define NAMES_DEFAULT_MS 2000

struct names_hosts;

/* 0 or a negative errno. *out is to be freed with names_free_hosts(). */
int names_find_hosts(struct names *names, const struct pl_snapshot *snap, unsigned int limit_ms,
                     struct names_hosts **out);
/* NULL: it has none. */
const char *names_host(const struct names_hosts *hosts, unsigned int family, const uint8_t *addr);
void names_free_hosts(struct names_hosts *hosts);

#endif
