/* SPDX-License-Identifier: BSD-2-Clause */
/* The sheet of the sockets that still hold the ports afterwards. */
#include "model/array.h"
#include "page.h"
#include "targets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum id { LEFT = 1, STAYS };

static const struct page_column rest[] = {
    {OUTCOME | DATA, {FIELD_OF("proto", "Proto", PL_FIELD_PROTO), .pinned = true}},
    {OUTCOME, {FIELD_OF("local", "Local-Address", PL_FIELD_LOCAL), .pinned = true}},
    {OUTCOME, {FIELD_OF("peer", "Foreign-Address", PL_FIELD_PEER)}},
    {DATA, {FIELD_OF("local_address", "Local-IP", PL_FIELD_LOCAL_ADDRESS)}},
    {DATA, {FIELD_OF("local_port", "Local-Port", PL_FIELD_LOCAL_PORT)}},
    {DATA, {FIELD_OF("peer_address", "Foreign-IP", PL_FIELD_PEER_ADDRESS)}},
    {DATA, {FIELD_OF("peer_port", "Foreign-Port", PL_FIELD_PEER_PORT)}},
    {OUTCOME | DATA, {FIELD_OF("state", "State", PL_FIELD_STATE)}},
    {OUTCOME | DATA, {FIELD_OF("owners", "PID/Program", PL_FIELD_OWNERS)}},
    {DATA, {"free_in_ms", "Free-In", 0, LEFT}},
    {OUTCOME | DATA, {"text", "Remark", 0, STAYS, .pinned = true}},
};

/* ---- cells ---- */

/* A row, with what its sentence needs. */
struct rest_row {
    const struct targets *targets;
    const struct pl_sock *sock;
};

static bool is_restarted(const struct targets *targets, const struct keeper *keeper, uint32_t pid)
{
    for (size_t i = 0; i < targets->count && !targets_find(targets, pid); i++) {
        const struct target *target = &targets->rows[i];

        if (target->hit && target->keeper.kind == keeper->kind &&
            strcmp(target->keeper.name, keeper->name) == 0)
            return true;
    }
    return false;
}

/* Who started the process that has the port now: one that was hit, or another one; or "". */
static void name_starter(const struct view *view, const struct rest_row *row, char *buf,
                         size_t size)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(view->snap, row->sock, &count);
    struct keeper keeper = {0};
    bool restarted;

    buf[0] = '\0';
    if (count == 0)
        return;
    keeper_find(view->snap, owners[0].pid, row->sock, &keeper);
    restarted = is_restarted(row->targets, &keeper, owners[0].pid);
    if (keeper.kind != KEEPER_NONE && keeper.name[0] != '\0')
        (void)snprintf(buf, size, restarted ? ": restarted by %s%s" : ": belongs to %s%s",
                       keeper_is_container(&keeper) ? "container " : "", keeper.name);
}

/* A socket that a process gave up, or another one of that port. */
static void put_stay(struct out *out, const struct view *view, const struct cell *cell,
                     char separator)
{
    const struct rest_row *row = cell->item;
    const struct pl_sock *sock = row->sock;
    struct pl_attr left = pl_snapshot_attr(view->snap, sock, PL_ATTR_TIMER_LEFT);
    char starter[KEEPER_NAME + 32];
    char text[KEEPER_NAME + 64];

    name_starter(view, row, starter, sizeof(starter));
    if (sock->state == PL_STATE_TIME_WAIT && left.id != PL_ATTR_NONE)
        (void)snprintf(text, sizeof(text), "the kernel frees it in %llu s",
                       (unsigned long long)(left.u.num + 999) / 1000);
    else if (sock->owner_unknown == PL_OWNER_ORPHAN)
        (void)snprintf(text, sizeof(text), "the kernel is still closing it");
    else if (pl_sock_is_listener(sock))
        (void)snprintf(text, sizeof(text), "listens%s", starter);
    else
        (void)snprintf(text, sizeof(text), "%s%s",
                       pl_sock_has_peer(sock) ? "is connected" : "is bound", starter);
    page_put(out, text, separator);
}

static void rest_cell(const struct sheet *sheet, const void *item,
                      const struct sheet_column *column, struct cell *cell)
{
    const struct rest_row *row = item;
    const struct pl_sock *sock = row->sock;
    struct pl_attr left;

    if (column->id == PAGE_FIELD) {
        column_get(column->field, sheet->view, sock, cell);
    } else if (column->id == STAYS) {
        cell->kind = CELL_OWN;
        cell->put = put_stay;
        cell->item = row;
    } else if (sock->state == PL_STATE_TIME_WAIT) {
        left = pl_snapshot_attr(sheet->view->snap, sock, PL_ATTR_TIMER_LEFT);
        if (left.id != PL_ATTR_NONE) {
            cell->kind = CELL_NUMBER;
            cell->number = left.u.num;
        }
    }
}

void page_rest(const struct targets *targets, const struct format *format, struct view *view,
               bool follows, struct out *out)
{
    struct sheet_column columns[COUNT_OF(rest)];
    const struct sheet sheet = {
        .key = "remaining",
        .columns = columns,
        .column_count =
            page_pick(rest, COUNT_OF(rest), view->data ? PAGE_DATA : PAGE_RESULT, columns),
        .view = view,
        .cell = rest_cell,
        .loose = true,
        .follows = follows};
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(view->snap, &count);

    struct rest_row *rows = calloc(count + 1, sizeof(*rows));

    if (!rows) {
        out->error = ENOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct rest_row){targets, &socks[i]};
    sheet_print_items(&sheet, format, rows, sizeof(*rows), count, out);
    free(rows);
}
