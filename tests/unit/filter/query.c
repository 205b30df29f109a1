/* SPDX-License-Identifier: BSD-2-Clause */
/* Which sockets a query shows. */
#include "filters.h"
#include "harness.h"

static struct pl_sock sock_of(unsigned int proto, unsigned int family, unsigned int state)
{
    return (struct pl_sock){.have = PL_HAVE_STATE,
                            .proto = (uint8_t)proto,
                            .family = (uint8_t)family,
                            .state = (uint16_t)state};
}

static bool match(struct pl_query query, struct pl_sock sock)
{
    return pl_query_match(&query, &sock);
}

static void protos(void **state)
{
    (void)state;
    for (unsigned int proto = 0; proto < PL_PROTO_MAX; proto++) {
        for (unsigned int asked = 0; asked < PL_PROTO_MAX; asked++)
            assert_int_equal(match((struct pl_query){.protos = PL_BIT(asked)},
                                   sock_of(proto, PL_FAMILY_INET, PL_STATE_LISTEN)),
                             proto == asked);
    }
}

static void families(void **state)
{
    const struct pl_query v4 = {.protos = UINT32_MAX, .families = PL_BIT(PL_FAMILY_INET)};
    const struct pl_query all = {.protos = UINT32_MAX};

    (void)state;
    assert_true(match(v4, sock_of(PL_PROTO_TCP, PL_FAMILY_INET, PL_STATE_LISTEN)));
    assert_false(match(v4, sock_of(PL_PROTO_TCP, PL_FAMILY_INET6, PL_STATE_LISTEN)));
    assert_true(match(all, sock_of(PL_PROTO_TCP, PL_FAMILY_INET6, PL_STATE_LISTEN)));
    /* an unknown state is shown unless another is requested */
    assert_true(match(all, sock_of(PL_PROTO_TCP, PL_FAMILY_OTHER | 1, PL_STATE_LISTEN)));
    assert_false(match(v4, sock_of(PL_PROTO_TCP, PL_FAMILY_OTHER | 1, PL_STATE_LISTEN)));
}

static void states(void **state)
{
    const struct pl_query normal = {.protos = UINT32_MAX};

    (void)state;
    for (unsigned int is = 1; is < PL_STATE_MAX; is++) {
        struct pl_sock sock = sock_of(PL_PROTO_TCP, PL_FAMILY_INET, is);

        assert_int_equal(match(normal, sock), is != PL_STATE_BOUND && is != PL_STATE_CLOSED);
        for (unsigned int asked = 1; asked < PL_STATE_MAX; asked++)
            assert_int_equal(
                match((struct pl_query){.protos = UINT32_MAX, .states = PL_BIT(asked)}, sock),
                is == asked);
    }
}

static void odd_states(void **state)
{
    const struct pl_query normal = {.protos = UINT32_MAX};
    const struct pl_query listening = {.protos = UINT32_MAX, .states = PL_BIT(PL_STATE_LISTEN)};
    struct pl_sock sock = sock_of(PL_PROTO_TCP, PL_FAMILY_INET, PL_STATE_OTHER | 10);

    (void)state;
    assert_true(match(normal, sock));
    assert_false(match(listening, sock));
    /* no state */
    sock.have = 0;
    assert_true(match(listening, sock));
    sock.state = PL_STATE_BOUND;
    assert_true(match(normal, sock));
}

/* What the filter excludes. */
static void narrowed(void **state)
{
    static const struct {
        const char *filter;
        uint32_t states, protos;
    } cases[] = {
        {"port 80", UINT32_MAX, UINT32_MAX},
        {"state bound", PL_BIT(PL_STATE_BOUND), UINT32_MAX},
        {"udp", UINT32_MAX, PL_BIT(PL_PROTO_UDP)},
    };
    const uint32_t some = PL_BIT(PL_STATE_BOUND) | PL_BIT(PL_STATE_LISTEN);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_filter *filter = parse(cases[i].filter);
        struct pl_query query = {.protos = UINT32_MAX, .states = UINT32_MAX, .filter = filter};

        assert_int_equal(pl_query_states(&query), cases[i].states);
        assert_int_equal(pl_query_protos(&query), cases[i].protos);
        query.states = some;
        query.protos = PL_BIT(PL_PROTO_TCP);
        assert_int_equal(pl_query_states(&query), some & cases[i].states);
        assert_int_equal(pl_query_protos(&query), PL_BIT(PL_PROTO_TCP) & cases[i].protos);
        pl_filter_free(filter);
    }
    assert_int_equal(pl_query_states(&(struct pl_query){.states = some}), some);
    assert_int_equal(pl_query_protos(&(struct pl_query){.protos = 5}), 5);
}

TEST_MAIN(TEST(protos), TEST(families), TEST(states), TEST(odd_states), TEST(narrowed))
