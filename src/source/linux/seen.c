/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the TCP and UDP sockets of all network namespaces at once, by the descriptors of all processes.
 * If the kernel counts more sockets in a namespace, some have no descriptor.
 */
#include "seen.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* A dump of an empty namespace takes as long as the pass takes for that many sockets, or longer. */
#define DUMP_WORTH 3000U

/* Details that the rows do not have. */
#define DETAILS ((uint32_t)(PL_NEED_INTERNALS | PL_NEED_MEMORY | PL_NEED_TIMERS | PL_NEED_MORE))

#define CHUNK_ROWS 512

/* Rows of sockets that are only bound, in an answer. */
enum with_bound { WITHOUT_BOUND, WITH_BOUND, ONLY_BOUND };

/* Protocols of the rows. */
enum { TCP, UDP, PROTOS };

static const struct {
    enum pl_proto proto;
    uint32_t number;
    uint32_t counted; /* index in struct pl_linux_counts */
} protos[PROTOS] = {
    [TCP] = {PL_PROTO_TCP, IPPROTO_TCP, PL_LINUX_COUNT_TCP},
    [UDP] = {PL_PROTO_UDP, IPPROTO_UDP, PL_LINUX_COUNT_UDP},
};

#define NOWHERE UINT32_MAX

struct seen_space {
    uint32_t netns;
    struct pl_linux_counts counts;
    struct {
        uint32_t first, count; /* in pl_linux_seen.order */
        uint32_t hashed;       /* those that the kernel counts */
        bool complete;         /* these are all that it counts */
    } rows[PROTOS];
    bool half_open; /* a listener has connections that are not established yet */
};

/* ---- counting ---- */

/* Returns the namespace of an index in seen->spaces. */
static const struct pl_space *space_at(const struct pl_linux_seen *seen,
                                       const struct pl_spaces *spaces, size_t index)
{
    return index == 0 ? &seen->here : (const struct pl_space *)spaces->list.items + index - 1;
}

static int begin(struct pl_linux_seen *seen, const struct pl_spaces *spaces)
{
    for (size_t i = seen->spaces.count; i < spaces->list.count + 1; i++) {
        struct seen_space *space = pl_list_add(&seen->spaces, sizeof(*space));

        if (!space)
            return -ENOMEM;
        *space = (struct seen_space){.netns = space_at(seen, spaces, i)->netns};
        pl_linux_count_space(space_at(seen, spaces, i), &space->counts);
    }
    seen->begun = true;
    return 0;
}

/* The counts before and after the pass are equal, and those of the rows. Returns whether any are. */
static bool compare_counts(struct pl_linux_seen *seen, const struct pl_spaces *spaces)
{
    struct seen_space *list = seen->spaces.items;
    bool any = false;

    for (size_t i = 0; i < seen->spaces.count; i++) {
        struct seen_space *space = &list[i];
        struct pl_linux_counts after = space->counts;
        bool empty = true;

        for (size_t p = 0; p < PROTOS; p++)
            empty &= space->counts.sockets[protos[p].counted] == 0 && space->rows[p].count == 0;
        if (!empty)
            pl_linux_count_space(space_at(seen, spaces, i), &after);
        for (size_t p = 0; p < PROTOS; p++) {
            uint64_t before = space->counts.sockets[protos[p].counted];

            space->rows[p].complete = space->counts.known && after.known &&
                                      before == after.sockets[protos[p].counted] &&
                                      before == space->rows[p].hashed;
            any |= space->rows[p].complete && space->rows[p].count > 0;
        }
        if (after.time_wait > space->counts.time_wait)
            space->counts.time_wait = after.time_wait;
    }
    return any;
}

/* ---- the pass ---- */

struct inum {
    uint32_t netns, index;
};

static int compare_inums(const void *a, const void *b)
{
    const struct inum *x = a;
    const struct inum *y = b;

    return x->netns < y->netns ? -1 : x->netns > y->netns;
}

/* What sorts the rows. */
struct sorting {
    struct pl_linux_seen *seen;
    struct pl_list inums; /* sorted */
    const struct inum *last;
    uint32_t count;   /* of rows */
    uint32_t *groups; /* by row: index of its namespace * PROTOS + protocol, or NOWHERE */
};

static uint32_t group_of(struct sorting *sorting, const struct pl_linux_seen_row *row)
{
    const struct inum key = {.netns = row->netns};

    if (!sorting->last || sorting->last->netns != row->netns)
        sorting->last = pl_list_find(&sorting->inums, &key, sizeof(key), compare_inums);
    return sorting->last ? sorting->last->index * PROTOS + (row->proto == IPPROTO_TCP ? TCP : UDP)
                         : NOWHERE;
}

static void count_rows(struct sorting *sorting)
{
    struct seen_space *spaces = sorting->seen->spaces.items;

    for (uint32_t i = 0; i < sorting->count; i++) {
        const struct pl_linux_seen_row *row = pl_seen_row(sorting->seen, i);
        uint32_t group = group_of(sorting, row);
        struct seen_space *space;

        sorting->groups[i] = NOWHERE;
        if (row->proto == 0 || group == NOWHERE)
            continue;
        sorting->groups[i] = group;
        space = &spaces[group / PROTOS];
        space->rows[group % PROTOS].count++;
        space->rows[group % PROTOS].hashed += !pl_seen_is_bound(row);
        space->half_open |= row->half_open != 0;
    }
}

static void order_rows(struct sorting *sorting)
{
    struct seen_space *spaces = sorting->seen->spaces.items;
    uint32_t *order = sorting->seen->order.items;
    uint32_t next = 0;

    for (size_t i = 0; i < sorting->seen->spaces.count; i++) {
        for (size_t p = 0; p < PROTOS; p++) {
            spaces[i].rows[p].first = next;
            next += spaces[i].rows[p].count;
            spaces[i].rows[p].count = 0;
        }
    }
    for (uint32_t i = 0; i < sorting->count; i++) {
        uint32_t group = sorting->groups[i];

        if (group != NOWHERE) {
            struct seen_space *space = &spaces[group / PROTOS];

            order[space->rows[group % PROTOS].first + space->rows[group % PROTOS].count++] = i;
        }
    }
}

static int add_inums(struct sorting *sorting)
{
    const struct seen_space *spaces = sorting->seen->spaces.items;

    for (uint32_t i = 0; i < sorting->seen->spaces.count; i++) {
        struct inum *inum = pl_list_add(&sorting->inums, sizeof(*inum));

        if (!inum)
            return -ENOMEM;
        *inum = (struct inum){spaces[i].netns, i};
    }
    pl_list_sort(&sorting->inums, sizeof(struct inum), compare_inums);
    return 0;
}

static int sort_rows(struct pl_linux_seen *seen)
{
    struct sorting sorting = {
        .seen = seen, .count = (uint32_t)(seen->rows.len / sizeof(struct pl_linux_seen_row))};
    int err = add_inums(&sorting);

    sorting.groups = calloc((size_t)sorting.count + 1, sizeof(*sorting.groups));
    free(seen->order.items);
    seen->order = (struct pl_list){.items = calloc((size_t)sorting.count + 1, sizeof(uint32_t)),
                                   .count = sorting.count};
    if (!sorting.groups || !seen->order.items)
        err = -ENOMEM;
    if (err == 0) {
        count_rows(&sorting);
        order_rows(&sorting);
    }
    free(sorting.groups);
    free(sorting.inums.items);
    return err;
}

static bool are_all_again(const struct pl_linux_seen *seen, uint32_t first, uint32_t count)
{
    const uint32_t *order = (const uint32_t *)seen->order.items + first;

    for (uint32_t i = 0; i < count; i++) {
        if (pl_seen_row(seen, order[i])->again == 0)
            return false;
    }
    return true;
}

/*
 * Equal counts do not prove that no socket is missing: one without a descriptor may be missing, and
 * another one was opened and closed meanwhile. Therefore the kernel's sockets are counted between two
 * passes: a socket that both passes find existed at that moment.
 */
static void pass_again(struct pl_linux_seen *seen)
{
    struct seen_space *spaces = seen->spaces.items;
    int err = pl_seen_rows_again(seen);

    for (size_t i = 0; i < seen->spaces.count; i++) {
        for (size_t p = 0; p < PROTOS; p++)
            spaces[i].rows[p].complete &=
                spaces[i].rows[p].count == 0 ||
                (err == 0 && are_all_again(seen, spaces[i].rows[p].first, spaces[i].rows[p].count));
    }
}

/* Whether a second pass takes less than dumping the namespaces that it would prove complete. */
static bool is_worth_again(const struct pl_linux_seen *seen)
{
    const struct seen_space *spaces = seen->spaces.items;
    uint64_t inhabited = 0;

    for (size_t i = 0; i < seen->spaces.count; i++) {
        bool any = false;

        for (size_t p = 0; p < PROTOS; p++)
            any |= spaces[i].rows[p].complete && spaces[i].rows[p].count > 0;
        inhabited += any;
    }
    return inhabited * DUMP_WORTH >= seen->files;
}

/* Without a proof, those with sockets are dumped. */
static void leave_unproven(struct pl_linux_seen *seen)
{
    struct seen_space *spaces = seen->spaces.items;

    for (size_t i = 0; i < seen->spaces.count; i++) {
        for (size_t p = 0; p < PROTOS; p++)
            spaces[i].rows[p].complete &= spaces[i].rows[p].count == 0;
    }
}

/* Without the pass, all sockets are dumped. err: of reading the rows. */
static void end_pass(struct pl_linux_seen *seen, const struct pl_spaces *spaces, int err)
{
    err = err ? err : sort_rows(seen);
    if (err < 0) {
        seen->bpf.error = err; /* not again */
        pl_buffer_free(&seen->rows);
    } else if (compare_counts(seen, spaces) && seen->faster) {
        if (is_worth_again(seen))
            pass_again(seen);
        else
            leave_unproven(seen);
    }
    seen->passed = err == 0;
}

/* ---- answers ---- */

/* The index in protos, or PROTOS if the rows do not answer the request. */
static size_t proto_of(const struct pl_request *request)
{
    size_t p = 0;

    while (p < PROTOS && request->feed->slot != PL_SLOT_SOCKS + (unsigned int)protos[p].proto)
        p++;
    if (request->need & DETAILS || request->whole || request->feed->way != PL_WAY_DIAG)
        return PROTOS;
    return p;
}

/* Listeners are in a separate small table. */
static bool is_quick(const struct pl_request *request, size_t p)
{
    return p == TCP && request->states == PL_BIT(PL_STATE_LISTEN);
}

/* Whether nothing is lacking of what the kernel does not count as a socket. */
static bool is_complete(const struct seen_space *space, const struct pl_request *request, size_t p)
{
    const uint32_t late = PL_BIT(PL_STATE_TIME_WAIT) | PL_BIT(PL_STATE_FIN_WAIT2);
    uint32_t states = request->states ? request->states : ~PL_BIT(PL_STATE_BOUND);

    if (p == TCP && ((states & late && space->counts.time_wait > 0) ||
                     (states & PL_BIT(PL_STATE_SYN_RECV) && space->half_open)))
        return false;
    return space->rows[p].complete;
}

static int pass_on(const struct pl_linux_seen *seen, const struct seen_space *space, size_t p,
                   enum with_bound bound, pl_chunk_fn *chunk, void *arg)
{
    _Alignas(8) uint8_t bytes[CHUNK_ROWS * PL_BOUND_SIZE];
    const uint32_t *order = (const uint32_t *)seen->order.items + space->rows[p].first;
    size_t len = 0;
    int err = 0;

    for (uint32_t i = 0; i < space->rows[p].count && err == 0; i++) {
        const struct pl_linux_seen_row *row = pl_seen_row(seen, order[i]);

        if (bound == (pl_seen_is_bound(row) ? WITHOUT_BOUND : ONLY_BOUND))
            continue;
        memcpy(bytes + len, row->message, PL_BOUND_SIZE);
        len += PL_BOUND_SIZE;
        if (len == sizeof(bytes)) {
            err = chunk(arg, bytes, len);
            len = 0;
        }
    }
    return err == 0 && len > 0 ? chunk(arg, bytes, len) : err;
}

/* Returns the index of the request's namespace in seen->spaces. */
static size_t index_of(const struct pl_spaces *spaces, const struct pl_request *request)
{
    return request->space
               ? (size_t)(request->space - (const struct pl_space *)spaces->list.items) + 1
               : 0;
}

/* What to read of a namespace. */
struct asked {
    size_t p;     /* the index in protos, or PROTOS */
    bool bound;   /* also TCP sockets that are only bound */
    bool lacking; /* a dump would not have these */
    bool answers; /* the rows may answer the request */
};

static struct asked asked_of(const struct pl_linux_seen *seen, const struct pl_request *request)
{
    struct asked asked = {
        .p = proto_of(request),
        .bound = request->feed->slot == PL_SLOT_SOCKS + (unsigned int)PL_PROTO_TCP &&
                 (request->states & PL_BIT(PL_STATE_BOUND)) != 0,
    };

    asked.lacking = asked.bound && !pl_linux_runs(6, 8);
    asked.answers = asked.p != PROTOS && seen->faster && seen->bpf.error >= 0;
    return asked;
}

/* Reads the rows if they may answer. Returns 1 if they do not, else 0. */
static int read_rows(struct pl_linux_seen *seen, const struct pl_spaces *spaces,
                     const struct pl_request *request, const struct asked *asked)
{
    if (!asked->answers && !asked->lacking)
        return 1;
    if (!seen->passed && seen->bpf.error >= 0 && (asked->lacking || !is_quick(request, asked->p)))
        end_pass(seen, spaces, pl_seen_rows_read(seen));
    return seen->passed ? 0 : 1;
}

int pl_linux_seen_read(struct pl_linux_seen *seen, const struct pl_spaces *spaces,
                       const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                       struct pl_reading *reading)
{
    const struct asked asked = asked_of(seen, request);
    bool here = !request->space;
    const struct seen_space *space;
    int err = 0;

    if (request->feed->slot <= PL_SLOT_SOCKS || request->feed->way == PL_WAY_PROC)
        return 1;
    /* Another feed lists those that a dump of this namespace does not. */
    if (here && (!seen->with_here || !asked.answers || asked.lacking))
        return 1;
    if (!seen->begun)
        err = begin(seen, spaces);
    if (err < 0)
        return err;
    space = (const struct seen_space *)seen->spaces.items + index_of(spaces, request);
    reading->path = "counts";
    /* The kernel does not count TCP sockets that are only bound. */
    if (!asked.bound &&
        pl_linux_counts_none(&space->counts, (enum pl_proto)(request->feed->slot - PL_SLOT_SOCKS)))
        return 0;
    if (read_rows(seen, spaces, request, &asked) != 0)
        return 1;
    if (!asked.answers || !is_complete(space, request, asked.p)) {
        err = asked.lacking ? pass_on(seen, space, TCP, ONLY_BOUND, chunk, arg) : 0;
        return err ? err : 1;
    }
    err = pass_on(seen, space, asked.p, asked.bound ? WITH_BOUND : WITHOUT_BOUND, chunk, arg);
    if (err == 0 && here && asked.bound)
        err = pl_seen_add_bound(seen, request, chunk, arg, reading);
    reading->path = "bpf, all namespaces";
    return err;
}

static void prepare_here(struct pl_linux_seen *seen, uint32_t netns, size_t others)
{
    struct pl_linux_counts counts;

    seen->here = (struct pl_space){netns, .diag = -1, .route = -1, .proc = -1, {-1, -1}};
    if (!seen->faster)
        return;
    pl_linux_open_counts(seen->here.counts);
    pl_linux_count_space(&seen->here, &counts);
    /* It is dumped for those in TIME_WAIT. */
    seen->with_here = others > 0 && counts.known && counts.time_wait == 0;
}

void pl_linux_seen_prepare(struct pl_linux_seen *seen, struct pl_spaces *spaces, uint32_t netns,
                           uint64_t tcp_alloc, const struct pl_request *request)
{
    uint32_t wanted = 0;
    int err;

    for (size_t p = 0; p < PROTOS; p++)
        wanted |= PL_BIT(protos[p].proto);
    seen->files = pl_linux_open_files();
    seen->faster = spaces->list.count * DUMP_WORTH >= tcp_alloc && request->protos & wanted &&
                   !(request->need & DETAILS) && request->way != PL_WAY_PROC;
    prepare_here(seen, netns, spaces->list.count);
    pl_linux_seen_open(&seen->bpf, netns, seen->with_here);
    if (seen->bpf.error < 0)
        return;
    err = begin(seen, spaces);
    err = err ? err : pl_seen_rows_read(seen);
    if (err == 0)
        err = pl_linux_add_spaces(spaces, pl_seen_row(seen, 0),
                                  seen->rows.len / sizeof(struct pl_linux_seen_row));
    err = err ? err : begin(seen, spaces);
    seen->early = err == 0;
    end_pass(seen, spaces, err);
}

void pl_linux_seen_forget(struct pl_linux_seen *seen)
{
    bool early = seen->early;

    seen->early = false;
    if (early)
        return;
    seen->spaces.count = 0;
    seen->rows.len = 0;
    seen->begun = seen->passed = false;
}

void pl_linux_seen_close(struct pl_linux_seen *seen)
{
    if (seen->faster)
        pl_linux_close_counts(seen->here.counts);
    pl_linux_bpf_close(&seen->bpf);
    pl_buffer_free(&seen->rows);
    free(seen->spaces.items);
    free(seen->order.items);
    free(seen->slots);
    *seen = (struct pl_linux_seen){0};
}
