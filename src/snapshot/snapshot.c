/* SPDX-License-Identifier: BSD-2-Clause */
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BLOCK 65536

struct pl_arena_block {
    struct pl_arena_block *next;
    size_t used;
    size_t size;
    char bytes[];
};

void *pl_snapshot_take_bytes(struct pl_snapshot *snap, size_t len, size_t align)
{
    struct pl_arena_block *block = snap->arena;
    char *bytes;

    if (block && align > 1)
        block->used = (block->used + align - 1) / align * align;
    if (!block || block->used > block->size || block->size - block->used < len) {
        size_t size = len > ARENA_BLOCK ? len : ARENA_BLOCK;

        block = malloc(sizeof(*block) + size);
        if (!block)
            return NULL;
        *block = (struct pl_arena_block){.next = snap->arena, .size = size};
        snap->arena = block;
    }
    bytes = block->bytes + block->used;
    block->used += len;
    return bytes;
}

int pl_snapshot_keep_text(struct pl_snapshot *snap, struct pl_text *text)
{
    char *copy;

    if (!text->data)
        return 0;
    copy = pl_snapshot_take_bytes(snap, text->len > 0 ? text->len : 1, 1);
    if (!copy)
        return -ENOMEM;
    memcpy(copy, text->data, text->len);
    text->data = copy;
    return 0;
}

/* ---- the sink ---- */

static struct pl_snapshot *snapshot_of(struct pl_sink *sink)
{
    return (struct pl_snapshot *)(void *)sink; /* its first member */
}

/* The kernel lists a netlink socket with a port and groups twice. */
static bool is_repeated(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    const struct pl_sock *socks = snap->socks.items;

    for (size_t i = snap->socks.count; sock->cookie != 0 && i > 0; i--) {
        if (socks[i - 1].proto != PL_PROTO_NETLINK)
            return false;
        if (socks[i - 1].cookie == sock->cookie)
            return true;
    }
    return false;
}

/* Keeps a row that is not listed if it may be the peer of a listed one. */
static int put_other(struct pl_snapshot *snap, const struct pl_sock *sock)
{
    if (sock->family == PL_FAMILY_UNIX && !(sock->have & PL_HAVE_COOKIE))
        return pl_unix_keys_add(snap, &sock->key);
    if (!(snap->sink.need & PL_NEED_PEERS) || sock->family == PL_FAMILY_UNIX)
        return 0;
    return pl_others_add(snap, sock);
}

static int put_sock(struct pl_sink *sink, const struct pl_sock *sock, const struct pl_attr *attrs,
                    size_t count)
{
    struct pl_snapshot *snap = snapshot_of(sink);
    struct pl_sock here;

    if (snap->space != 0) {
        here = *sock;
        here.netns = snap->space;
        sock = &here;
    }
    if (snap->sink.need & (PL_NEED_PUBLISHED | PL_NEED_RULES) && pl_sock_is_listener(sock) &&
        pl_listeners_add(snap, sock) < 0)
        return -ENOMEM;
    if (!pl_query_match(snap->query, sock))
        return put_other(snap, sock);
    if (sock->proto == PL_PROTO_NETLINK && !(snap->query->need & PL_NEED_REPEATS) &&
        is_repeated(snap, sock))
        return 0;
    snap->doubtful |= (sock->flags & PL_FLAG_DOUBTFUL) != 0;
    if (pl_socks_add(snap, sock) < 0)
        return -ENOMEM;
    return count > 0 ? pl_details_put(snap, snap->socks.count - 1, attrs, count) : 0;
}

static int put_owner(struct pl_sink *sink, const struct pl_owner *owner)
{
    struct pl_snapshot *snap = snapshot_of(sink);

    snap->found++;
    /* The keys of sockets are not known yet: pl_join_owners() drops the others. */
    if (!snap->keys) {
        snap->early = true;
    } else {
        int err = pl_peer_owner(snap, owner);

        if (err < 0 || !pl_join_wants(snap, owner->key))
            return err;
    }
    return pl_owners_add(snap, owner);
}

static int put_uid(struct pl_sink *sink, uint64_t key, uint32_t uid)
{
    pl_join_uid(snapshot_of(sink), key, uid);
    return 0;
}

static int put_denied(struct pl_sink *sink, uint32_t pid, int error)
{
    struct pl_snapshot *snap = snapshot_of(sink);

    snap->closed += pid != 0 && error == EACCES;
    if (pid == 0)
        snap->hidden = true;
    else
        snap->denied++;
    return 0;
}

static int put_lacks(struct pl_sink *sink, uint32_t lacks)
{
    snapshot_of(sink)->lacks = lacks;
    return 0;
}

static int put_held(struct pl_sink *sink, uint32_t pid, uint64_t before, uint64_t now, int error)
{
    struct pl_snapshot *snap = snapshot_of(sink);

    if (error != 0 && error != ENOENT && error != ESRCH) {
        snap->unsure++;
        snap->unsure_error = error;
        return 0;
    }
    return error == 0 && before == now ? 0 : pl_changed_add(snap, &pid);
}

static int put_nat(struct pl_sink *sink, const struct pl_nat_rule *rule)
{
    struct pl_snapshot *snap = snapshot_of(sink);
    struct pl_nat_rule kept = *rule;

    kept.order = (uint32_t)snap->nat.count;
    return pl_nat_add(snap, &kept);
}

static int put_reference(struct pl_sink *sink, const struct pl_reference *row)
{
    return pl_references_put(snapshot_of(sink), row);
}

/* Arguments are printed with blanks between them. */
static int keep_command(struct pl_snapshot *snap, struct pl_text *text)
{
    char *copy;

    if (!text->data)
        return 0;
    copy = pl_snapshot_take_bytes(snap, text->len > 0 ? text->len : 1, 1);
    if (!copy)
        return -ENOMEM;
    for (uint32_t i = 0; i < text->len; i++)
        copy[i] = (char)(text->data[i] == '\0' ? ' ' : text->data[i]);
    text->data = copy;
    return 0;
}

/* Sets what from knows. */
static void merge_process(struct pl_process *to, const struct pl_process *from)
{
    if (from->uid != PL_UID_UNKNOWN)
        to->uid = from->uid;
    if (from->fd_limit != 0)
        to->fd_limit = from->fd_limit;
    if (from->started != 0)
        to->started = from->started;
    if (from->name.data)
        to->name = from->name;
    if (from->command.data) {
        to->command = from->command;
        to->program_len = from->program_len;
    }
    if (from->script.data)
        to->script = from->script;
    if (from->exe.data)
        to->exe = from->exe;
    if (from->context.data)
        to->context = from->context;
    if (from->group)
        to->group = from->group;
}

void pl_processes_merge(struct pl_snapshot *snap)
{
    struct pl_process *items = snap->processes.items;
    size_t kept = 0;

    for (size_t i = 0; i < snap->processes.count; i++) {
        if (kept > 0 && items[kept - 1].pid == items[i].pid)
            merge_process(&items[kept - 1], &items[i]);
        else
            items[kept++] = items[i];
    }
    snap->processes.count = kept;
}

/* Frames of one process are consecutive. */
static int put_process(struct pl_sink *sink, const struct pl_process *process)
{
    struct pl_snapshot *snap = snapshot_of(sink);
    struct pl_process *items = snap->processes.items;
    struct pl_process *last = snap->processes.count > 0 ? &items[snap->processes.count - 1] : NULL;
    struct pl_process fresh = *process;

    if (pl_snapshot_keep_text(snap, &fresh.name) < 0 || keep_command(snap, &fresh.command) < 0 ||
        pl_snapshot_keep_text(snap, &fresh.exe) < 0 ||
        pl_snapshot_keep_text(snap, &fresh.context) < 0 ||
        pl_snapshot_keep_text(snap, &fresh.script) < 0 ||
        pl_snapshot_keep_group(snap, &fresh.group) < 0)
        return -ENOMEM;
    if (!last || last->pid != process->pid)
        return pl_processes_add(snap, &fresh);
    merge_process(last, &fresh);
    return 0;
}

static int put_name(struct pl_sink *sink, enum pl_name_kind kind, uint32_t id, struct pl_text text)
{
    struct pl_snapshot *snap = snapshot_of(sink);

    if (pl_snapshot_keep_text(snap, &text) < 0)
        return -ENOMEM;
    return pl_names_add(snap, &(struct pl_name){.kind = kind,
                                                .id = id,
                                                .netns = kind == PL_NAME_LINK ? snap->space : 0,
                                                .text = text});
}

static int put_addr(struct pl_sink *sink, const struct pl_addr *addr)
{
    struct pl_addr here = *addr;

    here.netns = snapshot_of(sink)->space;
    return pl_addrs_add(snapshot_of(sink), &here);
}

static int put_cgroup(struct pl_sink *sink, uint64_t id, struct pl_text path)
{
    struct pl_snapshot *snap = snapshot_of(sink);

    if (pl_snapshot_keep_text(snap, &path) < 0)
        return -ENOMEM;
    return pl_cgroups_add(snap, &(struct pl_cgroup){.id = id, .path = path});
}

static int put_container(struct pl_sink *sink, const struct pl_container *container)
{
    struct pl_snapshot *snap = snapshot_of(sink);
    struct pl_container kept = *container;

    if (pl_snapshot_keep_text(snap, &kept.id) < 0 || pl_snapshot_keep_text(snap, &kept.name) < 0 ||
        pl_snapshot_keep_text(snap, &kept.image) < 0 ||
        pl_snapshot_keep_text(snap, &kept.pod) < 0 ||
        pl_snapshot_keep_text(snap, &kept.pod_namespace) < 0)
        return -ENOMEM;
    return pl_containers_add(snap, &kept);
}

static int put_counter(struct pl_sink *sink, enum pl_counter id, uint64_t value)
{
    struct pl_snapshot *snap = snapshot_of(sink);

    if (snap->space != 0)
        return pl_counters_put(snap, id, value);
    if (id < PL_COUNTER_MAX) {
        snap->counters[id] = value;
        snap->counted |= PL_BIT(id);
    }
    return 0;
}

static int put_reserved(struct pl_sink *sink, uint16_t first, uint16_t last)
{
    return pl_reserved_add(snapshot_of(sink), &(struct pl_port_range){first, last});
}

static int put_reuse(struct pl_sink *sink, const struct pl_reuse *reuse)
{
    return pl_reuses_add(snapshot_of(sink), reuse);
}

static int put_sequence(struct pl_sink *sink, const struct pl_sequence *sequence)
{
    return pl_sequences_add(snapshot_of(sink), sequence);
}

static int put_note(struct pl_sink *sink, enum pl_note_kind kind, uint64_t count)
{
    struct pl_snapshot *snap = snapshot_of(sink);
    struct pl_note *notes = snap->notes.items;
    struct pl_text feed = {"", 0};
    const char *title = NULL;

    if (snap->feed) {
        feed = (struct pl_text){snap->feed->name, (uint32_t)strlen(snap->feed->name)};
        title = snap->feed->title;
    }
    /* One note for all chunks of a feed. */
    for (size_t i = 0; i < snap->notes.count; i++) {
        if (notes[i].kind == kind && kind == PL_NOTE_MALFORMED && notes[i].feed.data &&
            notes[i].feed.len == feed.len && memcmp(notes[i].feed.data, feed.data, feed.len) == 0) {
            notes[i].count += count;
            return 0;
        }
    }
    return pl_snapshot_note(
        snap, &(struct pl_note){.kind = kind, .count = count, .feed = feed, .title = title});
}

/* What is missing in one network namespace may be missing in all. */
static bool is_noted(const struct pl_snapshot *snap, const struct pl_note *note)
{
    const struct pl_note *notes = snap->notes.items;

    for (size_t i = 0; i < snap->notes.count; i++) {
        if (notes[i].kind == note->kind && notes[i].error == note->error &&
            notes[i].count == note->count && notes[i].title == note->title &&
            notes[i].feed.len == note->feed.len &&
            (note->feed.len == 0 ||
             (notes[i].feed.data &&
              memcmp(notes[i].feed.data, note->feed.data, note->feed.len) == 0)))
            return true;
    }
    return false;
}

int pl_snapshot_note(struct pl_snapshot *snap, const struct pl_note *note)
{
    struct pl_note kept = *note;

    if (snap->space != 0 && is_noted(snap, note))
        return 0;
    return pl_snapshot_keep_text(snap, &kept.feed) < 0 ? -ENOMEM : pl_notes_add(snap, &kept);
}

/* ---- life ---- */

int pl_snapshot_new(enum pl_system system, const struct pl_query *query, struct pl_snapshot **out)
{
    struct pl_snapshot *snap = calloc(1, sizeof(*snap));

    if (!snap)
        return -ENOMEM;
    snap->sink = (struct pl_sink){
        .sock = put_sock,
        .owner = put_owner,
        .denied = put_denied,
        .lacks = put_lacks,
        .held = put_held,
        .process = put_process,
        .uid = put_uid,
        .name = put_name,
        .addr = put_addr,
        .note = put_note,
        .cgroup = put_cgroup,
        .container = put_container,
        .counter = put_counter,
        .reserved = put_reserved,
        .reuse = put_reuse,
        .sequence = put_sequence,
        .nat = put_nat,
        .flow = pl_translated_put,
        .reference = put_reference,
    };
    snap->system = system;
    snap->query = query;
    *out = snap;
    return 0;
}

void pl_snapshot_free(struct pl_snapshot *snap)
{
    if (!snap)
        return;
    while (snap->arena) {
        struct pl_arena_block *next = snap->arena->next;

        free(snap->arena);
        snap->arena = next;
    }
    pl_snapshot_free_lists(snap);
    free(snap->keys);
    free(snap);
}

/* ---- access ---- */

enum pl_system pl_snapshot_system(const struct pl_snapshot *snap)
{
    return snap->system;
}

const struct pl_sock *pl_snapshot_socks(const struct pl_snapshot *snap, size_t *count)
{
    *count = snap->socks.count;
    return snap->socks.items;
}

const struct pl_note *pl_snapshot_notes(const struct pl_snapshot *snap, size_t *count)
{
    *count = snap->notes.count;
    return snap->notes.items;
}

const struct pl_owner *pl_snapshot_owners(const struct pl_snapshot *snap,
                                          const struct pl_sock *sock, size_t *count)
{
    size_t i = (size_t)(sock - (const struct pl_sock *)snap->socks.items);
    const uint32_t *ends = snap->owner_ends.items;
    size_t from;

    *count = 0;
    if (i >= snap->owner_ends.count)
        return NULL;
    from = i > 0 ? ends[i - 1] : 0;
    *count = ends[i] - from;
    return *count > 0 ? (const struct pl_owner *)snap->owners.items + from : NULL;
}

bool pl_snapshot_sole_owner(struct pl_snapshot *snap, const struct pl_sock *sock, uint32_t pid)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);
    struct pl_owner *all = snap->owners.items;
    size_t from;
    size_t found = 0;

    if (!owners)
        return false;
    from = (size_t)(owners - all);
    while (found < count && owners[found].pid != pid)
        found++;
    if (found == count)
        return false;
    /* Copies take the places of the others: the lists of other sockets stay where they are. */
    for (size_t i = 0; i < count; i++)
        all[from + i] = all[from + found];
    return true;
}

bool pl_snapshot_is_held_by(const struct pl_snapshot *snap, const struct pl_sock *sock,
                            uint32_t pid)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);

    for (size_t i = 0; i < count; i++) {
        if (owners[i].pid == pid)
            return true;
    }
    return false;
}

struct pl_sight pl_snapshot_sight(const struct pl_snapshot *snap)
{
    return (struct pl_sight){snap->found, snap->closed, snap->denied};
}
