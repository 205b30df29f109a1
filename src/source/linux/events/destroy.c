/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports of the multicast groups of sock_diag(7), since Linux 4.2: TCP and UDP sockets of this
 * network namespace that the kernel destroys. No privilege is needed.
 */
#include "events.h"
#include "source/linux/linux.h"

#include "decode/linux/event.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* 4,000 messages: about 2 KiB of the buffer for each. */
#define BUFFER_DEFAULT (8 << 20)

#define DATAGRAM_MAX 32768

/* Messages of one reading. The caller must notice signals even if they come faster than it reads. */
#define READ_MAX 4096

struct source {
    struct pl_reports base;
    int fd;
    uint32_t netns;
    uint32_t dropped; /* counter of the socket */
};

/* Returns how many messages did not fit since the last call. least: known without the counter. */
static uint32_t count_dropped(struct source *source, uint32_t least)
{
    uint32_t values[SK_MEMINFO_VARS] = {0};
    socklen_t len = sizeof(values);
    uint32_t before = source->dropped;

    /* Since Linux 4.12. */
    if (getsockopt(source->fd, SOL_SOCKET, SO_MEMINFO, values, &len) < 0 ||
        len < (SK_MEMINFO_DROPS + 1) * sizeof(values[0]))
        return least;
    source->dropped = values[SK_MEMINFO_DROPS];
    return source->dropped - before;
}

/* After ENOBUFS, the kernel drops all messages until the queue is empty, so they are counted then. */
static int source_read(struct pl_reports *reports, pl_report_fn *take, void *arg, uint64_t *lost)
{
    struct source *source = (struct source *)(void *)reports;
    _Alignas(struct nlmsghdr) uint8_t buf[DATAGRAM_MAX];
    uint32_t overflows = 0;
    bool empty = false;
    int err = 0;

    for (size_t i = 0; i < READ_MAX && err == 0 && !empty; i++) {
        struct sockaddr_nl from = {0};
        struct iovec iov = {.iov_base = buf, .iov_len = sizeof(buf)};
        struct msghdr msg = {
            .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1};
        ssize_t got = recvmsg(source->fd, &msg, MSG_DONTWAIT);
        const struct pl_moment now = {pl_events_clock(CLOCK_REALTIME),
                                      pl_events_clock(CLOCK_BOOTTIME)};
        struct pl_slice datagram = {buf, got > 0 ? (size_t)got : 0, reports->big_endian};

        if (got < 0 && errno == ENOBUFS)
            overflows++;
        else if (got < 0 && errno == EAGAIN)
            empty = true;
        else if (got < 0 && errno != EINTR)
            err = -errno;
        else if (got > 0 && from.nl_pid == 0 && !(msg.msg_flags & MSG_TRUNC))
            err = pl_linux_destroyed(&datagram, &now, source->netns, take, arg);
        if (err == -EBADMSG)
            err = 0; /* whole messages before the damage were passed on */
    }
    *lost += count_dropped(source, overflows);
    return err;
}

static size_t source_fds(const struct pl_reports *reports, int fds[4])
{
    fds[0] = ((const struct source *)(const void *)reports)->fd;
    return 1;
}

static void source_close(struct pl_reports *reports)
{
    close(((struct source *)(void *)reports)->fd);
    free(reports);
}

/* Without cap_net_admin, net.core.rmem_max limits the size. */
static void set_buffer(int fd, size_t wanted)
{
    int size = wanted == 0 ? BUFFER_DEFAULT : wanted > INT32_MAX ? INT32_MAX : (int)wanted;

    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

int pl_events_open_destroy(struct pl_reader *reader, const struct pl_reports_want *want,
                           struct pl_reports **out)
{
    static const struct pl_reports_ops ops = {source_fds, source_read, source_close};
    static const unsigned int groups[] = {SKNLGRP_INET_TCP_DESTROY, SKNLGRP_INET6_TCP_DESTROY,
                                          SKNLGRP_INET_UDP_DESTROY, SKNLGRP_INET6_UDP_DESTROY};
    struct sockaddr_nl own = {.nl_family = AF_NETLINK};
    struct source *source = calloc(1, sizeof(*source));
    int err = 0;

    if (!source)
        return -ENOMEM;
    source->base.ops = &ops;
    source->base.way = PL_REPORT_DESTROY;
    source->base.udp = want->udp;
    source->base.big_endian = pl_abi_here(PL_SYSTEM_LINUX).big_endian;
    source->netns = pl_reader_netns(reader);
    source->fd = pl_netlink_open(NETLINK_SOCK_DIAG);
    if (source->fd < 0) {
        err = source->fd;
        free(source);
        return err;
    }
    set_buffer(source->fd, want->buffer);
    for (size_t i = 0; i < (want->udp ? 4 : 2); i++)
        own.nl_groups |= 1U << (groups[i] - 1);
    if (bind(source->fd, (const struct sockaddr *)&own, sizeof(own)) < 0)
        err = -errno;
    if (err < 0)
        source_close(&source->base);
    else
        *out = &source->base;
    return err;
}
