/* SPDX-License-Identifier: BSD-2-Clause */
/* Ids and paths of control groups. */
#include "harness.h"

static struct {
    uint64_t id;
    char path[32];
    size_t len;
} seen[8];
static size_t seen_count;
static size_t fail_at;

static int keep(struct pl_sink *sink, uint64_t id, struct pl_text path)
{
    (void)sink;
    if (seen_count == fail_at)
        return -ENOMEM;
    assert_true(seen_count < COUNT_OF(seen) && path.len < sizeof(seen[0].path));
    seen[seen_count].id = id;
    seen[seen_count].len = path.len;
    memset(seen[seen_count].path, 0, sizeof(seen[0].path));
    if (path.len > 0)
        memcpy(seen[seen_count].path, path.data, path.len);
    seen_count++;
    return 0;
}

static void put_group(struct bytes *b, uint64_t id, const void *path, uint32_t len)
{
    put_u64(b, id);
    put_u32(b, len);
    put_bytes(b, path, len);
}

static int decode(const struct bytes *b, size_t len)
{
    struct pl_sink sink = {.cgroup = keep};

    seen_count = 0;
    return decode_feed_abi("linux/cgroups", b->data, len, b->big_endian, 8, &sink);
}

static void groups(void **state)
{
    (void)state;
    fail_at = SIZE_MAX;
    for (int i = 0; i < 2; i++) {
        struct bytes b = {.big_endian = i == 1};

        put_group(&b, 1, "/", 1);
        put_group(&b, UINT64_MAX, "/a.slice/\x1b[1m\n", 14);
        put_group(&b, 0x100000002, "", 0);
        put_group(&b, 3, "/x\0y", 4); /* no padding, no NUL at the end, any byte within */
        assert_int_equal(decode(&b, b.len), 0);
        assert_int_equal(seen_count, 4);
        assert_true(seen[0].id == 1);
        assert_string_equal(seen[0].path, "/");
        assert_true(seen[1].id == UINT64_MAX);
        assert_string_equal(seen[1].path, "/a.slice/\x1b[1m\n");
        assert_true(seen[2].id == 0x100000002);
        assert_int_equal(seen[2].len, 0);
        assert_int_equal(seen[3].len, 4);
        assert_memory_equal(seen[3].path, "/x\0y", 4);
    }
}

/* Truncated anywhere: complete ones are decoded, and the rest is an error. */
static void cut_off(void **state)
{
    struct bytes b = {0};
    size_t first;

    (void)state;
    fail_at = SIZE_MAX;
    put_group(&b, 1, "/one", 4);
    first = b.len;
    put_group(&b, 2, "/second", 7);
    for (size_t len = 0; len <= b.len; len++) {
        bool whole = len == 0 || len == first || len == b.len;

        assert_int_equal(decode(&b, len), whole ? 0 : -EBADMSG);
        assert_int_equal(seen_count, (len >= first) + (len == b.len));
    }
}

static void long_path(void **state)
{
    static const uint32_t lengths[] = {5, 4096, INT32_MAX, 0x80000000, UINT32_MAX - 11, UINT32_MAX};

    (void)state;
    fail_at = SIZE_MAX;
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct bytes b = {0};

        put_group(&b, 1, "/one", 4);
        set_u32(&b, 8, lengths[i]);
        assert_int_equal(decode(&b, b.len), -EBADMSG);
        assert_int_equal(seen_count, 0);
    }
}

/* An error of the sink ends the reading. */
static void sink_fails(void **state)
{
    struct bytes b = {0};

    (void)state;
    put_group(&b, 1, "/1", 2);
    put_group(&b, 2, "/2", 2);
    put_group(&b, 3, "/3", 2);
    for (fail_at = 0; fail_at < 3; fail_at++) {
        assert_int_equal(decode(&b, b.len), -ENOMEM);
        assert_int_equal(seen_count, fail_at);
    }
    assert_int_equal(decode(&b, b.len), 0);
}

TEST_MAIN(TEST(groups), TEST(cut_off), TEST(long_path), TEST(sink_fails))
