/* SPDX-License-Identifier: BSD-2-Clause */
/* The owner feed and the names of users. */
#include "harness.h"

#include "decode/frames.h"

#define OWNERS   "linux/owners"
#define USERS    "linux/users"
#define LAST_PID ((1U << 30) - 1) /* the largest that is valid */

static void put_owner(struct bytes *b, uint32_t pid, uint32_t fd, uint64_t key)
{
    put_u32(b, pid);
    put_u32(b, fd);
    put_u64(b, key);
}

static void owners_of(bool big_endian)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {.big_endian = big_endian};

    put_owner(&b, 1, 0, 4711);
    put_owner(&b, LAST_PID, INT32_MAX, UINT64_MAX);
    put_owner(&b, 7, PL_OWNER_DENIED, EACCES);
    put_owner(&b, 0, PL_OWNER_DENIED, EPERM);
    put_owner(&b, 0, PL_OWNER_LACKS, PL_LACK_KNOWN | PL_LACK_PTRACE);
    assert_int_equal(decode_feed_abi(OWNERS, b.data, b.len, big_endian, 8, &got->sink), 0);
    assert_int_equal(got->owner_count, 2);
    assert_int_equal(got->owners[0].pid, 1);
    assert_int_equal(got->owners[0].fd, 0);
    assert_true(got->owners[0].key == 4711);
    assert_int_equal(got->owners[1].pid, LAST_PID);
    assert_int_equal(got->owners[1].fd, INT32_MAX);
    assert_true(got->owners[1].key == UINT64_MAX);
    assert_int_equal(got->denied_count, 2);
    assert_int_equal(got->lacks, PL_LACK_KNOWN | PL_LACK_PTRACE);
    assert_int_equal(got->denied[0].pid, 7);
    assert_int_equal(got->denied[0].error, EACCES);
    assert_int_equal(got->denied[1].pid, 0);
    assert_int_equal(got->denied[1].error, EPERM);
    recorder_free(got);
}

static void owners(void **state)
{
    (void)state;
    owners_of(false);
    owners_of(true);
}

static void senseless(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};

    (void)state;
    put_owner(&b, LAST_PID + 1, 3, 10);
    put_owner(&b, 1, (uint32_t)INT32_MAX + 1, 10);
    put_owner(&b, 1, PL_OWNER_DENIED - 1, 10);
    put_owner(&b, 1, 3, 0);
    put_owner(&b, UINT32_MAX, PL_OWNER_DENIED, EACCES);
    put_owner(&b, 1, PL_OWNER_DENIED, 4096);
    put_owner(&b, 1, PL_OWNER_DENIED, UINT64_MAX);
    put_owner(&b, 5, 6, 7);
    put_owner(&b, 8, PL_OWNER_DENIED, 4095);
    assert_int_equal(decode_feed(OWNERS, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->owner_count, 1);
    assert_int_equal(got->owners[0].pid, 5);
    assert_int_equal(got->denied_count, 1);
    assert_int_equal(got->denied[0].error, 4095);
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    assert_int_equal(got->notes[0].count, 7);
    got->fail_after = 2;
    assert_int_equal(decode_feed(OWNERS, b.data, b.len, &got->sink), -ENOMEM);
    recorder_free(got);
}

static void cut_owner(void **state)
{
    struct bytes b = {0};

    (void)state;
    put_owner(&b, 1, 3, 10);
    put_owner(&b, 2, 4, 20);
    for (size_t len = 0; len <= b.len; len++) {
        struct recorder_sink *got = recorder_new();

        assert_int_equal(decode_feed(OWNERS, b.data, len, &got->sink), len % 16 ? -EBADMSG : 0);
        assert_int_equal(got->owner_count, len / 16);
        recorder_free(got);
    }
}

static void sink_errors(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};

    (void)state;
    put_owner(&b, 1, 3, 10);
    put_owner(&b, 2, PL_OWNER_DENIED, EACCES);
    for (int i = 0; i < 2; i++) {
        got->fail_after = i;
        assert_int_equal(decode_feed(OWNERS, b.data, b.len, &got->sink), -ENOMEM);
    }
    got->fail_after = 0;
    got->fail_with = -EINTR;
    assert_int_equal(decode_text(USERS, "0:root\n", &got->sink), -EINTR);
    got->fail_after = 0;
    assert_int_equal(decode_text(USERS, "bad\n", &got->sink), -EINTR);
    recorder_free(got);
}

static void users(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(decode_text(USERS, "0:root\n4294967295:a:b\n1000:\xff\x1b\n", &got->sink), 0);
    assert_int_equal(got->name_count, 3);
    assert_int_equal(got->names[0].kind, PL_NAME_USER);
    assert_int_equal(got->names[0].id, 0);
    assert_string_equal(got->names[0].text.data, "root");
    assert_int_equal(got->names[1].id, UINT32_MAX);
    assert_string_equal(got->names[1].text.data, "a:b");
    assert_string_equal(got->names[2].text.data, "\xff\x1b"); /* raw */
    assert_int_equal(got->note_count, 0);
    /* a truncated name is skipped */
    assert_int_equal(decode_text(USERS, "1:a\n2:roo", &got->sink), -EBADMSG);
    assert_int_equal(got->name_count, 4);
    recorder_free(got);
}

static void bad_users(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(
        decode_text(USERS, "\nroot\n:root\n-1:x\n1x:x\n4294967296:x\n5:\n7:ok\n", &got->sink), 0);
    assert_int_equal(got->name_count, 1);
    assert_int_equal(got->names[0].id, 7);
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    assert_int_equal(got->notes[0].count, 7);
    recorder_free(got);
}

/* Of IPv4, of IPv6 with an index in the address (KAME), of an unknown version; then a part of one. */
static void addrs(void **state)
{
    static const uint8_t bytes[] = {
        1, 0, 0, 0, 4, 0, 0, 0, 10,   0,    0, 1, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,
        2, 0, 0, 0, 6, 0, 0, 0, 0xfe, 0x80, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
        3, 0, 0, 0, 5, 0, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    };
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(decode_feed("freebsd/addrs", bytes, sizeof(bytes), &got->sink), 0);
    assert_int_equal(got->addr_count, 2);
    assert_int_equal(got->addrs[0].ifindex, 1);
    assert_int_equal(got->addrs[0].family, PL_FAMILY_INET);
    assert_memory_equal(got->addrs[0].bytes, "\x0a\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    assert_int_equal(got->addrs[1].ifindex, 2);
    assert_int_equal(got->addrs[1].family, PL_FAMILY_INET6);
    assert_memory_equal(got->addrs[1].bytes, "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    assert_int_equal(decode_feed("darwin/addrs", bytes, 47, &got->sink), -EBADMSG);
    assert_int_equal(got->addr_count, 3);
    recorder_free(got);
}

TEST_MAIN(TEST(addrs), TEST(owners), TEST(senseless), TEST(cut_owner), TEST(sink_errors),
          TEST(users), TEST(bad_users))
