/* SPDX-License-Identifier: BSD-2-Clause */
/* Events as a snapshot: fields and filters apply to them. */
#include "events.h"
#include "fake.h"

#include "field/field.h"

static struct pl_holders *held(uint32_t first, uint32_t count)
{
    struct pl_holders *holders = pl_holders_new(count);

    assert_non_null(holders);
    for (uint32_t i = 0; i < count; i++) {
        holders->items[i] = (struct pl_holder){.pid = first + i, .uid = 7};
        (void)snprintf(holders->items[i].name, sizeof(holders->items[i].name), "web%u", first + i);
    }
    return holders;
}

/* Checks the snapshot of these events, and clears the batch. */
static void check(struct pl_batch *batch, const struct pl_filter *filter)
{
    const struct pl_snapshot *snap;
    const struct pl_sock *socks;
    const struct pl_owner *owners;
    size_t count;

    (void)pl_batch_events(batch, &count);
    assert_int_equal(count, 4);
    assert_int_equal(pl_batch_settle(batch, &snap), 0);
    socks = pl_snapshot_socks(snap, &count);
    assert_int_equal(count, 3);
    owners = pl_snapshot_owners(snap, &socks[1], &count);
    assert_int_equal(count, 2);
    assert_int_equal(owners[1].pid, 31);
    assert_int_equal(owners[1].fd, PL_FD_NONE);
    assert_text_equal(pl_snapshot_process(snap, 31)->name, "web31");
    assert_text_equal(pl_snapshot_user(snap, 7), "alice");
    assert_text_equal(pl_snapshot_local_service(snap, 4000, PL_PROTO_TCP), "yyy");
    assert_true(pl_filter_match(filter, snap, &socks[0]));
    assert_true(pl_filter_match(filter, snap, &socks[1]));
    assert_false(pl_filter_match(filter, snap, &socks[2]));
    assert_int_equal(socks[2].owner_unknown, PL_OWNER_TIME_WAIT);
    pl_batch_clear(batch);
    (void)pl_batch_events(batch, &count);
    assert_int_equal(count, 0);
}

/* Two events of one socket, one without a socket, and one without an owner. */
static void snapshot(void **state)
{
    static const struct fake_feed feeds[] = {
        {.name = "linux/users", .bytes = "7:alice\n", .len = 8},
        {.name = "linux/etc/services", .bytes = "zzz 80/tcp\nyyy 4000/tcp\n", .len = 24},
    };
    struct pl_filter *filter;
    struct pl_filter_error error;
    struct fake_reader fake;
    struct pl_batch *batch;
    struct pl_holders *two = held(30, 2);
    struct pl_event events[] = {
        {.have = PL_EVENT_HAVE_SOCK,
         .kind = PL_EVENT_CONNECT,
         .holders = two,
         .sock = tcp(5, 4000, 80, PL_STATE_ESTABLISHED)},
        {.kind = PL_EVENT_LOST, .count = 9},
        {.have = PL_EVENT_HAVE_SOCK,
         .kind = PL_EVENT_CLOSE,
         .holders = two,
         .sock = tcp(5, 4000, 80, PL_STATE_CLOSED)},
        {.have = PL_EVENT_HAVE_SOCK,
         .kind = PL_EVENT_CLOSE,
         .sock = tcp(6, 4001, 80, PL_STATE_CLOSED)},
    };
    struct pl_query query = {.need = PL_NEED_SERVICES | PL_NEED_USERS};

    (void)state;
    events[3].sock.owner_unknown = PL_OWNER_TIME_WAIT;
    assert_int_equal(pl_filter_parse("process web31", NULL, &filter, &error), 0);
    query.filter = filter;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(pl_batch_new(&fake.base, &query, &batch), 0);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT_OF(events); i++)
            assert_int_equal(pl_batch_add(batch, &events[i]), 0);
        check(batch, filter);
    }
    /* Names serve many batches. */
    assert_int_equal(fake_reads(&fake, "linux/users"), 1);
    assert_int_equal(fake_reads(&fake, "linux/etc/services"), 1);
    pl_batch_free(batch);
    pl_batch_free(NULL);
    pl_filter_free(filter);
    assert_int_equal(two->references, 1);
    pl_holders_drop(two);
}

/* Names of namespaces are read again for each new one, but not for the next events of it. */
static void namespaces(void **state)
{
    static const struct fake_feed feeds[] = {
        {.name = "linux/netns", .bytes = "9:blue\n7:a:b\n", .len = 13},
    };
    static const struct {
        uint32_t netns;
        unsigned int reads;
        const char *name;
    } rows[] = {{9, 1, "blue"}, {9, 1, "blue"}, {7, 2, "a:b"}, {8, 3, NULL}, {8, 3, NULL}};
    const struct pl_query query = {.need = PL_NEED_NETNS};
    struct fake_reader fake;
    struct pl_batch *batch;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(pl_batch_new(&fake.base, &query, &batch), 0);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct pl_event event = {.have = PL_EVENT_HAVE_NETNS, .netns = rows[i].netns};
        const struct pl_snapshot *snap;
        struct pl_text name;

        assert_int_equal(pl_batch_add(batch, &event), 0);
        assert_int_equal(pl_batch_settle(batch, &snap), 0);
        name = pl_snapshot_netns_name(snap, rows[i].netns);
        assert_int_equal(fake_reads(&fake, "linux/netns"), rows[i].reads);
        assert_int_equal(name.len, rows[i].name ? strlen(rows[i].name) : 0);
        if (rows[i].name)
            assert_memory_equal(name.data, rows[i].name, name.len);
        pl_batch_clear(batch);
    }
    pl_batch_free(batch);
}

/* Adds an event whose holders are the batch's afterwards. */
static int add(struct pl_batch *batch, struct pl_holders *holders)
{
    const struct pl_event event = {.have = PL_EVENT_HAVE_SOCK,
                                   .kind = PL_EVENT_CONNECT,
                                   .holders = holders,
                                   .sock = tcp(5, 4000, 80, PL_STATE_ESTABLISHED)};
    int err = pl_batch_add(batch, &event);

    pl_holders_drop(holders);
    return err;
}

static struct pl_holders *named(uint32_t pid, uint32_t uid, const char *name)
{
    struct pl_holders *holders = held(pid, 1);

    holders->items[0].uid = uid;
    (void)snprintf(holders->items[0].name, sizeof(holders->items[0].name), "%s", name);
    return holders;
}

/* One process id is one process in a batch. */
static void reused_ids(void **state)
{
    const struct pl_query query = {0};
    struct pl_holders *twice = held(8, 2);
    const struct pl_snapshot *snap;
    struct fake_reader fake;
    struct pl_batch *batch;
    size_t count;

    (void)state;
    fake_init(&fake, NULL, 0);
    assert_int_equal(pl_batch_new(&fake.base, &query, &batch), 0);
    for (uint32_t i = 0; i < 100; i++) {
        assert_int_equal(add(batch, held(1000 + i, 2)), 0);
        assert_int_equal(add(batch, held(1000 + i, 1)), 0);
    }
    assert_int_equal(add(batch, named(1050, 7, "other")), -EEXIST);
    assert_int_equal(add(batch, named(1050, 8, "web1050")), -EEXIST);
    assert_int_equal(add(batch, named(1050, 7, "web1050")), 0);
    (void)pl_batch_events(batch, &count);
    assert_int_equal(count, 201);
    pl_batch_clear(batch);
    assert_int_equal(add(batch, named(1050, 7, "other")), 0);
    assert_int_equal(pl_batch_settle(batch, &snap), 0);
    assert_text_equal(pl_snapshot_process(snap, 1050)->name, "other");
    /* A damaged recording. */
    twice->items[1].pid = 8;
    assert_int_equal(add(batch, twice), 0);
    pl_batch_free(batch);
}

TEST_MAIN(TEST(snapshot), TEST(namespaces), TEST(reused_ids))
