/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ports that rules publish: follows the jumps from the chains that packets pass through first, with the
 * conditions of all rules on the way. Only rules that select ports count.
 */
#include "routes.h"
#include "model/array.h"
#include "order.h"

#define DEPTH_MAX  16      /* the kernel refuses more for nftables */
#define STEPS_MAX  2000000 /* rules and elements, as rules may jump to one chain many times */
#define ROUTES_MAX 65536

struct walk {
    struct pl_snapshot *snap;
    size_t steps;
    bool sent;
};

/* ---- conditions ---- */

static bool has_bits(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
    size_t whole = bits / 8;
    unsigned int rest = bits % 8;

    return memcmp(a, b, whole) == 0 && (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

/* Adds the conditions of b to those of a. Returns false if no packet can match both. */
static bool meet(struct pl_nat_match *a, const struct pl_nat_match *b)
{
    if (b->proto != 0 && a->proto != 0 && a->proto != b->proto)
        return false;
    if (b->family != PL_FAMILY_UNSPEC && a->family != PL_FAMILY_UNSPEC && a->family != b->family)
        return false;
    if (!has_bits(a->addr, b->addr, a->bits < b->bits ? a->bits : b->bits))
        return false;
    a->proto = a->proto != 0 ? a->proto : b->proto;
    a->family = a->family != PL_FAMILY_UNSPEC ? a->family : b->family;
    a->outside |= b->outside;
    if (b->bits > a->bits) {
        memcpy(a->addr, b->addr, sizeof(a->addr));
        a->bits = b->bits;
    }
    if (b->ports) {
        a->first = a->ports && a->first > b->first ? a->first : b->first;
        a->last = a->ports && a->last < b->last ? a->last : b->last;
        a->ports = true;
    }
    return !a->ports || a->first <= a->last;
}

/* Adds the key of an element, whose words have these meanings. */
static bool meet_key(struct pl_nat_match *match, const uint8_t parts[PL_NAT_WORDS],
                     const struct pl_nat_rule *element)
{
    struct pl_nat_match key = {.last = UINT16_MAX};

    for (size_t i = 0; i * 4 < element->len && i < PL_NAT_WORDS; i++) {
        const uint8_t *word = element->key + i * 4;
        const uint8_t *last = element->last_key + i * 4;

        if (parts[i] == PL_NAT_PROTO)
            key.proto = word[0];
        if (parts[i] == PL_NAT_PORT) {
            key.ports = true;
            key.first = (uint16_t)(word[0] << 8 | word[1]);
            key.last = (uint16_t)(last[0] << 8 | last[1]);
        }
        if (parts[i] >= PL_NAT_ADDR4 && memcmp(word, last, 4) == 0) {
            size_t at = parts[i] == PL_NAT_ADDR4 ? 0 : (size_t)(parts[i] - PL_NAT_ADDR6);

            if (at * 32U != key.bits || at > 3)
                continue;
            key.family = parts[i] == PL_NAT_ADDR4 ? PL_FAMILY_INET : PL_FAMILY_INET6;
            memcpy(key.addr + at * 4, word, 4);
            key.bits = (uint8_t)(key.bits + 32);
        }
    }
    return meet(match, &key);
}

/* ---- the rules ---- */

static int compare_chain(const void *key, const void *item)
{
    struct pl_nat_rule wanted = *(const struct pl_nat_rule *)key;

    return by_nat_chain(&wanted, item);
}

/* Returns the rules of a chain, or the elements of a set. */
static const struct pl_nat_rule *find(const struct pl_snapshot *snap, enum pl_nat_kind kind,
                                      uint64_t chain, size_t *count)
{
    const struct pl_nat_rule *items = snap->nat.items;
    const struct pl_nat_rule wanted = {.kind = (uint8_t)kind, .chain = chain};
    size_t low = pl_lower_bound(&wanted, items, snap->nat.count, sizeof(*items), compare_chain);
    size_t end = low;

    while (end < snap->nat.count && items[end].kind == kind && items[end].chain == chain)
        end++;
    *count = end - low;
    return end > low ? items + low : NULL;
}

static struct pl_target target_of(const struct pl_nat_rule *rule, const struct pl_nat_rule *element)
{
    struct pl_target target = rule->target;
    size_t size = target.family == PL_FAMILY_INET ? 4 : 16;
    size_t at = (size_t)rule->addr_word * 4;

    if (element && rule->addr_word != PL_NAT_NONE && at + size <= sizeof(element->value)) {
        memcpy(target.addr, element->value + at, size);
        memcpy(target.last_addr, target.addr, size);
    }
    if (element && rule->port_word < PL_NAT_WORDS) {
        const uint8_t *word = element->value + (size_t)rule->port_word * 4;

        target.port = target.last_port = (uint16_t)(word[0] << 8 | word[1]);
    }
    return target;
}

static int add_route(struct walk *walk, const struct pl_nat_match *match,
                     const struct pl_nat_rule *rule, const struct pl_nat_rule *element)
{
    struct pl_route route = {.match = *match,
                             .target = target_of(rule, element),
                             .iptables = rule->iptables,
                             .here = rule->action == PL_NAT_REDIRECT,
                             .sent = walk->sent};

    if (!match->ports || walk->snap->routes.count >= ROUTES_MAX ||
        (element && rule->addr_word != PL_NAT_NONE && element->len == 0))
        return 0;
    if (route.match.family == PL_FAMILY_UNSPEC)
        route.match.family = route.target.family;
    if (route.target.family != PL_FAMILY_UNSPEC && route.target.family != route.match.family)
        return 0;
    return pl_routes_add(walk->snap, &route);
}

static int walk_chain(struct walk *walk, uint64_t chain, const struct pl_nat_match *match,
                      unsigned int depth);

static int follow(struct walk *walk, const struct pl_nat_rule *rule,
                  const struct pl_nat_rule *element, const struct pl_nat_match *match,
                  unsigned int depth)
{
    if (rule->action == PL_NAT_JUMP)
        return walk_chain(walk, rule->to, match, depth + 1);
    if (rule->action == PL_NAT_VERDICT)
        return element && element->to != 0 ? walk_chain(walk, element->to, match, depth + 1) : 0;
    return add_route(walk, match, rule, element);
}

static int walk_chain(struct walk *walk, uint64_t chain, const struct pl_nat_match *match,
                      unsigned int depth)
{
    size_t count;
    const struct pl_nat_rule *rules = find(walk->snap, PL_NAT_RULE, chain, &count);
    int err = 0;

    for (size_t i = 0; i < count && err == 0 && depth < DEPTH_MAX; i++) {
        struct pl_nat_match met = *match;
        const struct pl_nat_rule *elements;
        size_t elements_count;

        if (walk->steps++ >= STEPS_MAX || !meet(&met, &rules[i].match))
            continue;
        if (rules[i].set == 0) {
            err = follow(walk, &rules[i], NULL, &met, depth);
            continue;
        }
        elements = find(walk->snap, PL_NAT_ELEMENT, rules[i].set, &elements_count);
        for (size_t n = 0; n < elements_count && err == 0; n++) {
            struct pl_nat_match one = met;

            if (walk->steps++ < STEPS_MAX && meet_key(&one, rules[i].parts, &elements[n]))
                err = follow(walk, &rules[i], &elements[n], &one, depth);
        }
    }
    return err;
}

int pl_routes_find(struct pl_snapshot *snap)
{
    size_t count = snap->nat.count;
    int err = 0;

    pl_snapshot_sort(snap, PL_LIST_NAT);
    for (size_t i = 0; i < count && err == 0; i++) {
        const struct pl_nat_rule *rules = snap->nat.items;
        struct walk walk = {.snap = snap, .sent = rules[i].sent};

        if (rules[i].kind != PL_NAT_BASE)
            break; /* they come first */
        err = walk_chain(&walk, rules[i].chain, &rules[i].match, 0);
    }
    pl_snapshot_sort(snap, PL_LIST_ROUTES);
    return err;
}
