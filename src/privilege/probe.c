/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Binds sockets for "why --probe" in a separate process, because bind(2) is not among the calls that the
 * sandbox permits. The process was started before, knows the addresses, and takes only their
 * numbers. It never listens, so no connection can reach it.
 */
#include "probe.h"

#include "descriptor.h"
#include "sandbox.h"

#include "api/names.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS */
#endif

struct order {
    uint32_t index;
    uint32_t ifindex;
};

/* ---- messages ---- */

/* Returns 0 or a negative errno; -EPIPE: the other process has ended. */
static int take(int fd, void *bytes, size_t size)
{
    for (size_t len = 0; len < size;) {
        ssize_t got = read(fd, (char *)bytes + len, size - len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -errno : -EPIPE;
        len += (size_t)got;
    }
    return 0;
}

/*
 * Small messages are written at once. The process uses write(2), which no socket that it binds can use
 * without a peer; portls uses send(2), which no end of the process turns into a signal.
 */
static int give(int fd, const void *bytes, size_t size, bool ours)
{
    ssize_t sent;

    do
        sent = ours ? send(fd, bytes, size, MSG_NOSIGNAL) : write(fd, bytes, size);
    while (sent < 0 && errno == EINTR);
    if (sent < 0)
        return -errno;
    return (size_t)sent == size ? 0 : -EIO;
}

/* ---- the process ---- */

static socklen_t address(const struct pl_bind *bind, uint32_t ifindex, struct sockaddr_storage *out)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)out;

    memset(out, 0, sizeof(*out));
    if (bind->family == PL_FAMILY_INET) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(bind->port);
        memcpy(&v4->sin_addr, bind->addr, sizeof(v4->sin_addr));
        return sizeof(*v4);
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(bind->port);
    v6->sin6_scope_id = ifindex;
    memcpy(&v6->sin6_addr, bind->addr, sizeof(v6->sin6_addr));
    return sizeof(*v6);
}

/* Returns 0 or a positive errno. SO_REUSEPORT is not set: the kernel would remember it. */
static int try(const struct pl_bind *wanted, uint32_t ifindex)
{
    bool v6 = wanted->family == PL_FAMILY_INET6;
    int type = wanted->proto == PL_PROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;
    int reuse = (wanted->reuse & PL_REUSE_ADDR) != 0;
    struct sockaddr_storage to;
    socklen_t len = address(wanted, ifindex, &to);
    int off = 0;
    int err = 0;
    int fd;

    fd = socket(v6 ? AF_INET6 : AF_INET, type, 0);
    if (fd < 0)
        return errno;
    if (v6) /* OpenBSD refuses: all its IPv6 sockets accept only IPv6 */
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof(reuse)) != 0 ||
        bind(fd, (struct sockaddr *)&to, len) != 0)
        err = errno;
    close(fd);
    return err;
}

static void serve(int fd, const struct pl_bind *binds, size_t count)
{
    struct order order;

    while (take(fd, &order, sizeof(order)) == 0) {
        int32_t error = EINVAL;

        if (order.index < count &&
            (order.ifindex == 0 ||
             pl_addr_is_link_local(binds[order.index].family, binds[order.index].addr)))
            error = try(&binds[order.index], order.ifindex);
        if (give(fd, &error, sizeof(error), false) < 0)
            return;
    }
}

/* The standard streams are closed, so that readers of the output do not wait. */
static _Noreturn void be_prober(int fd, const struct pl_bind *binds, size_t count, uint32_t user,
                                bool off)
{
    int nothing = open("/dev/null", O_RDWR);
    int32_t error;

    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO && nothing >= 0; stream++)
        (void)dup2(nothing, stream);
    error = -sandbox_confine_prober(fd, user, off);
    if (give(fd, &error, sizeof(error), false) == 0 && error == 0)
        serve(fd, binds, count);
    _exit(0);
}

/* ---- portls ---- */

int probe_start(struct probe *out, const struct pl_bind *binds, size_t count, uint32_t user,
                bool off)
{
    int32_t error = 0;
    pid_t child = -1;
    int ends[2];
    int err;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return -errno;
    err = sandbox_move_up(&ends[0]);
    err = err ? err : sandbox_move_up(&ends[1]);
    if (err == 0 && (child = fork()) < 0)
        err = -errno;
    if (child == 0) {
        close(ends[0]);
        be_prober(ends[1], binds, count, user, off);
    }
    close(ends[1]);
    err = err ? err : take(ends[0], &error, sizeof(error));
    err = err ? err : -error;
    if (err < 0) {
        close(ends[0]);
        return err;
    }
    *out = (struct probe){.fd = ends[0]};
    return 0;
}

/* The system lacks resources, which is no answer about the port. */
static bool is_lack(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

int probe_ask(const struct probe *probe, size_t index, uint32_t ifindex, int *error)
{
    const struct order order = {.index = (uint32_t)index, .ifindex = ifindex};
    int32_t answer = 0;
    int err = probe->fd < 0 ? -EPIPE : give(probe->fd, &order, sizeof(order), true);

    err = err ? err : take(probe->fd, &answer, sizeof(answer));
    if (err == 0 && is_lack(answer))
        err = -answer;
    if (err == 0)
        *error = answer;
    return err;
}

void probe_end(struct probe *probe)
{
    if (probe->fd >= 0)
        close(probe->fd);
    probe->fd = -1;
}
