/* SPDX-License-Identifier: BSD-2-Clause */
/* How a socket and its process are judged by a new listing. */
#include "harness.h"

#include "kill/actor_judge.h"
#include "snapshot/snapshot.h"

#include <errno.h>

#define PID 1234

static const struct pl_query query = {.protos = UINT32_MAX};

static struct pl_snapshot *listing(uint64_t started, const char *exe)
{
    struct pl_process process = {.pid = PID, .started = started};
    struct pl_snapshot *snap;

    if (exe)
        process.exe = (struct pl_text){exe, (uint32_t)strlen(exe)};
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &query, &snap), 0);
    assert_int_equal(snap->sink.process(&snap->sink, &process), 0);
    return snap;
}

/* What was listed before, and what is listed now; 0 and NULL: unknown. */
static void processes(void **state)
{
    static const struct {
        uint64_t started;
        const char *exe;
        uint64_t now;
        const char *exe_now;
        enum actor_outcome outcome;
        enum actor_detail detail;
    } cases[] = {
        {1000, "/bin/a", 1000, "/bin/a", ACTOR_READY, ACTOR_NO_DETAIL},
        {1000, "/bin/a", 999, "/bin/a", ACTOR_READY, ACTOR_NO_DETAIL},
        {1000, "/bin/a", 1001, "/bin/a", ACTOR_READY, ACTOR_NO_DETAIL},
        {1000, "/bin/a", 998, "/bin/a", ACTOR_CHANGED, ACTOR_OTHER_PROCESS},
        {1000, "/bin/a", 1002, "/bin/a", ACTOR_CHANGED, ACTOR_OTHER_PROCESS},
        {1000, "/bin/a", 1000, "/bin/b", ACTOR_CHANGED, ACTOR_OTHER_PROGRAM},
        {0, NULL, 1000, "/bin/a", ACTOR_READY, ACTOR_NO_DETAIL},
        {0, NULL, 0, NULL, ACTOR_READY, ACTOR_NO_DETAIL},
        /* That it is unknown now is no change. */
        {1000, "/bin/a", 0, "/bin/a", ACTOR_FAILED, ACTOR_UNREADABLE},
        {1000, "/bin/a", 1000, NULL, ACTOR_FAILED, ACTOR_UNREADABLE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = listing(cases[i].now, cases[i].exe_now);
        struct actor_request request = {.pid = PID, .listed_started = cases[i].started};
        struct actor_reply reply = {.outcome = ACTOR_READY};
        bool good;

        if (cases[i].exe)
            request.listed_exe =
                actor_exe_hash((struct pl_text){cases[i].exe, (uint32_t)strlen(cases[i].exe)});
        good = actor_is_listed(&request, snap, &reply);
        if (good != (cases[i].outcome == ACTOR_READY) || reply.outcome != cases[i].outcome ||
            reply.detail != cases[i].detail)
            fail_msg("case %zu: %s %s", i, actor_outcome_name(reply.outcome),
                     actor_detail_name(reply.detail));
        request.pid++;
        assert_false(actor_is_listed(&request, snap, &reply));
        assert_int_equal(reply.detail, ACTOR_PROCESS_GONE);
        pl_snapshot_free(snap);
    }
}

static void note(struct pl_snapshot *snap, const char *feed, int error)
{
    const struct pl_note what = {
        .kind = PL_NOTE_FEED_FAILED, .feed = {feed, (uint32_t)strlen(feed)}, .error = error};

    assert_int_equal(pl_snapshot_note(snap, &what), 0);
}

/* Only a table of sockets may have had the socket. */
static void missing(void **state)
{
    struct pl_snapshot *snap = listing(0, NULL);
    struct actor_reply reply = {0};

    (void)state;
    assert_int_equal(actor_missing(snap), 0);
    note(snap, "freebsd/users", EPERM);
    assert_int_equal(actor_missing(snap), 0);
    note(snap, "freebsd/net.inet.tcp.pcblist", EPERM);
    assert_int_equal(actor_missing(snap), -EPERM);
    assert_false(actor_judge(NULL, snap, NULL, actor_missing(snap), &reply));
    assert_int_equal(reply.outcome, ACTOR_FAILED);
    assert_int_equal(reply.detail, ACTOR_UNREADABLE);
    assert_int_equal(reply.error, -EPERM);
    assert_false(actor_judge(NULL, snap, NULL, 0, &reply));
    assert_int_equal(reply.outcome, ACTOR_CHANGED);
    assert_int_equal(reply.detail, ACTOR_SOCKET_GONE);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(processes), TEST(missing))
