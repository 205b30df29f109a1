/* SPDX-License-Identifier: BSD-2-Clause */
/* The sheet of events: a row per event, columns of events and of listings. */
#include "events.h"

#include "model/array.h"
#include "view/terminal.h"
#include "view/text.h"

#include <strings.h>

enum column_id {
    COLUMN_TIME,
    COLUMN_EVENT,
    COLUMN_OLD_STATE,
    COLUMN_DURATION,
    COLUMN_BYTES_IN,
    COLUMN_BYTES_OUT,
    COLUMN_ENDED,
    COLUMN_RTT,
    COLUMN_RETRANSMITTED,
    COLUMN_HELD_BY,
    COLUMN_SEEN_BY,
    COLUMN_COUNT,
    COLUMN_NETNS,
    COLUMN_NETNS_NAME,
};

/* One row per column of events; portwatch(1) has the same list. */
#define ROW(name_, title_, type_, help_) \
    .name = (name_), .title = (title_), .type = (type_), .help = (help_)
static const struct pl_field event_columns[] = {
    [COLUMN_TIME] = {ROW("time", "Time", "string", "when it happened, UTC"),
                     .shown = PL_SHOWN_TABLE | PL_SHOWN_JSON | PL_SHOWN_CSV},
    [COLUMN_EVENT] = {ROW("event", "Event", "string",
                          "listen, connect, accept, refused, timeout, failed, close, state, lost "
                          "or resync"),
                      .shown = PL_SHOWN_TABLE | PL_SHOWN_JSON | PL_SHOWN_CSV},
    [COLUMN_OLD_STATE] = {ROW("old_state", "Old-State", "string", "state before the event"),
                          .shown = PL_SHOWN_JSON | PL_SHOWN_CSV},
    [COLUMN_DURATION] = {ROW("duration_us", "Duration", "number",
                             "time since the connection was established, or since an attempt "
                             "began; tables print seconds"),
                         .shown = PL_SHOWN_TABLE | PL_SHOWN_JSON | PL_SHOWN_CSV, .unit = "us",
                         .right = true},
    [COLUMN_BYTES_IN] = {ROW("bytes_in", "Bytes-In", "number",
                             "bytes received, with a SYN and a FIN"),
                         .shown = PL_SHOWN_TABLE | PL_SHOWN_JSON | PL_SHOWN_CSV, .unit = "bytes",
                         .right = true},
    [COLUMN_BYTES_OUT] = {ROW("bytes_out", "Bytes-Out", "number",
                              "bytes that the peer acknowledged, with a SYN and a FIN"),
                          .shown = PL_SHOWN_TABLE | PL_SHOWN_JSON | PL_SHOWN_CSV, .unit = "bytes",
                          .right = true},
    [COLUMN_ENDED] = {ROW("ended", "Ended", "string",
                          "how a connection ended: fin, rst, timeout, killed or unknown"),
                      .shown = PL_SHOWN_TABLE | PL_SHOWN_JSON | PL_SHOWN_CSV},
    [COLUMN_RTT] = {ROW("rtt_us", "RTT", "number", "smoothed round-trip time at the end"),
                    .shown = PL_SHOWN_JSON | PL_SHOWN_CSV, .unit = "us", .right = true},
    [COLUMN_RETRANSMITTED] = {ROW("retransmitted", "Retransmitted", "number",
                                  "segments retransmitted during the connection"),
                              .shown = PL_SHOWN_JSON | PL_SHOWN_CSV, .unit = "segments",
                              .right = true},
    [COLUMN_HELD_BY] = {ROW("held_by", "Held-By", "string",
                            "how the processes are known: running (it caused the event), listener "
                            "(they hold the listener) or table"),
                        .shown = PL_SHOWN_JSON | PL_SHOWN_CSV},
    [COLUMN_SEEN_BY] = {ROW("seen_by", "Seen-By", "string",
                            "report (of the kernel), or table (by the difference of two tables)"),
                        .shown = PL_SHOWN_JSON | PL_SHOWN_CSV},
    [COLUMN_COUNT] = {ROW("count", "Count", "number", "lost: number of events"),
                      .shown = PL_SHOWN_JSON | PL_SHOWN_CSV, .unit = "events", .right = true},
    [COLUMN_NETNS] = {ROW("netns", "Netns", "number", "inode of the network namespace"),
                      .shown = PL_SHOWN_JSON | PL_SHOWN_CSV, .right = true},
    [COLUMN_NETNS_NAME] = {ROW("netns_name", "Netns-Name", "string",
                               "name of the network namespace, ip-netns(8)"),
                           .shown = PL_SHOWN_JSON | PL_SHOWN_CSV, .shown_need = PL_NEED_NETNS},
};
#undef ROW

/* Returns the number of a column of events, or COUNT_OF(event_columns). */
static size_t id_of(const struct pl_field *field)
{
    return field >= event_columns && field < event_columns + COUNT_OF(event_columns)
               ? (size_t)(field - event_columns)
               : COUNT_OF(event_columns);
}

bool events_is_column(const struct pl_field *field)
{
    return id_of(field) < COUNT_OF(event_columns);
}

const struct pl_field *events_column(const char *name, size_t len)
{
    for (size_t i = 0; i < COUNT_OF(event_columns); i++) {
        if (pl_field_is_named(&event_columns[i], name, len) ||
            pl_field_is_titled(&event_columns[i], name, len))
            return &event_columns[i];
    }
    return NULL;
}

/* ---- default columns ---- */

static void add(struct settings *settings, const struct pl_field *column)
{
    if (settings->column_count < COLUMNS_MAX)
        settings->columns[settings->column_count++] = column;
}

void events_columns(struct settings *settings, bool all_netns)
{
    static const enum pl_field_id listed[] = {PL_FIELD_PROTO, PL_FIELD_LOCAL, PL_FIELD_PEER,
                                              PL_FIELD_STATE, PL_FIELD_OWNERS};
    /* What an event does not have, or only with an option. */
    const uint32_t omitted = PL_SHOWN_PAIR | PL_SHOWN_FAMILIES | PL_SHOWN_CONTEXTS |
                             PL_SHOWN_PEERS | PL_SHOWN_HOSTS | PL_SHOWN_QUEUES | PL_SHOWN_NETNS;
    uint32_t shown = settings->format->shown;

    if (settings->column_count > 0)
        return;
    for (size_t i = 0; i <= COLUMN_OLD_STATE; i++) {
        if (event_columns[i].shown & shown)
            add(settings, &event_columns[i]);
    }
    for (size_t i = 0; i < COUNT_OF(listed) && !settings->format->data; i++)
        add(settings, pl_field_row(listed[i]));
    for (size_t i = 0; i < PL_FIELD_COLUMNS && settings->format->data; i++) {
        if (pl_fields[i].shown & shown && !(pl_fields[i].shown & omitted))
            add(settings, &pl_fields[i]);
    }
    for (size_t i = COLUMN_DURATION; i < COUNT_OF(event_columns); i++) {
        if (event_columns[i].shown & shown || (i >= COLUMN_NETNS && all_netns))
            add(settings, &event_columns[i]);
    }
}

/* ---- cells ---- */

static void put_time(struct out *out, const struct view *view, const struct cell *cell,
                     char separator)
{
    const struct pl_event *event = cell->item;

    cell_moment(out, view, event->time, separator);
}

/* Appends seconds. */
static void put_duration(struct out *out, const struct view *view, const struct cell *cell,
                         char separator)
{
    const struct pl_event *event = cell->item;
    uint64_t rest = event->duration_us % 1000000;
    char part[7] = ".";

    (void)view;
    (void)separator;
    for (size_t i = 6; i > 0; i--, rest /= 10)
        part[i] = (char)('0' + rest % 10);
    out_number(out, event->duration_us / 1000000);
    out_bytes(out, part, sizeof(part));
}

static void set_own(struct cell *cell, cell_put_fn *put, const struct pl_event *event)
{
    cell->kind = CELL_OWN;
    cell->put = put;
    cell->item = event;
}

static void set_word(struct cell *cell, const char *word)
{
    cell->kind = word ? CELL_WORD : CELL_ABSENT;
    cell->text = text_of(word ? word : "");
}

static void set_text(struct cell *cell, struct pl_text text)
{
    cell->kind = text.data ? CELL_TEXT : CELL_ABSENT;
    cell->text = text;
}

static void set_number(struct cell *cell, bool have, uint64_t number)
{
    cell->kind = have ? CELL_NUMBER : CELL_ABSENT;
    cell->number = number;
}

/* In tables, the last column is also the number of lost events. */
static void set_ended(const struct view *view, const struct pl_event *event, struct cell *cell)
{
    if (event->kind == PL_EVENT_LOST && !view->data)
        set_number(cell, true, event->count);
    else
        set_word(cell, pl_ended_name(event->ended));
}

static void set_event_cell(const struct view *view, size_t id, const struct pl_event *event,
                           struct cell *cell)
{
    const uint32_t have = event->have;

    switch ((enum column_id)id) {
    case COLUMN_TIME:
        set_own(cell, put_time, event);
        break;
    case COLUMN_EVENT:
        set_word(cell, pl_event_name(event->kind));
        break;
    case COLUMN_OLD_STATE:
        set_word(cell, have & PL_EVENT_HAVE_OLD ? pl_state_name(event->old_state) : NULL);
        break;
    case COLUMN_DURATION:
        set_number(cell, have & PL_EVENT_HAVE_DURATION, event->duration_us);
        if (cell->kind == CELL_NUMBER && !view->data)
            set_own(cell, put_duration, event);
        break;
    case COLUMN_BYTES_IN:
        set_number(cell, have & PL_EVENT_HAVE_BYTES, event->bytes_in);
        break;
    case COLUMN_BYTES_OUT:
        set_number(cell, have & PL_EVENT_HAVE_BYTES, event->bytes_out);
        break;
    case COLUMN_ENDED:
        set_ended(view, event, cell);
        break;
    case COLUMN_RTT:
        set_number(cell, have & PL_EVENT_HAVE_RTT, event->rtt_us);
        break;
    case COLUMN_RETRANSMITTED:
        set_number(cell, have & PL_EVENT_HAVE_RETRANS, event->retrans);
        break;
    case COLUMN_HELD_BY:
        set_word(cell, pl_held_name(event->held_by));
        break;
    case COLUMN_SEEN_BY:
        set_word(cell, !(have & PL_EVENT_HAVE_SOCK) ? NULL
                       : have & PL_EVENT_COMPARED   ? "table"
                                                    : "report");
        break;
    case COLUMN_COUNT:
        set_number(cell, event->kind == PL_EVENT_LOST, event->count);
        break;
    case COLUMN_NETNS:
        set_number(cell, have & PL_EVENT_HAVE_NETNS, event->netns);
        break;
    case COLUMN_NETNS_NAME:
        set_text(cell,
                 pl_snapshot_netns_name(view->snap, have & PL_EVENT_HAVE_NETNS ? event->netns : 0));
        break;
    }
}

static void event_cell(const struct sheet *sheet, const void *row,
                       const struct sheet_column *column, struct cell *cell)
{
    const struct event_row *event = row;
    size_t id = id_of(column->field);

    if (id < COUNT_OF(event_columns))
        set_event_cell(sheet->view, id, event->event, cell);
    else if (event->sock)
        column_get(column->field, sheet->view, event->sock, cell);
}

static const char *event_style(const struct sheet_column *column, const void *row,
                               const struct cell *cell)
{
    const struct event_row *event = row;

    if (id_of(column->field) < COUNT_OF(event_columns) || !event->sock)
        return "";
    return terminal_style(column->field, event->sock, cell);
}

/* ---- the sheet ---- */

/* Widths of columns whose cells are wider than their titles: a stream cannot measure its rows. */
static const struct {
    const char *name;
    uint8_t width;
} widths[] = {
    {"time", 16},         {"event", 7},      {"old_state", 11},  {"duration_us", 11},
    {"bytes_in", 10},     {"bytes_out", 10}, {"ended", 7},       {"held_by", 8},
    {"proto", 5},         {"local", 21},     {"peer", 21},       {"state", 11},
    {"owners", 20},       {"netns", 10},     {"netns_name", 12}, {"local_address", 15},
    {"peer_address", 15}, {"pid", 7},        {"process", 15},    {"command", 30},
    {"exe", 24},          {"user", 10},      {"service", 12},    {"use", 12},
    {"reach", 9},         {"holders", 20},   {"cookie", 8},
};

static size_t width_of(const struct pl_field *field)
{
    for (size_t i = 0; i < COUNT_OF(widths); i++) {
        if (strcmp(widths[i].name, field->name) == 0)
            return widths[i].width;
    }
    return 0;
}

struct sheet events_sheet(const struct view *view, struct sheet_column *columns)
{
    struct sheet sheet = sheet_of_stream(view, width_of, columns);

    for (size_t i = 0; i < sheet.column_count; i++)
        columns[i].pinned = strcmp(columns[i].name, "time") == 0;
    sheet.key = "events";
    sheet.cell = event_cell;
    sheet.style = event_style;
    return sheet;
}
