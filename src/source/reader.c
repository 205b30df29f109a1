/* SPDX-License-Identifier: BSD-2-Clause */
/* What is the same for every reader. */
#include "source.h"

#include <errno.h>

void pl_reader_close(struct pl_reader *reader)
{
    if (reader)
        reader->ops->close(reader);
}

enum pl_system pl_reader_system(const struct pl_reader *reader)
{
    return reader->abi.system;
}

int pl_reader_commit(struct pl_reader *recorder)
{
    return recorder->ops->commit ? recorder->ops->commit(recorder) : -EINVAL;
}
