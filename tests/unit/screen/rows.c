/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows by identity: growth, removal, copies, memory that runs out. */
#include "../alloc.h"
#include "scene.h"

#include <errno.h>

#define MANY 5000U

static void identity(void **state)
{
    struct pl_sock a = tcp(7, 80, 5000, PL_STATE_ESTABLISHED);
    struct pl_sock b = a;

    (void)state;
    b.state = PL_STATE_CLOSE_WAIT; /* the state is not part of it */
    assert_true(rows_identity(&a) == 7);
    assert_true(rows_identity(&b) == 7);
    /* Without a cookie: the endpoints, and for listeners that share a port what the kernel calls them. */
    a.have = b.have &= (uint16_t)~PL_HAVE_COOKIE;
    a.key = 1;
    b.key = 0;
    assert_true(rows_identity(&a) == rows_identity(&b));
    b.peer_port = 5001;
    assert_true(rows_identity(&a) != rows_identity(&b));
    a = tcp(0, 80, 0, PL_STATE_LISTEN);
    b = a;
    a.key = 1;
    b.key = 2;
    assert_true(rows_identity(&a) != rows_identity(&b));
    b = a;
    b.proto = PL_PROTO_UDP;
    assert_true(rows_identity(&a) != rows_identity(&b));
}

/* Every row is found, whichever others were removed around it. */
static void many(void **state)
{
    struct rows rows = {0};
    size_t at = 0;
    size_t count = 0;

    (void)state;
    assert_null(rows_find(&rows, 1));
    for (uint32_t i = 1; i <= MANY; i++) {
        struct pl_sock sock = tcp(i, i, 0, PL_STATE_LISTEN);

        assert_non_null(rows_add(&rows, &sock));
    }
    for (uint32_t i = 1; i <= MANY; i += 3)
        rows_remove(&rows, scene_row(&rows, i));
    for (uint32_t i = 1; i <= MANY; i++) {
        const struct row *row = rows_find(&rows, i);

        assert_int_equal(row != NULL, i % 3 != 1);
        if (row)
            assert_int_equal(row->sock.local_port, i);
    }
    while (rows_next(&rows, &at))
        count++;
    assert_int_equal(count, rows.count);
    assert_int_equal(count, MANY - (MANY + 2) / 3);
    /* The space of removed rows is used again. */
    for (uint32_t i = 1; i <= MANY; i += 3) {
        struct pl_sock sock = tcp(i + MANY, i, 0, PL_STATE_LISTEN);

        assert_non_null(rows_add(&rows, &sock));
    }
    assert_int_equal(rows.pools[0].end, MANY);
    rows_free(&rows);
    assert_int_equal(rows.count, 0);
}

/* Fills the addresses: bytes that IPv4 does not use, too. */
static struct pl_sock socket_of(uint64_t cookie, uint8_t family)
{
    struct pl_sock sock = tcp(cookie, 80, 5000, PL_STATE_ESTABLISHED);

    memset(sock.local_addr, 0x11, sizeof(sock.local_addr));
    memset(sock.peer_addr, 0x22, sizeof(sock.peer_addr));
    sock.family = family;
    sock.key = cookie << 40 | 5;
    sock.recv_q = 1;
    sock.send_q = UINT32_MAX;
    sock.uid = 4;
    sock.ifindex = 5;
    sock.flags = PL_FLAG_V6ONLY;
    sock.owner_unknown = PL_OWNER_NOT_ASKED;
    return sock;
}

/* A row has its socket in another form. */
static void sockets(void **state)
{
    static const uint8_t families[] = {PL_FAMILY_INET, PL_FAMILY_INET6};
    struct rows rows = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        struct pl_sock sock = socket_of(i + 1, families[i]);
        size_t len = families[i] == PL_FAMILY_INET ? 4 : 16;
        struct pl_sock got;

        assert_non_null(rows_add(&rows, &sock));
        got = row_sock(scene_row(&rows, i + 1));
        memset(sock.local_addr + len, 0, 16 - len);
        memset(sock.peer_addr + len, 0, 16 - len);
        assert_memory_equal(&got, &sock, sizeof(got));
    }
    rows_free(&rows);
}

/* A journal may say anything: a cookie that gets another family, bytes that addresses do not have. */
static void hostile(void **state)
{
    struct pl_sock sock = socket_of(1, PL_FAMILY_INET);
    struct rows rows = {0};
    struct row *row;

    (void)state;
    row = rows_add(&rows, &sock);
    assert_non_null(row);
    sock.family = PL_FAMILY_INET6;
    sock.local_port = 81;
    row_set(row, &sock);
    assert_int_equal(row->sock.family, PL_FAMILY_INET);
    assert_int_equal(row->sock.local_port, 80);
    rows_remove(&rows, row);
    sock = socket_of(0, PL_FAMILY_INET);
    sock.have &= (uint16_t)~PL_HAVE_COOKIE;
    row = rows_add(&rows, &sock);
    assert_non_null(row);
    assert_ptr_equal(rows_find(&rows, rows_identity(&sock)), row);
    rows_remove(&rows, row);
    assert_int_equal(rows.count, 0);
    rows_free(&rows);
}

/* Rows of both sizes. */
static void mixed(void **state)
{
    struct rows rows = {0};
    struct rows copy = {0};
    uint64_t sum = 0;
    struct row *row;
    size_t at = 0;

    (void)state;
    for (uint64_t i = 1; i <= MANY; i++) {
        struct pl_sock sock = socket_of(i, i % 2 ? PL_FAMILY_INET6 : PL_FAMILY_INET);

        assert_non_null(rows_add(&rows, &sock));
    }
    for (uint64_t i = 1; i <= MANY; i += 4)
        rows_remove(&rows, scene_row(&rows, i));
    assert_int_equal(rows_copy(&rows, &copy), 0);
    rows_free(&rows);
    while ((row = rows_next(&copy, &at))) {
        struct pl_sock sock = row_sock(row);
        uint8_t first = sock.family == PL_FAMILY_INET ? 0 : 0x11;

        assert_int_equal(row->large, row->sock.cookie % 2);
        assert_int_equal(sock.local_addr[15], first);
        sum += row->sock.cookie;
    }
    for (uint64_t i = 1; i <= MANY; i += 4)
        sum += i;
    assert_true(sum == (uint64_t)MANY * (MANY + 1) / 2);
    rows_free(&copy);
}

static void copied(void **state)
{
    const struct scene_sock socks[] = {
        {tcp(1, 80, 0, PL_STATE_LISTEN), .pid = 10},
        {tcp(2, 80, 5000, PL_STATE_ESTABLISHED), .pid = 10},
    };
    const struct scene_sock after[] = {
        {tcp(2, 80, 5000, PL_STATE_CLOSE_WAIT), .pid = 10},
    };
    struct rows rows = {0};
    struct rows copy = {0};

    (void)state;
    scene_merge(&rows, socks, 2, 10, true);
    scene_merge(&rows, after, 1, 11, true);
    assert_int_equal(rows_copy(&rows, &copy), 0);
    rows_free(&rows);
    assert_int_equal(copy.count, 2);
    assert_int_equal(scene_row(&copy, 1)->mark, ROW_CLOSED);
    assert_int_equal(scene_row(&copy, 2)->holders->items[0].pid, 10);
    assert_int_equal(scene_row(&copy, 2)->past->items[0].state, PL_STATE_ESTABLISHED);
    rows_free(&copy);
}

/* Each allocation fails once. */
static void no_memory(void **state)
{
    const struct scene_sock socks[] = {
        {tcp(1, 80, 0, PL_STATE_LISTEN)},
        {tcp(2, 80, 5000, PL_STATE_ESTABLISHED)},
    };
    const struct scene_sock after[] = {{tcp(2, 80, 5000, PL_STATE_CLOSE_WAIT)}};
    struct rows rows = {0};
    unsigned int failures = 0;

    (void)state;
    scene_merge(&rows, socks, 2, 10, true);
    scene_merge(&rows, after, 1, 11, true);
    for (unsigned long nth = 1;; nth++) {
        struct rows copy = {0};
        int err;

        alloc_fail(nth);
        err = rows_copy(&rows, &copy);
        if (!alloc_failed()) {
            assert_int_equal(err, 0);
            rows_free(&copy);
            break;
        }
        assert_int_equal(err, -ENOMEM);
        assert_int_equal(copy.count, 0);
        failures++;
    }
    alloc_fail(0);
    assert_true(failures >= 4); /* slots, the list of blocks, a block, the past of a row */
    rows_free(&rows);
}

TEST_MAIN(TEST(identity), TEST(many), TEST(sockets), TEST(hostile), TEST(mixed), TEST(copied),
          TEST(no_memory))
