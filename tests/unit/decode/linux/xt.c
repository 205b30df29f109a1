/* SPDX-License-Identifier: BSD-2-Clause */
/* Extensions of xtables: ports of tcp and udp; DNAT and REDIRECT in each revision, truncated, too. */
#include "nat_kept.h"

static struct pl_slice slice(const struct bytes *bytes, size_t len)
{
    return (struct pl_slice){bytes->data, len, bytes->big_endian};
}

static struct pl_slice text(const char *name)
{
    return (struct pl_slice){(const uint8_t *)name, strlen(name), false};
}

/* struct xt_tcp */
static void put_tcp(struct bytes *b, uint16_t first, uint16_t last, uint8_t inverted)
{
    put_u16(b, 0);
    put_u16(b, 65535);
    put_u16(b, first);
    put_u16(b, last);
    put_zeros(b, 3);
    put_u8(b, inverted);
}

static void matches(void **state)
{
    static const struct {
        const char *name;
        uint16_t first, last;
        uint8_t inverted;
        bool known, ports, exact;
    } cases[] = {
        {"tcp", 80, 80, 0, true, true, true},    {"tcp", 80, 90, 0, true, true, true},
        {"tcp", 0, 65535, 0, true, false, true}, {"tcp", 80, 80, 2, false, false},
        {"tcp", 80, 80, 1, true, true},          {"tcp", 90, 80, 0, false, false},
        {"comment", 0, 0, 0, true, false, true}, {"addrtype", 1, 1, 0, true, false},
        {"tc", 80, 80, 0, true, false},          {"set", 0, 0, 0, false, false},
        {"iprange", 0, 0, 0, false, false},
    };

    (void)state;
    for (unsigned int big = 0; big < 2; big++) {
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            struct bytes b = {.big_endian = big};
            struct pl_nat_rule rule = {.exact = true};
            struct pl_xt_ports ports = {0};

            put_tcp(&b, cases[i].first, cases[i].last, cases[i].inverted);
            assert_int_equal(pl_xt_match(text(cases[i].name), 0, slice(&b, b.len), &rule, &ports),
                             cases[i].known);
            assert_int_equal(rule.match.ports, cases[i].ports);
            assert_true(!cases[i].known || rule.exact == cases[i].exact);
            assert_int_equal(ports.count, 0);
            assert_int_equal(rule.match.first, rule.match.ports ? cases[i].first : 0);
            assert_int_equal(rule.match.last, rule.match.ports ? cases[i].last : 0);
        }
    }
}

/* struct xt_iprange_mtinfo: sources do not matter, destinations cannot be expressed. */
static void ranges(void **state)
{
    (void)state;
    for (uint8_t flags = 0; flags < 64; flags++) {
        struct bytes b = {0};
        struct pl_nat_rule rule = {.exact = true};
        struct pl_xt_ports ports = {0};

        put_zeros(&b, 64);
        put_u8(&b, flags);
        assert_int_equal(pl_xt_match(text("iprange"), 1, slice(&b, b.len), &rule, &ports),
                         !(flags & 2));
        assert_false(pl_xt_match(text("iprange"), 1, slice(&b, 64), &rule, &ports));
        assert_false(rule.match.ports);
    }
}

/* struct xt_multiport, and xt_multiport_v1: the last ports of ranges are marked by their first ones. */
static void put_multiport(struct bytes *b, uint8_t kind, uint8_t count, bool ranges)
{
    put_u8(b, kind);
    put_u8(b, count);
    for (uint16_t i = 0; i < 15; i++)
        put_u16(b, (uint16_t)(8000 + 10 * i));
    for (unsigned int i = 0; ranges && i < 15; i++)
        put_u8(b, i == 1 || i == 14);
    if (ranges)
        put_u8(b, 0);
}

static void many_ports(void **state)
{
    (void)state;
    for (unsigned int form = 0; form < 4; form++) {
        const bool ranges = form & 1;
        struct bytes b = {.big_endian = form & 2};
        struct pl_nat_rule rule = {.exact = true};
        struct pl_xt_ports ports = {0};

        put_multiport(&b, 1, 4, ranges);
        for (size_t len = 0; len < b.len; len++) {
            ports.count = 0;
            assert_false(pl_xt_match(text("multiport"), ranges, slice(&b, len), &rule, &ports));
        }
        assert_true(pl_xt_match(text("multiport"), ranges, slice(&b, b.len), &rule, &ports));
        assert_true(rule.exact);
        assert_int_equal(ports.count, ranges ? 3 : 4);
        assert_int_equal(ports.first[0], 8000);
        assert_int_equal(ports.last[0], 8000);
        assert_int_equal(ports.first[1], 8010);
        assert_int_equal(ports.last[1], ranges ? 8020 : 8010);
        assert_int_equal(ports.first[2], ranges ? 8030 : 8020);
        /* A second one cannot be expressed. */
        assert_false(pl_xt_match(text("multiport"), ranges, slice(&b, b.len), &rule, &ports));
    }
}

static void other_ports(void **state)
{
    static const struct {
        uint8_t kind, count, inverted, revision;
        bool known, exact;
        size_t ports;
    } cases[] = {
        {1, 15, 0, 1, true, true, 14}, /* the last begins a range that has no end */
        {1, 16, 0, 1, false, true, 0}, {1, 0, 0, 1, false, true, 0}, {1, 2, 1, 1, false, true, 0},
        {1, 2, 0, 2, false, false, 0}, {0, 2, 0, 1, true, false, 0}, /* of the source */
        {2, 2, 0, 1, true, false, 2},                                /* of either */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct bytes b = {0};
        struct pl_nat_rule rule = {.exact = true};
        struct pl_xt_ports ports = {0};

        put_multiport(&b, cases[i].kind, cases[i].count, true);
        b.data[47] = cases[i].inverted;
        assert_int_equal(
            pl_xt_match(text("multiport"), cases[i].revision, slice(&b, b.len), &rule, &ports),
            cases[i].known);
        assert_int_equal(rule.exact, cases[i].exact);
        assert_int_equal(ports.count, cases[i].ports);
    }
}

/* A rule for each range, without ports that another condition excludes. */
static void put_ports(void **state)
{
    const struct pl_xt_ports ports = {3, {80, 8000, 9000}, {80, 8080, 9000}};
    const struct pl_xt_ports none = {0};
    struct pl_nat_rule rule = {.action = PL_NAT_DNAT};
    static struct nat_kept kept;

    (void)state;
    nat_reset(&kept);
    assert_int_equal(pl_xt_put(&rule, &ports, &kept.sink), 0);
    assert_int_equal(kept.count, 3);
    assert_true(kept.rules[1].match.ports);
    assert_int_equal(kept.rules[1].match.first, 8000);
    assert_int_equal(kept.rules[1].match.last, 8080);
    rule.match = (struct pl_nat_match){.ports = true, .first = 81, .last = 8079};
    nat_reset(&kept);
    assert_int_equal(pl_xt_put(&rule, &ports, &kept.sink), 0);
    assert_int_equal(kept.count, 1);
    assert_int_equal(kept.rules[0].match.first, 8000);
    assert_int_equal(kept.rules[0].match.last, 8079);
    for (unsigned int action = PL_NAT_PASS; action <= PL_NAT_RETURN; action++) {
        for (unsigned int exact = 0; exact < 2; exact++) {
            const bool verdict = action == PL_NAT_END || action == PL_NAT_RETURN;

            rule.action = (uint8_t)action;
            rule.exact = exact;
            nat_reset(&kept);
            assert_int_equal(pl_xt_put(&rule, &none, &kept.sink), 0);
            assert_int_equal(kept.count, action != PL_NAT_PASS && (exact || !verdict) ? 1 : 0);
        }
    }
}

static void truncated_matches(void **state)
{
    struct bytes b = {0};

    (void)state;
    put_tcp(&b, 80, 80, 0);
    for (size_t len = 0; len < b.len; len++) {
        struct pl_nat_rule rule = {.exact = true};
        struct pl_xt_ports ports = {0};

        assert_false(pl_xt_match(text("tcp"), 0, slice(&b, len), &rule, &ports));
        assert_false(rule.match.ports);
        /* struct xt_udp has one byte of flags after the ports */
        assert_int_equal(pl_xt_match(text("udp"), 0, slice(&b, len), &rule, &ports), len > 8);
    }
}

/* struct nf_nat_range2 */
static void put_range(struct bytes *b, uint32_t flags, const uint8_t addr[16])
{
    put_u32(b, flags);
    put_bytes(b, addr, 16);
    put_bytes(b, addr, 16);
    put_be16(b, 81);
    put_be16(b, 82);
    put_zeros(b, 4);
}

static void targets(void **state)
{
    static const uint8_t v6[16] = {0xfd, [15] = 2};
    static const uint8_t v4[16] = {10, 0, 0, 2};

    (void)state;
    for (uint32_t flags = 0; flags < 4; flags++) {
        for (unsigned int v = 0; v < 2; v++) {
            struct bytes b = {.big_endian = flags & 1};
            uint8_t family = v ? PL_FAMILY_INET6 : PL_FAMILY_INET;
            struct pl_nat_rule rule = {0};

            put_range(&b, flags, v ? v6 : v4);
            pl_xt_target(text("DNAT"), 2, slice(&b, b.len), family, &rule);
            /* Without an address, the connection stays here. */
            assert_int_equal(rule.action, flags & 1 ? PL_NAT_DNAT : PL_NAT_REDIRECT);
            assert_int_equal(rule.target.family, flags & 1 ? family : PL_FAMILY_UNSPEC);
            assert_int_equal(rule.target.port, flags & 2 ? 81 : 0);
            assert_int_equal(rule.target.last_port, flags & 2 ? 82 : 0);
            if (flags & 1)
                assert_memory_equal(rule.target.addr, v ? v6 : v4, 16);
            rule = (struct pl_nat_rule){0};
            pl_xt_target(text("REDIRECT"), 1, slice(&b, b.len), family, &rule);
            assert_int_equal(rule.action, PL_NAT_REDIRECT);
            assert_int_equal(rule.target.family, PL_FAMILY_UNSPEC);
            for (size_t len = 0; len < 40; len++) {
                rule = (struct pl_nat_rule){0};
                pl_xt_target(text("DNAT"), 2, slice(&b, len), family, &rule);
                assert_int_equal(rule.action, PL_NAT_PASS);
            }
            pl_xt_target(text("SNAT"), 2, slice(&b, b.len), family, &rule);
            assert_int_equal(rule.action, PL_NAT_PASS);
        }
    }
}

/* struct nf_nat_ipv4_multi_range_compat */
static void old_targets(void **state)
{
    struct bytes b = {0};
    struct pl_nat_rule rule = {0};

    (void)state;
    put_u32(&b, 1);
    put_u32(&b, 3);
    put_bytes(&b, (const uint8_t[]){10, 0, 0, 2, 10, 0, 0, 9}, 8);
    put_be16(&b, 81);
    put_be16(&b, 82);
    pl_xt_target(text("DNAT"), 0, slice(&b, b.len), PL_FAMILY_INET, &rule);
    assert_int_equal(rule.action, PL_NAT_DNAT);
    assert_int_equal(rule.target.family, PL_FAMILY_INET);
    assert_int_equal(rule.target.addr[3], 2);
    assert_int_equal(rule.target.last_addr[3], 9);
    assert_int_equal(rule.target.port, 81);
    assert_int_equal(rule.target.last_port, 82);
    for (size_t len = 0; len < b.len; len++) {
        rule = (struct pl_nat_rule){0};
        pl_xt_target(text("DNAT"), 0, slice(&b, len), PL_FAMILY_INET, &rule);
        assert_int_equal(rule.action, PL_NAT_PASS);
    }
}

TEST_MAIN(TEST(matches), TEST(ranges), TEST(many_ports), TEST(other_ports), TEST(put_ports),
          TEST(truncated_matches), TEST(targets), TEST(old_targets))
