/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding what is known of a process, a user, an interface ... by its number. */
#include "snapshot.h"

#include <stdlib.h>

static int compare_processes(const void *a, const void *b)
{
    const struct pl_process *x = a;
    const struct pl_process *y = b;

    return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static int compare_names(const void *a, const void *b)
{
    const struct pl_name *x = a;
    const struct pl_name *y = b;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int compare_cgroups(const void *a, const void *b)
{
    const struct pl_cgroup *x = a;
    const struct pl_cgroup *y = b;

    return x->id < y->id ? -1 : x->id > y->id;
}

struct pl_text pl_snapshot_cgroup(const struct pl_snapshot *snap, uint64_t id)
{
    const struct pl_cgroup key = {.id = id};
    const struct pl_cgroup *found = NULL;

    if (snap->cgroups.count > 0)
        found =
            bsearch(&key, snap->cgroups.items, snap->cgroups.count, sizeof(key), compare_cgroups);
    return found ? found->path : (struct pl_text){0};
}

void pl_join_settle(struct pl_snapshot *snap)
{
    pl_peer_settle(snap);
    if (snap->cgroups.count > 1)
        qsort(snap->cgroups.items, snap->cgroups.count, sizeof(struct pl_cgroup), compare_cgroups);
    if (snap->processes.count > 1)
        qsort(snap->processes.items, snap->processes.count, sizeof(struct pl_process),
              compare_processes);
    if (snap->names.count > 1)
        qsort(snap->names.items, snap->names.count, sizeof(struct pl_name), compare_names);
}

const struct pl_process *pl_snapshot_process(const struct pl_snapshot *snap, uint32_t pid)
{
    const struct pl_process key = {.pid = pid};

    if (snap->processes.count == 0)
        return NULL;
    return bsearch(&key, snap->processes.items, snap->processes.count, sizeof(key),
                   compare_processes);
}

/* Name of kind and id; data is NULL if there is none. */
static struct pl_text name_of(const struct pl_snapshot *snap, enum pl_name_kind kind, uint32_t id)
{
    const struct pl_name key = {.kind = kind, .id = id};
    const struct pl_name *found = NULL;

    if (snap->names.count > 0)
        found = bsearch(&key, snap->names.items, snap->names.count, sizeof(key), compare_names);
    return found ? found->text : (struct pl_text){0};
}

struct pl_text pl_snapshot_user(const struct pl_snapshot *snap, uint32_t uid)
{
    return name_of(snap, PL_NAME_USER, uid);
}

struct pl_text pl_snapshot_link(const struct pl_snapshot *snap, uint32_t ifindex)
{
    return name_of(snap, PL_NAME_LINK, ifindex);
}

struct pl_text pl_snapshot_service(const struct pl_snapshot *snap, unsigned int port,
                                   enum pl_proto proto)
{
    const char *name = port != 0 ? pl_service_name(port, proto) : NULL;

    if (name)
        return (struct pl_text){name, (uint32_t)strlen(name)};
    if (port == 0 || port > UINT16_MAX)
        return (struct pl_text){0};
    return name_of(snap, PL_NAME_SERVICE, PL_SERVICE_ID(port, proto));
}
