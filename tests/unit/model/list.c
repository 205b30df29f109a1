/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists grow, and keep what they have when memory is out. */
#include "harness.h"

#include "alloc.h"
#include "model/list.h"

static void grows(void **state)
{
    struct pl_list list = {0};
    const uint32_t *items;

    (void)state;
    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t *item = pl_list_add(&list, sizeof(*item));

        if (!item)
            fail();
        else
            *item = i * 3;
    }
    assert_int_equal(list.count, 1000);
    assert_true(list.size >= list.count);
    items = list.items;
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(items[i], i * 3);
    free(list.items);
}

static void without_memory(void **state)
{
    struct pl_list list = {0};
    uint8_t *item;

    (void)state;
    alloc_fail(1);
    assert_null(pl_list_add(&list, 1));
    assert_true(alloc_failed());
    assert_int_equal(list.count + list.size, 0);
    do {
        item = pl_list_add(&list, 1);
        if (!item)
            fail();
        else
            *item = 7;
    } while (list.count < list.size);
    alloc_fail(1);
    assert_int_equal(pl_list_grow(&list, 1), -ENOMEM);
    assert_int_equal(list.count, list.size);
    assert_int_equal(*(uint8_t *)list.items, 7);
    /* More bytes than can be counted are not even asked for. */
    assert_int_equal(pl_list_grow(&list, SIZE_MAX / 2), -ENOMEM);
    free(list.items);
}

TEST_MAIN(TEST(grows), TEST(without_memory))
