/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtnetlink(7). Names of interfaces: RTM_NEWLINK, struct ifinfomsg and IFLA_IFNAME. Their
 * addresses: RTM_NEWADDR, struct ifaddrmsg, IFA_LOCAL and IFA_ADDRESS.
 */
#include "inet.h"
#include "netlink.h"

#include <errno.h>

#define RTM_NEWLINK  16
#define IFINFO_SIZE  16
#define IFINFO_INDEX 4
#define IFLA_IFNAME  3

#define RTM_NEWADDR   20
#define IFADDR_SIZE   8
#define IFADDR_FAMILY 0
#define IFADDR_INDEX  4
#define IFA_ADDRESS   1
#define IFA_LOCAL     2

int pl_rtnl_each(const struct pl_input *in, struct pl_sink *sink, uint16_t type,
                 pl_rtnl_put_fn *put)
{
    struct pl_slice rest = in->bytes;
    struct pl_nlmsg msg;
    bool changed = false;
    bool ended = false;

    while (pl_nlmsg_next(&rest, &msg)) {
        int err = 0;

        changed |= (msg.flags & PL_NLM_F_DUMP_INTR) != 0;
        ended = msg.type == PL_NLMSG_DONE;
        if (msg.type == type)
            err = put(&msg.payload, sink);
        if (err < 0)
            return err;
    }
    if (rest.len > 0 || (in->whole && !ended))
        return -EBADMSG;
    return changed ? -EAGAIN : 0;
}

static int put_name(const struct pl_slice *msg, struct pl_sink *sink)
{
    struct pl_slice attrs = pl_slice_part(msg, IFINFO_SIZE, msg->len);
    struct pl_nlattr attr;
    int err = 0;

    while (err == 0 && pl_nlattr_next(&attrs, &attr)) {
        struct pl_slice name = pl_slice_until(&attr.value, '\0');

        if (attr.type == IFLA_IFNAME && name.len > 0)
            err = sink->name(sink, PL_NAME_LINK, pl_slice_u32(msg, IFINFO_INDEX),
                             pl_slice_text(&name));
    }
    return err;
}

int pl_decode_linux_links(const struct pl_input *in, struct pl_sink *sink)
{
    return pl_rtnl_each(in, sink, RTM_NEWLINK, put_name);
}

/* On a point-to-point link, IFA_LOCAL is the local address and IFA_ADDRESS the peer. */
static int put_addr(const struct pl_slice *msg, struct pl_sink *sink)
{
    struct pl_slice attrs = pl_slice_part(msg, IFADDR_SIZE, msg->len);
    struct pl_addr addr = {
        .family = pl_linux_family(pl_slice_u8(msg, IFADDR_FAMILY)),
        .ifindex = pl_slice_u32(msg, IFADDR_INDEX),
    };
    size_t size = addr.family == PL_FAMILY_INET ? 4 : 16;
    struct pl_nlattr attr;
    bool local = false;
    bool any = false;

    if (addr.family != PL_FAMILY_INET && addr.family != PL_FAMILY_INET6)
        return 0;
    while (pl_nlattr_next(&attrs, &attr)) {
        if ((attr.type != IFA_LOCAL && (attr.type != IFA_ADDRESS || local)) ||
            attr.value.len != size)
            continue;
        pl_slice_copy(&attr.value, 0, addr.bytes, size);
        local = attr.type == IFA_LOCAL;
        any = true;
    }
    return any ? sink->addr(sink, &addr) : 0;
}

int pl_decode_linux_addrs(const struct pl_input *in, struct pl_sink *sink)
{
    return pl_rtnl_each(in, sink, RTM_NEWADDR, put_addr);
}
