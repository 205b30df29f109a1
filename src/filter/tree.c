/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes of a filter: how the parser makes them, and how they are freed. */
#include "filter.h"
#include "model/near.h"

#include <stdlib.h>

struct pl_node *pl_parser_blame(struct pl_parser *parser, const char *text,
                                const struct pl_token *token)
{
    if (!parser->error->text) {
        parser->error->text = text;
        parser->error->from = token->from;
        parser->error->len = token->end - token->from;
    }
    return NULL;
}

struct pl_node *pl_parser_blame_near(struct pl_parser *parser, const char *text,
                                     const struct pl_token *token, const struct pl_near *near)
{
    if (!parser->error->text)
        pl_near_print(near, "", parser->error->advice, sizeof(parser->error->advice));
    return pl_parser_blame(parser, text, token);
}

struct pl_node *pl_parser_no_memory(struct pl_parser *parser)
{
    parser->out_of_memory = true;
    return pl_parser_blame(parser, "out of memory", &(const struct pl_token){0});
}

struct pl_node *pl_filter_node(struct pl_filter *filter, enum pl_node_kind kind)
{
    struct pl_node *node = calloc(1, sizeof(*node));

    if (!node)
        return NULL;
    node->kind = kind;
    node->made = filter->made;
    filter->made = node;
    return node;
}

struct pl_node *pl_parser_node(struct pl_parser *parser, enum pl_node_kind kind)
{
    struct pl_node *node = pl_filter_node(parser->filter, kind);

    return node ? node : pl_parser_no_memory(parser);
}

struct pl_node *pl_parser_test(struct pl_parser *parser, const struct pl_test *test)
{
    struct pl_node *node = pl_parser_node(parser, PL_NODE_TEST);

    if (node) {
        node->test = *test;
        if (parser->dialect->settle)
            parser->dialect->settle(&node->test);
        parser->filter->need |= test->field->need;
    }
    return node;
}

struct pl_node *pl_parser_pair(struct pl_parser *parser, enum pl_node_kind kind, struct pl_node *a,
                               struct pl_node *b)
{
    struct pl_node *node = a && b ? pl_parser_node(parser, kind) : NULL;

    if (!node)
        return NULL;
    node->first = a;
    node->from = a->from;
    node->end = b->end;
    a->next = b;
    return node;
}

struct pl_node *pl_parser_either(struct pl_parser *parser, struct pl_node *local,
                                 struct pl_node *peer)
{
    struct pl_node *node = pl_parser_pair(parser, PL_NODE_ANY, local, peer);

    if (node)
        node->either = true;
    return node;
}

struct pl_node *pl_parser_mask(struct pl_parser *parser, enum pl_field_id id, uint64_t bits)
{
    return pl_parser_test(
        parser,
        &(const struct pl_test){.field = pl_field_row(id), .kind = PL_TEST_MASK, .low = bits});
}

static struct pl_node *test_field(struct pl_parser *parser, const struct pl_test *test,
                                  enum pl_field_id id)
{
    struct pl_test own = *test;

    own.field = pl_field_row(id);
    return pl_parser_test(parser, &own);
}

struct pl_node *pl_parser_sides(struct pl_parser *parser, unsigned int sides,
                                const struct pl_test *test, enum pl_field_id local,
                                enum pl_field_id peer)
{
    if (sides != PL_SIDE_BOTH)
        return test_field(parser, test, sides == PL_SIDE_PEER ? peer : local);
    return pl_parser_either(parser, test_field(parser, test, local),
                            test_field(parser, test, peer));
}

struct pl_node *pl_parser_negate(struct pl_parser *parser, struct pl_node *node)
{
    struct pl_node *negation = node ? pl_parser_node(parser, PL_NODE_NOT) : NULL;

    if (negation)
        negation->first = node;
    return negation;
}

struct pl_node *pl_parser_about(struct pl_node *node, uint16_t subject)
{
    if (node)
        node->subject = subject;
    return node;
}

void pl_filter_free(struct pl_filter *filter)
{
    if (!filter)
        return;
    while (filter->made) {
        struct pl_node *node = filter->made;

        filter->made = node->made;
        free(node->test.text);
        free(node->test.spans);
        if (node->test.regex)
            regfree(node->test.regex);
        free(node->test.regex);
        free(node);
    }
    while (filter->unknown) {
        struct pl_unknown *unknown = filter->unknown;

        filter->unknown = unknown->next;
        free(unknown);
    }
    free(filter);
}
