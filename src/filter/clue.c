/* SPDX-License-Identifier: BSD-2-Clause */
/* Why nothing matched: the positive conditions of a filter, one by one. */
#include "api/filter.h"
#include "filter.h"

#include <string.h>

/* The conditions found so far. */
struct clues {
    struct pl_clue *items;
    size_t count, max;
    struct pl_clue *last; /* NULL: none */
};

static bool is_side(const struct pl_test *test, enum pl_field_id local, enum pl_field_id peer,
                    struct pl_clue *clue)
{
    clue->local = test->field->id == local;
    clue->peer = test->field->id == peer;
    return clue->local || clue->peer;
}

static bool make_port(const struct pl_test *test, struct pl_clue *clue)
{
    if (test->kind != PL_TEST_RANGE || test->below || test->high > UINT16_MAX ||
        !is_side(test, PL_FIELD_LOCAL_PORT, PL_FIELD_PEER_PORT, clue))
        return false;
    clue->kind = PL_CLUE_PORT;
    clue->service = test->service;
    clue->low = (uint16_t)test->low;
    clue->high = (uint16_t)test->high;
    return true;
}

static bool make_address(const struct pl_test *test, struct pl_clue *clue)
{
    if (test->kind != PL_TEST_PREFIX ||
        !is_side(test, PL_FIELD_LOCAL_ADDRESS, PL_FIELD_PEER_ADDRESS, clue))
        return false;
    clue->kind = PL_CLUE_ADDRESS;
    clue->family = test->family;
    clue->bits = test->bits;
    memcpy(clue->addr, test->addr, sizeof(clue->addr));
    return true;
}

static bool make_name(const struct pl_test *test, struct pl_clue *clue)
{
    if ((test->kind != PL_TEST_TEXT && test->kind != PL_TEST_GLOB) ||
        (test->field->id != PL_FIELD_PROCESS && test->field->id != PL_FIELD_USER))
        return false;
    clue->kind = test->field->id == PL_FIELD_USER ? PL_CLUE_USER : PL_CLUE_PROCESS;
    clue->text = (struct pl_text){test->text, (uint32_t)test->len};
    return true;
}

/* One value of any other field, or words that it has. */
static bool make_other(const struct pl_test *test, struct pl_clue *clue)
{
    enum pl_field_id id = test->field ? test->field->id : PL_FIELD_PROTO;
    bool text = test->kind == PL_TEST_TEXT || test->kind == PL_TEST_GLOB;
    bool number = test->kind == PL_TEST_RANGE && !test->below && test->low == test->high;

    if (id == PL_FIELD_PROTO || id == PL_FIELD_FAMILY || id == PL_FIELD_LOCAL_PORT ||
        id == PL_FIELD_PEER_PORT || test->field->kind == PL_KIND_BOOL || test->aspect != 0 ||
        !(text || number || test->kind == PL_TEST_MASK))
        return false;
    clue->kind = PL_CLUE_OTHER;
    clue->field = test->field;
    clue->text = text ? (struct pl_text){test->text, (uint32_t)test->len} : (struct pl_text){0};
    clue->mask = test->kind == PL_TEST_MASK ? test->low : 0;
    clue->number = number ? test->low : 0;
    return true;
}

/* A condition on either side is two tests, that of the local side first. */
static bool joins(const struct pl_clue *last, const struct pl_clue *clue)
{
    return last->kind == clue->kind && last->local && !last->peer && !clue->local && clue->peer &&
           last->low == clue->low && last->high == clue->high && last->family == clue->family &&
           last->bits == clue->bits && memcmp(last->addr, clue->addr, sizeof(clue->addr)) == 0;
}

static void add_tests(struct pl_node *node, struct clues *clues)
{
    struct pl_clue clue = {.nodes = {node}};

    for (struct pl_node *operand = node->first; operand && node->kind != PL_NODE_NOT;
         operand = operand->next)
        add_tests(operand, clues);
    if (node->kind != PL_NODE_TEST)
        return;
    if (!make_port(&node->test, &clue) && !make_address(&node->test, &clue) &&
        !make_name(&node->test, &clue) && !make_other(&node->test, &clue))
        return;
    if (clues->last && joins(clues->last, &clue)) {
        clues->last->peer = true;
        clues->last->nodes[1] = node;
    } else if (clues->count < clues->max) {
        clues->last = &clues->items[clues->count++];
        *clues->last = clue;
    }
}

size_t pl_filter_clues(const struct pl_filter *filter, struct pl_clue *out, size_t max)
{
    struct clues clues = {.items = out, .max = max};

    if (filter->root)
        add_tests(filter->root, &clues);
    return clues.count;
}

bool pl_clue_match(const struct pl_clue *clue, const struct pl_snapshot *snap,
                   const struct pl_sock *sock)
{
    for (size_t i = 0; i < 2 && clue->nodes[i]; i++) {
        const struct pl_filter one = {.root = clue->nodes[i]};

        if (pl_filter_match(&one, snap, sock))
            return true;
    }
    return false;
}
