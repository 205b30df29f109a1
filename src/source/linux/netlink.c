/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes a netlink(7) dump. */
#include "linux.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel limits the datagrams of a dump to 32 KiB. */
#define DATAGRAM_MAX 32768

/* Do not hang if the kernel does not reply. */
#define ANSWER_SECONDS 10

int pl_netlink_open(int protocol)
{
    const struct timeval limit = {.tv_sec = ANSWER_SECONDS};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

    if (fd < 0)
        return -errno;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) < 0) {
        int err = -errno;

        close(fd);
        return err;
    }
    return fd;
}

static int send_request(int fd, const void *request, size_t len)
{
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

    for (;;) {
        ssize_t sent = sendto(fd, request, len, 0, (struct sockaddr *)&kernel, sizeof(kernel));

        if (sent >= 0)
            return (size_t)sent == len ? 0 : -EIO;
        if (errno != EINTR)
            return -errno;
    }
}

/* Receives one datagram of the kernel. Returns its length or a negative errno. */
static ssize_t receive(int fd, void *buf, size_t size, int flags)
{
    for (;;) {
        struct sockaddr_nl from = {0};
        struct iovec iov = {.iov_base = buf, .iov_len = size};
        struct msghdr msg = {
            .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1};
        ssize_t got = recvmsg(fd, &msg, flags);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) /* -EAGAIN would mean that the table changed */
            return errno == EAGAIN ? -ETIMEDOUT : -errno;
        if (got == 0)
            return -EIO;
        if (from.nl_family != AF_NETLINK || from.nl_pid != 0)
            continue; /* not the kernel: another process wrote to this port */
        if (msg.msg_flags & MSG_TRUNC)
            return -EMSGSIZE;
        return got;
    }
}

/* Returns the int that follows the header of NLMSG_DONE and NLMSG_ERROR: 0 or a negative errno. */
static int final_error(const struct nlmsghdr *head, size_t there)
{
    int error = 0;

    if (there >= NLMSG_HDRLEN + sizeof(error) && head->nlmsg_len >= NLMSG_HDRLEN + sizeof(error))
        memcpy(&error, (const char *)head + NLMSG_HDRLEN, sizeof(error));
    return error;
}

/*
 * Returns how many bytes of the datagram to pass on: those before a message of another dump or an
 * error. A successful NLMSG_DONE is included, because it marks a complete feed. Sets *done at the
 * end of the dump and at a malformed message, which the decoder will report.
 */
static size_t rows(const char *buf, size_t len, bool *done, int *error)
{
    size_t at = 0;

    while (len - at >= NLMSG_HDRLEN) {
        struct nlmsghdr head;

        memcpy(&head, buf + at, sizeof(head));
        if (head.nlmsg_len < NLMSG_HDRLEN || head.nlmsg_len > len - at)
            break;
        if (head.nlmsg_seq != PL_NETLINK_SEQ)
            return at;
        if (head.nlmsg_type == NLMSG_DONE || head.nlmsg_type == NLMSG_ERROR) {
            *done = true;
            *error = final_error((const struct nlmsghdr *)(const void *)(buf + at), len - at);
            if (head.nlmsg_type != NLMSG_DONE || *error != 0)
                return at;
            return len - at < NLMSG_ALIGN(head.nlmsg_len) ? len : at + NLMSG_ALIGN(head.nlmsg_len);
        }
        if (len - at <= NLMSG_ALIGN(head.nlmsg_len))
            return len;
        at += NLMSG_ALIGN(head.nlmsg_len);
    }
    *done = true;
    return len;
}

/* drain: the socket will be used again, so that what chunk() refuses must not stay in it. */
static int receive_all(int fd, bool drain, pl_chunk_fn *chunk, void *arg)
{
    _Alignas(struct nlmsghdr) char buf[DATAGRAM_MAX];
    bool done = false;
    int refused = 0;
    int error = 0;

    while (!done) {
        ssize_t got = receive(fd, buf, sizeof(buf), 0);
        size_t len;

        if (got < 0)
            return refused ? refused : (int)got;
        len = rows(buf, (size_t)got, &done, &error);
        if (len > 0 && refused == 0)
            refused = chunk(arg, buf, len);
        if (refused != 0 && !drain)
            return refused;
    }
    if (refused != 0)
        return refused;
    return error > 0 ? -EIO : error;
}

/* A dump that failed leaves datagrams, which would be taken for those of the next one. */
static void discard(int fd)
{
    char buf[DATAGRAM_MAX];
    ssize_t got;

    do
        got = receive(fd, buf, sizeof(buf), MSG_DONTWAIT);
    while (got >= 0 || got == -ENOBUFS || got == -EMSGSIZE);
}

struct asking {
    int fd;
    uint16_t type, flags; /* as of struct nlmsghdr */
    bool drain;           /* see receive_all() */
};

static int ask(const struct asking *asking, void *request, size_t len, pl_chunk_fn *chunk,
               void *arg)
{
    const struct nlmsghdr head = {.nlmsg_len = (uint32_t)len,
                                  .nlmsg_type = asking->type,
                                  .nlmsg_flags = asking->flags,
                                  .nlmsg_seq = PL_NETLINK_SEQ};
    int err;

    memcpy(request, &head, sizeof(head));
    if (asking->drain)
        discard(asking->fd);
    err = send_request(asking->fd, request, len);
    return err ? err : receive_all(asking->fd, asking->drain, chunk, arg);
}

int pl_netlink_ask(int fd, uint16_t type, void *request, size_t len, pl_chunk_fn *chunk, void *arg)
{
    const struct asking asking = {fd, type, NLM_F_REQUEST | NLM_F_DUMP, false};

    return ask(&asking, request, len, chunk, arg);
}

static int ignore_chunk(void *arg, const void *bytes, size_t len)
{
    (void)arg;
    (void)bytes;
    (void)len;
    return 0;
}

int pl_netlink_order(int fd, uint16_t type, void *request, size_t len, pl_chunk_fn *chunk,
                     void *arg)
{
    const struct asking asking = {fd, type, NLM_F_REQUEST | NLM_F_ACK, false};

    return ask(&asking, request, len, chunk ? chunk : ignore_chunk, arg);
}

int pl_netlink_dump(const struct pl_space *space, int protocol, uint16_t type, void *request,
                    size_t len, pl_chunk_fn *chunk, void *arg)
{
    struct asking asking = {
        .type = type, .flags = NLM_F_REQUEST | NLM_F_DUMP, .drain = space != NULL};
    int err;

    if (space)
        asking.fd = protocol == NETLINK_ROUTE ? space->route : space->diag;
    else
        asking.fd = pl_netlink_open(protocol);
    if (asking.fd < 0)
        return asking.fd;
    err = ask(&asking, request, len, chunk, arg);
    if (!space)
        close(asking.fd);
    return err;
}
