/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where connections to published ports end: the targets of proxies, and the listeners there, which may
 * be in another network namespace.
 */
#include "decode/proxy.h"
#include "model/array.h"
#include "order.h"
#include "routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALL_MAX   4096 /* bytes of the targets of one port */
#define RULES_MAX 1024 /* targets of one listener by rules */

int pl_published_prepare(struct pl_snapshot *snap)
{
    const struct pl_sock *listeners = snap->listeners.items;

    for (size_t i = 0; i < snap->listeners.count; i++) {
        if (listeners[i].key != 0 && pl_peer_keys_add(snap, &listeners[i].key) < 0)
            return -ENOMEM;
    }
    pl_snapshot_sort(snap, PL_LIST_PEER_KEYS);
    return 0;
}

struct pl_host_port pl_port_of(const struct pl_sock *sock)
{
    struct pl_host_port port = {.netns = sock->netns,
                                .port = (uint16_t)sock->local_port,
                                .family = sock->family,
                                .proto = sock->proto};

    memcpy(port.addr, sock->local_addr, sizeof(port.addr));
    return port;
}

/* ---- the listener inside ---- */

static size_t size_of(unsigned int family)
{
    return family == PL_FAMILY_INET ? 4 : 16;
}

/* Finds the network namespace that has the address. Returns false if none or several have it. */
static bool find_space(const struct pl_snapshot *snap, const struct pl_host_port *at,
                       const struct pl_target *target, uint32_t *netns)
{
    const struct pl_addr *addrs = snap->addrs.items;
    bool loopback = target->family == PL_FAMILY_INET
                        ? target->addr[0] == 127
                        : target->family == PL_FAMILY_INET6 &&
                              memcmp(target->addr, (const uint8_t[16]){[15] = 1}, 16) == 0;
    bool found = false;

    *netns = at->netns;
    if (loopback)
        return true;
    for (size_t i = 0; i < snap->addrs.count; i++) {
        if (addrs[i].family != target->family ||
            memcmp(addrs[i].bytes, target->addr, size_of(target->family)) != 0)
            continue;
        if (addrs[i].netns == at->netns) {
            *netns = at->netns;
            return true;
        }
        if (found && addrs[i].netns != *netns)
            return false;
        *netns = addrs[i].netns;
        found = true;
    }
    return found;
}

bool pl_listener_hears(const struct pl_sock *sock, unsigned int family, const uint8_t *addr)
{
    if (sock->family == family)
        return pl_addr_is_any(family, sock->local_addr) ||
               memcmp(sock->local_addr, addr, size_of(family)) == 0;
    if (sock->family != PL_FAMILY_INET6 || family != PL_FAMILY_INET)
        return false;
    if (pl_addr_is_any(sock->family, sock->local_addr))
        return !(sock->flags & PL_FLAG_V6ONLY);
    return pl_addr_is_mapped(sock->family, sock->local_addr) &&
           (pl_addr_is_any(PL_FAMILY_INET, sock->local_addr + 12) ||
            memcmp(sock->local_addr + 12, addr, 4) == 0);
}

static const struct pl_sock *find_listener(const struct pl_snapshot *snap, uint32_t netns,
                                           unsigned int proto, const struct pl_target *target)
{
    const struct pl_sock *listeners = snap->listeners.items;

    for (size_t i = 0; i < snap->listeners.count; i++) {
        if (listeners[i].netns == netns && listeners[i].proto == proto &&
            listeners[i].local_port == target->port &&
            pl_listener_hears(&listeners[i], target->family, target->addr))
            return &listeners[i];
    }
    return NULL;
}

/* ---- texts ---- */

static struct pl_text keep(struct pl_snapshot *snap, const char *text, size_t len)
{
    const struct pl_text none = {0};
    struct pl_text kept = {text, (uint32_t)len};

    return pl_snapshot_keep_text(snap, &kept) < 0 ? none : kept;
}

static size_t print_addr(unsigned int family, const uint8_t *addr, char *buf)
{
    bool brackets = family == PL_FAMILY_INET6;
    size_t len = 0;

    if (brackets)
        buf[len++] = '[';
    len += pl_addr_print(family, addr, buf + len);
    if (brackets)
        buf[len++] = ']';
    return len;
}

size_t pl_target_print(const struct pl_target *target, char buf[PL_TARGET_TEXT])
{
    size_t len = 0;

    if (target->family != PL_FAMILY_UNSPEC) {
        len += print_addr(target->family, target->addr, buf);
        if (memcmp(target->addr, target->last_addr, size_of(target->family)) != 0) {
            buf[len++] = '-';
            len += print_addr(target->family, target->last_addr, buf + len);
        }
    }
    buf[len++] = ':';
    len += pl_number_print(target->port, buf + len);
    if (target->last_port != target->port) {
        buf[len++] = '-';
        len += pl_number_print(target->last_port, buf + len);
    }
    return len;
}

/* ---- the join ---- */

static int set_nothing(struct pl_snapshot *snap, const struct pl_target *target,
                       struct pl_published *published)
{
    static const char nothing[] = "nothing listens at ";
    char text[sizeof(nothing) + PL_TARGET_TEXT];

    memcpy(text, nothing, sizeof(nothing) - 1);
    published->remark =
        keep(snap, text, sizeof(nothing) - 1 + pl_target_print(target, text + sizeof(nothing) - 1));
    return published->remark.data ? 0 : -ENOMEM;
}

/* A port of the same network namespace, at any address. */
static const struct pl_sock *find_here(const struct pl_snapshot *snap,
                                       const struct pl_host_port *at, uint16_t port)
{
    const struct pl_sock *listeners = snap->listeners.items;

    for (size_t i = 0; i < snap->listeners.count; i++) {
        if (listeners[i].netns == at->netns && listeners[i].proto == at->proto &&
            listeners[i].local_port == port &&
            pl_listener_hears(&listeners[i], at->family, listeners[i].local_addr))
            return &listeners[i];
    }
    return NULL;
}

static int find_inner(struct pl_snapshot *snap, const struct pl_target *target,
                      struct pl_published *published)
{
    const struct pl_sock *found;
    uint32_t netns;

    if (target->family == PL_FAMILY_UNSPEC || target->port != target->last_port ||
        memcmp(target->addr, target->last_addr, size_of(target->family)) != 0 ||
        !find_space(snap, &published->at, target, &netns))
        return 0;
    found = find_listener(snap, netns, published->at.proto, target);
    if (found) {
        published->key = found->key;
        return 0;
    }
    return set_nothing(snap, target, published);
}

/* Finds the listener that a rule which changes only the port leads to. */
static int find_redirected(struct pl_snapshot *snap, const struct pl_target *target)
{
    struct pl_published *last =
        (struct pl_published *)snap->published.items + snap->published.count - 1;
    const struct pl_sock *found = find_here(snap, &last->at, target->port);

    if (found)
        last->key = found->key;
    return found || !(snap->sink.need & PL_NEED_PUBLISHED) ? 0 : set_nothing(snap, target, last);
}

static int add_target(struct pl_snapshot *snap, const struct pl_host_port *at,
                      const struct pl_target *target, const char *by, bool sent)
{
    struct pl_published published = {.at = *at,
                                     .by = {by, (uint32_t)strlen(by)},
                                     .order = (uint32_t)snap->published.count,
                                     .sent = sent};
    char text[PL_TARGET_TEXT];
    int err = 0;

    if (target) {
        published.target = keep(snap, text, pl_target_print(target, text));
        err = published.target.data ? 0 : -ENOMEM;
    }
    /* Otherwise only the listeners that the filter selects are known. */
    if (target && err == 0 && snap->sink.need & PL_NEED_PUBLISHED)
        err = find_inner(snap, target, &published);
    return err < 0 ? err : pl_published_add(snap, &published);
}

static int add_proxies(struct pl_snapshot *snap, const struct pl_sock *sock)
{
    const struct pl_host_port at = pl_port_of(sock);
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);
    int err = 0;

    for (size_t i = 0; i < count && err == 0; i++) {
        const struct pl_process *process = pl_snapshot_process(snap, owners[i].pid);
        struct pl_target target;
        const char *by;
        bool known;

        if (!process || (i > 0 && owners[i - 1].pid == owners[i].pid))
            continue;
        by = pl_decode_proxy(process->command, &at, &target, &known);
        if (by)
            err = add_target(snap, &at, known ? &target : NULL, by, false);
    }
    return err;
}

/* ---- rules ---- */

#define PROTO_TCP  6 /* IPPROTO_* */
#define PROTO_UDP  17
#define PROTO_SCTP 132

uint8_t pl_number_of(unsigned int proto)
{
    return proto == PL_PROTO_TCP    ? PROTO_TCP
           : proto == PL_PROTO_UDP  ? PROTO_UDP
           : proto == PL_PROTO_SCTP ? PROTO_SCTP
                                    : 0;
}

bool pl_route_takes(const struct pl_sock *sock, const struct pl_route *route)
{
    const struct pl_nat_match *match = &route->match;
    unsigned int size = (unsigned int)size_of(match->family) * 8;
    bool any = pl_addr_is_any(sock->family, sock->local_addr);

    if (sock->local_port < match->first || sock->local_port > match->last ||
        (match->proto != 0 && match->proto != pl_number_of(sock->proto)))
        return false;
    /* Of connections from other machines, none arrives at a loopback address. */
    if (pl_nat_is_loopback(sock->family, sock->local_addr,
                           (unsigned int)size_of(sock->family) * 8) &&
        (!route->sent || match->outside))
        return false;
    if (match->bits == size)
        return pl_listener_hears(sock, match->family, match->addr);
    if (any && match->family != PL_FAMILY_UNSPEC)
        return pl_listener_hears(sock, match->family, sock->local_addr);
    if (sock->family != match->family && match->family != PL_FAMILY_UNSPEC)
        return false;
    for (unsigned int bit = 0; bit < match->bits; bit++) {
        if ((sock->local_addr[bit / 8] ^ match->addr[bit / 8]) & 0x80U >> bit % 8)
            return false;
    }
    return true;
}

static int compare_first(const void *key, const void *item)
{
    return *(const int *)key - ((const struct pl_route *)item)->match.first;
}

/* Routes are sorted by their first port: returns the first one that can have the port. */
static size_t first_route(const struct pl_snapshot *snap, uint16_t port)
{
    const int lowest = port - snap->widest_route;

    return pl_lower_bound(&lowest, snap->routes.items, snap->routes.count, sizeof(struct pl_route),
                          compare_first);
}

static int add_routes(struct pl_snapshot *snap, const struct pl_sock *sock)
{
    const struct pl_host_port at = pl_port_of(sock);
    const struct pl_route *routes = snap->routes.items;
    const size_t before = snap->published.count;
    int err = 0;

    /* The rules are those of the network namespace of the reader. */
    for (size_t i = first_route(snap, at.port);
         i < snap->routes.count && err == 0 && sock->netns == 0 &&
         routes[i].match.first <= at.port && pl_number_of(sock->proto) != 0;
         i++) {
        const struct pl_target target = pl_route_target(&routes[i], at.port);

        if (!pl_route_takes(sock, &routes[i]))
            continue;
        if (snap->published.count - before >= RULES_MAX) {
            snap->rules_cut = true;
            break;
        }
        err = add_target(snap, &at, &target, pl_route_by(&routes[i]), routes[i].sent);
        if (err == 0 && routes[i].here && target.last_port == target.port)
            err = find_redirected(snap, &target);
    }
    return err;
}

static bool is_same_port(const struct pl_published *a, const struct pl_published *b)
{
    struct pl_published other = *b;

    other.order = a->order;
    return by_host_port(a, &other) == 0;
}

static bool is_same_text(struct pl_text a, struct pl_text b)
{
    return a.len == b.len && (!a.data || !b.data || memcmp(a.data, b.data, a.len) == 0);
}

/* Sockets that share a port have the same targets. */
static void drop_repeated(struct pl_snapshot *snap)
{
    struct pl_published *items = snap->published.items;
    size_t kept = 0;
    size_t first = 0; /* of the port */

    for (size_t i = 0; i < snap->published.count; i++) {
        size_t same;

        if (kept > 0 && !is_same_port(&items[first], &items[i]))
            first = kept;
        for (same = first; same < kept && !(is_same_text(items[same].target, items[i].target) &&
                                            is_same_text(items[same].by, items[i].by));)
            same++;
        if (same == kept)
            items[kept++] = items[i];
        else
            items[same].sent &= items[i].sent;
    }
    snap->published.count = kept;
}

/* Whether one of the items has the target: a proxy and a rule may have the same. */
static bool has_text(const struct pl_published *items, size_t count, struct pl_text target)
{
    for (size_t i = 0; i < count; i++) {
        if (is_same_text(items[i].target, target))
            return true;
    }
    return false;
}

/* Sets the text of all targets of each port. If they are too many, "..." ends it. */
static int join_targets(struct pl_snapshot *snap)
{
    static const char more[] = "...";
    struct pl_published *items = snap->published.items;
    char text[ALL_MAX + sizeof(more)];

    for (size_t i = 0, end; i < snap->published.count; i = end) {
        size_t len = 0;
        bool full = false;

        for (end = i; end < snap->published.count && is_same_port(&items[i], &items[end]); end++) {
            struct pl_text one = items[end].target;

            if (!one.data || full || has_text(items + i, end - i, one))
                continue;
            full = len + 1 + one.len > ALL_MAX;
            if (full)
                one = (struct pl_text){more, sizeof(more) - 1};
            if (len > 0)
                text[len++] = ',';
            memcpy(text + len, one.data, one.len);
            len += one.len;
        }
        if (len > 0)
            items[i].all = keep(snap, text, len);
        if (len > 0 && !items[i].all.data)
            return -ENOMEM;
    }
    return 0;
}

/* What a rule catches does not reach a proxy. */
static int add_listener(struct pl_snapshot *snap, const struct pl_sock *sock)
{
    int err = add_routes(snap, sock);

    return err || !(snap->sink.need & PL_NEED_PUBLISHED) ? err : add_proxies(snap, sock);
}

int pl_published_join(struct pl_snapshot *snap)
{
    const bool wanted = snap->sink.need & (PL_NEED_PUBLISHED | PL_NEED_RULES);
    const size_t first = wanted ? 0 : snap->socks.count;
    const struct pl_sock *socks;
    struct pl_list last_ports = {0};
    int err = pl_routes_find(snap);

    err = err ? err : pl_rules_add_rows(snap, &last_ports);
    socks = snap->socks.items;
    for (size_t i = first; i < snap->socks.count && err == 0; i++) {
        if (pl_sock_serves(&socks[i]) && socks[i].local_port <= UINT16_MAX &&
            (socks[i].family == PL_FAMILY_INET || socks[i].family == PL_FAMILY_INET6))
            err = add_listener(snap, &socks[i]);
    }
    pl_snapshot_sort(snap, PL_LIST_PUBLISHED);
    drop_repeated(snap);
    err = err ? err : join_targets(snap);
    err = err ? err : pl_rules_set_remarks(snap, &last_ports);
    free(last_ports.items);
    return err;
}

/* ---- access ---- */

static int compare_port(const void *key, const void *item)
{
    const struct pl_published wanted = {.at = *(const struct pl_host_port *)key};

    return by_host_port(&wanted, item);
}

const struct pl_published *pl_snapshot_published(const struct pl_snapshot *snap,
                                                 const struct pl_sock *sock, size_t *count)
{
    const struct pl_published *items = snap->published.items;
    struct pl_host_port at;
    size_t low, end;

    *count = 0;
    if (snap->published.count == 0 || !pl_sock_serves(sock))
        return NULL;
    at = pl_port_of(sock);
    low = pl_lower_bound(&at, items, snap->published.count, sizeof(*items), compare_port);
    for (end = low; end < snap->published.count &&
                    is_same_port(&items[end], &(struct pl_published){.at = at});)
        end++;
    *count = end - low;
    return end > low ? &items[low] : NULL;
}

struct pl_text pl_published_remark(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    size_t count;
    const struct pl_published *published = pl_snapshot_published(snap, sock, &count);

    for (size_t i = 0; i < count; i++) {
        if (published[i].remark.data)
            return published[i].remark;
    }
    return (struct pl_text){0};
}

const struct pl_owner *pl_snapshot_published_owners(const struct pl_snapshot *snap,
                                                    const struct pl_sock *sock, size_t *count)
{
    size_t there;
    const struct pl_published *published = pl_snapshot_published(snap, sock, &there);

    *count = 0;
    for (size_t i = 0; published && i < there; i++) {
        const struct pl_owner *owners =
            published[i].key != 0 ? pl_peer_owners_of(snap, published[i].key, count) : NULL;

        if (owners)
            return owners;
    }
    return NULL;
}
