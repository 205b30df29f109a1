/* SPDX-License-Identifier: BSD-2-Clause */
#include "views.h"

#include "model/array.h"
#include "view/text.h"

/* ---- cells of rows ---- */

typedef void put_fn(struct out *out, const struct view *view, const struct line *line,
                    const struct pl_sock *sock, uint64_t now);

static void put_number(struct out *out, bool known, double number)
{
    if (known)
        units_bytes(out, number);
    else
        out_char(out, '-');
}

/* The arguments of a put_fn, most of which one cell does not use. */
#define PUT(name)                                                                       \
    static void name(struct out *out, const struct view *view, const struct line *line, \
                     const struct pl_sock *sock, uint64_t now)
#define UNUSED (void)view, (void)line, (void)sock, (void)now

/* A put_fn of a member that a row may lack. */
#define PUT_MEMBER(name, member, flag)                           \
    PUT(name)                                                    \
    {                                                            \
        const struct row *row = line->item;                      \
                                                                 \
        UNUSED;                                                  \
        put_number(out, row->have &(flag), (double)row->member); \
    }

PUT_MEMBER(put_rate_in, rate_in, ROW_HAVE_RATE)
PUT_MEMBER(put_rate_out, rate_out, ROW_HAVE_RATE)
PUT_MEMBER(put_bytes_in, bytes_in, ROW_HAVE_BYTES)
PUT_MEMBER(put_bytes_out, bytes_out, ROW_HAVE_BYTES)

PUT(put_rtt)
{
    const struct row *row = line->item;

    UNUSED;
    if (row->have & ROW_HAVE_RTT)
        units_short(out, row->rtt_us);
    else
        out_char(out, '-');
}

/* A socket that existed before is at least as old. */
PUT(put_age)
{
    const struct row *row = line->item;

    UNUSED;
    if (row->have & ROW_BEFORE)
        out_char(out, '>');
    units_duration(out, now > row->first ? now - row->first : 0);
}

/* Without processes, the reason. */
PUT(put_owners)
{
    struct cell cell;
    const char *reason = NULL;

    UNUSED;
    cell_clear(&cell);
    if (sock) {
        column_get(pl_field_row(PL_FIELD_HOLDERS), view, sock, &cell);
        if (sock->owner_unknown > PL_OWNER_KNOWN)
            reason = pl_owner_unknown_name(sock->owner_unknown);
    }
    if (cell.kind == CELL_ABSENT && reason) {
        out_char(out, '(');
        out_word(out, reason);
        out_char(out, ')');
        return;
    }
    cell_plain(out, view, &cell, ',', " ");
}

#define OWN(title, weight, right, put) \
    {                                  \
        title, weight, right, 0, put   \
    }
#define FIELD_CELL(title, weight, right, field) \
    {                                           \
        title, weight, right, field, NULL       \
    }

static const struct grid_column rows_columns[] = {
    [COLUMN_PROTO] = FIELD_CELL("Proto", 6, false, PL_FIELD_PROTO),
    [COLUMN_LOCAL] = FIELD_CELL("Local-Address", 0, false, PL_FIELD_LOCAL),
    [COLUMN_PEER] = FIELD_CELL("Foreign-Address", 3, false, PL_FIELD_PEER),
    [COLUMN_STATE] = FIELD_CELL("State", 2, false, PL_FIELD_STATE),
    [COLUMN_RATE_IN] = OWN("In/s", 4, true, put_rate_in),
    [COLUMN_RATE_OUT] = OWN("Out/s", 5, true, put_rate_out),
    [COLUMN_OWNERS] = OWN("PID/Program", 1, false, put_owners),
    [COLUMN_AGE] = OWN("Age", 7, true, put_age),
    [COLUMN_RTT] = OWN("RTT", 8, true, put_rtt),
    [COLUMN_BYTES_IN] = OWN("In", 9, true, put_bytes_in),
    [COLUMN_BYTES_OUT] = OWN("Out", 10, true, put_bytes_out),
    [COLUMN_RECV_Q] = FIELD_CELL("Recv-Q", 11, true, PL_FIELD_RECV_Q),
    [COLUMN_SEND_Q] = FIELD_CELL("Send-Q", 12, true, PL_FIELD_SEND_Q),
};

/* ---- cells of groups ---- */

PUT(put_remote)
{
    struct cell cell = {.kind = CELL_ADDRESS, .peer = true, .sock = sock};

    UNUSED;
    if (!sock || !pl_sock_has_peer(sock))
        out_word(out, "(no peer)");
    else
        cell_plain(out, view, &cell, ',', " ");
}

PUT(put_port)
{
    const struct group *group = line->item;
    uint32_t port = (uint32_t)(group->low - 1);
    struct pl_text name;

    UNUSED;
    out_word(out, pl_proto_name((unsigned int)group->high));
    out_char(out, '/');
    out_number(out, port);
    name = pl_snapshot_service(view->snap, port, (enum pl_proto)group->high);
    if (name.data && view->port_names) {
        out_char(out, ' ');
        text_plain(out, name, "");
    }
}

PUT(put_sockets)
{
    const struct group *group = line->item;

    UNUSED;
    out_number(out, group->sockets);
}

PUT(put_listeners)
{
    const struct group *group = line->item;

    UNUSED;
    out_number(out, group->listeners);
}

PUT(put_group_rate_in)
{
    const struct group *group = line->item;

    UNUSED;
    put_number(out, group->rated, group->rate_in);
}

PUT(put_group_rate_out)
{
    const struct group *group = line->item;

    UNUSED;
    put_number(out, group->rated, group->rate_out);
}

PUT(put_group_bytes_in)
{
    const struct group *group = line->item;

    UNUSED;
    put_number(out, group->counted, (double)group->bytes_in);
}

PUT(put_group_bytes_out)
{
    const struct group *group = line->item;

    UNUSED;
    put_number(out, group->counted, (double)group->bytes_out);
}

#define GROUP_COLUMNS(title, put)                                     \
    {                                                                 \
        [GROUP_NAME] = OWN(title, 0, false, put),                     \
        [GROUP_SOCKETS] = OWN("Sockets", 1, true, put_sockets),       \
        [GROUP_LISTENERS] = OWN("Listeners", 6, true, put_listeners), \
        [GROUP_RATE_IN] = OWN("In/s", 2, true, put_group_rate_in),    \
        [GROUP_RATE_OUT] = OWN("Out/s", 3, true, put_group_rate_out), \
        [GROUP_BYTES_IN] = OWN("In", 4, true, put_group_bytes_in),    \
        [GROUP_BYTES_OUT] = OWN("Out", 5, true, put_group_bytes_out), \
    }

static const struct grid_column process_columns[] = GROUP_COLUMNS("PID/Program", put_owners);
static const struct grid_column remote_columns[] = GROUP_COLUMNS("Foreign-Address", put_remote);
static const struct grid_column port_columns[] = GROUP_COLUMNS("Port", put_port);

/* ---- cells of events ---- */

PUT(put_time)
{
    const struct pl_event *event = line->item;

    UNUSED;
    cell_moment(out, view, event->time, ',');
}

PUT(put_event)
{
    const struct pl_event *event = line->item;

    UNUSED;
    out_word(out, log_word(event));
    if (event->kind == PL_EVENT_LOST) {
        out_char(out, ' ');
        out_number(out, event->count);
    }
}

PUT(put_ended)
{
    const struct pl_event *event = line->item;

    UNUSED;
    out_word(out, event->ended != PL_ENDED_NONE ? pl_ended_name(event->ended) : "-");
}

PUT(put_lasted)
{
    const struct pl_event *event = line->item;

    UNUSED;
    if (event->have & PL_EVENT_HAVE_DURATION)
        units_short(out, event->duration_us);
    else
        out_char(out, '-');
}

PUT(put_event_in)
{
    const struct pl_event *event = line->item;

    UNUSED;
    put_number(out, event->have & PL_EVENT_HAVE_BYTES, (double)event->bytes_in);
}

PUT(put_event_out)
{
    const struct pl_event *event = line->item;

    UNUSED;
    put_number(out, event->have & PL_EVENT_HAVE_BYTES, (double)event->bytes_out);
}

static const struct grid_column log_columns[] = {
    [LOG_TIME] = OWN("Time", 0, false, put_time),
    [LOG_EVENT] = OWN("Event", 1, false, put_event),
    [LOG_PROTO] = FIELD_CELL("Proto", 5, false, PL_FIELD_PROTO),
    [LOG_LOCAL] = FIELD_CELL("Local-Address", 2, false, PL_FIELD_LOCAL),
    [LOG_PEER] = FIELD_CELL("Foreign-Address", 4, false, PL_FIELD_PEER),
    [LOG_STATE] = FIELD_CELL("State", 6, false, PL_FIELD_STATE),
    [LOG_OWNERS] = OWN("PID/Program", 3, false, put_owners),
    [LOG_ENDED] = OWN("Ended", 7, false, put_ended),
    [LOG_LASTED] = OWN("Lasted", 8, true, put_lasted),
    [LOG_BYTES_IN] = OWN("In", 9, true, put_event_in),
    [LOG_BYTES_OUT] = OWN("Out", 10, true, put_event_out),
};

/* ---- views ---- */

#define COLUMNS(table) table, COUNT_OF(table)

static const struct view_columns views[] = {
    [VIEW_CONNECTIONS] = {"connections", COLUMNS(rows_columns), COLUMN_LOCAL, false},
    [VIEW_PROCESSES] = {"by process", COLUMNS(process_columns), GROUP_RATE_IN, true},
    [VIEW_REMOTES] = {"by remote address", COLUMNS(remote_columns), GROUP_RATE_IN, true},
    [VIEW_PORTS] = {"by port", COLUMNS(port_columns), GROUP_SOCKETS, true},
    [VIEW_LOG] = {"events", COLUMNS(log_columns), -1, false},
};

_Static_assert(COUNT_OF(rows_columns) <= GRID_COLUMNS, "room for each");

const struct view_columns *views_get(enum views view)
{
    return &views[view];
}

int views_groups(enum views view)
{
    static const int8_t kinds[] = {
        [VIEW_CONNECTIONS] = -1,
        [VIEW_PROCESSES] = GROUP_PROCESS,
        [VIEW_REMOTES] = GROUP_REMOTE,
        [VIEW_PORTS] = GROUP_PORT,
        [VIEW_LOG] = -1,
    };

    return kinds[view];
}

struct line views_row(const struct row *row)
{
    static const struct {
        enum style style;
        char mark;
    } marks[] = {
        [ROW_SAME] = {STYLE_NORMAL, ' '},
        [ROW_NEW] = {STYLE_NEW, '+'},
        [ROW_CHANGED] = {STYLE_CHANGED, '~'},
        [ROW_CLOSED] = {STYLE_CLOSED, 'x'},
    };

    return (struct line){.sock = &row->sock,
                         .holders = row->holders,
                         .item = row,
                         .style = marks[row->mark].style,
                         .mark = marks[row->mark].mark};
}

struct line views_group(const struct group *group)
{
    return (struct line){
        .sock = &group->row->sock, .holders = group->row->holders, .item = group, .mark = ' '};
}

struct line views_event(const struct pl_event *event)
{
    struct line line = {.holders = event->holders, .item = event, .mark = ' '};

    if (event->have & PL_EVENT_HAVE_SOCK)
        line.sock = &event->sock;
    if (event->kind == PL_EVENT_LOST)
        line.style = STYLE_ERROR;
    return line;
}

void views_filter(enum views view, const struct group *group, struct out *out)
{
    const struct pl_sock *sock = &group->row->sock;

    if (view == VIEW_PROCESSES && group->row->holders && group->row->holders->count > 0) {
        out_word(out, "pid ");
        out_number(out, group->row->holders->items[0].pid);
    } else if (view == VIEW_REMOTES && pl_sock_has_peer(sock)) {
        char text[PL_ADDR_TEXT];
        size_t len = pl_addr_print(sock->family, sock->peer_addr, text);

        out_word(out, "peer ");
        out_bytes(out, text, len);
    } else if (view == VIEW_PORTS) {
        out_word(out, pl_proto_name((unsigned int)group->high));
        out_word(out, " port ");
        out_number(out, group->low - 1);
    }
}
