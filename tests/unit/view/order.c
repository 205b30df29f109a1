/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of rows: total, repeatable, stable. */
#include "sample.h"

#include "alloc.h"

#define ROWS 3000

static const struct pl_query any = {.protos = UINT32_MAX};
static const struct pl_sock *rows[ROWS];

/* A fixed sequence of pseudorandom numbers. */
static uint32_t next(uint32_t *random)
{
    *random = *random * 1664525 + 1013904223;
    return *random >> 16;
}

/* Few different values, so that many rows are equal in any one field. */
static struct pl_snapshot *many(size_t count)
{
    struct pl_snapshot *snap;
    uint32_t random = 42;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    for (size_t i = 0; i < count; i++) {
        struct pl_sock sock = {.have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE |
                                       PL_HAVE_RECV_Q | (next(&random) % 2 ? PL_HAVE_UID : 0),
                               .state = PL_STATE_ESTABLISHED};

        sock.proto = next(&random) % 2 ? PL_PROTO_TCP : PL_PROTO_UDP;
        sock.family = next(&random) % 2 ? PL_FAMILY_INET : PL_FAMILY_INET6;
        sock.local_port = next(&random) % 3 * 300;
        sock.local_addr[0] = (uint8_t)(next(&random) % 2);
        sock.local_addr[15] = (uint8_t)(next(&random) % 2 * 255);
        sock.peer_addr[7] = (uint8_t)(next(&random) % 2);
        sock.peer_addr[8] = (uint8_t)(next(&random) % 2);
        /* An IPv4 address uses the first four bytes. */
        for (size_t at = 4; at < 16 && sock.family == PL_FAMILY_INET; at++)
            sock.local_addr[at] = sock.peer_addr[at] = 0;
        if (sock.family == PL_FAMILY_INET)
            sock.peer_addr[3] = (uint8_t)(next(&random) % 2);
        sock.peer_port = next(&random) % 2;
        sock.uid = next(&random) % 3;
        sock.cookie = (uint64_t)(next(&random) % 4) << 60;
        assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
    }
    return snap;
}

#define DIFFER(a, b)                   \
    do {                               \
        if ((a) != (b))                \
            return (a) < (b) ? -1 : 1; \
    } while (0)

/* As in portls(1): protocol, local port, local address, peer, cookie. */
static int expected(const struct pl_sock *a, const struct pl_sock *b)
{
    int order;

    DIFFER(a->proto, b->proto);
    DIFFER(a->local_port, b->local_port);
    DIFFER(a->family, b->family);
    order = memcmp(a->local_addr, b->local_addr, 16);
    DIFFER(order, 0);
    order = memcmp(a->peer_addr, b->peer_addr, 16);
    DIFFER(order, 0);
    DIFFER(a->peer_port, b->peer_port);
    DIFFER(a->cookie, b->cookie);
    return 0;
}

static void check_default(size_t count)
{
    struct pl_snapshot *snap = many(count);
    const struct view view = {.snap = snap};

    memset(rows, 0, sizeof(rows));
    assert_int_equal(order_rows(&view, ORDER_DEFAULT, NULL, 0, rows, count), 0);
    for (size_t i = 1; i < count; i++) {
        int order = expected(rows[i - 1], rows[i]);

        assert_true(order <= 0);
        if (order == 0)
            assert_true(rows[i - 1] < rows[i]); /* in the order of the kernel */
    }
    pl_snapshot_free(snap);
}

/* 23 to 26: around the number of rows where the sorting method changes */
static void by_default(void **state)
{
    static const size_t counts[] = {0, 1, 2, 3, 23, 24, 25, 26, 100, 1000, ROWS};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(counts); i++)
        check_default(counts[i]);
}

static void kernel(void **state)
{
    struct pl_snapshot *snap = many(100);
    const struct view view = {.snap = snap};

    (void)state;
    assert_int_equal(order_rows(&view, ORDER_KERNEL, NULL, 0, rows, 100), 0);
    for (size_t i = 0; i < 100; i++)
        assert_ptr_equal(rows[i], sample_sock(snap, i));
    pl_snapshot_free(snap);
}

static int by_uid(const struct pl_sock *a, const struct pl_sock *b, int direction)
{
    bool x = (a->have & PL_HAVE_UID) != 0;
    bool y = (b->have & PL_HAVE_UID) != 0;

    if (!x || !y)
        return x == y ? 0 : (x ? -1 : 1); /* absent values are last in both directions */
    return a->uid == b->uid ? 0 : (a->uid < b->uid ? -direction : direction);
}

/* --sort uid and --sort -uid,local_port: rows the keys leave equal are in the default order. */
static void by_keys(void **state)
{
    const struct pl_field *uid = column_find("uid", 3);
    const struct pl_field *port = column_find("local_port", 10);

    (void)state;
    for (int descending = 0; descending < 2; descending++) {
        struct pl_snapshot *snap = many(ROWS);
        const struct view view = {.snap = snap};
        const struct sort_key keys[] = {{uid, descending != 0}, {port, true}};

        assert_int_equal(order_rows(&view, ORDER_KEYS, keys, 2, rows, ROWS), 0);
        for (size_t i = 1; i < ROWS; i++) {
            const struct pl_sock *a = rows[i - 1];
            const struct pl_sock *b = rows[i];
            int order = by_uid(a, b, descending ? -1 : 1);

            assert_true(order <= 0);
            if (order < 0)
                continue;
            assert_true(a->local_port >= b->local_port);
            if (a->local_port != b->local_port)
                continue;
            order = expected(a, b);
            assert_true(order < 0 || (order == 0 && a < b));
        }
        pl_snapshot_free(snap);
    }
}

/* Every column is a key, ascending and descending. */
static void every_column(void **state)
{
    (void)state;
    for (size_t c = 0; c < PL_FIELD_COLUMNS; c++) {
        for (int descending = 0; descending < 2; descending++) {
            struct pl_snapshot *snap = sample_new();
            const struct view view = {.snap = snap};
            const struct sort_key key = {&pl_fields[c], descending != 0};

            assert_int_equal(order_rows(&view, ORDER_KEYS, &key, 1, rows, SAMPLE_COUNT), 0);
            for (size_t i = 1; i < SAMPLE_COUNT; i++) {
                struct cell a = {0};
                struct cell b = {0};
                int order;

                column_get(&pl_fields[c], &view, rows[i - 1], &a);
                column_get(&pl_fields[c], &view, rows[i], &b);
                order = cell_compare(&view, &a, &b);
                if (a.kind == CELL_ABSENT || b.kind == CELL_ABSENT || !descending)
                    assert_true(order <= 0);
                else
                    assert_true(order >= 0);
            }
            pl_snapshot_free(snap);
        }
    }
}

static void out_of_memory(void **state)
{
    struct pl_snapshot *snap = many(100);
    const struct view view = {.snap = snap};
    const struct sort_key key = {column_find("uid", 3), false};

    (void)state;
    alloc_fail(1);
    assert_int_equal(order_rows(&view, ORDER_DEFAULT, NULL, 0, rows, 100), -ENOMEM);
    alloc_fail(2);
    assert_int_equal(order_rows(&view, ORDER_KEYS, &key, 1, rows, 100), -ENOMEM);
    alloc_fail(0);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(by_default), TEST(kernel), TEST(by_keys), TEST(every_column), TEST(out_of_memory))
