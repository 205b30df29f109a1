/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of a filter that the kernel can apply. It must accept every socket that the filter
 * accepts: a condition that the kernel cannot test is dropped from an "and" and makes an "or"
 * impossible to push.
 */
#include "filter.h"
#include "model/list.h"
#include "source/source.h"

#include <errno.h>
#include <string.h>

enum pushed { PUSHED_ANYTHING, PUSHED_NOTHING, PUSHED_TREE };

struct push {
    struct pl_list *list; /* struct pl_push */
    enum pl_proto proto;  /* the dump it is for */
    int error;
};

static struct pl_push *add_item(struct push *push)
{
    struct pl_push *item = pl_list_add(push->list, sizeof(*item));

    if (!item)
        push->error = -ENOMEM;
    else
        *item = (struct pl_push){0};
    return item;
}

static enum pushed push_port(struct push *push, const struct pl_test *test, bool negate)
{
    bool peer = test->field->id == PL_FIELD_PEER_PORT;
    struct pl_push *item;

    if (!peer && test->field->id != PL_FIELD_LOCAL_PORT)
        return PUSHED_ANYTHING;
    if (test->low > UINT16_MAX)
        return negate ? PUSHED_ANYTHING : PUSHED_NOTHING;
    /* To the kernel, a socket without a peer has peer port 0, and a raw socket has one, too. */
    if (negate && peer && !test->judge && (test->low == 0 || push->proto == PL_PROTO_RAW))
        return PUSHED_ANYTHING;
    item = add_item(push);
    if (!item)
        return PUSHED_ANYTHING;
    item->kind = peer ? PL_PUSH_PEER_PORT : PL_PUSH_LOCAL_PORT;
    item->negate = negate;
    item->low = (uint16_t)test->low;
    item->high = test->high > UINT16_MAX ? UINT16_MAX : (uint16_t)test->high;
    return PUSHED_TREE;
}

static enum pushed push_prefix(struct push *push, const struct pl_test *test, bool negate)
{
    static const uint8_t none[16];
    bool peer = test->field->id == PL_FIELD_PEER_ADDRESS;
    struct pl_push *item;

    /* To the kernel, a socket without a peer has a peer address of zeros. */
    if (negate && peer && !test->judge && pl_match_bits(none, test->addr, test->bits))
        return PUSHED_ANYTHING;
    /* The kernel also matches v4-mapped sockets: more than a strict test, and less than its
     * negation. */
    if (negate && test->strict && test->family == PL_FAMILY_INET)
        return PUSHED_ANYTHING;
    item = add_item(push);
    if (!item)
        return PUSHED_ANYTHING;
    item->kind = peer ? PL_PUSH_PEER_ADDR : PL_PUSH_LOCAL_ADDR;
    item->negate = negate;
    item->family = test->family;
    item->bits = test->bits;
    memcpy(item->addr, test->addr, sizeof(item->addr));
    return PUSHED_TREE;
}

static enum pushed push_number(struct push *push, enum pl_push_kind kind, uint64_t number,
                               uint32_t mask, bool negate)
{
    struct pl_push *item = add_item(push);

    if (!item)
        return PUSHED_ANYTHING;
    item->kind = (uint8_t)kind;
    item->negate = negate;
    item->number = number;
    item->mask = mask;
    return PUSHED_TREE;
}

/* An interface by index, or by the index that its name has now. */
static enum pushed push_device(struct push *push, const struct pl_test *test, bool negate)
{
    uint64_t number = test->kind == PL_TEST_TEXT ? test->hint : test->low;
    bool one =
        test->kind == PL_TEST_TEXT || (test->kind == PL_TEST_RANGE && test->low == test->high);

    /* The kernel compares the interface of every socket, not only of link-local addresses. */
    if (!one || number == 0 || number > UINT32_MAX || (negate && test->field->id == PL_FIELD_SCOPE))
        return PUSHED_ANYTHING;
    return push_number(push, PL_PUSH_DEVICE, number, 0, negate);
}

static enum pushed push_test(struct push *push, const struct pl_test *test, bool negate)
{
    if (test->kind == PL_TEST_MASK && test->field->id == PL_FIELD_PROTO) {
        bool is = (test->low >> push->proto & 1) != 0;

        return is != negate ? PUSHED_ANYTHING : PUSHED_NOTHING;
    }
    if (test->field->id == PL_FIELD_DEV || test->field->id == PL_FIELD_INTERFACE ||
        test->field->id == PL_FIELD_SCOPE || test->field->id == PL_FIELD_IFINDEX)
        return push_device(push, test, negate);
    if (test->push && test->field->id == PL_FIELD_AUTOBOUND)
        return push_number(push, PL_PUSH_AUTOBOUND, 0, 0, negate);
    if (test->kind == PL_TEST_BITS)
        return push_number(push, PL_PUSH_MARK, test->low, (uint32_t)test->high, negate);
    if (test->kind == PL_TEST_TEXT && test->hint != 0 && test->field->id == PL_FIELD_CGROUP)
        return push_number(push, PL_PUSH_CGROUP, test->hint, 0, negate);
    if (test->kind == PL_TEST_RANGE)
        return push_port(push, test, negate);
    if (test->kind == PL_TEST_PREFIX && test->family <= PL_FAMILY_INET6)
        return push_prefix(push, test, negate);
    return PUSHED_ANYTHING;
}

static enum pushed push_node(struct push *push, const struct pl_node *node, bool negate);

static enum pushed push_list(struct push *push, const struct pl_node *node, bool negate)
{
    bool any = (node->kind == PL_NODE_ANY) != negate;
    size_t mark = push->list->count;
    uint32_t count = 0;
    struct pl_push *items;

    if (!add_item(push))
        return PUSHED_ANYTHING;
    for (const struct pl_node *operand = node->first; operand; operand = operand->next) {
        enum pushed one = push_node(push, operand, negate);

        if (one == (any ? PUSHED_ANYTHING : PUSHED_NOTHING)) {
            push->list->count = mark;
            return one;
        }
        count += one == PUSHED_TREE;
    }
    if (count == 0) {
        push->list->count = mark;
        return any ? PUSHED_NOTHING : PUSHED_ANYTHING;
    }
    items = push->list->items;
    items[mark].kind = any ? PL_PUSH_ANY : PL_PUSH_ALL;
    items[mark].count = count;
    return PUSHED_TREE;
}

static enum pushed push_node(struct push *push, const struct pl_node *node, bool negate)
{
    switch (node->kind) {
    case PL_NODE_TEST:
        return push_test(push, &node->test, negate);
    case PL_NODE_NOT:
        return push_node(push, node->first, !negate);
    case PL_NODE_ALL:
    case PL_NODE_ANY:
        break;
    }
    return push_list(push, node, negate);
}

int pl_filter_push(const struct pl_filter *filter, enum pl_proto proto, struct pl_list *out)
{
    struct push push = {.list = out, .proto = proto};

    out->count = 0;
    if (filter->root && push_node(&push, filter->root, false) != PUSHED_TREE)
        out->count = 0;
    return push.error;
}
