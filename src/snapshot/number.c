/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks up processes, users, interfaces and control groups by id. */
#include "order.h"

#include <string.h>

struct pl_text pl_snapshot_cgroup(const struct pl_snapshot *snap, uint64_t id)
{
    const struct pl_cgroup *found = pl_list_find(&snap->cgroups, &(struct pl_cgroup){.id = id},
                                                 sizeof(struct pl_cgroup), by_cgroup);

    return found ? found->path : (struct pl_text){0};
}

const struct pl_process *pl_snapshot_process(const struct pl_snapshot *snap, uint32_t pid)
{
    return pl_list_find(&snap->processes, &(struct pl_process){.pid = pid},
                        sizeof(struct pl_process), by_pid);
}

/* Returns the name of that kind and id. data is NULL if there is none. */
static struct pl_text name_in(const struct pl_snapshot *snap, enum pl_name_kind kind, uint32_t id,
                              uint32_t netns)
{
    const struct pl_name wanted = {.kind = kind, .id = id, .netns = netns};
    const struct pl_name *found =
        pl_list_find(&snap->names, &wanted, sizeof(struct pl_name), by_kind_and_id);

    return found ? found->text : (struct pl_text){0};
}

static struct pl_text name_of(const struct pl_snapshot *snap, enum pl_name_kind kind, uint32_t id)
{
    return name_in(snap, kind, id, 0);
}

struct pl_text pl_snapshot_user(const struct pl_snapshot *snap, uint32_t uid)
{
    return name_of(snap, PL_NAME_USER, uid);
}

bool pl_snapshot_find_user(const struct pl_snapshot *snap, const char *name, uint32_t *uid)
{
    const struct pl_name *names = snap->names.items;
    size_t len = strlen(name);

    for (size_t i = 0; i < snap->names.count; i++) {
        if (names[i].kind != PL_NAME_USER || names[i].text.len != len ||
            memcmp(names[i].text.data, name, len) != 0)
            continue;
        *uid = names[i].id;
        return true;
    }
    return false;
}

struct pl_text pl_snapshot_link(const struct pl_snapshot *snap, uint32_t ifindex)
{
    return name_of(snap, PL_NAME_LINK, ifindex);
}

struct pl_text pl_snapshot_link_of(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    return name_in(snap, PL_NAME_LINK, sock->ifindex, sock->netns);
}

uint32_t pl_snapshot_netns(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    return sock->netns != 0 ? sock->netns : snap->netns;
}

struct pl_text pl_snapshot_netns_name(const struct pl_snapshot *snap, uint32_t inode)
{
    return name_of(snap, PL_NAME_NETNS, inode);
}

struct pl_text pl_snapshot_local_service(const struct pl_snapshot *snap, unsigned int port,
                                         enum pl_proto proto)
{
    if (port == 0 || port > UINT16_MAX)
        return (struct pl_text){0};
    return name_of(snap, PL_NAME_SERVICE, PL_SERVICE_ID(port, proto));
}

struct pl_text pl_snapshot_service(const struct pl_snapshot *snap, unsigned int port,
                                   enum pl_proto proto)
{
    struct pl_text local = pl_snapshot_local_service(snap, port, proto);
    const char *name = port != 0 && !local.data ? pl_service_name(port, proto) : NULL;

    return name ? (struct pl_text){name, (uint32_t)strlen(name)} : local;
}
