/* SPDX-License-Identifier: BSD-2-Clause */
/* The ports that --wait names, and the sockets on them. */
#ifndef WATCH_PORTS_H
#define WATCH_PORTS_H

#include "cli/ask.h"

/* One port, with one of the spellings PORT, PORT/PROTOCOL, ADDRESS:PORT. */
struct port {
    uint16_t number;
    const char *proto;        /* "tcp" */
    char *address;            /* owned; NULL: any */
    struct pl_filter *filter; /* sockets that hold the port at that address; owned */
};

/* One operand: any of its ports. */
struct target {
    const char *text; /* as typed */
    struct port *ports;
    size_t count;
};

struct ports {
    struct target *targets;
    size_t count;
    const char *proto;       /* of ports without one */
    struct sandbox *sandbox; /* looks names up */
};

/*
 * Takes the leading words that are ports. Stores their number in *taken. Returns 0, or an exit status
 * after a message.
 */
int ports_parse(struct ports *ports, const char *const *words, size_t count, size_t *taken);
/* Appends words that select the sockets on all of these ports. Returns 0 or -ENOMEM. */
int ports_filter(const struct ports *ports, struct ask *ask);
void ports_free(struct ports *ports);

#endif
