/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The overview: one row for each port of a program. Sockets that differ only in their processes are
 * merged, and so are the IPv4 and the IPv6 socket of a wildcard or of localhost.
 */
#include "sheet.h"
#include "text.h"

#include <stdlib.h>

/* Addresses whose sockets of both families are merged. */
enum pair { PAIR_NONE, PAIR_ANY, PAIR_LOCALHOST };

struct holder {
    const struct pl_process *process; /* NULL: unknown */
    const struct pl_owner *owner;
};

/* A row before it is merged with others. */
struct single {
    const struct pl_sock *sock;
    size_t at; /* its index */
    enum pair pair;
    enum pl_reach reach;
    struct holder *holders; /* sorted by program and pid; each process once */
    size_t count;
};

/* ---- order ---- */

/* Processes of the same name that run the same script are of the same program. */
static int compare_programs(const struct holder *a, const struct holder *b)
{
    static const struct pl_process unknown = {0};
    const struct pl_process *x = a->process ? a->process : &unknown;
    const struct pl_process *y = b->process ? b->process : &unknown;
    int order;

    order = text_compare(x->name, y->name);
    return order != 0 ? order : text_compare(x->script, y->script);
}

static int compare_holders(const void *a, const void *b)
{
    const struct holder *x = a;
    const struct holder *y = b;
    int order = compare_programs(x, y);

    if (order != 0)
        return order;
    return x->owner->pid < y->owner->pid ? -1 : x->owner->pid > y->owner->pid;
}

/* Sorts holders and removes duplicates. Returns the number left. */
static size_t sort_holders(struct holder *holders, size_t count)
{
    size_t kept = 0;

    if (count > 1)
        qsort(holders, count, sizeof(*holders), compare_holders);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || holders[i].owner->pid != holders[kept - 1].owner->pid)
            holders[kept++] = holders[i];
    }
    return kept;
}

/* Returns the index of the first holder after i that is of another program. */
static size_t next_program(const struct holder *holders, size_t count, size_t i)
{
    size_t next = i + 1;

    while (next < count && compare_programs(&holders[i], &holders[next]) == 0)
        next++;
    return next;
}

static int compare_all_programs(const struct single *a, const struct single *b)
{
    size_t i = 0;
    size_t j = 0;

    while (i < a->count && j < b->count) {
        int order = compare_programs(&a->holders[i], &b->holders[j]);

        if (order != 0)
            return order;
        i = next_program(a->holders, a->count, i);
        j = next_program(b->holders, b->count, j);
    }
    return (i < a->count) - (j < b->count);
}

/* Numbers that are equal in sockets of one row. */
enum { NUMBERS = 11 };

static void fill_numbers(const struct single *single, uint64_t *numbers)
{
    const struct pl_sock *sock = single->sock;
    const uint32_t have = sock->have & (PL_HAVE_INTERFACE | PL_HAVE_UID);
    const bool pair = single->pair != PAIR_NONE;
    const uint64_t all[NUMBERS] = {
        sock->local_port,
        sock->proto,
        single->pair,
        pair ? 0 : sock->family,
        sock->flags & ~(pair ? (uint64_t)PL_FLAG_V6ONLY : 0),
        have,
        have & PL_HAVE_INTERFACE ? sock->ifindex : 0,
        have & PL_HAVE_UID ? sock->uid : 0,
        single->reach,
        sock->owner_unknown,
        sock->netns,
    };

    memcpy(numbers, all, sizeof(all));
}

static int compare_singles(const void *a, const void *b)
{
    const struct single *x = a;
    const struct single *y = b;
    uint64_t i[NUMBERS];
    uint64_t j[NUMBERS];
    int order = 0;

    fill_numbers(x, i);
    fill_numbers(y, j);
    for (size_t n = 0; n < NUMBERS; n++) {
        if (i[n] != j[n])
            return i[n] < j[n] ? -1 : 1;
    }
    if (x->pair == PAIR_NONE)
        order = memcmp(x->sock->local_addr, y->sock->local_addr, sizeof(x->sock->local_addr));
    return order != 0 ? order : compare_all_programs(x, y);
}

static int compare_places(const void *a, const void *b)
{
    size_t x = ((const struct listener *)a)->at;
    size_t y = ((const struct listener *)b)->at;

    return x < y ? -1 : x > y;
}

static int compare_leaders(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const struct listener *)a)->leader;
    uintptr_t y = (uintptr_t)((const struct listener *)b)->leader;

    return x < y ? -1 : x > y;
}

static int compare_pids(const void *a, const void *b)
{
    uint32_t x = ((const struct program *)a)->owner->pid;
    uint32_t y = ((const struct program *)b)->owner->pid;

    return x < y ? -1 : x > y;
}

/* ---- merging ---- */

static enum pair pair_of(const struct pl_sock *sock)
{
    static const uint8_t localhost4[4] = {127, 0, 0, 1};
    static const uint8_t localhost6[16] = {[15] = 1};
    bool v6 = sock->family == PL_FAMILY_INET6;

    if (!v6 && sock->family != PL_FAMILY_INET)
        return PAIR_NONE;
    if (pl_addr_is_any(sock->family, sock->local_addr))
        return !v6 || sock->flags & PL_FLAG_V6ONLY ? PAIR_ANY : PAIR_NONE;
    if (!(sock->have & PL_HAVE_INTERFACE) &&
        memcmp(sock->local_addr, v6 ? localhost6 : localhost4, v6 ? 16 : 4) == 0)
        return PAIR_LOCALHOST;
    return PAIR_NONE;
}

static struct single single_of(const struct pl_snapshot *snap, const struct pl_sock *sock,
                               struct holder *holders)
{
    struct single single = {.sock = sock, .pair = pair_of(sock), .holders = holders};
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);

    single.reach = pl_snapshot_reach(snap, sock);
    if (single.pair == PAIR_ANY && single.reach == PL_REACH_ANY_V6)
        single.reach = PL_REACH_ANY_V4;
    for (size_t i = 0; i < count; i++)
        holders[i] = (struct holder){pl_snapshot_process(snap, owners[i].pid), &owners[i]};
    single.count = sort_holders(holders, count);
    return single;
}

/* Fills the programs of a listener from those of its sockets. scratch has space for all holders. */
static void fill_programs(const struct single *singles, size_t count, struct holder *scratch,
                          struct listener *listener)
{
    size_t holders = 0;
    size_t next;

    for (size_t i = 0; i < count; i++) {
        memcpy(scratch + holders, singles[i].holders, singles[i].count * sizeof(*scratch));
        holders += singles[i].count;
    }
    holders = sort_holders(scratch, holders);
    for (size_t i = 0; i < holders; i = next) {
        next = next_program(scratch, holders, i);
        listener->programs[listener->program_count++] =
            (struct program){.owner = scratch[i].owner, .processes = next - i};
    }
    if (listener->program_count > 1)
        qsort(listener->programs, listener->program_count, sizeof(*listener->programs),
              compare_pids);
}

/* Chooses the sockets to show: the first of each family. */
static void fill_sockets(const struct single *singles, size_t count, struct listener *listener)
{
    const struct single *first[2] = {NULL, NULL}; /* [1]: IPv6 */
    size_t sockets[2] = {0, 0};

    for (size_t i = 0; i < count; i++) {
        bool v6 = singles[i].sock->family == PL_FAMILY_INET6;

        sockets[v6]++;
        if (!first[v6] || singles[i].at < first[v6]->at)
            first[v6] = &singles[i];
    }
    listener->sockets = sockets[0] > sockets[1] ? sockets[0] : sockets[1];
    listener->second = first[0] && first[1] ? first[1]->sock : NULL;
    if (!first[0])
        first[0] = first[1];
    listener->at = first[0] ? first[0]->at : 0;
    listener->leader = first[0] ? first[0]->sock : NULL;
}

static void merge(struct single *singles, size_t count, struct holder *scratch,
                  struct overview *out)
{
    struct program *programs = out->programs;
    size_t to;

    qsort(singles, count, sizeof(*singles), compare_singles);
    for (size_t from = 0; from < count; from = to) {
        struct listener *listener = &out->listeners[out->count++];

        for (to = from + 1; to < count && compare_singles(&singles[from], &singles[to]) == 0;)
            to++;
        listener->programs = programs;
        fill_programs(singles + from, to - from, scratch, listener);
        fill_sockets(singles + from, to - from, listener);
        programs += listener->program_count;
    }
}

static size_t count_holders(const struct pl_snapshot *snap, const struct pl_sock *const *rows,
                            size_t count)
{
    size_t all = 0;

    for (size_t i = 0; i < count; i++) {
        size_t holders;

        pl_snapshot_owners(snap, rows[i], &holders);
        all += holders;
    }
    return all;
}

size_t overview_reduce(const struct pl_snapshot *snap, const struct pl_sock **rows, size_t count,
                       struct overview *out)
{
    size_t all = count_holders(snap, rows, count) + 1;
    struct single *singles = calloc(count + 1, sizeof(*singles));
    struct holder *holders = calloc(all, 2 * sizeof(*holders));
    size_t at = 0;

    *out = (struct overview){.listeners = calloc(count + 1, sizeof(struct listener)),
                             .programs = calloc(all, sizeof(struct program))};
    if (!singles || !holders || !out->listeners || !out->programs) {
        overview_free(out);
    } else {
        for (size_t i = 0; i < count; i++) {
            singles[i] = single_of(snap, rows[i], holders + at);
            singles[i].at = i;
            at += singles[i].count;
        }
        merge(singles, count, holders + all, out);
        qsort(out->listeners, out->count, sizeof(*out->listeners), compare_places);
        for (size_t i = 0; i < out->count; i++)
            rows[i] = out->listeners[i].leader;
        qsort(out->listeners, out->count, sizeof(*out->listeners), compare_leaders);
    }
    free(singles);
    free(holders);
    return out->count;
}

void overview_free(struct overview *overview)
{
    free(overview->listeners);
    free(overview->programs);
    *overview = (struct overview){.listeners = NULL};
}

/* ---- cells ---- */

/* Appends "(x4)". */
static void put_count(struct out *out, size_t count)
{
    if (count < 2)
        return;
    out_word(out, "(x");
    out_number(out, count);
    out_char(out, ')');
}

/* Appends ":app.py", unless the name of the process is that of the script. */
static void put_script(struct out *out, const struct pl_snapshot *snap, uint32_t pid)
{
    const struct pl_process *process = pl_snapshot_process(snap, pid);

    if (!process || process->script.len == 0 || text_compare(process->name, process->script) == 0)
        return;
    out_char(out, ':');
    text_plain(out, process->script, CELL_OWNER_ALSO);
}

/* Appends "1/systemd,901/nginx(x4)", or why no process is known. */
static void put_programs(struct out *out, const struct view *view, const struct cell *cell,
                         char separator)
{
    const struct listener *listener = cell->item;
    const char *reason = pl_owner_unknown_name(listener->leader->owner_unknown);
    bool one = listener->program_count < 2;

    for (size_t i = 0; i < listener->program_count; i++) {
        const struct program *program = &listener->programs[i];

        if (i > 0)
            out_char(out, separator);
        cell_process(out, view, program->owner->pid);
        put_script(out, view->snap, program->owner->pid);
        put_count(out, one && listener->sockets > program->processes ? listener->sockets
                                                                     : program->processes);
    }
    if (listener->program_count > 0)
        return;
    out_word(out, reason && reason[0] != '\0' ? reason : "-");
    put_count(out, listener->sockets);
}

/* Appends the endpoint of both families: "*:22" or "localhost:631". */
static void put_both(struct out *out, const struct view *view, const struct cell *cell,
                     char separator)
{
    const struct listener *listener = cell->item;
    struct pl_sock both = *listener->second;
    const struct cell endpoint = {.kind = CELL_ENDPOINT, .sock = &both};

    if (pair_of(listener->leader) == PAIR_LOCALHOST) {
        out_word(out, "localhost:");
        out_number(out, both.local_port);
        return;
    }
    both.flags = 0; /* without PL_FLAG_V6ONLY, "*" */
    cell_plain(out, view, &endpoint, separator, "");
}

void overview_cell(const struct sheet *sheet, const void *row, const struct sheet_column *column,
                   struct cell *cell)
{
    const struct view *view = sheet->view;
    const struct listener key = {.leader = row};
    const struct listener *listener = bsearch(&key, view->overview->listeners,
                                              view->overview->count, sizeof(key), compare_leaders);
    enum pl_field_id id = column->field->id;

    column_get(column->field, view, row, cell);
    if (!listener)
        return;
    if (id == PL_FIELD_HOLDERS || (id == PL_FIELD_LOCAL && listener->second)) {
        cell->kind = CELL_OWN;
        cell->put = id == PL_FIELD_HOLDERS ? put_programs : put_both;
        cell->item = listener;
    } else if (id == PL_FIELD_REACH && listener->second && cell->kind == CELL_WORD &&
               cell->number == PL_REACH_ANY_V4) {
        cell->text = text_of(pl_reach_name(PL_REACH_ANY));
    }
}
