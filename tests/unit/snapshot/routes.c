/* SPDX-License-Identifier: BSD-2-Clause */
/* Jumps, sets and maps between rules, and the listeners whose connections they take. */
#include "routes_made.h"

#include "snapshot/routes.h"

static void put_jump(struct pl_snapshot *snap, uint64_t chain, uint64_t to, uint16_t port)
{
    struct pl_nat_rule rule = plain;

    rule.chain = chain;
    rule.action = PL_NAT_JUMP;
    rule.to = to;
    rule.match =
        (struct pl_nat_match){.ports = port != 0, .first = port, .last = port != 0 ? port : 0};
    put(snap, &rule);
}

static void jumps(void **state)
{
    struct pl_snapshot *snap = published_new();
    struct pl_nat_rule udp = dnat(CHAIN(1), 8080, 8080, 9, 80);

    (void)state;
    udp.match.proto = 17;
    put_base(snap, CHAIN(0), false);
    put_jump(snap, CHAIN(0), CHAIN(1), 0);
    put_jump(snap, CHAIN(0), CHAIN(2), 8082);
    put_jump(snap, CHAIN(1), CHAIN(0), 0); /* around */
    put_dnat(snap, CHAIN(1), 8080, 2);
    put(snap, &udp);
    put_dnat(snap, CHAIN(2), 0, 4);    /* the jump selected the port */
    put_dnat(snap, CHAIN(2), 8083, 5); /* never */
    put_dnat(snap, CHAIN(9), 8084, 6); /* no jump leads there */
    put_dnat(snap, CHAIN(0), 0, 7);    /* all ports */
    published_listener(snap, 0, "0.0.0.0", 8080, 1, "a");
    published_listener(snap, 0, "0.0.0.0", 8082, 2, "b");
    published_listener(snap, 0, "0.0.0.0", 8083, 3, "c");
    published_listener(snap, 0, "0.0.0.0", 8084, 4, "d");
    published_settle(snap);
    published_check(snap, 0, "10.0.0.2:80", "nftables", 0, "");
    published_check(snap, 1, "10.0.0.4:80", "nftables", 0, "");
    published_check(snap, 2, NULL, NULL, 0, "");
    published_check(snap, 3, NULL, NULL, 0, "");
    pl_snapshot_free(snap);
}

/* Each chain jumps twice to the next one: 2^15 ways, each with a rule that publishes. */
static void many_ways(void **state)
{
    struct pl_snapshot *snap = published_new();

    (void)state;
    put_base(snap, CHAIN(0), false);
    for (uint64_t i = 0; i < 40; i++) {
        for (unsigned int n = 0; n < 40; n++)
            put_jump(snap, CHAIN(i), CHAIN(i + 1), 0);
        put_dnat(snap, CHAIN(i), 8080, 2);
    }
    published_listener(snap, 0, "0.0.0.0", 8080, 1, "a");
    assert_int_equal(pl_routes_find(snap), 0);
    assert_int_equal(snap->routes.count, 1); /* equal ones are one */
    assert_true(snap->rules_cut);
    pl_snapshot_free(snap);
}

/* What is listed ends at a limit, and that is known. */
static void limits(void **state)
{
    static const struct {
        unsigned int rules, listed;
        bool cut;
    } cases[] = {{1024, 1024, false}, {1025, 1024, true}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = published_new();
        size_t count;

        put_base(snap, CHAIN(0), false);
        for (unsigned int n = 0; n < cases[i].rules; n++) {
            const struct pl_nat_rule rule = dnat(CHAIN(0), 8080, 8080, 2, (uint16_t)(1000 + n));

            put(snap, &rule);
            put(snap, &rule);
        }
        published_listener(snap, 0, "0.0.0.0", 8080, 1, "a");
        published_settle(snap);
        assert_int_equal(snap->routes.count, cases[i].rules);
        (void)pl_snapshot_published(snap, snap->socks.items, &count);
        assert_int_equal(count, cases[i].listed);
        assert_int_equal(snap->rules_cut, cases[i].cut);
        pl_snapshot_free(snap);
    }
}

/* Packets pass through chains with lower priorities first. */
static void priorities(void **state)
{
    struct pl_snapshot *snap = published_new();
    const struct pl_published *found;
    size_t count;

    (void)state;
    for (unsigned int i = 0; i < 3; i++) {
        put(snap, &(struct pl_nat_rule){.kind = PL_NAT_BASE,
                                        .chain = CHAIN(i),
                                        .priority = i == 1 ? -200 : (int32_t)i});
        put_dnat(snap, CHAIN(i), 8080, (uint8_t)(2 + i));
    }
    published_listener(snap, 0, "0.0.0.0", 8080, 1, "a");
    published_settle(snap);
    found = pl_snapshot_published(snap, snap->socks.items, &count);
    assert_int_equal(count, 3);
    published_text(found[0].all, "10.0.0.3:80,10.0.0.2:80,10.0.0.4:80");
    pl_snapshot_free(snap);
}

/* A rule for an address counts only if this machine has it, as far as its addresses are known. */
static void elsewhere(void **state)
{
    static const struct {
        const char *addr; /* of this machine; NULL: none is known */
        uint8_t bits;
        bool taken;
    } cases[] = {{NULL, 32, true},       {"10.1.2.3", 32, true},  {"10.1.2.4", 32, false},
                 {"10.1.2.4", 24, true}, {"10.9.2.4", 24, false}, {"fd00::1", 32, true},
                 {"10.9.2.4", 0, true}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = published_new();
        struct pl_nat_rule rule = dnat(CHAIN(0), 8080, 8080, 2, 80);

        rule.match.family = PL_FAMILY_INET;
        rule.match.bits = cases[i].bits;
        if (cases[i].bits)
            memcpy(rule.match.addr, (const uint8_t[]){10, 1, 2, 3}, 4);
        put_base(snap, CHAIN(0), false);
        put(snap, &rule);
        if (cases[i].addr)
            published_addr(snap, 0, cases[i].addr);
        published_addr(snap, 7, "10.1.2.3"); /* of another machine */
        published_listener(snap, 0, "0.0.0.0", 8080, 1, "a");
        published_settle(snap);
        published_check(snap, 0, cases[i].taken ? "10.0.0.2:80" : NULL, "nftables", 0, "");
        pl_snapshot_free(snap);
    }
}

/* A proxy and a rule with the same target: it is listed once. */
static void twice(void **state)
{
    struct pl_snapshot *snap = published_new();
    const struct pl_published *found;
    size_t count;

    (void)state;
    put_base(snap, CHAIN(0), false);
    put_dnat(snap, CHAIN(0), 8080, 2);
    published_listener(snap, 0, "0.0.0.0", 8080, 1,
                       "docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 -container-ip "
                       "10.0.0.2 -container-port 80");
    published_settle(snap);
    found = pl_snapshot_published(snap, snap->socks.items, &count);
    assert_int_equal(count, 2);
    published_text(found[0].all, "10.0.0.2:80");
    pl_snapshot_free(snap);
}

/* A rule of a table for both families, without an address. */
static void both_families(void **state)
{
    static const char *const local[] = {"0.0.0.0", "::", "10.0.0.7", "fd00::7"};

    (void)state;
    for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
        struct pl_snapshot *snap = published_new();
        struct pl_nat_rule rule = dnat(CHAIN(0), 8080, 8080, 0, 8081);

        rule.action = PL_NAT_REDIRECT;
        rule.target = (struct pl_target){.port = 8081, .last_port = 8081};
        put_base(snap, CHAIN(0), false);
        put(snap, &rule);
        published_listener(snap, 0, local[i], 8080, 1, "a");
        published_settle(snap);
        published_check(snap, 0, ":8081", "nftables", 0, "nothing listens at :8081");
        pl_snapshot_free(snap);
    }
}

/* An element whose key is a port or a range of them. */
static struct pl_nat_rule element_of(uint64_t set, uint16_t first, uint16_t last)
{
    return (struct pl_nat_rule){.kind = PL_NAT_ELEMENT,
                                .chain = set,
                                .len = 2,
                                .key = {(uint8_t)(first >> 8), (uint8_t)first},
                                .last_key = {(uint8_t)(last >> 8), (uint8_t)last}};
}

/* Sets with ranges, in the order of the kernel: "8080-8081, 8082-8083, 8085-65535". */
static void ranges(void **state)
{
    static const struct {
        uint16_t key;
        bool end;
    } keys[] = {{8085, false}, {8084, true}, {8082, false}, {8082, true}, {8080, false}, {0, true}};
    struct pl_snapshot *snap = published_new();
    struct pl_nat_rule rule = dnat(CHAIN(0), 0, 0, 4, 84);

    (void)state;
    put_base(snap, CHAIN(0), false);
    rule.set = SET(0);
    rule.parts[0] = PL_NAT_PORT;
    put(snap, &rule);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct pl_nat_rule element = element_of(SET(0), keys[i].key, keys[i].key);

        element.end = keys[i].end;
        put(snap, &element);
    }
    for (uint16_t i = 0; i < 8; i++)
        published_listener(snap, 0, "0.0.0.0", 8079U + i, 1U + i, "a");
    published_settle(snap);
    for (unsigned int i = 0; i < 8; i++) {
        bool in = i != 0 && i != 5;

        published_check(snap, i, in ? "10.0.0.4:84" : NULL, in ? "nftables" : NULL, 0, "");
    }
    pl_snapshot_free(snap);
}

/* tcp dport map, and a set of ports. */
static void sets(void **state)
{
    struct pl_snapshot *snap = published_new();
    struct pl_nat_rule rule = dnat(CHAIN(0), 0, 0, 0, 0);
    struct pl_nat_rule element = element_of(SET(0), 8080, 8080);

    (void)state;
    put_base(snap, CHAIN(0), false);
    rule.set = SET(0);
    rule.parts[0] = PL_NAT_PORT;
    rule.addr_word = 0;
    rule.port_word = 1;
    put(snap, &rule);
    memcpy(element.value, (const uint8_t[]){10, 0, 0, 2, 0, 81}, 6);
    put(snap, &element);
    rule = dnat(CHAIN(0), 0, 0, 4, 84);
    rule.set = SET(2);
    rule.parts[0] = PL_NAT_PORT;
    put(snap, &rule);
    element = element_of(SET(2), 8083, 8084);
    put(snap, &element);
    for (uint16_t i = 0; i < 6; i++)
        published_listener(snap, 0, "0.0.0.0", 8080U + i, 1U + i, "a");
    published_settle(snap);
    published_check(snap, 0, "10.0.0.2:81", "nftables", 0, "");
    published_check(snap, 1, NULL, NULL, 0, "");
    published_check(snap, 3, "10.0.0.4:84", "nftables", 0, "");
    published_check(snap, 4, "10.0.0.4:84", "nftables", 0, "");
    published_check(snap, 5, NULL, NULL, 0, "");
    pl_snapshot_free(snap);
}

/* meta l4proto . th dport vmap; the second element accepts. */
static void verdicts(void **state)
{
    struct pl_snapshot *snap = published_new();
    struct pl_nat_rule rule = plain;
    struct pl_nat_rule element = {
        .kind = PL_NAT_ELEMENT, .chain = SET(1), .len = 6, .action = PL_NAT_JUMP, .to = CHAIN(1)};

    (void)state;
    put_base(snap, CHAIN(0), false);
    rule.chain = CHAIN(0);
    rule.action = PL_NAT_VERDICT;
    rule.set = SET(1);
    rule.parts[0] = PL_NAT_PROTO;
    rule.parts[1] = PL_NAT_PORT;
    put(snap, &rule);
    memcpy(element.key, (const uint8_t[]){6, 0, 0, 0, 0x1f, 0x90}, 6); /* tcp . 8080 */
    memcpy(element.last_key, element.key, 6);
    put(snap, &element);
    element.action = PL_NAT_END;
    element.to = 0;
    element.key[5] = element.last_key[5] = 0x91;
    put(snap, &element);
    element.action = PL_NAT_JUMP;
    element.to = CHAIN(1);
    element.key[0] = element.last_key[0] = 17;
    element.key[5] = element.last_key[5] = 0x92;
    put(snap, &element);
    put_dnat(snap, CHAIN(1), 0, 3);
    for (uint16_t i = 0; i < 3; i++)
        published_listener(snap, 0, "0.0.0.0", 8080U + i, 1U + i, "a");
    published_settle(snap);
    published_check(snap, 0, "10.0.0.3:80", "nftables", 0, "");
    published_check(snap, 1, NULL, NULL, 0, "");
    published_check(snap, 2, NULL, NULL, 0, "");
    pl_snapshot_free(snap);
}

/* A map by a number at random. */
static void several(void **state)
{
    struct pl_snapshot *snap = published_new();
    struct pl_nat_rule rule = dnat(CHAIN(0), 8080, 8080, 0, 0);
    const struct pl_published *found;
    size_t count;

    (void)state;
    put_base(snap, CHAIN(0), false);
    rule.set = SET(3);
    rule.addr_word = 0;
    put(snap, &rule);
    for (uint8_t i = 0; i < 2; i++) {
        struct pl_nat_rule element = element_of(SET(3), i, i);

        memcpy(element.value, (const uint8_t[]){10, 0, 1, i}, 4);
        put(snap, &element);
    }
    published_listener(snap, 0, "0.0.0.0", 8080, 1, "a");
    published_settle(snap);
    found = pl_snapshot_published(snap, snap->socks.items, &count);
    assert_int_equal(count, 2);
    published_text(found->all, "10.0.1.0:8080,10.0.1.1:8080");
    pl_snapshot_free(snap);
}

/* The addresses of listeners and rules. addr NULL: the rule has none. */
static void addresses(void **state)
{
    static const struct {
        const char *local;
        uint8_t bits;
        bool sent, outside, taken;
    } cases[] = {
        {"0.0.0.0", 0, false, false, true},    {"10.1.2.3", 0, false, false, true},
        {"127.0.0.1", 0, false, false, false}, {"127.0.0.1", 0, true, false, true},
        {"127.0.0.1", 0, true, true, false},   {"10.1.2.3", 32, false, false, true},
        {"10.1.2.4", 32, false, false, false}, {"10.1.9.9", 16, false, false, true},
        {"10.2.2.3", 16, false, false, false}, {"0.0.0.0", 32, false, false, true},
        {"::", 0, false, false, true},         {"::1", 0, true, false, false},
        {"fd00::1", 0, false, false, false},   {"::ffff:10.1.2.3", 32, false, false, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = published_new();
        struct pl_nat_rule rule = dnat(CHAIN(0), 8080, 8080, 2, 80);

        rule.match.family = PL_FAMILY_INET;
        rule.match.bits = cases[i].bits;
        rule.match.outside = cases[i].outside;
        if (cases[i].bits)
            memcpy(rule.match.addr, (const uint8_t[]){10, 1, 2, 3}, 4);
        rule.iptables = true;
        put_base(snap, CHAIN(0), cases[i].sent);
        put(snap, &rule);
        published_listener(snap, 0, cases[i].local, 8080, 1, "a");
        published_listener(snap, 7, "0.0.0.0", 8080, 2, "b"); /* has other rules */
        published_settle(snap);
        published_check(snap, 0, cases[i].taken ? "10.0.0.2:80" : NULL, "iptables", 0, "");
        published_check(snap, 1, NULL, NULL, 0, "");
        pl_snapshot_free(snap);
    }
}

/* The port is kept, another one of this machine, a range. */
static void targets(void **state)
{
    struct pl_snapshot *snap = published_new();
    struct pl_nat_rule rule = dnat(CHAIN(0), 8080, 8081, 2, 0);

    (void)state;
    put_base(snap, CHAIN(0), true);
    put(snap, &rule);
    rule = dnat(CHAIN(0), 8082, 8082, 0, 8080);
    rule.action = PL_NAT_REDIRECT;
    rule.target.family = PL_FAMILY_UNSPEC;
    rule.match.family = PL_FAMILY_INET;
    put(snap, &rule);
    rule = dnat(CHAIN(0), 8083, 8083, 2, 90);
    rule.target.last_port = 99;
    rule.target.last_addr[3] = 5;
    put(snap, &rule);
    for (uint16_t i = 0; i < 4; i++)
        published_listener(snap, 0, "0.0.0.0", 8080U + i, 1U + i, "a");
    published_settle(snap);
    published_check(snap, 0, "10.0.0.2:8080", "nftables", 0, "");
    published_check(snap, 1, "10.0.0.2:8081", "nftables", 0, "");
    published_check(snap, 2, ":8080", "nftables", 1, "");
    published_check(snap, 3, "10.0.0.2-10.0.0.5:90-99", "nftables", 0, "");
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(jumps), TEST(many_ways), TEST(limits), TEST(priorities), TEST(elsewhere),
          TEST(twice), TEST(both_families), TEST(sets), TEST(ranges), TEST(verdicts), TEST(several),
          TEST(addresses), TEST(targets))
