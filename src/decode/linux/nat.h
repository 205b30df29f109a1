/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of nftables, by netlink, and of iptables, by getsockopt(2). */
#ifndef PL_DECODE_LINUX_NAT_H
#define PL_DECODE_LINUX_NAT_H

#include "decode/decode.h"

/* First number of a frame of the feed linux/nat, see frames.h. */
enum pl_nat_frame {
    PL_NAT_FRAME_NFT,  /* messages of netlink */
    PL_NAT_FRAME_IPT,  /* struct ipt_getinfo, and the entries of the table */
    PL_NAT_FRAME_IP6T, /* the same with struct ip6t_entry */
};

#define PL_NAT_INFO_BYTES 84 /* struct ipt_getinfo */

/* nft.c, iptables.c. Set *changed if the kernel changed the table meanwhile. */
int pl_nat_nft(struct pl_slice bytes, struct pl_sink *sink, uint64_t *malformed, bool *changed);
int pl_nat_iptables(struct pl_slice bytes, bool v6, struct pl_sink *sink, uint64_t *malformed);

#define PL_XT_PORTS 15 /* XT_MULTI_PORTS */

/* The ports of the extension multiport. */
struct pl_xt_ports {
    size_t count; /* 0: the rule has no such extension */
    uint16_t first[PL_XT_PORTS];
    uint16_t last[PL_XT_PORTS];
};

/*
 * xt.c: an extension of xtables, of both. Conditions that are not known are ignored, and the rule is not
 * exact. pl_xt_match() returns false if the rule selects ports in a way that is not known. pl_xt_put() passes
 * on a rule for each range of ports, unless nothing is to be known about it.
 */
bool pl_xt_match(struct pl_slice name, uint8_t revision, struct pl_slice data,
                 struct pl_nat_rule *rule, struct pl_xt_ports *ports);
bool pl_xt_matters(const struct pl_nat_rule *rule);
int pl_xt_put(const struct pl_nat_rule *rule, const struct pl_xt_ports *ports,
              struct pl_sink *sink);
void pl_xt_target(struct pl_slice name, uint8_t revision, struct pl_slice data, uint8_t family,
                  struct pl_nat_rule *rule);

/* ---- what to ask for next: see source/linux/nat.c ---- */

#define PL_NFT_NAME 256 /* longest name of a table or set, with its NUL */

struct pl_nft_name {
    uint8_t family;          /* NFPROTO_* */
    char table[PL_NFT_NAME]; /* NUL-terminated */
    char set[PL_NFT_NAME];   /* "": none */
};

/*
 * Remove messages from the front of *rest up to one that names a table with a chain that translates
 * addresses, or a set that a rule looks up to translate addresses. Names of a table may be repeated. Return false at the end.
 */
bool pl_nft_next_table(struct pl_slice *rest, struct pl_nft_name *out);

/* Position in the rules for pl_nft_next_set(): all zeros but the messages. */
struct pl_nft_sets {
    struct pl_slice messages;
    struct pl_slice expressions; /* of the current rule */
    uint64_t set;                /* its id */
    struct pl_nft_name rule;
};
bool pl_nft_next_set(struct pl_nft_sets *sets, struct pl_nft_name *out);

#endif
