/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter of a command line: its operands, joined. */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "privilege/sandbox.h"

#include "api/library.h"

struct ask {
    char *expression; /* NULL: no operand yet */
    size_t len;
    size_t lsof; /* offset of the end of the words of ask_lsof(); 0: there are none */
    struct pl_filter *filter;
    /*
     * A personality's parser: returns 0 and sets ask->filter, or returns a negative errno; or NULL.
     */
    int (*parse)(struct ask *ask, const struct pl_filter_names *names,
                 struct pl_filter_error *error);
    struct sandbox *sandbox; /* borrowed; its helper looks names up */
    char unresolved[256];    /* the host or service that could not be looked up */
    const char *instead;     /* advice: what to type in its place */
    int error;               /* the positive errno of the lookup; 0 */
    uint8_t family;          /* for parse: family of addresses without a prefix; 0: internet */
    bool made;               /* the user did not type it: messages have no positions */
    bool value;              /* after an error: it concerns a host, port or mark */
};

/* Appends an operand. Returns 0 or -ENOMEM. */
int ask_word(struct ask *ask, const char *word);
/* Adds the argument of lsof's -i. Several of them mean "or". Returns 0 or -ENOMEM. */
int ask_lsof(struct ask *ask, const char *word);
/*
 * Looks up the ports of a name in the IANA registry and in common use, or else in services(5): a
 * pl_filter_names.service; arg is the struct ask.
 */
size_t ask_service(void *arg, const char *name, uint16_t *out, size_t max);
/*
 * Parses an expression as it is typed, without messages. hosts: host names are looked up, which can
 * take seconds; else they are errors. Returns as pl_filter_parse().
 */
int ask_try(struct ask *ask, const char *expression, bool hosts, struct pl_filter **out,
            struct pl_filter_error *error);
/* Parses the operands. Returns 0, or an exit status after a message. */
int ask_parse(struct ask *ask);
/* Sets the protocols and states of the query that no option set. */
void ask_query(const struct ask *ask, struct pl_query *query);
void ask_free(struct ask *ask);

/* Returns whether rest follows -i in lsof(8)'s syntax: "4TCP", "TCP:443", ":443". */
bool ask_is_lsof(const char *rest);

#endif
