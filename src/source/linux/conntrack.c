/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections whose destination rules translate, of this network namespace. A kernel that tracks no connection is
 * not asked: asking could load modules.
 */
#include "linux.h"
#include "source/call.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define STATUS_MASK 26        /* CTA_STATUS_MASK; kernels before 5.13 ignore it, and send all */
#define STATUS_DNAT (1U << 5) /* IPS_DST_NAT */

static bool tracks_any(void)
{
    int fd = pl_open(AT_FDCWD, "/proc/sys/net/netfilter/nf_conntrack_count", O_RDONLY);
    char text[16];
    ssize_t got;

    if (fd < 0)
        return false;
    got = pl_read(fd, text, sizeof(text));
    (void)close(fd);
    return got > 0 && !(got >= 2 && memcmp(text, "0\n", 2) == 0);
}

void pl_linux_flows_open(struct pl_linux_flows *flows, bool repeated)
{
    if (flows->opened)
        return;
    flows->opened = true;
    flows->repeated = repeated;
    flows->netlink = repeated || tracks_any() ? -ENOENT : -ENODATA;
    if (flows->netlink == -ENOENT &&
        access("/proc/sys/net/netfilter/nf_conntrack_count", F_OK) == 0)
        flows->netlink = pl_netlink_open(NETLINK_NETFILTER);
}

void pl_linux_flows_close(struct pl_linux_flows *flows)
{
    if (flows->opened && flows->netlink >= 0)
        (void)close(flows->netlink);
    flows->opened = false;
}

struct request {
    struct nlmsghdr head;
    struct nfgenmsg general;
    struct {
        struct nlattr head;
        uint32_t value;
    } status[2];
};

static int dump(int netlink, pl_chunk_fn *chunk, void *arg)
{
    const struct pl_space socket = {.diag = netlink};
    struct request request = {.general.version = NFNETLINK_V0};
    static const uint16_t types[] = {CTA_STATUS, STATUS_MASK};

    for (size_t i = 0; i < 2; i++) {
        request.status[i].head = (struct nlattr){sizeof(request.status[i]), types[i]};
        request.status[i].value = htonl(STATUS_DNAT);
    }
    return pl_netlink_dump(&socket, NETLINK_NETFILTER,
                           (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET), &request,
                           sizeof(request), chunk, arg);
}

int pl_linux_read_flows(struct pl_linux_flows *flows, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading)
{
    int err;

    if (!flows->opened)
        pl_linux_flows_open(flows, false);
    reading->path = "netlink";
    if (flows->netlink < 0)
        err = flows->netlink == -ENODATA ? chunk(arg, "", 0) : flows->netlink;
    else
        err = dump(flows->netlink, chunk, arg);
    if (!flows->repeated)
        pl_linux_flows_close(flows);
    return err;
}
