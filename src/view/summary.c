/* SPDX-License-Identifier: BSD-2-Clause */
#include "summary.h"

#include "api/snapshot.h"
#include "model/array.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PROCESSES 10 /* in tables; machine-readable formats print all */
#define COLUMNS   8  /* of one sheet at most */

enum id {
    COUNTER,
    VALUE,
    UNIT,
    PROTO,
    FAMILY,
    STATE,
    SOCKETS,
    ADDRESS,
    USED,
    AVAILABLE,
    PID,
    PROCESS,
    PROGRAM,
    NETNS,
    NETNS_NAME,
    COUNTED /* and those after it: an index of sums */
};

/* Tables use the width of the titles, so that it does not depend on the rows. */
#define BOTH (PL_SHOWN_TABLE | PL_SHOWN_JSON)
#define PART(number, word, heading, where, wide)                                              \
    {                                                                                         \
        .name = (word), .title = (heading), .shown = (where), .id = (number), .width = (wide) \
    }

static const struct sheet_column counter_columns[] = {
    PART(COUNTER, "counter", "Counter", BOTH, 17),
    PART(VALUE, "value", "Value", BOTH, 0),
    PART(UNIT, "unit", "Unit", PL_SHOWN_TABLE, 0),
};

static const struct sheet_column state_columns[] = {
    PART(PROTO, "proto", "Proto", BOTH, 9),
    PART(FAMILY, "family", "Family", PL_SHOWN_JSON, 0),
    PART(STATE, "state", "State", BOTH, 12),
    PART(SOCKETS, "sockets", "Sockets", BOTH, 0),
};

static const struct sheet_column port_columns[] = {
    PART(PROTO, "proto", "Proto", BOTH, 9),
    PART(FAMILY, "family", "Family", PL_SHOWN_JSON, 0),
    PART(ADDRESS, "local_address", "Local-Address", PL_SHOWN_JSON, 0),
    PART(USED, "used", "Ephemeral-Ports-Used", BOTH, 20),
    PART(AVAILABLE, "available", "Available", BOTH, 9),
    PART(ADDRESS, "local_address", "Local-Address", PL_SHOWN_TABLE, 0),
};

static const struct sheet_column process_columns[] = {
    PART(SOCKETS, "sockets", "Sockets", PL_SHOWN_TABLE, 9),
    PART(PID, "pid", "PID", PL_SHOWN_JSON, 0),
    PART(PROCESS, "process", "Process", PL_SHOWN_JSON, 0),
    PART(SOCKETS, "sockets", "Sockets", PL_SHOWN_JSON, 0),
    PART(PROGRAM, "program", "PID/Program", PL_SHOWN_TABLE, 0),
};

/* Counters whose sum is a column, by the kernel's names for IPv4 and IPv6. */
static const struct {
    enum pl_counter v4, v6; /* PL_COUNTER_MAX: none */
} sums[] = {
    {PL_COUNTER_SOCKETS_USED, PL_COUNTER_MAX},     {PL_COUNTER_TCP_INUSE, PL_COUNTER_TCP6_INUSE},
    {PL_COUNTER_TCP_TIME_WAIT, PL_COUNTER_MAX},    {PL_COUNTER_UDP_INUSE, PL_COUNTER_UDP6_INUSE},
    {PL_COUNTER_RAW_INUSE, PL_COUNTER_RAW6_INUSE},
};

static const struct sheet_column netns_columns[] = {
    PART(NETNS, "netns", "Netns-Inode", PL_SHOWN_JSON, 0),
    PART(NETNS_NAME, "netns_name", "Netns", PL_SHOWN_JSON, 0),
    PART(COUNTED, "sockets_used", "Sockets", BOTH, 9),
    PART(COUNTED + 1, "tcp", "TCP", BOTH, 9),
    PART(COUNTED + 2, "tcp_time_wait", "TIME_WAIT", BOTH, 9),
    PART(COUNTED + 3, "udp", "UDP", BOTH, 9),
    PART(COUNTED + 4, "raw", "Raw", BOTH, 9),
    PART(NETNS_NAME, "netns_name", "Netns", PL_SHOWN_TABLE, 0),
};

struct counter {
    enum pl_counter id;
    uint64_t value;
};

static void set_number(struct cell *cell, uint64_t number)
{
    *cell = (struct cell){.kind = CELL_NUMBER, .number = number};
}

static void set_word(struct cell *cell, const char *word)
{
    *cell = (struct cell){.kind = CELL_WORD, .text = text_of(word)};
}

/* ---- one cell ---- */

static void counter_cell(const struct sheet *sheet, const void *row,
                         const struct sheet_column *column, struct cell *cell)
{
    const struct counter *counter = row;
    const struct pl_counter_info *info = pl_counter_info(counter->id);
    bool machine = info->machine && pl_snapshot_system(sheet->view->snap) == PL_SYSTEM_LINUX;

    if (column->id == VALUE)
        set_number(cell, counter->value);
    else if (column->id == COUNTER)
        set_word(cell, info->name);
    else
        set_word(cell, machine ? info->machine : info->unit);
}

/* Sets the protocol, family or state of a row. */
static void set_kind(const struct sheet *sheet, unsigned int id, unsigned int proto,
                     unsigned int family, struct cell *cell)
{
    const char *name = id == PROTO ? pl_proto_name(proto) : pl_family_name(family);
    struct pl_sock *sock = sheet->arg; /* a socket of that kind, for the cell to read */

    set_word(cell, name ? name : "unknown");
    if (id == FAMILY)
        return;
    sock->family = (uint8_t)family;
    cell->kind = CELL_PROTO;
    cell->sock = sock;
}

static void state_cell(const struct sheet *sheet, const void *row,
                       const struct sheet_column *column, struct cell *cell)
{
    const struct pl_state_count *count = row;

    if (column->id == SOCKETS)
        set_number(cell, count->count);
    else if (column->id != STATE)
        set_kind(sheet, column->id, count->proto, count->family, cell);
    else if (!pl_state_name(count->state))
        *cell = (struct cell){.kind = CELL_UNKNOWN, .number = count->state & ~PL_STATE_OTHER};
    else if (count->state != PL_STATE_NONE)
        set_word(cell, pl_state_name(count->state));
}

static void port_cell(const struct sheet *sheet, const void *row, const struct sheet_column *column,
                      struct cell *cell)
{
    const struct pl_port_use *use = row;
    struct pl_sock *sock = sheet->arg;

    if (column->id == USED) {
        set_number(cell, use->used);
    } else if (column->id == AVAILABLE) {
        set_number(cell, use->available);
    } else if (column->id != ADDRESS) {
        set_kind(sheet, column->id, use->proto, use->family, cell);
    } else {
        sock->family = use->family;
        memcpy(sock->local_addr, use->addr, sizeof(sock->local_addr));
        *cell = (struct cell){.kind = CELL_ADDRESS, .sock = sock};
    }
}

static void put_program(struct out *out, const struct view *view, const struct cell *cell,
                        char separator)
{
    const struct pl_process *process = pl_snapshot_process(view->snap, (uint32_t)cell->number);

    (void)separator;
    out_number(out, cell->number);
    out_char(out, '/');
    if (process && process->name.data)
        text_plain(out, process->name, " ");
    else
        out_char(out, '-');
}

static void process_cell(const struct sheet *sheet, const void *row,
                         const struct sheet_column *column, struct cell *cell)
{
    const struct pl_holding *holding = row;
    const struct pl_process *process = pl_snapshot_process(sheet->view->snap, holding->pid);

    if (column->id == SOCKETS)
        set_number(cell, holding->sockets);
    else if (column->id == PID)
        set_number(cell, holding->pid);
    else if (column->id == PROGRAM)
        *cell = (struct cell){.kind = CELL_OWN, .number = holding->pid, .put = put_program};
    else if (process && process->name.data)
        *cell = (struct cell){.kind = CELL_TEXT, .text = process->name};
}

/* Returns whether any part of the sum is known. */
static bool add_up(const struct pl_netns_counters *counters, size_t sum, uint64_t *out)
{
    const enum pl_counter parts[] = {sums[sum].v4, sums[sum].v6};
    bool known = false;

    *out = 0;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (parts[i] == PL_COUNTER_MAX || !(counters->known & PL_BIT(parts[i])))
            continue;
        *out += counters->values[parts[i]];
        known = true;
    }
    return known;
}

static void netns_cell(const struct sheet *sheet, const void *row,
                       const struct sheet_column *column, struct cell *cell)
{
    const struct pl_netns_counters *counters = row;
    struct pl_text name = pl_snapshot_netns_name(sheet->view->snap, counters->netns);
    uint64_t sum;

    if (column->id >= COUNTED) {
        if (add_up(counters, column->id - COUNTED, &sum))
            set_number(cell, sum);
    } else if (column->id == NETNS_NAME && counters->netns == 0) {
        set_word(cell, "total");
    } else if (column->id == NETNS_NAME && name.data) {
        *cell = (struct cell){.kind = CELL_TEXT, .text = name};
    } else if (column->id == NETNS || !sheet->view->data) {
        set_number(cell, counters->netns);
    }
}

/* ---- the sheets ---- */

/* The output of all sheets. */
struct target {
    const struct view *view;
    const struct format *format;
    struct out *out;
};

#define put_part(target, sheet, columns, items, count) \
    put_columns(target, sheet, columns, COUNT_OF(columns), items, sizeof((items)[0]), count)

static void put_columns(const struct target *target, struct sheet sheet,
                        const struct sheet_column *columns, size_t column_count, const void *items,
                        size_t size, size_t count)
{
    struct sheet_column picked[COLUMNS];
    struct pl_sock sock = {0};

    for (size_t i = 0; i < column_count; i++) {
        if (columns[i].shown & target->format->shown)
            picked[sheet.column_count++] = columns[i];
    }
    sheet.columns = picked;
    sheet.view = target->view;
    sheet.arg = &sock;
    sheet.fixed = true;
    sheet_print_items(&sheet, target->format, items, size, count, target->out);
}

static void put_counters(const struct target *target, bool followed)
{
    const struct sheet sheet = {
        .key = "counters", .cell = counter_cell, .object = true, .followed = followed};
    struct counter counters[PL_COUNTER_MAX];
    size_t count = 0;

    for (unsigned int i = 0; i < PL_COUNTER_MAX; i++) {
        counters[count].id = (enum pl_counter)i;
        count +=
            pl_snapshot_counter(target->view->snap, (enum pl_counter)i, &counters[count].value);
    }
    put_part(target, sheet, counter_columns, counters, count);
}

static void put_states(const struct target *target, const struct pl_summary *summary, bool followed)
{
    const struct sheet states = {
        .key = "states", .cell = state_cell, .follows = true, .followed = true};
    const struct sheet ports = {
        .key = "ephemeral_ports", .cell = port_cell, .follows = true, .followed = followed};

    put_part(target, states, state_columns, summary->states, summary->state_count);
    if (summary->port_count > 0 || target->format->data)
        put_part(target, ports, port_columns, summary->ports, summary->port_count);
}

static void put_processes(const struct target *target, const struct pl_summary *summary)
{
    const struct sheet sheet = {.key = "processes", .cell = process_cell, .follows = true};
    size_t count = summary->holding_count;

    if (!target->format->data && count > PROCESSES)
        count = PROCESSES;
    put_part(target, sheet, process_columns, summary->holdings, count);
}

static void add_counters(struct pl_netns_counters *total, const struct pl_netns_counters *counters)
{
    for (unsigned int i = 0; i < PL_COUNTER_MAX; i++)
        total->values[i] += counters->known & PL_BIT(i) ? counters->values[i] : 0;
    total->known |= counters->known;
}

/* That of the reader is first; in a table, the last row has the sums. Returns 0 or -ENOMEM. */
static int put_spaces(const struct target *target, bool followed)
{
    const struct sheet sheet = {
        .key = "namespaces", .cell = netns_cell, .follows = true, .followed = followed};
    const struct pl_snapshot *snap = target->view->snap;
    size_t count;
    const struct pl_netns_counters *others = pl_snapshot_netns_counters(snap, &count);
    struct pl_netns_counters *rows = calloc(count + 2, sizeof(*rows));

    if (!rows)
        return -ENOMEM;
    rows[0].netns = pl_snapshot_netns(snap, &(struct pl_sock){0});
    for (unsigned int i = 0; i < PL_COUNTER_MAX; i++) {
        if (pl_snapshot_counter(snap, (enum pl_counter)i, &rows[0].values[i]))
            rows[0].known |= PL_BIT(i);
    }
    if (count > 0)
        memcpy(rows + 1, others, count * sizeof(*rows));
    for (size_t i = 0; i <= count; i++)
        add_counters(&rows[count + 1], &rows[i]);
    put_part(target, sheet, netns_columns, rows, count + (target->format->data ? 1 : 2));
    free(rows);
    return 0;
}

int summary_print(const struct view *view, uint32_t parts, const struct format *format,
                  struct out *out)
{
    const struct target target = {.view = view, .format = format, .out = out};
    struct pl_summary *summary = NULL;
    int err = parts != 0 ? pl_summary_make(view->snap, &summary) : 0;

    if (err < 0)
        return err;
    put_counters(&target, parts != 0);
    if (parts & SUMMARY_SPACES)
        err = put_spaces(&target, (parts & ~(uint32_t)SUMMARY_SPACES) != 0);
    if (parts & SUMMARY_STATES)
        put_states(&target, summary, (parts & SUMMARY_PROCESSES) != 0);
    if (parts & SUMMARY_PROCESSES)
        put_processes(&target, summary);
    pl_summary_free(summary);
    return err;
}
