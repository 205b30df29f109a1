/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules of packet filters that translate destination addresses. A decoder evaluates each rule alone;
 * snapshot/routes.c follows the jumps between them.
 */
#ifndef PL_DECODE_NAT_H
#define PL_DECODE_NAT_H

#include "api/published.h"

#define PL_NAT_WORDS 10 /* words of 32 bits in a key or its value: two addresses and two ports */
#define PL_NAT_BYTES ((size_t)PL_NAT_WORDS * 4)
#define PL_NAT_NONE  UINT8_MAX

enum pl_nat_kind {
    PL_NAT_BASE, /* packets that arrive or are sent pass through the chain */
    PL_NAT_RULE,
    PL_NAT_ELEMENT, /* of a set or a map, whose id is the member chain */
};

enum pl_nat_action {
    PL_NAT_PASS,     /* nothing that matters here */
    PL_NAT_JUMP,     /* to a chain */
    PL_NAT_DNAT,     /* to the target */
    PL_NAT_REDIRECT, /* to a port of this machine */
    PL_NAT_VERDICT,  /* what the map has for the packet */
    PL_NAT_END,      /* no later rule of the chain, and of those that jump to it, is reached */
    PL_NAT_RETURN,   /* no later rule of the chain is reached */
};

/* What a word of a key is compared with. */
enum pl_nat_part {
    PL_NAT_OTHER,
    PL_NAT_PROTO,  /* its first byte */
    PL_NAT_PORT,   /* the destination port, in the first two bytes, in network byte order */
    PL_NAT_FAMILY, /* NFPROTO_*: its first byte */
    PL_NAT_ADDR4,  /* the destination address */
    PL_NAT_ADDR6,  /* this and the next three: its words */
};

/* Conditions that are not understood are left out. */
struct pl_nat_match {
    uint8_t addr[16];
    uint8_t family; /* of addr; PL_FAMILY_UNSPEC: of any */
    uint8_t bits;   /* of addr that are compared */
    uint8_t proto;  /* IPPROTO_*; 0: any */
    bool outside;   /* addresses of the loopback interface are excluded */
    bool ports;     /* the port is compared */
    uint16_t first, last;
};

struct pl_nat_rule {
    uint64_t chain;
    uint64_t to;      /* a chain; 0: none */
    uint64_t set;     /* looked up by the rule; 0: none */
    uint32_t order;   /* in the feed */
    int32_t priority; /* PL_NAT_BASE: packets pass through chains with lower ones first */
    uint8_t kind;     /* enum pl_nat_kind */
    uint8_t action;   /* enum pl_nat_action, of an element, too */
    bool iptables;
    bool exact;        /* all its conditions are known: packets that match pass no other rule */
    bool leaves;       /* PL_NAT_JUMP: no later rule of the chain is reached after it */
    bool sent;         /* PL_NAT_BASE: packets that this machine sends */
    uint8_t addr_word; /* of the value of the map that is the target's; PL_NAT_NONE: constant */
    uint8_t port_word;
    uint8_t len; /* of the bytes below; 0: an element for all keys that no other has */
    bool end;    /* PL_NAT_ELEMENT: the first key after a range that an element before began */
    struct pl_nat_match match;
    struct pl_target target;
    union {
        uint8_t parts[PL_NAT_WORDS]; /* PL_NAT_RULE: enum pl_nat_part of the key */
        uint8_t key[PL_NAT_BYTES];   /* PL_NAT_ELEMENT */
    };
    uint8_t last_key[PL_NAT_BYTES]; /* of a range; equal to key: none */
    uint8_t value[PL_NAT_BYTES];
};

/* The ends of the packets of a connection in one direction. */
struct pl_flow_tuple {
    uint8_t from[16];
    uint8_t to[16];
    uint16_t from_port, to_port;
};

/* A connection whose destination rules translate. */
struct pl_flow {
    struct pl_flow_tuple sent;     /* by the end that opened it, before the translation */
    struct pl_flow_tuple answered; /* by the other end, before the translation back */
    uint8_t family;
    uint8_t proto; /* enum pl_proto */
};

/* Whether a range of addresses of len bytes is a network; sets how many bits of its addresses are equal. */
bool pl_nat_network(const uint8_t *first, const uint8_t *last, size_t len, unsigned int *bits);
/* Whether the first bits of two addresses are equal. */
bool pl_nat_is_in(const uint8_t *addr, const uint8_t *network, unsigned int bits);
/* Whether all addresses of a network are those of the loopback interface. */
bool pl_nat_is_loopback(unsigned int family, const uint8_t *addr, unsigned int bits);

#endif
