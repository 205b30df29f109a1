/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes rules that translate addresses, for the tests of the ways between them. */
#ifndef TEST_SNAPSHOT_ROUTES_MADE_H
#define TEST_SNAPSHOT_ROUTES_MADE_H

#include "published.h"

#define CHAIN(n) (UINT64_C(1000) + (n))
#define SET(n)   (UINT64_C(2000) + (n))

static const struct pl_nat_rule plain = {.kind = PL_NAT_RULE,
                                         .addr_word = PL_NAT_NONE,
                                         .port_word = PL_NAT_NONE};

static inline void put(struct pl_snapshot *snap, const struct pl_nat_rule *rule)
{
    assert_int_equal(snap->sink.nat(&snap->sink, rule), 0);
}

static inline void put_base(struct pl_snapshot *snap, uint64_t chain, bool sent)
{
    put(snap, &(struct pl_nat_rule){.kind = PL_NAT_BASE, .chain = chain, .sent = sent});
}

/* tcp dport FIRST-LAST dnat to 10.0.0.ADDR:PORT */
static inline struct pl_nat_rule dnat(uint64_t chain, uint16_t first, uint16_t last, uint8_t addr,
                                      uint16_t port)
{
    struct pl_nat_rule rule = plain;

    rule.chain = chain;
    rule.action = PL_NAT_DNAT;
    rule.match =
        (struct pl_nat_match){.proto = 6, .ports = first != 0, .first = first, .last = last};
    rule.target = (struct pl_target){.family = PL_FAMILY_INET,
                                     .addr = {10, 0, 0, addr},
                                     .last_addr = {10, 0, 0, addr},
                                     .port = port,
                                     .last_port = port};
    return rule;
}

static inline void put_dnat(struct pl_snapshot *snap, uint64_t chain, uint16_t port, uint8_t addr)
{
    const struct pl_nat_rule rule = dnat(chain, port, port, addr, 80);

    put(snap, &rule);
}

#endif
