/* SPDX-License-Identifier: BSD-2-Clause */
/* --as netstat, --as ss, --as windows: other programs' options and layouts. */
#ifndef AS_AS_H
#define AS_AS_H

#include "api/library.h"

#include "layout.h"

struct sandbox;

/* Options of portls itself, which a personality does not see. */
struct as_own {
    const char *replay;      /* a recording in place of the kernel, or NULL */
    struct sandbox *sandbox; /* borrowed */
};

struct as_settings {
    const char *name; /* of the personality */
    const char *who;  /* what stands before its options in its help; may be "" */
    struct as_own own;
    struct pl_query query;
    struct as_view view;
    unsigned int interval; /* seconds; 0: once */
    bool numeric_hosts, numeric_ports, numeric_users;
    bool ephemeral_plain;           /* ports that the system hands out keep their number */
    int failed;                     /* exit status of that program where nothing can be read */
    struct names *names;            /* whom to ask for names; set by as_run() */
    struct as_services *services;   /* NULL: the first that the C library finds */
    struct as_protocols *protocols; /* NULL: numbers */
    /* Says on stderr what that program would, before the rows: 0 or its exit status. Or NULL. */
    int (*judge)(struct as_settings *settings, const struct pl_snapshot *snap);
    void (*first)(const struct as_view *view, struct out *out); /* of counters, once; or NULL */
    void (*print)(const struct as_view *view, struct out *out); /* NULL: nothing after it */
    uint32_t said;   /* kinds of notes that judge() has reported in that program's words */
    uint32_t absent; /* netstat: protocols the system does not have */
    bool empty;      /* prints its heading where no table can be read, or none has what is asked */
    bool by_name;    /* netstat: and which it minds, since they were asked for by name */
    bool verbose;
};

/* argv without the program's name. The exit status. */
int as_netstat(char **argv, const struct as_own *own);
int as_ss(char **argv, const struct as_own *own);
int as_windows(char **argv, const struct as_own *own);

/*
 * services.c: ports as net-tools has them: the last of several in services(5), and for raw
 * sockets those of protocols(5). They are read here, by whatever way nsswitch.conf(5) says: before
 * the sandbox stands. NULL when out of memory. Length of the name, 0 for none.
 */
struct as_services *as_services_new(void);
size_t as_services_find(struct as_services *services, uint32_t port, unsigned int proto, char *buf,
                        size_t size);
void as_services_free(struct as_services *services);

/* The first name of each protocol of IP in protocols(5). NULL when out of memory; NULL: no name. */
struct as_protocols *as_protocols_new(void);
const char *as_protocols_find(const struct as_protocols *protocols, uint32_t number);
void as_protocols_free(struct as_protocols *protocols);

/* run.c: takes snapshots and prints them. */
int as_run(struct as_settings *settings);

/* The personality that the command line asks for, by --as, which is taken out of argv with --replay
 * and --no-sandbox beside it, or by the name of the program. 0 and *status; -ENOENT: none. */
int as_main(char **argv, bool elevated, int *status);

#endif
