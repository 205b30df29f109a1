/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets by cookie. */
#include "alloc.h"
#include "events.h"

#define MANY 3000

/* Entries stay found while others come and go, and their space is used again. */
static void churn(void **state)
{
    struct pl_table table = {0};
    struct pl_tracked *entry;
    size_t at = 0;
    size_t count = 0;
    uint32_t end;

    (void)state;
    assert_null(pl_table_find(&table, 1));
    for (uint64_t i = 1; i <= MANY; i++) {
        entry = pl_table_add(&table, i * 64, i % 2 ? PL_FAMILY_INET : PL_FAMILY_INET6);
        assert_non_null(entry);
        assert_int_equal((uintptr_t)entry % sizeof(uint64_t), 0);
        entry->local_port = (uint16_t)i;
        memset(entry->addrs, (int)i, 2 * pl_track_addr_len(entry));
    }
    for (uint64_t i = 1; i <= MANY; i += 3)
        pl_table_remove(&table, pl_table_find(&table, i * 64));
    assert_int_equal(table.count, MANY - MANY / 3);
    for (uint64_t i = 1; i <= MANY; i++) {
        entry = pl_table_find(&table, i * 64);
        if (i % 3 == 1) {
            assert_null(entry);
            continue;
        }
        assert_non_null(entry);
        assert_int_equal(entry->local_port, i);
        assert_int_equal(entry->addrs[2 * pl_track_addr_len(entry) - 1], i & 0xffU);
    }
    while ((entry = pl_table_next(&table, &at)))
        count++;
    assert_int_equal(count, MANY - MANY / 3);
    end = table.pools[0].end;
    for (uint64_t i = 1; i <= MANY; i += 6)
        assert_non_null(pl_table_add(&table, i * 64, PL_FAMILY_INET));
    assert_int_equal(table.pools[0].end, end);
    pl_table_free(&table);
}

/* 100,000 idle sockets: less than 8 MB, of IPv4. */
static void memory(void **state)
{
    struct pl_table table = {0};
    size_t bytes;

    (void)state;
    for (uint64_t i = 1; i <= 100000; i++)
        assert_non_null(pl_table_add(&table, i, PL_FAMILY_INET));
    bytes = table.pools[0].blocks.count * 1024 * table.pools[0].size +
            (table.mask + 1) * sizeof(uint32_t);
    assert_true(bytes < 8U << 20);
    pl_table_free(&table);
}

static void no_memory(void **state)
{
    (void)state;
    for (unsigned long nth = 1; nth < 5; nth++) {
        struct pl_table table = {0};
        struct pl_tracked *entry;

        alloc_fail(nth);
        entry = pl_table_add(&table, 1, PL_FAMILY_INET);
        alloc_fail(0);
        if (entry)
            assert_ptr_equal(pl_table_find(&table, 1), entry);
        else
            assert_int_equal(table.count, 0);
        assert_non_null(pl_table_add(&table, 2, PL_FAMILY_INET));
        pl_table_free(&table);
    }
}

TEST_MAIN(TEST(churn), TEST(memory), TEST(no_memory))
