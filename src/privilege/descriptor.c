/* SPDX-License-Identifier: BSD-2-Clause */
#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int sandbox_move_up(int *fd)
{
    int moved;

    if (*fd > STDERR_FILENO)
        return 0;
    moved = fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (moved < 0)
        return -errno;
    close(*fd);
    *fd = moved;
    return 0;
}
