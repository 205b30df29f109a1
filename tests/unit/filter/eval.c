/* SPDX-License-Identifier: BSD-2-Clause */
/* The states and protocols that can match, which must be collected. */
#include "filters.h"
#include "model/array.h"

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

TEST_MAIN(TEST(states), TEST(protos), TEST(ports), TEST(need))
