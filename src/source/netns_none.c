/* SPDX-License-Identifier: BSD-2-Clause */
/* Systems without network namespaces. */
#include "api/netns.h"

#include <errno.h>

int pl_netns_enter(const char *which, struct pl_netns_several *several)
{
    (void)which;
    (void)several;
    return -ENOTSUP;
}

int pl_netns_count_listeners(struct pl_netns_listeners *out)
{
    *out = (struct pl_netns_listeners){0};
    return -ENOTSUP;
}

int pl_reader_add_netns(struct pl_reader *reader)
{
    (void)reader;
    return -ENOTSUP;
}
