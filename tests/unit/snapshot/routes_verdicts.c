/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules that are not reached, because a verdict comes before. */
#include "routes_made.h"

static void put_exact(struct pl_snapshot *snap, uint64_t chain, enum pl_nat_action action,
                      struct pl_nat_match match)
{
    struct pl_nat_rule rule = plain;

    rule.chain = chain;
    rule.action = (uint8_t)action;
    rule.match = match;
    rule.exact = true;
    put(snap, &rule);
}

static struct pl_nat_match on_ports(uint16_t first, uint16_t last)
{
    return (struct pl_nat_match){.ports = true, .first = first, .last = last};
}

/* Checks which ports from 8000 on are published. */
static void check_ports_cut(struct pl_snapshot *snap, const char *want, bool cut)
{
    const size_t count = strlen(want);

    for (size_t i = 0; i < count; i++)
        published_listener(snap, 0, "0.0.0.0", (uint32_t)(8000 + i), (uint32_t)(1 + i), "a");
    published_settle(snap);
    for (size_t i = 0; i < count; i++) {
        size_t found;

        (void)pl_snapshot_published(snap, (const struct pl_sock *)snap->socks.items + i, &found);
        if (found != (want[i] == 'x' ? 1 : 0))
            fail_msg("port %zu has %zu targets", 8000 + i, found);
    }
    assert_int_equal(snap->rules_cut, cut);
    pl_snapshot_free(snap);
}

static void check_ports(struct pl_snapshot *snap, const char *want)
{
    check_ports_cut(snap, want, false);
}

/* A verdict before the rule, for packets that may be fewer than those of the rule, or others. */
static void verdicts_before(void **state)
{
    static const struct {
        struct pl_nat_match before;
        const char *ports; /* of 8000 to 8004, which the rule has */
    } cases[] = {
        {{.proto = 0}, "....."},
        {{.ports = true, .first = 8000, .last = 8004}, "....."},
        {{.ports = true, .first = 8000, .last = 8000}, ".xxxx"},
        {{.ports = true, .first = 8002, .last = 8003}, "xx..x"},
        {{.ports = true, .first = 8003, .last = 9000}, "xxx.."},
        {{.ports = true, .first = 80, .last = 90}, "xxxxx"},
        {{.ports = true, .first = 80, .last = 8000}, ".xxxx"},
        {{.proto = 6}, "....."},
        {{.proto = 17}, "xxxxx"},
        {{.family = PL_FAMILY_INET}, "....."},
        {{.family = PL_FAMILY_INET6}, "xxxxx"},
        {{.outside = true}, "xxxxx"},
        {{.family = PL_FAMILY_INET, .bits = 8, .addr = {10, 0}}, "xxxxx"}, /* of some addresses */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (unsigned int returns = 0; returns < 2; returns++) {
            struct pl_snapshot *snap = published_new();
            struct pl_nat_rule rule = dnat(CHAIN(0), 8000, 8004, 2, 80);

            rule.match.family = PL_FAMILY_INET;
            put_base(snap, CHAIN(0), false);
            put_exact(snap, CHAIN(0), returns ? PL_NAT_RETURN : PL_NAT_END, cases[i].before);
            put(snap, &rule);
            put_exact(snap, CHAIN(0), PL_NAT_END, (struct pl_nat_match){0}); /* too late */
            check_ports(snap, cases[i].ports);
        }
    }
}

/* Several verdicts leave holes. */
static void holes(void **state)
{
    struct pl_snapshot *snap = published_new();
    const struct pl_nat_rule rule = dnat(CHAIN(0), 8000, 8008, 2, 80);

    (void)state;
    put_base(snap, CHAIN(0), false);
    put_exact(snap, CHAIN(0), PL_NAT_END, on_ports(8006, 8006));
    put_exact(snap, CHAIN(0), PL_NAT_RETURN, on_ports(8001, 8002));
    put_exact(snap, CHAIN(0), PL_NAT_END, on_ports(8002, 8003));
    put(snap, &rule);
    check_ports(snap, "x...xx.xx.");
}

/* A return ends one chain, an accept all up to the base chain; a goto leaves the chain that it is in. */
static void scopes(void **state)
{
    static const struct {
        enum pl_nat_action action;
        bool leaves; /* the jump is a goto */
        bool exact;  /* all conditions of the jump are known */
        const char *ports;
    } cases[] = {
        {PL_NAT_RETURN, false, true, "x.xx"}, {PL_NAT_RETURN, true, true, "x..x"},
        {PL_NAT_RETURN, true, false, "x.xx"}, {PL_NAT_END, false, true, "x..x"},
        {PL_NAT_END, false, false, "x.xx"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = published_new();
        struct pl_nat_rule jump = plain;

        jump.chain = CHAIN(0);
        jump.action = PL_NAT_JUMP;
        jump.to = CHAIN(1);
        jump.leaves = cases[i].leaves;
        jump.exact = cases[i].exact;
        put_base(snap, CHAIN(0), false);
        put(snap, &jump);
        put_dnat(snap, CHAIN(0), 8002, 2); /* after the jump */
        put_dnat(snap, CHAIN(1), 8000, 2);
        put_exact(snap, CHAIN(1), cases[i].action, (struct pl_nat_match){0});
        put_dnat(snap, CHAIN(1), 8001, 2); /* never */
        put(snap, &(struct pl_nat_rule){.kind = PL_NAT_BASE, .chain = CHAIN(2), .priority = 1});
        put_dnat(snap, CHAIN(2), 8003, 2); /* another base chain */
        check_ports(snap, cases[i].ports);
    }
}

/* A map of verdicts: what it has for a key counts if the meaning of the whole key is known. */
static void verdict_maps(void **state)
{
    (void)state;
    for (unsigned int known = 0; known < 2; known++) {
        struct pl_snapshot *snap = published_new();
        struct pl_nat_rule rule = plain;
        struct pl_nat_rule element = {.kind = PL_NAT_ELEMENT,
                                      .chain = SET(0),
                                      .action = PL_NAT_END,
                                      .len = 8,
                                      .key = {6, 0, 0, 0, 8001 >> 8, 8001 & 255},
                                      .last_key = {6, 0, 0, 0, 8001 >> 8, 8001 & 255}};

        rule.chain = CHAIN(0);
        rule.action = PL_NAT_VERDICT;
        rule.set = SET(0);
        rule.exact = true;
        rule.parts[0] = known ? PL_NAT_PROTO : PL_NAT_OTHER;
        rule.parts[1] = PL_NAT_PORT;
        put_base(snap, CHAIN(0), false);
        put(snap, &rule);
        put(snap, &element);
        put_dnat(snap, CHAIN(0), 8000, 2);
        put_dnat(snap, CHAIN(0), 8001, 2);
        check_ports(snap, known ? "x." : "xx");
    }
}

/* More verdicts than are kept: the rest is as if it were not there. */
static void many_verdicts(void **state)
{
    struct pl_snapshot *snap = published_new();

    (void)state;
    put_base(snap, CHAIN(0), false);
    for (uint16_t i = 1; i < 1000; i++)
        put_exact(snap, CHAIN(0), PL_NAT_END, on_ports(i, i));
    put_exact(snap, CHAIN(0), PL_NAT_END, on_ports(8000, 8000));
    put_exact(snap, CHAIN(0), PL_NAT_RETURN, on_ports(8001, 8001));
    for (uint16_t i = 0; i < 3; i++)
        put_dnat(snap, CHAIN(0), (uint16_t)(8000 + i), 2);
    check_ports_cut(snap, "x.x", true);
}

/* meta nfproto vmap { FAMILY : accept }, then a rule of a table for both families. */
static void families(void **state)
{
    static const struct {
        uint8_t number; /* NFPROTO_* */
        const char *ports;
    } cases[] = {{2, "."}, {10, "x"}, {1, "x"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = published_new();
        struct pl_nat_rule rule = plain;

        rule.chain = CHAIN(0);
        rule.action = PL_NAT_VERDICT;
        rule.set = SET(0);
        rule.exact = true;
        rule.parts[0] = PL_NAT_FAMILY;
        put_base(snap, CHAIN(0), false);
        put(snap, &rule);
        put(snap, &(struct pl_nat_rule){.kind = PL_NAT_ELEMENT,
                                        .chain = SET(0),
                                        .action = PL_NAT_END,
                                        .len = 1,
                                        .key = {cases[i].number},
                                        .last_key = {cases[i].number}});
        put_dnat(snap, CHAIN(0), 8000, 2);
        check_ports(snap, cases[i].ports);
    }
}

/* The rule is for all families, its target for one: a verdict for that one ends it. */
static void family_of_target(void **state)
{
    (void)state;
    for (unsigned int v6 = 0; v6 < 2; v6++) {
        struct pl_snapshot *snap = published_new();

        put_base(snap, CHAIN(0), false);
        put_exact(snap, CHAIN(0), PL_NAT_END,
                  (struct pl_nat_match){.family = v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET});
        put_dnat(snap, CHAIN(0), 8000, 2);
        check_ports(snap, v6 ? "x" : ".");
    }
}

/* vmap { 8001 : ACTION, * : accept }. The element without a key applies to all other ports. */
static void other_keys(void **state)
{
    static const struct {
        enum pl_nat_action action;
        const char *ports;
    } cases[] = {{PL_NAT_END, "..."}, {PL_NAT_RETURN, "x.x"}, {PL_NAT_PASS, "xxx"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = published_new();
        struct pl_nat_rule rule = plain;
        struct pl_nat_rule rest = {.kind = PL_NAT_ELEMENT, .chain = SET(0), .action = PL_NAT_END};

        memset(rest.key, UINT8_MAX, sizeof(rest.key));
        rule.chain = CHAIN(0);
        rule.action = PL_NAT_VERDICT;
        rule.set = SET(0);
        rule.exact = true;
        rule.parts[0] = PL_NAT_PORT;
        put_base(snap, CHAIN(0), false);
        put(snap, &rule);
        put(snap, &rest);
        put(snap, &(struct pl_nat_rule){.kind = PL_NAT_ELEMENT,
                                        .chain = SET(0),
                                        .action = (uint8_t)cases[i].action,
                                        .len = 2,
                                        .key = {8001 >> 8, 8001 & 255},
                                        .last_key = {8001 >> 8, 8001 & 255}});
        for (uint16_t port = 8000; port < 8003; port++)
            put_dnat(snap, CHAIN(0), port, 2);
        check_ports(snap, cases[i].ports);
    }
}

/* What an exact rule translates, no later chain of the hook does; those of the other hook do. */
static void translated(void **state)
{
    static const struct {
        bool exact, sent;
        enum pl_nat_action action;
        const char *all[3]; /* the targets of ports 8000 to 8002 */
    } cases[] = {
        {true, false, PL_NAT_DNAT, {"10.0.0.2:80", "10.0.0.2:80", "10.0.0.3:80"}},
        {true, false, PL_NAT_REDIRECT, {":80", ":80", "10.0.0.3:80"}},
        {true,
         true,
         PL_NAT_DNAT,
         {"10.0.0.2:80,10.0.0.3:80", "10.0.0.2:80,10.0.0.3:80", "10.0.0.3:80"}},
        {false,
         false,
         PL_NAT_DNAT,
         {"10.0.0.2:80,10.0.0.3:80", "10.0.0.2:80,10.0.0.3:80", "10.0.0.3:80"}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = published_new();
        struct pl_nat_rule first = dnat(CHAIN(0), 8000, 8001, 2, 80);
        const struct pl_nat_rule second = dnat(CHAIN(1), 8000, 8002, 3, 80);

        first.exact = cases[i].exact;
        first.action = (uint8_t)cases[i].action;
        if (cases[i].action == PL_NAT_REDIRECT)
            first.target.family = PL_FAMILY_UNSPEC;
        put_base(snap, CHAIN(0), cases[i].sent);
        put_base(snap, CHAIN(1), false);
        put(snap, &first);
        put(snap, &second);
        for (uint16_t port = 8000; port < 8003; port++)
            published_listener(snap, 0, "0.0.0.0", port, port, "a");
        published_settle(snap);
        for (size_t n = 0; n < COUNT_OF(cases[i].all); n++) {
            size_t count;
            const struct pl_published *found =
                pl_snapshot_published(snap, (const struct pl_sock *)snap->socks.items + n, &count);

            assert_non_null(found);
            published_text(found->all, cases[i].all[n]);
        }
        pl_snapshot_free(snap);
    }
}

TEST_MAIN(TEST(translated), TEST(verdicts_before), TEST(holes), TEST(scopes), TEST(verdict_maps),
          TEST(many_verdicts), TEST(families), TEST(family_of_target), TEST(other_keys))
