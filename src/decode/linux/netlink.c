/* SPDX-License-Identifier: BSD-2-Clause */
#include "netlink.h"

#define NLMSG_HEAD       16
#define NLATTR_HEAD      4
#define NLATTR_TYPE_MASK 0x3fff

static size_t align4(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

bool pl_nlattr_next(struct pl_slice *rest, struct pl_nlattr *out)
{
    size_t len = pl_slice_u16(rest, 0);

    if (rest->len < NLATTR_HEAD || len < NLATTR_HEAD || len > rest->len)
        return false;
    out->type = pl_slice_u16(rest, 2) & NLATTR_TYPE_MASK;
    out->value = pl_slice_part(rest, NLATTR_HEAD, len - NLATTR_HEAD);
    *rest = pl_slice_part(rest, align4(len), rest->len);
    return true;
}
