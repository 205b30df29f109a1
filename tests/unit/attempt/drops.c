/* SPDX-License-Identifier: BSD-2-Clause */
/* Dropped SYNs: they are found by their ends and number; old ones give way. */
#include "script.h"

#include "attempt/drops.h"

static struct pl_attempt attempt_of(uint32_t number, uint32_t have)
{
    struct pl_attempt attempt = {
        .ports = {1000, 80},
        .isn = number,
        .family = 4,
        .have = PL_ATTEMPT_ISN | have,
        .drop_reason = "NO_SOCKET",
    };

    memcpy(attempt.addrs[0], "\12\0\0\1", 4);
    memcpy(attempt.addrs[1], "\12\0\0\2", 4);
    return attempt;
}

static bool is_found(struct drops *drops, struct pl_attempt *attempt)
{
    attempt->drop_reason = NULL;
    attempt->have &= ~(uint32_t)(PL_ATTEMPT_DROPPED | PL_ATTEMPT_DROPPED_ANSWER);
    drops_find(drops, script_keys, attempt);
    return (attempt->have & PL_ATTEMPT_DROPPED) != 0;
}

static void found(void **state)
{
    struct drops *drops = calloc(1, sizeof(*drops));
    struct pl_attempt drop = attempt_of(7, PL_ATTEMPT_DROPPED | PL_ATTEMPT_DROPPED_ANSWER);
    struct pl_attempt attempt = attempt_of(7, 0);

    (void)state;
    assert_non_null(drops);
    assert_false(is_found(drops, &attempt));
    drops_add(drops, script_keys, &drop);
    assert_true(is_found(drops, &attempt));
    assert_true(attempt.have & PL_ATTEMPT_DROPPED_ANSWER);
    assert_int_equal(attempt.drop_count, 1);
    assert_string_equal(attempt.drop_reason, "NO_SOCKET");
    /* The last reason, and how often in a row. */
    drop = attempt_of(7, PL_ATTEMPT_DROPPED);
    drop.drop_reason = "IP_RPFILTER";
    drops_add(drops, script_keys, &drop);
    assert_true(is_found(drops, &attempt));
    assert_int_equal(attempt.drop_count, 1);
    for (size_t i = 0; i < UINT16_MAX; i++)
        drops_add(drops, script_keys, &drop);
    assert_true(is_found(drops, &attempt));
    assert_false(attempt.have & PL_ATTEMPT_DROPPED_ANSWER);
    assert_int_equal(attempt.drop_count, UINT16_MAX + 1);
    assert_string_equal(attempt.drop_reason, "IP_RPFILTER");
    drop.drop_reason = "NOT_SPECIFIED";
    drops_add(drops, script_keys, &drop);
    assert_true(is_found(drops, &attempt));
    assert_string_equal(attempt.drop_reason, "IP_RPFILTER");
    /* Others. */
    attempt.isn++;
    assert_false(is_found(drops, &attempt));
    attempt.isn--;
    attempt.ports[0]++;
    assert_false(is_found(drops, &attempt));
    attempt.ports[0]--;
    attempt.family = 6;
    assert_false(is_found(drops, &attempt));
    attempt.family = 4;
    attempt.addrs[0][2] = 1;
    assert_false(is_found(drops, &attempt));
    attempt.addrs[0][2] = 0;
    assert_true(is_found(drops, &attempt));
    attempt.have = PL_ATTEMPT_ISN | PL_ATTEMPT_NO_PORT;
    assert_false(is_found(drops, &attempt));
    attempt.have = 0;
    assert_false(is_found(drops, &attempt));
    free(drops);
}

/* The only SYN was answered: it was another one that was dropped. */
static void answered(void **state)
{
    struct drops *drops = calloc(1, sizeof(*drops));
    const struct pl_attempt drop = attempt_of(7, PL_ATTEMPT_DROPPED);
    struct pl_attempt attempt = attempt_of(7, PL_ATTEMPT_PEER_SYN | PL_ATTEMPT_SYN_COUNT);

    (void)state;
    assert_non_null(drops);
    drops_add(drops, script_keys, &drop);
    attempt.syn_count = 1;
    assert_false(is_found(drops, &attempt));
    attempt.syn_count = 2;
    assert_true(is_found(drops, &attempt));
    free(drops);
}

/* A scanner sends the same number to each port; the number of a socket is its own. */
static void responders(void **state)
{
    struct drops *drops = calloc(1, sizeof(*drops));
    struct pl_attempt drop = attempt_of(7, PL_ATTEMPT_DROPPED);
    struct pl_attempt attempt = attempt_of(7, 0);

    (void)state;
    assert_non_null(drops);
    drop.ports[1] = 81;
    drops_add(drops, script_keys, &drop);
    assert_false(is_found(drops, &attempt));
    attempt.have |= PL_ATTEMPT_STATES;
    assert_true(is_found(drops, &attempt)); /* translated */
    assert_int_equal(attempt.drop_count, 1);
    drop.ports[1] = 82;
    drops_add(drops, script_keys, &drop);
    assert_false(is_found(drops, &attempt)); /* which of both? */
    attempt.ports[1] = 82;
    assert_true(is_found(drops, &attempt));
    assert_int_equal(attempt.drop_count, 1);
    free(drops);
}

static void full(void **state)
{
    enum { MANY = 3 * DROP_SETS * DROP_WAYS, NEW = DROP_SETS };
    struct drops *drops = calloc(1, sizeof(*drops));
    size_t count = 0;

    (void)state;
    assert_non_null(drops);
    for (uint32_t i = 0; i < MANY; i++) {
        const struct pl_attempt drop = attempt_of(i, PL_ATTEMPT_DROPPED);

        drops_add(drops, script_keys, &drop);
    }
    for (uint32_t i = 0; i < MANY; i++) {
        struct pl_attempt attempt = attempt_of(i, 0);
        bool is = is_found(drops, &attempt);

        count += is;
        if (i >= MANY - NEW / 64)
            assert_true(is); /* the newest ones are there */
    }
    /* Each has two entries. */
    assert_in_range(count, DROP_SETS * DROP_WAYS * 4 / 10, DROP_SETS * DROP_WAYS * 6 / 10);
    assert_int_equal(drops->forgotten, MANY - count);
    free(drops);
}

static void texts(void **state)
{
    (void)state;
    assert_string_equal(pl_drop_text("NETFILTER_DROP"), "a rule of the firewall (netfilter)");
    assert_string_equal(pl_drop_text("NO_SOCKET"), "no socket listens on this port");
    assert_string_equal(pl_drop_text("NEIGH_FAILED"),
                        "the next hop does not answer ARP or neighbour discovery");
    assert_null(pl_drop_text("NETFILTER"));
    assert_null(pl_drop_text(""));
}

TEST_MAIN(TEST(found), TEST(answered), TEST(responders), TEST(full), TEST(texts))
