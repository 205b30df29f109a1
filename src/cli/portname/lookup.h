/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks up the words of a command line. */
#ifndef CLI_PORTNAME_LOOKUP_H
#define CLI_PORTNAME_LOOKUP_H

#include "answer.h"
#include "cli/status.h"

struct lookup {
    struct answers answers;
    struct pl_overlay overlay; /* of services, once it is read */
    const char *services;      /* path of services(5); NULL: /etc/services */
    bool *local;               /* by port: it is in services(5); NULL: not read */
    bool overlay_read;
    bool quiet;
    int status; /* EXIT_*: the most severe so far */
};

/* Looks up a port, a range, a list or a name, each optionally with a protocol. */
void lookup_word(struct lookup *lookup, const char *word);
/* Looks up each line of standard input. */
void lookup_input(struct lookup *lookup);
/* Adds all services with the word in a name, description or common use. */
void lookup_search(struct lookup *lookup, const char *word);
/* Adds the ports of a range that are neither registered nor commonly used. */
void lookup_unassigned(struct lookup *lookup, const char *range);
/* Reports that all unassigned ports are in use. */
void lookup_all_used(struct lookup *lookup);
void lookup_free(struct lookup *lookup);

/* ---- lookup_parse.c ---- */

/* A parsed port or range. PL_PROTO_UNKNOWN: no protocol was given. */
struct ports {
    enum pl_proto proto;
    uint16_t first;
    uint16_t last;
};

/* Parses one of the protocols with ports in the registry. */
bool lookup_proto(const char *word, enum pl_proto *out);
/*
 * Returns 1 for a port or range, 0 for another word, -EINVAL for a malformed port or range, with a
 * message in *problem.
 */
int lookup_parse(const char *word, struct ports *out, const char **problem);
/* Returns whether the word is a list of ports: "80,443", "tcp/80,443", "80,443/tcp". */
bool lookup_is_list(const char *word);
/* Writes the next part of a list, with the protocol of the list, and moves *at past it. */
bool lookup_next_part(const char *word, size_t *at, char *part, size_t size);
/* Returns a message if the name is malformed, else NULL. */
const char *lookup_check_name(const char *name);

#endif
