/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The expressions of a rule of nftables, one after the other: what the registers hold, what it is compared
 * with, and what the rule then does.
 */
#include "nft.h"

#include "model/array.h"

#define NFPROTO_IPV4 2
#define NFPROTO_IPV6 10

uint8_t pl_nft_family(uint8_t number)
{
    return number == NFPROTO_IPV4   ? PL_FAMILY_INET
           : number == NFPROTO_IPV6 ? PL_FAMILY_INET6
                                    : PL_FAMILY_UNSPEC;
}

/* Returns the index of the first word of a register, or PL_NFT_REGISTERS. */
static size_t word_of(uint32_t number)
{
    if (number >= 1 && number <= 4)
        return (size_t)(number - 1) * 4; /* of 16 bytes */
    if (number >= 8 && number < 8 + PL_NFT_REGISTERS - 4)
        return number - 8;
    return PL_NFT_REGISTERS;
}

static size_t words_in(size_t len)
{
    return (len + 3) / 4;
}

/* Sets the words of a register to parts that follow each other. */
void pl_nft_set_parts(struct pl_nft_state *state, uint32_t number, enum pl_nat_part first,
                      size_t len)
{
    size_t at = word_of(number);

    for (size_t i = 0; i < words_in(len) && at + i < PL_NFT_REGISTERS; i++) {
        bool known = first != PL_NAT_OTHER;

        state->words[at + i] = (struct pl_nft_word){
            .kind = known ? PL_NFT_PART : PL_NFT_UNKNOWN,
            .which = (uint8_t)(known ? (unsigned int)first + i : 0),
            .bits = (uint8_t)(len * 8),
        };
    }
}

/* ---- loading ---- */

#define META_DREG     1
#define META_KEY      2
#define META_NFPROTO  15
#define META_L4PROTO  16
#define LOAD_DREG     1
#define LOAD_BASE     2
#define LOAD_OFFSET   3
#define LOAD_LEN      4
#define NETWORK       1
#define TRANSPORT     2
#define IMMEDIATE_REG 1
#define IMMEDIATE     2

static bool do_meta(struct pl_nft_state *state, struct pl_slice data)
{
    uint32_t key = pl_nft_number(data, META_KEY);

    pl_nft_set_parts(state, pl_nft_number(data, META_DREG),
                     key == META_L4PROTO   ? PL_NAT_PROTO
                     : key == META_NFPROTO ? PL_NAT_FAMILY
                                           : PL_NAT_OTHER,
                     1);
    return true;
}

static bool do_payload(struct pl_nft_state *state, struct pl_slice data)
{
    static const struct {
        uint8_t family, base, offset, longest, part;
    } loads[] = {
        {PL_FAMILY_UNSPEC, TRANSPORT, 2, 2, PL_NAT_PORT},
        {PL_FAMILY_INET, NETWORK, 9, 1, PL_NAT_PROTO},
        {PL_FAMILY_INET, NETWORK, 16, 4, PL_NAT_ADDR4},
        {PL_FAMILY_INET6, NETWORK, 6, 1, PL_NAT_PROTO},
        {PL_FAMILY_INET6, NETWORK, 24, 16, PL_NAT_ADDR6},
    };
    uint32_t base = pl_nft_number(data, LOAD_BASE);
    uint32_t offset = pl_nft_number(data, LOAD_OFFSET);
    uint32_t len = pl_nft_number(data, LOAD_LEN);
    enum pl_nat_part part = PL_NAT_OTHER;

    for (size_t i = 0; i < COUNT_OF(loads); i++) {
        bool fits = loads[i].family == PL_FAMILY_UNSPEC ||
                    state->rule->match.family == loads[i].family ||
                    state->rule->match.family == PL_FAMILY_UNSPEC;

        if (fits && part == PL_NAT_OTHER && base == loads[i].base && offset == loads[i].offset &&
            len <= loads[i].longest && len > 0)
            part = (enum pl_nat_part)loads[i].part;
    }
    pl_nft_set_parts(state, pl_nft_number(data, LOAD_DREG), part,
                     len < PL_NAT_BYTES ? len : PL_NAT_BYTES);
    return true;
}

static bool do_immediate(struct pl_nft_state *state, struct pl_slice data)
{
    struct pl_slice value = pl_nft_value(data, IMMEDIATE);
    size_t at = word_of(pl_nft_number(data, IMMEDIATE_REG));

    pl_nft_verdict(state->table, data, IMMEDIATE, state->rule);
    for (size_t i = 0; i < words_in(value.len) && at + i < PL_NFT_REGISTERS; i++) {
        state->words[at + i] = (struct pl_nft_word){.kind = PL_NFT_CONSTANT};
        pl_slice_copy(&value, i * 4, state->words[at + i].bytes, 4);
    }
    return true;
}

/* ---- comparing ---- */

#define CMP_SREG     1
#define CMP_OP       2
#define CMP_DATA     3
#define CMP_EQ       0
#define CMP_NEQ      1
#define CMP_LT       2
#define CMP_LTE      3
#define CMP_GT       4
#define CMP_GTE      5
#define RANGE_SREG   1
#define RANGE_OP     2
#define RANGE_FROM   3
#define RANGE_TO     4
#define BITWISE_SREG 1
#define BITWISE_DREG 2
#define BITWISE_MASK 4
#define BITWISE_OP   6

static void limit_ports(struct pl_nat_match *match, uint32_t first, uint32_t last)
{
    if (!match->ports)
        match->last = UINT16_MAX;
    match->ports = true;
    if (first > match->first)
        match->first = (uint16_t)(first > UINT16_MAX ? UINT16_MAX : first);
    if (last < match->last)
        match->last = (uint16_t)last;
}

static bool compare_port(struct pl_nat_match *match, uint32_t op, uint16_t port)
{
    if (op == CMP_NEQ)
        return false;
    if ((op == CMP_LT && port == 0) || (op == CMP_GT && port == UINT16_MAX))
        return false;
    limit_ports(match,
                op == CMP_EQ || op == CMP_GTE ? port
                : op == CMP_GT                ? port + 1U
                                              : 0,
                op == CMP_EQ || op == CMP_LTE ? port
                : op == CMP_LT                ? port - 1U
                                              : UINT16_MAX);
    return true;
}

/* Returns false if the condition cannot be expressed: the rule is then left out. */
static bool compare_addr(struct pl_nat_rule *rule, uint32_t op, enum pl_nat_part part, uint8_t bits,
                         const struct pl_slice *value)
{
    struct pl_nat_match *match = &rule->match;
    const uint8_t family = part == PL_NAT_ADDR4 ? PL_FAMILY_INET : PL_FAMILY_INET6;
    const size_t len = part == PL_NAT_ADDR4 ? 4 : 16;
    uint8_t addr[16] = {0};

    pl_slice_copy(value, 0, addr, len);
    if (op == CMP_NEQ && pl_nat_is_loopback(family, addr, bits)) {
        match->outside = true;
        rule->exact &= part != PL_NAT_ADDR4 || bits == 8;
        return true;
    }
    if (op != CMP_EQ || bits > len * 8 || match->bits != 0)
        return false;
    match->family = family;
    match->bits = bits;
    memcpy(match->addr, addr, sizeof(addr));
    return true;
}

static bool compare_range(struct pl_nft_state *state, const struct pl_nft_word *word,
                          struct pl_slice to)
{
    const uint8_t len = word->which == PL_NAT_ADDR4 ? 4 : 16;
    const struct pl_slice from = {.data = state->from, .len = len};
    unsigned int bits;

    return to.len == len && word->bits == len * 8 &&
           pl_nat_network(state->from, to.data, len, &bits) &&
           compare_addr(state->rule, CMP_EQ, (enum pl_nat_part)word->which, (uint8_t)bits, &from);
}

/* Ranges are two comparisons: not before the first, not after the last address. */
static bool do_cmp_addr(struct pl_nft_state *state, const struct pl_nft_word *word, uint32_t op,
                        struct pl_slice value)
{
    bool open = state->open;

    state->open = op == CMP_GTE;
    if (op == CMP_GTE)
        pl_slice_copy(&value, 0, state->from, sizeof(state->from));
    if (op == CMP_GTE || open)
        return open ? op == CMP_LTE && compare_range(state, word, value) : true;
    return compare_addr(state->rule, op, (enum pl_nat_part)word->which, word->bits, &value);
}

static bool do_cmp(struct pl_nft_state *state, struct pl_slice data)
{
    size_t at = word_of(pl_nft_number(data, CMP_SREG));
    uint32_t op = pl_nft_number(data, CMP_OP);
    struct pl_slice value = pl_nft_value(data, CMP_DATA);
    struct pl_nat_match *match = &state->rule->match;
    const struct pl_nft_word *word = &state->words[at];

    if (at == PL_NFT_REGISTERS || word->kind != PL_NFT_PART) {
        state->rule->exact = false;
        return true;
    }
    if (word->which == PL_NAT_PORT)
        return value.len >= 2 && compare_port(match, op, pl_slice_be16(&value, 0));
    if (word->which == PL_NAT_PROTO && op == CMP_EQ)
        match->proto = pl_slice_u8(&value, 0);
    if (word->which == PL_NAT_PROTO && op != CMP_EQ)
        return false;
    if (word->which == PL_NAT_FAMILY && op == CMP_EQ)
        match->family = pl_nft_family(pl_slice_u8(&value, 0));
    if (word->which == PL_NAT_FAMILY && op != CMP_EQ)
        return false;
    if (word->which == PL_NAT_ADDR4 || word->which == PL_NAT_ADDR6)
        return do_cmp_addr(state, word, op, value);
    return true;
}

static bool do_range(struct pl_nft_state *state, struct pl_slice data)
{
    size_t at = word_of(pl_nft_number(data, RANGE_SREG));
    struct pl_slice from = pl_nft_value(data, RANGE_FROM);
    struct pl_slice to = pl_nft_value(data, RANGE_TO);

    state->rule->exact &= at < PL_NFT_REGISTERS && state->words[at].kind == PL_NFT_PART;
    if (at == PL_NFT_REGISTERS || state->words[at].kind != PL_NFT_PART)
        return true;
    if (state->words[at].which == PL_NAT_ADDR4 || state->words[at].which == PL_NAT_ADDR6) {
        pl_slice_copy(&from, 0, state->from, sizeof(state->from));
        return pl_nft_number(data, RANGE_OP) == CMP_EQ && from.len == to.len &&
               compare_range(state, &state->words[at], to);
    }
    if (state->words[at].which != PL_NAT_PORT) {
        state->rule->exact = false;
        return true;
    }
    if (pl_nft_number(data, RANGE_OP) != CMP_EQ || from.len < 2 || to.len < 2)
        return false;
    limit_ports(&state->rule->match, pl_slice_be16(&from, 0), pl_slice_be16(&to, 0));
    return true;
}

/* Returns the number of leading ones, or 0 if the mask is no prefix. */
static uint8_t prefix(const struct pl_slice *mask)
{
    size_t bits = 0;

    while (bits < mask->len * 8 && mask->data[bits / 8] & 0x80U >> bits % 8)
        bits++;
    for (size_t i = bits; i < mask->len * 8; i++) {
        if (mask->data[i / 8] & 0x80U >> i % 8)
            return 0;
    }
    return (uint8_t)bits;
}

/* A mask of a network leaves an address; anything else leaves a value that is not known. */
static bool do_bitwise(struct pl_nft_state *state, struct pl_slice data)
{
    size_t from = word_of(pl_nft_number(data, BITWISE_SREG));
    size_t to = word_of(pl_nft_number(data, BITWISE_DREG));
    struct pl_slice mask = pl_nft_value(data, BITWISE_MASK);
    uint8_t bits = mask.len <= 16 ? prefix(&mask) : 0;
    bool plain = bits > 0 && pl_nft_number(data, BITWISE_OP) == 0;
    bool port = from < PL_NFT_REGISTERS && state->words[from].kind == PL_NFT_PART &&
                state->words[from].which == PL_NAT_PORT;
    bool addr =
        from < PL_NFT_REGISTERS && state->words[from].kind == PL_NFT_PART &&
        (state->words[from].which == PL_NAT_ADDR4 || state->words[from].which == PL_NAT_ADDR6);

    for (size_t i = 0; i < words_in(mask.len); i++) {
        bool inside = from + i < PL_NFT_REGISTERS && to + i < PL_NFT_REGISTERS;

        if (!inside)
            break;
        state->words[to + i] = state->words[from + i];
        state->words[to + i].bits = bits;
        if (!plain || state->words[to + i].which < PL_NAT_ADDR4)
            state->words[to + i].kind = PL_NFT_UNKNOWN;
    }
    return !port && (plain || !addr);
}

/* ---- sets ---- */

#define LOOKUP_SREG     2
#define LOOKUP_DREG     3
#define LOOKUP_FLAGS    5
#define LOOKUP_INVERTED 1U

/*
 * A rule may look up several sets. The one that matters is kept: it has the target, or it compares the parts
 * of a packet that are read here. Rules with two of these are left out.
 */
static bool do_lookup(struct pl_nft_state *state, struct pl_slice data)
{
    struct pl_slice name = pl_nft_text(data, PL_NFT_LOOKUP_SET);
    size_t from = word_of(pl_nft_number(data, LOOKUP_SREG));
    struct pl_slice dreg = pl_nft_get(data, LOOKUP_DREG);
    uint32_t number = pl_nft_number(data, LOOKUP_DREG);
    size_t to = word_of(number);
    uint8_t parts[PL_NAT_WORDS] = {0};
    bool compares = false;
    bool matters;

    for (size_t i = 0; i < PL_NAT_WORDS && from + i < PL_NFT_REGISTERS; i++) {
        const struct pl_nft_word *word = &state->words[from + i];

        if (word->kind == PL_NFT_PART)
            parts[i] = word->which;
        compares |= parts[i] != PL_NAT_OTHER && parts[i] <= PL_NAT_ADDR6;
    }
    /* Only the keys of one set are known. */
    state->rule->exact &= compares && !state->looks_up;
    state->looks_up = true;
    if (pl_nft_number(data, LOOKUP_FLAGS) & LOOKUP_INVERTED) {
        state->rule->exact = false;
        return !compares;
    }
    matters = compares || dreg.len > 0;
    if (state->rule->set != 0 && !matters)
        return true;
    if (state->rule->set != 0 && state->set_matters)
        return false;
    state->set_matters = matters;
    state->rule->set = pl_nft_id(state->table, PL_NFT_SET, name);
    memcpy(state->rule->parts, parts, sizeof(parts));
    if (dreg.len > 0 && number == 0)
        state->rule->action = PL_NAT_VERDICT;
    for (size_t i = 0; dreg.len > 0 && i < PL_NAT_WORDS && to + i < PL_NFT_REGISTERS; i++)
        state->words[to + i] = (struct pl_nft_word){.kind = PL_NFT_MAPPED, .which = (uint8_t)i};
    return true;
}

/* ---- what the rule does ---- */

#define NAT_TYPE       1
#define NAT_FAMILY     2
#define NAT_ADDR       3
#define NAT_LAST_ADDR  4
#define NAT_PORT       5
#define NAT_LAST_PORT  6
#define NAT_IS_DNAT    1
#define REDIR_PORT     1
#define REDIR_LAST     2
#define EXTENSION_NAME 1
#define EXTENSION_REV  2
#define EXTENSION_INFO 3

/* Copies words that are constant; the number of the first one in the value of a map is *mapped. */
static bool take(const struct pl_nft_state *state, struct pl_slice data, uint16_t attr,
                 uint8_t *out, size_t len, uint8_t *mapped)
{
    size_t at = word_of(pl_nft_number(data, attr));

    if (at + words_in(len) > PL_NFT_REGISTERS)
        return false;
    if (state->words[at].kind == PL_NFT_MAPPED && mapped)
        *mapped = state->words[at].which;
    if (state->words[at].kind != PL_NFT_CONSTANT)
        return false;
    for (size_t i = 0; i < len; i++)
        out[i] = state->words[at + i / 4].bytes[i % 4];
    return true;
}

static void take_ports(const struct pl_nft_state *state, struct pl_slice data, uint16_t attr,
                       uint16_t last_attr)
{
    struct pl_target *target = &state->rule->target;
    uint8_t port[2] = {0};

    if (take(state, data, attr, port, 2, &state->rule->port_word))
        target->port = (uint16_t)(port[0] << 8 | port[1]);
    target->last_port = target->port;
    if (take(state, data, last_attr, port, 2, NULL))
        target->last_port = (uint16_t)(port[0] << 8 | port[1]);
}

/* The address stays. */
static bool do_nat_port(struct pl_nft_state *state, struct pl_slice data, uint8_t family)
{
    struct pl_nat_match *match = &state->rule->match;

    if (match->family != PL_FAMILY_UNSPEC && match->family != family)
        return false;
    match->family = family;
    state->rule->action = PL_NAT_REDIRECT;
    take_ports(state, data, NAT_PORT, NAT_LAST_PORT);
    return true;
}

static bool do_nat(struct pl_nft_state *state, struct pl_slice data)
{
    struct pl_nat_rule *rule = state->rule;
    uint8_t family = pl_nft_family((uint8_t)pl_nft_number(data, NAT_FAMILY));
    size_t len = family == PL_FAMILY_INET ? 4 : 16;

    if (pl_nft_number(data, NAT_TYPE) != NAT_IS_DNAT || family == PL_FAMILY_UNSPEC)
        return true;
    if (pl_nft_get(data, NAT_ADDR).len == 0)
        return do_nat_port(state, data, family);
    rule->action = PL_NAT_DNAT;
    rule->target.family = family;
    if (!take(state, data, NAT_ADDR, rule->target.addr, len, &rule->addr_word) &&
        rule->addr_word == PL_NAT_NONE)
        return false;
    memcpy(rule->target.last_addr, rule->target.addr, sizeof(rule->target.addr));
    (void)take(state, data, NAT_LAST_ADDR, rule->target.last_addr, len, NULL);
    take_ports(state, data, NAT_PORT, NAT_LAST_PORT);
    return true;
}

static bool do_redir(struct pl_nft_state *state, struct pl_slice data)
{
    state->rule->action = PL_NAT_REDIRECT;
    take_ports(state, data, REDIR_PORT, REDIR_LAST);
    return true;
}

static bool do_match(struct pl_nft_state *state, struct pl_slice data)
{
    return pl_xt_match(pl_nft_text(data, EXTENSION_NAME),
                       (uint8_t)pl_nft_number(data, EXTENSION_REV),
                       pl_nft_get(data, EXTENSION_INFO), state->rule, &state->ports);
}

static bool do_target(struct pl_nft_state *state, struct pl_slice data)
{
    pl_xt_target(pl_nft_text(data, EXTENSION_NAME), (uint8_t)pl_nft_number(data, EXTENSION_REV),
                 pl_nft_get(data, EXTENSION_INFO), state->rule->match.family, state->rule);
    return true;
}

bool pl_nft_expression(struct pl_nft_state *state, struct pl_slice name, struct pl_slice data)
{
    static const struct {
        const char *name;
        bool (*run)(struct pl_nft_state *state, struct pl_slice data);
    } expressions[] = {
        {"meta", do_meta},   {"payload", do_payload}, {"immediate", do_immediate}, {"cmp", do_cmp},
        {"range", do_range}, {"bitwise", do_bitwise}, {"lookup", do_lookup},       {"nat", do_nat},
        {"redir", do_redir}, {"match", do_match},     {"target", do_target},
    };

    for (size_t i = 0; i < COUNT_OF(expressions); i++) {
        if (pl_slice_is(&name, expressions[i].name))
            return expressions[i].run(state, data);
    }
    pl_nft_other(state, &name, data);
    return true;
}
