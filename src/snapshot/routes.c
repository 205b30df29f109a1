/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ports that rules publish: follows the jumps from the chains that packets pass through first, with the
 * conditions of all rules on the way. Only rules that select ports count.
 */
#include "routes.h"
#include "model/array.h"
#include "order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX  16      /* the kernel refuses more for nftables */
#define STEPS_MAX  2000000 /* rules and elements, as rules may jump to one chain many times */
#define ROUTES_MAX 65536
#define TAKEN_MAX  1024 /* rules that translate; later ones are listed beside them */
#define ENDS_MAX   256  /* conditions of verdicts that are compared with each later rule */

#define NFPROTO_IPV4 2
#define NFPROTO_IPV6 10

struct walk {
    struct pl_snapshot *snap;
    size_t steps;
    uint32_t *slots; /* of the routes, by hash_of() */
    size_t mask;
    /* struct pl_nat_match: packets that pass no later rule of ... */
    struct pl_list ended;    /* the base chain */
    struct pl_list left;     /* the chain, and those that jumped to it */
    struct pl_list taken[2]; /* the hook, by the member sent: a rule translated them */
    bool exact;              /* all conditions of the rule are known, and those of its set */
    bool sent;
    bool cut; /* a limit was reached */
};

/* ---- conditions ---- */

/* Adds the conditions of b to those of a. Returns false if no packet can match both. */
static bool meet(struct pl_nat_match *a, const struct pl_nat_match *b)
{
    if (b->proto != 0 && a->proto != 0 && a->proto != b->proto)
        return false;
    if (b->family != PL_FAMILY_UNSPEC && a->family != PL_FAMILY_UNSPEC && a->family != b->family)
        return false;
    if (!pl_nat_is_in(a->addr, b->addr, a->bits < b->bits ? a->bits : b->bits))
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

static uint8_t family_of(uint8_t number)
{
    return number == NFPROTO_IPV4   ? PL_FAMILY_INET
           : number == NFPROTO_IPV6 ? PL_FAMILY_INET6
                                    : PL_FAMILY_UNSPEC;
}

/* Adds the key of an element, whose words have these meanings. Ranges that are no network match nothing. */
static bool meet_key(struct pl_nat_match *match, const uint8_t parts[PL_NAT_WORDS],
                     const struct pl_nat_rule *element)
{
    struct pl_nat_match key = {.last = UINT16_MAX};
    uint8_t last_addr[16] = {0};
    size_t len = 0; /* of the address */
    unsigned int bits = 0;

    for (size_t i = 0; i * 4 < element->len && i < PL_NAT_WORDS; i++) {
        const uint8_t *word = element->key + i * 4;
        const uint8_t *last = element->last_key + i * 4;

        if (parts[i] == PL_NAT_PROTO)
            key.proto = word[0];
        if (parts[i] == PL_NAT_FAMILY) {
            key.family = family_of(word[0]);
            if (key.family == PL_FAMILY_UNSPEC)
                return false;
        }
        if (parts[i] == PL_NAT_PORT) {
            key.ports = true;
            key.first = (uint16_t)(word[0] << 8 | word[1]);
            key.last = (uint16_t)(last[0] << 8 | last[1]);
        }
        if (parts[i] >= PL_NAT_ADDR4) {
            size_t at = parts[i] == PL_NAT_ADDR4 ? 0 : (size_t)(parts[i] - PL_NAT_ADDR6);

            if (at * 4 != len || at > 3)
                continue;
            key.family = parts[i] == PL_NAT_ADDR4 ? PL_FAMILY_INET : PL_FAMILY_INET6;
            memcpy(key.addr + len, word, 4);
            memcpy(last_addr + len, last, 4);
            len += 4;
        }
    }
    if (!pl_nat_network(key.addr, last_addr, len, &bits))
        return false;
    key.bits = (uint8_t)bits;
    return meet(match, &key);
}

/* Whether all packets that match a match b, but for the port. */
static bool is_within(const struct pl_nat_match *a, const struct pl_nat_match *b)
{
    return (b->proto == 0 || a->proto == b->proto) &&
           (b->family == PL_FAMILY_UNSPEC || a->family == b->family) && b->bits <= a->bits &&
           pl_nat_is_in(a->addr, b->addr, b->bits) && (!b->outside || a->outside);
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
    const struct pl_nat_rule after = {.kind = (uint8_t)kind, .chain = chain + 1};
    size_t end = pl_lower_bound(&after, items, snap->nat.count, sizeof(*items), compare_chain);

    *count = end - low;
    return end > low ? items + low : NULL;
}

/*
 * Sets with ranges have an element at the beginning of each, and one after its end, unless the next range
 * begins there or none can. Sets the last keys of a set whose elements are sorted.
 */
static void set_last_keys(struct pl_nat_rule *elements, size_t count)
{
    bool ranges = false;
    const struct pl_nat_rule *next = NULL; /* with a higher key */

    for (size_t i = 0; i < count; i++)
        ranges |= elements[i].end;
    for (size_t i = count; ranges && i > 0; i--) {
        struct pl_nat_rule *element = &elements[i - 1];

        if (element->len == 0) /* what the set has for other keys */
            continue;
        if (i < count && elements[i].len > 0 &&
            memcmp(element->key, elements[i].key, PL_NAT_BYTES) != 0)
            next = &elements[i];
        memset(element->last_key, UINT8_MAX, element->len);
        if (!next)
            continue;
        memcpy(element->last_key, next->key, element->len);
        for (size_t at = element->len; at > 0 && element->last_key[at - 1]-- == 0; at--)
            continue;
    }
}

static void find_ranges(struct pl_snapshot *snap)
{
    struct pl_nat_rule *items = snap->nat.items;

    for (size_t i = 0, end; i < snap->nat.count; i = end) {
        for (end = i + 1; end < snap->nat.count && items[end].kind == items[i].kind &&
                          items[end].chain == items[i].chain;)
            end++;
        if (items[i].kind == PL_NAT_ELEMENT)
            set_last_keys(&items[i], end - i);
    }
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

/* Whether a listener here can have an address that matches. If no address is known, any may. */
static bool is_here(const struct pl_snapshot *snap, const struct pl_nat_match *match)
{
    const struct pl_addr *addrs = snap->addrs.items;
    bool known = false;

    if (match->bits == 0 || (match->family == PL_FAMILY_INET && match->addr[0] == 127))
        return true;
    for (size_t i = 0; i < snap->addrs.count; i++) {
        if (addrs[i].netns != 0 || addrs[i].family != match->family)
            continue;
        if (pl_nat_is_in(addrs[i].bytes, match->addr, match->bits))
            return true;
        known = true;
    }
    return !known;
}

static uint64_t hash_bytes(uint64_t hash, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static size_t hash_of(const struct pl_route *route)
{
    const uint64_t ports = route->match.first | (uint64_t)route->match.last << 16 |
                           (uint64_t)route->target.port << 32 |
                           (uint64_t)route->target.last_port << 48;
    uint64_t hash = hash_bytes(ports * UINT64_C(0x9e3779b97f4a7c15), route->match.addr, 16);

    hash = hash_bytes(hash, route->target.addr, sizeof(route->target.addr));
    return (size_t)(hash ^ hash >> 32);
}

static bool is_same_match(const struct pl_nat_match *a, const struct pl_nat_match *b)
{
    return memcmp(a->addr, b->addr, sizeof(a->addr)) == 0 && a->family == b->family &&
           a->bits == b->bits && a->proto == b->proto && a->outside == b->outside &&
           a->first == b->first && a->last == b->last;
}

static bool is_same_target(const struct pl_target *a, const struct pl_target *b)
{
    return memcmp(a->addr, b->addr, sizeof(a->addr)) == 0 &&
           memcmp(a->last_addr, b->last_addr, sizeof(a->last_addr)) == 0 &&
           a->family == b->family && a->port == b->port && a->last_port == b->last_port;
}

/* Adds a route unless there is an equal one: many ways may lead to a rule. */
static int add_new(struct walk *walk, const struct pl_route *route)
{
    const struct pl_route *routes = walk->snap->routes.items;
    size_t slot = hash_of(route) & walk->mask;
    int err;

    for (; walk->slots[slot] != 0; slot = (slot + 1) & walk->mask) {
        const struct pl_route *other = &routes[walk->slots[slot] - 1];

        if (is_same_match(&route->match, &other->match) &&
            is_same_target(&route->target, &other->target) && route->iptables == other->iptables &&
            route->here == other->here && route->sent == other->sent)
            return 0;
    }
    if (walk->snap->routes.count >= ROUTES_MAX) {
        walk->cut = true;
        return 0;
    }
    err = pl_routes_add(walk->snap, route);
    if (err == 0)
        walk->slots[slot] = (uint32_t)walk->snap->routes.count;
    return err;
}

static int add_route(struct walk *walk, const struct pl_nat_match *match,
                     const struct pl_nat_rule *rule, const struct pl_nat_rule *element)
{
    struct pl_route route = {.match = *match,
                             .target = target_of(rule, element),
                             .order = (uint32_t)walk->snap->routes.count,
                             .iptables = rule->iptables,
                             .here = rule->action == PL_NAT_REDIRECT,
                             .sent = walk->sent};

    if (!match->ports)
        return 0;
    if (route.match.family == PL_FAMILY_UNSPEC)
        route.match.family = route.target.family;
    if (route.target.family != PL_FAMILY_UNSPEC && route.target.family != route.match.family)
        return 0;
    return is_here(walk->snap, &route.match) ? add_new(walk, &route) : 0;
}

static int walk_chain(struct walk *walk, uint64_t chain, const struct pl_nat_match *match,
                      unsigned int depth);

static int end(struct walk *walk, struct pl_list *list, const struct pl_nat_match *match)
{
    const bool taken = list == &walk->taken[walk->sent];
    struct pl_nat_match *added;

    if (list->count >= (taken ? TAKEN_MAX : ENDS_MAX)) {
        walk->cut |= !taken;
        return 0;
    }
    added = pl_list_add(list, sizeof(*added));
    if (added)
        *added = *match;
    return added ? 0 : -ENOMEM;
}

/*
 * Returns the next condition of verdicts before that all packets of a match fulfil, but for their port, and
 * whose ports are among theirs. *at is 0 at first.
 */
static const struct pl_nat_match *next_end(const struct walk *walk,
                                           const struct pl_nat_match *match, size_t *at)
{
    const struct pl_list *lists[] = {&walk->ended, &walk->left, &walk->taken[walk->sent]};

    for (;;) {
        const struct pl_nat_match *one;
        size_t i = *at;
        size_t list = 0;

        while (list < COUNT_OF(lists) && i >= lists[list]->count)
            i -= lists[list++]->count;
        if (list == COUNT_OF(lists))
            return NULL;
        one = (const struct pl_nat_match *)lists[list]->items + i;
        (*at)++;

        if (is_within(match, one) && (!one->ports || (match->ports && one->first <= match->last &&
                                                      one->last >= match->first)))
            return one;
    }
}

static int act(struct walk *walk, const struct pl_nat_rule *rule, const struct pl_nat_rule *element,
               const struct pl_nat_match *match, unsigned int depth)
{
    /* The verdict, or what the map has instead. */
    const struct pl_nat_rule *verdict = rule->action == PL_NAT_VERDICT ? element : rule;
    struct pl_list *taken = &walk->taken[walk->sent];
    const size_t ended = walk->ended.count;
    const size_t before = taken->count;
    const bool exact = walk->exact;
    int err = 0;

    if (verdict && verdict->action == PL_NAT_JUMP)
        err = walk_chain(walk, verdict->to, match, depth + 1);
    else if (verdict && (verdict->action == PL_NAT_DNAT || verdict->action == PL_NAT_REDIRECT))
        err = add_route(walk, match, rule, element);
    walk->exact = exact;
    /* Others do not pass through the chain. */
    if (!exact) {
        walk->ended.count = ended;
        taken->count = before;
    }
    if (err == 0 && verdict && exact) {
        if (verdict->action == PL_NAT_END)
            err = end(walk, &walk->ended, match);
        else if (verdict->action == PL_NAT_RETURN ||
                 (verdict->action == PL_NAT_JUMP && verdict->leaves))
            err = end(walk, &walk->left, match);
        else if (verdict->action == PL_NAT_DNAT || verdict->action == PL_NAT_REDIRECT)
            err = end(walk, taken, match);
    }
    return err;
}

/* Acts for the packets that pass the rule: without those for which the walk ended before. */
static int follow(struct walk *walk, const struct pl_nat_rule *rule,
                  const struct pl_nat_rule *element, const struct pl_nat_match *match,
                  unsigned int depth)
{
    struct pl_nat_match rest = *match;
    const struct pl_nat_match *one;
    size_t at = 0;
    int err = 0;

    walk->steps += (walk->ended.count + walk->left.count + walk->taken[walk->sent].count) / 16;
    while (err == 0 && (one = next_end(walk, &rest, &at)) != NULL) {
        struct pl_nat_match before = rest;

        if (!one->ports || one->last >= rest.last) {
            if (!one->ports || one->first <= rest.first)
                return 0;
            rest.last = one->first - 1;
            continue;
        }
        before.last = one->first - 1;
        rest.first = one->last + 1;
        if (one->first > before.first && walk->steps++ < STEPS_MAX)
            err = follow(walk, rule, element, &before, depth);
    }
    return err ? err : act(walk, rule, element, &rest, depth);
}

/* Whether the meanings of all words of the key are known. */
static bool knows_key(const uint8_t parts[PL_NAT_WORDS], const struct pl_nat_rule *element)
{
    bool known = element->len <= PL_NAT_BYTES;

    for (size_t i = 0; known && i * 4 < element->len; i++)
        known = parts[i] != PL_NAT_OTHER;
    return known;
}

/*
 * Whether only packets that match the key of an element take it. The last element may be for all keys but
 * those before, whose packets then seem to take it, too, unless their walk ends.
 */
static bool is_exact(const struct pl_nat_rule *rule, const struct pl_nat_rule *elements, size_t at)
{
    bool exact = rule->exact && knows_key(rule->parts, &elements[at]);

    for (size_t i = 0; elements[at].len == 0 && rule->action == PL_NAT_VERDICT && i < at; i++)
        exact &= elements[i].end || elements[i].action == PL_NAT_END;
    return exact;
}

/* A rule has no effect on packets of another family than that of its target. */
static void narrow(struct pl_nat_match *match, const struct pl_nat_rule *rule)
{
    if (match->family == PL_FAMILY_UNSPEC && rule->action == PL_NAT_DNAT)
        match->family = rule->target.family;
}

static int walk_chain(struct walk *walk, uint64_t chain, const struct pl_nat_match *match,
                      unsigned int depth)
{
    size_t count = 0;
    const struct pl_nat_rule *rules =
        depth < DEPTH_MAX ? find(walk->snap, PL_NAT_RULE, chain, &count) : NULL;
    const size_t left = walk->left.count;
    int err = 0;

    walk->cut |= depth >= DEPTH_MAX;
    for (size_t i = 0; i < count && err == 0 && walk->steps++ < STEPS_MAX; i++) {
        struct pl_nat_match met = *match;
        const struct pl_nat_rule *elements;
        size_t elements_count;

        if (!meet(&met, &rules[i].match))
            continue;
        narrow(&met, &rules[i]);
        walk->exact = rules[i].exact;
        if (rules[i].set == 0) {
            err = follow(walk, &rules[i], NULL, &met, depth);
            continue;
        }
        elements = find(walk->snap, PL_NAT_ELEMENT, rules[i].set, &elements_count);
        for (size_t n = 0; n < elements_count && err == 0 && walk->steps++ < STEPS_MAX; n++) {
            struct pl_nat_match one = met;

            walk->exact = is_exact(&rules[i], elements, n);
            if (!elements[n].end && meet_key(&one, rules[i].parts, &elements[n]))
                err = follow(walk, &rules[i], &elements[n], &one, depth);
        }
    }
    walk->left.count = left;
    return err;
}

int pl_routes_find(struct pl_snapshot *snap)
{
    size_t count = snap->nat.count;
    struct walk walk = {.snap = snap};
    int err = count > 0 ? pl_slots_new(ROUTES_MAX, &walk.slots, &walk.mask) : 0;

    pl_snapshot_sort(snap, PL_LIST_NAT);
    find_ranges(snap);
    for (size_t i = 0; i < count && err == 0; i++) {
        const struct pl_nat_rule *rules = snap->nat.items;

        if (rules[i].kind != PL_NAT_BASE)
            break; /* they come first */
        walk.sent = rules[i].sent;
        walk.ended.count = 0;
        err = walk_chain(&walk, rules[i].chain, &rules[i].match, 0);
    }
    free(walk.slots);
    free(walk.ended.items);
    free(walk.left.items);
    free(walk.taken[0].items);
    free(walk.taken[1].items);
    snap->rules_cut |= walk.cut || walk.steps > STEPS_MAX;
    pl_snapshot_sort(snap, PL_LIST_ROUTES);
    for (size_t i = 0; i < snap->routes.count; i++) {
        const struct pl_nat_match *match = &((const struct pl_route *)snap->routes.items)[i].match;

        if (match->last - match->first > snap->widest_route)
            snap->widest_route = (uint16_t)(match->last - match->first);
    }
    return err;
}
