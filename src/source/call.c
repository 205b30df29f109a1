/* SPDX-License-Identifier: BSD-2-Clause */
#include "call.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int pl_open(int dir, const char *path, int flags)
{
    int fd;

    do {
        fd = openat(dir, path, flags | O_CLOEXEC, 0600);
    } while (fd < 0 && errno == EINTR);
    return fd < 0 ? -errno : fd;
}

int pl_list(int fd, DIR **out)
{
    do {
        *out = fdopendir(fd);
    } while (!*out && errno == EINTR);
    return *out ? 0 : -errno;
}

int pl_open_dir(int dir, const char *path, int flags, DIR **out)
{
    int fd = pl_open(dir, path, flags | O_RDONLY | O_DIRECTORY);
    int err;

    if (fd < 0)
        return fd;
    err = pl_list(fd, out);
    if (err < 0)
        close(fd);
    return err;
}

int pl_stat(int dir, const char *path, int flags, struct stat *out)
{
    int err;

    do {
        err = fstatat(dir, path, out, flags) != 0 ? -errno : 0;
    } while (err == -EINTR);
    return err;
}

int pl_stat_open(int fd, struct stat *out)
{
    int err;

    do {
        err = fstat(fd, out) != 0 ? -errno : 0;
    } while (err == -EINTR);
    return err;
}

ssize_t pl_read(int fd, void *buf, size_t size)
{
    ssize_t got;

    do {
        got = read(fd, buf, size);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

ssize_t pl_read_link(int dir, const char *path, char *buf, size_t size)
{
    ssize_t got;

    do {
        got = readlinkat(dir, path, buf, size);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

int pl_entry(DIR *dir, struct dirent **out)
{
    do {
        errno = 0;
        *out = readdir(dir);
    } while (*out ? strcmp((*out)->d_name, ".") == 0 || strcmp((*out)->d_name, "..") == 0
                  : errno == EINTR);
    return *out ? 1 : -errno;
}

ssize_t pl_read_all(int fd, void *buf, size_t size)
{
    size_t len = 0;
    ssize_t got = 1;

    while (got > 0 && len < size) {
        got = pl_read(fd, (char *)buf + len, size - len);
        len += got > 0 ? (size_t)got : 0;
    }
    return got < 0 ? got : (ssize_t)len;
}

ssize_t pl_read_start(int dir, const char *path, void *buf, size_t size)
{
    int fd = pl_open(dir, path, O_RDONLY);
    ssize_t len = fd < 0 ? fd : pl_read_all(fd, buf, size);

    if (fd >= 0)
        close(fd);
    return len;
}

int pl_write_all(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t put = write(fd, at, len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return put < 0 ? -errno : -EIO;
        at += put;
        len -= (size_t)put;
    }
    return 0;
}
