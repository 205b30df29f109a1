/* SPDX-License-Identifier: BSD-2-Clause */
#include "source.h"

#include <errno.h>

void pl_reader_close(struct pl_reader *reader)
{
    if (reader)
        reader->ops->close(reader);
}

int pl_reader_commit(struct pl_reader *recorder)
{
    return recorder->ops->commit ? recorder->ops->commit(recorder) : -EINVAL;
}

const int *pl_reader_dirs(const struct pl_reader *reader)
{
    return reader->ops->dirs ? reader->ops->dirs(reader) : NULL;
}

void pl_reader_prepare(struct pl_reader *reader, const struct pl_query *query)
{
    struct pl_request request = {.owner_way = query->owner_way,
                                 .protos = query->protos,
                                 .repeated = query->hooks && query->hooks->repeated};
    uint32_t need = query->need | (query->filter ? pl_filter_need(query->filter) : 0);

    if (reader->ops->prepare && (reader->whole || (need & PL_NEED_OWNERS) != 0))
        reader->ops->prepare(reader, &request);
}
