/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files that decode nftables. */
#ifndef PL_DECODE_LINUX_NFT_H
#define PL_DECODE_LINUX_NFT_H

#include "nat.h"

#define PL_NFT_LOOKUP_SET 1
#define PL_NFT_REGISTERS  20 /* words of 32 bits */

enum pl_nft_object { PL_NFT_CHAIN, PL_NFT_SET };

struct pl_nft_table {
    uint8_t family; /* NFPROTO_* */
    struct pl_slice name;
};

/* A word of the registers. */
struct pl_nft_word {
    enum { PL_NFT_UNKNOWN, PL_NFT_CONSTANT, PL_NFT_PART, PL_NFT_MAPPED } kind;
    uint8_t which; /* enum pl_nat_part, or the number of the word in the value of the map */
    uint8_t bits;  /* of an address that a mask left; of all its words */
    uint8_t bytes[4];
};

/* While a rule is evaluated. */
struct pl_nft_state {
    const struct pl_nft_table *table;
    struct pl_nat_rule *rule;
    struct pl_nft_word words[PL_NFT_REGISTERS];
    uint8_t from[16]; /* the first address of a range */
    bool open;        /* the last address of the range is not known yet */
    bool looks_up;    /* in a set */
    struct pl_xt_ports ports;
    bool set_matters; /* the set of the rule has the target or compares parts of a packet */
};

/* nft.c: attributes of a message. A missing attribute is an empty slice, or 0. */
struct pl_slice pl_nft_get(struct pl_slice attrs, uint16_t type);
uint32_t pl_nft_number(struct pl_slice attrs, uint16_t type);
struct pl_slice pl_nft_text(struct pl_slice attrs, uint16_t type);
struct pl_slice pl_nft_value(struct pl_slice attrs, uint16_t type);
uint64_t pl_nft_id(const struct pl_nft_table *table, enum pl_nft_object kind, struct pl_slice name);
/* Sets the action of a rule, and the chain that it jumps to, from a verdict; leaves others as they are. */
void pl_nft_verdict(const struct pl_nft_table *table, struct pl_slice attrs, uint16_t type,
                    struct pl_nat_rule *rule);

/* nft_expr.c */
/* Sets the words of a register to parts that follow each other. */
void pl_nft_set_parts(struct pl_nft_state *state, uint32_t number, enum pl_nat_part first,
                      size_t len);
uint8_t pl_nft_family(uint8_t number); /* PL_FAMILY_UNSPEC: of any */
/* Returns false if the rule selects ports in a way that is not known. */
bool pl_nft_expression(struct pl_nft_state *state, struct pl_slice name, struct pl_slice data);

/* nft_other.c: what is in the registers after it, and whether the rule is exact. */
void pl_nft_other(struct pl_nft_state *state, const struct pl_slice *name, struct pl_slice data);

#endif
