/* SPDX-License-Identifier: BSD-2-Clause */
/* Recording another reader. */
#include "harness.h"

#include "alloc.h"
#include "fake.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "target.h"

#define TCP      "linux/diag/tcp"
#define PROC_TCP "linux/proc/net/tcp"

static size_t entries(const char *path)
{
    DIR *dir = opendir(path);
    size_t count = 0;

    assert_non_null(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 2; /* . and .. */
}

static bool file_is(const char *name, const char *want)
{
    char path[256];
    char text[1024];
    FILE *file;
    size_t len;

    (void)snprintf(path, sizeof(path), "%s/%s", target, name);
    file = fopen(path, "rb");
    if (!file)
        return false;
    len = fread(text, 1, sizeof(text), file);
    (void)fclose(file);
    return len == strlen(want) && memcmp(text, want, len) == 0;
}

static const struct fake_feed feeds[] = {
    {.name = TCP, .error = -EPERM},
    {.name = PROC_TCP,
     .bytes = LINE,
     .len = sizeof(LINE) - 1,
     .more = NEXT "x\n",
     .more_len = sizeof(NEXT) + 1},
    {.name = "linux/owners"},
    {.name = "linux/processes"},
    {.name = "linux/users", .bytes = "0:root\n", .len = 7},
    {.name = "linux/rtnl/link", .bytes = "abc", .len = 3, .error = -EIO},
};

static const struct pl_query tcp = {.protos = PL_BIT(PL_PROTO_TCP)};

static void records(void **state)
{
    struct fake_reader fake;
    struct pl_reader *recorder;
    struct pl_snapshot *snap;
    struct stat st;
    size_t count;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(pl_reader_record(&fake.base, target, &recorder), 0);
    assert_int_equal(recorder->abi.system, PL_SYSTEM_LINUX);
    assert_int_equal(pl_snapshot_take(recorder, &tcp, &snap), 0);
    (void)pl_snapshot_socks(snap, &count);
    assert_int_equal(count, 2);
    assert_int_equal(stat(target, &st), -1); /* the directory appears only when it is complete */
    assert_int_equal(pl_reader_commit(recorder), 0);
    pl_snapshot_free(snap);
    /* What is read afterwards is not recorded. */
    assert_int_equal(pl_snapshot_take(recorder, &tcp, &snap), 0);
    pl_reader_close(recorder);
    assert_true(fake.closed);
    pl_snapshot_free(snap);
    assert_int_equal(entries(top), 1); /* no temporary files remain */
    assert_int_equal(stat(target, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_true(file_is(PROC_TCP, LINE NEXT "x\n"));
    assert_true(file_is("linux/users", "0:root\n"));
    assert_true(file_is("linux/owners", ""));
    assert_false(file_is(TCP, ""));                  /* refused, and */
    assert_false(file_is("linux/rtnl/link", "abc")); /* aborted: not in it */
}

static void replays(void **state)
{
    struct fake_reader fake;
    struct pl_reader *reader;
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    fake.base.abi.big_endian = true;
    fake.base.abi.long_bytes = 4;
    assert_int_equal(pl_reader_record(&fake.base, target, &reader), 0);
    assert_int_equal(pl_snapshot_take(reader, &tcp, &snap), 0);
    assert_int_equal(pl_reader_commit(reader), 0);
    pl_reader_close(reader);
    pl_snapshot_free(snap);
    assert_int_equal(pl_reader_replay(target, &reader), 0);
    assert_true(reader->abi.big_endian);
    assert_int_equal(reader->abi.long_bytes, 4);
    assert_int_equal(pl_snapshot_take(reader, &tcp, &snap), 0);
    (void)pl_snapshot_socks(snap, &count);
    assert_int_equal(count, 2);
    pl_reader_close(reader);
    pl_snapshot_free(snap);
}

/* A feed truncated between two units is valid; abi has its length. */
static void cut(void **state)
{
    struct fake_reader fake;
    struct pl_reader *reader;
    struct pl_snapshot *snap;
    const struct pl_note *notes;
    char path[256];
    size_t count;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(pl_reader_record(&fake.base, target, &reader), 0);
    assert_int_equal(pl_snapshot_take(reader, &tcp, &snap), 0);
    assert_int_equal(pl_reader_commit(reader), 0);
    pl_reader_close(reader);
    pl_snapshot_free(snap);
    (void)snprintf(path, sizeof(path), "%s/" PROC_TCP, target);
    assert_int_equal(truncate(path, (off_t)strlen(LINE)), 0);
    assert_int_equal(pl_reader_replay(target, &reader), 0);
    assert_int_equal(pl_snapshot_take(reader, &tcp, &snap), 0);
    notes = pl_snapshot_notes(snap, &count);
    while (count > 0 && notes[count - 1].kind != PL_NOTE_FEED_DAMAGED)
        count--;
    assert_true(count > 0);
    pl_reader_close(reader);
    pl_snapshot_free(snap);
}

/* If it is closed without a commit, nothing remains. */
static void dropped(void **state)
{
    struct fake_reader fake;
    struct pl_reader *recorder;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(pl_reader_record(&fake.base, target, &recorder), 0);
    assert_int_equal(pl_snapshot_take(recorder, &tcp, &snap), 0);
    pl_snapshot_free(snap);
    pl_reader_close(recorder);
    assert_int_equal(entries(top), 0);
    assert_true(fake.closed);
}

static void targets(void **state)
{
    struct fake_reader fake;
    struct pl_reader *recorder = NULL;
    char path[160];

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(pl_reader_record(&fake.base, "", &recorder), -EINVAL);
    (void)snprintf(path, sizeof(path), "%s/missing/rec", top);
    assert_int_equal(pl_reader_record(&fake.base, path, &recorder), -ENOENT);
    write_text(top, "file", "");
    (void)snprintf(path, sizeof(path), "%s/file", top);
    assert_int_equal(pl_reader_record(&fake.base, path, &recorder), -EEXIST);
    write_text(top, "full/file", "");
    (void)snprintf(path, sizeof(path), "%s/full", top);
    assert_int_equal(pl_reader_record(&fake.base, path, &recorder), -ENOTEMPTY);
    assert_null(recorder);
    assert_false(fake.closed); /* the caller still owns it */
    assert_int_equal(entries(top), 2);
    /* an empty directory is accepted, also with trailing slashes */
    assert_int_equal(mkdir(target, 0700), 0);
    (void)snprintf(path, sizeof(path), "%s///", target);
    assert_int_equal(pl_reader_record(&fake.base, path, &recorder), 0);
    assert_int_equal(pl_reader_commit(recorder), 0);
    pl_reader_close(recorder);
    assert_int_equal(entries(target), 1); /* abi */
}

/* If the directory exists by then, it is unchanged, and nothing else remains. */
static void race(void **state)
{
    struct fake_reader fake;
    struct pl_reader *recorder;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(pl_reader_record(&fake.base, target, &recorder), 0);
    write_text(top, "rec/theirs", "x");
    assert_int_not_equal(pl_reader_commit(recorder), 0);
    pl_reader_close(recorder);
    assert_true(file_is("theirs", "x"));
    assert_int_equal(entries(top), 1);
    assert_int_equal(entries(target), 1);
}

/* ---- another process changes the directory around the recording ---- */

static void (*meddle)(int dir, const char *name); /* once, after a directory was created there */

int __real_mkdirat(int dir, const char *name, mode_t mode);
int __wrap_mkdirat(int dir, const char *name, mode_t mode);

int __wrap_mkdirat(int dir, const char *name, mode_t mode)
{
    int err = __real_mkdirat(dir, name, mode);
    void (*then)(int, const char *) = err == 0 ? meddle : NULL;

    if (then) {
        meddle = NULL;
        then(dir, name);
    }
    return err;
}

static void put_link(int dir, const char *name)
{
    assert_int_equal(renameat(dir, name, dir, "away"), 0);
    assert_int_equal(symlinkat("victim", dir, name), 0);
}

static void put_nothing(int dir, const char *name)
{
    assert_int_equal(unlinkat(dir, name, AT_REMOVEDIR), 0);
}

static void put_file(int dir, const char *name)
{
    put_nothing(dir, name);
    assert_int_equal(close(openat(dir, name, O_WRONLY | O_CREAT, 0600)), 0);
}

static void put_full(int dir, const char *name)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "%s/linux", name);
    assert_int_equal(mkdirat(dir, path, 0700), 0);
}

static void open_up(int dir, const char *name)
{
    assert_int_equal(fchmodat(dir, name, 0755, 0), 0);
}

static void give_away(int dir, const char *name)
{
    assert_int_equal(fchownat(dir, name, 1, 1, 0), 0);
}

/* If the new directory was replaced, there is an error, and nothing is written. */
static void meddled(void **state)
{
    static void (*const ways[])(int dir, const char *name) = {put_link, put_nothing, put_file,
                                                              put_full, open_up,     give_away};
    struct fake_reader fake;
    struct pl_reader *recorder = NULL;
    char victim[160];

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    (void)snprintf(victim, sizeof(victim), "%s/victim", top);
    assert_int_equal(mkdir(victim, 0700), 0);
    for (size_t i = 0; i < COUNT_OF(ways) - (geteuid() != 0); i++) {
        meddle = ways[i];
        assert_int_equal(pl_reader_record(&fake.base, target, &recorder), -ESTALE);
        assert_null(recorder);
        assert_null(meddle);
        assert_int_equal(entries(victim), 0);
    }
}

static void put_recording(int dir, const char *name)
{
    char path[64];

    assert_int_equal(renameat(dir, name, dir, "away"), 0);
    assert_int_equal(mkdirat(dir, name, 0700), 0);
    (void)snprintf(path, sizeof(path), "%s/abi", name);
    assert_int_equal(close(openat(dir, path, O_WRONLY | O_CREAT, 0600)), 0);
}

/* An earlier recording in place of the new directory keeps its files. */
static void earlier_recording(void **state)
{
    struct fake_reader fake;
    struct pl_reader *recorder = NULL;
    char abi[160];

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    meddle = put_recording;
    assert_int_equal(pl_reader_record(&fake.base, target, &recorder), -ESTALE);
    assert_null(recorder);
    (void)snprintf(abi, sizeof(abi), "%s/portls-record.%ld/abi", top, (long)getpid());
    assert_int_equal(access(abi, F_OK), 0);
}

/* If the directory is moved while feeds are read, they are still written to that directory. */
static void moved(void **state)
{
    struct fake_reader fake;
    struct pl_reader *recorder;
    struct pl_snapshot *snap;
    char away[160];

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(pl_reader_record(&fake.base, target, &recorder), 0);
    (void)snprintf(away, sizeof(away), "%s.away", top);
    assert_int_equal(rename(top, away), 0);
    assert_int_equal(mkdir(top, 0700), 0);
    assert_int_equal(pl_snapshot_take(recorder, &tcp, &snap), 0);
    assert_int_equal(pl_reader_commit(recorder), 0);
    pl_reader_close(recorder);
    pl_snapshot_free(snap);
    assert_int_equal(entries(top), 0);
    assert_int_equal(rmdir(top), 0);
    assert_int_equal(rename(away, top), 0);
    assert_true(file_is(PROC_TCP, LINE NEXT "x\n"));
}

/*
 * If the name exists when the recording is complete, there is an error, and the recording is
 * removed.
 */
static void swapped(void **state)
{
    struct fake_reader fake;
    struct pl_reader *recorder;
    struct pl_snapshot *snap;
    char own[160];
    char away[160];
    char victim[160];

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(pl_reader_record(&fake.base, target, &recorder), 0);
    assert_int_equal(pl_snapshot_take(recorder, &tcp, &snap), 0);
    pl_snapshot_free(snap);
    (void)snprintf(own, sizeof(own), "%s/portls-record.%ld", top, (long)getpid());
    (void)snprintf(away, sizeof(away), "%s/away", top);
    (void)snprintf(victim, sizeof(victim), "%s/victim", top);
    assert_int_equal(mkdir(victim, 0700), 0);
    assert_int_equal(rename(own, away), 0);
    assert_int_equal(symlink("victim", own), 0);
    assert_int_equal(pl_reader_commit(recorder), -ESTALE);
    pl_reader_close(recorder);
    assert_int_equal(entries(victim), 0);
    assert_int_equal(entries(away), 0);
}

/* If no descriptor is available for a feed, the recording is removed without needing one. */
static void no_descriptors(void **state)
{
    struct fake_reader fake;
    struct pl_reader *recorder;
    struct pl_snapshot *snap;
    struct rlimit few;
    struct rlimit all;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &all), 0);
    for (rlim_t limit = 3; limit < 16; limit++) {
        int err;

        few = (struct rlimit){limit, all.rlim_max};
        recorder = NULL;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        err = pl_reader_record(&fake.base, target, &recorder);
        if (err == 0) {
            assert_int_equal(pl_snapshot_take(recorder, &tcp, &snap), 0);
            pl_snapshot_free(snap);
            err = pl_reader_commit(recorder);
            pl_reader_close(recorder);
        }
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &all), 0);
        assert_true(err == 0 || err == -EMFILE);
        assert_int_equal(entries(top), err == 0);
        if (err == 0)
            return;
    }
    fail_msg("never enough descriptors");
}

/* Rows that were read again are in the recording once. */
static void read_again(void **state)
{
    struct bytes row = {0};
    size_t at = nl_begin(&row, 20, 0);
    const struct fake_feed changing[] = {
        {.name = TCP, .bytes = row.data, .len = 88, .changing = 2}};
    struct fake_reader fake;
    struct pl_reader *recorder;
    struct pl_snapshot *snap;
    struct stat st;
    char path[256];

    (void)state;
    put_zeros(&row, 72);
    row.data[16] = 2;
    row.data[17] = 10;
    nl_end(&row, at);
    fake_init(&fake, changing, 1);
    assert_int_equal(pl_reader_record(&fake.base, target, &recorder), 0);
    assert_int_equal(pl_snapshot_take(recorder, &tcp, &snap), 0);
    assert_int_equal(fake_reads(&fake, TCP), 3);
    assert_int_equal(pl_reader_commit(recorder), 0);
    pl_snapshot_free(snap);
    pl_reader_close(recorder);
    (void)snprintf(path, sizeof(path), "%s/" TCP, target);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 88);
}

static void out_of_memory(void **state)
{
    unsigned long nth = 0;
    int err;

    (void)state;
    do {
        struct fake_reader fake;
        struct pl_reader *recorder = NULL;

        fake_init(&fake, feeds, COUNT_OF(feeds));
        alloc_fail(++nth);
        err = pl_reader_record(&fake.base, target, &recorder);
        assert_int_equal(err, alloc_failed() ? -ENOMEM : 0);
        assert_false(fake.closed);
        alloc_fail(0);
        pl_reader_close(recorder);
        assert_int_equal(entries(top), 0);
    } while (err != 0);
    assert_true(nth > 1);
}

#define IN_FOLDER(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

TEST_MAIN(IN_FOLDER(records), IN_FOLDER(replays), IN_FOLDER(cut), IN_FOLDER(dropped),
          IN_FOLDER(targets), IN_FOLDER(race), IN_FOLDER(meddled), IN_FOLDER(earlier_recording),
          IN_FOLDER(moved), IN_FOLDER(swapped), IN_FOLDER(no_descriptors), IN_FOLDER(read_again),
          IN_FOLDER(out_of_memory))
