/* SPDX-License-Identifier: BSD-2-Clause */
/* A long list must give the same result as its operands one by one. */
#include "filters.h"

#define OPERANDS 40

static uint32_t seed = 1;

static uint32_t draw(uint32_t below)
{
    seed = seed * 1103515245 + 12345;
    return (seed >> 16) % below;
}

/* One operand; small numbers, so that operands overlap and sockets hit their edges. */
static void operand(char *out, size_t size)
{
    unsigned int a = draw(40) + 1;
    unsigned int b = a + draw(4);

    switch (draw(8)) {
    case 0:
        snprintf(out, size, "port %u", a);
        break;
    case 1:
        snprintf(out, size, "sport %u-%u", a, b);
        break;
    case 2:
        snprintf(out, size, "dport ge %u", 39 + draw(3));
        break;
    case 3:
        snprintf(out, size, "src 10.0.0.%u/%u", a, 29 + draw(4));
        break;
    case 4:
        snprintf(out, size, "src [::ffff:10.0.0.%u]", a);
        break;
    case 5:
        snprintf(out, size, "dst 10.0.0.%u", a);
        break;
    case 6:
        snprintf(out, size, "dst [2001:db8::%x]/%u", a, 120 + draw(9));
        break;
    default:
        snprintf(out, size, draw(9) > 0 ? "uid %u" : "process p%u", a);
    }
}

static void draw_addr(uint8_t family, uint8_t addr[16])
{
    static const uint8_t starts[][16] = {
        {10}, {[10] = 0xff, 0xff, 10}, {0x20, 0x01, 0x0d, 0xb8}, {0}};
    size_t i = family == PL_FAMILY_INET ? 0 : 1 + draw(3);

    memcpy(addr, starts[i], 16);
    addr[i == 0 ? 3 : 15] = (uint8_t)draw(44);
}

static struct pl_sock draw_sock(void)
{
    struct pl_sock sock = some_sock();

    sock.family = draw(2) ? PL_FAMILY_INET : PL_FAMILY_INET6;
    draw_addr(sock.family, sock.local_addr);
    draw_addr(sock.family, sock.peer_addr);
    sock.local_port = draw(44);
    sock.peer_port = draw(44);
    sock.uid = draw(44);
    if (draw(4) == 0)
        sock.have &= (uint16_t) ~(PL_HAVE_PEER | PL_HAVE_UID);
    return sock;
}

/* A list is true if one operand is, otherwise unknown if one is. */
static enum pl_truth one_by_one(char operands[OPERANDS][64], struct pl_sock sock)
{
    enum pl_truth result = PL_FALSE;

    for (size_t i = 0; i < OPERANDS && result != PL_TRUE; i++) {
        enum pl_truth one = ask_of(operands[i], sock);

        if (one != PL_FALSE)
            result = one;
    }
    return result;
}

static void equal_to_operands(void **state)
{
    size_t seen[3] = {0};

    (void)state;
    for (int round = 0; round < 60; round++) {
        char operands[OPERANDS][64];
        char any[OPERANDS * 80] = "";
        char none[OPERANDS * 80] = "";

        for (size_t i = 0; i < OPERANDS; i++) {
            operand(operands[i], sizeof(operands[i]));
            snprintf(any + strlen(any), sizeof(any) - strlen(any), "%s%s", i > 0 ? " or " : "",
                     operands[i]);
            snprintf(none + strlen(none), sizeof(none) - strlen(none), " not %s", operands[i]);
        }
        for (int i = 0; i < 20; i++) {
            struct pl_sock sock = draw_sock();
            enum pl_truth truth = one_by_one(operands, sock);

            seen[truth]++;
            assert_int_equal(ask_of(any, sock), truth);
            assert_int_equal(ask_of(none, sock), truth == PL_MAYBE  ? PL_MAYBE
                                                 : truth == PL_TRUE ? PL_FALSE
                                                                    : PL_TRUE);
        }
    }
    for (size_t i = 0; i < 3; i++)
        assert_true(seen[i] > 20);
}

/* Returns how many nodes are evaluated for a list at the root. */
static size_t evaluated(const char *expression)
{
    struct pl_filter *filter = parse(expression);
    size_t count = 0;

    for (const struct pl_node *node = filter->root->start; node; node = node->next)
        count++;
    pl_filter_free(filter);
    return count;
}

static void replaces_operands(void **state)
{
    char ports[3000 * 16] = "port 1";
    struct pl_filter *filter;

    (void)state;
    for (unsigned int port = 3; port < 6000; port += 2)
        snprintf(ports + strlen(ports), sizeof(ports) - strlen(ports), " or port %u", port);
    filter = parse(ports);
    assert_int_equal(evaluated(ports), 2); /* local ports, peer ports */
    assert_int_equal(filter->root->start->test.kind, PL_TEST_SPANS);
    assert_int_equal(filter->root->start->test.len, 3000);
    pl_filter_free(filter);
    assert_int_equal(evaluated("uid 1 or uid 2 or uid 3 or uid 4 or uid 5 or uid 6 or uid 7"), 7);
    assert_int_equal(
        evaluated("uid 1 or uid 2 or uid 3 or uid 4 or uid 5 or uid 6 or uid 7 or uid 7"), 1);
}

/* Overlapping spans become one; the bounds are included. */
static void bounds(void **state)
{
    struct pl_sock sock = some_sock();
    const char *expression = "sport 5-9 or sport 1-2 or sport 3-6 or sport 20 or sport 0-0 or "
                             "sport 40-50 or sport 41-44 or sport 65535";
    const struct {
        uint32_t port;
        enum pl_truth truth;
    } cases[] = {{0, PL_TRUE},   {1, PL_TRUE},      {2, PL_TRUE},    {3, PL_TRUE},
                 {9, PL_TRUE},   {10, PL_FALSE},    {19, PL_FALSE},  {20, PL_TRUE},
                 {21, PL_FALSE}, {39, PL_FALSE},    {45, PL_TRUE},   {50, PL_TRUE},
                 {51, PL_FALSE}, {65534, PL_FALSE}, {65535, PL_TRUE}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sock.local_port = cases[i].port;
        assert_int_equal(ask_of(expression, sock), cases[i].truth);
    }
}

TEST_MAIN(TEST(equal_to_operands), TEST(replaces_operands), TEST(bounds))
