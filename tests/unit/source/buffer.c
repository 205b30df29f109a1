/* SPDX-License-Identifier: BSD-2-Clause */
/* Growing buffers, and the abi of this machine. */
#include "harness.h"

#include "alloc.h"
#include "source/source.h"

static void grows(void **state)
{
    struct pl_buffer buffer = {0};

    (void)state;
    assert_int_equal(pl_buffer_add(&buffer, NULL, 0), 0);
    assert_int_equal(buffer.len, 0);
    for (unsigned int i = 0; i < 30000; i++) {
        const uint8_t byte = (uint8_t)(i % 251);

        assert_int_equal(pl_buffer_add(&buffer, &byte, 1), 0);
    }
    assert_int_equal(buffer.len, 30000);
    assert_true(buffer.size >= buffer.len);
    for (unsigned int i = 0; i < 30000; i++)
        assert_int_equal(buffer.data[i], i % 251);
    pl_buffer_free(&buffer);
    assert_null(buffer.data);
    assert_int_equal(buffer.len + buffer.size, 0);
    pl_buffer_free(&buffer);
}

static void reserves(void **state)
{
    struct pl_buffer buffer = {0};

    (void)state;
    assert_int_equal(pl_buffer_reserve(&buffer, 100000), 0);
    assert_true(buffer.size >= 100000);
    assert_int_equal(buffer.len, 0);
    memset(buffer.data, 1, 100000);
    pl_buffer_free(&buffer);
}

/* Lengths that overflow or exceed the memory are refused. */
static void too_much(void **state)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2 + 1};
    struct pl_buffer buffer = {0};
    const uint8_t *data;

    (void)state;
    assert_int_equal(pl_buffer_add(&buffer, "abc", 3), 0);
    data = buffer.data;
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        assert_int_equal(pl_buffer_reserve(&buffer, sizes[i]), -ENOMEM);
    alloc_fail(1);
    assert_int_equal(pl_buffer_reserve(&buffer, 1 << 20), -ENOMEM);
    assert_true(alloc_failed());
    assert_ptr_equal(buffer.data, data);
    assert_int_equal(buffer.len, 3);
    assert_memory_equal(buffer.data, "abc", 3);
    pl_buffer_free(&buffer);
}

static void here(void **state)
{
    const struct pl_abi abi = pl_abi_here(PL_SYSTEM_LINUX);
    const uint32_t number = 1;

    (void)state;
    assert_int_equal(abi.system, PL_SYSTEM_LINUX);
    assert_int_equal(abi.long_bytes, sizeof(long));
    assert_int_equal(abi.big_endian, *(const uint8_t *)&number == 0);
}

TEST_MAIN(TEST(grows), TEST(reserves), TEST(too_much), TEST(here))
