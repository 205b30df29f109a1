/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads /etc/services whole; what it says is for services/overlay.c. */
#include "call.h"

#include "api/library.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_MAX (4U << 20)

/* Reads until the end of the file or limit + 1 bytes, so that the caller sees "too long". */
static ssize_t read_all(int fd, char *text, size_t limit)
{
    size_t len = 0;

    while (len <= limit) {
        ssize_t n = pl_read(fd, text + len, limit + 1 - len);

        if (n < 0)
            return n;
        if (n == 0)
            break;
        len += (size_t)n;
    }
    return len > limit ? -EFBIG : (ssize_t)len;
}

int pl_overlay_read(const char *path, struct pl_overlay *out)
{
    int fd = pl_open(AT_FDCWD, path ? path : "/etc/services", O_RDONLY | O_NONBLOCK | O_NOCTTY);
    int err;
    struct stat status;
    char *text;
    ssize_t len;

    if (fd < 0)
        return fd;
    err = pl_stat_open(fd, &status);
    if (err == 0 && !S_ISREG(status.st_mode))
        err = -EINVAL;
    if (err < 0) {
        close(fd);
        return err;
    }
    if (status.st_size > (off_t)FILE_MAX) {
        close(fd);
        return -EFBIG;
    }
    text = malloc((size_t)status.st_size + 1);
    len = text ? read_all(fd, text, (size_t)status.st_size) : -ENOMEM;
    close(fd);
    if (len < 0) {
        free(text);
        return (int)len;
    }
    out->text = text;
    out->len = (size_t)len;
    return 0;
}

void pl_overlay_free(struct pl_overlay *overlay)
{
    free((char *)(uintptr_t)overlay->text);
    *overlay = (struct pl_overlay){0};
}
