/* SPDX-License-Identifier: BSD-2-Clause */
/* Flags of sockets that permit others on their port. */
#include "decode/linux/reuse.h"
#include "api/bind.h"
#include "harness.h"

#define FEED "linux/reuse"

static struct pl_reuse taken[8];
static size_t taken_count;
static int refuse; /* the record at which the sink fails; 0: none */

static int take(struct pl_sink *sink, const struct pl_reuse *reuse)
{
    (void)sink;
    if (refuse > 0 && --refuse == 0)
        return -ENOMEM;
    assert_true(taken_count < COUNT_OF(taken));
    taken[taken_count++] = *reuse;
    return 0;
}

static void put_record(struct bytes *b, uint64_t cookie, uint32_t inode, uint8_t bits)
{
    const size_t from = b->len;

    put_u64(b, cookie);
    assert_int_equal(b->len - from, PL_REUSE_AT_INODE);
    put_u32(b, inode);
    assert_int_equal(b->len - from, PL_REUSE_AT_BITS);
    put_u8(b, bits);
    put_zeros(b, 3);
    assert_int_equal(b->len - from, PL_REUSE_SIZE);
}

static int decode(const struct bytes *b, size_t len)
{
    struct recorder_sink *got = recorder_new();
    int err;

    taken_count = 0;
    got->sink.reuse = take;
    err = decode_feed_abi(FEED, b->data, len, b->big_endian, 8, &got->sink);
    assert_int_equal(got->note_count, 0);
    recorder_free(got);
    return err;
}

/* The bits beside the flags are skc_ipv6only and skc_net_refcnt. */
static void flags(void **state)
{
    static const struct {
        uint8_t little, big;
        unsigned int flags;
    } cases[] = {
        {0x40, 0x02, PL_REUSE_NONE}, {0x41, 0x12, PL_REUSE_ADDR},
        {0x42, 0x22, PL_REUSE_ADDR}, /* SK_FORCE_REUSE */
        {0x50, 0x0a, PL_REUSE_PORT}, {0x71, 0x1e, PL_REUSE_ADDR | PL_REUSE_PORT},
        {0x20, 0x04, PL_REUSE_NONE},
    };

    (void)state;
    for (int big = 0; big < 2; big++) {
        struct bytes b = {.big_endian = big == 1};

        for (size_t i = 0; i < COUNT_OF(cases); i++)
            put_record(&b, UINT64_C(0x100000007) + i, 500, big ? cases[i].big : cases[i].little);
        assert_int_equal(decode(&b, b.len), 0);
        assert_int_equal(taken_count, COUNT_OF(cases));
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            assert_int_equal(taken[i].cookie, UINT64_C(0x100000007) + i);
            assert_int_equal(taken[i].key, 0); /* the cookie suffices */
            assert_int_equal(taken[i].flags, cases[i].flags);
        }
    }
}

static void without_cookie(void **state)
{
    struct bytes b = {0};

    (void)state;
    put_record(&b, 0, 4000000000U, 0x01);
    put_record(&b, 0, 0, 0x01);
    assert_int_equal(decode(&b, b.len), 0);
    assert_int_equal(taken_count, 1);
    assert_int_equal(taken[0].cookie, 0);
    assert_int_equal(taken[0].key, 4000000000U);
    assert_int_equal(taken[0].flags, PL_REUSE_ADDR);
}

static void cut_and_refused(void **state)
{
    struct bytes b = {0};

    (void)state;
    put_record(&b, 1, 0, 0);
    put_record(&b, 2, 0, 0);
    for (size_t len = 0; len <= b.len; len++) {
        assert_int_equal(decode(&b, len), len % PL_REUSE_SIZE == 0 ? 0 : -EBADMSG);
        assert_int_equal(taken_count, len / PL_REUSE_SIZE);
    }
    refuse = 2;
    assert_int_equal(decode(&b, b.len), -ENOMEM);
    assert_int_equal(taken_count, 1);
}

TEST_MAIN(TEST(flags), TEST(without_cookie), TEST(cut_and_refused))
