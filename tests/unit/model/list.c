/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists grow, and keep their items if memory runs out. */
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
    /* More bytes than a size_t counts are not requested. */
    assert_int_equal(pl_list_grow(&list, SIZE_MAX / 2), -ENOMEM);
    free(list.items);
}

static int compare_halves(const void *a, const void *b)
{
    return *(const uint8_t *)a / 2 - *(const uint8_t *)b / 2;
}

static void in_order(void **state)
{
    uint8_t bytes[] = {9, 5, 2, 8, 4};
    struct pl_list list = {.items = bytes, .count = sizeof(bytes)};
    struct pl_list empty = {0};

    (void)state;
    pl_list_sort(&list, 1, compare_halves);
    for (size_t i = 1; i < list.count; i++)
        assert_true(compare_halves(&bytes[i - 1], &bytes[i]) <= 0);
    memcpy(bytes, (uint8_t[]){2, 4, 5, 9, 8}, sizeof(bytes));
    pl_list_unique(&list, 1, compare_halves);
    assert_int_equal(list.count, 3);
    assert_memory_equal(bytes, ((uint8_t[]){2, 4, 9}), 3);
    pl_list_sort(&empty, 1, compare_halves);
    pl_list_unique(&empty, 1, compare_halves);
    assert_int_equal(empty.count, 0);
}

/* Every key before, at, between and after the items. */
static void searched(void **state)
{
    static const uint8_t items[] = {2, 4, 4, 4, 6, 9};

    (void)state;
    for (unsigned int count = 0; count <= sizeof(items); count++) {
        for (uint8_t key = 0; key < 24; key++) {
            size_t want = 0;

            while (want < count && items[want] / 2 < key / 2)
                want++;
            assert_int_equal(pl_lower_bound(&key, items, count, 1, compare_halves), want);
        }
    }
}

TEST_MAIN(TEST(grows), TEST(in_order), TEST(searched), TEST(without_memory))
