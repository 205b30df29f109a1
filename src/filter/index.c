/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of many ports, numbers, addresses or networks ("port 22 or port 80 or ..."): their tests
 * become sorted spans, and a socket is looked up by binary search instead of being compared with
 * one operand after the other. The operands stay in the tree for pl_filter_push().
 */
#include "filter.h"
#include "model/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INDEX_MIN  8 /* smallest number of operands for an index */
#define GROUPS_MAX 8 /* groups of operands in one list */

/* ---- spans ---- */

static void put_number(uint8_t key[PL_SPAN_KEY], uint64_t number)
{
    memset(key, 0, PL_SPAN_KEY);
    for (size_t i = PL_SPAN_KEY; number != 0; number >>= 8)
        key[--i] = (uint8_t)number;
}

/* An IPv4 address becomes its v4-mapped one. */
static void put_addr(uint8_t key[PL_SPAN_KEY], uint8_t family, const uint8_t *addr)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    bool v4 = family == PL_FAMILY_INET;

    if (v4)
        memcpy(key, mapped, sizeof(mapped));
    memcpy(key + (v4 ? sizeof(mapped) : 0), addr, v4 ? 4 : PL_SPAN_KEY);
}

static struct pl_span span_of(const struct pl_test *test)
{
    unsigned int bits = test->bits + (test->family == PL_FAMILY_INET ? 96U : 0U);
    struct pl_span span = {0};

    if (test->kind == PL_TEST_RANGE) {
        put_number(span.low, test->low);
        put_number(span.high, test->high);
        return span;
    }
    put_addr(span.low, test->family, test->addr);
    memcpy(span.high, span.low, sizeof(span.high));
    for (unsigned int bit = bits; bit < 8 * PL_SPAN_KEY; bit++) {
        span.low[bit / 8] &= (uint8_t) ~(0x80U >> bit % 8);
        span.high[bit / 8] |= (uint8_t)(0x80U >> bit % 8);
    }
    return span;
}

static int compare_low(const void *a, const void *b)
{
    return memcmp(((const struct pl_span *)a)->low, ((const struct pl_span *)b)->low, PL_SPAN_KEY);
}

static int compare_key(const void *key, const void *item)
{
    return memcmp(key, ((const struct pl_span *)item)->high, PL_SPAN_KEY);
}

/* Sorts count spans and joins those that overlap. Returns the number left. */
static size_t join_spans(struct pl_span *spans, size_t count)
{
    size_t kept = 0;

    qsort(spans, count, sizeof(*spans), compare_low);
    for (size_t i = 1; i < count; i++) {
        if (memcmp(spans[i].low, spans[kept].high, PL_SPAN_KEY) > 0)
            spans[++kept] = spans[i];
        else if (memcmp(spans[i].high, spans[kept].high, PL_SPAN_KEY) > 0)
            memcpy(spans[kept].high, spans[i].high, PL_SPAN_KEY);
    }
    return kept + 1;
}

bool pl_match_spans(const struct pl_test *test, const struct pl_value *value)
{
    uint8_t key[PL_SPAN_KEY];
    size_t at;

    if (test->field->kind != PL_KIND_ADDRESS) {
        put_number(key, value->number);
    } else {
        bool mapped = !test->strict && value->family == PL_FAMILY_INET6 &&
                      pl_addr_is_mapped(PL_FAMILY_INET6, value->addr);

        if (value->family != test->family && !(mapped && test->family == PL_FAMILY_INET))
            return false;
        put_addr(key, value->family, value->addr);
    }
    at = pl_lower_bound(key, test->spans, test->len, sizeof(*test->spans), compare_key);
    return at < test->len && memcmp(test->spans[at].low, key, PL_SPAN_KEY) <= 0;
}

/* ---- groups: operands that share an index ---- */

struct groups {
    const struct pl_test *like[GROUPS_MAX]; /* the first operand of each */
    size_t size[GROUPS_MAX];
    size_t count;
};

/* Returns the group of an operand, GROUPS_MAX if it has none. */
static size_t group_of(struct groups *groups, const struct pl_node *node)
{
    const struct pl_test *test = &node->test;
    bool addr = test->kind == PL_TEST_PREFIX;
    size_t i;

    if (node->kind != PL_NODE_TEST || test->judge || (addr && test->family > PL_FAMILY_INET6) ||
        (test->kind != PL_TEST_RANGE && !addr))
        return GROUPS_MAX;
    for (i = 0; i < groups->count; i++) {
        const struct pl_test *like = groups->like[i];

        if (like->field == test->field && like->kind == test->kind &&
            (!addr || (like->family == test->family && like->strict == test->strict)))
            return i;
    }
    if (i < GROUPS_MAX)
        groups->like[groups->count++] = test;
    return i;
}

/* Adds a node with the spans of group i before node->start. */
static int add_spans(struct pl_filter *filter, struct pl_node *list, struct groups *groups,
                     size_t i)
{
    struct pl_node *node = pl_filter_node(filter, PL_NODE_TEST);
    size_t count = 0;

    if (!node)
        return -ENOMEM;
    node->test = *groups->like[i];
    node->test.kind = PL_TEST_SPANS;
    node->test.spans = calloc(groups->size[i], sizeof(*node->test.spans));
    if (!node->test.spans)
        return -ENOMEM;
    for (const struct pl_node *operand = list->first; operand; operand = operand->next) {
        if (group_of(groups, operand) == i)
            node->test.spans[count++] = span_of(&operand->test);
    }
    node->test.len = join_spans(node->test.spans, count);
    node->next = list->start;
    list->start = node;
    return 0;
}

/* Operands of groups that are large enough come first; list->start is the first of the others. */
static void part(struct pl_node *list, struct groups *groups)
{
    struct pl_node *operand = list->first;
    struct pl_node **first = &list->first;
    struct pl_node **start = &list->start;

    for (struct pl_node *next; operand; operand = next) {
        size_t i = group_of(groups, operand);
        struct pl_node ***end = i < GROUPS_MAX && groups->size[i] >= INDEX_MIN ? &first : &start;

        next = operand->next;
        **end = operand;
        *end = &operand->next;
    }
    *start = NULL;
    *first = list->start;
}

static int index_list(struct pl_filter *filter, struct pl_node *list)
{
    struct groups groups = {0};
    int err = 0;

    for (const struct pl_node *operand = list->first; operand; operand = operand->next) {
        size_t i = group_of(&groups, operand);

        if (i < GROUPS_MAX)
            groups.size[i]++;
    }
    part(list, &groups);
    for (size_t i = 0; i < groups.count && err == 0; i++) {
        if (groups.size[i] >= INDEX_MIN)
            err = add_spans(filter, list, &groups, i);
    }
    return err;
}

/* ---- the tree ---- */

/* "a or (b or c)" becomes "a or b or c". */
static void flatten(struct pl_node *list)
{
    for (struct pl_node **link = &list->first; *link;) {
        struct pl_node *operand = *link;
        struct pl_node **end = &operand->first;

        if (operand->kind != list->kind) {
            link = &operand->next;
            continue;
        }
        while (*end)
            end = &(*end)->next;
        *end = operand->next;
        *link = operand->first;
    }
}

/* "not a and not b and ..." becomes "not (a or b or ...)" if there are many operands. */
static int gather_negations(struct pl_filter *filter, struct pl_node *list)
{
    struct pl_node *any, *negation;
    struct pl_node **end;
    size_t count = 0;

    for (const struct pl_node *operand = list->first; operand; operand = operand->next)
        count += operand->kind == PL_NODE_NOT;
    if (count < INDEX_MIN)
        return 0;
    any = pl_filter_node(filter, PL_NODE_ANY);
    negation = any ? pl_filter_node(filter, PL_NODE_NOT) : NULL;
    if (!negation)
        return -ENOMEM;
    negation->first = any;
    end = &any->first;
    for (struct pl_node **link = &list->first; *link;) {
        struct pl_node *operand = *link;

        if (operand->kind != PL_NODE_NOT) {
            link = &operand->next;
            continue;
        }
        *link = operand->next;
        *end = operand->first;
        end = &(*end)->next;
    }
    negation->next = list->first;
    list->first = negation;
    return 0;
}

/* The recursion is as deep as the parser allows. */
static int index_node(struct pl_filter *filter, struct pl_node *node)
{
    int err = 0;

    if (node->kind == PL_NODE_ALL || node->kind == PL_NODE_ANY)
        flatten(node);
    if (node->kind == PL_NODE_ALL)
        err = gather_negations(filter, node);
    for (struct pl_node *operand = node->first; operand && err == 0; operand = operand->next)
        err = index_node(filter, operand);
    node->start = node->first;
    if (node->kind == PL_NODE_ANY && err == 0)
        err = index_list(filter, node);
    return err;
}

int pl_filter_index(struct pl_filter *filter)
{
    return filter->root ? index_node(filter, filter->root) : 0;
}
