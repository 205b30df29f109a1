/* SPDX-License-Identifier: BSD-2-Clause */
#include "ways.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

int64_t names_now_ms(void)
{
    struct timespec t;

    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
        return 0;
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for a non-blocking descriptor. */
static int wait_for(int fd, short events, int64_t until)
{
    struct pollfd wanted = {.fd = fd, .events = events};
    int64_t left = until == NAMES_FOREVER ? INT_MAX : until - names_now_ms();
    int ready;

    if (left <= 0)
        return -ETIMEDOUT;
    ready = poll(&wanted, 1, left < INT_MAX ? (int)left : INT_MAX);
    return ready < 0 && errno != EINTR ? -errno : 0;
}

/* Call it after a transfer of done bytes. Returns 1 to continue, 0 at the end of the pipe. */
static int after(ssize_t done, int fd, short events, int64_t until)
{
    int err;

    if (done >= 0)
        return done > 0;
    if (errno == EINTR)
        return 1;
    if (errno != EAGAIN)
        return -errno;
    err = wait_for(fd, events, until);
    return err < 0 ? err : 1;
}

int names_write(int fd, const void *bytes, size_t len, int64_t until)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t done = write(fd, at, len);
        int more = after(done, fd, POLLOUT, until);

        if (more <= 0)
            return more < 0 ? more : -EPIPE;
        at += done > 0 ? done : 0;
        len -= done > 0 ? (size_t)done : 0;
    }
    return 0;
}

int names_read(int fd, void *bytes, size_t len, int64_t until)
{
    char *at = bytes;

    while (len > 0) {
        ssize_t done = read(fd, at, len);
        int more = after(done, fd, POLLIN, until);

        if (more <= 0)
            return more < 0 ? more : -EPIPE;
        at += done > 0 ? done : 0;
        len -= done > 0 ? (size_t)done : 0;
    }
    return 0;
}
