/* SPDX-License-Identifier: BSD-2-Clause */
/* Properties of a filter, and the keywords of the grammar. */
#ifndef PL_API_FILTER_H
#define PL_API_FILTER_H

#include <portls.h>

/*
 * The separator between command line arguments: a blank that ends quoted texts and regular
 * expressions.
 */
#define PL_FILTER_BOUNDARY '\x1f'

/*
 * Bits of the states (enum pl_state) and protocols (enum pl_proto) of possible matches; UINT32_MAX
 * if the filter does not restrict them.
 */
uint32_t pl_filter_states(const struct pl_filter *filter);
uint32_t pl_filter_protos(const struct pl_filter *filter);
/* The same for families (enum pl_family). */
uint32_t pl_filter_families(const struct pl_filter *filter);

/* Whether it selects sockets by the number of their local port. */
bool pl_filter_names_port(const struct pl_filter *filter);
/* Whether it compares a port of either side with a number, not with the name of a service. */
bool pl_filter_numbers_port(const struct pl_filter *filter);
/*
 * Returns the first word of the expression that is no keyword, service or known program, and that
 * is no name of a process that holds a socket of the snapshot (NULL: of no process), or NULL.
 * *advice is a suggestion, as in struct pl_filter_error.
 */
const char *pl_filter_unknown(const struct pl_filter *filter, const struct pl_snapshot *snap,
                              const char **advice);

/*
 * As pl_filter_parse(), for a filter that selects what will be killed. A name needs a keyword. A
 * port or an address without a side means a listener there, unless the filter names a state. -EINVAL
 * also if the filter, or an operand of an "or", has no condition that narrows it.
 */
int pl_filter_parse_targets(const char *expression, const struct pl_filter_names *names,
                            struct pl_filter **out, struct pl_filter_error *error);

struct pl_node;
struct pl_field;

/* A positive condition on something that a user looks for by its name or number. */
enum pl_clue_kind { PL_CLUE_PORT, PL_CLUE_PROCESS, PL_CLUE_USER, PL_CLUE_ADDRESS, PL_CLUE_OTHER };

struct pl_clue {
    enum pl_clue_kind kind;
    bool local, peer;             /* ports and addresses: the side, or both */
    bool service;                 /* a port that was given by the name of a service */
    uint16_t low, high;           /* ports */
    struct pl_text text;          /* the name; borrowed from the filter */
    const struct pl_field *field; /* PL_CLUE_OTHER: the value is text, or mask, or number */
    uint64_t mask, number;
    uint8_t family; /* addresses */
    uint8_t bits;   /* length of the prefix */
    uint8_t addr[16];
    struct pl_node *nodes[2]; /* private */
};

/* Stores up to max positive conditions in the order of the expression. Returns their number. */
size_t pl_filter_clues(const struct pl_filter *filter, struct pl_clue *out, size_t max);
/* Returns whether the socket fulfils the condition. */
bool pl_clue_match(const struct pl_clue *clue, const struct pl_snapshot *snap,
                   const struct pl_sock *sock);

/* Keywords of the grammar, for completions and checks: fields, then states. NULL after the last. */
const char *pl_filter_field(size_t index, const char **help);
const char *pl_filter_state(size_t index);

#endif
