/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sorts numbers by value, words by letters, absent values last. (Addresses and owners: see cell.c.)
 */
#include "harness.h"

#include "view/column.h"

static void order(void **state)
{
    const struct cell cells[] = {
        {.kind = CELL_NUMBER, .number = 9},
        {.kind = CELL_NUMBER, .number = 10},
        {.kind = CELL_ABSENT},
    };
    const struct cell first = {.kind = CELL_TIME, .number = 5};
    const struct cell then = {.kind = CELL_TIME, .number = 951782400};
    const struct cell a = {.kind = CELL_WORD, .text = {"LISTEN", 6}};
    const struct cell b = {.kind = CELL_WORD, .text = {"LISTENING", 9}};
    const struct view view = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        for (size_t j = 0; j < COUNT_OF(cells); j++) {
            int sign = cell_compare(&view, &cells[i], &cells[j]);

            assert_int_equal((sign > 0) - (sign < 0), (i > j) - (i < j));
        }
    }
    assert_true(cell_compare(&view, &first, &then) < 0);
    assert_true(cell_compare(&view, &a, &b) < 0);
    assert_true(cell_compare(&view, &b, &a) > 0);
}

TEST_MAIN(TEST(order))
