/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of interfaces: RTM_NEWLINK, struct ifinfomsg and IFLA_IFNAME, rtnetlink(7). */
#include "decode.h"
#include "netlink.h"

#include <errno.h>

#define RTM_NEWLINK  16
#define IFINFO_SIZE  16
#define IFINFO_INDEX 4
#define IFLA_IFNAME  3

int pl_decode_linux_links(const struct pl_input *in, struct pl_sink *sink)
{
    struct pl_slice rest = in->bytes;
    struct pl_nlmsg msg;
    bool changed = false;

    while (pl_nlmsg_next(&rest, &msg)) {
        struct pl_slice attrs = pl_slice_part(&msg.payload, IFINFO_SIZE, msg.payload.len);
        struct pl_nlattr attr;

        changed |= (msg.flags & PL_NLM_F_DUMP_INTR) != 0;
        while (msg.type == RTM_NEWLINK && pl_nlattr_next(&attrs, &attr)) {
            struct pl_slice name = pl_slice_until(&attr.value, '\0');
            int err;

            if (attr.type != IFLA_IFNAME || name.len == 0)
                continue;
            err = sink->name(sink, PL_NAME_LINK, pl_slice_u32(&msg.payload, IFINFO_INDEX),
                             (struct pl_text){(const char *)name.data, (uint32_t)name.len});
            if (err < 0)
                return err;
        }
    }
    if (rest.len > 0)
        return -EBADMSG;
    return changed ? -EAGAIN : 0;
}
