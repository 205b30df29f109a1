/* SPDX-License-Identifier: BSD-2-Clause */
/* Events as a snapshot. */
#include "api/event.h"
#include "collect/collect.h"
#include "model/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Seconds until names and addresses are read again. */
#define OLD 5

/* What is read for many batches. */
#define BASE_NEED (PL_NEED_SERVICES | PL_NEED_ADDRS | PL_NEED_LINKS | PL_NEED_COUNTERS)
/* Read again also when a new namespace appears. */
#define SPACE_NEED PL_NEED_NETNS
/* What is read of each process that holds a socket. */
#define FILES                                                                              \
    (PL_NEED_COMMANDS | PL_NEED_EXES | PL_NEED_CONTEXTS | PL_NEED_STARTED | PL_NEED_UIDS | \
     PL_NEED_GROUPS)

/* A snapshot of names, and when it was read, CLOCK_MONOTONIC. */
struct kept {
    struct pl_snapshot *snap;
    time_t read;
};

struct pl_batch {
    struct pl_reader *reader;
    const struct pl_query *query;
    struct pl_query all; /* keeps every socket */
    uint32_t need;
    uint32_t netns;         /* inode of that of the reader; 0: unknown */
    struct pl_list events;  /* struct pl_event */
    struct pl_list holders; /* struct pl_holder: the processes of the events */
    uint32_t *slots;        /* open addressing by pid: index of a holder + 1 */
    size_t mask;
    struct pl_snapshot *snap;  /* of the events */
    struct kept base;          /* names and addresses */
    struct kept spaces;        /* names of network namespaces */
    struct pl_list known;      /* inodes of the namespaces for which these were read, sorted */
    struct pl_snapshot *users; /* names of users */
    struct pl_list asked;      /* uids whose names were looked up, sorted */
};

static const struct pl_query_hooks no_hooks;

static struct pl_collect collector(const struct pl_batch *batch, struct pl_snapshot *snap)
{
    return (struct pl_collect){
        .reader = batch->reader,
        .query = &batch->all,
        .hooks = batch->query->hooks ? batch->query->hooks : &no_hooks,
        .snap = snap,
        .need = batch->need,
    };
}

int pl_batch_new(struct pl_reader *reader, const struct pl_query *query, struct pl_batch **out)
{
    struct pl_batch *batch = calloc(1, sizeof(*batch));
    int err;

    if (!batch)
        return -ENOMEM;
    batch->reader = reader;
    batch->query = query;
    batch->all = (struct pl_query){.protos = UINT32_MAX, .states = UINT32_MAX};
    batch->need = query->need | (query->filter ? pl_filter_need(query->filter) : 0);
    err = pl_snapshot_new(reader->abi.system, &batch->all, &batch->users);
    if (err < 0) {
        free(batch);
        return err;
    }
    *out = batch;
    return 0;
}

void pl_batch_clear(struct pl_batch *batch)
{
    struct pl_event *events = batch->events.items;

    for (size_t i = 0; i < batch->events.count; i++)
        pl_holders_drop(events[i].holders);
    batch->events.count = 0;
    batch->holders.count = 0;
    free(batch->slots);
    batch->slots = NULL;
    pl_snapshot_free(batch->snap);
    batch->snap = NULL;
}

void pl_batch_free(struct pl_batch *batch)
{
    if (!batch)
        return;
    pl_batch_clear(batch);
    free(batch->events.items);
    free(batch->holders.items);
    free(batch->asked.items);
    free(batch->known.items);
    pl_snapshot_free(batch->base.snap);
    pl_snapshot_free(batch->spaces.snap);
    pl_snapshot_free(batch->users);
    free(batch);
}

/* Returns the slot of a process id, or the empty slot for it. */
static uint32_t *slot_of(const struct pl_batch *batch, uint32_t pid)
{
    const struct pl_holder *holders = batch->holders.items;
    size_t slot = (size_t)(pid * 0x9e3779b1U) & batch->mask;

    while (batch->slots[slot] != 0 && holders[batch->slots[slot] - 1].pid != pid)
        slot = (slot + 1) & batch->mask;
    return &batch->slots[slot];
}

/* Keeps at least half of the slots empty. */
static int make_room(struct pl_batch *batch)
{
    const struct pl_holder *holders = batch->holders.items;
    int err;

    if (batch->slots && batch->holders.count < (batch->mask + 1) / 2)
        return 0;
    free(batch->slots);
    batch->slots = NULL;
    err = pl_slots_new((batch->holders.count + 1) * 2, &batch->slots, &batch->mask);
    for (size_t i = 0; i < batch->holders.count && err == 0; i++)
        *slot_of(batch, holders[i].pid) = (uint32_t)i + 1;
    return err;
}

/* -EEXIST: one of the first `before` holders, another process, has its id. */
static int add_holder(struct pl_batch *batch, const struct pl_holder *holder, size_t before)
{
    int err = make_room(batch);
    struct pl_holder *known = batch->holders.items;
    uint32_t *slot;

    if (err < 0)
        return err;
    slot = slot_of(batch, holder->pid);
    if (*slot != 0) {
        known += *slot - 1;
        return *slot <= before &&
                       (known->uid != holder->uid || strcmp(known->name, holder->name) != 0)
                   ? -EEXIST
                   : 0;
    }
    known = pl_list_add(&batch->holders, sizeof(*known));
    if (!known)
        return -ENOMEM;
    *known = *holder;
    *slot = (uint32_t)batch->holders.count;
    return 0;
}

/* Adds the processes of an event. */
static int add_holders(struct pl_batch *batch, const struct pl_holders *holders)
{
    const struct pl_event *events = batch->events.items;
    size_t before = batch->holders.count;
    int err = 0;

    if (!holders || (batch->events.count > 0 && events[batch->events.count - 1].holders == holders))
        return 0;
    for (uint32_t i = 0; i < holders->count && err == 0; i++)
        err = add_holder(batch, &holders->items[i], before);
    return err;
}

int pl_batch_add(void *arg, const struct pl_event *event)
{
    struct pl_batch *batch = arg;
    int err = add_holders(batch, event->holders);
    struct pl_event *added = err == 0 ? pl_list_add(&batch->events, sizeof(*added)) : NULL;

    if (!added)
        return err ? err : -ENOMEM;
    *added = *event;
    pl_holders_keep(added->holders);
    if (event->have & PL_EVENT_FOREIGN)
        added->sock.netns = event->netns;
    else if (event->have & PL_EVENT_HAVE_NETNS)
        batch->netns = event->netns;
    return 0;
}

const struct pl_event *pl_batch_events(const struct pl_batch *batch, size_t *count)
{
    *count = batch->events.count;
    return batch->events.items;
}

/* ---- names that serve many batches ---- */

/* Reads what is needed of these, unless it was read before and is not old. */
static int read_kept(struct pl_batch *batch, uint32_t needs, bool again, struct kept *kept)
{
    static const struct {
        uint32_t need;
        uint8_t slot;
    } slots[] = {
        {PL_NEED_SERVICES, PL_SLOT_SERVICES}, {PL_NEED_ADDRS, PL_SLOT_ADDRS},
        {PL_NEED_LINKS, PL_SLOT_LINKS},       {PL_NEED_COUNTERS, PL_SLOT_COUNTERS},
        {PL_NEED_NETNS, PL_SLOT_NETNS},
    };
    struct timespec t = {0};
    struct pl_snapshot *snap;
    struct pl_collect c;
    int err;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    needs &= batch->need;
    if (needs == 0 ||
        (kept->snap && (batch->reader->replay || (!again && t.tv_sec - kept->read < OLD))))
        return 0;
    err = pl_snapshot_new(batch->reader->abi.system, &batch->all, &snap);
    if (err < 0)
        return err;
    c = collector(batch, snap);
    for (size_t i = 0; i < COUNT_OF(slots) && err == 0; i++) {
        if (needs & slots[i].need)
            err = pl_collect_slot(&c, slots[i].slot, &(struct pl_request){0});
    }
    if (err < 0) {
        pl_snapshot_free(snap);
        return err;
    }
    pl_join_settle(snap);
    pl_snapshot_free(kept->snap);
    *kept = (struct kept){snap, t.tv_sec};
    return 0;
}

/* Stores whether an event is in a namespace that no earlier one was in. */
static int find_spaces(struct pl_batch *batch, bool *fresh)
{
    const struct pl_event *events = batch->events.items;
    uint32_t last = 0;

    *fresh = false;
    for (size_t i = 0; i < batch->events.count && batch->need & SPACE_NEED; i++) {
        uint32_t netns = events[i].have & PL_EVENT_HAVE_NETNS ? events[i].netns : 0;
        uint32_t *added;

        if (netns == 0 || netns == last)
            continue;
        last = netns;
        if (pl_list_find(&batch->known, &netns, sizeof(netns), pl_compare_u32))
            continue;
        added = pl_list_add(&batch->known, sizeof(*added));
        if (!added)
            return -ENOMEM;
        *added = netns;
        pl_list_sort(&batch->known, sizeof(netns), pl_compare_u32);
        *fresh = true;
    }
    return 0;
}

static int read_names(struct pl_batch *batch)
{
    bool fresh;
    int err = read_kept(batch, BASE_NEED, false, &batch->base);

    err = err ? err : find_spaces(batch, &fresh);
    return err ? err : read_kept(batch, SPACE_NEED, fresh, &batch->spaces);
}

/* Adds a uid to those to look up, unless that was done before. */
static int want_user(const struct pl_batch *batch, struct pl_list *wanted, uint32_t uid)
{
    const uint32_t *last = wanted->items;
    uint32_t *added;

    if (uid == PL_UID_UNKNOWN || (wanted->count > 0 && last[wanted->count - 1] == uid) ||
        pl_list_find(&batch->asked, &uid, sizeof(uid), pl_compare_u32))
        return 0;
    added = pl_list_add(wanted, sizeof(*added));
    if (!added)
        return -ENOMEM;
    *added = uid;
    return 0;
}

static int read_users(struct pl_batch *batch)
{
    const struct pl_sock *socks = batch->snap->socks.items;
    const struct pl_process *processes = batch->snap->processes.items;
    struct pl_collect c = collector(batch, batch->users);
    struct pl_request request = {.users = c.hooks->users, .users_arg = c.hooks->users_arg};
    struct pl_list wanted = {0};
    int err = 0;

    for (size_t i = 0; i < batch->snap->socks.count && err == 0; i++) {
        if (socks[i].have & PL_HAVE_UID)
            err = want_user(batch, &wanted, socks[i].uid);
    }
    for (size_t i = 0; i < batch->snap->processes.count && err == 0; i++)
        err = want_user(batch, &wanted, processes[i].uid);
    pl_list_sort(&wanted, sizeof(uint32_t), pl_compare_u32);
    pl_list_unique(&wanted, sizeof(uint32_t), pl_compare_u32);
    request.ids = wanted.items;
    request.id_count = wanted.count;
    if (err == 0 && wanted.count > 0)
        err = pl_collect_slot(&c, PL_SLOT_USERS, &request);
    for (size_t i = 0; i < wanted.count && err == 0; i++) {
        uint32_t *added = pl_list_add(&batch->asked, sizeof(*added));

        if (added)
            *added = request.ids[i];
        else
            err = -ENOMEM;
    }
    pl_list_sort(&batch->asked, sizeof(uint32_t), pl_compare_u32);
    pl_snapshot_sort(batch->users, PL_LIST_NAMES);
    free(wanted.items);
    return err;
}

/* Appends the names and addresses of another snapshot, which lives longer. */
static int borrow(struct pl_snapshot *snap, const struct pl_snapshot *from)
{
    const struct pl_name *names = from->names.items;
    const struct pl_addr *addrs = from->addrs.items;
    int err = 0;

    for (size_t i = 0; i < from->names.count && err == 0; i++)
        err = pl_names_add(snap, &names[i]);
    for (size_t i = 0; i < from->addrs.count && err == 0; i++)
        err = pl_addrs_add(snap, &addrs[i]);
    if (from->counted != 0) {
        memcpy(snap->counters, from->counters, sizeof(snap->counters));
        snap->counted = from->counted;
    }
    return err;
}

/* ---- the snapshot ---- */

/* Adds the holders of the socket that was added last. */
static int put_holders(struct pl_snapshot *snap, const struct pl_holders *holders, uint64_t key)
{
    uint32_t end;
    int err = 0;

    for (uint32_t i = 0; holders && i < holders->count && err == 0; i++) {
        const struct pl_holder *holder = &holders->items[i];
        size_t len = strnlen(holder->name, sizeof(holder->name));
        const struct pl_process process = {
            .pid = holder->pid,
            .uid = holder->uid,
            .name = {len > 0 ? holder->name : NULL, (uint32_t)len},
        };

        err = pl_owners_add(snap, &(struct pl_owner){holder->pid, PL_FD_NONE, key});
        err = err ? err : pl_processes_add(snap, &process);
    }
    end = (uint32_t)snap->owners.count;
    return err ? err : pl_owner_ends_add(snap, &end);
}

/* Events outlive the snapshot, so that it need not copy their texts. */
static int put_socks(struct pl_batch *batch)
{
    const struct pl_event *events = batch->events.items;
    int err = 0;

    for (size_t i = 0; i < batch->events.count && err == 0; i++) {
        struct pl_sock sock = events[i].sock;

        if (!(events[i].have & PL_EVENT_HAVE_SOCK))
            continue;
        /* Events of one socket are different rows. */
        sock.key = i + 1;
        err = pl_socks_add(batch->snap, &sock);
        err = err ? err : put_holders(batch->snap, events[i].holders, sock.key);
    }
    return err;
}

/* Reads files of the processes that still exist. */
static int read_processes(struct pl_batch *batch)
{
    const struct pl_process *processes = batch->snap->processes.items;
    struct pl_collect c = collector(batch, batch->snap);
    struct pl_request request = {.need = batch->need & FILES};
    size_t count = batch->snap->processes.count;
    uint32_t *pids;
    int err;

    if (request.need == 0 || count == 0 || batch->reader->replay)
        return 0;
    pids = malloc(count * sizeof(*pids));
    if (!pids)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        pids[i] = processes[i].pid;
    request.ids = pids;
    request.id_count = count;
    err = pl_collect_slot(&c, PL_SLOT_PROCESSES, &request);
    err = err ? err : pl_collect_containers(&c);
    free(pids);
    return err;
}

int pl_batch_settle(struct pl_batch *batch, const struct pl_snapshot **out)
{
    int err;

    pl_snapshot_free(batch->snap);
    batch->snap = NULL;
    err = pl_snapshot_new(batch->reader->abi.system, &batch->all, &batch->snap);
    if (!batch->snap)
        return err;
    batch->snap->netns = batch->netns;
    err = put_socks(batch);
    pl_snapshot_sort(batch->snap, PL_LIST_PROCESSES);
    pl_processes_merge(batch->snap);
    err = err ? err : read_processes(batch);
    pl_join_settle(batch->snap);
    if (err == 0 && batch->need & PL_NEED_USERS)
        err = read_users(batch);
    err = err ? err : read_names(batch);
    err = err ? err : borrow(batch->snap, batch->users);
    if (err == 0 && batch->base.snap)
        err = borrow(batch->snap, batch->base.snap);
    if (err == 0 && batch->spaces.snap)
        err = borrow(batch->snap, batch->spaces.snap);
    batch->snap->query = NULL;
    *out = batch->snap;
    return err;
}
