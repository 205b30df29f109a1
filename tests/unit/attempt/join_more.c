/* SPDX-License-Identifier: BSD-2-Clause */
/* The join of attempts with dropped SYNs; many attempts that are not decided. */
#include "join.h"

/* Drops for one reason are counted, and added to the attempt with that initiator and number, however it is passed on. */
static void drops(void **state)
{
    struct pl_attempt drop = attempt_of(PL_ATTEMPT_DROPPED, PL_VERDICT_NONE);
    const struct pl_attempt packets = packets_of(PL_VERDICT_NO_ANSWER);
    struct pl_attempt other = packets;
    struct joined joined;

    (void)state;
    drop.drop_reason = "NO_SOCKET";
    drop.drop_netns = 5;
    begin(&joined, true, true);
    memcpy(drop.addrs[1], "\12\0\0\7", 4); /* the destination was translated */
    add(&joined, &drop, 0);
    drop.drop_reason = "NETFILTER_DROP";
    add(&joined, &drop, 0);
    add(&joined, &drop, 0);
    assert_int_equal(pl_joiner_count(joined.joiner), 0);
    add(&joined, &packets, 0);
    other.isn++;
    add(&joined, &other, 0);
    add_owned(&joined, attempt_of(PL_ATTEMPT_STATES, PL_VERDICT_NO_ANSWER), 7, 0);
    assert_int_equal(joined.count, 1);
    assert_true(joined.items[0].have & PL_ATTEMPT_DROPPED);
    assert_int_equal(joined.items[0].drop_count, 2);
    assert_int_equal(joined.items[0].drop_netns, 5);
    assert_string_equal(joined.items[0].drop_reason, "NETFILTER_DROP");
    assert_int_equal(pl_joiner_end(joined.joiner), 0);
    assert_int_equal(joined.count, 2);
    assert_false(joined.items[1].have & PL_ATTEMPT_DROPPED);
    pl_joiner_free(joined.joiner);
}

/* More attempts than may wait otherwise are left at the end: each is still joined with its socket. */
static void many_trying(void **state)
{
    enum { MANY = 70000 };
    struct pl_attempt packets = packets_of(PL_VERDICT_TRYING);
    struct pl_attempt part = attempt_of(PL_ATTEMPT_STATES, PL_VERDICT_TRYING);
    struct joined joined;

    (void)state;
    begin(&joined, true, true);
    joined.only_count = true;
    for (uint32_t i = 0; i < MANY; i++) {
        memcpy(packets.addrs[0], &i, sizeof(i));
        packets.isn = i;
        add(&joined, &packets, 0);
    }
    assert_int_equal(joined.count, 0);
    for (uint32_t i = 0; i < MANY; i++) {
        memcpy(part.addrs[0], &i, sizeof(i));
        part.isn = i;
        add(&joined, &part, 0);
    }
    assert_int_equal(pl_joiner_end(joined.joiner), 0);
    assert_int_equal(joined.count, MANY);
    pl_joiner_free(joined.joiner);
}

TEST_MAIN(TEST(drops), TEST(many_trying))
