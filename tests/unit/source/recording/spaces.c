/* SPDX-License-Identifier: BSD-2-Clause */
/* Other network namespaces in a recording. */
#include "harness.h"

#include "fake.h"

#include "api/netns.h"
#include "source/recording/recording.h"

#include <sys/stat.h>
#include <unistd.h>

#include "target.h"

#define ABI "system=linux\nrelease=6.18\nbyte_order=little\nlong_bytes=8\n"
#define TCP "linux/proc/net/tcp"

static const struct fake_feed feeds[] = {
    {.name = "linux/diag/tcp", .error = -EPERM},
    {.name = TCP, .bytes = LINE, .len = sizeof(LINE) - 1},
    {.name = "linux/owners"},
    {.name = "linux/processes"},
};

static const struct pl_query tcp = {.protos = PL_BIT(PL_PROTO_TCP)};

/* Tables of other network namespaces have files of their own, and are listed where that is asked for. */
static void recorded(void **state)
{
    static struct pl_space others[] = {{.netns = 4026532300U}, {.netns = 4026532287U}};
    static const uint32_t want[] = {0, 4026532300U, 4026532287U};
    struct fake_reader fake;
    struct pl_reader *reader;
    struct pl_snapshot *snap;
    const struct pl_sock *socks;
    const struct pl_note *notes;
    char path[256];
    size_t count;

    (void)state;
    for (int committed = 0; committed < 2; committed++) {
        fake_init(&fake, feeds, COUNT_OF(feeds));
        fake.base.spaces = (struct pl_spaces){
            .all = true, .list = {.items = others, .count = 2, .size = 2}, .closed = 3};
        assert_int_equal(pl_reader_record(&fake.base, target, &reader), 0);
        assert_int_equal(pl_snapshot_take(reader, &tcp, &snap), 0);
        pl_snapshot_free(snap);
        if (committed)
            assert_int_equal(pl_reader_commit(reader), 0);
        pl_reader_close(reader);
        assert_int_equal(access(target, F_OK), committed ? 0 : -1);
        assert_int_equal(committed ? 0 : rmdir(top), 0); /* nothing remains */
        assert_int_equal(committed ? 0 : mkdir(top, 0700), 0);
    }
    (void)snprintf(path, sizeof(path), "%s/netns/4026532287/" TCP, target);
    assert_int_equal(access(path, F_OK), 0);
    for (int all = 0; all < 2; all++) {
        assert_int_equal(pl_reader_replay(target, &reader), 0);
        if (all)
            pl_reader_replay_netns(reader);
        assert_int_equal(pl_snapshot_take(reader, &tcp, &snap), 0);
        socks = pl_snapshot_socks(snap, &count);
        assert_int_equal(count, all ? 3 : 1);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(socks[i].netns, want[i]);
        notes = pl_snapshot_notes(snap, &count);
        while (count > 0 && notes[count - 1].kind != PL_NOTE_NETNS_CLOSED)
            count--;
        assert_int_equal(count > 0 ? notes[count - 1].count : 0, all ? 3 : 0);
        pl_snapshot_free(snap);
        pl_reader_close(reader);
    }
}

static size_t count_foreign(const struct pl_snapshot *snap, const char *feed)
{
    size_t count;
    size_t found = 0;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    for (size_t i = 0; i < count; i++)
        found += notes[i].kind == PL_NOTE_FEED_FOREIGN && notes[i].feed.len == strlen(feed) &&
                 memcmp(notes[i].feed.data, feed, strlen(feed)) == 0;
    return found;
}

/* Lines about other network namespaces, and files below their directories. */
static void lines(void **state)
{
    static const struct {
        const char *lines;
        int error;
        size_t socks, foreign;
        const char *first; /* of the foreign files */
    } cases[] = {
        {"", 0, 1, 1, "netns/77/" TCP},
        {"space=77\n", 0, 2, 0, ""},
        {"space=78\n", 0, 1, 1, "netns/77/" TCP},
        {"space=77\nspace=78\nnetns/78/" TCP "=0\n", 0, 2, 0, ""},
        {"space=77\nspace=77\n", -EINVAL, 0, 0, NULL},
        {"netns=77\nspace=77\n", -EINVAL, 0, 0, NULL},
        {"space=0\n", -EINVAL, 0, 0, NULL},
        {"space=\n", -EINVAL, 0, 0, NULL},
        {"space=4294967296\n", -EINVAL, 0, 0, NULL},
        {"spaces_closed=x\n", -EINVAL, 0, 0, NULL},
    };
    static const struct pl_query query = {.protos = PL_BIT(PL_PROTO_TCP)};

    (void)state;
    write_text(top, TCP, LINE);
    write_text(top, "netns/77/" TCP, NEXT);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_reader *reader;
        struct pl_snapshot *snap;
        char text[256];
        size_t count;

        (void)snprintf(text, sizeof(text), ABI "%s", cases[i].lines);
        write_text(top, "abi", text);
        assert_int_equal(pl_reader_replay(top, &reader), cases[i].error);
        if (cases[i].error != 0)
            continue;
        pl_reader_replay_netns(reader);
        assert_int_equal(pl_snapshot_take(reader, &query, &snap), 0);
        (void)pl_snapshot_socks(snap, &count);
        assert_int_equal(count, cases[i].socks);
        assert_int_equal(count_foreign(snap, cases[i].first), cases[i].foreign);
        /* Only a table whose length is stated to be 0 may be missing. */
        (void)pl_snapshot_notes(snap, &count);
        assert_int_equal(count, cases[i].foreign + (strcmp(cases[i].lines, "space=78\n") == 0));
        pl_snapshot_free(snap);
        pl_reader_close(reader);
    }
}

static void paths(void **state)
{
    static const struct {
        const char *path, *feed;
        uint32_t netns;
    } cases[] = {
        {"netns/4026532287/linux/diag/tcp", "linux/diag/tcp", 4026532287U},
        {"netns/77/", "", 77},
        {"netns/77", NULL, 0},
        {"netns/0/linux/diag/tcp", NULL, 0},
        {"netns/4294967296/linux/diag/tcp", NULL, 0},
        {"netns//linux/diag/tcp", NULL, 0},
        {"linux/diag/tcp", NULL, 0},
    };
    char path[PL_RECORDING_PATH];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint32_t netns = 0;
        const char *feed = pl_recording_in_space(cases[i].path, &netns);

        assert_int_equal(netns, cases[i].netns);
        if (cases[i].feed)
            assert_string_equal(feed, cases[i].feed);
        else
            assert_null(feed);
    }
    /* The longest path fits. */
    for (size_t i = 0; i < pl_feed_count; i++) {
        uint32_t netns = 0;

        pl_recording_path(&pl_feeds[i], UINT32_MAX, path);
        assert_string_equal(pl_recording_in_space(path, &netns), pl_feeds[i].name);
        assert_int_equal(netns, UINT32_MAX);
        pl_recording_path(&pl_feeds[i], 0, path);
        assert_string_equal(path, pl_feeds[i].name);
    }
}

#define IN_FOLDER(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

TEST_MAIN(IN_FOLDER(recorded), IN_FOLDER(lines), cmocka_unit_test(paths))
