/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections whose destination rules translate, as the kernel tracks them: messages of ctnetlink,
 * include/uapi/linux/netfilter/nfnetlink_conntrack.h. Numbers are in network byte order.
 */
#include "nft.h"

#include "model/array.h"
#include "netlink.h"

#include <errno.h>

#define MSG_NEW      (1 << 8) /* NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_NEW */
#define GENMSG_BYTES 4        /* struct nfgenmsg */

#define FLOW_SENT     1
#define FLOW_ANSWERED 2
#define FLOW_STATUS   3
#define STATUS_DNAT   (1U << 5) /* IPS_DST_NAT */

#define TUPLE_ADDRS  1
#define TUPLE_PORTS  2
#define ADDR_V4_FROM 1
#define ADDR_V4_TO   2
#define ADDR_V6_FROM 3
#define ADDR_V6_TO   4
#define PORTS_PROTO  1
#define PORTS_FROM   2
#define PORTS_TO     3

static uint8_t proto_of(uint8_t number)
{
    static const struct {
        uint8_t number, proto;
    } protos[] = {
        {6, PL_PROTO_TCP}, {17, PL_PROTO_UDP}, {132, PL_PROTO_SCTP}, {136, PL_PROTO_UDPLITE}};

    for (size_t i = 0; i < COUNT_OF(protos); i++) {
        if (protos[i].number == number)
            return protos[i].proto;
    }
    return PL_PROTO_MAX;
}

static bool read_addr(struct pl_slice attrs, uint16_t type, size_t size, uint8_t out[16])
{
    struct pl_slice value = pl_nft_get(attrs, type);

    pl_slice_copy(&value, 0, out, size);
    return value.len == size;
}

static bool read_port(struct pl_slice attrs, uint16_t type, uint16_t *out)
{
    struct pl_slice value = pl_nft_get(attrs, type);

    *out = pl_slice_be16(&value, 0);
    return value.len == 2;
}

/* Returns false if the packets have no addresses or no ports. */
static bool read_tuple(struct pl_slice attrs, uint16_t type, struct pl_flow *flow,
                       struct pl_flow_tuple *out)
{
    struct pl_slice tuple = pl_nft_get(attrs, type);
    struct pl_slice addrs = pl_nft_get(tuple, TUPLE_ADDRS);
    struct pl_slice ports = pl_nft_get(tuple, TUPLE_PORTS);
    struct pl_slice number = pl_nft_get(ports, PORTS_PROTO);
    const bool v4 = pl_nft_get(addrs, ADDR_V4_FROM).len > 0;
    const size_t size = v4 ? 4 : 16;

    flow->family = v4 ? PL_FAMILY_INET : PL_FAMILY_INET6;
    flow->proto = proto_of(pl_slice_u8(&number, 0));
    return flow->proto != PL_PROTO_MAX &&
           read_addr(addrs, v4 ? ADDR_V4_FROM : ADDR_V6_FROM, size, out->from) &&
           read_addr(addrs, v4 ? ADDR_V4_TO : ADDR_V6_TO, size, out->to) &&
           read_port(ports, PORTS_FROM, &out->from_port) &&
           read_port(ports, PORTS_TO, &out->to_port);
}

static int put_flow(struct pl_slice attrs, struct pl_sink *sink)
{
    struct pl_flow flow = {0};
    struct pl_flow answered = {0};

    if (!(pl_nft_number(attrs, FLOW_STATUS) & STATUS_DNAT) ||
        !read_tuple(attrs, FLOW_SENT, &flow, &flow.sent) ||
        !read_tuple(attrs, FLOW_ANSWERED, &answered, &flow.answered) ||
        answered.family != flow.family || answered.proto != flow.proto)
        return 0;
    return sink->flow(sink, &flow);
}

int pl_decode_linux_conntrack(const struct pl_input *in, struct pl_sink *sink)
{
    struct pl_slice rest = in->bytes;
    uint64_t malformed = 0;
    struct pl_nlmsg msg;
    int err = 0;

    while (err == 0 && pl_nlmsg_next(&rest, &msg)) {
        if (msg.type != MSG_NEW)
            continue;
        if (msg.payload.len < GENMSG_BYTES)
            malformed++;
        else
            err = put_flow(pl_slice_part(&msg.payload, GENMSG_BYTES, msg.payload.len), sink);
    }
    if (err < 0)
        return err;
    return pl_sink_end(sink, malformed, rest.len > 0 ? -EBADMSG : 0);
}
