/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks netlink(7) messages and their attributes. */
#ifndef PL_DECODE_LINUX_NETLINK_H
#define PL_DECODE_LINUX_NETLINK_H

#include "decode/bytes.h"

#define PL_NLM_F_DUMP_INTR 0x10
#define PL_NLMSG_DONE      3 /* the last message of a dump */

struct pl_nlmsg {
    uint16_t type;
    uint16_t flags;
    struct pl_slice payload;
};

struct pl_nlattr {
    uint16_t type; /* without NLA_F_NESTED and NLA_F_NET_BYTEORDER */
    struct pl_slice value;
};

/*
 * Remove the next one from the front of *rest. Return false if there is none; if *rest is not empty
 * then, it is damaged.
 */
#define PL_NLMSG_HEAD 16

static inline bool pl_nlmsg_next(struct pl_slice *rest, struct pl_nlmsg *out)
{
    size_t len = pl_slice_u32(rest, 0);
    size_t step = (len + 3) & ~(size_t)3; /* the last one may have no padding */

    if (rest->len < PL_NLMSG_HEAD || len < PL_NLMSG_HEAD || len > rest->len)
        return false;
    out->type = pl_slice_u16(rest, 4);
    out->flags = pl_slice_u16(rest, 6);
    out->payload = (struct pl_slice){
        .data = rest->data + PL_NLMSG_HEAD,
        .len = len - PL_NLMSG_HEAD,
        .big_endian = rest->big_endian,
    };
    if (step > rest->len)
        step = rest->len;
    rest->data += step;
    rest->len -= step;
    return true;
}

bool pl_nlattr_next(struct pl_slice *rest, struct pl_nlattr *out);

struct pl_input;
struct pl_sink;

/* Puts the records of a message, of rtnetlink(7), into the sink. Returns 0 or an error of the sink. */
typedef int pl_rtnl_put_fn(const struct pl_slice *msg, struct pl_sink *sink);
/* rtnl.c: a decoder (decode.h) that calls put for each message of the type. */
int pl_rtnl_each(const struct pl_input *in, struct pl_sink *sink, uint16_t type,
                 pl_rtnl_put_fn *put);

#endif
