/* SPDX-License-Identifier: BSD-2-Clause */
/* The frames of the feed of rules. */
#include "nat_kept.h"

static void put_frame(struct bytes *b, uint32_t what, size_t zeros)
{
    put_u32(b, what);
    put_u32(b, 0);
    put_u32(b, (uint32_t)zeros);
    put_zeros(b, zeros);
}

static int decode(const struct bytes *b, size_t len, struct nat_kept *kept)
{
    nat_reset(kept);
    return decode_feed("linux/nat", b->data, len, &kept->sink);
}

static void frames(void **state)
{
    static struct nat_kept kept;
    static struct bytes b;

    (void)state;
    assert_int_equal(decode(&b, 0, &kept), 0);
    put_frame(&b, PL_NAT_FRAME_NFT, 0);
    put_frame(&b, PL_NAT_FRAME_IPT, PL_NAT_INFO_BYTES);
    put_frame(&b, PL_NAT_FRAME_IP6T, PL_NAT_INFO_BYTES);
    for (size_t len = 0; len <= b.len; len++) {
        bool whole = len == 0 || len == 12 || len == 24 + PL_NAT_INFO_BYTES || len == b.len;

        assert_int_equal(decode(&b, len, &kept), whole ? 0 : -EBADMSG);
        assert_int_equal(kept.count, 0);
        assert_int_equal(kept.malformed, 0);
    }
    put_frame(&b, 9, 3);
    assert_int_equal(decode(&b, b.len, &kept), 0);
    assert_int_equal(kept.malformed, 1);
    set_u32(&b, 8, UINT32_MAX);
    assert_int_equal(decode(&b, b.len, &kept), -EBADMSG);
}

/* One frame is damaged: the others are kept. */
static void damaged(void **state)
{
    static struct nat_kept kept;
    static struct bytes b;

    (void)state;
    put_frame(&b, PL_NAT_FRAME_NFT, 7);
    put_frame(&b, PL_NAT_FRAME_IPT, PL_NAT_INFO_BYTES);
    b.data[12 + 7 + 12 + 32] = 1; /* hooks: PREROUTING */
    assert_int_equal(decode(&b, b.len, &kept), -EBADMSG);
    assert_int_equal(kept.count, 1);
    assert_int_equal(kept.rules[0].kind, PL_NAT_BASE);
}

TEST_MAIN(TEST(frames), TEST(damaged))
