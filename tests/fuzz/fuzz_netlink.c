/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks netlink messages and attributes: each is inside the input, and the walk ends. */
#include "fuzz.h"

#include "decode/linux/netlink.h"

#define DEPTH_MAX 4

static bool is_inside(const struct pl_slice *part, const struct pl_slice *whole)
{
    return part->len == 0 ||
           (part->data >= whole->data && part->data + part->len <= whole->data + whole->len);
}

static void walk_attrs(struct pl_slice rest, unsigned int depth)
{
    const struct pl_slice whole = rest;
    struct pl_nlattr attr;
    size_t left = rest.len + 1;

    while (pl_nlattr_next(&rest, &attr)) {
        PROMISE(rest.len < left);
        left = rest.len;
        PROMISE(is_inside(&attr.value, &whole) && is_inside(&rest, &whole));
        if (depth < DEPTH_MAX)
            walk_attrs(attr.value, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct pl_slice whole = {
        .data = data, .len = size, .big_endian = size > 0 && (data[size - 1] & 1) != 0};
    struct pl_slice rest = whole;
    struct pl_nlmsg msg;
    size_t left = size + 1;

    while (pl_nlmsg_next(&rest, &msg)) {
        PROMISE(rest.len < left);
        left = rest.len;
        PROMISE(is_inside(&msg.payload, &whole) && is_inside(&rest, &whole));
        walk_attrs(msg.payload, 0);
    }
    return 0;
}
