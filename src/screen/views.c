/* SPDX-License-Identifier: BSD-2-Clause */
#include "views.h"

#include "model/array.h"
#include "view/text.h"

/* ---- cells of rows ---- */

typedef void put_fn(struct out *out, const struct view *view, const struct line *line,
                    const struct pl_sock *sock, uint64_t now);

/* The arguments of a put_fn, most of which one cell does not use. */
#define PUT(name)                                                                       \
    static void name(struct out *out, const struct view *view, const struct line *line, \
                     const struct pl_sock *sock, uint64_t now)
#define UNUSED (void)view, (void)line, (void)sock, (void)now

/* The number of a column: a member of the view's own type that may be unknown. */
#define NUMBER(name, type, known, value)                                      \
    static bool name(const struct line *line, uint64_t now, uint64_t *number) \
    {                                                                         \
        const struct type *item = line->item;                                 \
                                                                              \
        (void)now;                                                            \
        *number = (uint64_t)(value);                                          \
        return (known) != 0;                                                  \
    }

/* Rates are rounded. */
NUMBER(get_rate_in, row, item->have &ROW_HAVE_RATE, item->rate_in + 0.5F)
NUMBER(get_rate_out, row, item->have &ROW_HAVE_RATE, item->rate_out + 0.5F)
NUMBER(get_bytes_in, row, item->have &ROW_HAVE_BYTES, item->bytes_in)
NUMBER(get_bytes_out, row, item->have &ROW_HAVE_BYTES, item->bytes_out)
NUMBER(get_rtt, row, item->have &ROW_HAVE_RTT, item->rtt_us)
/* Microseconds. The age of a socket that existed before is not known. */
NUMBER(get_age, row, !(item->have & ROW_BEFORE), now > item->first ? (now - item->first) / 1000 : 0)

static void put_bytes(struct out *out, uint64_t number)
{
    units_bytes(out, (double)number);
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

#define OWN(title_, weight_, right_, put_, name_)                                                 \
    {                                                                                             \
        .title = (title_), .weight = (weight_), .right = (right_), .put = (put_), .name = (name_) \
    }
#define NUMBERS(title_, weight_, get_, unit_, name_)                                              \
    {                                                                                             \
        .title = (title_), .weight = (weight_), .right = true, .number = (get_), .unit = (unit_), \
        .name = (name_)                                                                           \
    }
#define FIELD_CELL(title_, weight_, right_, field_)                                  \
    {                                                                                \
        .title = (title_), .weight = (weight_), .right = (right_), .field = (field_) \
    }
/* In a file, all processes. */
#define OWNERS(weight_)                                                                          \
    {                                                                                            \
        .title = "PID/Program", .weight = (weight_), .put = put_owners, .field = PL_FIELD_OWNERS \
    }

static const struct grid_column rows_columns[] = {
    [COLUMN_PROTO] = FIELD_CELL("Proto", 6, false, PL_FIELD_PROTO),
    [COLUMN_LOCAL] = FIELD_CELL("Local-Address", 0, false, PL_FIELD_LOCAL),
    [COLUMN_PEER] = FIELD_CELL("Foreign-Address", 3, false, PL_FIELD_PEER),
    [COLUMN_STATE] = FIELD_CELL("State", 2, false, PL_FIELD_STATE),
    [COLUMN_RATE_IN] = NUMBERS("In/s", 4, get_rate_in, put_bytes, "rate_in"),
    [COLUMN_RATE_OUT] = NUMBERS("Out/s", 5, get_rate_out, put_bytes, "rate_out"),
    [COLUMN_OWNERS] = OWNERS(1),
    [COLUMN_AGE] = {.title = "Age",
                    .weight = 7,
                    .right = true,
                    .put = put_age,
                    .number = get_age,
                    .name = "age_us"},
    [COLUMN_RTT] = NUMBERS("RTT", 8, get_rtt, units_short, "rtt_us"),
    [COLUMN_BYTES_IN] = NUMBERS("In", 9, get_bytes_in, put_bytes, "bytes_in"),
    [COLUMN_BYTES_OUT] = NUMBERS("Out", 10, get_bytes_out, put_bytes, "bytes_out"),
    [COLUMN_RECV_Q] = FIELD_CELL("Recv-Q", 11, true, PL_FIELD_RECV_Q),
    [COLUMN_SEND_Q] = FIELD_CELL("Send-Q", 12, true, PL_FIELD_SEND_Q),
};

/* ---- cells of groups ---- */

PUT(put_remote)
{
    struct cell cell = {.kind = CELL_ADDRESS, .peer = true, .sock = sock};

    UNUSED;
    if (!sock || !pl_sock_has_peer(sock))
        out_word(out, "(none)");
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

/* The total of a group, or what one of its sockets has. */
#define TOTAL(name, known, value, of_row)                                     \
    static bool name(const struct line *line, uint64_t now, uint64_t *number) \
    {                                                                         \
        const struct group *item = line->item;                                \
                                                                              \
        if (line->inner)                                                      \
            return of_row(line, now, number);                                 \
        *number = (uint64_t)(value);                                          \
        return (known) != 0;                                                  \
    }

static bool get_none(const struct line *line, uint64_t now, const uint64_t *number)
{
    (void)line;
    (void)now;
    (void)number;
    return false;
}

TOTAL(get_sockets, true, item->sockets, get_none)
TOTAL(get_listeners, true, item->listeners, get_none)
TOTAL(get_group_rate_in, item->rated, item->rate_in + 0.5, get_rate_in)
TOTAL(get_group_rate_out, item->rated, item->rate_out + 0.5, get_rate_out)
TOTAL(get_group_bytes_in, item->counted, item->bytes_in, get_bytes_in)
TOTAL(get_group_bytes_out, item->counted, item->bytes_out, get_bytes_out)

#define GROUP_COLUMNS(title, put)                                                            \
    {                                                                                        \
        [GROUP_NAME] = OWN(title, 0, false, put, "group"),                                   \
        [GROUP_SOCKETS] = NUMBERS("Sockets", 1, get_sockets, out_number, "sockets"),         \
        [GROUP_LISTENERS] = NUMBERS("Listeners", 6, get_listeners, out_number, "listeners"), \
        [GROUP_RATE_IN] = NUMBERS("In/s", 2, get_group_rate_in, put_bytes, "rate_in"),       \
        [GROUP_RATE_OUT] = NUMBERS("Out/s", 3, get_group_rate_out, put_bytes, "rate_out"),   \
        [GROUP_BYTES_IN] = NUMBERS("In", 4, get_group_bytes_in, put_bytes, "bytes_in"),      \
        [GROUP_BYTES_OUT] = NUMBERS("Out", 5, get_group_bytes_out, put_bytes, "bytes_out"),  \
    }

/* "  tcp 10.0.0.1:22 10.0.0.2:4000 ESTABLISHED": a socket below its group. */
static void put_inner(struct out *out, const struct view *view, const struct pl_sock *sock)
{
    static const enum pl_field_id fields[] = {PL_FIELD_PROTO, PL_FIELD_LOCAL, PL_FIELD_PEER,
                                              PL_FIELD_STATE};

    out_char(out, ' ');
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        struct cell cell;

        cell_clear(&cell);
        column_get(pl_field_row(fields[i]), view, sock, &cell);
        out_char(out, ' ');
        cell_plain(out, view, &cell, ',', " ");
    }
}

/* The name of a group, or one of its sockets. */
#define PUT_NAME(name, put)                  \
    PUT(name)                                \
    {                                        \
        if (line->inner)                     \
            put_inner(out, view, sock);      \
        else                                 \
            put(out, view, line, sock, now); \
    }

PUT_NAME(put_process_name, put_owners)
PUT_NAME(put_remote_name, put_remote)
PUT_NAME(put_port_name, put_port)

static const struct grid_column process_columns[] = GROUP_COLUMNS("PID/Program", put_process_name);
static const struct grid_column remote_columns[] =
    GROUP_COLUMNS("Foreign-Address", put_remote_name);
static const struct grid_column port_columns[] = GROUP_COLUMNS("Port", put_port_name);

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

static const char *get_event(const struct line *line)
{
    return log_word(line->item);
}

static const char *get_ended(const struct line *line)
{
    const struct pl_event *event = line->item;

    return event->ended != PL_ENDED_NONE ? pl_ended_name(event->ended) : NULL;
}

NUMBER(get_lasted, pl_event, item->have &PL_EVENT_HAVE_DURATION, item->duration_us)
NUMBER(get_event_in, pl_event, item->have &PL_EVENT_HAVE_BYTES, item->bytes_in)
NUMBER(get_event_out, pl_event, item->have &PL_EVENT_HAVE_BYTES, item->bytes_out)

static const struct grid_column log_columns[] = {
    [LOG_TIME] = OWN("Time", 0, false, put_time, "time"),
    [LOG_EVENT] =
        {.title = "Event", .weight = 1, .put = put_event, .word = get_event, .name = "event"},
    [LOG_PROTO] = FIELD_CELL("Proto", 5, false, PL_FIELD_PROTO),
    [LOG_LOCAL] = FIELD_CELL("Local-Address", 2, false, PL_FIELD_LOCAL),
    [LOG_PEER] = FIELD_CELL("Foreign-Address", 4, false, PL_FIELD_PEER),
    [LOG_STATE] = FIELD_CELL("State", 6, false, PL_FIELD_STATE),
    [LOG_OWNERS] = OWNERS(3),
    [LOG_ENDED] = {.title = "Ended", .weight = 7, .word = get_ended, .name = "ended"},
    [LOG_LASTED] = NUMBERS("Lasted", 8, get_lasted, units_short, "duration_us"),
    [LOG_BYTES_IN] = NUMBERS("In", 9, get_event_in, put_bytes, "bytes_in"),
    [LOG_BYTES_OUT] = NUMBERS("Out", 10, get_event_out, put_bytes, "bytes_out"),
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

    return (struct line){.row = row,
                         .holders = row->holders,
                         .item = row,
                         .style = marks[row->mark].style,
                         .mark = marks[row->mark].mark};
}

struct line views_tree(const struct tree_line *tree)
{
    const struct row *row = tree->group->row;
    struct line line;

    if (!tree->row)
        return (struct line){.row = row,
                             .holders = row->holders,
                             .item = tree->group,
                             .mark = tree->open ? 'v' : ' '};
    line = views_row(tree->row);
    line.inner = true;
    return line;
}

struct line views_event(const struct pl_event *event)
{
    struct line line = {.event = event, .holders = event->holders, .item = event, .mark = ' '};

    if (event->kind == PL_EVENT_LOST)
        line.style = STYLE_ERROR;
    return line;
}

void views_filter(enum views view, const struct group *group, struct out *out)
{
    const struct pl_sock sock = row_sock(group->row);

    if (view == VIEW_PROCESSES && group->row->holders && group->row->holders->count > 0) {
        out_word(out, "pid ");
        out_number(out, group->row->holders->items[0].pid);
    } else if (view == VIEW_REMOTES && pl_sock_has_peer(&sock)) {
        char text[PL_ADDR_TEXT];
        /* An address of IPv4 selects sockets of both families, as the group does. */
        bool v4 = group->high == 4 && sock.family == PL_FAMILY_INET6;
        size_t len = v4 ? pl_addr_print(PL_FAMILY_INET, sock.peer_addr + 12, text)
                        : pl_addr_print(sock.family, sock.peer_addr, text);

        out_word(out, "peer ");
        out_bytes(out, text, len);
    } else if (view == VIEW_PORTS) {
        out_word(out, pl_proto_name((unsigned int)group->high));
        out_word(out, " port ");
        out_number(out, group->low - 1);
    }
}
