/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters that select targets, of portkill: what they must name, and which side is meant. */
#include "api/filter.h"
#include "filter.h"
#include "model/array.h"

#include <stdio.h>
#include <string.h>

#define PORTS_MAX 1024 /* in one range */
#define TEXT_MIN  2    /* characters of a pattern that are not wildcards */

#define LISTENERS (PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_UNCONN))

/* ---- sides ---- */

/* An "and", or by De Morgan a negated "or". */
static bool is_all(const struct pl_node *node, bool negated)
{
    return node->kind == PL_NODE_ALL ? !negated : node->kind == PL_NODE_ANY && negated;
}

/*
 * Whether the user chose the states: by a state that is not excluded by "not", in each operand of an
 * "or".
 */
static bool names_state(const struct pl_node *node, bool negated)
{
    bool all = is_all(node, negated);

    /* Bits beyond the last state: it excludes some. */
    if (node->kind == PL_NODE_TEST)
        return !negated && node->test.field->id == PL_FIELD_STATE &&
               node->test.low >> PL_STATE_MAX == 0;
    if (node->kind == PL_NODE_NOT)
        return names_state(node->first, !negated);
    for (const struct pl_node *operand = node->first; operand; operand = operand->next) {
        if (names_state(operand, negated) == all)
            return all;
    }
    return !all && node->first;
}

/*
 * "port 80" is "local port 80 and a listener", unless the conditions beside it name a state. After
 * "not", both sides stay excluded. Returns false when out of memory.
 */
static bool mean_listeners(struct pl_parser *parser, struct pl_node *node, bool negated, bool named)
{
    negated ^= node->kind == PL_NODE_NOT;
    named |= is_all(node, negated) && names_state(node, negated);
    if (node->either && !negated && !named) {
        struct pl_node *state = pl_parser_mask(parser, PL_FIELD_STATE, LISTENERS);

        if (!state)
            return false;
        node->kind = PL_NODE_ALL;
        node->first->next = state;
        return true;
    }
    for (struct pl_node *operand = node->first; operand; operand = operand->next) {
        if (!mean_listeners(parser, operand, negated, named))
            return false;
    }
    return true;
}

/* Only UNIX sockets have a path: names their family beside it. Returns false when out of memory. */
static bool mean_unix(struct pl_parser *parser, struct pl_node *node, bool negated)
{
    struct pl_node *test, *family;

    negated ^= node->kind == PL_NODE_NOT;
    for (struct pl_node *operand = node->first; operand; operand = operand->next) {
        if (!mean_unix(parser, operand, negated))
            return false;
    }
    if (negated || node->kind != PL_NODE_TEST ||
        (node->test.field->id != PL_FIELD_PATH && node->test.field->id != PL_FIELD_PEER_PATH))
        return true;
    test = pl_parser_test(parser, &node->test);
    family = pl_parser_mask(parser, PL_FIELD_FAMILY, PL_BIT(PL_FAMILY_UNIX));
    if (!test || !family)
        return false;
    node->kind = PL_NODE_ALL;
    node->test = (struct pl_test){0}; /* its memory is that of the copy */
    node->first = test;
    test->next = family;
    return true;
}

/* ---- conditions that narrow ---- */

static const char generic[] =
    "; add a port, process, pid, user, inode, cookie or the address of a host";

/* Each of these returns NULL if the test narrows, else advice. */

static const char *judge_port(const struct pl_test *test)
{
    return test->kind == PL_TEST_RANGE && test->high - test->low < PORTS_MAX
               ? NULL
               : "; a range may have at most 1024 ports";
}

/* Of many sockets: wildcard and loopback addresses, and IPv4 ones of these on sockets of IPv6. */
static bool is_common(unsigned int family, const uint8_t *addr)
{
    static const uint8_t loopback[16] = {[15] = 1};

    if (pl_addr_is_mapped(family, addr))
        return is_common(PL_FAMILY_INET, addr + 12);
    return pl_addr_is_any(family, addr) ||
           (family == PL_FAMILY_INET ? addr[0] == 127
                                     : memcmp(addr, loopback, sizeof(loopback)) == 0);
}

static const char *judge_address(const struct pl_test *test)
{
    if (test->kind != PL_TEST_PREFIX || test->bits != (test->family == PL_FAMILY_INET ? 32 : 128))
        return "; name one host instead of a network, or add a port";
    if (is_common(test->family, test->addr))
        return "; many sockets have this address: add a port";
    return NULL;
}

static const char *judge_number(const struct pl_test *test)
{
    return test->kind == PL_TEST_RANGE && test->low == test->high && !test->below
               ? NULL
               : "; name one number, or add a port";
}

static size_t plain_length(const char *text, size_t len)
{
    size_t plain = 0;

    for (size_t i = 0; i < len; i++) {
        const char *end = text[i] == '[' ? memchr(text + i, ']', len - i) : NULL;

        if (end)
            i = (size_t)(end - text);
        else
            plain += text[i] != '*' && text[i] != '?';
    }
    return plain;
}

static const char *judge_text(const struct pl_test *test)
{
    if (test->kind == PL_TEST_TEXT && test->len > 0)
        return NULL;
    if (test->kind == PL_TEST_GLOB && plain_length(test->text, test->len) >= TEXT_MIN)
        return NULL;
    return test->kind == PL_TEST_REGEX
               ? "; write a name instead of a regular expression, or add a port"
               : "; write more of the name, or add a port";
}

static const struct {
    enum pl_field_id field;
    const char *(*judge)(const struct pl_test *test);
} judges[] = {
    {PL_FIELD_LOCAL_PORT, judge_port},
    {PL_FIELD_PEER_PORT, judge_port},
    {PL_FIELD_LOCAL_ADDRESS, judge_address},
    {PL_FIELD_PEER_ADDRESS, judge_address},
    {PL_FIELD_UID, judge_number},
    {PL_FIELD_PROCESS_UID, judge_number},
    {PL_FIELD_INODE, judge_number},
    {PL_FIELD_PEER_INODE, judge_number},
    {PL_FIELD_COOKIE, judge_number},
    {PL_FIELD_PID, judge_number},
    {PL_FIELD_OWNERS, judge_number},
    {PL_FIELD_HOLDERS, judge_number},
    {PL_FIELD_PEER_PID, judge_number},
    {PL_FIELD_PEER_OWNERS, judge_number},
    {PL_FIELD_USER, judge_text},
    {PL_FIELD_PROCESS, judge_text},
    {PL_FIELD_PEER_PROCESS, judge_text},
    {PL_FIELD_COMMAND, judge_text},
    {PL_FIELD_EXE, judge_text},
    {PL_FIELD_CONTAINER, judge_text},
    {PL_FIELD_CONTAINER_ID, judge_text},
    {PL_FIELD_POD, judge_text},
    {PL_FIELD_UNIT, judge_text},
    {PL_FIELD_PATH, judge_text},
    {PL_FIELD_PEER_PATH, judge_text},
    {PL_FIELD_SERVICE, judge_text},
    {PL_FIELD_LOCAL_SERVICE, judge_text},
    {PL_FIELD_PEER_SERVICE, judge_text},
};

static const char *judge_test(const struct pl_test *test)
{
    for (size_t i = 0; i < COUNT_OF(judges); i++) {
        if (test->field->id == judges[i].field)
            return judges[i].judge(test);
    }
    return generic;
}

/* The part of a selector that does not narrow. */
struct fault {
    const struct pl_node *node;
    const char *advice;
};

static bool is_narrow(const struct pl_node *node, bool negated, struct fault *fault);

/* One operand of an "and" must narrow, and every operand of an "or". */
static bool is_narrow_list(const struct pl_node *list, bool any, bool negated, struct fault *fault)
{
    struct fault first = {list, generic};

    for (const struct pl_node *operand = list->first; operand; operand = operand->next) {
        struct fault one = {0};
        bool narrow = is_narrow(operand, negated, &one);

        if (narrow && !any)
            return true;
        if (!narrow && any) {
            *fault = one;
            return false;
        }
        /* "port 1-65535 and listening": the advice of the first condition that could narrow. */
        if (!narrow && first.advice == generic)
            first.advice = one.advice;
    }
    *fault = first;
    return any && list->first;
}

static bool is_narrow(const struct pl_node *node, bool negated, struct fault *fault)
{
    bool narrow = false;

    switch (node->kind) {
    case PL_NODE_TEST:
        *fault =
            (struct fault){node, negated ? "; a condition after 'not' or '!=' does not narrow: "
                                           "add a port, process, pid, user or address"
                                         : judge_test(&node->test)};
        narrow = !fault->advice;
        break;
    case PL_NODE_NOT:
        narrow = is_narrow(node->first, !negated, fault);
        break;
    case PL_NODE_ALL:
    case PL_NODE_ANY:
        narrow = is_narrow_list(node, (node->kind == PL_NODE_ANY) != negated, negated, fault);
        break;
    }
    /* Only nodes of the connectives have a position. */
    if (!narrow && node->end > 0 && (fault->node->end == 0 || node->kind == PL_NODE_NOT))
        fault->node = node;
    return narrow;
}

struct pl_node *pl_filter_narrow(struct pl_parser *parser, struct pl_node *root)
{
    struct fault fault = {0};

    if (is_narrow(root, false, &fault))
        return mean_listeners(parser, root, false, false) && mean_unix(parser, root, false) ? root
                                                                                            : NULL;
    (void)pl_parser_blame(
        parser, "too many sockets match",
        &(const struct pl_token){.from = fault.node->from, .end = fault.node->end});
    (void)snprintf(parser->error->advice, sizeof(parser->error->advice), "%s", fault.advice);
    return NULL;
}

int pl_filter_parse_targets(const char *expression, const struct pl_filter_names *names,
                            struct pl_filter **out, struct pl_filter_error *error)
{
    struct pl_dialect dialect = pl_dialect_own;

    dialect.targets = true;
    return pl_filter_parse_dialect(expression, names, &dialect, PL_FAMILY_UNSPEC, out, error);
}
