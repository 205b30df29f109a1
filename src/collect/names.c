/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the names of processes, users, interfaces and so on. */
#include "collect.h"
#include "model/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- ids to look up, without duplicates ---- */

static void sort_ids(struct pl_list *list)
{
    pl_list_sort(list, sizeof(uint32_t), pl_compare_u32);
    pl_list_unique(list, sizeof(uint32_t), pl_compare_u32);
}

/* Removes duplicates from a full list, and grows it only if more than half remains. */
static int add_id(struct pl_list *list, uint32_t id)
{
    const uint32_t *items = list->items;
    uint32_t *added;

    /* Sockets of one owner often follow each other. */
    if (list->count > 0 && items[list->count - 1] == id)
        return 0;
    if (list->count == list->size) {
        sort_ids(list);
        if (list->count >= list->size / 2 && pl_list_grow(list, sizeof(id)) < 0)
            return -ENOMEM;
    }
    added = pl_list_add(list, sizeof(*added));
    if (!added)
        return -ENOMEM;
    *added = id;
    return 0;
}

static int collect_pids(struct pl_snapshot *snap, struct pl_list *pids)
{
    const struct pl_owner *owners = snap->owners.items;
    const struct pl_owner *peers = snap->peer_owners.items;
    int err = 0;

    for (size_t i = 0; i < snap->peer_owners.count && err == 0; i++)
        err = add_id(pids, peers[i].pid);

    for (size_t i = 0; i < snap->owners.count && err == 0; i++)
        err = add_id(pids, owners[i].pid);
    return err;
}

static int collect_uids(struct pl_snapshot *snap, struct pl_list *uids)
{
    const struct pl_sock *socks = snap->socks.items;
    const struct pl_process *processes = snap->processes.items;
    int err = 0;

    for (size_t i = 0; i < snap->socks.count && err == 0; i++) {
        if (socks[i].have & PL_HAVE_UID)
            err = add_id(uids, socks[i].uid);
    }
    for (size_t i = 0; i < snap->processes.count && err == 0; i++) {
        if (processes[i].uid != PL_UID_UNKNOWN)
            err = add_id(uids, processes[i].uid);
    }
    return err;
}

static int read_ids(struct pl_collect *c, unsigned int slot,
                    int (*collect)(struct pl_snapshot *snap, struct pl_list *ids))
{
    struct pl_request request = {.need = c->need,
                                 .whole = c->reader->whole,
                                 .users = c->hooks->users,
                                 .users_arg = c->hooks->users_arg};
    struct pl_list ids = {0};
    struct pl_owner *held = NULL;
    int err = collect(c->snap, &ids);

    sort_ids(&ids);
    if (err == 0 && slot == PL_SLOT_PROCESSES && !c->reader->replay)
        err = pl_verify_prepare(c->snap, ids.items, ids.count, &held);
    request.held = held;
    request.ids = ids.items;
    request.id_count = ids.count;
    if (err == 0 && (ids.count > 0 || c->reader->whole ||
                     (slot == PL_SLOT_USERS && c->reader->replay && c->hooks->every_user)))
        err = pl_collect_slot(c, slot, &request);
    free(held);
    free(ids.items);
    return err;
}

static bool has_links(const struct pl_snapshot *snap)
{
    const struct pl_sock *socks = snap->socks.items;

    for (size_t i = 0; i < snap->socks.count; i++) {
        if (socks[i].have & (PL_HAVE_INTERFACE | PL_HAVE_SCOPE))
            return true;
    }
    return false;
}

static bool has_ports(const struct pl_snapshot *snap)
{
    const struct pl_sock *socks = snap->socks.items;

    for (size_t i = 0; i < snap->socks.count; i++) {
        bool inet = socks[i].family == PL_FAMILY_INET || socks[i].family == PL_FAMILY_INET6;

        if (inet && (socks[i].local_port != 0 || socks[i].peer_port != 0))
            return true;
    }
    return false;
}

/* A recording of an earlier version has processes without control groups. */
static int note_groups(const struct pl_collect *c)
{
    const struct pl_process *processes = c->snap->processes.items;
    struct pl_note note = {.kind = PL_NOTE_FEED_MISSING, .title = "control groups of processes"};

    if (!c->reader->replay || !(c->need & PL_NEED_GROUPS) || c->snap->system != PL_SYSTEM_LINUX ||
        c->snap->processes.count == 0)
        return 0;
    for (size_t i = 0; i < c->snap->processes.count; i++) {
        if (processes[i].group)
            return 0;
    }
    return pl_snapshot_note(c->snap, &note);
}

/* Containers of one user and runtime follow each other: they may have one file. */
static int by_container(const void *a, const void *b)
{
    const struct pl_group *x = *(const struct pl_group *const *)a;
    const struct pl_group *y = *(const struct pl_group *const *)b;

    if (x->uid != y->uid)
        return x->uid < y->uid ? -1 : 1;
    if (x->runtime != y->runtime)
        return x->runtime < y->runtime ? -1 : 1;
    return memcmp(x->id.data, y->id.data, PL_CONTAINER_ID);
}

int pl_collect_containers(struct pl_collect *c)
{
    const struct pl_process *processes = c->snap->processes.items;
    struct pl_request request = {0};
    struct pl_list groups = {0};
    int err = 0;

    if (!(c->need & PL_NEED_CONTAINERS))
        return 0;
    for (size_t i = 0; i < c->snap->processes.count && err == 0; i++) {
        const struct pl_group **added;

        if (!processes[i].group || !processes[i].group->id.data)
            continue;
        added = pl_list_add(&groups, sizeof(*added));
        if (added)
            *added = processes[i].group;
        err = added ? 0 : -ENOMEM;
    }
    pl_list_sort(&groups, sizeof(const struct pl_group *), by_container);
    pl_list_unique(&groups, sizeof(const struct pl_group *), by_container);
    request.groups = groups.items;
    request.group_count = groups.count;
    if (err == 0 && (groups.count > 0 || c->reader->whole))
        err = pl_collect_slot(c, PL_SLOT_CONTAINERS, &request);
    free(groups.items);
    return err;
}

static int read_addrs(struct pl_collect *c, void *request)
{
    return pl_collect_slot(c, PL_SLOT_ADDRS, request);
}

static int read_links(struct pl_collect *c, void *request)
{
    return pl_collect_slot(c, PL_SLOT_LINKS, request);
}

static int read_counters(struct pl_collect *c, void *request)
{
    return pl_collect_slot(c, PL_SLOT_COUNTERS, request);
}

int pl_collect_names(struct pl_collect *c)
{
    const uint32_t files = PL_NEED_NAMES | PL_NEED_COMMANDS | PL_NEED_EXES | PL_NEED_UIDS |
                           PL_NEED_CONTEXTS | PL_NEED_STARTED | PL_NEED_GROUPS | PL_NEED_FD_LIMITS;
    const bool all = c->reader->whole || (c->need & PL_NEED_INTERFACES) != 0;
    struct pl_request request = {0};
    int err = 0;

    if (c->need & files)
        err = read_ids(c, PL_SLOT_PROCESSES, collect_pids);
    err = err ? err : note_groups(c);
    err = err ? err : pl_collect_containers(c);
    if (err == 0 && c->need & PL_NEED_CGROUPS &&
        (c->reader->whole || pl_snapshot_saw(c->snap, PL_ATTR_CGROUP_ID)))
        err = pl_collect_slot(c, PL_SLOT_CGROUPS, &request);
    if (c->hooks->phase)
        c->hooks->phase(c->hooks->phase_arg, PL_PHASE_PROCESSES);
    if (err == 0 && c->need & PL_NEED_USERS)
        err = read_ids(c, PL_SLOT_USERS, collect_uids);
    if (err == 0 && c->need & PL_NEED_COUNTERS)
        err = pl_collect_everywhere(c, read_counters, &request);
    if (err == 0 && c->need & PL_NEED_NETNS &&
        (c->reader->whole || c->snap->socks.count > 0 || c->snap->space_counters.count > 0 ||
         c->snap->nat.count > 0))
        err = pl_collect_slot(c, PL_SLOT_NETNS, &request);
    if (c->need & PL_NEED_NETNS)
        c->snap->netns = pl_reader_netns(c->reader);
    if (err == 0 && c->need & PL_NEED_SERVICES &&
        (c->reader->whole || has_ports(c->snap) || c->snap->nat.count > 0))
        err = pl_collect_slot(c, PL_SLOT_SERVICES, &request);
    /* A published port leads to a namespace whose sockets the filter may have left out. */
    if (err == 0 && c->need & PL_NEED_ADDRS &&
        (all || c->snap->socks.count > 0 || c->snap->nat.count > 0))
        err = c->need & (PL_NEED_PUBLISHED | PL_NEED_RULES)
                  ? pl_collect_everywhere(c, read_addrs, &request)
                  : pl_collect_where_sockets_are(c, read_addrs, &request);
    if (err == 0 && c->need & PL_NEED_LINKS && (all || has_links(c->snap)))
        err = pl_collect_where_sockets_are(c, read_links, &request);
    return err;
}
