/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes messages of nftables: chains, rules of expressions, elements. */
#ifndef TEST_DECODE_LINUX_NFT_MADE_H
#define TEST_DECODE_LINUX_NFT_MADE_H

#include "nat_kept.h"

#define NFT_CHAIN   (10 << 8 | 3)
#define NFT_RULE    (10 << 8 | 6)
#define NFT_ELEMENT (10 << 8 | 12)

static inline size_t nest(struct bytes *b, uint16_t type)
{
    put_u16(b, 0);
    put_u16(b, type);
    return b->len - 4;
}

static inline void nest_end(struct bytes *b, size_t at)
{
    set_u16(b, at, (uint16_t)(b->len - at));
}

static inline void put_be32(struct bytes *b, uint32_t value)
{
    put_be16(b, (uint16_t)(value >> 16));
    put_be16(b, (uint16_t)value);
}

static inline void number(struct bytes *b, uint16_t type, uint32_t value)
{
    size_t at = nest(b, type);

    put_be32(b, value);
    nest_end(b, at);
}

static inline void word(struct bytes *b, uint16_t type, const char *text)
{
    nl_attr(b, type, text, strlen(text) + 1);
}

/* NFTA_DATA_VALUE in an attribute. */
static inline void value(struct bytes *b, uint16_t type, const void *data, size_t len)
{
    size_t at = nest(b, type);

    nl_attr(b, 1, data, len);
    nest_end(b, at);
}

static inline void verdict(struct bytes *b, uint16_t type, int32_t code, const char *chain)
{
    size_t at = nest(b, type);
    size_t inner = nest(b, 2);

    number(b, 1, (uint32_t)code);
    word(b, 2, chain);
    nest_end(b, inner);
    nest_end(b, at);
}

static inline size_t message(struct bytes *b, uint16_t type, uint8_t family)
{
    size_t at = nl_begin(b, type, 0);

    put_u8(b, family);
    put_zeros(b, 3);
    return at;
}

static inline void chain(struct bytes *b, uint8_t family, const char *name, const char *type,
                         uint32_t hook)
{
    size_t at = message(b, NFT_CHAIN, family);
    size_t inner;

    word(b, 1, "t");
    word(b, 3, name);
    inner = nest(b, 4);
    number(b, 1, hook);
    nest_end(b, inner);
    word(b, 7, type);
    nl_end(b, at);
}

/* ---- a rule ---- */

struct made_rule {
    struct bytes *b;
    size_t message, list, item, data;
};

static inline struct made_rule rule_begin(struct bytes *b, uint8_t family)
{
    struct made_rule rule = {.b = b, .message = message(b, NFT_RULE, family)};

    word(b, 1, "t");
    word(b, 2, "c");
    rule.list = nest(b, 4);
    return rule;
}

static inline void rule_end(const struct made_rule *rule)
{
    nest_end(rule->b, rule->list);
    nl_end(rule->b, rule->message);
}

static inline void begin(struct made_rule *rule, const char *name)
{
    rule->item = nest(rule->b, 1);
    word(rule->b, 1, name);
    rule->data = nest(rule->b, 2);
}

static inline void end(const struct made_rule *rule)
{
    nest_end(rule->b, rule->data);
    nest_end(rule->b, rule->item);
}

static inline void put_verdict(struct made_rule *rule, int32_t code)
{
    begin(rule, "immediate");
    number(rule->b, 1, 0);
    verdict(rule->b, 2, code, "d");
    end(rule);
}

static inline void load(struct made_rule *rule, uint32_t base, uint32_t offset, uint32_t len,
                        uint32_t dreg)
{
    begin(rule, "payload");
    number(rule->b, 1, dreg);
    number(rule->b, 2, base);
    number(rule->b, 3, offset);
    number(rule->b, 4, len);
    end(rule);
}

static inline void compare(struct made_rule *rule, uint32_t sreg, uint32_t op, const void *data,
                           size_t len)
{
    begin(rule, "cmp");
    number(rule->b, 1, sreg);
    number(rule->b, 2, op);
    value(rule->b, 3, data, len);
    end(rule);
}

/* tcp dport PORT, or another operation */
static inline void dport(struct made_rule *rule, uint32_t op, uint16_t port)
{
    const uint8_t bytes[2] = {(uint8_t)(port >> 8), (uint8_t)port};

    load(rule, 2, 2, 2, 1);
    compare(rule, 1, op, bytes, 2);
}

static inline void constant(struct made_rule *rule, uint32_t dreg, const void *data, size_t len)
{
    begin(rule, "immediate");
    number(rule->b, 1, dreg);
    value(rule->b, 2, data, len);
    end(rule);
}

/* dnat to registers; 0: none */
static inline void dnat(struct made_rule *rule, uint32_t type, uint32_t family, uint32_t addr,
                        uint32_t port)
{
    begin(rule, "nat");
    number(rule->b, 1, type);
    number(rule->b, 2, family);
    if (addr)
        number(rule->b, 3, addr);
    if (port)
        number(rule->b, 5, port);
    end(rule);
}

static inline void to_10_0_0_2_80(struct made_rule *rule)
{
    constant(rule, 1, (const uint8_t[]){10, 0, 0, 2}, 4);
    constant(rule, 2, (const uint8_t[]){0, 80}, 2);
    dnat(rule, 1, 2, 1, 2);
}

static inline void lookup(struct made_rule *rule, const char *set, uint32_t sreg, int dreg,
                          uint32_t flags)
{
    begin(rule, "lookup");
    word(rule->b, 1, set);
    number(rule->b, 2, sreg);
    if (dreg >= 0)
        number(rule->b, 3, (uint32_t)dreg);
    number(rule->b, 5, flags);
    end(rule);
}

static inline int nft_decode(const struct bytes *b, size_t len, struct nat_kept *kept)
{
    uint8_t *copy = malloc(len + 1);
    bool changed = false;
    int err;

    assert_non_null(copy);
    memcpy(copy + 1, b->data, len);
    nat_reset(kept);
    err = pl_nat_nft((struct pl_slice){copy + 1, len, b->big_endian}, &kept->sink, &kept->malformed,
                     &changed);
    free(copy);
    return err ? err : changed;
}

#endif
