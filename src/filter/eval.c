/* SPDX-License-Identifier: BSD-2-Clause */
/* Evaluates a filter for a socket, and derives the states and protocols that can match. */
#include "filter.h"
#include "snapshot/snapshot.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/*
 * Bytes that a regular expression is matched against: regexec(3) of glibc takes a time that is
 * quadratic in the length, and a third of a second for these. Globs have no limit.
 */
#define TEXT_MAX 4096

/* Sets copy to len bytes of text, as users type them. */
static void copy_text(const struct pl_test *test, struct pl_text text, size_t len, char *copy)
{
    memcpy(copy, text.data, len);
    copy[len] = '\0';
    /* An abstract UNIX name starts with a NUL; users type "@". */
    for (size_t i = 0; i < len; i++) {
        if (copy[i] == '\0')
            copy[i] = '@';
        if (test->fold)
            copy[i] = (char)tolower((unsigned char)copy[i]);
    }
}

static enum pl_truth truth_of(bool match)
{
    return match ? PL_TRUE : PL_FALSE;
}

/* Returns PL_MAYBE when out of memory. */
static enum pl_truth match_pattern(const struct pl_test *test, struct pl_text text)
{
    char start[TEXT_MAX + 1];
    char *copy = NULL;
    bool match;

    if (test->kind != PL_TEST_GLOB || text.len <= TEXT_MAX) {
        copy_text(test, text, text.len < TEXT_MAX ? text.len : TEXT_MAX, start);
    } else {
        copy = malloc((size_t)text.len + 1);
        if (!copy)
            return PL_MAYBE;
        copy_text(test, text, text.len, copy);
    }
    match = test->kind == PL_TEST_GLOB ? fnmatch(test->text, copy ? copy : start, 0) == 0
                                       : regexec(test->regex, start, 0, NULL, 0) == 0;
    free(copy);
    return truth_of(match);
}

static bool is_same(const struct pl_test *test, const char *a, const char *b, size_t len)
{
    for (size_t i = 0; test->fold && i < len; i++) {
        if (tolower((unsigned char)a[i]) != tolower((unsigned char)b[i]))
            return false;
    }
    return test->fold || memcmp(a, b, len) == 0;
}

static enum pl_truth match_text(const struct pl_test *test, struct pl_text text)
{
    enum pl_truth truth = PL_FALSE;

    if (!text.data)
        return PL_FALSE;
    /* A name that looks like a pattern also matches literally. */
    if (test->kind != PL_TEST_TEXT && (truth = match_pattern(test, text)) == PL_TRUE)
        return PL_TRUE;
    if (test->comm && text.len > test->len)
        text.len = (uint32_t)test->len;
    if (test->kind == PL_TEST_REGEX || text.len != test->len)
        return truth;
    if (test->len > 0 && test->text[0] == '@' && text.data[0] == '\0')
        return is_same(test, text.data + 1, test->text + 1, test->len - 1) ? PL_TRUE : truth;
    return is_same(test, text.data, test->text, test->len) ? PL_TRUE : truth;
}

bool pl_match_bits(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
    unsigned int bytes = bits / 8;
    unsigned int rest = bits % 8;

    if (memcmp(a, b, bytes) != 0)
        return false;
    return rest == 0 || ((a[bytes] ^ b[bytes]) >> (8 - rest)) == 0;
}

static bool match_prefix(const struct pl_test *test, const struct pl_value *value)
{
    if (value->family == test->family)
        return pl_match_bits(value->addr, test->addr, test->bits);
    return !test->strict && test->family == PL_FAMILY_INET && value->family == PL_FAMILY_INET6 &&
           pl_addr_is_mapped(PL_FAMILY_INET6, value->addr) &&
           pl_match_bits(value->addr + 12, test->addr, test->bits);
}

static bool match_other(const struct pl_test *test, const struct pl_value *value)
{
    switch (test->kind) {
    case PL_TEST_PRESENT:
        if (test->field->kind == PL_KIND_TEXT)
            return value->text.len > 0;
        if (value->number & test->field->other)
            return false;
        return value->number != 0 || test->field->kind == PL_KIND_ADDRESS;
    case PL_TEST_RANGE:
        return value->number >= test->low && value->number <= test->high;
    case PL_TEST_MASK:
        return value->number < 64 && (test->low >> value->number & 1) != 0;
    case PL_TEST_BITS:
        return (value->number & test->high) == test->low;
    case PL_TEST_PREFIX:
        return match_prefix(test, value);
    case PL_TEST_SPANS:
        return pl_match_spans(test, value);
    case PL_TEST_TEXT:
    case PL_TEST_GLOB:
    case PL_TEST_REGEX:
        break;
    }
    return false;
}

static enum pl_truth match_value(const struct pl_test *test, const struct pl_value *value)
{
    if (value->absent)
        return PL_FALSE;
    if (test->kind == PL_TEST_TEXT || test->kind == PL_TEST_GLOB || test->kind == PL_TEST_REGEX)
        return match_text(test, value->text);
    return truth_of(match_other(test, value));
}

/* Returns whether the result depends on hidden owners. */
static bool is_hidden(const struct pl_test *test, const struct pl_snapshot *snap,
                      const struct pl_sock *sock)
{
    /* The reasons that depend on privileges; the others are always known. */
    const uint64_t open = PL_BIT(PL_OWNER_NOT_PERMITTED) | PL_BIT(PL_OWNER_NOT_FOUND);
    const struct pl_field *field = test->field;

    if (!(field->need & PL_NEED_OWNERS))
        return false;
    if (field->need & PL_NEED_PEERS)
        return pl_peer_unseen(snap, sock) != PL_UNSEEN_MAX;
    if (field->listener && !pl_sock_is_listener(sock))
        return false;
    if (field->id == PL_FIELD_OWNER_UNKNOWN && test->kind == PL_TEST_MASK && !(test->low & open))
        return false;
    return pl_join_unseen(snap, sock) != PL_UNSEEN_MAX;
}

/* If there are several values (owners), one match is enough. */
static enum pl_truth eval_test(const struct pl_test *test, const struct pl_snapshot *snap,
                               const struct pl_sock *sock, bool doubt)
{
    struct pl_value value = {0};
    enum pl_truth truth;
    enum pl_truth result = PL_FALSE;
    size_t i;

    if (doubt && is_hidden(test, snap, sock))
        return PL_MAYBE;
    if (test->judge && test->judge(test, snap, sock, &truth))
        return truth;
    if (!snap && !pl_field_is_early(test->field))
        return PL_MAYBE;
    for (i = 0; test->field->get(test->field, snap, sock, i, &value); i++) {
        truth = match_value(test, &value);
        if (truth == PL_TRUE)
            return PL_TRUE;
        if (truth == PL_MAYBE)
            result = PL_MAYBE;
    }
    if (i > 0 || !test->unnamed)
        return result;
    value = (struct pl_value){.text = {"", 0}};
    return match_value(test, &value);
}

/* Recursion is bounded by the parser. doubt: return PL_MAYBE if hidden owners would decide. */
static enum pl_truth eval(const struct pl_node *node, const struct pl_snapshot *snap,
                          const struct pl_sock *sock, bool doubt)
{
    enum pl_truth stop = node->kind == PL_NODE_ANY ? PL_TRUE : PL_FALSE;
    enum pl_truth result = stop == PL_TRUE ? PL_FALSE : PL_TRUE;

    if (node->kind == PL_NODE_TEST)
        return eval_test(&node->test, snap, sock, doubt);
    if (node->kind == PL_NODE_NOT) {
        result = eval(node->first, snap, sock, doubt);
        return result == PL_MAYBE ? PL_MAYBE : result == PL_TRUE ? PL_FALSE : PL_TRUE;
    }
    for (const struct pl_node *operand = node->start; operand; operand = operand->next) {
        enum pl_truth one = eval(operand, snap, sock, doubt);

        if (one == stop)
            return stop;
        if (one == PL_MAYBE)
            result = PL_MAYBE;
    }
    return result;
}

enum pl_truth pl_filter_eval(const struct pl_filter *filter, const struct pl_snapshot *snap,
                             const struct pl_sock *sock)
{
    return filter->root ? eval(filter->root, snap, sock, false) : PL_TRUE;
}

enum pl_truth pl_filter_doubt(const struct pl_filter *filter, const struct pl_snapshot *snap,
                              const struct pl_sock *sock)
{
    return filter->root ? eval(filter->root, snap, sock, true) : PL_TRUE;
}

bool pl_filter_match(const struct pl_filter *filter, const struct pl_snapshot *snap,
                     const struct pl_sock *sock)
{
    return pl_filter_eval(filter, snap, sock) == PL_TRUE;
}

static bool is_one_owner(const struct pl_node *node, bool negated)
{
    const struct pl_test *test = &node->test;

    if (node->kind == PL_NODE_TEST)
        return !(test->field->need & PL_NEED_OWNERS) ||
               (test->field->get == pl_get_owner && !test->unnamed && !test->judge && !negated);
    negated ^= node->kind == PL_NODE_NOT;
    for (const struct pl_node *operand = node->first; operand; operand = operand->next) {
        if (!is_one_owner(operand, negated))
            return false;
    }
    return true;
}

bool pl_filter_one_owner(const struct pl_filter *filter)
{
    return !filter->root || is_one_owner(filter->root, false);
}

static bool has_match(const struct pl_node *node, const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);

    for (size_t i = 0; i < count; i++) {
        if (eval(node, snap, &socks[i], false) == PL_TRUE)
            return true;
    }
    return false;
}

const char *pl_filter_unknown(const struct pl_filter *filter, const struct pl_snapshot *snap,
                              const char **advice)
{
    *advice = "";
    for (const struct pl_unknown *unknown = filter->unknown; unknown; unknown = unknown->next) {
        if (snap && has_match(unknown->node, snap))
            continue;
        *advice = unknown->near.advice;
        return unknown->node->test.text;
    }
    return NULL;
}

uint32_t pl_filter_need(const struct pl_filter *filter)
{
    return filter->need;
}

/* ---- possible values ---- */

/* The values of a field for which a node can be true, and those for which it can be false. */
struct can {
    uint64_t yes, no;
};

static struct can can_be(const struct pl_node *node, const struct pl_field *field)
{
    bool any = node->kind == PL_NODE_ANY;
    struct can sum = {any ? 0 : UINT64_MAX, any ? UINT64_MAX : 0};

    if (node->kind == PL_NODE_TEST) {
        if (node->test.field != field || node->test.kind != PL_TEST_MASK)
            return (struct can){UINT64_MAX, UINT64_MAX};
        return (struct can){node->test.low, ~node->test.low};
    }
    if (node->kind == PL_NODE_NOT) {
        sum = can_be(node->first, field);
        return (struct can){sum.no, sum.yes};
    }
    for (const struct pl_node *operand = node->first; operand; operand = operand->next) {
        struct can one = can_be(operand, field);

        sum.yes = any ? sum.yes | one.yes : sum.yes & one.yes;
        sum.no = any ? sum.no & one.no : sum.no | one.no;
    }
    return sum;
}

static uint32_t values_of(const struct pl_filter *filter, enum pl_field_id id)
{
    const struct pl_field *field = pl_field_row(id);
    uint64_t yes = filter->root ? can_be(filter->root, field).yes : UINT64_MAX;

    return (uint32_t)yes;
}

uint32_t pl_filter_states(const struct pl_filter *filter)
{
    return values_of(filter, PL_FIELD_STATE);
}

/* Only sockets that have a local port of these numbers, or that have a peer port, can match. */
static bool names_port(const struct pl_node *node)
{
    const struct pl_test *test = &node->test;
    bool any = node->kind == PL_NODE_ANY;
    bool local = false;

    if (node->kind == PL_NODE_TEST)
        return test->field->id == PL_FIELD_LOCAL_PORT && test->kind == PL_TEST_RANGE &&
               !test->service && !test->below && test->high <= UINT16_MAX;
    for (const struct pl_node *operand = node->first; operand; operand = operand->next) {
        bool one = node->kind != PL_NODE_NOT && names_port(operand);
        bool peer = operand->kind == PL_NODE_TEST && operand->test.field->id == PL_FIELD_PEER_PORT;

        if (any && !one && !peer)
            return false;
        local |= one;
    }
    return local;
}

bool pl_filter_names_port(const struct pl_filter *filter)
{
    return filter->root && names_port(filter->root);
}

static bool numbers_port(const struct pl_node *node)
{
    const struct pl_test *test = &node->test;
    bool number = node->kind == PL_NODE_TEST && test->kind == PL_TEST_RANGE && !test->service &&
                  (test->field->id == PL_FIELD_LOCAL_PORT || test->field->id == PL_FIELD_PEER_PORT);

    for (const struct pl_node *operand = node->first; operand && !number; operand = operand->next)
        number = numbers_port(operand);
    return number;
}

bool pl_filter_numbers_port(const struct pl_filter *filter)
{
    return filter->root && numbers_port(filter->root);
}

uint32_t pl_filter_protos(const struct pl_filter *filter)
{
    return values_of(filter, PL_FIELD_PROTO);
}

uint32_t pl_filter_families(const struct pl_filter *filter)
{
    return values_of(filter, PL_FIELD_FAMILY);
}
