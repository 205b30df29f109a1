/* SPDX-License-Identifier: BSD-2-Clause */
/* The ledger of connections.c, a file of one struct ledger, which event_check.c compares with events. */
#ifndef CONNECTIONS_H
#define CONNECTIONS_H

#include <stdint.h>

/* What becomes of a connection. */
enum kind {
    KIND_CLIENT_CLOSES, /* first, after it has sent 5 bytes */
    KIND_SERVER_CLOSES, /* first */
    KIND_RESET,         /* by the client */
    KIND_CHILD_CLOSES,  /* a child of the client closes the last descriptor */
    KIND_HELD,          /* both ends stay open until the load ends */
    KIND_REFUSED,       /* nobody listens on the port */
    KIND_MAX
};

/* A socket. The name of a process is a letter and the number of its generation. */
struct ledger_end {
    uint64_t cookie; /* of SO_COOKIE; 0: there was no socket */
    uint32_t pid;    /* of the process that made, or accepted, it */
    uint32_t closer; /* of the process that closed it first */
    uint16_t port;   /* local */
};

struct ledger_connection {
    struct ledger_end client;
    struct ledger_end server;
    uint32_t kind;
};

/* Processes that exist together: one listens, one accepts (the same, or its child), one connects. */
struct ledger_generation {
    struct ledger_end listener;
    uint32_t child; /* of the listener, which accepts instead; 0: none */
};

struct ledger {
    uint64_t connections;    /* number of them */
    uint64_t per_generation; /* number of connections of a generation */
    uint64_t hold;           /* each of that many connections is held; 0: none */
    uint64_t reused;         /* number of processes that got the id of an earlier one */
    struct ledger_connection items[];
    /* then struct ledger_generation for each generation */
};

static inline uint64_t ledger_generations(const struct ledger *ledger)
{
    return (ledger->connections + ledger->per_generation - 1) / ledger->per_generation;
}

static inline struct ledger_generation *ledger_generation(struct ledger *ledger, uint64_t number)
{
    return (struct ledger_generation *)(void *)&ledger->items[ledger->connections] + number;
}

static inline enum kind kind_of(const struct ledger *ledger, uint64_t number)
{
    if (ledger->hold != 0 && number % ledger->hold == ledger->hold - 1)
        return KIND_HELD;
    return number % 64 == 63 ? KIND_REFUSED
           /* A child would also hold the connections that are held. */
           : number % 128 == 13 && ledger->hold == 0 ? KIND_CHILD_CLOSES
           : number % 16 == 5                        ? KIND_SERVER_CLOSES
           : number % 16 == 9                        ? KIND_RESET
                                                     : KIND_CLIENT_CLOSES;
}

#endif
