/* SPDX-License-Identifier: BSD-2-Clause */
/* The order by each column, what is chosen, and an order that holds still. */
#include "scene.h"

#include "screen/order.h"

static const struct choice all = {.protos = PROTOS};

static struct row *add(struct rows *rows, struct pl_sock sock, const char *name, uint32_t pid)
{
    struct row *row = rows_add(rows, &sock);

    assert_non_null(row);
    if (name) {
        row->holders = pl_holders_new(1);
        row->holders->items[0].pid = pid;
        (void)strlcpy(row->holders->items[0].name, name, sizeof(row->holders->items[0].name));
    }
    return row;
}

/* Asserts the cookies of an order. */
static void assert_order(const struct ordering *order, const uint64_t *cookies, size_t count)
{
    assert_int_equal(order->count, count);
    for (size_t i = 0; i < count; i++) {
        assert_true(order->rows[i]->sock.cookie == cookies[i]);
        assert_int_equal(order->rows[i]->place, i + 1);
    }
}

static void fill(struct rows *rows)
{
    struct pl_sock v6 = tcp(4, 22, 0, PL_STATE_LISTEN);
    struct row *row;

    v6.family = PL_FAMILY_INET6;
    row = add(rows, tcp(1, 80, 0, PL_STATE_LISTEN), "nginx", 20);
    row->have = ROW_BEFORE;
    row = add(rows, tcp(2, 80, 5000, PL_STATE_ESTABLISHED), "nginx", 3);
    row->have = ROW_HAVE_RATE | ROW_HAVE_BYTES | ROW_HAVE_RTT;
    row->rate_in = 10;
    row->rate_out = 5;
    row->bytes_in = 1;
    row->bytes_out = 9;
    row->rtt_us = 40;
    row->first = 20;
    row = add(rows, tcp(3, 5000, 80, PL_STATE_ESTABLISHED), "curl", 9);
    row->have = ROW_HAVE_RATE | ROW_HAVE_BYTES | ROW_HAVE_RTT;
    row->rate_in = 5;
    row->rate_out = 10;
    row->bytes_in = 9;
    row->bytes_out = 1;
    row->rtt_us = 30;
    row->first = 30;
    (void)add(rows, v6, NULL, 0);
}

static void columns(void **state)
{
    static const struct {
        enum column column;
        bool descending;
        uint64_t cookies[4];
    } cases[] = {
        {COLUMN_PROTO, false, {1, 2, 3, 4}}, /* tcp, then tcp6; equal rows by the local port */
        {COLUMN_LOCAL, false, {1, 2, 3, 4}}, /* 0.0.0.0, 127.0.0.1, [::] */
        {COLUMN_LOCAL, true, {4, 3, 2, 1}},  /* and by port */
        {COLUMN_PEER, false, {3, 2, 4, 1}},  /* by port; without a peer last */
        {COLUMN_STATE, false, {2, 3, 4, 1}},
        {COLUMN_RATE_IN, true, {2, 3, 4, 1}}, /* unknown last in both directions */
        {COLUMN_RATE_IN, false, {3, 2, 4, 1}},
        {COLUMN_RATE_OUT, true, {3, 2, 4, 1}},
        {COLUMN_OWNERS, false, {3, 2, 1, 4}}, /* by name, then process id */
        {COLUMN_AGE, true, {3, 2, 4, 1}},     /* the youngest first */
        {COLUMN_RTT, false, {3, 2, 4, 1}},
        {COLUMN_BYTES_IN, true, {3, 2, 4, 1}},
        {COLUMN_BYTES_OUT, true, {2, 3, 4, 1}},
    };
    struct rows rows = {0};
    struct ordering order = {0};

    (void)state;
    fill(&rows);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct order_by by = {.column = cases[i].column, .descending = cases[i].descending};

        assert_int_equal(order_make(&order, &rows, &all, &by), 0);
        assert_order(&order, cases[i].cookies, 4);
    }
    order_free(&order);
    rows_free(&rows);
}

/* Addresses of IPv6 in the order of their numbers, whichever half differs. */
static void networks(void **state)
{
    const struct order_by by = {.column = COLUMN_LOCAL};
    struct rows rows = {0};
    struct ordering order = {0};

    (void)state;
    for (uint8_t i = 1; i <= 2; i++) {
        struct pl_sock sock = tcp(i, 22, 0, PL_STATE_LISTEN);

        sock.family = PL_FAMILY_INET6;
        sock.local_addr[7] = i + 1; /* ::2:0:0:0:9, ::3:0:0:0:1 */
        sock.local_addr[15] = i == 1 ? 9 : 1;
        (void)add(&rows, sock, NULL, 0);
    }
    assert_int_equal(order_make(&order, &rows, &all, &by), 0);
    assert_order(&order, (const uint64_t[]){1, 2}, 2);
    order_free(&order);
    rows_free(&rows);
}

/* A sum is not known until all sockets that were open at the start have their rates. */
static void sums(void **state)
{
    const struct order_by by = {.column = COLUMN_LOCAL};
    struct rows rows = {0};
    struct ordering order = {0};
    struct order_rates rates;
    struct row *row;

    (void)state;
    fill(&rows);
    assert_int_equal(order_make(&order, &rows, &all, &by), 0);
    rates = order_rates(&order);
    assert_true(rates.known);
    assert_true(rates.in > 14 && rates.in < 16);
    assert_true(rates.out > 14 && rates.out < 16);
    row = scene_row(&rows, 3);
    row->have = ROW_HAVE_BYTES | ROW_BEFORE;
    row->sampled = SECOND;
    assert_false(order_rates(&order).known);
    /* One that is new has its rate later. */
    row->have = ROW_HAVE_BYTES;
    rates = order_rates(&order);
    assert_true(rates.known);
    assert_true(rates.in > 9 && rates.in < 11);
    /* Those of closed sockets do not count. */
    scene_row(&rows, 2)->mark = ROW_CLOSED;
    assert_false(order_rates(&order).known);
    order_free(&order);
    rows_free(&rows);
}

static void chosen(void **state)
{
    static const uint64_t listeners[] = {4, 1};
    static const uint64_t established[] = {3, 2};
    const struct order_by by = {.column = COLUMN_LOCAL, .descending = true};
    struct pl_sock udp = tcp(5, 53, 0, PL_STATE_UNCONN);
    struct rows rows = {0};
    struct ordering order = {0};
    struct choice choice = all;

    (void)state;
    fill(&rows);
    choice.states = STATES_LISTENING;
    assert_int_equal(order_make(&order, &rows, &choice, &by), 0);
    assert_order(&order, listeners, 2);
    choice.states = STATES_ESTABLISHED;
    assert_int_equal(order_make(&order, &rows, &choice, &by), 0);
    assert_order(&order, established, 2);
    /* Both ends of these are on the loopback interface; a wildcard is not. */
    choice = all;
    choice.hide_loopback = true;
    assert_int_equal(order_make(&order, &rows, &choice, &by), 0);
    assert_order(&order, listeners, 2);
    choice = (struct choice){.protos = PL_BIT(PL_PROTO_UDP)};
    assert_int_equal(order_make(&order, &rows, &choice, &by), 0);
    assert_int_equal(order.count, 0);
    udp.proto = PL_PROTO_UDP;
    (void)add(&rows, udp, NULL, 0);
    assert_int_equal(order_make(&order, &rows, &choice, &by), 0);
    assert_order(&order, (const uint64_t[]){5}, 1);
    scene_row(&rows, 5)->shown = false; /* by the filter */
    assert_int_equal(order_make(&order, &rows, &choice, &by), 0);
    assert_int_equal(order.count, 0);
    assert_int_equal(scene_row(&rows, 5)->place, 0);
    order_free(&order);
    rows_free(&rows);
}

/* Rows keep their places; those that left do not leave a hole, new ones are last. */
static void still(void **state)
{
    static const uint64_t before[] = {2, 3, 4, 1};
    static const uint64_t after[] = {2, 4, 1, 6};
    struct order_by by = {.column = COLUMN_RATE_IN, .descending = true};
    struct rows rows = {0};
    struct ordering order = {0};
    struct row *row;

    (void)state;
    fill(&rows);
    assert_int_equal(order_make(&order, &rows, &all, &by), 0);
    assert_order(&order, before, 4);
    scene_row(&rows, 2)->rate_in = 1;
    rows_remove(&rows, scene_row(&rows, 3));
    row = add(&rows, tcp(6, 81, 5001, PL_STATE_ESTABLISHED), NULL, 0);
    row->have = ROW_HAVE_RATE;
    row->rate_in = 1000;
    by.still = true;
    assert_int_equal(order_make(&order, &rows, &all, &by), 0);
    assert_order(&order, after, 4);
    by.still = false;
    assert_int_equal(order_make(&order, &rows, &all, &by), 0);
    assert_true(order.rows[0]->sock.cookie == 6);
    order_free(&order);
    rows_free(&rows);
}

#define MANY 300U

/* The first rows are as if all were sorted; the others follow, and are sorted the next time. */
static void first(void **state)
{
    struct order_by by = {.column = COLUMN_PEER};
    struct rows rows = {0};
    struct ordering order = {0};
    struct ordering sorted = {0};

    (void)state;
    for (uint32_t i = 1; i <= MANY; i++) /* peers in no order */
        (void)add(&rows, tcp(i, 80, i * 7919 % 997 + 1, PL_STATE_ESTABLISHED), NULL, 0);
    assert_int_equal(order_make(&sorted, &rows, &all, &by), 0);
    assert_false(sorted.partial);
    for (size_t count = 1; count <= MANY; count += 23) {
        uint64_t sum = 0;

        by.first = count;
        by.still = false;
        assert_int_equal(order_make(&order, &rows, &all, &by), 0);
        assert_int_equal(order.count, MANY);
        assert_int_equal(order.partial, count < MANY);
        for (size_t i = 0; i < MANY; i++) {
            assert_true(i >= count || order.rows[i] == sorted.rows[i]);
            assert_int_equal(order.rows[i]->place, i + 1);
            sum += order.rows[i]->sock.cookie;
        }
        assert_int_equal(sum, MANY * (MANY + 1) / 2);
        /* Places of rows that are not sorted are not kept. */
        by.first = 0;
        by.still = true;
        assert_int_equal(order_make(&order, &rows, &all, &by), 0);
        assert_memory_equal(order.rows, sorted.rows, MANY * sizeof(struct row *));
    }
    order_free(&order);
    order_free(&sorted);
    rows_free(&rows);
}

static void text(void **state)
{
    (void)state;
    assert_true(order_text("a", 1) < order_text("ab", 2));
    assert_true(order_text("ab", 2) < order_text("b", 1));
    assert_true(order_text("\x7f", 1) < order_text("\xc3", 1)); /* bytes are not negative */
    assert_true(order_text("", 0) == 0);
}

TEST_MAIN(TEST(columns), TEST(networks), TEST(sums), TEST(chosen), TEST(still), TEST(first),
          TEST(text))
