/* SPDX-License-Identifier: BSD-2-Clause */
/* Control groups of processes and containers, with texts that live as long as the snapshot. */
#include "order.h"
#include "snapshot.h"

/* Moves a part of one text to the same part of its copy. */
static void move_part(struct pl_text *part, struct pl_text from, struct pl_text to)
{
    if (part->data)
        part->data = to.data + (part->data - from.data);
}

static int keep_plain(struct pl_snapshot *snap, struct pl_text *text)
{
    char *copy;

    if (!text->data || !memchr(text->data, '\\', text->len))
        return 0;
    copy = pl_snapshot_take_bytes(snap, text->len, 1);
    if (!copy)
        return -ENOMEM;
    *text = (struct pl_text){copy, pl_group_unescape(*text, copy)};
    return 0;
}

/* systemd replaces '-' in the names of slices. */
static int keep_pod(struct pl_snapshot *snap, struct pl_text *uid)
{
    char *copy;

    if (!uid->data || !memchr(uid->data, '_', uid->len))
        return 0;
    copy = pl_snapshot_take_bytes(snap, uid->len, 1);
    if (!copy)
        return -ENOMEM;
    for (uint32_t i = 0; i < uid->len; i++)
        copy[i] = (char)(uid->data[i] == '_' ? '-' : uid->data[i]);
    uid->data = copy;
    return 0;
}

int pl_snapshot_keep_group(struct pl_snapshot *snap, const struct pl_group **group)
{
    struct pl_group *copy;
    struct pl_text from;

    if (!*group)
        return 0;
    copy = pl_snapshot_take_bytes(snap, sizeof(*copy), _Alignof(struct pl_group));
    if (!copy)
        return -ENOMEM;
    *copy = **group;
    from = copy->path;
    if (pl_snapshot_keep_text(snap, &copy->path) < 0)
        return -ENOMEM;
    move_part(&copy->unit, from, copy->path);
    move_part(&copy->id, from, copy->path);
    move_part(&copy->name, from, copy->path);
    move_part(&copy->pod, from, copy->path);
    *group = copy;
    return (copy->escaped && keep_plain(snap, &copy->name) < 0) || keep_pod(snap, &copy->pod) < 0
               ? -ENOMEM
               : 0;
}

const struct pl_container *pl_snapshot_container(const struct pl_snapshot *snap,
                                                 const struct pl_group *group)
{
    const struct pl_container wanted = {.uid = group->uid, .id = group->id};

    return group->id.data ? pl_list_find(&snap->containers, &wanted, sizeof(wanted), by_uid_and_id)
                          : NULL;
}

struct pl_text pl_snapshot_container_name(const struct pl_snapshot *snap,
                                          const struct pl_group *group)
{
    const struct pl_container *found = pl_snapshot_container(snap, group);

    if (found && found->name.data)
        return found->name;
    if (group->name.data || !group->id.data)
        return group->name;
    return (struct pl_text){group->id.data, PL_CONTAINER_SHORT};
}
