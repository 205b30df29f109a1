/* SPDX-License-Identifier: BSD-2-Clause */
/* The states and protocols that can match, which must be collected. */
#include "alloc.h"
#include "filters.h"
#include "model/array.h"
#include "snapshot/snapshot.h"

static uint32_t states_of(const char *expression)
{
    struct pl_filter *filter = parse(expression);
    uint32_t states = pl_filter_states(filter);

    pl_filter_free(filter);
    return states;
}

static uint32_t protos_of(const char *expression)
{
    struct pl_filter *filter = parse(expression);
    uint32_t protos = pl_filter_protos(filter);

    pl_filter_free(filter);
    return protos;
}

static void states(void **state)
{
    const uint32_t listen = PL_BIT(PL_STATE_LISTEN);
    const uint32_t estab = PL_BIT(PL_STATE_ESTABLISHED);

    (void)state;
    assert_int_equal(states_of("tcp"), UINT32_MAX);
    assert_int_equal(states_of("state listen"), listen);
    assert_int_equal(states_of("state listen or state established"), listen | estab);
    assert_int_equal(states_of("state listen and ( sport 1 or process x )"), listen);
    assert_int_equal(states_of("state listen or sport 1"), UINT32_MAX);
    assert_int_equal(states_of("not state listen"), ~listen);
    assert_int_equal(states_of("not ( state listen or state established )"), ~(listen | estab));
    assert_int_equal(states_of("state listen state established and state listen"), listen);
}

static void protos(void **state)
{
    (void)state;
    assert_int_equal(protos_of("tcp udp"), PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP));
    assert_int_equal(protos_of("unix sport 1"), PL_BIT(PL_PROTO_UNIX));
    assert_int_equal(protos_of("tcp and udp"), 0);
}

static bool names_port(const char *expression)
{
    struct pl_filter *filter = parse(expression);
    bool names = pl_filter_names_port(filter);

    pl_filter_free(filter);
    return names;
}

static void ports(void **state)
{
    static const char *const yes[] = {
        "port 22",
        "22",
        "22 80",
        "22,80",
        "8000-8100",
        "sport 22",
        "src :22",
        "tcp 22 user x",
        ":22 or port 80",
        "local_port 22",
        "22 or dport 1",
        "process x ( 22 or 80 )",
        "80,81,82,83,84,85,86,87,88,89",
    };
    static const char *const no[] = {
        "tcp",        "dport 22",   "not port 22", "port != 22", "port 22 or user x",
        "sport > 22", "sport < 22", "sport ge 22",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(yes); i++)
        assert_true(names_port(yes[i]));
    for (size_t i = 0; i < COUNT_OF(no); i++)
        assert_false(names_port(no[i]));
}

static void need(void **state)
{
    struct pl_filter *filter = parse("process x or user y");

    (void)state;
    assert_int_equal(pl_filter_need(filter), PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_USERS);
    pl_filter_free(filter);
}

/* Other owners cannot make a socket match no more, unless a condition excludes some. */
static void one_owner(void **state)
{
    static const char *const yes[] = {"tcp",
                                      "port 80 and not established",
                                      "process x",
                                      "pid 1 or user x",
                                      "not (not process x)",
                                      "exe /bin/x and not port 1",
                                      "pid 1,2,3,4,5,6,7,8,9,10"};
    static const char *const no[] = {"not process x",
                                     "process != x",
                                     "port 80 and not (pid 1 or tcp)",
                                     "owner_unknown orphan",
                                     "not (not (not process x))",
                                     "pid != 1,2,3,4,5,6,7,8,9,10"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(yes) + COUNT_OF(no); i++) {
        bool want = i < COUNT_OF(yes);
        const char *text = want ? yes[i] : no[i - COUNT_OF(yes)];
        struct pl_filter *filter = parse(text);

        if (pl_filter_one_owner(filter) != want)
            fail_msg("%s", text);
        pl_filter_free(filter);
    }
}

/* A glob is compared with the whole text, or not at all. */
static void long_text(void **state)
{
    static const struct pl_query any = {.protos = UINT32_MAX};
    static char path[5001];
    const struct pl_attr attr = {
        .id = PL_ATTR_PATH, .text = 1, .len = sizeof(path) - 1, .u.text = path};
    struct pl_filter *filter = parse("path *z");
    struct pl_filter *contrary = parse("path != *a");
    struct pl_snapshot *snap;
    const struct pl_sock *sock;
    size_t count;

    (void)state;
    memset(path, 'a', sizeof(path) - 2);
    path[sizeof(path) - 2] = 'z';
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    assert_int_equal(
        snap->sink.sock(&snap->sink, &(struct pl_sock){.proto = PL_PROTO_UNIX}, &attr, 1), 0);
    sock = pl_snapshot_socks(snap, &count);
    assert_int_equal(count, 1);
    assert_int_equal(pl_filter_eval(filter, snap, sock), PL_TRUE);
    assert_int_equal(pl_filter_eval(contrary, snap, sock), PL_TRUE);
    alloc_fail(1);
    assert_int_equal(pl_filter_eval(filter, snap, sock), PL_MAYBE);
    assert_true(alloc_failed());
    alloc_fail(1);
    assert_int_equal(pl_filter_eval(contrary, snap, sock), PL_MAYBE);
    alloc_fail(0);
    pl_snapshot_free(snap);
    pl_filter_free(filter);
    pl_filter_free(contrary);
}

TEST_MAIN(TEST(states), TEST(protos), TEST(ports), TEST(need), TEST(one_owner), TEST(long_text))
