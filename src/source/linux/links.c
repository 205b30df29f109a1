/* SPDX-License-Identifier: BSD-2-Clause */
/* Interfaces that change: rtnetlink(7), the group RTNLGRP_LINK. No privilege is needed. */
#include "source/links.h"

#include "linux.h"

#include "decode/linux/netlink.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DATAGRAM_MAX 32768

/* Datagrams that are read at most before signals are received. */
#define READ_MAX 256

int pl_links_open(void)
{
    const struct sockaddr_nl own = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
    int fd = pl_netlink_open(NETLINK_ROUTE);
    int err;

    if (fd < 0 || bind(fd, (const struct sockaddr *)&own, sizeof(own)) == 0)
        return fd;
    err = -errno;
    close(fd);
    return err;
}

static void take_datagram(const uint8_t *data, size_t len, pl_link_fn *take, void *arg)
{
    struct pl_slice rest = {data, len, pl_abi_here(PL_SYSTEM_LINUX).big_endian};
    struct pl_nlmsg msg;

    while (pl_nlmsg_next(&rest, &msg)) {
        struct ifinfomsg info;
        struct pl_link_change change;

        if ((msg.type != RTM_NEWLINK && msg.type != RTM_DELLINK) || msg.payload.len < sizeof(info))
            continue;
        memcpy(&info, msg.payload.data, sizeof(info));
        /* Those of other families are about what an interface belongs to, as a bridge. */
        if (info.ifi_family != AF_UNSPEC || info.ifi_index <= 0)
            continue;
        change.number = (unsigned int)info.ifi_index;
        change.exists = msg.type == RTM_NEWLINK;
        change.up = change.exists && (info.ifi_flags & IFF_UP) != 0;
        take(arg, &change);
    }
}

int pl_links_read(int fd, pl_link_fn *take, void *arg)
{
    _Alignas(struct nlmsghdr) uint8_t buf[DATAGRAM_MAX];

    for (size_t i = 0; i < READ_MAX; i++) {
        struct sockaddr_nl from = {0};
        struct iovec iov = {.iov_base = buf, .iov_len = sizeof(buf)};
        struct msghdr msg = {
            .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1};
        ssize_t got = recvmsg(fd, &msg, MSG_DONTWAIT);

        if (got < 0 && errno == EAGAIN)
            return 0;
        if (got < 0 && errno != EINTR && errno != ENOBUFS)
            return -errno;
        /* Another process may write to this socket. */
        if (got > 0 && from.nl_family == AF_NETLINK && from.nl_pid == 0 &&
            !(msg.msg_flags & MSG_TRUNC))
            take_datagram(buf, (size_t)got, take, arg);
    }
    return 0;
}
