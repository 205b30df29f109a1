/* SPDX-License-Identifier: BSD-2-Clause */
/* Replay of a hostile directory. */
#include "harness.h"

#include "alloc.h"
#include "source/source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define ABI    "system=linux\nrelease=6.18\nbyte_order=little\nlong_bytes=8\n"
#define TCP    "linux/proc/net/tcp"
#define TITLES "  sl  local_address rem_address   st\n"
#define LINE   "0: 0100007F:0050 00000000:0000 0A 0:0 0:0 0 0 0 5\n"
#define NEXT   "1: 0100007F:0051 00000000:0000 0A 0:0 0:0 0 0 0 6\n"

static char dir[64];

static int setup(void **state)
{
    (void)state;
    (void)make_folder(dir, sizeof(dir));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    remove_tree(dir);
    return 0;
}

static int replay(struct pl_reader **reader)
{
    *reader = NULL;
    return pl_reader_replay(dir, reader);
}

/* Opens the directory, or fails as expected. */
static void expect(int want)
{
    struct pl_reader *reader;

    assert_int_equal(replay(&reader), want);
    if (want == 0)
        pl_reader_close(reader);
    else
        assert_null(reader);
}

static void absent(void **state)
{
    struct pl_reader *reader = NULL;
    char path[128];

    (void)state;
    assert_int_equal(pl_reader_replay("/nonexistent/recording", &reader), -ENOENT);
    assert_int_equal(pl_reader_replay("", &reader), -ENOENT);
    write_text(dir, "file", "");
    (void)snprintf(path, sizeof(path), "%s/file", dir);
    assert_int_equal(pl_reader_replay(path, &reader), -ENOTDIR);
    assert_null(reader);
}

static void no_recording(void **state)
{
    (void)state;
    expect(-EINVAL); /* an empty directory */
    write_text(dir, TCP, LINE);
    expect(-EINVAL); /* without abi */
    write_text(dir, "abi", ABI);
    expect(0);
    remove_tree(dir);
    assert_int_equal(mkdir(dir, 0700), 0);
    write_text(dir, "abi", ABI);
    expect(-EINVAL); /* without a feed */
    write_text(dir, "linux/nosuch", "");
    write_text(dir, "freebsd/net.inet.tcp.pcblist", "");
    expect(-EINVAL); /* without a feed of its system */
}

static void abi(void **state)
{
    static const struct {
        const char *text;
        int want;
    } cases[] = {
        {ABI, 0},
        {"", -EINVAL},
        {"\n\n", -EINVAL},
        {"system=linux\nbyte_order=little\n", -EINVAL},
        {"system=linux\nlong_bytes=8\n", -EINVAL},
        {"byte_order=little\nlong_bytes=8\n", -ENOTSUP},
        {"system=linux\nbyte_order=big\nlong_bytes=4", 0}, /* the last line feed is optional */
        {"system=linux\nbyte_order=middle\nlong_bytes=8\n", -EINVAL},
        {"system=linux\nbyte_order=\nlong_bytes=8\n", -EINVAL},
        {"system=linux\nbyte_order=little\nlong_bytes=16\n", -EINVAL},
        {"system=linux\nbyte_order=little\nlong_bytes=\n", -EINVAL},
        {"system=plan9\nbyte_order=little\nlong_bytes=8\n", -ENOTSUP},
        {"system=unknown\nbyte_order=little\nlong_bytes=8\n", -ENOTSUP},
        {"system=\nbyte_order=little\nlong_bytes=8\n", -ENOTSUP},
        {"system=linuxlinuxlinuxlinuxlinux\nbyte_order=little\nlong_bytes=8\n", -ENOTSUP},
        {"future=key\nnoequals\n=\n" ABI "more=1\n", 0},
    };

    (void)state;
    write_text(dir, TCP, LINE);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        write_text(dir, "abi", cases[i].text);
        expect(cases[i].want);
    }
}

/* Before 6.8, the kernel cannot list bound sockets, whatever follows the number of the release. */
static void release(void **state)
{
    static const struct {
        const char *release;
        bool no_bound;
    } cases[] = {
        {"6.7.0", true},
        {"6.8.0", false},
        {"5.15.0-1071-some-flavour-of-a-distribution", true},
        {"6.18.0-1071-some-flavour-of-a-distribution", false},
    };

    (void)state;
    write_text(dir, TCP, LINE);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_reader *reader;
        char text[128];

        (void)snprintf(text, sizeof(text),
                       "system=linux\nbyte_order=little\nlong_bytes=8\nrelease=%s\n",
                       cases[i].release);
        write_text(dir, "abi", text);
        assert_int_equal(replay(&reader), 0);
        assert_int_equal(reader->abi.no_bound, cases[i].no_bound);
        pl_reader_close(reader);
    }
}

static void abi_kinds(void **state)
{
    static char large[(1U << 20) + 1];
    char path[128];

    (void)state;
    write_text(dir, TCP, LINE);
    memset(large, '\n', sizeof(large));
    memcpy(large, ABI, strlen(ABI));
    write_file(dir, "abi", large, sizeof(large) - 1);
    expect(0);
    write_file(dir, "abi", large, sizeof(large));
    expect(-EINVAL);
    (void)snprintf(path, sizeof(path), "%s/abi", dir);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    expect(-EINVAL);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0); /* does not hang */
    expect(-EINVAL);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("elsewhere", path), 0);
    write_text(dir, "elsewhere", ABI);
    expect(-EINVAL);
}

static void systems(void **state)
{
    struct pl_reader *reader;

    (void)state;
    write_text(dir, TCP, LINE);
    write_text(dir, "abi", "system=LINUX\nbyte_order=big\nlong_bytes=4\n");
    assert_int_equal(replay(&reader), 0);
    assert_int_equal(reader->abi.system, PL_SYSTEM_LINUX);
    assert_true(reader->abi.big_endian);
    assert_int_equal(reader->abi.long_bytes, 4);
    assert_true(reader->replay);
    assert_false(reader->whole);
    assert_int_equal(pl_reader_commit(reader), -EINVAL); /* it cannot record */
    pl_reader_close(reader);
    pl_reader_close(NULL);
}

/* ---- reading ---- */

static struct pl_snapshot *take(size_t socks)
{
    const struct pl_query query = {.protos = PL_BIT(PL_PROTO_TCP)};
    struct pl_reader *reader;
    struct pl_snapshot *snap;
    size_t count;

    assert_int_equal(replay(&reader), 0);
    assert_int_equal(pl_snapshot_take(reader, &query, &snap), 0);
    pl_reader_close(reader);
    (void)pl_snapshot_socks(snap, &count);
    assert_int_equal(count, socks);
    return snap;
}

static void reads(void **state)
{
    const struct pl_note *notes;
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    write_text(dir, "abi", ABI);
    write_text(dir, TCP, LINE NEXT);
    snap = take(2);
    (void)pl_snapshot_notes(snap, &count);
    assert_int_equal(count, 0);
    pl_snapshot_free(snap);
    write_text(dir, TCP, TITLES); /* a table without sockets */
    snap = take(0);
    (void)pl_snapshot_notes(snap, &count);
    assert_int_equal(count, 0);
    pl_snapshot_free(snap);
    write_text(dir, TCP, ""); /* truncated before the titles */
    snap = take(0);
    notes = pl_snapshot_notes(snap, &count);
    assert_int_equal(count, 1);
    assert_int_equal(notes[0].kind, PL_NOTE_FEED_DAMAGED);
    pl_snapshot_free(snap);
}

static size_t count_notes(const struct pl_snapshot *snap, enum pl_note_kind kind, const char *feed)
{
    size_t count;
    size_t found = 0;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    for (size_t i = 0; i < count; i++) {
        found += notes[i].kind == kind && notes[i].feed.len == strlen(feed) &&
                 memcmp(notes[i].feed.data, feed, strlen(feed)) == 0;
    }
    return found;
}

/* Files that are not feeds of the system: one note has their number and the first of them. */
static void foreign(void **state)
{
    static const char *const names[] = {
        "readme",
        "linux/nosuch",
        "linux/proc/net/tcp6x",
        "freebsd/net.inet.tcp.pcblist",
        "linux/diag/\x1b[31m",
        "abi2",
        "linux/abi",
    };
    const struct pl_note *notes;
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    write_text(dir, "abi", ABI);
    write_text(dir, TCP, LINE);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        write_text(dir, names[i], "x");
    snap = take(1);
    assert_int_equal(count_notes(snap, PL_NOTE_FEED_FOREIGN, "abi2"), 1);
    notes = pl_snapshot_notes(snap, &count);
    assert_int_equal(count, 1);
    assert_int_equal(notes[0].count, COUNT_OF(names));
    pl_snapshot_free(snap);
}

/* Skips a tree that is deeper or larger than any recording, and reads the rest. */
static void deep(void **state)
{
    char name[512] = "";
    struct pl_snapshot *snap;

    (void)state;
    write_text(dir, "abi", ABI);
    write_text(dir, TCP, LINE);
    for (int i = 0; i < 20; i++)
        (void)snprintf(name + strlen(name), sizeof(name) - strlen(name), "d/");
    (void)snprintf(name + strlen(name), sizeof(name) - strlen(name), "file");
    write_text(dir, name, "x");
    name[0] = '\0';
    for (int i = 0; i < 5; i++) {
        char part[101];

        memset(part, 'a' + i, 99);
        part[99] = i < 4 ? '/' : 'x';
        part[100] = '\0';
        (void)snprintf(name + strlen(name), sizeof(name) - strlen(name), "%s", part);
    }
    write_text(dir, name, "x");
    snap = take(1);
    pl_snapshot_free(snap);
}

static void expect_odd(const char *path)
{
    struct pl_snapshot *snap = take(1);
    const struct pl_note *notes;
    size_t count;

    assert_int_equal(count_notes(snap, PL_NOTE_FEED_FAILED, TCP "6"), 1);
    notes = pl_snapshot_notes(snap, &count);
    while (notes->kind != PL_NOTE_FEED_FAILED)
        notes++;
    assert_string_equal(pl_error_text(notes->error), "not a regular file");
    pl_snapshot_free(snap);
    assert_int_equal(remove(path), 0);
}

/* A feed must be a regular file: neither a link out of the directory nor a device. */
static void odd_files(void **state)
{
    char path[128];

    (void)state;
    write_text(dir, "abi", ABI);
    write_text(dir, TCP, LINE);
    (void)snprintf(path, sizeof(path), "%s/%s6", dir, TCP);
    assert_int_equal(symlink("/proc/net/tcp6", path), 0);
    expect_odd(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_odd(path);
    assert_int_equal(mkdir(path, 0700), 0);
    expect_odd(path);
}

/* A file larger than any feed is not read (it is sparse). */
static void oversized(void **state)
{
    struct pl_snapshot *snap;
    char path[128];

    (void)state;
    write_text(dir, "abi", ABI);
    write_text(dir, TCP, LINE);
    write_text(dir, TCP "6", "");
    (void)snprintf(path, sizeof(path), "%s/%s6", dir, TCP);
    assert_int_equal(truncate(path, (1LL << 30) + 1), 0);
    snap = take(1);
    assert_int_equal(count_notes(snap, PL_NOTE_FEED_FAILED, TCP "6"), 1);
    pl_snapshot_free(snap);
}

/* The recording lacks the requested feed. */
static void nothing_asked_for(void **state)
{
    const struct pl_query query = {.protos = PL_BIT(PL_PROTO_UDP)};
    struct pl_reader *reader;
    struct pl_snapshot *snap = NULL;

    (void)state;
    write_text(dir, "abi", ABI);
    write_text(dir, TCP, LINE);
    assert_int_equal(replay(&reader), 0);
    assert_int_equal(pl_snapshot_take(reader, &query, &snap), -EIO);
    assert_null(snap);
    pl_reader_close(reader);
}

static void out_of_memory(void **state)
{
    const struct pl_query query = {.protos = PL_BIT(PL_PROTO_TCP)};
    unsigned long nth = 0;
    int err;

    (void)state;
    write_text(dir, "abi", ABI);
    write_text(dir, TCP, LINE);
    write_text(dir, "linux/odd", LINE);
    do {
        struct pl_reader *reader = NULL;
        struct pl_snapshot *snap = NULL;

        alloc_fail(++nth);
        err = pl_reader_replay(dir, &reader);
        if (err == 0) {
            err = pl_snapshot_take(reader, &query, &snap);
            pl_reader_close(reader);
        }
        assert_int_equal(err, alloc_failed() ? -ENOMEM : 0);
        alloc_fail(0);
        pl_snapshot_free(snap);
    } while (err != 0);
    assert_true(nth > 5);
}

#define IN_FOLDER(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

TEST_MAIN(IN_FOLDER(absent), IN_FOLDER(no_recording), IN_FOLDER(abi), IN_FOLDER(release),
          IN_FOLDER(abi_kinds), IN_FOLDER(systems), IN_FOLDER(reads), IN_FOLDER(foreign),
          IN_FOLDER(deep), IN_FOLDER(odd_files), IN_FOLDER(oversized), IN_FOLDER(nothing_asked_for),
          IN_FOLDER(out_of_memory))
