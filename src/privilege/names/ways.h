/* SPDX-License-Identifier: BSD-2-Clause */
/* What is behind names.h. */
#ifndef PRIVILEGE_NAMES_WAYS_H
#define PRIVILEGE_NAMES_WAYS_H

#include "names.h"

/* An address and its name. */
struct names_entry {
    uint8_t addr[16];
    uint8_t family; /* PL_FAMILY_INET or PL_FAMILY_INET6 */
    char *name;     /* owned; NULL: no answer, or none in time */
};

/* In this process. Fills in names until all have answered or the limit is reached. CMake chooses
 * hosts_cares.c or hosts_libc.c. */
void names_ask_hosts(struct names_entry *entries, size_t count, unsigned int limit_ms);

/* The same questions for a helper. */
struct names_helper {
    void (*hosts)(struct names *names, struct names_entry *entries, size_t count,
                  unsigned int limit_ms);
    size_t (*user)(struct names *names, uint32_t uid, char *buf, size_t size);
    size_t (*service)(struct names *names, uint32_t port, unsigned int proto, char *buf,
                      size_t size);
    pl_users_fn *users; /* users_arg is the struct names */
};

/* Text of nsswitch.conf(5): are users looked up in files alone? Else a name service is asked, which
 * loads modules and opens sockets. */
bool names_users_are_files(const char *text, size_t len);

#endif
