/* SPDX-License-Identifier: BSD-2-Clause */
/* Systems whose reports of interfaces are not read. */
#include "links.h"

#include <errno.h>

int pl_links_open(void)
{
    return -ENOTSUP;
}

int pl_links_read(int fd, pl_link_fn *take, void *arg)
{
    (void)fd;
    (void)take;
    (void)arg;
    return -ENOTSUP;
}
