/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The UDP sockets that the kernel serves for tunnel interfaces: RTM_NEWLINK of rtnetlink(7), struct
 * ifinfomsg and IFLA_LINKINFO. An interface has its sockets while it is up, in the network namespace
 * where it was created (drivers/net/vxlan/vxlan_core.c and drivers/net/geneve.c of Linux).
 */
#include "decode/decode.h"
#include "model/array.h"
#include "netlink.h"

#include <errno.h>

#define RTM_NEWLINK       16
#define IFINFO_SIZE       16
#define IFINFO_FLAGS      8
#define IFF_UP            1
#define IFLA_LINKINFO     18
#define IFLA_LINK_NETNSID 37 /* of the namespace where it was created, if that is another one */
#define IFLA_INFO_KIND    1
#define IFLA_INFO_DATA    2

/* The numbers of attributes in IFLA_INFO_DATA: IFLA_VXLAN_*, IFLA_GENEVE_*. */
static const struct kind {
    const char *name;
    uint16_t port;
    uint16_t group6, local6; /* an address: the sockets are of IPv6 */
    uint16_t metadata;       /* set: a socket of IPv4 and one of IPv6 */
} kinds[] = {
    {"vxlan", 15, 16, 17, 25},
    {"geneve", 5, 7, 7, 6},
};

static const struct kind *find_kind(const struct pl_slice *value)
{
    struct pl_slice name = pl_slice_until(value, '\0');

    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (pl_slice_is(&name, kinds[i].name))
            return &kinds[i];
    }
    return NULL;
}

static int put_tunnel(const struct kind *kind, struct pl_slice data, struct pl_sink *sink)
{
    struct pl_sock sock = {.proto = PL_PROTO_UDP, .type = PL_TYPE_DGRAM, .state = PL_STATE_UNCONN};
    struct pl_nlattr attr;
    bool v6 = false;
    bool both = false;
    int err = 0;

    while (pl_nlattr_next(&data, &attr)) {
        if (attr.type == kind->port)
            sock.local_port = pl_slice_be16(&attr.value, 0);
        else if (attr.type == kind->group6 || attr.type == kind->local6)
            v6 = true;
        else if (attr.type == kind->metadata) /* a byte, or a flag without a value */
            both = attr.value.len == 0 || pl_slice_u8(&attr.value, 0) != 0;
    }
    if (sock.local_port == 0)
        return 0;
    sock.family = PL_FAMILY_INET;
    if (both || !v6)
        err = sink->sock(sink, &sock, NULL, 0);
    sock.family = PL_FAMILY_INET6;
    if (err == 0 && (both || v6))
        err = sink->sock(sink, &sock, NULL, 0);
    return err;
}

static int put_link(const struct pl_slice *msg, struct pl_sink *sink)
{
    struct pl_slice attrs = pl_slice_part(msg, IFINFO_SIZE, msg->len);
    struct pl_slice info = {0};
    struct pl_slice data = {0};
    const struct kind *kind = NULL;
    struct pl_nlattr attr;

    if (!(pl_slice_u32(msg, IFINFO_FLAGS) & IFF_UP))
        return 0;
    while (pl_nlattr_next(&attrs, &attr)) {
        if (attr.type == IFLA_LINK_NETNSID)
            return 0;
        if (attr.type == IFLA_LINKINFO)
            info = attr.value;
    }
    while (pl_nlattr_next(&info, &attr)) {
        if (attr.type == IFLA_INFO_KIND)
            kind = find_kind(&attr.value);
        else if (attr.type == IFLA_INFO_DATA)
            data = attr.value;
    }
    return kind ? put_tunnel(kind, data, sink) : 0;
}

int pl_decode_linux_tunnels(const struct pl_input *in, struct pl_sink *sink)
{
    return pl_rtnl_each(in, sink, RTM_NEWLINK, put_link);
}
