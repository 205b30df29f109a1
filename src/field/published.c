/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields about published ports. */
#include "field.h"

bool pl_get_published(const struct pl_field *field, const struct pl_snapshot *snap,
                      const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    size_t count;
    const struct pl_published *published = pl_snapshot_published(snap, sock, &count);

    (void)field;
    if (count == 0 || i > count || (i == count && count == 1))
        return false;
    /* Columns show the first value, so that it has all; filters compare each, too. */
    out->text = i == 0 ? published[0].all : published[count == 1 ? 0 : i - 1].target;
    return out->text.data != NULL || count > 1;
}

bool pl_get_published_by(const struct pl_field *field, const struct pl_snapshot *snap,
                         const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    size_t count;
    const struct pl_published *published = pl_snapshot_published(snap, sock, &count);

    (void)field;
    if (i >= count)
        return false;
    out->text = published[i].by;
    return true;
}

bool pl_get_translated(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)field;
    if (i > 0)
        return false;
    out->text = pl_translated_end(snap, sock);
    return out->text.data != NULL;
}
