/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields that are members of a socket, its owners, or its attributes. */
#include "field.h"

#include <string.h>

bool pl_value_word(const char *word, struct pl_value *out)
{
    if (!word || word[0] == '\0')
        return false;
    out->text = (struct pl_text){word, (uint32_t)strlen(word)};
    out->word = true;
    return true;
}

/* ---- members of struct pl_sock ---- */

/* One getter for each size, because they run for every socket. */
bool pl_get_byte(const struct pl_field *field, const struct pl_snapshot *snap,
                 const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    uint8_t value;

    (void)snap;
    if (i > 0 || (sock->have & field->have) != field->have)
        return false;
    memcpy(&value, (const char *)sock + field->offset, sizeof(value));
    out->number = value;
    return true;
}

bool pl_get_half(const struct pl_field *field, const struct pl_snapshot *snap,
                 const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    uint16_t value;

    (void)snap;
    if (i > 0 || (sock->have & field->have) != field->have)
        return false;
    memcpy(&value, (const char *)sock + field->offset, sizeof(value));
    out->number = value;
    return true;
}

bool pl_get_word(const struct pl_field *field, const struct pl_snapshot *snap,
                 const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    uint32_t value;

    (void)snap;
    if (i > 0 || (sock->have & field->have) != field->have)
        return false;
    memcpy(&value, (const char *)sock + field->offset, sizeof(value));
    out->number = value;
    return true;
}

bool pl_get_long(const struct pl_field *field, const struct pl_snapshot *snap,
                 const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    uint64_t value;

    (void)snap;
    if (i > 0 || (sock->have & field->have) != field->have)
        return false;
    memcpy(&value, (const char *)sock + field->offset, sizeof(value));
    out->number = value;
    return true;
}

bool pl_get_type(const struct pl_field *field, const struct pl_snapshot *snap,
                 const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    return pl_get_byte(field, snap, sock, i, out) && sock->type != PL_TYPE_UNKNOWN;
}

bool pl_get_reason(const struct pl_field *field, const struct pl_snapshot *snap,
                   const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)field;
    (void)snap;
    out->number = sock->owner_unknown;
    return i == 0 && sock->owner_unknown > PL_OWNER_KNOWN;
}

/* A netlink socket has a port and no address. */
bool pl_get_port(const struct pl_field *field, const struct pl_snapshot *snap,
                 const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    if (sock->proto != PL_PROTO_NETLINK)
        return (!field->peer || (pl_sock_has_peer(sock) && sock->proto != PL_PROTO_RAW)) &&
               pl_get_word(field, snap, sock, i, out);
    out->number = field->peer ? sock->peer_port : sock->local_port;
    return i == 0 && (sock->have & PL_HAVE_STATE) &&
           (!field->peer || sock->state == PL_STATE_ESTABLISHED);
}

bool pl_get_address(const struct pl_field *field, const struct pl_snapshot *snap,
                    const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)snap;
    out->addr = (const uint8_t *)sock + field->offset;
    out->family = sock->family;
    return i == 0 && (sock->have & field->have) != 0 && (!field->peer || pl_sock_has_peer(sock));
}

bool pl_get_v6only(const struct pl_field *field, const struct pl_snapshot *snap,
                   const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)snap;
    out->number = (sock->flags & PL_FLAG_V6ONLY) != 0;
    return i == 0 && (sock->have & field->have);
}

/* Sets the index, and the name if there is one. */
bool pl_get_link(const struct pl_field *field, const struct pl_snapshot *snap,
                 const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    out->number = sock->ifindex;
    if (i > 0 || !(sock->have & field->have))
        return false;
    if (snap)
        out->text = pl_snapshot_link_of(snap, sock);
    return true;
}

bool pl_get_netns(const struct pl_field *field, const struct pl_snapshot *snap,
                  const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    (void)field;
    out->number = pl_snapshot_netns(snap, sock);
    return i == 0 && out->number != 0;
}

bool pl_get_netns_name(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    if (!pl_get_netns(field, snap, sock, i, out))
        return false;
    out->text = pl_snapshot_netns_name(snap, (uint32_t)out->number);
    return true;
}

bool pl_get_user(const struct pl_field *field, const struct pl_snapshot *snap,
                 const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    if (!pl_get_word(field, snap, sock, i, out))
        return false;
    out->text = pl_snapshot_user(snap, sock->uid);
    return true;
}

/* ---- owners ---- */

const struct pl_owner *pl_field_owners(const struct pl_field *field, const struct pl_snapshot *snap,
                                       const struct pl_sock *sock, size_t *count)
{
    if (field->inner)
        return pl_snapshot_published_owners(snap, sock, count);
    return field->peer ? pl_snapshot_peer_owners(snap, sock, count)
                       : pl_snapshot_owners(snap, sock, count);
}

/* A pod without a name is called by its UID. */
static struct pl_text group_part(const struct pl_snapshot *snap, const struct pl_group *group,
                                 enum pl_part part)
{
    static const struct pl_container nothing;
    const struct pl_container *found = pl_snapshot_container(snap, group);
    const struct pl_container *known = found ? found : &nothing;
    const char *runtime = pl_runtime_name(group->runtime);
    const struct pl_text parts[] = {
        [PL_PART_CONTAINER] = pl_snapshot_container_name(snap, group),
        [PL_PART_CONTAINER_ID] = group->id,
        [PL_PART_RUNTIME] = {runtime, runtime ? (uint32_t)strlen(runtime) : 0},
        [PL_PART_IMAGE] = known->image,
        [PL_PART_POD] = known->pod.data ? known->pod : group->pod,
        [PL_PART_POD_NAMESPACE] = known->pod_namespace,
        [PL_PART_UNIT] = group->unit,
    };

    return parts[part];
}

void pl_owner_part(const struct pl_snapshot *snap, const struct pl_owner *owner, enum pl_part part,
                   struct pl_value *out)
{
    static const struct pl_process unknown = {.uid = PL_UID_UNKNOWN};
    const struct pl_process *process;

    *out = (struct pl_value){0};
    if (part == PL_PART_PID || part == PL_PART_FD) {
        out->number = part == PL_PART_PID ? owner->pid : owner->fd;
        out->absent = part == PL_PART_FD && owner->fd == PL_FD_NONE;
        return;
    }
    process = pl_snapshot_process(snap, owner->pid);
    if (!process)
        process = &unknown;
    out->number = part == PL_PART_STARTED ? process->started : process->uid;
    out->absent = (part == PL_PART_UID && process->uid == PL_UID_UNKNOWN) ||
                  (part == PL_PART_STARTED && process->started == 0);
    if (part == PL_PART_PROCESS)
        out->text = process->name;
    else if (part == PL_PART_COMMAND)
        out->text = process->command;
    else if (part == PL_PART_EXE)
        out->text = process->exe;
    else if (part == PL_PART_CONTEXT)
        out->text = process->context;
    else if (part >= PL_PART_CONTAINER && process->group)
        out->text = group_part(snap, process->group, part);
}

/* If a part of one owner is unknown, its value is empty, because later owners may have one. */
bool pl_get_owner(const struct pl_field *field, const struct pl_snapshot *snap,
                  const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    size_t count;
    const struct pl_owner *owners = pl_field_owners(field, snap, sock, &count);

    if (i >= count)
        return false;
    pl_owner_part(snap, &owners[i], (enum pl_part)field->part, out);
    return true;
}

/* ---- attributes ---- */

bool pl_get_attr(const struct pl_field *field, const struct pl_snapshot *snap,
                 const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    struct pl_attr attr;

    if (i > 0)
        return false;
    attr = pl_snapshot_attr(snap, sock, (enum pl_attr_id)field->part);
    if (attr.text)
        out->text = (struct pl_text){attr.u.text, attr.len};
    else if (attr.id != PL_ATTR_NONE)
        out->number = attr.u.num;
    return attr.id != PL_ATTR_NONE;
}
