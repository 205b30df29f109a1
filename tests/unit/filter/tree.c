/* SPDX-License-Identifier: BSD-2-Clause */
#include "filters.h"

static const struct pl_dialect plain = {0};

/* If an operand cannot be parsed, the expression fails and everything is freed. */
static void failed_operands(void **state)
{
    struct pl_filter_error error = {0};
    struct pl_filter *filter = calloc(1, sizeof(*filter));
    struct pl_parser parser = {.filter = filter, .error = &error, .dialect = &plain};
    const struct pl_token token = {.from = 4, .end = 9};
    struct pl_node *test;

    (void)state;
    assert_non_null(filter);
    test = pl_parser_mask(&parser, PL_FIELD_STATE, 1);
    assert_non_null(test);
    assert_null(pl_parser_pair(&parser, PL_NODE_ANY, test, NULL));
    assert_null(pl_parser_pair(&parser, PL_NODE_ANY, NULL, test));
    assert_null(pl_parser_negate(&parser, NULL));
    assert_null(pl_parser_about(NULL, 1));
    assert_null(error.text);
    /* The first error is kept. */
    assert_null(pl_parser_blame(&parser, "first", &token));
    assert_null(pl_parser_blame(&parser, "second", &(const struct pl_token){0}));
    assert_string_equal(error.text, "first");
    assert_int_equal(error.from, 4);
    assert_int_equal(error.len, 5);
    pl_filter_free(filter);
    pl_filter_free(NULL);
}

static void sides(void **state)
{
    struct pl_filter_error error = {0};
    struct pl_filter *filter = calloc(1, sizeof(*filter));
    struct pl_parser parser = {.filter = filter, .error = &error, .dialect = &plain};
    const struct pl_test test = {.kind = PL_TEST_RANGE, .low = 22, .high = 22};
    struct pl_node *node;

    (void)state;
    assert_non_null(filter);
    node = pl_parser_sides(&parser, PL_SIDE_PEER, &test, PL_FIELD_LOCAL_PORT, PL_FIELD_PEER_PORT);
    assert_int_equal(node->kind, PL_NODE_TEST);
    assert_int_equal(node->test.field->id, PL_FIELD_PEER_PORT);
    node = pl_parser_sides(&parser, PL_SIDE_BOTH, &test, PL_FIELD_LOCAL_PORT, PL_FIELD_PEER_PORT);
    assert_int_equal(node->kind, PL_NODE_ANY);
    assert_int_equal(node->first->test.field->id, PL_FIELD_LOCAL_PORT);
    assert_int_equal(node->first->next->test.field->id, PL_FIELD_PEER_PORT);
    assert_null(node->first->next->next);
    pl_filter_free(filter);
}

TEST_MAIN(TEST(failed_operands), TEST(sides))
