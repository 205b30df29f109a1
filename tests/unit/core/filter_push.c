/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel is told: never less than the filter lets through. */
#include "../filters.h"

#include "../../../src/core/snapshot.h"
#include "../../../src/source/source.h"

static size_t push(const char *expression, enum pl_proto proto, struct pl_list *list)
{
    struct pl_filter *filter = parse(expression);

    assert_int_equal(pl_filter_push(filter, proto, list), 0);
    pl_filter_free(filter);
    return list->count;
}

static void trees(void **state)
{
    struct pl_list list = {0};
    const struct pl_push *items;

    (void)state;
    assert_int_equal(push("sport 22", PL_PROTO_TCP, &list), 1);
    items = list.items;
    assert_int_equal(items[0].kind, PL_PUSH_LOCAL_PORT);
    assert_int_equal(items[0].low, 22);
    assert_int_equal(items[0].high, 22);
    assert_int_equal(push("not ( sport 22 or dst 10.0.0.0/8 )", PL_PROTO_TCP, &list), 3);
    items = list.items;
    assert_int_equal(items[0].kind, PL_PUSH_ALL);
    assert_true(items[1].negate && items[2].negate);
    assert_int_equal(items[2].bits, 8);
    free(list.items);
}

static void left_out(void **state)
{
    struct pl_list list = {0};

    (void)state;
    assert_int_equal(push("process x", PL_PROTO_TCP, &list), 0);
    assert_int_equal(push("process x and sport 22", PL_PROTO_TCP, &list), 2);
    assert_int_equal(push("process x or sport 22", PL_PROTO_TCP, &list), 0);
    assert_int_equal(push("not src inet:10.0.0.1", PL_PROTO_TCP, &list), 0);
    assert_int_equal(push("( udp and sport 53 ) or sport 22", PL_PROTO_TCP, &list), 2);
    assert_int_equal(push("tcp or sport 22", PL_PROTO_TCP, &list), 0);
    free(list.items);
}

TEST_MAIN(TEST(trees), TEST(left_out))
