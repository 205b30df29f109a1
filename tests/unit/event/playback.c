/* SPDX-License-Identifier: BSD-2-Clause */
/* A journal is read event by event, whatever it contains. */
#include "events.h"
#include "fake.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define EVENTS 700 /* more than the playback reads at once */
#define BYTES  (4 + 128 + 24)

static char top[128];
static char dir[160];
static char path[192];

/* Makes a recording of events with the times 1, 2 ..., each with one holder. */
static void record(void)
{
    struct pl_holders *holders = pl_holders_new(1);
    struct pl_journal *journal;
    int fd;

    make_folder(top, sizeof(top));
    (void)snprintf(dir, sizeof(dir), "%s/rec", top);
    (void)snprintf(path, sizeof(path), "%s/linux/events", dir);
    fd = pl_journal_make(dir, PL_SYSTEM_LINUX);
    assert_true(fd >= 0);
    assert_int_equal(pl_journal_open(fd, &journal), 0);
    holders->items[0] = (struct pl_holder){.pid = 8, .uid = 9, .name = "web"};
    for (uint64_t i = 1; i <= EVENTS; i++)
        assert_int_equal(pl_journal_add(journal, &(struct pl_event){.sock = tcp(i, 80, 0, 0),
                                                                    .time = i,
                                                                    .have = PL_EVENT_HAVE_SOCK,
                                                                    .kind = PL_EVENT_LISTEN,
                                                                    .holders = holders}),
                         0);
    assert_int_equal(pl_journal_flush(journal), 0);
    pl_journal_close(journal);
    pl_holders_drop(holders);
}

/* Plays the journal. Returns how it ended, and stores the number of events and the last time. */
static int play(uint64_t *count, uint64_t *last)
{
    const struct pl_event *event;
    struct pl_playback *playback;
    struct pl_reader *reader;
    uint64_t size;
    int err;

    *count = *last = 0;
    assert_int_equal(pl_reader_replay(dir, &reader), 0);
    assert_int_equal(pl_playback_open(reader, &playback), 0);
    assert_true(pl_playback_at(playback, &size) == 0);
    while ((err = pl_playback_next(playback, &event)) > 0) {
        ++*count;
        *last = event->time;
        assert_int_equal(event->holders->items[0].pid, 8);
        assert_true(pl_playback_at(playback, &size) <= size);
    }
    /* It stays at its end. */
    assert_int_equal(pl_playback_next(playback, &event), err);
    pl_playback_close(playback);
    pl_reader_close(reader);
    return err;
}

static void whole(void **state)
{
    uint64_t count;
    uint64_t last;

    (void)state;
    record();
    assert_int_equal(play(&count, &last), 0);
    assert_true(count == EVENTS && last == EVENTS);
    remove_tree(top);
}

/* The events before the cut, and an error unless it is between two. */
static void cut(void **state)
{
    uint64_t count;
    uint64_t last;

    (void)state;
    record();
    for (off_t len = 3 * BYTES; len >= 0; len--) {
        assert_int_equal(truncate(path, len), 0);
        assert_int_equal(play(&count, &last), len % BYTES == 0 ? 0 : -EBADMSG);
        assert_true(count == (uint64_t)(len / BYTES) && last == count);
    }
    remove_tree(top);
}

/* Overwrites bytes of the journal. */
static void overwrite(off_t at, const void *bytes, size_t len)
{
    int fd = open(path, O_WRONLY);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, len, at), len);
    assert_int_equal(close(fd), 0);
}

/* An invalid event is left out; a length that no event has ends the journal. */
static void invalid(void **state)
{
    static const uint8_t kind = 200;
    static const uint32_t lengths[] = {UINT32_MAX, UINT32_MAX - 3, 1 << 20, 128 + 257 * 24, 127, 0};
    uint64_t count;
    uint64_t last;

    (void)state;
    record();
    overwrite(BYTES + 4 + 6, &kind, sizeof(kind));
    assert_int_equal(play(&count, &last), -EBADMSG);
    assert_true(count == EVENTS - 1 && last == EVENTS);
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        overwrite((off_t)5 * BYTES, &lengths[i], sizeof(lengths[i]));
        assert_int_equal(play(&count, &last), -EBADMSG);
        assert_true(count == 4 && last == 5);
    }
    remove_tree(top);
}

/* Only a regular file is a journal. */
static void others(void **state)
{
    struct pl_playback *playback;
    struct pl_reader *reader;

    (void)state;
    record();
    assert_int_equal(pl_reader_replay(dir, &reader), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(pl_playback_open(reader, &playback), -ENOENT);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pl_playback_open(reader, &playback), -PL_ENOTREG);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/dev/zero", path), 0);
    assert_int_equal(pl_playback_open(reader, &playback), -PL_ENOTREG);
    pl_reader_close(reader);
    pl_playback_close(NULL);
    remove_tree(top);
}

/* A new directory, which nobody else can read. */
static void make(void **state)
{
    struct stat st;

    (void)state;
    record();
    assert_int_equal(stat(dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(pl_journal_make(dir, PL_SYSTEM_LINUX), -EEXIST);
    assert_int_equal(pl_journal_make("/nonexistent/rec", PL_SYSTEM_LINUX), -ENOENT);
    assert_int_equal(pl_journal_make(dir, PL_SYSTEM_FREEBSD), -ENOTSUP);
    remove_tree(top);
}

TEST_MAIN(TEST(whole), TEST(cut), TEST(invalid), TEST(others), TEST(make))
