/* SPDX-License-Identifier: BSD-2-Clause */
/* For a system without a reader, where portls can only replay recordings. */
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
