/* SPDX-License-Identifier: BSD-2-Clause */
/* The join of attempts from packets with those from reports. */
#include "join.h"

/* The three parts of an attempt, in every order, are one. */
static void orders(void **state)
{
    static const uint8_t all[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                      {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct joined joined;

        begin(&joined, true, true);
        for (size_t n = 0; n < 3; n++) {
            struct pl_attempt part = attempt_of(
                all[i][n] == 1 ? PL_ATTEMPT_STATES : PL_ATTEMPT_PEER_STATES, PL_VERDICT_COMPLETED);
            const struct pl_attempt packets = packets_of(PL_VERDICT_COMPLETED);

            part.have |= PL_ATTEMPT_NETNS;
            part.netns = all[i][n];
            assert_int_equal(joined.count, 0);
            if (all[i][n] == 0)
                add(&joined, &packets, n);
            else
                add_owned(&joined, part, 40 + all[i][n], n);
        }
        assert_int_equal(joined.count, 1);
        assert_int_equal(joined.pids[0][0], 41);
        assert_int_equal(joined.pids[0][1], 42);
        assert_int_equal(joined.items[0].netns, 1); /* of the initiator */
        assert_int_equal(joined.items[0].syn_count, 2);
        assert_int_equal(joined.items[0].syn.mss, 1460);
        assert_int_equal(joined.items[0].owner_unknown, 0);
        assert_int_equal(pl_joiner_count(joined.joiner), 0);
        assert_true(pl_joiner_due(joined.joiner) == 0);
        pl_joiner_free(joined.joiner);
    }
}

/* A part waits for its counterpart for a limited time. The part that has waited longest is passed on first. */
static void patience(void **state)
{
    struct pl_attempt packets = packets_of(PL_VERDICT_COMPLETED);
    struct joined joined;

    (void)state;
    begin(&joined, true, true);
    add(&joined, &packets, 1000);
    packets.ports[0] = 1001;
    add(&joined, &packets, 1100);
    assert_true(pl_joiner_due(joined.joiner) == 1000 + PATIENCE);
    assert_int_equal(pl_joiner_step(joined.joiner, 1000 + PATIENCE - 1), 0);
    assert_int_equal(joined.count, 0);
    assert_int_equal(pl_joiner_step(joined.joiner, 1000 + PATIENCE), 0);
    assert_int_equal(joined.count, 1);
    assert_int_equal(joined.items[0].ports[0], 1000);
    assert_int_equal(joined.items[0].owner_unknown, PL_OWNER_NOT_FOUND);
    assert_true(pl_joiner_due(joined.joiner) == 1100 + PATIENCE);
    assert_int_equal(pl_joiner_end(joined.joiner), 0);
    assert_int_equal(joined.count, 2);
    assert_int_equal(joined.asked, 0); /* there are packets */
    pl_joiner_free(joined.joiner);
}

/* With one source, nothing waits for the other one. */
static void single(void **state)
{
    const struct pl_attempt packets = packets_of(PL_VERDICT_COMPLETED);
    struct joined joined;

    (void)state;
    begin(&joined, true, false);
    add(&joined, &packets, 0);
    assert_int_equal(joined.count, 1);
    pl_joiner_free(joined.joiner);
    begin(&joined, false, true);
    add_owned(&joined, attempt_of(PL_ATTEMPT_STATES, PL_VERDICT_RST), 7, 0);
    assert_int_equal(joined.count, 1);
    assert_int_equal(joined.pids[0][0], 7);
    add_owned(&joined, attempt_of(PL_ATTEMPT_STATES, PL_VERDICT_COMPLETED), 7, 0);
    assert_int_equal(joined.count, 1); /* the other end may be here */
    assert_int_equal(pl_joiner_step(joined.joiner, PATIENCE), 0);
    assert_int_equal(joined.count, 2);
    assert_int_equal(joined.asked, 0);
    pl_joiner_free(joined.joiner);
}

/* Packets are asked for before an attempt is printed without them. */
static void asks(void **state)
{
    struct pl_attempt packets = packets_of(PL_VERDICT_NO_ANSWER);
    struct pl_attempt part = attempt_of(PL_ATTEMPT_STATES | PL_ATTEMPT_ERROR, PL_VERDICT_RST);
    struct joined joined;

    (void)state;
    part.error = 111;
    begin(&joined, true, true);
    joined.answer = &packets;
    add_owned(&joined, part, 7, 0);
    assert_int_equal(pl_joiner_step(joined.joiner, PATIENCE), 0);
    assert_int_equal(joined.asked, 1);
    assert_int_equal(joined.count, 1);
    assert_int_equal(joined.pids[0][0], 7);
    assert_int_equal(joined.items[0].error, 111);
    assert_int_equal(joined.items[0].syn_count, 2);
    assert_int_equal(joined.items[0].verdict, PL_VERDICT_RST); /* the packets show no end */
    /* The answer is about another attempt. */
    packets.ports[0] = 1001;
    add_owned(&joined, part, 8, 1000);
    assert_int_equal(pl_joiner_step(joined.joiner, 1000 + PATIENCE), 0);
    assert_int_equal(joined.asked, 2);
    assert_int_equal(joined.items[1].have & PL_ATTEMPT_PACKETS, 0);
    assert_int_equal(pl_joiner_end(joined.joiner), 0);
    assert_int_equal(joined.count, 3);
    pl_joiner_free(joined.joiner);
}

static void verdicts(void **state)
{
    static const struct {
        uint8_t packets, states, both;
    } rows[] = {
        {PL_VERDICT_ICMP, PL_VERDICT_RST, PL_VERDICT_ICMP}, /* both are ECONNREFUSED */
        {PL_VERDICT_RST, PL_VERDICT_NO_ANSWER, PL_VERDICT_RST},
        {PL_VERDICT_HALF_OPEN, PL_VERDICT_COMPLETED, PL_VERDICT_HALF_OPEN}, /* no third step */
        {PL_VERDICT_NO_ANSWER, PL_VERDICT_NO_ANSWER, PL_VERDICT_NO_ANSWER},
        {PL_VERDICT_TRYING, PL_VERDICT_NO_ANSWER, PL_VERDICT_NO_ANSWER},
        {PL_VERDICT_HALF_OPEN, PL_VERDICT_TRYING, PL_VERDICT_HALF_OPEN},
        {PL_VERDICT_ABANDONED, PL_VERDICT_NO_ANSWER, PL_VERDICT_ABANDONED},
        {PL_VERDICT_LATE, PL_VERDICT_COMPLETED, PL_VERDICT_COMPLETED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct pl_attempt packets = packets_of(rows[i].packets);
        struct joined joined;

        begin(&joined, true, true);
        add_owned(&joined, attempt_of(PL_ATTEMPT_STATES, rows[i].states), 7, 0);
        add(&joined, &packets, 0);
        assert_int_equal(pl_joiner_end(joined.joiner), 0);
        assert_int_equal(joined.count, 1);
        assert_int_equal(joined.items[0].verdict, rows[i].both);
        assert_int_equal(joined.pids[0][0], 7);
        pl_joiner_free(joined.joiner);
    }
}

/* The socket of the responder is established only when it has got the third step. */
static void third_step(void **state)
{
    const struct pl_attempt packets = packets_of(PL_VERDICT_HALF_OPEN);
    struct joined joined;

    (void)state;
    begin(&joined, true, true);
    add(&joined, &packets, 0);
    add_owned(&joined, attempt_of(PL_ATTEMPT_PEER_STATES, PL_VERDICT_COMPLETED), 7, 0);
    assert_int_equal(pl_joiner_end(joined.joiner), 0);
    assert_int_equal(joined.count, 1);
    assert_int_equal(joined.items[0].verdict, PL_VERDICT_COMPLETED);
    pl_joiner_free(joined.joiner);
}

/* Other numbers, as in another network namespace with the same addresses, are another attempt. */
static void numbers(void **state)
{
    struct pl_attempt packets = packets_of(PL_VERDICT_COMPLETED);
    struct pl_attempt part = attempt_of(PL_ATTEMPT_STATES, PL_VERDICT_COMPLETED);
    struct joined joined;

    (void)state;
    begin(&joined, true, true);
    part.isn = 101;
    add_owned(&joined, part, 7, 0);
    add(&joined, &packets, 0);
    part.isn = 100;
    part.peer_isn = 501;
    add_owned(&joined, part, 8, 0);
    assert_int_equal(pl_joiner_count(joined.joiner), 3);
    /* Without numbers, the ends decide. */
    part.have &= ~(uint32_t)(PL_ATTEMPT_ISN | PL_ATTEMPT_PEER_ISN);
    part.have = (part.have & ~(uint32_t)PL_ATTEMPT_STATES) | PL_ATTEMPT_PEER_STATES;
    add_owned(&joined, part, 9, 0);
    assert_int_equal(pl_joiner_count(joined.joiner), 3);
    assert_int_equal(pl_joiner_end(joined.joiner), 0);
    assert_int_equal(joined.count, 3);
    pl_joiner_free(joined.joiner);
}

/* Both ends send a SYN: each is the initiator of its own socket. */
static void crossed(void **state)
{
    const struct pl_attempt packets = packets_of(PL_VERDICT_SIMULTANEOUS);
    const struct pl_attempt part = attempt_of(PL_ATTEMPT_STATES, PL_VERDICT_SIMULTANEOUS);
    struct pl_attempt other = part;

    (void)state;
    memcpy(other.addrs[0], part.addrs[1], 16);
    memcpy(other.addrs[1], part.addrs[0], 16);
    other.ports[0] = 80;
    other.ports[1] = 1000;
    other.isn = 500;
    other.peer_isn = 100;
    for (unsigned int first = 0; first < 4; first++) {
        struct joined joined;

        begin(&joined, true, true);
        if (first == 2)
            add(&joined, &packets, 0);
        add_owned(&joined, first == 1 ? other : part, first == 1 ? 8 : 7, 0);
        if (first == 3)
            add(&joined, &packets, 0);
        add_owned(&joined, first == 1 ? part : other, first == 1 ? 7 : 8, 0);
        if (first < 2)
            add(&joined, &packets, 0);
        assert_int_equal(joined.count, 1);
        assert_int_equal(joined.items[0].ports[0], 1000);
        assert_int_equal(joined.pids[0][0], 7);
        assert_int_equal(joined.pids[0][1], 8);
        pl_joiner_free(joined.joiner);
    }
}

/*
 * The address and the port of an attempt that goes on are not known to the kernel's reports: the time
 * decides, whichever part is first.
 */
static void without_port(void **state)
{
    const uint64_t ms = 1000000;

    (void)state;
    for (size_t order = 0; order < 2; order++) {
        struct joined joined;

        begin(&joined, true, true);
        for (size_t i = 0; i < 6; i++) {
            size_t at = order == 0 ? i : 5 - i;
            struct pl_attempt part =
                at < 2 ? attempt_of(PL_ATTEMPT_STATES | PL_ATTEMPT_NO_PORT | PL_ATTEMPT_NO_ADDRESS,
                                    PL_VERDICT_TRYING)
                       : packets_of(PL_VERDICT_TRYING);

            part.time += (at % 2) * 5 * ms;
            part.ports[0] = (uint16_t)(1000 + at);
            if (at >= 4) { /* too far from all */
                part.time += 50 * ms;
                add(&joined, &part, 0);
            } else if (at >= 2) {
                add(&joined, &part, 0);
            } else {
                memset(part.addrs[0], 0, sizeof(part.addrs[0]));
                part.ports[0] = 0;
                part.have &= ~(uint32_t)PL_ATTEMPT_ISN;
                add_owned(&joined, part, 7 + (uint32_t)at, 0);
            }
        }
        assert_int_equal(joined.count, 0);
        assert_int_equal(pl_joiner_end(joined.joiner), 0);
        assert_int_equal(joined.count, 4);
        for (size_t i = 0; i < joined.count; i++) {
            unsigned int port = joined.items[i].ports[0];

            assert_in_range(port, 1002, 1005);
            assert_int_equal(joined.pids[i][0], port < 1004 ? port - 1002 + 7 : 0);
            assert_memory_equal(joined.items[i].addrs[0], "\12\0\0\1", 4);
            assert_false(joined.items[i].have & (PL_ATTEMPT_NO_PORT | PL_ATTEMPT_NO_ADDRESS));
        }
        pl_joiner_free(joined.joiner);
    }
}

/* Two processes at the same time: an attempt has no owner rather than a wrong one, and is there once. */
static void doubtful(void **state)
{
    struct pl_attempt part =
        attempt_of(PL_ATTEMPT_STATES | PL_ATTEMPT_NO_PORT | PL_ATTEMPT_NO_ADDRESS |
                       PL_ATTEMPT_NETNS | PL_ATTEMPT_CONNECT_TIME,
                   PL_VERDICT_TRYING);
    struct pl_attempt packets = packets_of(PL_VERDICT_TRYING);
    struct joined joined;

    (void)state;
    memset(part.addrs[0], 0, sizeof(part.addrs[0]));
    part.ports[0] = 0;
    part.have &= ~(uint32_t)PL_ATTEMPT_ISN;
    begin(&joined, true, true);
    add_owned(&joined, part, 7, 0);
    add_owned(&joined, part, 8, 0);
    add(&joined, &packets, 0);
    packets.ports[0] = 1001;
    add(&joined, &packets, 0);
    assert_int_equal(pl_joiner_end(joined.joiner), 0);
    assert_int_equal(joined.count, 2);
    for (size_t i = 0; i < joined.count; i++) {
        assert_int_equal(joined.pids[i][0], 0);
        assert_int_equal(joined.items[i].owner_unknown, PL_OWNER_NOT_FOUND);
        assert_false(joined.items[i].have & (PL_ATTEMPT_NETNS | PL_ATTEMPT_CONNECT_TIME));
    }
    pl_joiner_free(joined.joiner);
}

/* A connection that began before, and packets of none, do not wait. */
static void strays(void **state)
{
    const struct pl_attempt stray = packets_of(PL_VERDICT_STRAY);
    const struct pl_attempt late = packets_of(PL_VERDICT_LATE);
    struct joined joined;

    (void)state;
    begin(&joined, true, true);
    add(&joined, &stray, 0);
    add(&joined, &late, 0);
    assert_int_equal(joined.count, 2);
    pl_joiner_free(joined.joiner);
}

/* The memory is bounded: the oldest no longer waits. Nothing is lost. */
static void flood(void **state)
{
    enum { COUNT = 200000 };
    struct joined joined;

    (void)state;
    begin(&joined, true, true);
    joined.only_count = true;
    for (uint32_t i = 0; i < COUNT; i++) {
        struct pl_attempt packets = packets_of(PL_VERDICT_COMPLETED);

        packets.isn = i;
        packets.ports[0] = (uint16_t)i;
        packets.addrs[0][2] = (uint8_t)(i >> 16);
        add(&joined, &packets, 0);
        assert_true(pl_joiner_count(joined.joiner) <= 65536);
    }
    assert_int_equal(joined.count, COUNT - 65536);
    assert_int_equal(pl_joiner_end(joined.joiner), 0);
    assert_int_equal(joined.count, COUNT);
    pl_joiner_free(joined.joiner);
}

/* What waits when it is freed has owners, too. */
static void freed(void **state)
{
    struct joined joined;

    (void)state;
    begin(&joined, true, true);
    add_owned(&joined, attempt_of(PL_ATTEMPT_STATES, PL_VERDICT_COMPLETED), 7, 0);
    /* The same part again: not the same attempt, since a part comes once. */
    add_owned(&joined, attempt_of(PL_ATTEMPT_STATES, PL_VERDICT_COMPLETED), 8, 0);
    assert_int_equal(pl_joiner_count(joined.joiner), 2);
    pl_joiner_free(joined.joiner);
    pl_joiner_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders),   cmocka_unit_test(patience),     cmocka_unit_test(single),
        cmocka_unit_test(asks),     cmocka_unit_test(verdicts),     cmocka_unit_test(numbers),
        cmocka_unit_test(crossed),  cmocka_unit_test(without_port), cmocka_unit_test(strays),
        cmocka_unit_test(flood),    cmocka_unit_test(freed),        cmocka_unit_test(third_step),
        cmocka_unit_test(doubtful),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
