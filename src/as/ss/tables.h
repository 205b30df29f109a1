/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of ss, and which of them, of their families and states a command line selects. */
#ifndef AS_SS_TABLES_H
#define AS_SS_TABLES_H

#include "as/layout.h"

/* In the order in which ss lists them. */
enum ss_table {
    SS_NETLINK,
    SS_PACKET_RAW,
    SS_PACKET_DGRAM,
    SS_UNIX_STREAM,
    SS_UNIX_SEQPACKET,
    SS_UNIX_DGRAM,
    SS_RAW,
    SS_UDP,
    SS_TCP,
    SS_DCCP,
    SS_SCTP,
    SS_VSOCK_STREAM,
    SS_VSOCK_DGRAM,
    SS_TIPC,
    SS_XDP,
    SS_MPTCP,
    SS_MAX,
};

/* IP protocols, IANA. */
enum { IP_TCP = 6, IP_UDP = 17, IP_DCCP = 33, IP_ICMPV6 = 58, IP_SCTP = 132, IP_MPTCP = 262 };

struct ss_table_row {
    const char *name;  /* for -A; NULL: the name of its family */
    const char *netid; /* the first cell of its rows; also a name for -A if there is a name */
    uint8_t proto;     /* enum pl_proto */
    uint8_t type;      /* enum pl_type, where a protocol has several tables */
    uint32_t families; /* bits of enum pl_family */
    uint32_t states;   /* that it lists by default: bits of enum pl_state */
    uint16_t ip;       /* IP protocol number */
};
/* By enum ss_table. */
extern const struct ss_table_row ss_tables[SS_MAX];

/* The row of the type of the socket, or else the last one of its protocol. NULL: none. */
const struct ss_table_row *ss_table_of(const struct pl_sock *sock);

/* Returns a state as ss classifies it: bits of enum pl_state, NONE if ss lacks it. */
#define SS_CLOSED (PL_BIT(PL_STATE_CLOSED) | PL_BIT(PL_STATE_UNCONN))
#define SS_ALL    (PL_BIT(PL_STATE_MAX) - 1 - PL_BIT(PL_STATE_BOUND) - PL_BIT(PL_STATE_PUBLISHED))
/* The default, without -a and -l. */
#define SS_CONNECTED                                                               \
    (SS_ALL & ~(SS_CLOSED | PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_TIME_WAIT) | \
                PL_BIT(PL_STATE_SYN_RECV)))

struct ss_choice {
    uint32_t tables;   /* bits of enum ss_table */
    uint32_t families; /* bits of enum pl_family */
    uint32_t states;   /* defaults of these tables and families */
    uint32_t wanted;   /* states requested; 0: none */
    uint8_t family;    /* the last family named, that of addresses in a filter; 0: none */
    bool chosen;       /* a table or family was named */
    bool queried;      /* -A was given */
};

/* Selects tables, for -t, -u and similar options: bits of enum ss_table. */
void ss_choose_tables(struct ss_choice *choice, uint32_t tables);
/* Selects families, for -4, -x and similar options. */
void ss_choose_family(struct ss_choice *choice, enum pl_family family);
/* -f NAME. 0 or -EINVAL. */
int ss_choose_family_name(struct ss_choice *choice, const char *name);
/* -A LIST: names separated by commas, "!" before those to leave out. -EINVAL: *bad is no name. */
int ss_choose_list(struct ss_choice *choice, const char *list, struct pl_text *bad);
/* Call it after these: adds the families of tables, the tables of families, and defaults. */
void ss_choose_rest(struct ss_choice *choice);
/* Keeps these families, because a filter has addresses of no other; the tables stay. */
void ss_leave_families(struct ss_choice *choice, uint32_t left);
/*
 * Returns the families for sock_diag: only one of IPv4 and IPv6 if it was named last. ss reads both
 * from /proc/net.
 */
uint32_t ss_asked_families(const struct ss_choice *choice);
/* Sets families, protos and states of the query. */
void ss_choose_query(const struct ss_choice *choice, struct pl_query *query);

#endif
