/* SPDX-License-Identifier: BSD-2-Clause */
/* Owners of sockets, and names of ids: requests and failures. */
#include "harness.h"

#include "alloc.h"
#include "decode/frames.h"
#include "fake.h"
#include "model/array.h"
#include "snapshot/beside.h"

#define DIAG_TCP   "linux/diag/tcp"
#define OWNERS     "linux/owners"
#define PROCESSES  "linux/processes"
#define CONTAINERS "linux/containers"
#define USERS      "linux/users"
#define LINKS      "linux/rtnl/link"

static struct pl_query tcp(uint32_t need)
{
    return (struct pl_query){.protos = PL_BIT(PL_PROTO_TCP), .need = need};
}

#define TAKE(fake, query, snap) pl_snapshot_take(&(fake).base, &(query), &(snap))

static struct bytes comm(uint32_t pid, const char *name)
{
    struct bytes b = {0};

    put_u32(&b, pid);
    put_u32(&b, 0);
    put_u32(&b, (uint32_t)strlen(name));
    put_bytes(&b, name, strlen(name));
    return b;
}

static void names(void **state)
{
    struct bytes row = fake_listener(5, 0);
    struct bytes owner = fake_owner(77, 3, 5);
    struct bytes other = fake_owner(66, 3, 4711);
    struct bytes name = comm(77, "nginx");
    const struct fake_feed feeds[] = {
        {.name = DIAG_TCP, .bytes = row.data, .len = row.len},
        {.name = OWNERS, .bytes = owner.data, .len = 16, .more = other.data, .more_len = 16},
        {.name = PROCESSES, .bytes = name.data, .len = name.len},
        {.name = USERS, .bytes = "1000:bo\n", .len = 8}};
    const struct pl_query query =
        tcp(PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_USERS | PL_NEED_LINKS);
    struct fake_reader fake;
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    /* in this order; no interface is used, so none is requested */
    assert_int_equal(fake.read_count, 4);
    assert_string_equal(fake.reads[1].feed, OWNERS);
    assert_string_equal(fake.reads[2].feed, PROCESSES);
    assert_int_equal(fake.reads[2].id_count, 1);
    assert_int_equal(fake.reads[2].first_id, 77);
    assert_true(fake.reads[2].need & PL_NEED_NAMES);
    assert_string_equal(fake.reads[3].feed, USERS);
    assert_int_equal(fake.reads[3].id_count, 1);
    assert_int_equal(fake.reads[3].first_id, 1000);
    assert_int_equal(pl_snapshot_owners(snap, pl_snapshot_socks(snap, &count), &count)[0].pid, 77);
    assert_text_equal(pl_snapshot_process(snap, 77)->name, "nginx");
    assert_text_equal(pl_snapshot_user(snap, 1000), "bo");
    assert_null(pl_snapshot_process(snap, 66));
    assert_counts(snap, 1, 0);
    pl_snapshot_free(snap);
}

static void put_frame(struct bytes *b, uint32_t pid, uint32_t what, const char *text)
{
    put_u32(b, pid);
    put_u32(b, what);
    put_u32(b, (uint32_t)strlen(text));
    put_bytes(b, text, strlen(text));
}

#define ID1 "1111111111111111111111111111111111111111111111111111111111111111"
#define ID2 "2222222222222222222222222222222222222222222222222222222222222222"

/* A recording also names users who have no socket. */
static void every_user(void **state)
{
    static const struct {
        bool replay, every;
        size_t reads;
    } cases[] = {{true, true, 1}, {true, false, 0}, {false, true, 0}};
    const struct fake_feed feeds[] = {{.name = DIAG_TCP},
                                      {.name = USERS, .bytes = "7:al\n", .len = 5}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_query_hooks hooks = {.every_user = cases[i].every};
        struct pl_query query = tcp(PL_NEED_USERS);
        struct fake_reader fake;
        struct pl_snapshot *snap;
        uint32_t uid = 0;

        query.hooks = &hooks;
        fake_init(&fake, feeds, COUNT_OF(feeds));
        fake.base.replay = cases[i].replay;
        assert_int_equal(TAKE(fake, query, snap), 0);
        assert_int_equal(fake_reads(&fake, USERS), cases[i].reads);
        assert_int_equal(pl_snapshot_find_user(snap, "al", &uid), cases[i].reads == 1);
        assert_int_equal(uid, cases[i].reads == 1 ? 7 : 0);
        pl_snapshot_free(snap);
    }
}

/* Each container is requested once; without one, nothing is read. */
static void containers(void **state)
{
    struct bytes row = fake_listener(5, 0);
    struct bytes owner = fake_owner(77, 3, 5);
    struct bytes frames = {0};
    struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                {.name = OWNERS, .bytes = owner.data, .len = 16},
                                {.name = PROCESSES},
                                {.name = CONTAINERS}};
    struct pl_query query = tcp(PL_NEED_OWNERS | PL_NEED_GROUPS | PL_NEED_CONTAINERS);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    put_frame(&frames, 76, PL_FRAME_CGROUP, "0::/docker/" ID1 "\n");
    put_frame(&frames, 77, PL_FRAME_CGROUP, "0::/libpod-" ID2 "\n");
    put_frame(&frames, 78, PL_FRAME_CGROUP, "0::/docker/" ID1 "\n");
    put_frame(&frames, 79, PL_FRAME_CGROUP, "0::/user@7.service/docker-" ID1 ".scope\n");
    put_frame(&frames, 80, PL_FRAME_CGROUP, "0::/lxc/web\n");
    feeds[2].bytes = frames.data;
    feeds[2].len = frames.len;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(fake.read_count, 4);
    assert_string_equal(fake.reads[3].feed, CONTAINERS);
    assert_int_equal(fake.reads[3].group_count, 3);
    assert_counts(snap, 1, 0);
    pl_snapshot_free(snap);

    query.need &= ~(uint32_t)PL_NEED_CONTAINERS;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(fake_reads(&fake, CONTAINERS), 0);
    pl_snapshot_free(snap);

    query.need |= PL_NEED_CONTAINERS;
    frames.len = 0;
    put_frame(&frames, 77, PL_FRAME_CGROUP, "0::/a.service\n");
    feeds[2].len = frames.len;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(fake_reads(&fake, CONTAINERS), 0);
    pl_snapshot_free(snap);
}

/* A recording of an earlier version has processes without control groups, and no containers. */
static void no_groups(void **state)
{
    struct bytes row = fake_listener(5, 0);
    struct bytes owner = fake_owner(77, 3, 5);
    struct bytes frames = {0};
    struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                {.name = OWNERS, .bytes = owner.data, .len = 16},
                                {.name = PROCESSES}};
    const struct pl_query query = tcp(PL_NEED_OWNERS | PL_NEED_GROUPS | PL_NEED_CONTAINERS);
    struct fake_reader fake;
    struct pl_snapshot *snap;
    const struct pl_note *notes;
    size_t count;

    (void)state;
    put_frame(&frames, 77, PL_FRAME_COMM, "nginx");
    feeds[2].bytes = frames.data;
    feeds[2].len = frames.len;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    fake.base.replay = true;
    assert_int_equal(TAKE(fake, query, snap), 0);
    notes = pl_snapshot_notes(snap, &count);
    assert_int_equal(count, 2); /* the first: the table of sockets has no end */
    assert_int_equal(notes[1].kind, PL_NOTE_FEED_MISSING);
    assert_string_equal(notes[1].title, "control groups of processes");
    pl_snapshot_free(snap);

    put_frame(&frames, 78, PL_FRAME_CGROUP, "0::/docker/" ID1 "\n");
    feeds[2].len = frames.len;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    fake.base.replay = true;
    assert_int_equal(TAKE(fake, query, snap), 0);
    notes = pl_snapshot_notes(snap, &count);
    assert_int_equal(count, 2);
    assert_int_equal(notes[1].kind, PL_NOTE_FEED_MISSING);
    assert_text_equal(notes[1].feed, CONTAINERS);
    pl_snapshot_free(snap);
}

static void links(void **state)
{
    struct bytes row = fake_listener(5, 2);
    struct bytes link = {0};
    size_t at = nl_begin(&link, 16, 0);
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                      {.name = LINKS, .bytes = link.data, .len = 40}};
    const struct pl_query query = tcp(PL_NEED_LINKS);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    put_u32(&link, 0);
    put_u32(&link, 2);
    put_zeros(&link, 8);
    nl_attr(&link, 3, "e0", 3);
    nl_end(&link, at);
    assert_int_equal(link.len, 40);
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_text_equal(pl_snapshot_link(snap, 2), "e0");
    pl_snapshot_free(snap);
}

/* No scan without sockets, unless PL_NEED_SIGHT is set. */
static void nothing_to_own(void **state)
{
    const struct fake_feed feeds[] = {{.name = DIAG_TCP}};
    struct pl_query query =
        tcp(~(uint32_t)(PL_NEED_COUNTERS | PL_NEED_SIGHT | PL_NEED_INTERFACES | PL_NEED_RULES));
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(fake.read_count, 1);
    assert_counts(snap, 0, 0);
    pl_snapshot_free(snap);
    query.need = PL_NEED_OWNERS | PL_NEED_SIGHT;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(fake_reads(&fake, "linux/owners"), 1);
    pl_snapshot_free(snap);
    query.need = PL_NEED_LINKS | PL_NEED_ADDRS | PL_NEED_INTERFACES;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(fake_reads(&fake, LINKS), 1);
    assert_int_equal(fake_reads(&fake, "linux/rtnl/addr"), 1);
    pl_snapshot_free(snap);
}

/* Owners cannot be read: a note, and no claim that every process was read. */
static void no_owners(void **state)
{
    struct bytes row = fake_listener(5, 0);
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                      {.name = OWNERS, .error = -EACCES}};
    const struct pl_query query = tcp(PL_NEED_OWNERS);
    struct fake_reader fake;
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(assert_only_note(snap, PL_NOTE_FEED_FAILED, OWNERS)->error, EACCES);
    assert_int_equal(pl_snapshot_socks(snap, &count)[0].owner_unknown, PL_OWNER_NOT_ASKED);
    pl_snapshot_free(snap);
}

/* Half of the owners: the same. */
static void damaged_owners(void **state)
{
    struct bytes row = fake_listener(5, 0);
    struct bytes owner = fake_owner(77, 3, 4711);
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                      {.name = OWNERS, .bytes = owner.data, .len = 15}};
    const struct pl_query query = tcp(PL_NEED_OWNERS);
    struct fake_reader fake;
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    (void)assert_only_note(snap, PL_NOTE_FEED_DAMAGED, OWNERS);
    assert_int_equal(pl_snapshot_socks(snap, &count)[0].owner_unknown, PL_OWNER_NOT_ASKED);
    pl_snapshot_free(snap);
}

/* The nth allocation of the library fails: -ENOMEM and nothing, or the whole snapshot. */
static void out_of_memory(void **state)
{
    struct bytes row = fake_listener(5, 0);
    struct bytes owner = fake_owner(77, 3, 5);
    struct bytes name = comm(77, "nginx");
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = 2 * row.len - 1},
                                      {.name = OWNERS, .bytes = owner.data, .len = 16},
                                      {.name = PROCESSES, .bytes = name.data, .len = name.len},
                                      {.name = USERS, .bytes = "1000:bo\n", .len = 8}};
    const struct pl_query query = tcp(UINT32_MAX);
    unsigned long nth = 0;
    int err;

    (void)state;
    put_bytes(&row, row.data, row.len);
    do {
        struct fake_reader fake;
        struct pl_snapshot *snap = NULL;

        fake_init(&fake, feeds, COUNT_OF(feeds));
        alloc_fail(++nth);
        err = TAKE(fake, query, snap);
        if (!alloc_failed())
            assert_int_equal(err, 0);
        else
            assert_int_equal(err, -ENOMEM);
        assert_int_equal(snap != NULL, err == 0);
        alloc_fail(0);
        pl_snapshot_free(snap);
    } while (err != 0);
    assert_true(nth > 10);
}

TEST_MAIN(TEST(every_user), TEST(containers), TEST(no_groups), TEST(names), TEST(links),
          TEST(nothing_to_own), TEST(no_owners), TEST(damaged_owners), TEST(out_of_memory))
