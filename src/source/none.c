/* SPDX-License-Identifier: BSD-2-Clause */
/* A system without a reader: recordings can be replayed, nothing can be read. */
#include "source.h"

#include <errno.h>

int pl_reader_open(struct pl_reader **out)
{
    (void)out;
    return -ENOTSUP;
}

int pl_users_read(void *users_arg, const uint32_t *uids, size_t count, bool all,
                  pl_users_take_fn *take, void *arg, int *partial)
{
    (void)users_arg;
    (void)uids;
    (void)count;
    (void)all;
    (void)take;
    (void)arg;
    (void)partial;
    return -ENOTSUP;
}
