/* SPDX-License-Identifier: BSD-2-Clause */
/* Lookups in this process, and the protocol between the program and its helper. */
#ifndef PRIVILEGE_NAMES_WAYS_H
#define PRIVILEGE_NAMES_WAYS_H

#include "names.h"

/* An address and its name. */
struct names_entry {
    uint8_t addr[16];
    uint8_t family; /* PL_FAMILY_INET or PL_FAMILY_INET6 */
    bool answered;  /* a lookup has returned a name, or that there is none */
    char *name;     /* owned; NULL: none */
};

/*
 * Fills in the names of addresses. Returns when all lookups have ended or the limit is reached: 0,
 * a positive errno if some addresses have no answer, or a negative one if none has. CMake chooses
 * hosts_cares.c or hosts_libc.c.
 */
int names_ask_hosts(struct names_entry *entries, size_t count, unsigned int limit_ms);

/* ---- here.c: the functions of names.h, by the C library in this process ---- */

size_t names_here_user(uint32_t uid, char *buf, size_t size);
size_t names_here_service(uint32_t port, unsigned int proto, char *buf, size_t size);
int names_here_addresses(const char *host, unsigned int family, struct pl_host *out, size_t max);
int names_here_port(const char *service, unsigned int proto);
void names_here_table(enum names_table table, names_row_fn *row, void *arg);

/* ---- the helper ---- */

enum names_kind {
    NAMES_USERS,     /* uids; answers of lines "uid:name\n", then one of len 0 */
    NAMES_HOSTS,     /* struct names_entry; for each, 'y' (answered) or 'n', its name and a NUL */
    NAMES_SERVICE,   /* a name */
    NAMES_ADDRESSES, /* a host; struct pl_host */
    NAMES_PORT,      /* the name of a service; a port, uint16_t */
    NAMES_TABLE,     /* rows, "number proto name\n" */
};

/* Followed by len bytes. */
struct names_question {
    uint32_t kind;
    uint32_t count; /* of uids, of hosts; port; most addresses; enum names_table */
    uint32_t extra; /* users: all others too; service, port: protocol; addresses: family */
    uint32_t len;
    uint32_t limit_ms;
};

/* Followed by len bytes. error: 0 or a negative errno; in the last of users, a positive errno if
 * some names could not be looked up. */
struct names_answer {
    int32_t error;
    uint32_t len;
};

#define NAMES_BYTES_MAX     (64U << 20) /* of a question or an answer */
#define NAMES_ADDRESSES_MAX 64

/* ask.c: names_ask_hosts(), by the helper if there is one. */
int names_hosts_ask(struct names *names, struct names_entry *entries, size_t count);

/* helper.c: answers questions until the pipe ends. */
void names_serve(int from, int to);

/* pipe.c: transfer all bytes, until a time of names_now_ms(). Return 0 or a negative errno. */
#define NAMES_FOREVER INT64_MAX
int64_t names_now_ms(void);
int names_write(int fd, const void *bytes, size_t len, int64_t until);
int names_read(int fd, void *bytes, size_t len, int64_t until);

/*
 * Returns whether nsswitch.conf(5) has users looked up in files only. Other sources load modules
 * and open sockets.
 */
bool names_users_are_files(const char *text, size_t len);

#endif
