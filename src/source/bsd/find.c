/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables by name. OpenBSD does not have sysctlnametomib(3). */
#include "sysctl.h"

#include <sys/types.h>

#include <sys/sysctl.h>

#include <errno.h>

int pl_sysctl_find(const char *name, int *mib, size_t *len)
{
    const size_t room = *len;
    int err;

    do {
        *len = room;
        err = sysctlnametomib(name, mib, len) != 0 ? -errno : 0;
    } while (err == -EINTR);
    return err;
}
