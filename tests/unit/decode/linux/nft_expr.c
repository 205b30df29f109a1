/* SPDX-License-Identifier: BSD-2-Clause */
/* The expressions of rules of nftables, each as the kernel reports it. */
#include "nft_made.h"

#define EQ  0
#define NEQ 1
#define LT  2
#define LTE 3
#define GT  4
#define GTE 5

static struct nat_kept kept;
static struct bytes made;

/* Decodes the rule that was made, and starts again. NULL: none is kept. */
static const struct pl_nat_rule *decoded(struct made_rule *rule)
{
    rule_end(rule);
    assert_int_equal(nft_decode(&made, made.len, &kept), 0);
    assert_int_equal(kept.malformed, 0);
    made.len = 0;
    return kept.count == 1 ? &kept.rules[0] : NULL;
}

/* meta l4proto, to register 1 */
static void meta_protocol(struct made_rule *rule)
{
    begin(rule, "meta");
    number(&made, 1, 1);
    number(&made, 2, 16);
    end(rule);
}

static void simple(void **state)
{
    struct made_rule rule = rule_begin(&made, 2);
    const struct pl_nat_rule *got;

    (void)state;
    meta_protocol(&rule);
    compare(&rule, 1, EQ, (const uint8_t[]){6}, 1);
    dport(&rule, EQ, 8080);
    begin(&rule, "counter");
    end(&rule);
    to_10_0_0_2_80(&rule);
    got = decoded(&rule);
    assert_non_null(got);
    assert_int_equal(got->kind, PL_NAT_RULE);
    assert_int_equal(got->action, PL_NAT_DNAT);
    assert_false(got->iptables);
    assert_int_equal(got->match.proto, 6);
    assert_true(got->match.ports);
    assert_int_equal(got->match.first, 8080);
    assert_int_equal(got->match.last, 8080);
    assert_int_equal(got->match.family, PL_FAMILY_INET);
    assert_int_equal(got->target.family, PL_FAMILY_INET);
    assert_memory_equal(got->target.addr, ((const uint8_t[]){10, 0, 0, 2}), 4);
    assert_memory_equal(got->target.last_addr, got->target.addr, 16);
    assert_int_equal(got->target.port, 80);
    assert_int_equal(got->target.last_port, 80);
    assert_int_equal(got->set, 0);
}

/* Both words of a range, and what cannot be expressed. */
static void ports(void **state)
{
    static const struct {
        uint32_t op, op2;
        uint16_t port, port2;
        bool known;
        uint16_t first, last;
    } cases[] = {
        {EQ, EQ, 80, 80, true, 80, 80},      {GTE, LTE, 80, 90, true, 80, 90},
        {GT, LT, 80, 90, true, 81, 89},      {GTE, GTE, 80, 90, true, 90, 65535},
        {LTE, LTE, 80, 90, true, 0, 80},     {NEQ, EQ, 80, 90, false, 0, 0},
        {EQ, NEQ, 80, 90, false, 0, 0},      {LT, EQ, 0, 0, false, 0, 0},
        {GT, EQ, 65535, 65535, false, 0, 0}, {7, 7, 80, 80, true, 0, 65535},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct made_rule rule = rule_begin(&made, 2);
        const struct pl_nat_rule *got;

        dport(&rule, cases[i].op, cases[i].port);
        dport(&rule, cases[i].op2, cases[i].port2);
        to_10_0_0_2_80(&rule);
        got = decoded(&rule);
        assert_int_equal(got != NULL, cases[i].known);
        assert_true(!got ||
                    (got->match.first == cases[i].first && got->match.last == cases[i].last));
    }
}

static void range(void **state)
{
    (void)state;
    for (uint32_t op = 0; op < 2; op++) {
        struct made_rule rule = rule_begin(&made, 2);
        const struct pl_nat_rule *got;

        load(&rule, 2, 2, 2, 1);
        begin(&rule, "range");
        number(&made, 1, 1);
        number(&made, 2, op);
        value(&made, 3, (const uint8_t[]){0, 80}, 2);
        value(&made, 4, (const uint8_t[]){0, 90}, 2);
        end(&rule);
        to_10_0_0_2_80(&rule);
        got = decoded(&rule);
        assert_int_equal(got != NULL, op == 0);
        assert_true(!got || (got->match.first == 80 && got->match.last == 90));
    }
}

/* An address, a network by its first bytes, a network by a mask, and excluded ones. */
static void addresses(void **state)
{
    static const struct {
        uint8_t family;
        uint8_t len;  /* bytes loaded */
        uint8_t mask; /* bits; 0: no mask */
        uint32_t op;
        uint8_t bits;
        bool outside;
    } cases[] = {
        {2, 4, 0, EQ, 32, false},  {2, 2, 0, EQ, 16, false},    {2, 4, 12, EQ, 12, false},
        {2, 4, 0, NEQ, 0, true},   {10, 16, 0, EQ, 128, false}, {10, 16, 64, EQ, 64, false},
        {10, 8, 0, EQ, 64, false}, {1, 4, 0, EQ, 32, false},
    };
    static const uint8_t addr[16] = {0x7f, 0x70, 3, 4};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct made_rule rule = rule_begin(&made, cases[i].family);
        const struct pl_nat_rule *got;
        uint8_t mask[16] = {0};

        for (unsigned int bit = 0; bit < cases[i].mask; bit++)
            mask[bit / 8] |= (uint8_t)(0x80U >> bit % 8);
        load(&rule, 1, cases[i].family == 10 ? 24 : 16, cases[i].len, 1);
        if (cases[i].mask) {
            begin(&rule, "bitwise");
            number(&made, 1, 1);
            number(&made, 2, 1);
            value(&made, 4, mask, cases[i].len);
            end(&rule);
        }
        compare(&rule, 1, cases[i].op, addr, cases[i].len);
        dport(&rule, EQ, 80);
        to_10_0_0_2_80(&rule);
        got = decoded(&rule);
        assert_non_null(got);
        assert_int_equal(got->match.bits, cases[i].bits);
        assert_int_equal(got->match.outside, cases[i].outside);
        if (cases[i].bits > 0)
            assert_memory_equal(got->match.addr, addr, cases[i].bits / 8U);
        if (cases[i].bits > 0)
            assert_int_equal(got->match.family,
                             cases[i].family == 10 ? PL_FAMILY_INET6 : PL_FAMILY_INET);
    }
}

/* A mask that is no network, and one of ports: neither can be expressed. */
static void masks(void **state)
{
    struct made_rule rule;

    (void)state;
    for (unsigned int port = 0; port < 2; port++) {
        rule = rule_begin(&made, 2);
        dport(&rule, EQ, 80);
        load(&rule, port ? 2 : 1, port ? 2 : 16, port ? 2 : 4, 1);
        begin(&rule, "bitwise");
        number(&made, 1, 1);
        number(&made, 2, 1);
        value(&made, 4, (const uint8_t[]){0x0f, 0xff, 0, 0}, port ? 2 : 4);
        end(&rule);
        compare(&rule, 1, EQ, (const uint8_t[]){1, 2, 0, 0}, port ? 2 : 4);
        to_10_0_0_2_80(&rule);
        assert_null(decoded(&rule));
    }
}

/* ip daddr FIRST-LAST: as one expression, or as two comparisons. */
static void address_ranges(void **state)
{
    static const struct {
        uint8_t first[4], last[4];
        uint32_t op, op2; /* 0: the expression of ranges */
        bool known;
        uint8_t bits;
    } cases[] = {
        {{10, 0, 0, 0}, {10, 0, 0, 255}, 0, 0, true, 24},
        {{10, 0, 0, 0}, {10, 0, 0, 254}, 0, 0, false, 0},
        {{10, 0, 0, 0}, {10, 0, 0, 255}, 0, NEQ, false, 0},
        {{10, 0, 0, 0}, {10, 0, 0, 255}, GTE, LTE, true, 24},
        {{10, 0, 0, 1}, {10, 0, 0, 255}, GTE, LTE, false, 0},
        {{10, 0, 0, 0}, {10, 0, 0, 255}, GTE, GTE, false, 0},
        {{10, 0, 0, 0}, {10, 0, 0, 255}, LTE, GTE, false, 0},
        {{10, 0, 0, 0}, {10, 0, 0, 255}, GT, LT, false, 0},
        {{10, 0, 0, 1}, {10, 0, 0, 1}, EQ, EQ, false, 0}, /* two conditions */
        {{10, 0, 0, 1}, {10, 0, 0, 1}, NEQ, NEQ, false, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct made_rule rule = rule_begin(&made, 2);
        const struct pl_nat_rule *got;
        bool two = i > 2;

        dport(&rule, EQ, 80);
        load(&rule, 1, 16, 4, 1);
        if (two) {
            compare(&rule, 1, cases[i].op, cases[i].first, 4);
            compare(&rule, 1, cases[i].op2, cases[i].last, 4);
        } else {
            begin(&rule, "range");
            number(&made, 1, 1);
            number(&made, 2, cases[i].op2);
            value(&made, 3, cases[i].first, 4);
            value(&made, 4, cases[i].last, 4);
            end(&rule);
        }
        to_10_0_0_2_80(&rule);
        got = decoded(&rule);
        assert_int_equal(got != NULL, cases[i].known);
        assert_true(!got || (got->match.bits == cases[i].bits && got->match.addr[0] == 10));
    }
    /* a range that nothing ends */
    for (unsigned int i = 0; i < 2; i++) {
        struct made_rule rule = rule_begin(&made, 2);

        load(&rule, 1, 16, 4, 1);
        compare(&rule, 1, i ? EQ : GTE, cases[0].first, 4);
        to_10_0_0_2_80(&rule);
        assert_int_equal(decoded(&rule) != NULL, i == 1);
    }
}

/* meta nfproto, in a table inet */
static void families(void **state)
{
    (void)state;
    for (uint32_t op = 0; op < 2; op++) {
        for (unsigned int v6 = 0; v6 < 2; v6++) {
            struct made_rule rule = rule_begin(&made, 1);
            const struct pl_nat_rule *got;

            begin(&rule, "meta");
            number(&made, 1, 1);
            number(&made, 2, 15);
            end(&rule);
            compare(&rule, 1, op, (const uint8_t[]){v6 ? 10 : 2}, 1);
            begin(&rule, "redir");
            end(&rule);
            got = decoded(&rule);
            assert_int_equal(got != NULL, op == 0);
            assert_true(!got || got->match.family == (v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET));
        }
    }
}

/* Two sets in a rule: by what, whether the rule is kept, and the part of the set that is. */
static void two_sets(void **state)
{
    enum { SOURCE, PORT, ADDR };
    static const struct {
        uint8_t first, second;
        uint32_t inverted; /* the second one */
        bool known;
        uint8_t part;
    } cases[] = {
        {SOURCE, PORT, 0, true, PL_NAT_PORT},
        {PORT, SOURCE, 0, true, PL_NAT_PORT},
        {PORT, ADDR, 0, false, 0},
        {ADDR, PORT, 0, false, 0},
        {PORT, ADDR, 1, false, 0},
        {PORT, SOURCE, 1, true, PL_NAT_PORT},
        {ADDR, SOURCE, 0, true, PL_NAT_ADDR4},
    };
    static const uint32_t loads[][3] = {{1, 12, 4}, {2, 2, 2}, {1, 16, 4}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct made_rule rule = rule_begin(&made, 2);
        const uint32_t *first = loads[cases[i].first];
        const uint32_t *second = loads[cases[i].second];
        const struct pl_nat_rule *got;

        load(&rule, first[0], first[1], first[2], 1);
        lookup(&rule, "s", 1, -1, 0);
        load(&rule, second[0], second[1], second[2], 1);
        lookup(&rule, "r", 1, -1, cases[i].inverted);
        to_10_0_0_2_80(&rule);
        got = decoded(&rule);
        assert_int_equal(got != NULL, cases[i].known);
        assert_true(!got || got->parts[0] == cases[i].part);
    }
}

/* dnat to tcp dport map @m, and the same where another expression overwrites the port. */
static void maps(void **state)
{
    static const struct {
        const char *name;
        uint16_t dreg; /* number of the attribute */
        uint8_t part;
    } cases[] = {{"counter", 1, PL_NAT_PORT},
                 {"numgen", 1, PL_NAT_OTHER},
                 {"hash", 2, PL_NAT_OTHER},
                 {"never heard", 1, PL_NAT_OTHER}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct made_rule rule = rule_begin(&made, 2);
        const struct pl_nat_rule *got;

        load(&rule, 2, 2, 2, 1);
        begin(&rule, cases[i].name);
        number(&made, cases[i].dreg, 1);
        end(&rule);
        lookup(&rule, "m", 1, 1, 0);
        dnat(&rule, 1, 2, 1, 9); /* the second word of the value */
        got = decoded(&rule);
        assert_non_null(got);
        assert_int_not_equal(got->set, 0);
        assert_int_equal(got->parts[0], cases[i].part);
        assert_int_equal(got->addr_word, 0);
        assert_int_equal(got->port_word, 1);
    }
}

static void verdicts(void **state)
{
    struct made_rule rule = rule_begin(&made, 2);
    const struct pl_nat_rule *got;

    (void)state;
    meta_protocol(&rule);
    load(&rule, 2, 2, 2, 9);
    lookup(&rule, "v", 1, 0, 0);
    got = decoded(&rule);
    assert_non_null(got);
    assert_int_equal(got->action, PL_NAT_VERDICT);
    assert_int_equal(got->parts[0], PL_NAT_PROTO);
    assert_int_equal(got->parts[1], PL_NAT_PORT);
    for (int32_t code = -5; code <= 1; code++) {
        const bool jumps = code == -3 || code == -4;

        rule = rule_begin(&made, 2);
        put_verdict(&rule, code);
        got = decoded(&rule);
        assert_int_equal(got != NULL, code != -1 && code != -2); /* continue, break */
        if (!got)
            continue;
        assert_true(got->exact);
        assert_int_equal(got->action, jumps        ? PL_NAT_JUMP
                                      : code == -5 ? PL_NAT_RETURN
                                                   : PL_NAT_END);
        assert_int_equal(got->to != 0, jumps);
        assert_true(!jumps || got->to != got->chain);
        assert_int_equal(got->leaves, code == -4);
    }
}

/* A verdict counts only if all conditions are known; a target in any case. */
static void exact(void **state)
{
    static const struct {
        uint32_t base, offset, len; /* of what is compared */
        uint8_t value[4];
        const char *also; /* an expression without attributes; NULL: none */
        bool exact;
    } cases[] = {
        {2, 2, 2, {0, 80}, NULL, true},  /* tcp dport 80 */
        {2, 0, 2, {0, 80}, NULL, false}, /* tcp sport 80 */
        {1, 16, 4, {10, 0, 0, 1}, NULL, true},
        {1, 12, 4, {10, 0, 0, 1}, NULL, false}, /* ip saddr */
        {2, 2, 2, {0, 80}, "counter", true},
        {2, 2, 2, {0, 80}, "log", true},
        {2, 2, 2, {0, 80}, "limit", false},
        {2, 2, 2, {0, 80}, "quota", false},
        {2, 2, 2, {0, 80}, "connlimit", false},
        {2, 2, 2, {0, 80}, "unheard of", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (unsigned int target = 0; target < 2; target++) {
            struct made_rule rule = rule_begin(&made, 2);
            const struct pl_nat_rule *got;

            load(&rule, cases[i].base, cases[i].offset, cases[i].len, 1);
            compare(&rule, 1, EQ, cases[i].value, cases[i].len);
            if (cases[i].also) {
                begin(&rule, cases[i].also);
                end(&rule);
            }
            if (target)
                to_10_0_0_2_80(&rule);
            else
                put_verdict(&rule, 1);
            got = decoded(&rule);
            assert_int_equal(got != NULL, target || cases[i].exact);
            assert_true(!got || got->exact == cases[i].exact);
        }
    }
}

/* The keys of one set are known, if something is looked up there that is known. */
static void exact_sets(void **state)
{
    (void)state;
    for (unsigned int kind = 0; kind < 4; kind++) {
        struct made_rule rule = rule_begin(&made, 2);

        load(&rule, 2, kind == 1 ? 0 : 2, 2, 1);
        lookup(&rule, "s", 1, -1, kind == 2);
        if (kind == 3) {
            load(&rule, 2, 0, 2, 1);
            lookup(&rule, "more", 1, -1, 0);
        }
        put_verdict(&rule, -5);
        assert_int_equal(decoded(&rule) != NULL, kind == 0);
    }
}

/* A set of ports restricts the rule; if it is inverted, the ports are not known. */
static void sets(void **state)
{
    (void)state;
    for (uint32_t flags = 0; flags < 2; flags++) {
        struct made_rule rule = rule_begin(&made, 2);
        const struct pl_nat_rule *got;

        load(&rule, 2, 2, 2, 1);
        lookup(&rule, "s", 1, -1, flags);
        to_10_0_0_2_80(&rule);
        got = decoded(&rule);
        assert_int_equal(got != NULL, flags == 0);
        assert_true(!got || (got->set != 0 && got->addr_word == PL_NAT_NONE));
    }
}

static void actions(void **state)
{
    struct made_rule rule = rule_begin(&made, 1);
    const struct pl_nat_rule *got;

    (void)state;
    constant(&rule, 1, (const uint8_t[]){0, 81}, 2);
    begin(&rule, "redir");
    number(&made, 1, 1);
    end(&rule);
    got = decoded(&rule);
    assert_non_null(got);
    assert_int_equal(got->action, PL_NAT_REDIRECT);
    assert_int_equal(got->target.port, 81);
    assert_int_equal(got->target.family, PL_FAMILY_UNSPEC);
    /* snat; dnat of an unknown family; dnat to an unknown address */
    for (uint32_t i = 0; i < 3; i++) {
        rule = rule_begin(&made, 2);
        constant(&rule, 1, (const uint8_t[]){10, 0, 0, 2}, 4);
        dnat(&rule, i > 0, i == 1 ? 7 : 2, i == 2 ? 3 : 1, 0);
        assert_null(decoded(&rule));
    }
}

/* Registers that do not exist. */
static void registers(void **state)
{
    static const uint32_t wrong[] = {5, 6, 7, 24, 28, 255, UINT32_MAX};
    static const uint8_t long_value[64] = {1};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct made_rule rule = rule_begin(&made, 2);

        load(&rule, 2, 2, 2, wrong[i]);
        load(&rule, 1, 16, UINT32_MAX, 23);
        compare(&rule, wrong[i], EQ, long_value, 64);
        constant(&rule, wrong[i], long_value, 64);
        constant(&rule, 23, long_value, 64);
        constant(&rule, 4, long_value, 64);
        lookup(&rule, "m", wrong[i], (int)(wrong[i] & 255), 0);
        begin(&rule, "bitwise");
        number(&made, 1, wrong[i]);
        number(&made, 2, 23);
        value(&made, 4, long_value, 64);
        end(&rule);
        dnat(&rule, 1, 10, wrong[i], wrong[i]);
        assert_null(decoded(&rule));
    }
}

TEST_MAIN(TEST(simple), TEST(ports), TEST(range), TEST(addresses), TEST(masks),
          TEST(address_ranges), TEST(families), TEST(two_sets), TEST(maps), TEST(verdicts),
          TEST(exact), TEST(exact_sets), TEST(sets), TEST(actions), TEST(registers))
