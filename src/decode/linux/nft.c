/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chains, rules and elements of nftables: include/uapi/linux/netfilter/nf_tables.h. Numbers are in
 * network byte order. nft_expr.c evaluates the expressions of a rule. A chain or a set is identified by a
 * hash of its family, its table and its name.
 */
#include "nft.h"
#include "netlink.h"

#include <errno.h>
#include <string.h>

#define SUBSYSTEM       10 /* NFNL_SUBSYS_NFTABLES */
#define MSG_CHAIN       (SUBSYSTEM << 8 | 3)
#define MSG_RULE        (SUBSYSTEM << 8 | 6)
#define MSG_SET_ELEMENT (SUBSYSTEM << 8 | 12)
#define GENMSG_BYTES    4 /* struct nfgenmsg: family, version, resource */

#define CHAIN_TABLE   1
#define CHAIN_NAME    3
#define CHAIN_HOOK    4
#define CHAIN_TYPE    7
#define HOOK_NUMBER   1
#define HOOK_PRIORITY 2
#define HOOK_ARRIVE   0 /* NF_INET_PRE_ROUTING */
#define HOOK_SEND     3 /* NF_INET_LOCAL_OUT */

#define RULE_TABLE       1
#define RULE_CHAIN       2
#define RULE_EXPRESSIONS 4
#define EXPRESSION_NAME  1
#define EXPRESSION_DATA  2

#define ELEMENTS_TABLE  1
#define ELEMENTS_SET    2
#define ELEMENTS_LIST   3
#define ELEMENT_KEY     1
#define ELEMENT_DATA    2
#define ELEMENT_FLAGS   3
#define ELEMENT_KEY_END 10
#define ELEMENT_IS_END  1U
#define ELEMENT_IS_REST 2U /* NFT_SET_ELEM_CATCHALL */
#define DATA_VALUE      1
#define DATA_VERDICT    2
#define VERDICT_CODE    1
#define VERDICT_CHAIN   2
#define VERDICT_DROP    0U
#define VERDICT_ACCEPT  1U
#define VERDICT_JUMP    ((uint32_t)-3)
#define VERDICT_GOTO    ((uint32_t)-4)
#define VERDICT_RETURN  ((uint32_t)-5)

/* ---- attributes ---- */

/* Returns the last attribute of the type, or an empty slice if the message has none. */
struct pl_slice pl_nft_get(struct pl_slice attrs, uint16_t type)
{
    struct pl_slice found = {.len = 0};
    struct pl_nlattr attr;

    while (pl_nlattr_next(&attrs, &attr)) {
        if (attr.type == type)
            found = attr.value;
    }
    return found;
}

uint32_t pl_nft_number(struct pl_slice attrs, uint16_t type)
{
    struct pl_slice value = pl_nft_get(attrs, type);

    return (uint32_t)pl_slice_be16(&value, 0) << 16 | pl_slice_be16(&value, 2);
}

struct pl_slice pl_nft_text(struct pl_slice attrs, uint16_t type)
{
    struct pl_slice value = pl_nft_get(attrs, type);

    return value.len > 0 ? pl_slice_until(&value, '\0') : value;
}

struct pl_slice pl_nft_value(struct pl_slice attrs, uint16_t type)
{
    return pl_nft_get(pl_nft_get(attrs, type), DATA_VALUE);
}

static uint64_t mix(uint64_t hash, const struct pl_slice *text)
{
    for (size_t i = 0; i < text->len; i++)
        hash = (hash ^ text->data[i]) * UINT64_C(0x100000001b3);
    return hash * UINT64_C(0x100000001b3) + text->len;
}

/* The two highest bits are those of ids of iptables. */
uint64_t pl_nft_id(const struct pl_nft_table *table, enum pl_nft_object kind, struct pl_slice name)
{
    const uint8_t head[] = {table->family, (uint8_t)kind};
    uint64_t hash =
        mix(UINT64_C(0xcbf29ce484222325), &(struct pl_slice){head, sizeof(head), false});

    hash = mix(mix(hash, &table->name), &name);
    return (hash & (UINT64_MAX >> 2)) | 1;
}

void pl_nft_verdict(const struct pl_nft_table *table, struct pl_slice attrs, uint16_t type,
                    struct pl_nat_rule *rule)
{
    struct pl_slice verdict = pl_nft_get(pl_nft_get(attrs, type), DATA_VERDICT);
    struct pl_slice chain = pl_nft_text(verdict, VERDICT_CHAIN);
    struct pl_slice number = pl_nft_get(verdict, VERDICT_CODE);
    uint32_t code = pl_nft_number(verdict, VERDICT_CODE);

    if (number.len < 4)
        return;
    if (code == VERDICT_DROP || code == VERDICT_ACCEPT) {
        rule->action = PL_NAT_END;
    } else if (code == VERDICT_RETURN) {
        rule->action = PL_NAT_RETURN;
    } else if (chain.len > 0 && (code == VERDICT_JUMP || code == VERDICT_GOTO)) {
        rule->action = PL_NAT_JUMP;
        rule->leaves = code == VERDICT_GOTO;
        rule->to = pl_nft_id(table, PL_NFT_CHAIN, chain);
    }
}

/* ---- messages ---- */

static struct pl_nft_table table_of(const struct pl_slice *message, struct pl_slice attrs,
                                    uint16_t type)
{
    return (struct pl_nft_table){pl_slice_u8(message, 0), pl_nft_text(attrs, type)};
}

/* Returns whether packets of connections to this machine pass through the chain first. */
static bool is_base(struct pl_slice attrs, bool *sent)
{
    struct pl_slice kind = pl_nft_text(attrs, CHAIN_TYPE);
    struct pl_slice hook = pl_nft_get(attrs, CHAIN_HOOK);
    uint32_t number = pl_nft_number(hook, HOOK_NUMBER);

    *sent = number == HOOK_SEND;
    return hook.len > 0 && pl_slice_is(&kind, "nat") && (number == HOOK_ARRIVE || *sent);
}

static int put_chain(const struct pl_slice *message, struct pl_slice attrs, struct pl_sink *sink)
{
    struct pl_nft_table table = table_of(message, attrs, CHAIN_TABLE);
    struct pl_nat_rule base = {
        .kind = PL_NAT_BASE,
        .chain = pl_nft_id(&table, PL_NFT_CHAIN, pl_nft_text(attrs, CHAIN_NAME)),
        .priority = (int32_t)pl_nft_number(pl_nft_get(attrs, CHAIN_HOOK), HOOK_PRIORITY),
        .match.family = pl_nft_family(table.family),
    };

    return is_base(attrs, &base.sent) ? sink->nat(sink, &base) : 0;
}

/* Returns whether the rule was understood. */
static bool read_rule(const struct pl_slice *message, struct pl_slice attrs,
                      struct pl_nft_table *table, struct pl_nat_rule *rule,
                      struct pl_xt_ports *ports)
{
    struct pl_slice expressions = pl_nft_get(attrs, RULE_EXPRESSIONS);
    struct pl_nft_state state = {.table = table, .rule = rule};
    struct pl_nlattr item;

    *table = table_of(message, attrs, RULE_TABLE);
    *rule = (struct pl_nat_rule){
        .kind = PL_NAT_RULE,
        .chain = pl_nft_id(table, PL_NFT_CHAIN, pl_nft_text(attrs, RULE_CHAIN)),
        .exact = true,
        .match.family = pl_nft_family(table->family),
        .addr_word = PL_NAT_NONE,
        .port_word = PL_NAT_NONE,
    };
    while (pl_nlattr_next(&expressions, &item)) {
        if (!pl_nft_expression(&state, pl_nft_text(item.value, EXPRESSION_NAME),
                               pl_nft_get(item.value, EXPRESSION_DATA)))
            return false;
    }
    *ports = state.ports;
    return !state.open;
}

static int put_rule(const struct pl_slice *message, struct pl_slice attrs, struct pl_sink *sink)
{
    struct pl_nft_table table;
    struct pl_nat_rule rule;
    struct pl_xt_ports ports;

    return read_rule(message, attrs, &table, &rule, &ports) ? pl_xt_put(&rule, &ports, sink) : 0;
}

static void copy_bytes(struct pl_slice from, uint8_t out[PL_NAT_BYTES])
{
    pl_slice_copy(&from, 0, out, PL_NAT_BYTES);
}

static int put_elements(const struct pl_slice *message, struct pl_slice attrs, struct pl_sink *sink)
{
    struct pl_nft_table table = table_of(message, attrs, ELEMENTS_TABLE);
    uint64_t set = pl_nft_id(&table, PL_NFT_SET, pl_nft_text(attrs, ELEMENTS_SET));
    struct pl_slice list = pl_nft_get(attrs, ELEMENTS_LIST);
    struct pl_nlattr item;
    int err = 0;

    while (err == 0 && pl_nlattr_next(&list, &item)) {
        struct pl_nat_rule element = {.kind = PL_NAT_ELEMENT, .chain = set};
        struct pl_slice key = pl_nft_value(item.value, ELEMENT_KEY);
        struct pl_slice last = pl_nft_value(item.value, ELEMENT_KEY_END);

        const uint32_t flags = pl_nft_number(item.value, ELEMENT_FLAGS);
        const bool rest = key.len == 0 && flags & ELEMENT_IS_REST;

        if ((key.len == 0 && !rest) || key.len > PL_NAT_BYTES)
            continue;
        element.end = (flags & ELEMENT_IS_END) != 0;
        element.len = (uint8_t)key.len;
        pl_nft_verdict(&table, item.value, ELEMENT_DATA, &element);
        copy_bytes(key, element.key);
        copy_bytes(last.len == key.len ? last : key, element.last_key);
        copy_bytes(pl_nft_value(item.value, ELEMENT_DATA), element.value);
        if (rest) /* it comes last */
            memset(element.key, UINT8_MAX, sizeof(element.key));
        err = sink->nat(sink, &element);
    }
    return err;
}

int pl_nat_nft(struct pl_slice bytes, struct pl_sink *sink, uint64_t *malformed, bool *changed)
{
    struct pl_nlmsg msg;
    int err = 0;

    while (err == 0 && pl_nlmsg_next(&bytes, &msg)) {
        struct pl_slice attrs = pl_slice_part(&msg.payload, GENMSG_BYTES, msg.payload.len);

        *changed |= (msg.flags & PL_NLM_F_DUMP_INTR) != 0;
        if (msg.type == PL_NLMSG_DONE)
            continue;
        if (msg.payload.len < GENMSG_BYTES)
            (*malformed)++;
        else if (msg.type == MSG_CHAIN)
            err = put_chain(&msg.payload, attrs, sink);
        else if (msg.type == MSG_RULE)
            err = put_rule(&msg.payload, attrs, sink);
        else if (msg.type == MSG_SET_ELEMENT)
            err = put_elements(&msg.payload, attrs, sink);
    }
    return err != 0 ? err : bytes.len > 0 ? -EBADMSG : 0;
}

/* ---- what to ask for next ---- */

static bool keep_name(struct pl_slice name, char out[PL_NFT_NAME])
{
    if (name.len == 0 || name.len >= PL_NFT_NAME)
        return false;
    memcpy(out, name.data, name.len);
    out[name.len] = '\0';
    return true;
}

bool pl_nft_next_table(struct pl_slice *rest, struct pl_nft_name *out)
{
    struct pl_nlmsg msg;

    while (pl_nlmsg_next(rest, &msg)) {
        struct pl_slice attrs = pl_slice_part(&msg.payload, GENMSG_BYTES, msg.payload.len);
        bool sent;

        out->family = pl_slice_u8(&msg.payload, 0);
        out->set[0] = '\0';
        if (msg.type == MSG_CHAIN && is_base(attrs, &sent) &&
            keep_name(pl_nft_text(attrs, CHAIN_TABLE), out->table))
            return true;
    }
    return false;
}

/* Sets the expressions of the next rule that looks up a set and does something that matters. */
static bool next_rule(struct pl_nft_sets *sets)
{
    struct pl_nlmsg msg;

    while (pl_nlmsg_next(&sets->messages, &msg)) {
        struct pl_slice attrs = pl_slice_part(&msg.payload, GENMSG_BYTES, msg.payload.len);
        struct pl_nft_table table;
        struct pl_nat_rule rule;
        struct pl_xt_ports ports;

        if (msg.type != MSG_RULE || !read_rule(&msg.payload, attrs, &table, &rule, &ports) ||
            rule.set == 0 || !pl_xt_matters(&rule) || !keep_name(table.name, sets->rule.table))
            continue;
        sets->rule.family = table.family;
        sets->set = rule.set;
        sets->expressions = pl_nft_get(attrs, RULE_EXPRESSIONS);
        return true;
    }
    return false;
}

bool pl_nft_next_set(struct pl_nft_sets *sets, struct pl_nft_name *out)
{
    struct pl_nlattr item;

    do {
        while (pl_nlattr_next(&sets->expressions, &item)) {
            struct pl_slice name = pl_nft_text(item.value, EXPRESSION_NAME);
            struct pl_slice set =
                pl_nft_text(pl_nft_get(item.value, EXPRESSION_DATA), PL_NFT_LOOKUP_SET);
            const struct pl_nft_table table = {
                sets->rule.family,
                {(const uint8_t *)sets->rule.table, strlen(sets->rule.table), set.big_endian}};

            *out = sets->rule;
            if (pl_slice_is(&name, "lookup") && pl_nft_id(&table, PL_NFT_SET, set) == sets->set &&
                keep_name(set, out->set))
                return true;
        }
    } while (next_rule(sets));
    return false;
}
