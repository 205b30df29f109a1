/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of nftables: chains, elements, what to ask for next; every truncation. */
#include "nft_made.h"

static struct nat_kept kept;
static struct bytes made;

static void chains(void **state)
{
    (void)state;
    made.len = 0;
    chain(&made, 2, "a", "nat", 0);
    chain(&made, 2, "b", "nat", 3);
    chain(&made, 2, "c", "nat", 4);
    chain(&made, 2, "d", "filter", 0);
    chain(&made, 10, "a", "nat", 0);
    chain(&made, 1, "a", "nat", 0);
    assert_int_equal(nft_decode(&made, made.len, &kept), 0);
    assert_int_equal(kept.count, 4);
    assert_false(kept.rules[0].sent);
    assert_true(kept.rules[1].sent);
    assert_int_equal(kept.rules[0].match.family, PL_FAMILY_INET);
    assert_int_equal(kept.rules[2].match.family, PL_FAMILY_INET6);
    assert_int_equal(kept.rules[3].match.family, PL_FAMILY_UNSPEC);
    for (size_t i = 0; i < kept.count; i++) {
        assert_int_equal(kept.rules[i].kind, PL_NAT_BASE);
        for (size_t n = 0; n < i; n++)
            assert_true(kept.rules[i].chain != kept.rules[n].chain);
    }
}

static void put_elements(struct bytes *b)
{
    size_t at = message(b, NFT_ELEMENT, 2);
    size_t list;

    word(b, 1, "t");
    word(b, 2, "m");
    list = nest(b, 3);
    for (unsigned int i = 0; i < 5; i++) {
        static const uint8_t key[48] = {0x1f, 0x90};
        size_t one = nest(b, 1);

        value(b, 1, key, i == 4 ? 48 : 2); /* the last key is too long */
        if (i == 1)
            verdict(b, 2, -3, "d");
        else
            value(b, 2, (const uint8_t[]){10, 0, 0, 2, 0, 80}, 6);
        if (i == 2)
            number(b, 3, 1); /* the end of an interval */
        if (i == 3)
            value(b, 10, (const uint8_t[]){0x1f, 0x99}, 2);
        nest_end(b, one);
    }
    nest_end(b, list);
    nl_end(b, at);
}

static void elements(void **state)
{
    (void)state;
    made.len = 0;
    put_elements(&made);
    assert_int_equal(nft_decode(&made, made.len, &kept), 0);
    assert_int_equal(kept.count, 4);
    assert_int_equal(kept.rules[0].kind, PL_NAT_ELEMENT);
    assert_int_equal(kept.rules[0].len, 2);
    assert_int_equal(kept.rules[0].to, 0);
    assert_int_equal(kept.rules[0].key[1], 0x90);
    assert_int_equal(kept.rules[0].last_key[1], 0x90);
    assert_int_equal(kept.rules[0].value[5], 80);
    assert_true(kept.rules[1].to != 0);
    assert_false(kept.rules[1].end);
    assert_true(kept.rules[2].end);
    assert_int_equal(kept.rules[3].last_key[1], 0x99);
}

static void put_all(void)
{
    struct made_rule rule;

    made.len = 0;
    chain(&made, 2, "c", "nat", 0);
    rule = rule_begin(&made, 2);
    load(&rule, 2, 2, 2, 1);
    lookup(&rule, "m", 1, 1, 0);
    dnat(&rule, 1, 2, 1, 9);
    rule_end(&rule);
    put_elements(&made);
}

/* ASan detects a read past the end. A message that is cut is damage; one that is missing is not. */
static void truncated(void **state)
{
    size_t whole = 0;

    (void)state;
    put_all();
    for (size_t len = 0; len < made.len; len++) {
        int err = nft_decode(&made, len, &kept);

        assert_true(err == 0 || err == -EBADMSG);
        whole += err == 0;
    }
    assert_within(whole, 3, 12); /* between messages, and within their padding */
}

/* Each length of an attribute with each of these values. */
static void damaged(void **state)
{
    static const uint16_t values[] = {0, 1, 3, 4, 5, 0x7fff, 0xffff};

    (void)state;
    put_all();
    for (size_t at = 0; at + 2 <= made.len; at += 2) {
        for (size_t i = 0; i < COUNT_OF(values); i++) {
            int err;

            set_u16(&made, at, values[i]);
            err = nft_decode(&made, made.len, &kept);
            assert_true(err == 0 || err == 1 || err == -EBADMSG);
            put_all();
        }
    }
}

static void changed(void **state)
{
    (void)state;
    put_all();
    set_u16(&made, 6, 0x10); /* NLM_F_DUMP_INTR */
    assert_int_equal(nft_decode(&made, made.len, &kept), 1);
}

static void asking(void **state)
{
    struct pl_nft_sets sets;
    struct pl_nft_name name;
    struct pl_slice rest;

    (void)state;
    put_all();
    chain(&made, 10, "e", "filter", 0);
    rest = (struct pl_slice){made.data, made.len, false};
    assert_true(pl_nft_next_table(&rest, &name));
    assert_int_equal(name.family, 2);
    assert_string_equal(name.table, "t");
    assert_string_equal(name.set, "");
    assert_false(pl_nft_next_table(&rest, &name));
    sets = (struct pl_nft_sets){.messages = {made.data, made.len, false}};
    assert_true(pl_nft_next_set(&sets, &name));
    assert_int_equal(name.family, 2);
    assert_string_equal(name.table, "t");
    assert_string_equal(name.set, "m");
    assert_false(pl_nft_next_set(&sets, &name));
    for (size_t len = 0; len < made.len; len++) {
        uint8_t *copy = malloc(len + 1);

        assert_non_null(copy);
        memcpy(copy + 1, made.data, len);
        rest = (struct pl_slice){copy + 1, len, false};
        while (pl_nft_next_table(&rest, &name))
            assert_int_not_equal(name.table[0], '\0');
        sets = (struct pl_nft_sets){.messages = {copy + 1, len, false}};
        while (pl_nft_next_set(&sets, &name))
            assert_int_not_equal(name.set[0], '\0');
        free(copy);
    }
}

/* A name that is too long to ask for. */
static void long_names(void **state)
{
    char long_name[300];
    struct pl_nft_sets sets;
    struct pl_nft_name name;
    struct made_rule rule;

    (void)state;
    memset(long_name, 'x', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    made.len = 0;
    rule = rule_begin(&made, 2);
    lookup(&rule, long_name, 1, 1, 0);
    to_10_0_0_2_80(&rule);
    rule_end(&rule);
    rule = rule_begin(&made, 2);
    lookup(&rule, "m", 1, 1, 0);
    to_10_0_0_2_80(&rule);
    rule_end(&rule);
    sets = (struct pl_nft_sets){.messages = {made.data, made.len, false}};
    assert_true(pl_nft_next_set(&sets, &name));
    assert_string_equal(name.set, "m");
    assert_false(pl_nft_next_set(&sets, &name));
}

/* A set is asked for only if it decides where connections end. */
static void other_sets(void **state)
{
    struct pl_nft_sets sets;
    struct pl_nft_name name;
    struct made_rule rule;

    (void)state;
    made.len = 0;
    rule = rule_begin(&made, 2); /* the rule does nothing more */
    load(&rule, 2, 2, 2, 1);
    lookup(&rule, "ports", 1, -1, 0);
    rule_end(&rule);
    rule = rule_begin(&made, 2);
    load(&rule, 1, 12, 4, 1);
    lookup(&rule, "sources", 1, -1, 0);
    load(&rule, 2, 2, 2, 1);
    lookup(&rule, "mine", 1, -1, 0);
    to_10_0_0_2_80(&rule);
    rule_end(&rule);
    sets = (struct pl_nft_sets){.messages = {made.data, made.len, false}};
    assert_true(pl_nft_next_set(&sets, &name));
    assert_string_equal(name.set, "mine");
    assert_string_equal(name.table, "t");
    assert_false(pl_nft_next_set(&sets, &name));
}

/* dnat to :81 keeps the address; of another family than that of the table, it has no effect. */
static void port_only(void **state)
{
    (void)state;
    for (uint8_t table = 1; table <= 2; table++) {
        for (uint32_t family = 2; family <= 10; family += 8) {
            struct made_rule rule = rule_begin(&made, table);
            const struct pl_nat_rule *got = kept.rules;

            constant(&rule, 1, (const uint8_t[]){0, 81}, 2);
            dnat(&rule, 1, family, 0, 1);
            rule_end(&rule);
            assert_int_equal(nft_decode(&made, made.len, &kept), 0);
            made.len = 0;
            assert_int_equal(kept.count, table == 1 || family == 2);
            if (kept.count == 0)
                continue;
            assert_int_equal(got->action, PL_NAT_REDIRECT);
            assert_int_equal(got->target.family, PL_FAMILY_UNSPEC);
            assert_int_equal(got->target.port, 81);
            assert_int_equal(got->match.family, family == 2 ? PL_FAMILY_INET : PL_FAMILY_INET6);
        }
    }
}

/* An element without a key is for all keys that no other has, if its flag says so. */
static void other_keys(void **state)
{
    (void)state;
    for (uint32_t flags = 0; flags < 3; flags++) {
        size_t at = message(&made, NFT_ELEMENT, 2);
        size_t list, item;

        word(&made, 1, "t");
        word(&made, 2, "s");
        list = nest(&made, 3);
        item = nest(&made, 1);
        value(&made, 2, (const uint8_t[]){10, 0, 0, 2}, 4);
        number(&made, 3, flags);
        nest_end(&made, item);
        nest_end(&made, list);
        nl_end(&made, at);
        assert_int_equal(nft_decode(&made, made.len, &kept), 0);
        made.len = 0;
        assert_int_equal(kept.count, flags == 2);
        if (kept.count == 0)
            continue;
        assert_int_equal(kept.rules[0].kind, PL_NAT_ELEMENT);
        assert_int_equal(kept.rules[0].len, 0);
        assert_int_equal(kept.rules[0].key[0], UINT8_MAX);
        assert_memory_equal(kept.rules[0].value, ((const uint8_t[]){10, 0, 0, 2}), 4);
    }
}

TEST_MAIN(TEST(other_keys), TEST(port_only), TEST(chains), TEST(elements), TEST(truncated),
          TEST(damaged), TEST(changed), TEST(asking), TEST(long_names), TEST(other_sets))
