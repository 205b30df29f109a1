/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets that do not match are removed with their owners and details. */
#include "filters.h"

#include "collect/collect.h"

static struct pl_snapshot *fill(const struct pl_query *query)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, query, &snap), 0);
    for (uint32_t i = 1; i <= 6; i++) {
        struct pl_sock sock = some_sock();
        char path[] = {'/', (char)('a' + i), 0};
        const struct pl_attr attr = {.id = PL_ATTR_PATH, .text = 1, .len = 2, .u.text = path};

        sock.key = i;
        sock.local_port = 100 + i;
        assert_int_equal(snap->sink.sock(&snap->sink, &sock, &attr, i % 2), 0);
    }
    assert_int_equal(pl_join_prepare(snap), 0);
    for (uint32_t i = 1; i <= 6; i++) {
        const struct pl_owner owner = {.pid = 10 + i, .fd = i, .key = i};
        const struct pl_owner second = {.pid = 20, .fd = i, .key = i};

        assert_int_equal(snap->sink.owner(&snap->sink, &owner), 0);
        if (i > 3)
            assert_int_equal(snap->sink.owner(&snap->sink, &second), 0);
    }
    assert_int_equal(pl_join_owners(snap), 0);
    pl_join_settle(snap);
    return snap;
}

static void keeps(const char *expression, const char *ports)
{
    const struct pl_query query = {.protos = UINT32_MAX};
    struct pl_snapshot *snap = fill(&query);
    struct pl_filter *filter = parse(expression);
    const struct pl_sock *socks;
    char got[64] = "";
    size_t count;

    pl_collect_filter(snap, filter);
    socks = pl_snapshot_socks(snap, &count);
    for (size_t i = 0; i < count; i++) {
        size_t owners;
        const struct pl_owner *owner = pl_snapshot_owners(snap, &socks[i], &owners);
        const struct pl_attr attr = pl_snapshot_attr(snap, &socks[i], PL_ATTR_PATH);

        assert_int_equal(owners, socks[i].key > 3 ? 2 : 1);
        assert_int_equal(owner[0].pid, 10 + socks[i].key);
        assert_true(owner[0].key == socks[i].key);
        assert_int_equal(attr.id != PL_ATTR_NONE, socks[i].key % 2);
        if (attr.text)
            assert_int_equal(attr.u.text[1], 'a' + (int)socks[i].key);
        got[i] = (char)('0' + socks[i].key);
    }
    assert_string_equal(got, ports);
    pl_filter_free(filter);
    pl_snapshot_free(snap);
}

static void kept(void **state)
{
    (void)state;
    keeps("tcp", "123456");
    keeps("udp", "");
    keeps("pid 12 or pid 15", "25");
    keeps("pid 20", "456");
    keeps("not pid 20", "123");
    keeps("pid > 13 and sport < 106", "45");
    keeps("path /d", "3");
    keeps("path /[bf]", "15");
    keeps("path", "135");
    keeps("not path", "246");
}

TEST_MAIN(TEST(kept))
