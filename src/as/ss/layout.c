/* SPDX-License-Identifier: BSD-2-Clause */
/* The layout of iproute2 6.1's ss. */
#include "layout.h"
#include "tables.h"

#include "model/array.h"
#include "view/text.h"

#include <string.h>

static const char *const states[PL_STATE_MAX] = {
    [PL_STATE_ESTABLISHED] = "ESTAB",    [PL_STATE_SYN_SENT] = "SYN-SENT",
    [PL_STATE_SYN_RECV] = "SYN-RECV",    [PL_STATE_FIN_WAIT1] = "FIN-WAIT-1",
    [PL_STATE_FIN_WAIT2] = "FIN-WAIT-2", [PL_STATE_TIME_WAIT] = "TIME-WAIT",
    [PL_STATE_CLOSED] = "UNCONN",        [PL_STATE_CLOSE_WAIT] = "CLOSE-WAIT",
    [PL_STATE_LAST_ACK] = "LAST-ACK",    [PL_STATE_LISTEN] = "LISTEN",
    [PL_STATE_CLOSING] = "CLOSING",      [PL_STATE_BOUND] = "UNCONN",
    [PL_STATE_UNCONN] = "UNCONN",
};

unsigned int ss_protocol(const struct ss_row *row)
{
    const struct ss_table_row *table = ss_table_of(row->sock);

    /* To ss a raw socket from /proc/net, without a cookie, has protocol 0. */
    if (row->sock->proto == PL_PROTO_RAW && row->sock->have & PL_HAVE_COOKIE)
        return (unsigned int)ss_number(row, PL_ATTR_PROTOCOL);
    return table ? table->ip : 0;
}

static bool is_single(uint32_t bits)
{
    return (bits & (bits - 1)) == 0;
}

/* To ss, closed and unconnected are one state. */
static bool has_one_state(const struct as_view *view)
{
    return is_single(view->states) || view->states == SS_CLOSED;
}

/* ---- the first two cells ---- */

static const char *inet_name(unsigned int protocol)
{
    for (size_t i = 0; i < SS_MAX; i++) {
        if (ss_tables[i].families & PL_BIT(PL_FAMILY_INET) && ss_tables[i].ip == protocol)
            return ss_tables[i].netid;
    }
    return protocol == IP_ICMPV6 ? "icmp6" : NULL;
}

static const char *typed_name(const struct pl_sock *sock)
{
    static const char *const tipc[PL_TYPE_MAX] = {
        [PL_TYPE_STREAM] = "ti_st",
        [PL_TYPE_DGRAM] = "ti_dg",
        [PL_TYPE_RDM] = "ti_rd",
        [PL_TYPE_SEQPACKET] = "ti_sq",
    };
    const struct ss_table_row *table = ss_table_of(sock);

    if (sock->proto == PL_PROTO_TIPC)
        return sock->type < PL_TYPE_MAX ? tipc[sock->type] : NULL;
    if (!table || (sock->proto == PL_PROTO_VSOCK && table->type != sock->type))
        return NULL;
    return table->netid;
}

static void put_netid(const struct ss_row *row)
{
    const struct pl_sock *sock = row->sock;
    const char *name = ss_is_inet(sock) ? inet_name(ss_protocol(row)) : typed_name(sock);

    out_word(row->out, name ? name : "???");
}

/* SCTP has other names of states. */
static void put_association(struct pl_text state, struct out *out)
{
    out_word(out, "`- ");
    if (state.len == strlen("ESTABLISHED") && memcmp(state.data, "ESTABLISHED", state.len) == 0)
        state.len = strlen("ESTAB");
    text_plain(out, state, " ");
}

static void put_state(const struct ss_row *row)
{
    const struct pl_sock *sock = row->sock;
    const char *state = sock->state < PL_STATE_MAX ? states[sock->state] : NULL;

    /* To ss, netlink sockets have one state. */
    if (sock->proto == PL_PROTO_NETLINK)
        state = "UNCONN";
    out_word(row->out, state ? state : "UNKNOWN");
}

/* ss pads them also where there is no heading. */
static void put_queue(const struct ss_row *row, uint32_t n)
{
    size_t from = row->out->len;

    ss_put_signed(row->out, n);
    as_pad(row->out, from, strlen("Recv-Q"));
    ss_next(row);
}

static void put_queues(const struct ss_row *row)
{
    const struct pl_sock *sock = row->sock;
    bool xdp = sock->proto == PL_PROTO_XDP;

    put_queue(row, xdp ? (uint32_t)ss_number(row, PL_ATTR_RMEM_ALLOC) : sock->recv_q);
    put_queue(row, xdp || sock->proto == PL_PROTO_PACKET ? 0 : sock->send_q);
}

/* ss lists owners in reverse order, and ends a name at a parenthesis. */
static void put_users(const struct ss_row *row)
{
    const struct as_view *view = row->view;
    struct out *out = row->out;
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(view->snap, row->sock, &count);

    if (count == 0)
        return;
    out_word(out, " users:(");
    for (size_t i = count; i > 0; i--) {
        const struct pl_process *process = pl_snapshot_process(view->snap, owners[i - 1].pid);
        struct pl_text name = as_comm(view->snap, process);
        const char *end = name.data ? memchr(name.data, ')', name.len) : NULL;

        if (end)
            name.len = (uint32_t)(end - name.data);
        out_word(out, i < count ? ",(\"" : "(\"");
        if (name.data)
            text_plain(out, name, "\""); /* a quote in a name could forge an owner */
        out_word(out, "\",pid=");
        out_number(out, owners[i - 1].pid);
        if (owners[i - 1].fd != PL_FD_NONE) {
            out_word(out, ",fd=");
            out_number(out, owners[i - 1].fd);
        }
        out_char(out, ')');
    }
    out_char(out, ')');
}

/* Ends the last row, if any. */
static void end_row(struct out *cells)
{
    if (cells->len > 0 && cells->data[cells->len - 1] != GRID_ROW)
        out_char(cells, GRID_ROW);
}

static void put_row(const struct ss_row *row, bool association)
{
    const struct as_view *view = row->view;

    end_row(row->out);
    if (!is_single(view->tables)) {
        if (!association)
            put_netid(row);
        ss_next(row);
    }
    if (!has_one_state(view)) {
        if (association)
            put_association(ss_text(row, PL_ATTR_ASSOCIATION), row->out);
        else
            put_state(row);
        ss_next(row);
    }
    put_queues(row);
    ss_put_ends(row);
    /* ss does not know the owners of netlink sockets. */
    if (view->processes && row->sock->proto != PL_PROTO_NETLINK)
        put_users(row);
    ss_put_details(row);
}

/* ---- rows ---- */

/* The kernel lists all types of a protocol. */
static bool wants(const struct as_view *view, const struct pl_sock *sock)
{
    uint32_t families = sock->have & PL_HAVE_COOKIE ? view->asked_families : view->families;
    const struct ss_table_row *table = ss_table_of(sock);

    if (table && table->type == sock->type && sock->proto != PL_PROTO_PACKET &&
        !(view->tables & PL_BIT(table - ss_tables)))
        return false;
    if (sock->family < PL_FAMILY_MAX && !(families & PL_BIT(sock->family)))
        return false;
    if (sock->proto == PL_PROTO_NETLINK || sock->state >= PL_STATE_MAX)
        return true;
    return (view->states & PL_BIT(sock->state)) != 0;
}

static void put_header(const struct as_view *view, struct out *out)
{
    out_word(out, is_single(view->tables) ? "" : "Netid" GRID_CELL_TEXT);
    out_word(out, has_one_state(view) ? "" : "State" GRID_CELL_TEXT);
    out_word(out, "Recv-Q" GRID_CELL_TEXT "Send-Q" GRID_CELL_TEXT "Local Address:" GRID_CELL_TEXT
                  "Port" GRID_CELL_TEXT "Peer Address:" GRID_CELL_TEXT "Port" GRID_CELL_TEXT
                  "Process" GRID_ROW_TEXT);
}

/* family: UNSPEC for all, in the kernel's order. */
static void put_list(struct ss_row *row, unsigned int proto, unsigned int family)
{
    uint64_t before = 0; /* inode of the previous row; an association has that of its endpoint */
    size_t count = 0;
    const struct pl_sock *socks =
        row->view->snap ? pl_snapshot_socks(row->view->snap, &count) : NULL;

    for (size_t i = 0; i < count; i++) {
        const struct pl_sock *sock = &socks[i];

        if (sock->proto != proto || (family != PL_FAMILY_UNSPEC && sock->family != family) ||
            !wants(row->view, sock))
            continue;
        row->sock = sock;
        put_row(row, before != 0 && before == sock->key && ss_has(row, PL_ATTR_ASSOCIATION));
        before = sock->key;
    }
}

void ss_print(const struct as_view *view, struct out *out)
{
    struct out cells = {.fd = -1};
    struct ss_row row = {.view = view, .out = &cells};
    size_t first = (size_t)is_single(view->tables) + has_one_state(view);
    size_t measured;

    if (view->header)
        put_header(view, &cells);
    for (size_t i = 0; i < SS_MAX; i++) {
        unsigned int proto = ss_tables[i].proto;

        if (ss_tables[i].families & PL_BIT(PL_FAMILY_INET)) {
            put_list(&row, proto, PL_FAMILY_INET);
            put_list(&row, proto, PL_FAMILY_INET6);
        } else if (i == 0 || ss_tables[i - 1].proto != proto) {
            put_list(&row, proto, PL_FAMILY_UNSPEC);
        }
    }
    /* ss does not measure the last cell of its last row. */
    measured = cells.len;
    end_row(&cells);
    ss_grid_print(&cells, measured, first, view->screen, out);
    out_free(&cells);
}

/* ---- summary ---- */

/*
 * Returns UINT64_MAX if the system does not count. Linux without IPv6 has no such counter, and no
 * such socket.
 */
static uint64_t counter(const struct as_view *view, enum pl_counter id)
{
    uint64_t value;

    if (view->snap && pl_snapshot_counter(view->snap, id, &value))
        return value;
    return view->snap && pl_snapshot_system(view->snap) != PL_SYSTEM_LINUX ? UINT64_MAX : 0;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
    return a == UINT64_MAX || b == UINT64_MAX ? UINT64_MAX : a + b;
}

static void put_count(struct out *out, const char *name, uint64_t count)
{
    out_word(out, name);
    if (count == UINT64_MAX)
        out_char(out, '-');
    else
        out_number(out, count);
}

static void put_transport(struct out *out, const char *name, uint64_t v4, uint64_t v6)
{
    const uint64_t numbers[] = {sum(v4, v6), v4, v6};

    out_word(out, name);
    out_word(out, "\t ");
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        size_t from = out->len;

        put_count(out, " ", numbers[i]);
        as_pad(out, from, 10);
    }
    out_char(out, '\n');
}

void ss_print_summary(const struct as_view *view, struct out *out)
{
    static const struct {
        const char *name;
        enum pl_counter v4, v6;
    } transports[] = {{"RAW", PL_COUNTER_RAW_INUSE, PL_COUNTER_RAW6_INUSE},
                      {"UDP", PL_COUNTER_UDP_INUSE, PL_COUNTER_UDP6_INUSE},
                      {"TCP", PL_COUNTER_TCP_INUSE, PL_COUNTER_TCP6_INUSE}};
    uint64_t waiting = counter(view, PL_COUNTER_TCP_TIME_WAIT);
    uint64_t allocated = counter(view, PL_COUNTER_TCP_ALLOC);
    uint64_t used = sum(counter(view, PL_COUNTER_TCP_INUSE), counter(view, PL_COUNTER_TCP6_INUSE));
    uint64_t sums[2] = {0};

    put_count(out, "Total: ", counter(view, PL_COUNTER_SOCKETS_USED));
    put_count(out, "\nTCP:   ", sum(allocated, waiting));
    put_count(out, " (estab ", counter(view, PL_COUNTER_TCP_ESTABLISHED));
    out_word(out, ", closed ");
    if (used == UINT64_MAX)
        out_char(out, '-');
    else
        ss_put_signed(out, (uint32_t)(allocated + waiting - used));
    put_count(out, ", orphaned ", counter(view, PL_COUNTER_TCP_ORPHAN));
    put_count(out, ", timewait ", waiting);
    out_word(out, ")\n\nTransport Total     IP        IPv6\n");
    for (size_t i = 0; i < COUNT_OF(transports); i++) {
        uint64_t v4 = counter(view, transports[i].v4);
        uint64_t v6 = counter(view, transports[i].v6);

        put_transport(out, transports[i].name, v4, v6);
        sums[0] = sum(sums[0], v4);
        sums[1] = sum(sums[1], v6);
    }
    put_transport(out, "INET", sums[0], sums[1]);
    put_transport(out, "FRAG", counter(view, PL_COUNTER_FRAG_INUSE),
                  counter(view, PL_COUNTER_FRAG6_INUSE));
    out_char(out, '\n');
}
