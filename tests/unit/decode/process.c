/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames of /proc/PID. */
#include "harness.h"

#include "decode/frames.h"

#define FEED "linux/processes"

static void frame(struct bytes *b, uint32_t pid, uint32_t what, const void *bytes, size_t len)
{
    put_u32(b, pid);
    put_u32(b, what);
    put_u32(b, (uint32_t)len);
    put_bytes(b, bytes, len);
}

static struct recorder_sink *decode(const struct bytes *b, int want)
{
    struct recorder_sink *got = recorder_new();

    assert_int_equal(decode_feed_abi(FEED, b->data, b->len, b->big_endian, 8, &got->sink), want);
    return got;
}

static void comm(void **state)
{
    struct bytes b = {.big_endian = true};
    struct recorder_sink *got;

    (void)state;
    frame(&b, 7, PL_FRAME_COMM, "nginx\n", 6);
    frame(&b, 8, PL_FRAME_COMM, "a\nb\n", 4); /* only the last line feed is from proc */
    frame(&b, 9, PL_FRAME_COMM, "x", 1);
    frame(&b, 10, PL_FRAME_COMM, "\n", 1);
    frame(&b, 11, PL_FRAME_COMM, "", 0);
    got = decode(&b, 0);
    assert_int_equal(got->process_count, 5);
    assert_int_equal(got->processes[0].pid, 7);
    assert_int_equal(got->processes[0].uid, PL_UID_UNKNOWN);
    assert_string_equal(got->processes[0].name.data, "nginx");
    assert_null(got->processes[0].command.data);
    assert_null(got->processes[0].exe.data);
    assert_string_equal(got->processes[1].name.data, "a\nb");
    assert_string_equal(got->processes[2].name.data, "x");
    assert_int_equal(got->processes[3].name.len, 0);
    assert_int_equal(got->processes[4].name.len, 0);
    recorder_free(got);
}

static void cmdline(void **state)
{
    struct bytes b = {0};
    struct recorder_sink *got;

    (void)state;
    frame(&b, 1, PL_FRAME_CMDLINE, "a\0b c\0\0", 7);
    frame(&b, 2, PL_FRAME_CMDLINE, "\0\0", 2);
    frame(&b, 3, PL_FRAME_CMDLINE, "", 0);
    frame(&b, 4, PL_FRAME_CMDLINE, "a\0\0b", 4); /* an empty argument between */
    got = decode(&b, 0);
    assert_memory_equal(got->processes[0].command.data, "a\0b c", 5); /* the snapshot has blanks */
    assert_int_equal(got->processes[0].command.len, 5);
    assert_null(got->processes[1].command.data); /* absent, not empty */
    assert_null(got->processes[2].command.data);
    assert_memory_equal(got->processes[3].command.data, "a\0\0b", 4);
    assert_int_equal(got->processes[3].command.len, 4);
    recorder_free(got);
}

static void long_cmdline(void **state)
{
    static char line[60 * 1024];
    struct bytes b = {0};
    struct recorder_sink *got;

    (void)state;
    memset(line, 'x', sizeof(line));
    line[4096] = '\0';
    frame(&b, 1, PL_FRAME_CMDLINE, line, sizeof(line));
    got = decode(&b, 0);
    assert_int_equal(got->processes[0].command.len, sizeof(line));
    assert_memory_equal(got->processes[0].command.data, line, sizeof(line));
    recorder_free(got);
}

static void exe(void **state)
{
    struct bytes b = {0};
    struct recorder_sink *got;

    (void)state;
    frame(&b, 1, PL_FRAME_EXE, "/bin/sh (deleted)", 17);
    got = decode(&b, 0);
    assert_string_equal(got->processes[0].exe.data, "/bin/sh (deleted)");
    assert_null(got->processes[0].name.data);
    recorder_free(got);
}

static uint32_t uid_of(const char *status)
{
    struct bytes b = {0};
    struct recorder_sink *got;
    uint32_t uid;

    frame(&b, 1, PL_FRAME_STATUS, status, strlen(status));
    got = decode(&b, 0);
    assert_int_equal(got->process_count, 1);
    uid = got->processes[0].uid;
    recorder_free(got);
    return uid;
}

static void status(void **state)
{
    (void)state;
    assert_int_equal(uid_of("Name:\tx\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n"), 2);
    assert_int_equal(uid_of("Uid:\t0\t0\t0\t0\n"), 0);
    assert_int_equal(uid_of("Uid:\t0\t4294967294\n"), UINT32_MAX - 1);
    assert_int_equal(uid_of("Uid:\t0\t4294967296\n"), PL_UID_UNKNOWN);
    assert_int_equal(uid_of("Uid:\t0\n"), PL_UID_UNKNOWN);
    assert_int_equal(uid_of("Uid:\tx\ty\n"), PL_UID_UNKNOWN);
    assert_int_equal(uid_of("Ui"), PL_UID_UNKNOWN);
    assert_int_equal(uid_of(""), PL_UID_UNKNOWN);
    /* A name cannot forge the line: proc writes its line feed as \n, and the first Uid: counts. */
    assert_int_equal(uid_of("Name:\tUid: 9 9\nUid:\t1\t2\nUid:\t3\t4\n"), 2);
}

static uint32_t limit_of(const char *limits)
{
    struct bytes b = {0};
    struct recorder_sink *got;
    uint32_t limit;

    frame(&b, 1, PL_FRAME_LIMITS, limits, strlen(limits));
    got = decode(&b, 0);
    assert_int_equal(got->process_count, 1);
    limit = got->processes[0].fd_limit;
    recorder_free(got);
    return limit;
}

/* 0: the limit is not known. */
static void limits(void **state)
{
    (void)state;
    assert_int_equal(limit_of("Limit  Soft Limit  Hard Limit  Units\n"
                              "Max processes  7  7  processes\n"
                              "Max open files            1024   524288   files     \n"),
                     1024);
    assert_int_equal(limit_of("Max open files 5 6 files\n"), 5);
    assert_int_equal(limit_of("Max open files unlimited unlimited files\n"), 0);
    assert_int_equal(limit_of("Max open files 4294967295 1 files\n"), UINT32_MAX);
    assert_int_equal(limit_of("Max open files 4294967296 1 files\n"), 0);
    assert_int_equal(limit_of("Max open files\n"), 0);
    assert_int_equal(limit_of("Max open files 5"), 5);
    assert_int_equal(limit_of("Max open file 5\n"), 0);
    assert_int_equal(limit_of(""), 0);
}

static void unknown_kind(void **state)
{
    struct bytes b = {0};
    struct recorder_sink *got;

    (void)state;
    frame(&b, 1, PL_FRAME_MAX, "x", 1);
    frame(&b, 1, UINT32_MAX, "x", 1);
    frame(&b, 2, PL_FRAME_COMM, "ok", 2);
    got = decode(&b, 0);
    assert_int_equal(got->process_count, 1);
    assert_int_equal(got->note_count, 2);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    assert_int_equal(got->notes[0].count, 1);
    recorder_free(got);
}

/* macOS: comm[16] at 16, the effective uid at 36; of no other length. */
static void short_info(void **state)
{
    uint8_t info[65] = {[16] = 's', 'h', [36] = 0xf5, 1};
    struct bytes b = {0};
    struct recorder_sink *got;

    (void)state;
    frame(&b, 7, PL_FRAME_SHORTINFO, info, 64);
    frame(&b, 8, PL_FRAME_SHORTINFO, info, 65);
    got = decode(&b, 0);
    assert_int_equal(got->process_count, 1);
    assert_string_equal(got->processes[0].name.data, "sh");
    assert_int_equal(got->processes[0].uid, 501);
    assert_int_equal(got->notes[0].kind, PL_NOTE_LAYOUT);
    assert_int_equal(got->notes[0].count, 65);
    recorder_free(got);
}

static void bad_length(void **state)
{
    static const uint32_t lengths[] = {3, 4, 0x7fffffff, UINT32_MAX, UINT32_MAX - 11};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct bytes b = {0};
        struct recorder_sink *got;
        size_t at;

        frame(&b, 1, PL_FRAME_COMM, "one", 3);
        at = b.len;
        frame(&b, 2, PL_FRAME_COMM, "tw", 2);
        set_u32(&b, at + 8, lengths[i]);
        got = decode(&b, -EBADMSG);
        assert_int_equal(got->process_count, 1);
        recorder_free(got);
    }
}

static void cut(void **state)
{
    struct bytes b = {0};
    size_t whole;

    (void)state;
    frame(&b, 1, PL_FRAME_COMM, "one", 3);
    whole = b.len;
    frame(&b, 2, PL_FRAME_CMDLINE, "two", 3);
    for (size_t len = 0; len <= b.len; len++) {
        struct bytes part = b;
        struct recorder_sink *got;

        part.len = len;
        got = decode(&part, len == 0 || len == whole || len == b.len ? 0 : -EBADMSG);
        assert_int_equal(got->process_count, (len >= whole) + (len == b.len));
        recorder_free(got);
    }
}

static void sink_errors(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};

    (void)state;
    frame(&b, 1, PL_FRAME_COMM, "one", 3);
    frame(&b, 1, PL_FRAME_CMDLINE, "one", 3);
    frame(&b, 1, 99, "one", 3);
    for (int i = 0; i < 3; i++) {
        got->fail_after = i;
        assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), -ENOMEM);
    }
    recorder_free(got);
}

/* A descriptor read before and after the names. */
static void held(void **state)
{
    struct bytes good = {.big_endian = true};
    struct bytes bad = {.big_endian = false};
    struct bytes b = {.big_endian = true};
    struct recorder_sink *got;

    (void)state;
    put_u64(&good, 4711);
    put_u64(&good, 4712);
    put_u64(&good, ENOENT);
    frame(&b, 7, PL_FRAME_HELD, good.data, good.len);
    got = decode(&b, 0);
    assert_int_equal(got->held_count, 1);
    assert_int_equal(got->held[0].pid, 7);
    assert_true(got->held[0].before == 4711 && got->held[0].now == 4712);
    assert_int_equal(got->held[0].error, ENOENT);
    recorder_free(got);
    /* too short, and an invalid errno */
    frame(&bad, 7, PL_FRAME_HELD, good.data, good.len - 1);
    frame(&bad, 7, PL_FRAME_HELD, "\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0", 24);
    got = decode(&bad, 0);
    assert_int_equal(got->held_count, 0);
    assert_int_equal(got->note_count, 2);
    recorder_free(got);
}

static void put_boot(struct bytes *b, uint64_t time, uint64_t ticks)
{
    struct bytes boot = {.big_endian = b->big_endian};

    put_u64(&boot, time);
    put_u64(&boot, ticks);
    frame(b, 0, PL_FRAME_BOOT, boot.data, boot.len);
}

#define STAT "7 (a) 9 (b) S 1 1 0 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 "

/* Ticks after the start of the system; names contain anything. */
static void started(void **state)
{
    static const struct {
        uint64_t time;
        uint64_t ticks;
        const char *stat;
        uint64_t want;
    } cases[] = {
        {1700000000500000000, 100, STAT "12370 4096", 1700000124},
        {1700000000500000000, 100, STAT "12349 4096", 1700000123},
        {1700000000000000000, 1024, STAT "1024", 1700000001},
        {0, 100, STAT "99", 0},
        {1700000000000000000, 100, STAT, 0},
        {1700000000000000000, 100, STAT "x", 0},
        {1700000000000000000, 100, STAT "-5", 0},
        {1700000000000000000, 100, STAT "9223372036854775807", 0},
        {UINT64_MAX, 100, STAT "0", 18446744073},
        {1700000000000000000, 0, STAT "5", 0},
        {1700000000000000000, UINT64_MAX, STAT "5", 0},
        {1700000000000000000, 100, "", 0},
        {1700000000000000000, 100, "7 (a S 1 1 0 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 5", 0},
        {1700000000000000000, 100, ")", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct bytes b = {.big_endian = i % 2 == 0};
        struct recorder_sink *got;

        put_boot(&b, cases[i].time, cases[i].ticks);
        frame(&b, 7, PL_FRAME_STAT, cases[i].stat, strlen(cases[i].stat));
        got = decode(&b, 0);
        assert_int_equal(got->process_count, 1);
        assert_true(got->processes[0].started == cases[i].want);
        recorder_free(got);
    }
}

/* Without the time when the system started, and with half of it. */
static void no_boot(void **state)
{
    struct bytes b = {0};
    struct recorder_sink *got;

    (void)state;
    frame(&b, 7, PL_FRAME_STAT, STAT "500", strlen(STAT "500"));
    frame(&b, 0, PL_FRAME_BOOT, "\0\0\0\0\0\0\0\0", 8);
    frame(&b, 8, PL_FRAME_STAT, STAT "500", strlen(STAT "500"));
    got = decode(&b, 0);
    assert_int_equal(got->process_count, 2);
    assert_true(got->processes[0].started == 0 && got->processes[1].started == 0);
    assert_int_equal(got->note_count, 1);
    recorder_free(got);
}

static void cgroup(void **state)
{
    struct bytes b = {0};
    struct recorder_sink *got;

    (void)state;
    frame(&b, 1, PL_FRAME_CGROUP, "0::/a.service\n", 14);
    frame(&b, 2, PL_FRAME_CGROUP, "0::/a.service", 13); /* cut: "/a.service" may be a part */
    frame(&b, 3, PL_FRAME_CGROUP, "1:name=systemd:/b\n0::/a.servi", 29);
    frame(&b, 4, PL_FRAME_CGROUP, "", 0);
    frame(&b, 5, PL_FRAME_CGROUP, "\xff\n\n", 3);
    got = decode(&b, 0);
    assert_int_equal(got->process_count, 5);
    assert_string_equal(got->processes[0].group.data, "/a.service");
    assert_null(got->processes[1].group.data);
    assert_string_equal(got->processes[2].group.data, "/b");
    assert_null(got->processes[3].group.data);
    assert_null(got->processes[4].group.data);
    recorder_free(got);
}

TEST_MAIN(TEST(comm), TEST(cmdline), TEST(long_cmdline), TEST(exe), TEST(status), TEST(limits),
          TEST(unknown_kind), TEST(short_info), TEST(bad_length), TEST(cut), TEST(sink_errors),
          TEST(held), TEST(started), TEST(no_boot), TEST(cgroup))
