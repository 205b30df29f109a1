/* SPDX-License-Identifier: BSD-2-Clause */
/* The filters that Enter makes from groups: they select the sockets of the group. */
#include "scene.h"

#include "screen/views.h"

/* Asserts the filter of the only group of these rows. */
static void assert_filter(struct rows *rows, enum views view, const char *expected)
{
    const struct choice all = {.protos = PROTOS};
    const struct order_by by = {.column = COLUMN_LOCAL};
    struct ordering order = {0};
    struct groups groups = {0};
    struct out out = {.fd = -1};

    assert_int_equal(order_make(&order, rows, &all, &by), 0);
    assert_int_equal(
        groups_make(&groups, &order, (enum group_kind)views_groups(view), GROUP_NAME, false), 0);
    assert_int_equal(groups.count, 1);
    views_filter(view, &groups.items[0], &out);
    assert_int_equal(out.len, strlen(expected));
    assert_memory_equal(out.data, expected, out.len);
    out_free(&out);
    groups_free(&groups);
    order_free(&order);
}

static struct pl_sock tcp6(uint64_t cookie, const char *peer)
{
    struct pl_sock sock = tcp(cookie, 80, 5000, PL_STATE_ESTABLISHED);

    sock.family = PL_FAMILY_INET6;
    memcpy(sock.peer_addr, peer, 16);
    return sock;
}

/* An address of IPv4 is written as such, whichever socket of the group comes first. */
static void remotes(void **state)
{
    const struct pl_sock mapped = tcp6(1, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f\0\0\1");
    const struct pl_sock plain = tcp(2, 80, 5001, PL_STATE_ESTABLISHED);
    const struct pl_sock other = tcp6(3, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1");
    struct rows rows = {0};

    (void)state;
    assert_non_null(rows_add(&rows, &mapped));
    assert_filter(&rows, VIEW_REMOTES, "peer 127.0.0.1");
    assert_non_null(rows_add(&rows, &plain));
    assert_filter(&rows, VIEW_REMOTES, "peer 127.0.0.1");
    rows_free(&rows);
    assert_non_null(rows_add(&rows, &other));
    assert_filter(&rows, VIEW_REMOTES, "peer 2001:db8::1");
    rows_free(&rows);
}

static void ports(void **state)
{
    const struct pl_sock sock = tcp(1, 80, 5000, PL_STATE_ESTABLISHED);
    struct rows rows = {0};

    (void)state;
    assert_non_null(rows_add(&rows, &sock));
    assert_filter(&rows, VIEW_PORTS, "tcp port 80");
    rows_free(&rows);
}

TEST_MAIN(TEST(remotes), TEST(ports))
