/* SPDX-License-Identifier: BSD-2-Clause */
/* Segments that were captured at several interfaces. */
#include "alloc.h"
#include "script.h"

#include <errno.h>

#define US UINT64_C(1000)
#define MS (1000 * US)

static struct pl_segment syn(void)
{
    struct pl_segment segment = {.time = SCRIPT_START,
                                 .source = {10, 9, 0, 1},
                                 .target = {10, 9, 0, 2},
                                 .source_port = 40000,
                                 .target_port = 80,
                                 .seq = 7,
                                 .flags = PL_TCP_SYN,
                                 .family = 4};

    return segment;
}

static void copies_and_repetitions(void **state)
{
    /* The same SYN, by interface and time since the first. */
    static const struct {
        uint32_t interface;
        uint64_t after;
        bool copy;
    } steps[] = {
        {2, 0, false},        {3, 5 * US, true},   {4, 90 * MS, true},
        {2, 200 * MS, false}, {3, 201 * MS, true}, /* sent again */
        {2, 202 * MS, false},                      /* again at once, at the same interface */
        {3, 310 * MS, false}, {2, 309 * MS, true}, /* clocks were read in the other order */
    };
    struct pl_copies *copies = NULL;

    (void)state;
    assert_int_equal(pl_copies_new(&copies), 0);
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        struct pl_segment segment = syn();

        segment.time += steps[i].after;
        if (pl_copies_has(copies, &segment, steps[i].interface) != steps[i].copy)
            fail_msg("step %zu", i);
    }
    pl_copies_free(copies);
}

/* Segments that differ in one member. */
static void others(void **state)
{
    struct pl_segment changed[12];
    struct pl_copies *copies = NULL;
    struct pl_segment first = syn();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(changed); i++)
        changed[i] = syn();
    changed[0].source[15] = 1;
    changed[1].target[0] = 1;
    changed[2].source_port = 1;
    changed[3].target_port = 1;
    changed[4].seq = 1;
    changed[5].ack = 1;
    changed[6].data = 1;
    changed[7].flags = PL_TCP_SYN | PL_TCP_ACK;
    changed[8].icmp = true;
    changed[9].icmp = true;
    changed[9].code = 1;
    changed[10].icmp = true;
    changed[10].type = 3;
    changed[11].source_port = first.target_port;
    changed[11].target_port = first.source_port;
    for (size_t i = 0; i < COUNT_OF(changed); i++) {
        assert_int_equal(pl_copies_new(&copies), 0);
        assert_false(pl_copies_has(copies, &first, 2));
        if (pl_copies_has(copies, &changed[i], 3))
            fail_msg("segment %zu is no copy", i);
        assert_true(pl_copies_has(copies, &changed[i], 4));
        pl_copies_free(copies);
    }
}

/* Many at a time. */
static void many(void **state)
{
    struct pl_copies *copies = NULL;
    unsigned int found = 0;

    (void)state;
    assert_int_equal(pl_copies_new(&copies), 0);
    for (uint32_t i = 0; i < 100000; i++) {
        struct pl_segment segment = syn();

        segment.seq = i;
        segment.time += i * US;
        assert_false(pl_copies_has(copies, &segment, 2));
        segment.time += 3 * US;
        found += pl_copies_has(copies, &segment, 3);
    }
    assert_int_equal(found, 100000);
    pl_copies_free(copies);
}

/* Many at a time, whose copies follow after a queue. */
static void queued(void **state)
{
    struct pl_copies *copies = NULL;
    unsigned int missed = 0;

    (void)state;
    assert_int_equal(pl_copies_new(&copies), 0);
    for (uint32_t i = 0; i < 100000; i++) {
        struct pl_segment segment = syn();

        segment.seq = i * 7919;
        segment.time += i * US;
        assert_false(pl_copies_has(copies, &segment, 2));
        if (i < 200)
            continue;
        segment.seq = (i - 200) * 7919;
        missed += !pl_copies_has(copies, &segment, 3);
    }
    assert_int_equal(missed, 0);
    pl_copies_free(copies);
}

static void no_memory(void **state)
{
    struct pl_copies *copies = NULL;

    (void)state;
    alloc_fail(1);
    assert_int_equal(pl_copies_new(&copies), -ENOMEM);
    alloc_fail(0);
    assert_null(copies);
    pl_copies_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(copies_and_repetitions),
                                       cmocka_unit_test(others), cmocka_unit_test(many),
                                       cmocka_unit_test(queued), cmocka_unit_test(no_memory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
