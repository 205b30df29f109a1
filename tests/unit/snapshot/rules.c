/* SPDX-License-Identifier: BSD-2-Clause */
/* Which ports that rules publish have a row of their own, and what it says. */
#include "alloc.h"
#include "published.h"

#include "filter/filter.h"
#include "filters.h"
#include "snapshot/routes.h"

#include <errno.h>

#define CHAIN 1000

struct want {
    const char *addr;
    uint16_t port;
    uint8_t proto; /* 0: TCP */
    const char *remark;
};

/* tcp dport FIRST-LAST dnat to 10.0.0.2:80, for packets that arrive; of IPv4. */
static struct pl_nat_rule rule_of(uint16_t first, uint16_t last)
{
    return (struct pl_nat_rule){.kind = PL_NAT_RULE,
                                .chain = CHAIN,
                                .action = PL_NAT_DNAT,
                                .addr_word = PL_NAT_NONE,
                                .port_word = PL_NAT_NONE,
                                .match = {.proto = 6,
                                          .family = PL_FAMILY_INET,
                                          .ports = true,
                                          .first = first,
                                          .last = last},
                                .target = {.family = PL_FAMILY_INET,
                                           .addr = {10, 0, 0, 2},
                                           .last_addr = {10, 0, 0, 2},
                                           .port = 80,
                                           .last_port = 80}};
}

static void put(struct pl_snapshot *snap, const struct pl_nat_rule *rule, bool sent)
{
    const struct pl_nat_rule base = {.kind = PL_NAT_BASE, .chain = rule->chain, .sent = sent};

    assert_int_equal(snap->sink.nat(&snap->sink, &base), 0);
    assert_int_equal(snap->sink.nat(&snap->sink, rule), 0);
}

/* Compares the rows after the sockets, in the order of their ports. */
static void check(const struct pl_snapshot *snap, const struct want *want, size_t count)
{
    const struct pl_sock *socks = snap->socks.items;
    size_t first = snap->socks.count;

    while (first > 0 && socks[first - 1].state == PL_STATE_PUBLISHED)
        first--;
    assert_int_equal(snap->socks.count - first, count);
    for (size_t i = 0; i < count; i++) {
        const struct pl_sock *row = &socks[first + i];
        uint8_t addr[16] = {0};
        size_t owners;

        assert_int_equal(row->family, published_family(want[i].addr, addr));
        assert_memory_equal(row->local_addr, addr, sizeof(addr));
        assert_int_equal(row->local_port, want[i].port);
        assert_int_equal(row->proto, want[i].proto ? want[i].proto : PL_PROTO_TCP);
        assert_int_equal(row->netns, 0);
        assert_int_equal(row->key, 0);
        published_text(pl_published_remark(snap, row), want[i].remark);
        assert_null(pl_snapshot_owners(snap, row, &owners));
    }
}

/* A rule for a network has a row for each address in it, and of the loopback interface only if it can. */
static void addresses(void **state)
{
    static const struct {
        uint8_t network[4], bits;
        bool sent, outside;
        struct want want[2];
        size_t count;
    } cases[] = {
        {{0}, 0, false, false, {{"0.0.0.0", 8080, 0, "to 10.0.0.2:80"}}, 1},
        {{0}, 0, false, true, {{"0.0.0.0", 8080, 0, "to 10.0.0.2:80"}}, 1},
        {{10, 0, 0, 1}, 32, false, false, {{"10.0.0.1", 8080, 0, "to 10.0.0.2:80"}}, 1},
        {{10, 0, 0, 0},
         8,
         false,
         false,
         {{"10.0.0.1", 8080, 0, "to 10.0.0.2:80"}, {"10.1.0.1", 8080, 0, "to 10.0.0.2:80"}},
         2},
        {{127, 0, 0, 0},
         8,
         true,
         false,
         {{"127.0.0.1", 8080, 0, "to 10.0.0.2:80, only from this machine"}},
         1},
        {{127, 0, 0, 0}, 8, false, false, {{0}}, 0},
        {{127, 0, 0, 1}, 32, false, false, {{0}}, 0},
        {{127, 0, 0, 1}, 32, true, true, {{0}}, 0},
        {{192, 0, 2, 9}, 32, false, false, {{0}}, 0}, /* of another machine */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = published_new();
        struct pl_nat_rule rule = rule_of(8080, 8080);

        memcpy(rule.match.addr, cases[i].network, 4);
        rule.match.bits = cases[i].bits;
        rule.match.outside = cases[i].outside;
        put(snap, &rule, cases[i].sent);
        published_addr(snap, 0, "10.0.0.1");
        published_addr(snap, 0, "10.1.0.1");
        published_addr(snap, 0, "127.0.0.1");
        published_addr(snap, 7, "10.3.0.1");
        published_settle(snap);
        check(snap, cases[i].want, cases[i].count);
        pl_snapshot_free(snap);
    }
}

/* Rules for connections that this machine opens alone; without addresses, the reach is not known. */
static void sent(void **state)
{
    static const struct {
        bool arrives, sends, known;
        enum pl_reach reach;
        const char *remark;
    } cases[] = {
        {true, false, true, PL_REACH_ANY_V4, "to 10.0.0.2:80"},
        {true, true, true, PL_REACH_ANY_V4, "to 10.0.0.2:80"},
        {false, true, true, PL_REACH_LOOPBACK, "to 10.0.0.2:80, only from this machine"},
        {false, true, false, PL_REACH_UNKNOWN, "to 10.0.0.2:80, only from this machine"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct want want = {"0.0.0.0", 8080, 0, cases[i].remark};
        struct pl_snapshot *snap = published_new();
        struct pl_nat_rule rule = rule_of(8080, 8080);
        const struct pl_sock *socks;

        if (cases[i].arrives)
            put(snap, &rule, false);
        rule.chain++;
        if (cases[i].sends)
            put(snap, &rule, true);
        if (cases[i].known)
            published_addr(snap, 0, "10.0.0.1");
        published_settle(snap);
        check(snap, &want, 1);
        socks = snap->socks.items;
        assert_int_equal(pl_snapshot_reach(snap, &socks[0]), cases[i].reach);
        pl_snapshot_free(snap);
    }
}

/* A listener that gets all that the rule is about has the rule itself. */
static void listeners(void **state)
{
    static const struct {
        const char *addr;
        uint32_t netns;
        size_t rows;
    } cases[] = {
        {"0.0.0.0", 0, 0},   {"::", 0, 0},       {"::ffff:0.0.0.0", 0, 0},
        {"127.0.0.1", 0, 1}, {"10.0.0.1", 0, 1}, {"0.0.0.0", 7, 1},
        {"::1", 0, 1},
    };
    static const struct want want = {"0.0.0.0", 8080, 0, "to 10.0.0.2:80"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = published_new();
        const struct pl_nat_rule rule = rule_of(8080, 8080);

        put(snap, &rule, false);
        put(snap, &rule, true);
        published_listener(snap, cases[i].netns, cases[i].addr, 8080, 5, "a");
        published_settle(snap);
        check(snap, &want, cases[i].rows);
        pl_snapshot_free(snap);
    }
}

/* Without a family: both; without a protocol: TCP and UDP. Nothing listens, if all listeners are known. */
static void any(void **state)
{
    static const char *const remarks[] = {"to :5353", "nothing listens at :5353"};

    (void)state;
    for (unsigned int known = 0; known < 2; known++) {
        const char *remark = remarks[known];
        const struct want want[] = {{"0.0.0.0", 53, 0, remark},
                                    {"::", 53, 0, remark},
                                    {"0.0.0.0", 53, PL_PROTO_UDP, remark},
                                    {"::", 53, PL_PROTO_UDP, remark}};
        struct pl_snapshot *snap = published_new();
        struct pl_nat_rule rule = rule_of(53, 53);

        snap->sink.need = known ? PL_NEED_PUBLISHED : PL_NEED_RULES;
        rule.match.family = PL_FAMILY_UNSPEC;
        rule.match.proto = 0;
        rule.action = PL_NAT_REDIRECT;
        rule.target = (struct pl_target){.port = 5353, .last_port = 5353};
        put(snap, &rule, false);
        published_settle(snap);
        check(snap, want, COUNT_OF(want));
        pl_snapshot_free(snap);
    }
}

/* Many ports of one rule are one row, but for the one that a filter names. */
static void ranges(void **state)
{
    static const struct {
        uint16_t last;
        const char *filter;
        size_t rows;
        uint16_t port;
        const char *remark;
    } cases[] = {
        {9015, NULL, 16, 9000, "to 10.0.0.2:80"},
        {9016, NULL, 1, 9000, "9000-9016 to 10.0.0.2:80"},
        {9999, "port 9123", 1, 9123, "to 10.0.0.2:80"},
        {9999, "port ge 9900", 1, 9900, "9900-9999 to 10.0.0.2:80"},
        {9999, "port 80", 0, 0, NULL},
        {9999, "state listening", 0, 0, NULL},
        {9000, "state published", 1, 9000, "to 10.0.0.2:80"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = published_new();
        struct pl_filter *filter = cases[i].filter ? parse(cases[i].filter) : NULL;
        const struct pl_query query = {
            .protos = PL_BIT(PL_PROTO_TCP), .need = PL_NEED_RULES, .filter = filter};
        const struct pl_nat_rule rule = rule_of(9000, cases[i].last);
        const struct pl_sock *socks;

        snap->query = &query;
        put(snap, &rule, false);
        published_settle(snap);
        socks = snap->socks.items;
        assert_int_equal(snap->socks.count, cases[i].rows);
        if (cases[i].rows > 0) {
            assert_int_equal(socks[0].local_port, cases[i].port);
            published_text(pl_published_remark(snap, &socks[0]), cases[i].remark);
        }
        pl_filter_free(filter);
        pl_snapshot_free(snap);
    }
}

/* Who listens there, and in which container. */
static void inner(void **state)
{
    static const char id[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const struct pl_group group = {.id = {id, 64}};
    const struct pl_process named = {
        .pid = 5, .uid = PL_UID_UNKNOWN, .name = {"nginx", 5}, .group = &group};
    struct pl_snapshot *snap = published_new();
    const struct pl_nat_rule rule = rule_of(8080, 8080);
    const struct want want = {"0.0.0.0", 8080, 0, "to 10.0.0.2:80, nginx in 0123456789ab"};

    (void)state;
    put(snap, &rule, false);
    published_addr(snap, 7, "10.0.0.2");
    published_listener(snap, 7, "0.0.0.0", 80, 5, "a");
    assert_int_equal(snap->sink.process(&snap->sink, &named), 0);
    published_settle(snap);
    check(snap, &want, 1);
    pl_snapshot_free(snap);

    /* Only the listeners that a filter selects are known: nothing is said about the others. */
    for (unsigned int known = 0; known < 2; known++) {
        const struct want other = {"0.0.0.0", 8080, 0,
                                   known ? "nothing listens at 10.0.0.2:80" : "to 10.0.0.2:80"};

        snap = published_new();
        snap->sink.need = known ? PL_NEED_PUBLISHED : PL_NEED_RULES;
        put(snap, &rule, false);
        published_addr(snap, 7, "10.0.0.2");
        published_settle(snap);
        check(snap, &other, 1);
        pl_snapshot_free(snap);
    }
}

/* A socket that has the port, which its connections do not reach, has the remark of the row. */
static void held(void **state)
{
    static const uint32_t needs[] = {PL_NEED_RULES, PL_NEED_PUBLISHED | PL_NEED_RULES};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(needs); i++) {
        struct pl_snapshot *snap = published_new();
        const struct pl_nat_rule rule = rule_of(8080, 8080);
        const struct pl_sock *socks;

        snap->sink.need = needs[i];
        put(snap, &rule, false);
        published_addr(snap, 7, "10.0.0.2");
        published_listener(snap, 0, "0.0.0.0", 8080, 4, "conmon");
        published_listener(snap, 0, "0.0.0.0", 8081, 5, "other");
        published_listener(snap, 7, "0.0.0.0", 80, 6, "nginx");
        published_settle(snap);
        socks = snap->socks.items;
        for (size_t at = 0; at < snap->socks.count; at++) {
            struct pl_text remark = pl_published_remark(snap, &socks[at]);

            assert_int_equal(remark.data != NULL, socks[at].local_port == 8080);
            if (remark.data)
                published_text(remark, "to 10.0.0.2:80");
        }
        check(snap, NULL, 0);
        pl_snapshot_free(snap);
    }
}

/* Rows exist only where they are wanted. */
static void unwanted(void **state)
{
    struct pl_snapshot *snap = published_new();
    const struct pl_query query = {.protos = UINT32_MAX, .need = PL_NEED_PUBLISHED};
    const struct pl_nat_rule rule = rule_of(8080, 8080);

    (void)state;
    snap->query = &query;
    put(snap, &rule, false);
    published_settle(snap);
    assert_int_equal(snap->socks.count, 0);
    pl_snapshot_free(snap);
}

/* A rule for all ports with a filter that each passes: the work has a limit, which is known. */
static void limits(void **state)
{
    struct pl_snapshot *snap = published_new();

    (void)state;
    for (uint16_t i = 0; i < 40; i++) {
        struct pl_nat_rule rule = rule_of(1, UINT16_MAX);

        rule.target.port = rule.target.last_port = (uint16_t)(80 + i);
        put(snap, &rule, false);
    }
    assert_int_equal(pl_join_prepare(snap), 0);
    assert_int_equal(pl_published_join(snap), 0);
    assert_int_equal(snap->socks.count, 1);
    assert_true(snap->rules_cut);
    pl_snapshot_free(snap);
}

/* Listeners at one port count as work, those at others do not. */
static void many_listeners(void **state)
{
    (void)state;
    for (unsigned int same = 0; same < 2; same++) {
        struct pl_snapshot *snap = published_new();

        for (uint32_t i = 0; i < 3000; i++)
            published_listener(snap, 0, "10.0.0.1", same ? 8080 : 20000 + i, 1 + i, "a");
        for (uint16_t i = 0; i < 1000; i++) {
            struct pl_nat_rule rule = rule_of(8080, 8080);

            memcpy(rule.match.addr, (const uint8_t[]){10, 0, 0, 9}, 4);
            rule.match.bits = 32;
            rule.target.port = rule.target.last_port = (uint16_t)(80 + i);
            put(snap, &rule, false);
        }
        assert_int_equal(pl_join_prepare(snap), 0);
        assert_int_equal(pl_published_prepare(snap), 0);
        assert_int_equal(pl_published_join(snap), 0);
        assert_int_equal(snap->rules_cut, same);
        pl_snapshot_free(snap);
    }
}

static void out_of_memory(void **state)
{
    const struct pl_nat_rule rule = rule_of(8080, 8090);
    unsigned long nth = 0;
    int err;

    (void)state;
    do {
        struct pl_snapshot *snap = published_new();

        put(snap, &rule, false);
        assert_int_equal(pl_join_prepare(snap), 0);
        alloc_fail(++nth);
        err = pl_published_join(snap);
        assert_int_equal(err, alloc_failed() ? -ENOMEM : 0);
        alloc_fail(0);
        pl_snapshot_free(snap);
    } while (err != 0);
    assert_true(nth > 3);
}

TEST_MAIN(TEST(addresses), TEST(sent), TEST(listeners), TEST(any), TEST(ranges), TEST(inner),
          TEST(held), TEST(unwanted), TEST(limits), TEST(many_listeners), TEST(out_of_memory))
