/* SPDX-License-Identifier: BSD-2-Clause */
/* Groups that are open have their sockets below them. */
#include "scene.h"

#include "screen/tree.h"

#define BY_PORT GROUP_PORT, GROUP_NAME, false

static void add(struct rows *rows, struct pl_sock sock)
{
    assert_non_null(rows_add(rows, &sock));
}

/* Returns the cookie of the socket on a line; 0: a group. */
static uint64_t cookie_at(const struct tree *tree, size_t index)
{
    const struct tree_line *line = tree_line(tree, index);

    assert_non_null(line);
    return line->row ? line->row->sock.cookie : 0;
}

static void lines(void **state)
{
    const struct choice all = {.protos = PROTOS};
    const struct order_by by = {.column = COLUMN_LOCAL, .descending = true};
    struct rows rows = {0};
    struct ordering order = {0};
    struct groups groups = {0};
    struct tree tree = {0};

    (void)state;
    add(&rows, tcp(1, 80, 0, PL_STATE_LISTEN));
    add(&rows, tcp(2, 80, 5000, PL_STATE_ESTABLISHED));
    add(&rows, tcp(3, 443, 0, PL_STATE_LISTEN));
    assert_int_equal(order_make(&order, &rows, &all, &by), 0);
    assert_int_equal(groups_make(&groups, &order, BY_PORT), 0);
    assert_int_equal(groups.count, 2);

    /* Closed: only the groups. */
    assert_int_equal(tree_make(&tree, &groups, &order, GROUP_PORT), 0);
    assert_int_equal(tree.lines.count, 2);
    assert_null(tree_line(&tree, 2));
    assert_false(tree_line(&tree, 0)->open);

    /* Open: the sockets of that group only, in their order. */
    assert_int_equal(tree_set(&tree, GROUP_PORT, &groups.items[0], true), 0);
    assert_int_equal(tree_set(&tree, GROUP_PORT, &groups.items[0], true), 0);
    assert_int_equal(tree_make(&tree, &groups, &order, GROUP_PORT), 0);
    assert_int_equal(tree.lines.count, 4);
    assert_true(tree_line(&tree, 0)->open);
    assert_true(cookie_at(&tree, 0) == 0 && cookie_at(&tree, 3) == 0);
    assert_true(cookie_at(&tree, 1) == order.rows[1]->sock.cookie ||
                cookie_at(&tree, 1) == order.rows[0]->sock.cookie);
    assert_true(cookie_at(&tree, 1) + cookie_at(&tree, 2) == 1 + 2);
    assert_ptr_equal(tree_line(&tree, 2)->group, &groups.items[0]);
    assert_ptr_equal(tree_line(&tree, 3)->group, &groups.items[1]);

    /* In another view, the group is another one. */
    assert_int_equal(tree_make(&tree, &groups, &order, GROUP_REMOTE), 0);
    assert_int_equal(tree.lines.count, 2);

    /* Closed again; a group that is not open stays closed. */
    assert_int_equal(tree_set(&tree, GROUP_PORT, &groups.items[1], true), 0);
    assert_int_equal(tree_set(&tree, GROUP_PORT, &groups.items[0], false), 0);
    assert_int_equal(tree_set(&tree, GROUP_PORT, &groups.items[0], false), 0);
    assert_int_equal(tree_make(&tree, &groups, &order, GROUP_PORT), 0);
    assert_int_equal(tree.lines.count, 3);
    assert_true(cookie_at(&tree, 2) == 3);
    tree_clear(&tree);
    assert_null(tree_line(&tree, 0));

    tree_free(&tree);
    groups_free(&groups);
    order_free(&order);
    rows_free(&rows);
}

TEST_MAIN(TEST(lines))
