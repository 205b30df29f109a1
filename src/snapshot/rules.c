/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for ports that rules publish and no socket has. */
#include "api/group.h"
#include "model/array.h"
#include "order.h"
#include "routes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RULE_MAX  16    /* ports of one rule that have a row each */
#define ROWS_MAX  65536 /* before those of equal ports are dropped */
#define STEPS_MAX 2000000

#define PROTOS 3

static const uint8_t protos[PROTOS] = {PL_PROTO_TCP, PL_PROTO_UDP, PL_PROTO_SCTP};

/* A port, or a range of ports. */
struct row {
    struct pl_host_port at;
    uint16_t last;
};

struct held {
    const struct pl_sock *sock;
    uint32_t port;
    uint8_t proto;
};

struct rows {
    struct pl_snapshot *snap;
    struct pl_list list; /* struct row */
    size_t steps;
    struct pl_list held; /* struct held: the listeners here */
};

static int by_proto_and_port(const void *a, const void *b)
{
    const struct held *x = a;
    const struct held *y = b;

    if (x->proto != y->proto)
        return x->proto < y->proto ? -1 : 1;
    return x->port < y->port ? -1 : x->port > y->port;
}

static int find_held(struct rows *rows)
{
    const struct pl_sock *listeners = rows->snap->listeners.items;

    for (size_t i = 0; i < rows->snap->listeners.count; i++) {
        struct held *held;

        if (listeners[i].netns != 0)
            continue;
        held = pl_list_add(&rows->held, sizeof(*held));
        if (!held)
            return -ENOMEM;
        *held = (struct held){&listeners[i], listeners[i].local_port, listeners[i].proto};
    }
    pl_list_sort(&rows->held, sizeof(struct held), by_proto_and_port);
    return 0;
}

static bool is_held(struct rows *rows, const struct pl_sock *row)
{
    const struct held wanted = {.port = row->local_port, .proto = row->proto};
    const struct held *held = rows->held.items;

    for (size_t i =
             pl_lower_bound(&wanted, held, rows->held.count, sizeof(*held), by_proto_and_port);
         i < rows->held.count && by_proto_and_port(&wanted, &held[i]) == 0; i++) {
        rows->steps++;
        if (pl_listener_hears(held[i].sock, row->family, row->local_addr))
            return true;
    }
    return false;
}

/* ---- the ports of a route ---- */

static unsigned int bits_of(unsigned int family)
{
    return family == PL_FAMILY_INET ? 32 : 128;
}

static struct pl_sock sock_of(unsigned int family, const uint8_t *addr)
{
    const bool v6 = family == PL_FAMILY_INET6;
    struct pl_sock sock = {.have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE,
                           .state = PL_STATE_PUBLISHED,
                           .family = (uint8_t)family,
                           .uid = PL_UID_UNKNOWN};

    if (v6) {
        sock.have |= PL_HAVE_V6ONLY;
        sock.flags = PL_FLAG_V6ONLY;
    }
    memcpy(sock.local_addr, addr, v6 ? 16 : 4);
    return sock;
}

static bool can_step(struct rows *rows)
{
    if (rows->steps++ < STEPS_MAX && rows->list.count < ROWS_MAX)
        return true;
    rows->snap->rules_cut = true;
    return false;
}

/* Whether a row is listed. The filter is evaluated again on the complete snapshot. */
static bool is_listed(struct rows *rows, const struct pl_sock *row)
{
    return pl_query_match(rows->snap->query, row) && !is_held(rows, row);
}

static int add_row(struct rows *rows, struct pl_sock *sock, uint16_t first, uint16_t last)
{
    struct row *added = pl_list_add(&rows->list, sizeof(*added));

    sock->local_port = first;
    if (added)
        *added = (struct row){pl_port_of(sock), last};
    return added ? 0 : -ENOMEM;
}

/* Adds a row for each port of the route, or one for all if they are many. */
static int add_ports(struct rows *rows, const struct pl_route *route, size_t p,
                     struct pl_sock *sock)
{
    uint16_t found[RULE_MAX];
    uint16_t last = 0;
    size_t count = 0;
    int err = 0;

    sock->proto = protos[p];
    for (unsigned int port = route->match.first; port <= route->match.last; port++) {
        sock->local_port = port;
        if (!can_step(rows))
            break;
        if (!is_listed(rows, sock))
            continue;
        last = (uint16_t)port;
        if (count < RULE_MAX)
            found[count] = last;
        count++;
    }
    if (count > RULE_MAX)
        return add_row(rows, sock, found[0], last);
    for (size_t i = 0; i < count && err == 0; i++)
        err = add_row(rows, sock, found[i], found[i]);
    return err;
}

static int add_address(struct rows *rows, const struct pl_route *route, unsigned int family,
                       const uint8_t *addr)
{
    struct pl_sock sock = sock_of(family, addr);
    int err = 0;

    /* Of connections from other machines, none arrives at a loopback address. */
    if (pl_nat_is_loopback(family, addr, bits_of(family)) && (!route->sent || route->match.outside))
        return 0;
    for (size_t p = 0; p < PROTOS && err == 0; p++) {
        /* Rules without a protocol are mostly about TCP and UDP. */
        if (route->match.proto != 0 ? route->match.proto == pl_number_of(protos[p])
                                    : protos[p] != PL_PROTO_SCTP)
            err = add_ports(rows, route, p, &sock);
    }
    return err;
}

/* The addresses of this machine in the network of the route; none: any address. */
static int add_family(struct rows *rows, const struct pl_route *route, unsigned int family)
{
    const struct pl_nat_match *match = &route->match;
    const struct pl_addr *addrs = rows->snap->addrs.items;
    int err = 0;

    if (match->bits == 0 || match->bits == bits_of(family))
        return add_address(rows, route, family, match->addr);
    for (size_t i = 0; i < rows->snap->addrs.count && err == 0; i++) {
        if (addrs[i].netns == 0 && addrs[i].family == family &&
            pl_nat_is_in(addrs[i].bytes, match->addr, match->bits))
            err = add_address(rows, route, family, addrs[i].bytes);
    }
    return err;
}

static int add_route(struct rows *rows, const struct pl_route *route)
{
    static const uint8_t families[] = {PL_FAMILY_INET, PL_FAMILY_INET6};
    int err = 0;

    for (size_t i = 0; i < COUNT_OF(families) && err == 0; i++) {
        if (route->match.family == families[i] || route->match.family == PL_FAMILY_UNSPEC)
            err = add_family(rows, route, families[i]);
    }
    return err;
}

/* ---- one route ---- */

const struct pl_route *pl_route_of(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    const struct pl_route *routes = snap->routes.items;

    for (size_t i = 0; i < snap->routes.count; i++) {
        if (pl_route_takes(sock, &routes[i]))
            return &routes[i];
    }
    return NULL;
}

struct pl_target pl_route_target(const struct pl_route *route, uint16_t port)
{
    struct pl_target target = route->target;

    if (target.port == 0)
        target.port = target.last_port = port;
    if (target.last_port < target.port)
        target.last_port = target.port;
    return target;
}

const char *pl_route_by(const struct pl_route *route)
{
    return route->iptables ? "iptables" : "nftables";
}

/* ---- the rows ---- */

/* Of rows with the same port, the longest range comes first. */
static int by_port_and_last(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    const struct pl_published left = {.at = x->at, .order = UINT16_MAX - x->last};
    const struct pl_published right = {.at = y->at, .order = UINT16_MAX - y->last};

    return by_host_port(&left, &right);
}

static int by_port(const void *a, const void *b)
{
    const struct pl_published left = {.at = ((const struct row *)a)->at};
    const struct pl_published right = {.at = ((const struct row *)b)->at};

    return by_host_port(&left, &right);
}

/* No process holds it. */
static int add_sock(struct pl_snapshot *snap, const struct pl_host_port *port, bool owners)
{
    struct pl_sock sock = sock_of(port->family, port->addr);
    const uint32_t *ends = snap->owner_ends.items;
    const uint32_t end = owners ? ends[snap->owner_ends.count - 1] : 0;
    int err;

    sock.proto = port->proto;
    sock.type = port->proto == PL_PROTO_UDP ? PL_TYPE_DGRAM : PL_TYPE_STREAM;
    sock.local_port = port->port;
    err = pl_socks_add(snap, &sock);
    return err == 0 && owners ? pl_owner_ends_add(snap, &end) : err;
}

static int find_rows(struct rows *rows)
{
    const struct pl_route *routes = rows->snap->routes.items;
    int err = find_held(rows);

    for (size_t i = 0; i < rows->snap->routes.count && err == 0; i++)
        err = add_route(rows, &routes[i]);
    pl_list_sort(&rows->list, sizeof(struct row), by_port_and_last);
    pl_list_unique(&rows->list, sizeof(struct row), by_port);
    return err;
}

int pl_rules_add_rows(struct pl_snapshot *snap, struct pl_list *last_ports)
{
    const bool owners = snap->owner_ends.count > 0;
    const struct row *found;
    struct rows *rows;
    int err = 0;

    if (!(snap->query->need & PL_NEED_RULES) || snap->routes.count == 0)
        return 0;
    rows = calloc(1, sizeof(*rows));
    if (!rows)
        return -ENOMEM;
    rows->snap = snap;
    err = find_rows(rows);
    found = rows->list.items;
    for (size_t i = 0; i < rows->list.count && err == 0; i++) {
        uint16_t *last = pl_list_add(last_ports, sizeof(*last));

        if (last)
            *last = found[i].last;
        err = last ? add_sock(snap, &found[i].at, owners) : -ENOMEM;
    }
    free(rows->list.items);
    free(rows->held.items);
    free(rows);
    return err;
}

/* ---- their remarks ---- */

/* Writes the parts one after another if out is not NULL. Returns their length. */
static uint32_t join(const struct pl_text *parts, size_t count, char *out)
{
    uint32_t len = 0;

    for (size_t i = 0; i < count; i++) {
        if (out && parts[i].len > 0)
            memcpy(out + len, parts[i].data, parts[i].len);
        len += parts[i].len;
    }
    return len;
}

static void name_process(const struct pl_snapshot *snap, const struct pl_sock *sock,
                         struct pl_text parts[4])
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_published_owners(snap, sock, &count);
    const struct pl_process *process = owners ? pl_snapshot_process(snap, owners[0].pid) : NULL;

    if (!process || !process->name.data)
        return;
    parts[0] = (struct pl_text){", ", 2};
    parts[1] = process->name;
    if (process->group)
        parts[3] = pl_snapshot_container_name(snap, process->group);
    if (parts[3].data)
        parts[2] = (struct pl_text){" in ", 4};
}

bool pl_published_is_sent(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    size_t count;
    const struct pl_published *published = pl_snapshot_published(snap, sock, &count);
    bool sent = count > 0;

    for (size_t i = 0; i < count; i++)
        sent &= published[i].sent;
    return sent;
}

/*
 * "to 10.0.0.2:80", "to 10.0.0.2:80, nginx in web", "9000-9999 to 10.0.0.2:80", "to 10.0.0.2:80, only from
 * this machine"
 */
static int set_remark(struct pl_snapshot *snap, const struct pl_sock *sock, uint16_t last)
{
    size_t count;
    const struct pl_published *found = pl_snapshot_published(snap, sock, &count);
    struct pl_published *items = snap->published.items;
    static const char only[] = ", only from this machine";
    struct pl_text parts[8] = {{0}, {"to ", 3}};
    char range[24];
    struct pl_text whole;
    char *out;

    if (!found || !found->all.data || pl_published_remark(snap, sock).data)
        return 0;
    if (last != sock->local_port)
        parts[0] = (struct pl_text){
            range, (uint32_t)snprintf(range, sizeof(range), "%u-%u ", sock->local_port, last)};
    parts[2] = found->all;
    name_process(snap, sock, parts + 3);
    if (pl_published_is_sent(snap, sock))
        parts[7] = (struct pl_text){only, sizeof(only) - 1};
    whole.len = join(parts, COUNT_OF(parts), NULL);
    out = pl_snapshot_take_bytes(snap, whole.len, 1);
    if (!out)
        return -ENOMEM;
    (void)join(parts, COUNT_OF(parts), out);
    whole.data = out;
    items[found - items].remark = whole;
    return 0;
}

/* Whether a rule sends the connections to a listener elsewhere. */
static bool is_caught(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    return snap->sink.need & PL_NEED_RULES && pl_sock_serves(sock) && sock->netns == 0 &&
           pl_route_of(snap, sock);
}

int pl_rules_set_remarks(struct pl_snapshot *snap, const struct pl_list *last_ports)
{
    const struct pl_sock *socks = snap->socks.items;
    const uint16_t *last = last_ports->items;
    const size_t from = snap->socks.count - last_ports->count;
    int err = 0;

    for (size_t i = 0; i < from && err == 0; i++) {
        if (is_caught(snap, &socks[i]))
            err = set_remark(snap, &socks[i], (uint16_t)socks[i].local_port);
    }
    for (size_t i = 0; i < last_ports->count && err == 0; i++)
        err = set_remark(snap, &socks[from + i], last[i]);
    return err;
}
