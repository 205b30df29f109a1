/* SPDX-License-Identifier: BSD-2-Clause */
/* From the words of a command line to the rows that answer them. */
#ifndef CLI_PORTNAME_LOOKUP_H
#define CLI_PORTNAME_LOOKUP_H

#include "answer.h"
#include "cli/status.h"

struct lookup {
    struct answers answers;
    struct pl_overlay overlay; /* of services, once it is read */
    const char *services;      /* path of services(5); NULL: /etc/services */
    bool *local;               /* which ports stand in it, once it is read; NULL: none */
    bool overlay_read;
    bool quiet;
    int status; /* EXIT_*: the worst wins */
};

/* A port, a range, either with a protocol, or a name. */
void lookup_word(struct lookup *lookup, const char *word);
/* One word a line from standard input. */
void lookup_input(struct lookup *lookup);
/* Everything that has the word in its names, description or common use. */
void lookup_search(struct lookup *lookup, const char *word);
/* Ports of a range that nobody registered or is known to use. */
void lookup_unassigned(struct lookup *lookup, const char *range);
void lookup_free(struct lookup *lookup);

/* ---- lookup_parse.c ---- */

/* Ports that a word asks for. proto PL_PROTO_UNKNOWN: it named none. */
struct ports {
    enum pl_proto proto;
    uint16_t first;
    uint16_t last;
};

/* One of the protocols that have ports here; false for another word. */
bool lookup_proto(const char *word, enum pl_proto *out);
/*
 * 1: a port or range; 0: the word does not look like one; -EINVAL: it does, and is none, with
 * what is wrong in *problem.
 */
int lookup_parse(const char *word, struct ports *out, const char **problem);
/* What is wrong with a name, NULL if nothing. */
const char *lookup_check_name(const char *name);

#endif
