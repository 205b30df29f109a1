/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets, addresses and interfaces of several network namespaces in one snapshot. */
#include "fake.h"

#include "api/reader.h"
#include "api/snapshot.h"
#include "collect/collect.h"

#define HERE  0U
#define WEB   4026532287U
#define OTHER 4026532300U

static const struct pl_query tcp = {.protos = PL_BIT(PL_PROTO_TCP)};

/* The reader has two other network namespaces. Each reading gives the same listener. */
static struct pl_snapshot *take(struct fake_reader *reader, const struct fake_feed *feeds,
                                size_t count, const struct pl_query *query)
{
    static struct pl_space spaces[] = {{.netns = WEB}, {.netns = OTHER}};
    struct pl_snapshot *snap;

    fake_init(reader, feeds, count);
    reader->base.spaces.list = (struct pl_list){.items = spaces, .count = 2, .size = 2};
    assert_int_equal(pl_snapshot_take(&reader->base, query, &snap), 0);
    return snap;
}

/* Sockets with the same ends in different namespaces are different ones. */
static void sockets(void **state)
{
    struct bytes bytes = fake_listener(5, 0);
    const struct fake_feed feeds[] = {
        {.name = "linux/diag/tcp", .bytes = bytes.data, .len = bytes.len}};
    static const uint32_t want[] = {HERE, WEB, OTHER};
    struct fake_reader reader;
    struct pl_snapshot *snap = take(&reader, feeds, 1, &tcp);
    const struct pl_sock *socks;
    size_t count;

    (void)state;
    assert_counts(snap, 3, 0);
    assert_int_equal(fake_reads(&reader, "linux/diag/tcp"), 3);
    socks = pl_snapshot_socks(snap, &count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(socks[i].netns, want[i]);
        assert_int_equal(socks[i].local_port, 80);
        assert_int_equal(pl_snapshot_netns(snap, &socks[i]), want[i]);
    }
    pl_snapshot_free(snap);
}

/* A table that is missing everywhere gives one note. */
static void notes(void **state)
{
    struct bytes bytes = fake_listener(5, 0);
    const struct fake_feed feeds[] = {
        {.name = "linux/diag/tcp", .bytes = bytes.data, .len = bytes.len}};
    const struct pl_query both = {.protos = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_SCTP)};
    struct fake_reader reader;
    struct pl_snapshot *snap = take(&reader, feeds, 1, &both);

    (void)state;
    assert_counts(snap, 3, 1);
    pl_snapshot_free(snap);
}

static int fail_third(struct pl_collect *c, void *arg)
{
    unsigned int *calls = arg;

    assert_int_equal(c->snap->space, *calls == 0 ? HERE : *calls == 1 ? WEB : OTHER);
    return ++*calls == 3 ? -ENOMEM : 0;
}

static void errors(void **state)
{
    static struct pl_space spaces[] = {{.netns = WEB}, {.netns = OTHER}, {.netns = 9}};
    struct fake_reader reader;
    struct pl_collect c = {.reader = &reader.base};
    unsigned int calls = 0;

    (void)state;
    fake_init(&reader, NULL, 0);
    reader.base.spaces.list = (struct pl_list){.items = spaces, .count = 3, .size = 3};
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &tcp, &c.snap), 0);
    assert_int_equal(pl_collect_everywhere(&c, fail_third, &calls), -ENOMEM);
    assert_int_equal(calls, 3);
    assert_int_equal(c.snap->space, HERE);
    assert_null(c.space);
    pl_snapshot_free(c.snap);
}

static int add_space(struct pl_collect *c, void *arg)
{
    struct pl_list *read = arg;
    uint32_t *netns = pl_list_add(read, sizeof(*netns));

    if (netns)
        *netns = c->snap->space;
    return netns ? 0 : -ENOMEM;
}

/* Names are read here, and where sockets are, in whatever order they came. */
static void only_where_sockets_are(void **state)
{
    static struct pl_space spaces[] = {{.netns = WEB}, {.netns = OTHER}, {.netns = 9}};
    static const uint32_t netns[] = {9, HERE, WEB, WEB, 9};
    struct pl_list read = {0};
    struct fake_reader reader;
    struct pl_collect c = {.reader = &reader.base};
    const uint32_t *list;

    (void)state;
    fake_init(&reader, NULL, 0);
    reader.base.spaces.list = (struct pl_list){.items = spaces, .count = 3, .size = 3};
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &tcp, &c.snap), 0);
    for (size_t i = 0; i < sizeof(netns) / sizeof(netns[0]); i++) {
        struct pl_sock *sock = pl_list_add(&c.snap->socks, sizeof(*sock));

        if (sock)
            *sock = (struct pl_sock){.netns = netns[i]};
    }
    assert_int_equal(pl_collect_where_sockets_are(&c, add_space, &read), 0);
    list = read.items;
    assert_int_equal(read.count, 3);
    assert_int_equal(list[0], HERE);
    assert_int_equal(list[1], WEB);
    assert_int_equal(list[2], 9);
    c.snap->socks.count = 0;
    assert_int_equal(pl_collect_where_sockets_are(&c, add_space, &read), 0);
    assert_int_equal(read.count, 4);
    free(read.items);
    pl_snapshot_free(c.snap);
}

TEST_MAIN(TEST(sockets), TEST(notes), TEST(errors), TEST(only_where_sockets_are))
