/* SPDX-License-Identifier: BSD-2-Clause */
/* The sheet of the targets: what will be hit, and what became of it. */
#include "page.h"
#include "model/array.h"
#include "signals.h"
#include "targets.h"
#include "view/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOCKETS_SHOWN 4 /* in a cell of a table */
#define TEXT_BYTES    512

enum id {
    ACTION,
    SIGNAL,
    PROGRAM,
    PID,
    PROCESS,
    USER,
    SOCKETS,
    CONNECTIONS,
    OTHERS,
    UNIT,
    CONTAINER,
    RESTART,
    INSTEAD,
    REMARK,
    EFFECT,
    RESULT,
    REASON,
    PROBLEM,
    TEXT,
    DURATION,
};

static const struct page_column processes[] = {
    {DATA, {"action", "Action", 0, ACTION}},
    {DATA, {"signal", "Signal", 0, SIGNAL}},
    {PREVIEW | OUTCOME, {"program", "PID/Program", 0, PROGRAM, .pinned = true}},
    {DATA, {"pid", "PID", 0, PID}},
    {DATA, {"process", "Process", 0, PROCESS}},
    {PREVIEW | DATA, {"user", "User", 0, USER}},
    {PREVIEW | OUTCOME | DATA, {"sockets", "Sockets", 0, SOCKETS, .pinned = true}},
    {PREVIEW | DATA, {"connections", "Connections", 0, CONNECTIONS, .right = true}},
    {PREVIEW | DATA, {"other_sockets", "Others", 0, OTHERS, .right = true}},
    {DATA, {"unit", "Unit", 0, UNIT}},
    {DATA, {"container", "Container", 0, CONTAINER}},
    {DATA, {"restart", "Restart", 0, RESTART}},
    {DATA, {"instead", "Instead", 0, INSTEAD}},
    {PREVIEW, {"remark", "Remark", 0, REMARK, .pinned = true}},
    {DATA, {"result", "Result", 0, RESULT}},
    {DATA, {"reason", "Reason", 0, REASON}},
    {DATA, {"error", "Error", 0, PROBLEM}},
    {OUTCOME | DATA, {"text", "Result", 0, TEXT, .pinned = true}},
    {DATA, {"duration_ms", "Duration", 0, DURATION}},
};

static const struct page_column sockets[] = {
    {DATA, {"action", "Action", 0, ACTION}},
    {PREVIEW | OUTCOME | DATA, {FIELD_OF("proto", "Proto", PL_FIELD_PROTO), .pinned = true}},
    {PREVIEW | OUTCOME, {FIELD_OF("local", "Local-Address", PL_FIELD_LOCAL), .pinned = true}},
    {PREVIEW | OUTCOME, {FIELD_OF("peer", "Foreign-Address", PL_FIELD_PEER), .pinned = true}},
    {DATA, {FIELD_OF("local_address", "Local-IP", PL_FIELD_LOCAL_ADDRESS)}},
    {DATA, {FIELD_OF("local_port", "Local-Port", PL_FIELD_LOCAL_PORT)}},
    {DATA, {FIELD_OF("peer_address", "Foreign-IP", PL_FIELD_PEER_ADDRESS)}},
    {DATA, {FIELD_OF("peer_port", "Foreign-Port", PL_FIELD_PEER_PORT)}},
    {PREVIEW | DATA, {FIELD_OF("state", "State", PL_FIELD_STATE)}},
    {DATA, {FIELD_OF("inode", "Inode", PL_FIELD_INODE)}},
    {DATA, {FIELD_OF("cookie", "Cookie", PL_FIELD_COOKIE)}},
    {PREVIEW | DATA, {FIELD_OF("owners", "PID/Program", PL_FIELD_OWNERS)}},
    {PREVIEW | DATA, {"effect", "Effect", 0, EFFECT, .pinned = true}},
    {DATA, {"result", "Result", 0, RESULT}},
    {DATA, {"reason", "Reason", 0, REASON}},
    {DATA, {"error", "Error", 0, PROBLEM}},
    {OUTCOME | DATA, {"text", "Result", 0, TEXT, .pinned = true}},
    {DATA, {"duration_ms", "Duration", 0, DURATION}},
};

#define COLUMNS_MAX COUNT_OF(processes)

/* ---- cells ---- */

static void set_number(struct cell *cell, uint64_t number)
{
    cell->kind = CELL_NUMBER;
    cell->number = number;
}

static void set_word(struct cell *cell, const char *word)
{
    cell->text = text_of(word);
    cell->kind = word[0] != '\0' ? CELL_WORD : CELL_ABSENT;
}

static void set_own(struct cell *cell, cell_put_fn *put, const void *item)
{
    cell->kind = CELL_OWN;
    cell->put = put;
    cell->item = item;
}

void page_put(struct out *out, const char *text, char separator)
{
    if (separator == '\0')
        text_json(out, text_of(text));
    else if (text[0] == '\0')
        out_char(out, '-');
    else
        text_plain(out, text_of(text), "");
}

static void put_program(struct out *out, const struct view *view, const struct cell *cell,
                        char separator)
{
    const struct target *target = cell->item;

    (void)separator;
    if (target->holds->owner)
        cell_process(out, view, target->holds->owner->pid);
    else
        out_char(out, '-');
}

/* "0.0.0.0:3000/tcp", "10.0.0.1:3000->10.0.0.2:4000/tcp" */
static void put_socket(struct out *out, const struct view *view, const struct pl_sock *sock,
                       char separator)
{
    struct cell cell = {0};

    column_get(pl_field_row(PL_FIELD_LOCAL), view, sock, &cell);
    cell_plain(out, view, &cell, separator, " ,");
    if (pl_sock_has_peer(sock)) {
        out_word(out, "->");
        column_get(pl_field_row(PL_FIELD_PEER), view, sock, &cell);
        cell_plain(out, view, &cell, separator, " ,");
    }
    out_char(out, '/');
    out_word(out, pl_proto_name(sock->proto));
}

static void put_object(struct out *out, const struct view *view, const struct hold *hold)
{
    static const enum pl_field_id ids[] = {
        PL_FIELD_PROTO,        PL_FIELD_LOCAL_ADDRESS, PL_FIELD_LOCAL_PORT,
        PL_FIELD_PEER_ADDRESS, PL_FIELD_PEER_PORT,     PL_FIELD_STATE,
        PL_FIELD_PATH,         PL_FIELD_INODE,         PL_FIELD_COOKIE};
    bool first = true;

    out_char(out, '{');
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        const struct pl_field *field = pl_field_row(ids[i]);
        struct cell cell = {0};

        column_get(field, view, hold->sock, &cell);
        if (cell.kind == CELL_ABSENT || cell.kind == CELL_UNKNOWN)
            continue;
        json_member(out, view, field->name, &cell, first);
        first = false;
    }
    if (hold->owner) {
        out_word(out, ",\"fd\":");
        out_number(out, hold->owner->fd);
    }
    out_char(out, '}');
}

static void put_sockets(struct out *out, const struct view *view, const struct cell *cell,
                        char separator)
{
    const struct target *target = cell->item;
    size_t shown =
        view->data || target->hold_count <= SOCKETS_SHOWN ? target->hold_count : SOCKETS_SHOWN;

    out_word(out, separator == '\0' ? "[" : "");
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            out_char(out, separator == '\0' ? ',' : separator);
        if (separator == '\0')
            put_object(out, view, &target->holds[i]);
        else
            put_socket(out, view, target->holds[i].sock, separator);
    }
    if (shown < target->hold_count) {
        out_word(out, ",+");
        out_number(out, target->hold_count - shown);
    }
    out_word(out, separator == '\0' ? "]" : "");
}

/* ---- sentences ---- */

/* A row of a page, with what its sentences need. */
struct page_row {
    const struct targets *targets;
    const struct target *target;
};

static void explain(const struct page_row *row, char *buf, size_t size)
{
    const struct target *target = row->target;
    unsigned int unknown = target->holds->sock->owner_unknown;

    if (target->holds->owner || row->targets->plan->what == ACTOR_CLOSE)
        (void)actor_explain(row->targets->plan, &target->reply, buf, size);
    else
        (void)snprintf(buf, size, "not touched: %s",
                       unknown == PL_OWNER_NOT_PERMITTED
                           ? "its process is unknown, for lack of permission to read processes"
                       : unknown == PL_OWNER_NOT_FOUND
                           ? "its process is unknown, and may be outside of this pid namespace"
                           : "no process holds it");
}

/* A process that is not touched may still have a better command: that for the socket unit of process 1. */
static void put_remark(struct out *out, const struct view *view, const struct cell *cell,
                       char separator)
{
    const struct page_row *row = cell->item;
    char keeper[TEXT_BYTES];
    char text[2 * TEXT_BYTES] = "";

    (void)view;
    if (row->target->reply.outcome != ACTOR_READY)
        explain(row, text, sizeof(text));
    keeper_text(&row->target->keeper, row->targets->plan->signal, keeper, sizeof(keeper));
    if (text[0] != '\0' && keeper[0] != '\0')
        (void)strlcat(text, "; ", sizeof(text));
    (void)strlcat(text, keeper, sizeof(text));
    page_put(out, text, separator);
}

static void put_effect(struct out *out, const struct view *view, const struct cell *cell,
                       char separator)
{
    const struct page_row *row = cell->item;
    unsigned int detail = row->target->reply.detail;
    /* That another system can close it is of no use. */
    bool impossible = detail == ACTOR_KIND || detail == ACTOR_LISTENER || detail == ACTOR_MPTCP;
    char text[TEXT_BYTES];

    if (row->target->reply.outcome == ACTOR_READY || (view->data && !impossible))
        (void)snprintf(text, sizeof(text), "%s",
                       effect_of(row->target->holds->sock, row->target->subflow));
    else
        explain(row, text, sizeof(text));
    page_put(out, text, separator);
}

static void put_result(struct out *out, const struct view *view, const struct cell *cell,
                       char separator)
{
    const struct page_row *row = cell->item;
    char text[TEXT_BYTES];
    size_t len;

    (void)view;
    explain(row, text, sizeof(text));
    len = strlen(text);
    if (row->target->hit && row->target->holds->owner &&
        (row->target->reply.outcome == ACTOR_DONE || row->target->reply.outcome == ACTOR_KILLED))
        (void)snprintf(text + len, sizeof(text) - len, " after %llu ms",
                       (unsigned long long)row->target->reply.ms);
    page_put(out, text, separator);
}

static void put_instead(struct out *out, const struct view *view, const struct cell *cell,
                        char separator)
{
    const struct page_row *row = cell->item;
    char text[TEXT_BYTES];

    (void)view;
    keeper_command(&row->target->keeper, text, sizeof(text));
    page_put(out, text, separator);
}

static void put_signal(struct out *out, const struct view *view, const struct cell *cell,
                       char separator)
{
    const struct page_row *row = cell->item;
    char text[16];

    (void)view;
    signals_name(row->targets->plan->signal, text, sizeof(text));
    page_put(out, text, separator);
}

/* ---- sheets ---- */

static void set_user(const struct view *view, const struct pl_owner *owner, struct cell *cell)
{
    const struct pl_process *process = owner ? pl_snapshot_process(view->snap, owner->pid) : NULL;

    if (!process || process->uid == PL_UID_UNKNOWN)
        return;
    cell->text = pl_snapshot_user(view->snap, process->uid);
    cell->kind = CELL_TEXT;
    if (!cell->text.data)
        set_number(cell, process->uid);
}

static void set_keeper(const struct keeper *keeper, enum id id, struct cell *cell)
{
    bool unit = keeper->kind == KEEPER_UNIT || keeper->kind == KEEPER_USER_UNIT ||
                keeper->kind == KEEPER_SOCKET;
    bool container = keeper_is_container(keeper);

    if (id == RESTART)
        set_word(cell, keeper->restart ? keeper->restart : "");
    else if (id == UNIT ? unit : container)
        set_word(cell, keeper->name);
}

static void set_outcome(const struct page_row *row, enum id id, struct cell *cell)
{
    const struct target *target = row->target;
    const char *word = NULL;

    if (id == RESULT)
        word = actor_outcome_name(target->reply.outcome);
    else if (id == REASON && !target->holds->owner && row->targets->plan->what == ACTOR_SIGNAL)
        word = "no_process";
    else if (id == REASON)
        word = actor_detail_name(target->reply.detail);
    else if (id == PROBLEM && target->reply.error != 0)
        word = pl_error_text(target->reply.error < 0 ? -target->reply.error : target->reply.error);
    set_word(cell, word ? word : "");
}

/* What the process is, and what it loses. */
static void set_process(const struct sheet *sheet, const struct page_row *row, enum id id,
                        struct cell *cell)
{
    const struct target *target = row->target;
    const struct pl_owner *owner = target->holds->owner;

    if (id == PROGRAM)
        set_own(cell, put_program, target);
    else if (id == SOCKETS)
        set_own(cell, put_sockets, target);
    else if (id == USER)
        set_user(sheet->view, owner, cell);
    else if (id == PID && owner)
        set_number(cell, owner->pid);
    else if (id == PROCESS && owner)
        cell_owner(sheet->view, owner, PL_PART_PROCESS, cell);
    else if ((id == CONNECTIONS || id == OTHERS) && owner && row->targets->counted)
        set_number(cell, id == CONNECTIONS ? target->connections : target->others);
}

static void target_cell(const struct sheet *sheet, const void *item,
                        const struct sheet_column *column, struct cell *cell)
{
    const struct page_row *row = item;
    bool close = row->targets->plan->what == ACTOR_CLOSE;

    if (column->id == PAGE_FIELD) {
        column_get(column->field, sheet->view, row->target->holds->sock, cell);
        return;
    }
    switch ((enum id)column->id) {
    case ACTION:
        set_word(cell, close ? "close" : "signal");
        break;
    case SIGNAL:
        set_own(cell, put_signal, row);
        break;
    case UNIT:
    case CONTAINER:
    case RESTART:
        set_keeper(&row->target->keeper, (enum id)column->id, cell);
        break;
    case INSTEAD:
        if (row->target->keeper.kind != KEEPER_NONE && !row->target->keeper.member)
            set_own(cell, put_instead, row);
        break;
    case REMARK:
        set_own(cell, put_remark, row);
        break;
    case EFFECT:
        set_own(cell, put_effect, row);
        break;
    case RESULT:
    case REASON:
    case PROBLEM:
        set_outcome(row, (enum id)column->id, cell);
        break;
    case TEXT:
        set_own(cell, put_result, row);
        break;
    case DURATION:
        if (row->target->hit)
            set_number(cell, row->target->reply.ms);
        break;
    case PROGRAM:
    case PID:
    case PROCESS:
    case USER:
    case SOCKETS:
    case CONNECTIONS:
    case OTHERS:
        set_process(sheet, row, (enum id)column->id, cell);
        break;
    }
}

size_t page_pick(const struct page_column *table, size_t count, enum page_stage stage,
                 struct sheet_column *out)
{
    size_t picked = 0;

    for (size_t i = 0; i < count; i++) {
        if (table[i].stages & 1U << stage)
            out[picked++] = table[i].column;
    }
    return picked;
}

void page_targets(const struct targets *targets, enum page_stage stage, const struct format *format,
                  struct view *view, bool followed, struct out *out)
{
    bool close = targets->plan->what == ACTOR_CLOSE;
    struct sheet_column columns[COLUMNS_MAX];
    struct sheet sheet = {.key = "targets",
                          .columns = columns,
                          .view = view,
                          .cell = target_cell,
                          .loose = true,
                          .followed = followed && format->several};
    struct page_row *rows = calloc(targets->count + 1, sizeof(*rows));

    if (!rows) {
        out->error = ENOMEM;
        return;
    }
    view->snap = targets->snap;
    sheet.column_count = close ? page_pick(sockets, COUNT_OF(sockets), stage, columns)
                               : page_pick(processes, COUNT_OF(processes), stage, columns);
    for (size_t i = 0; i < targets->count; i++)
        rows[i] = (struct page_row){targets, &targets->rows[i]};
    sheet_print_items(&sheet, format, rows, sizeof(*rows), targets->count, out);
    free(rows);
}
