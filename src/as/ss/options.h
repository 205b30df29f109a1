/* SPDX-License-Identifier: BSD-2-Clause */
/* Which sockets ss lists: its options speak of tables, families and states, and each adds some. */
#ifndef AS_SS_OPTIONS_H
#define AS_SS_OPTIONS_H

#include "as/layout.h"

/* States as ss counts them: bits of enum pl_state, NONE for those it does not know. */
#define SS_CLOSED (PL_BIT(PL_STATE_CLOSED) | PL_BIT(PL_STATE_UNCONN))
#define SS_ALL    (PL_BIT(PL_STATE_MAX) - 1 - PL_BIT(PL_STATE_BOUND))
/* Without -a and -l: neither what is open nor what is on its way or over. */
#define SS_CONNECTED                                                               \
    (SS_ALL & ~(SS_CLOSED | PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_TIME_WAIT) | \
                PL_BIT(PL_STATE_SYN_RECV)))

struct ss_choice {
    uint32_t tables;   /* bits of enum ss_table */
    uint32_t families; /* bits of enum pl_family */
    uint32_t states;   /* what the tables and families have by themselves */
    uint32_t wanted;   /* states asked for; 0: none */
    uint8_t family;    /* the one chosen last: addresses of a filter are of it. 0: none */
    bool chosen;       /* a table or family was named */
    bool queried;      /* -A was given */
};

/* -4, -x and their like, -f NAME. */
void ss_choose_family(struct ss_choice *choice, enum pl_family family);
int ss_choose_family_name(struct ss_choice *choice, const char *name);
/* -t, -u and their like. */
void ss_choose_table(struct ss_choice *choice, enum ss_table table);
/* -A LIST: names with commas between, "!" before those to leave out. -EINVAL: *bad is none. */
int ss_choose_tables(struct ss_choice *choice, const char *list, struct pl_text *bad);
/* After the last of them: what follows from what was named, or from nothing. */
void ss_choose_rest(struct ss_choice *choice);
/* The families that a filter leaves, of which the tables are none the fewer. */
void ss_leave_families(struct ss_choice *choice, uint32_t left);
/*
 * The families it asks the kernel for: not both of IP if one of them was the last to be named. Out
 * of /proc/net it reads all of its families.
 */
uint32_t ss_asked_families(const struct ss_choice *choice);
/* What to ask the kernel for. */
void ss_choose_query(const struct ss_choice *choice, struct pl_query *query);

#endif
