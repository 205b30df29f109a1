/* SPDX-License-Identifier: BSD-2-Clause */
/* A system without a reader: recordings can be replayed, nothing can be read. */
#include "source.h"

#include <errno.h>

int pl_reader_open(struct pl_reader **out)
{
    (void)out;
    return -ENOTSUP;
}
