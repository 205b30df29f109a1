/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of hosts, users and services, by the name services of this system. They are looked up in
 * this process, or by a helper process outside its sandbox.
 */
#ifndef PRIVILEGE_NAMES_NAMES_H
#define PRIVILEGE_NAMES_NAMES_H

#include "api/library.h"

#define NAMES_DEFAULT_MS 2000

/* How names are looked up. All zero: in this process. */
struct names {
    unsigned int limit_ms; /* limit of each question; 0: NAMES_DEFAULT_MS */
    bool helper;           /* a helper was started, or should have been */
    int error;             /* negative errno with which all questions fail from now on, or 0 */
    int to, from;          /* pipes to and from the helper */
};

/* Name of the library that looks up hosts: "c-ares", or "C library" in a build without it. */
const char *names_built(void);

/*
 * Starts the helper, unless it runs, if a lookup may load code or open sockets. users: names of
 * users are wanted; others: also of hosts or services. confine is called in the helper to drop its
 * privileges, and closes all files but from and to; NULL keeps them. Call it before privileges are
 * dropped and before secrets are read. If the helper cannot be started, all questions fail.
 */
typedef void names_confine_fn(int from, int to);
void names_start_helper(struct names *names, bool users, bool others, names_confine_fn *confine);
/* Ends the helper, if there is one. */
void names_end_helper(struct names *names);

/*
 * Looks up the name of a user or of a port of enum pl_proto. Writes at most size bytes and no NUL;
 * returns the length, 0 for no name.
 */
size_t names_user(struct names *names, uint32_t uid, char *buf, size_t size);
size_t names_service(struct names *names, uint32_t port, unsigned int proto, char *buf,
                     size_t size);

/*
 * Looks up the addresses of a host, of one family or of any (PL_FAMILY_UNSPEC). Writes at most max;
 * returns their number, 0 for an unknown host, -ETIMEDOUT if the limit was reached, -EAGAIN if no
 * name service answered, or another negative errno.
 */
int names_addresses(struct names *names, const char *host, unsigned int family, struct pl_host *out,
                    size_t max);
/*
 * Returns the port of a service of enum pl_proto; -ENOENT if it is unknown, or another negative
 * errno.
 */
int names_port(struct names *names, const char *service, unsigned int proto);

enum names_table { NAMES_SERVICES, NAMES_PROTOCOLS };

/* number: a port or a protocol of IP; proto: "tcp" of a service, "" of a protocol. */
typedef void names_row_fn(void *arg, unsigned int number, const char *proto, const char *name);
/*
 * Calls row for each entry of services(5) or protocols(5), in their order. Returns 0 or a negative
 * errno.
 */
int names_table(struct names *names, enum names_table table, names_row_fn *row, void *arg);

/*
 * Returns a function for pl_query_hooks.users, with names as users_arg. NULL: the library looks
 * users up.
 */
pl_users_fn *names_users(const struct names *names);

struct names_hosts;

/*
 * Looks up the names of the addresses in a snapshot, each once and all at the same time. *error is
 * 0, a positive errno if some lookups failed, or a negative one if all did. Free *out with
 * names_free_hosts(). Returns 0 or a negative errno.
 */
int names_find_hosts(struct names *names, const struct pl_snapshot *snap, struct names_hosts **out,
                     int *error);
/* Returns the name of an address, NULL if it has none. */
const char *names_host(const struct names_hosts *hosts, unsigned int family, const uint8_t *addr);
void names_free_hosts(struct names_hosts *hosts);

#endif
