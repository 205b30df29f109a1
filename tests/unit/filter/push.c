/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel filters: never narrower than the filter. */
#include "filters.h"

#include "snapshot/snapshot.h"
#include "source/source.h"

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
    /* To the kernel, the peer of a listener is 0.0.0.0:0. */
    assert_int_equal(push("not dport lt 100", PL_PROTO_TCP, &list), 0);
    assert_int_equal(push("not dport 1-100", PL_PROTO_TCP, &list), 1);
    assert_int_equal(push("not dport 1-100", PL_PROTO_RAW, &list), 0);
    assert_int_equal(push("not dst 0.0.0.0/0", PL_PROTO_TCP, &list), 0);
    assert_int_equal(push("not dst 10.0.0.0/8", PL_PROTO_TCP, &list), 1);
    assert_int_equal(push("dport lt 100", PL_PROTO_TCP, &list), 1);
    free(list.items);
}

static void numbers(void **state)
{
    static const struct {
        const char *expression;
        enum pl_push_kind kind;
        uint64_t number;
        uint32_t mask;
        bool negate;
    } rows[] = {
        {"fwmark = 0x10", PL_PUSH_MARK, 0x10, UINT32_MAX, false},
        {"fwmark = 0x10/0xf0", PL_PUSH_MARK, 0x10, 0xf0, false},
        {"fwmark != 020/255", PL_PUSH_MARK, 16, 255, true},
        {"dev = eth7", PL_PUSH_DEVICE, 7, 0, false},
        {"dev != eth7", PL_PUSH_DEVICE, 7, 0, true},
        {"ifindex = 3", PL_PUSH_DEVICE, 3, 0, false},
        {"scope = eth7", PL_PUSH_DEVICE, 7, 0, false},
        {"cgroup = /web", PL_PUSH_CGROUP, 4321, 0, false},
        {"cgroup = web", PL_PUSH_CGROUP, 4321, 0, false},
        {"cgroup != /sys/fs/cgroup/web", PL_PUSH_CGROUP, 4321, 0, true},
    };
    static const char *const not_pushed[] = {"dev = eth8",     "dev = eth*",    "dev",
                                             "scope != eth7",  "ifindex > 3",   "ifindex = 0",
                                             "mark > 3",       "cgroup = /api", "cgroup = /w*",
                                             "cgroup = '/w*'", "autobound",     "cgroup = /w/"};
    struct pl_list list = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct pl_push *item;

        if (push(rows[i].expression, PL_PROTO_TCP, &list) != 1)
            fail_msg("%s: not pushed", rows[i].expression);
        item = list.items;
        assert_int_equal(item->kind, rows[i].kind);
        assert_true(item->number == rows[i].number);
        assert_int_equal(item->mask, rows[i].mask);
        assert_int_equal(item->negate, rows[i].negate);
    }
    for (size_t i = 0; i < COUNT_OF(not_pushed); i++) {
        if (push(not_pushed[i], PL_PROTO_TCP, &list) != 0)
            fail_msg("%s: pushed", not_pushed[i]);
    }
    assert_int_equal(push("dev = 7", PL_PROTO_TCP, &list), 0);
    free(list.items);
}

TEST_MAIN(TEST(trees), TEST(left_out), TEST(numbers))
